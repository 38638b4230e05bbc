//go:build linux

package conntrack

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestLabelNames compares lines with labels with conntrack's, where there is a file
// of labels: in a mount namespace of the test's own.
func TestLabelNames(t *testing.T) {
	c := dial(t)
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Skipf("SKIPPED: no mount namespace: %v", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", "/etc", "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("/etc/xtables", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(LabelFiles[0], []byte("# labels\n0 zero\n4\tfour\n13 thirteen # of them\n123 high\n127 highest\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	names, err := ReadLabelNames(LabelFiles...)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, c, 500)
	got := list(t, c, DumpOptions{}, Format{Labels: names})
	same(t, got, shown(t, "-o", "labels"))
	if text := strings.Join(got, "\n"); !strings.Contains(text, "labels=four,high") {
		t.Errorf("no line has the labels that were set")
	}
	var four Labels
	four.Add(4)
	with := shown(t, "-l", "four")
	if len(with) == 0 {
		t.Fatal("conntrack finds no flow with the label")
	}
	same(t, list(t, c, DumpOptions{Filter: &Filter{Flow: Flow{Set: HasLabels, Labels: four}}}, Format{Labels: names}), with)
	netnstest.Run(t, "conntrack", "-D", "-l", "four")
	if left := list(t, c, DumpOptions{Filter: &Filter{Flow: Flow{Set: HasLabels, Labels: four}}}, Format{}); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

func TestLabelFile(t *testing.T) {
	for _, tt := range []struct{ text, err string }{
		{"1 one\n\nnot a label\n2 two", ""},
		{"2\ttwo\n3 three # of them\n", ""},
		{"1 one\n128 far\n", `labels:2:1: label "128" is not a number from 0 to 127`},
		{"1\n", "labels:1:1: label 1 has no name"},
	} {
		names, err := parseLabelNames("labels", strings.NewReader(tt.text))
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%q: %v", tt.text, err)
			}
			continue
		}
		if bit, ok := names.Bit("two"); err != nil || bit != 2 || !ok {
			t.Errorf("%q: %v, %v", tt.text, names, err)
		}
	}
}
