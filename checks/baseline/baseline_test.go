package baseline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks/baseline"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/syntax"
)

func found(file, print string) driver.Finding {
	f := driver.Finding{Code: "TT001", Fingerprint: print, Severity: check.Warning}
	f.Pos.Filename = file
	return f
}

func TestWriteAndRead(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("sub", 0o777); err != nil {
		t.Fatal(err)
	}
	unreadable := found("a.v4", "c")
	unreadable.Check, unreadable.Severity = syntax.Check, check.Error
	name := filepath.Join("sub", "known.json")
	n, err := baseline.Write(name, []driver.Finding{found("b.v4", "b"), found("sub/a.v4", "a"), unreadable})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	b, err := baseline.Read(name)
	if err != nil || b.Len() != 2 {
		t.Fatal(b.Len(), err)
	}
	for _, c := range []struct {
		f    driver.Finding
		want bool
	}{
		{found("sub/a.v4", "a"), true}, {found("./b.v4", "b"), true}, {found("a.v4", "a"), false},
		{found("b.v4", "b-2"), false}, {unreadable, false}, {found("b.v4", ""), false},
	} {
		if got := b.Knows(&c.f); got != c.want {
			t.Errorf("%s %s is known: %v", c.f.Pos.Filename, c.f.Fingerprint, got)
		}
	}
	// The same from another folder, and the text of the file does not depend on the
	// order of the findings.
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("sub")
	if b, err = baseline.Read("known.json"); err != nil {
		t.Fatal(err)
	}
	if f := found("../b.v4", "b"); !b.Knows(&f) {
		t.Error("not known from another folder")
	}
	if _, err := baseline.Write("known.json", []driver.Finding{found("a.v4", "a"), found("../b.v4", "b")}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile("known.json"); err != nil || string(after) != string(before) {
		t.Errorf("got\n%s\nwant\n%s, %v", after, before, err)
	}
}

func TestWrong(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ text, want string }{
		{"no JSON", "this is no baseline"},
		{`{"version": 2}`, "is of version 2; expected 1"},
		{`{}`, "is of version 0"},
	} {
		name := filepath.Join(dir, "x.json")
		if err := os.WriteFile(name, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := baseline.Read(name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
}
