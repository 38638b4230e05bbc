//go:build linux

package apply_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the commands print into the document")

// masked are what differs from run to run.
var masked = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(--confirm |before )[a-z2-7]{4}-[a-z2-7]{4}`), "${1}7kq2-m5fd"},
	{regexp.MustCompile(` --state-dir \S+`), ""},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), "2026-11-22 10:20:30"},
}

// TestDocs runs the commands of docs/apply.md, one after the other, and compares what
// they print.
func TestDocs(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(root, "docs", "apply.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bareWorld(t)
	w.remote(session4)
	old, err := os.ReadFile(filepath.Join(root, "fixtures", "apply", "old.nft"))
	if err != nil {
		t.Fatal(err)
	}
	w.load("nft", "-f", "-", string(old))
	blocks := regexp.MustCompile("(?s)```text\n\\$ sudo ctlint ([^\n]*)\n.*?```\n")
	n := 0
	got := blocks.ReplaceAllStringFunc(string(text), func(block string) string {
		n++
		command := blocks.FindStringSubmatch(block)[1]
		r := w.ctlint(strings.Fields(command)...)
		r.Dir = root
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(command, "--confirm") {
			w.await(r, func() bool {
				out, err := exec.Command("nft", "list", "ruleset").Output()
				return err == nil && strings.Contains(string(out), "443")
			})
			c := w.ctlint("apply", "--confirm", w.lastToken())
			c.Env = append(c.Env, "SSH_CONNECTION=198.51.100.7 50001 192.0.2.1 22")
			if code := w.code(c); code != 0 {
				t.Errorf("confirming ends with %d: %s", code, c.out.String())
			}
		}
		_ = r.Wait() // the text tells how it ends
		out := r.out.String()
		for _, m := range masked {
			out = m.what.ReplaceAllString(out, m.with)
		}
		return "```text\n$ sudo ctlint " + command + "\n" + out + "```\n"
	})
	if n == 0 {
		t.Fatal("the document has no command to run")
	}
	if got == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
		return
	}
	t.Errorf("docs/apply.md is not what the commands print (go test ./backend/apply -run Docs -update):\n%s", got)
}
