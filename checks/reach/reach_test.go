package reach_test

import (
	"fmt"
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

func facts(t *testing.T, lines string, o semantics.Options) (*reach.Facts, *ruleset.Host) {
	t.Helper()
	fset := token.NewFileSet()
	s := load.Parse(fset, "rules.v4", []byte("*filter\n"+lines+"\nCOMMIT\n"), load.Options{Dialect: load.Save, Family: ast.FamilyIP})
	for _, e := range s.Errors {
		t.Fatal(e)
	}
	h := &ruleset.Host{Fset: fset, Sources: []*load.Source{s}}
	return reach.New(h, graph.New(h), o), h
}

// TestUse says of each rule what it is good for.
func TestUse(t *testing.T) {
	for _, c := range []struct{ name, rules, want string }{
		{"used", "-A INPUT -p tcp -j ACCEPT", "used"},
		{"below a verdict for all", "-A INPUT -j DROP\n-A INPUT -p tcp -j ACCEPT", "used, not reached"},
		{"decided by two", "-A INPUT -p tcp --dport 1:9 -j DROP\n-A INPUT -p tcp --dport 10:20 -j ACCEPT\n-A INPUT -p tcp --dport 5:15 -j ACCEPT", "used, used, decided"},
		{"impossible", "-A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -m conntrack --ctstate ESTABLISHED -j ACCEPT", "impossible"},
		{"on one way only", "-A INPUT -p tcp -j DROP\n-A OUTPUT -p tcp -j a\n-A INPUT -p tcp -j a\n-A a -j ACCEPT", "used, decided, used, used"},
		{"in a chain that nothing goes to", "-A a -j ACCEPT", "not reached"},
		{"after a limit", "-A INPUT -m limit --limit 5/s -j DROP\n-A INPUT -p tcp -j ACCEPT", "used, used"},
		{"not understood", "-A INPUT -p tcp -j ACCEPT\n-A INPUT -p udp -j DROP", "used, used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, h := facts(t, ":INPUT ACCEPT\n:OUTPUT ACCEPT\n:a -\n"+c.rules, semantics.Options{})
			var got []string
			for p := range h.Rules() {
				got = append(got, f.Rule(p.Rule).String())
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("%s; want %s", s, c.want)
			}
		})
	}
}

func TestShadows(t *testing.T) {
	for _, c := range []struct{ name, rules, want string }{
		{"one", "-A INPUT -s 192.0.2.0/24 -j DROP\n-A INPUT -p udp -j ACCEPT\n-A INPUT -s 192.0.2.7/32 -j ACCEPT", "0 dropped"},
		{"two", "-A INPUT -p tcp --dport 1:9 -j DROP\n-A INPUT -p tcp --dport 10:20 -j ACCEPT\n-A INPUT -p tcp --dport 5:15 -j ACCEPT", "1 accepted, 0 dropped"},
		{"in a chain", "-A INPUT -p tcp -j a\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A a -p tcp -j DROP", "2 dropped"},
		{"by returning", "-A INPUT -j a\n-A a -p tcp -j RETURN\n-A a -p tcp --dport 22 -j DROP", "1 returned"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, h := facts(t, ":INPUT DROP\n:a -\n"+c.rules, semantics.Options{})
			w := f.Way(ast.FamilyIP, ast.HookInput)
			index := map[*ast.Rule]int{}
			for p := range h.Rules() {
				index[p.Rule] = len(index)
			}
			for p := range h.Rules() {
				if f.Rule(p.Rule) != reach.Decided && f.Rule(p.Rule) != reach.NotReached {
					continue
				}
				shadows, complete := f.Shadows(w, p.Rule)
				var got []string
				for _, s := range shadows {
					got = append(got, fmt.Sprint(index[s.Rule], " ", s.Ending))
				}
				if s := strings.Join(got, ", "); s != c.want || !complete {
					t.Errorf("%s, complete %v; want %s", s, complete, c.want)
				}
				return
			}
			t.Error("no rule is shadowed")
		})
	}
}

// TestCutShort has a budget that is too small for anything.
func TestCutShort(t *testing.T) {
	f, h := facts(t, ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n-A INPUT -j ACCEPT", semantics.Options{Steps: 20})
	if len(f.Ways()) != 0 || len(f.CutShort()) != 3 {
		t.Fatalf("%d ways are known, %d are not", len(f.Ways()), len(f.CutShort()))
	}
	for p := range h.Rules() {
		if u := f.Rule(p.Rule); u != reach.Unsure {
			t.Errorf("a rule is %s", u)
		}
	}
	w := f.CutShort()[0]
	if s := w.Accepts(); s.Known() || s.Empty() || s.Some() || s.Covers(s) || s.Disjoint(s) || s.Equal(s) {
		t.Error("something is known")
	}
}
