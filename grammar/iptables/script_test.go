package iptables

import (
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// model is what a set of tables holds, by family, table and chain.
type model map[string][]string

// String lists a model: each chain, with a policy that drops, and its rules. A
// built-in chain without either is left out, as it is always there.
func (m model) String() string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		fields := strings.Fields(n)
		policy, rules := m[n][0], m[n][1:]
		if policy == "ACCEPT" && len(rules) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s %s\n", strings.Join(fields, " "), policy)
		for _, r := range rules {
			fmt.Fprintf(&b, "\t%s\n", strings.TrimSpace(r))
		}
	}
	return b.String()
}

// readScript reads a file of command lines, and lists the model in which it
// results, in iptables-save's words.
func readScript(name, text string, f ast.Family) (*File, model) {
	file := &File{Name: name, Text: text, Dialect: Commands, Family: f, base: 1}
	s := newScript(file)
	s.run()
	file.Ruleset = s.x.ruleset
	return file, modelOf(s.x)
}

func modelOf(x *executor) model {
	m := model{}
	for _, t := range x.ruleset.Tables {
		kn := x.knowledge(tableKey{t.Family, t.Name})
		for _, c := range t.Chains {
			policy := "-"
			if c.Base() {
				policy = "ACCEPT"
			}
			if c.Policy == ast.PolicyDrop {
				policy = "DROP"
			}
			list := []string{policy}
			for _, r := range c.Rules {
				key, ok := kn.chain(c.Name).keys[r]
				if !ok {
					key = " ?"
				}
				if r.Bad {
					key = " BAD"
				}
				list = append(list, key)
			}
			m[fmt.Sprintf("%s %s %s", t.Family, t.Name, c.Name)] = list
		}
	}
	return m
}

// saved reads what iptables-save prints.
func saved(m model, family, text string) {
	table := ""
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0][0] == '#' || f[0] == "COMMIT":
		case f[0][0] == '*':
			table = f[0][1:]
		case f[0][0] == ':':
			m[family+" "+table+" "+f[0][1:]] = []string{f[1]}
		default:
			key := family + " " + table + " " + f[1]
			_, rule, _ := strings.Cut(strings.TrimSpace(line), "-A "+f[1])
			m[key] = append(m[key], rule)
		}
	}
}

// errorsOf lists errors with their places.
func errorsOf(f *File) string {
	fset := token.NewFileSet()
	tf := fset.AddFile(f.Name, 1, len(f.Text))
	tf.SetLinesForContent([]byte(f.Text))
	slices.SortStableFunc(f.Errors, func(a, b *grammar.Error) int { return int(a.From) - int(b.From) })
	var b strings.Builder
	for _, e := range f.Errors {
		p := fset.Position(e.Pos())
		kind := "error"
		if e.Kind == grammar.RunTime {
			kind = "run time"
		}
		fmt.Fprintf(&b, "%d:%d: %s: %s\n", p.Line, p.Column, kind, e)
	}
	return b.String()
}

// golden compares a text with a file, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s (write it anew with -update)\n--- got\n%s--- want\n%s", name, got, want)
	}
}

// TestScripts reads the scripts of testdata and compares what they make with the
// golden files beside them.
func TestScripts(t *testing.T) {
	names, _ := filepath.Glob("testdata/commands/*")
	for _, name := range names {
		if strings.HasSuffix(name, ".golden") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, m := readScript(name, string(text), ast.FamilyIP)
			golden(t, name+".golden", errorsOf(f)+m.String())
			checkPlaces(t, f)
		})
	}
}

// checkPlaces checks that all places lie in the file, and that words which stand
// in it as they are do.
func checkPlaces(t *testing.T, f *File) {
	t.Helper()
	end := f.base + uint32(len(f.Text))
	within := func(s ast.Span) bool { return s.From >= f.base && s.From <= s.To && s.To <= end }
	for _, e := range f.Errors {
		if !within(e.Span) {
			t.Errorf("the error %q lies outside of the file: %v", e, e.Span)
		}
	}
	for l := range f.Lines {
		if !within(l.Span) {
			t.Fatalf("a line lies outside of the file: %v", l.Span)
		}
		for _, w := range l.Words {
			switch {
			case !within(w.Span):
				t.Errorf("the word %q lies outside of the file: %v", w.Text, w.Span)
			case !l.Expanded && !f.Literal(w):
				t.Errorf("the word %q of a line that is not expanded stands in the file as %q", w.Text, f.Text[w.From-f.base:w.To-f.base])
			}
		}
	}
	for _, c := range f.Ruleset.Commands {
		if !within(c.Span) {
			t.Errorf("a command lies outside of the file: %v", c.Span)
		}
	}
	for _, tb := range f.Ruleset.Tables {
		for _, c := range tb.Chains {
			if c.Span.Valid() && !within(c.Span) || c.NameSpan.Valid() && !within(c.NameSpan) {
				t.Errorf("the chain %s lies outside of the file: %v %v", c.Name, c.Span, c.NameSpan)
			}
			for _, r := range c.Rules {
				if !within(r.Span) {
					t.Fatalf("a rule lies outside of the file: %v", r.Span)
				}
				for _, s := range r.Stmts {
					if src := s.Source(); src.Valid() && !within(src) {
						t.Errorf("a statement lies outside of the file: %v", src)
					}
				}
			}
		}
	}
}

// kernel runs a command in a new network namespace, with the tools of a variant
// under their plain names, and returns what the tables hold then.
func kernel(t *testing.T, variant, stdin string, argv ...string) (model, string) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	multi, err := exec.LookPath("xtables-" + variant + "-multi")
	if err != nil {
		t.Fatalf("xtables-%s-multi is not installed, so this test cannot ask it (apt-get install iptables; or set CTLINT_NO_KERNEL=1)", variant)
	}
	dir := t.TempDir()
	for _, n := range []string{"iptables", "ip6tables"} {
		for _, a := range []string{"", "-save", "-restore"} {
			if err := os.Symlink(multi, filepath.Join(dir, n+a)); err != nil {
				t.Fatal(err)
			}
		}
	}
	ns := []string{"unshare", "--net"}
	if os.Geteuid() != 0 {
		ns = append(ns, "--user", "--map-root-user")
	}
	const script = `"$@"; echo "=== $?"; iptables-save; echo "==="; ip6tables-save`
	cmd := exec.Command(ns[0], append(append(ns[1:], "sh", "-c", script, "sh"), argv...)...)
	cmd.Env = []string{"PATH=" + dir + ":/usr/sbin:/usr/bin:/sbin:/bin", "XTABLES_LOCKFILE=" + filepath.Join(dir, "lock")}
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	parts := strings.Split(string(out), "===")
	if err != nil || len(parts) < 3 {
		t.Fatalf("%v: %s", err, out)
	}
	n := len(parts)
	m := model{}
	_, v4, _ := strings.Cut(parts[n-2], "\n")
	saved(m, "ip", v4)
	saved(m, "ip6", parts[n-1])
	return m, strings.Join(parts[:n-2], "===") + strings.TrimSpace(strings.SplitN(parts[n-2], "\n", 2)[0])
}

// TestScriptsAgainstKernel runs the scripts of testdata for real, and compares
// what the kernel has then with the model.
func TestScriptsAgainstKernel(t *testing.T) {
	for _, name := range []string{"edit.sh", "service.sh", "idempotent.sh", "restore.sh", "bash.sh"} {
		text, err := os.ReadFile(filepath.Join("testdata/commands", name))
		if err != nil {
			t.Fatal(err)
		}
		shell := "/bin/sh"
		if strings.HasPrefix(string(text), "#!/bin/bash") {
			shell = "/bin/bash"
		}
		_, want := readScript(name, string(text), ast.FamilyIP)
		for _, variant := range []string{"legacy", "nft"} {
			t.Run(name+" "+variant, func(t *testing.T) {
				got, out := kernel(t, variant, "", shell, filepath.Join("testdata/commands", name), "start")
				if got.String() != want.String() {
					t.Errorf("--- the kernel\n%s--- the model\n%s--- the script says\n%s", got, want, out)
				}
			})
		}
	}
}
