//go:build linux

package apply_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/backend/apply"
	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestIPTablesOfNFTables changes and restores tables that iptables keeps in nf_tables,
// among them matches that nft cannot print, and leaves no table behind.
func TestIPTablesOfNFTables(t *testing.T) {
	t.Parallel()
	const recent = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:mine - [0:0]
[3:180] -A INPUT -p tcp -m tcp --dport 22 -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource
[0:0] -A INPUT -m string --string "a \"b\"" --algo bm -j mine
COMMIT
`
	for _, old := range []string{recent, ""} {
		t.Run(fmt.Sprintf("%d bytes", len(old)), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.load("nft", "-f", "-", "flush ruleset")
			if old != "" {
				w.load("iptables-nft-restore", "-c", old)
			}
			all := func() string {
				save, _ := netnstest.Run(t, "iptables-nft-save", "-c")
				tables, _ := netnstest.Run(t, "nft", "list", "tables")
				var lines []string
				for line := range strings.Lines(save + tables) {
					if !strings.HasPrefix(line, "#") {
						lines = append(lines, line)
					}
				}
				return strings.Join(lines, "")
			}
			was := all()
			if old != "" && !strings.Contains(was, "[3:180] -A INPUT") {
				t.Fatalf("the old ruleset is not there:\n%s", was)
			}
			r := w.ctlint("apply", "--no-config", "--iptables", "nft", "--confirm", "400ms", filepath.Join(w.dir, "rules.v4"), filepath.Join(w.dir, "rules.v6"))
			if code := w.code(r); code != 1 {
				t.Errorf("the exit code is %d", code)
			}
			w.wantSaid(r, "nobody confirmed it")
			w.wantSaid(r, "+-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT")
			w.settle()
			if is := all(); is != was {
				t.Errorf("it was\n%s\nand is\n%s\n%s", was, is, r.out.String())
			}
		})
	}
}

// TestNamespace acts in another namespace.
func TestNamespace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// As a file in /run is seen by all, the name is the test's own.
	name := fmt.Sprintf("ctlint-test-%d", os.Getpid())
	if out, err, code := netnstest.Try(t, "ip", "netns", "add", name); code != 0 {
		if os.Getenv("CI") != "" {
			t.Fatalf("ip netns add: %s%s", out, err)
		}
		t.Skipf("SKIPPED: ip netns add: %s%s: run the test as root", out, err)
	}
	t.Cleanup(func() { netnstest.Run(t, "ip", "netns", "del", name) })
	r := w.ctlint("apply", "--no-config", "--netns", name, "--confirm", "300ms", filepath.Join(w.dir, "new.nft"))
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "ctlint apply --confirm")
	w.wantSaid(r, " --netns "+name)
	w.wantSaid(r, "nobody confirmed it")
	// It is another ruleset, so nothing is taken out of the diff.
	if strings.Contains(r.out.String(), "2222") {
		t.Errorf("it looks at the namespace that it came from:\n%s", r.out.String())
	}
	w.wantOld(r)
	none := w.ctlint("apply", "--netns", "../../etc", filepath.Join(w.dir, "new.nft"))
	if code := w.code(none); code != 2 {
		t.Errorf("a path as the name ends with %d", code)
	}
}

// TestStore refuses a folder that is not ctlint's own.
func TestStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine")
	s, err := apply.OpenStore(mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(mine); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v: %v", info.Mode(), err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(mine, link); err != nil {
		t.Fatal(err)
	}
	if _, err := apply.OpenStore(link); err == nil || !strings.Contains(err.Error(), "no symbolic link") {
		t.Errorf("a link: %v", err)
	}
	if err := os.Chmod(mine, 0o777); err != nil { //nolint:gosec // that is the test
		t.Fatal(err)
	}
	if _, err := apply.OpenStore(mine); err == nil || !strings.Contains(err.Error(), "others may write there") {
		t.Errorf("a folder for everybody: %v", err)
	}
	// A snapshot that is a link is not read.
	if err := os.Chmod(mine, 0o700); err != nil { //nolint:gosec // a folder
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(mine, "last")); err != nil {
		t.Fatal(err)
	}
	if s, err = apply.OpenStore(mine); err != nil {
		t.Fatal(err)
	}
	if _, err := apply.Rollback(t.Context(), s, ""); err == nil || !strings.Contains(err.Error(), "too many levels of symbolic links") {
		t.Errorf("a link in the folder: %v", err)
	}
}

func TestParseSession(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"198.51.100.7 50000 192.0.2.1 22", "198.51.100.7:50000 > 192.0.2.1:22"},
		{"::ffff:198.51.100.7 50000 ::ffff:192.0.2.1 22", "198.51.100.7:50000 > 192.0.2.1:22"},
		{"fe80::7%eth0 50000 fe80::1%eth0 22", "[fe80::7]:50000 > [fe80::1]:22"},
		{"198.51.100.7 50000", ""},
		{"198.51.100.7 500000 192.0.2.1 22", ""},
		{"somewhere 50000 192.0.2.1 22", ""},
	} {
		s, err := apply.ParseSession(c.in)
		if c.want == "" {
			if err == nil {
				t.Errorf("%q is read as %s", c.in, s)
			}
			continue
		}
		if err != nil || s.String() != c.want {
			t.Errorf("%q: %s, %v; want %s", c.in, s, err, c.want)
		}
	}
}
