package verify_test

import (
	"context"
	"errors"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/internal/sample"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// packetsEnv says how many packets each ruleset of the corpus gets.
const packetsEnv = "CTLINT_VERIFY_PACKETS"

func packets(t *testing.T, otherwise int) int {
	if s := os.Getenv(packetsEnv); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%s: %v", packetsEnv, err)
		}
		return n
	}
	return otherwise
}

// TestCorpus holds the prediction to the kernel, on every ruleset of the public
// corpora that a stock tool loads; on one in three, without CTLINT_FULL=1 or a number
// of packets.
func TestCorpus(t *testing.T) {
	kernel(t)
	var total verify.Report
	loaded, refused := 0, 0
	n, witnesses := packets(t, 120), packets(t, 40)
	if raced {
		n, witnesses = packets(t, 50), packets(t, 5)
	}
	every := 3
	if os.Getenv(packetsEnv) != "" {
		every = 1
	}
	var all atOnce
	for _, root := range []string{"corpora/rulesets", "defects", "corpora/nft-tests/shell"} {
		dir := filepath.Join("..", "..", "..", "shared", filepath.FromSlash(root))
		if _, err := os.Stat(dir); err != nil {
			t.Skipf("SKIPPED: the public corpus is not beside the project: %v", err)
		}
		for _, files := range units(t, root, dir) {
			name := root + strings.TrimPrefix(files[0], dir)
			if !sample.Take(name, every) {
				continue
			}
			h, err := host(files)
			if err != nil {
				t.Logf("%s is not read: %.200v", name, err)
				refused++
				continue
			}
			var no error
			ask := func() (*verify.Report, error) {
				r, err := verify.Ruleset(context.Background(), h, verify.Options{Packets: n, Witnesses: witnesses, Seed: 1})
				var tool *sandbox.Refused
				var beyond *verify.Beyond
				if errors.As(err, &tool) || errors.As(err, &beyond) {
					no, err = err, nil
				}
				return r, err
			}
			all.run(t, name, ask, func(t *testing.T, r *verify.Report) {
				if no != nil {
					refused++
					t.Logf("not loaded: %.300v", no)
					return
				}
				loaded++
				t.Logf("%d compared (%d accepted), %d unknown, %d lost, %d refused (%s), %d unstaged; %d of %d rules; %d differ",
					r.Compared, r.Accepted, r.Unknown, r.Lost, r.Refused, r.Why, r.Unstaged, r.Hit, r.Rules, r.Differ)
				for i := range min(len(r.Disagreements), 5) {
					t.Error(&r.Disagreements[i])
				}
				total.Packets += r.Packets
				total.Compared += r.Compared
				total.Unknown += r.Unknown
				total.Lost += r.Lost
				total.Refused += r.Refused
				total.Unstaged += r.Unstaged
				total.Differ += r.Differ
			})
		}
	}
	all.report()
	t.Logf("%d rulesets, %d not loaded: %d packets, %d compared, %d unknown, %d lost, %d refused, %d unstaged, %d differ",
		loaded, refused, total.Packets, total.Compared, total.Unknown, total.Lost, total.Refused, total.Unstaged, total.Differ)
	if total.Compared < total.Packets*9/10 || loaded < 200/every {
		t.Error("too little is compared to show much")
	}
}

// units puts the files together that belong to one host.
func units(t *testing.T, root, dir string) [][]string {
	var out [][]string
	if root == "defects" {
		us, err := unit.Collect([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range us {
			out = append(out, u.Files)
		}
		return out
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, []string{name})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func host(files []string) (*verify.Host, error) {
	var sources []*load.Source
	fset := token.NewFileSet()
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, load.Parse(fset, name, src, load.Options{}))
	}
	return verify.NewHost(verify.Legacy, sources...)
}
