package fix_test

import (
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/fix"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
)

// rewrite makes a check that finds old in a text and puts now in its place.
func rewrite(code, old, now string, options ...func(old, now string, at token.Pos) check.Option) *check.Check {
	if options == nil {
		options = append(options, safe)
	}
	return made(code, func(pass *analysis.Pass, text string, base token.Pos) {
		for at := 0; ; {
			i := strings.Index(text[at:], old)
			if i < 0 {
				return
			}
			at += i
			pos := base + token.Pos(at)
			var o []check.Option
			for _, f := range options {
				o = append(o, f(old, now, pos))
			}
			check.Report(pass, span{pos, pos + token.Pos(len(old))}, fmt.Sprintf("%s at %d", old, at), o...)
			at += len(old)
		}
	})
}

func safe(old, now string, at token.Pos) check.Option {
	return check.Fix("write "+now, analysis.TextEdit{Pos: at, End: at + token.Pos(len(old)), NewText: []byte(now)})
}

func unsafe(old, now string, at token.Pos) check.Option {
	return check.UnsafeFix("really write "+now, analysis.TextEdit{Pos: at, End: at + token.Pos(len(old)), NewText: []byte(now)})
}

func made(code string, f func(pass *analysis.Pass, text string, base token.Pos)) *check.Check {
	return check.New(check.Check{
		Code: code, Slug: strings.ToLower(code), Severity: check.Warning, Title: "made for a test", Text: "Made for a test.",
		Fix: check.Unsafe, FixText: "Rewrites the text.",
		Analyzer: &analysis.Analyzer{
			Requires: []*analysis.Analyzer{ruleset.Analyzer},
			Run: func(pass *analysis.Pass) (any, error) {
				for _, s := range ruleset.Of(pass).Sources {
					f(pass, s.Text, s.Ruleset.Pos())
				}
				return nil, nil
			},
		},
	})
}

type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

// comments is a ruleset with text in a comment, where it breaks nothing.
func comments(text string) string { return "# " + text + "\n*filter\nCOMMIT\n" }

func apply(t *testing.T, files map[string]string, unsafe bool, checks ...*check.Check) *fix.Result {
	t.Helper()
	o := fix.Options{Unsafe: unsafe, Options: driver.Options{Checks: checks, Overlay: map[string][]byte{}}}
	for name, text := range files {
		o.Overlay[name] = []byte(text)
	}
	r, err := fix.Apply([]unit.Unit{{Files: slices.Sorted(maps.Keys(files))}}, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if string(o.Overlay[name]) != text {
			t.Errorf("the caller's overlay has changed: %s", o.Overlay[name])
		}
	}
	return r
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name    string
		text    string
		unsafe  bool
		checks  []*check.Check
		want    string
		applied int
		left    int
	}{
		{"one", "a b a", false, []*check.Check{rewrite("TT001", "a", "x")}, "x b x", 2, 0},
		{"nothing", "a b a", false, []*check.Check{rewrite("TT001", "c", "x")}, "", 0, 0},
		{"round after round", "a", false, []*check.Check{rewrite("TT001", "a", "b"), rewrite("TT002", "b", "c"), rewrite("TT003", "c", "d")}, "d", 3, 0},
		{"overlapping", "abc", false, []*check.Check{rewrite("TT001", "ab", "x"), rewrite("TT002", "bc", "y")}, "xc", 1, 0},
		{"overlapping, and still there", "abbc", false, []*check.Check{rewrite("TT001", "ab", "x"), rewrite("TT002", "bbc", "y"), rewrite("TT003", "bc", "z")}, "xz", 2, 0},
		{"side by side", "ab", false, []*check.Check{rewrite("TT001", "a", "x"), rewrite("TT002", "b", "y")}, "xy", 2, 0},
		{"the same edit twice", "a", false, []*check.Check{rewrite("TT001", "a", "x"), rewrite("TT002", "a", "x")}, "x", 2, 0},
		{"two answers to one question", "a", false, []*check.Check{rewrite("TT001", "a", "x"), rewrite("TT002", "a", "y")}, "x", 1, 0},
		{"unsafe ones are left", "a b", false, []*check.Check{rewrite("TT001", "a", "x", unsafe), rewrite("TT002", "b", "y")}, "a y", 1, 1},
		{"unsafe ones are taken", "a b", true, []*check.Check{rewrite("TT001", "a", "x", unsafe), rewrite("TT002", "b", "y")}, "x y", 2, 0},
		{"the first that is allowed", "a", false, []*check.Check{rewrite("TT001", "a", "x", unsafe, safe)}, "x", 1, 0},
		{"a fix that changes nothing", "a", false, []*check.Check{rewrite("TT001", "a", "a")}, "", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := apply(t, map[string]string{"a.v4": comments(c.text)}, c.unsafe, c.checks...)
			got := ""
			if len(r.Changes) > 0 {
				got = r.Changes[0].New
				if r.Changes[0].Old != comments(c.text) || r.Changes[0].File != "a.v4" {
					t.Errorf("%+v", r.Changes[0])
				}
			}
			want := ""
			if c.want != "" {
				want = comments(c.want)
			}
			if got != want || len(r.Errors) > 0 {
				t.Errorf("got\n%s%v\nwant\n%s", got, r.Errors, want)
			}
			if len(r.Applied) != c.applied || len(r.After.Findings) != c.left {
				t.Errorf("%d applied, %d findings left; want %d and %d", len(r.Applied), len(r.After.Findings), c.applied, c.left)
			}
			if len(r.Before.Files) != 1 || r.Before.Files[0].Text != comments(c.text) {
				t.Errorf("before: %+v", r.Before.Files)
			}
		})
	}
}

func TestInsertions(t *testing.T) {
	insert := func(code, text string) *check.Check {
		return made(code, func(pass *analysis.Pass, now string, base token.Pos) {
			if !strings.Contains(now, text) {
				at := base + token.Pos(strings.Index(now, "*filter"))
				check.Report(pass, span{at, at}, text+" is missing", check.Fix("add it", analysis.TextEdit{Pos: at, NewText: []byte("# " + text + "\n")}))
			}
		})
	}
	r := apply(t, map[string]string{"a.v4": "*filter\nCOMMIT\n"}, false, insert("TT001", "one"), insert("TT002", "two"), insert("TT003", "one"))
	if want := "# one\n# two\n*filter\nCOMMIT\n"; len(r.Changes) != 1 || r.Changes[0].New != want {
		t.Errorf("got %+v; want %q", r.Changes, want)
	}
}

// TestRefused has a fix that makes the text unreadable among others that do not.
func TestRefused(t *testing.T) {
	text := comments("a b a b a")
	r := apply(t, map[string]string{"a.v4": text}, false, rewrite("TT001", "a", "x"), rewrite("TT002", "b", "\n-A broken --nosuch\n# "))
	if want := comments("x b x b x"); len(r.Changes) != 1 || r.Changes[0].New != want {
		t.Errorf("got %+v; want %q", r.Changes, want)
	}
	if len(r.Errors) == 0 || !strings.Contains(r.Errors[0].Error(), "of tt002 would leave text that cannot be read") {
		t.Errorf("errors: %v", r.Errors)
	}
	if len(r.Applied) != 3 {
		t.Errorf("applied: %v", r.Applied)
	}
}

// TestBroken has a text that could not be read before; it may be repaired.
func TestBroken(t *testing.T) {
	r := apply(t, map[string]string{"a.v4": "*filter\n-A INPUT --nosuch\n-A INPUT --other\nCOMMIT\n"}, false, rewrite("TT001", " --nosuch", " -j DROP"))
	if want := "*filter\n-A INPUT -j DROP\n-A INPUT --other\nCOMMIT\n"; len(r.Changes) != 1 || r.Changes[0].New != want {
		t.Errorf("got %+v; want %q", r.Changes, want)
	}
}

func TestRestless(t *testing.T) {
	r := apply(t, map[string]string{"a.v4": comments("a")}, false, rewrite("TT001", "a", "b"), rewrite("TT002", "b", "a"))
	if len(r.Errors) != 1 || !strings.Contains(r.Errors[0].Error(), "after 10 rounds") {
		t.Errorf("errors: %v", r.Errors)
	}
}

func TestTwoFiles(t *testing.T) {
	both := check.New(check.Check{
		Code: "TT001", Slug: "both", Severity: check.Warning, Title: "made for a test", Text: "Made for a test.",
		Fix: check.Safe, FixText: "Rewrites both files.",
		Analyzer: &analysis.Analyzer{
			Requires: []*analysis.Analyzer{ruleset.Analyzer},
			Run: func(pass *analysis.Pass) (any, error) {
				var edits []analysis.TextEdit
				for _, s := range ruleset.Of(pass).Sources {
					if i := strings.Index(s.Text, "old"); i >= 0 {
						at := s.Ruleset.Pos() + token.Pos(i)
						edits = append(edits, analysis.TextEdit{Pos: at, End: at + 3, NewText: []byte("new")})
					}
				}
				if len(edits) > 0 {
					check.Report(pass, ruleset.Of(pass).Sources[0].Ruleset, "old", check.Fix("renew", edits...))
				}
				return nil, nil
			},
		},
	})
	r := apply(t, map[string]string{"a.v4": comments("old"), "a.v6": comments("old")}, false, both)
	if len(r.Changes) != 2 || r.Changes[0].New != comments("new") || r.Changes[1].New != comments("new") || len(r.Applied) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestCRLF has edits in a file with the line endings of others.
func TestCRLF(t *testing.T) {
	text := strings.ReplaceAll(comments("a"), "\n", "\r\n")
	r := apply(t, map[string]string{"a.v4": text}, false, rewrite("TT001", "a", "x"))
	if want := strings.ReplaceAll(comments("x"), "\n", "\r\n"); len(r.Changes) != 1 || r.Changes[0].New != want {
		t.Errorf("got %+v; want %q", r.Changes, want)
	}
}

func TestManyHosts(t *testing.T) {
	o := fix.Options{Options: driver.Options{Checks: []*check.Check{rewrite("TT001", "a", "x")}, Overlay: map[string][]byte{}}}
	var units []unit.Unit
	for i := range 50 {
		name := fmt.Sprintf("%02d.v4", i)
		o.Overlay[name] = []byte(comments("a"))
		units = append(units, unit.Unit{Files: []string{name}})
	}
	done := 0
	o.Progress = func(int, int) { done++ }
	r, err := fix.Apply(units, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Changes) != 50 || r.Changes[49].File != "49.v4" || done != 50 || len(r.Before.Findings) != 50 || len(r.After.Findings) != 0 {
		t.Errorf("%d changes, %d done", len(r.Changes), done)
	}
}

// TestVerdicts has fixes that call themselves safe.
func TestVerdicts(t *testing.T) {
	const head = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n"
	for _, c := range []struct{ name, text, old, now, refused string }{
		{"opens the policy", head, "INPUT DROP", "INPUT ACCEPT", "drops "},
		{"opens a port", head + "-A INPUT -p tcp --dport 22 -s 192.0.2.7 -j ACCEPT\n", " -s 192.0.2.7", "", "drops "},
		{"opens a port behind a user chain", head + ":web - [0:0]\n-A INPUT -p tcp -j web\n-A web -p tcp --dport 443 -d 192.0.2.9 -j ACCEPT\n", " -d 192.0.2.9", "", "drops "},
		{"closes a port", head + "-A INPUT -p udp --dport 53 -j ACCEPT\n", "--dport 53", "--dport 54", "accepts "},
		{"closes for a state", head + "-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\n", "NEW,ESTABLISHED", "NEW", "accepts "},
		{"drops INVALID", head + "-A INPUT -p tcp --dport 22 -j ACCEPT\n", "-A INPUT -p tcp", "-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT -p tcp", ""},
		{"writes it otherwise", head + "-A INPUT -m state --state ESTABLISHED -j ACCEPT\n", "-m state --state", "-m conntrack --ctstate", ""},
		{"adds a comment", head, "-i lo", "-i lo -m comment --comment local", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{"a.v4": c.text + "COMMIT\n"}
			r := apply(t, files, false, made("TT001", func(pass *analysis.Pass, text string, base token.Pos) {
				if i := strings.Index(text, c.old); i >= 0 && (strings.Contains(c.old, c.now) || !strings.Contains(text, c.now)) {
					check.Report(pass, span{base + token.Pos(i), base + token.Pos(i+len(c.old))}, "made", safe(c.old, c.now, base+token.Pos(i)))
				}
			}))
			switch {
			case c.refused == "" && (len(r.Changes) != 1 || len(r.Errors) > 0):
				t.Errorf("the fix is refused: %v", r.Errors)
			case c.refused != "" && (len(r.Changes) > 0 || len(r.Errors) != 1 || !strings.Contains(r.Errors[0].Error(), "is called safe and changes a verdict: the ruleset "+c.refused)):
				t.Errorf("%d changes, errors %v", len(r.Changes), r.Errors)
			}
		})
	}
}

func TestOnly(t *testing.T) {
	a, b := rewrite("TT001", "a", "x"), rewrite("TT002", "b", "y")
	o := fix.Options{Options: driver.Options{Checks: []*check.Check{a, b}, Overlay: map[string][]byte{"a.v4": []byte(comments("a b"))}}, Only: func(c *check.Check) bool { return c == b }}
	r, err := fix.Apply([]unit.Unit{{Files: []string{"a.v4"}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Changes) != 1 || r.Changes[0].New != comments("a y") || len(r.After.Findings) != 1 {
		t.Errorf("%+v", r.Changes)
	}
}
