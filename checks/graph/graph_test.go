package graph_test

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// filter returns the graph of a filter table: the chains' and the rules' lines.
func filter(t testing.TB, lines string) *graph.Table {
	t.Helper()
	text := "*filter\n" + lines + "\nCOMMIT\n"
	fset := token.NewFileSet()
	s := load.Parse(fset, "rules.v4", []byte(text), load.Options{Dialect: load.Save, Family: ast.FamilyIP})
	return graph.New(&ruleset.Host{Fset: fset, Sources: []*load.Source{s}}).Tables[0]
}

func names(cs []*graph.Chain) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ")
}

func TestCalls(t *testing.T) {
	tb := filter(t, `:INPUT DROP
:OUTPUT DROP
:a -
:b -
-A INPUT -p tcp -j a
-A INPUT -j nowhere
-A INPUT -g b
-A a -j b
-A OUTPUT -j ACCEPT
-A c -j DROP`)
	in, a, b := tb.Chain("INPUT"), tb.Chain("a"), tb.Chain("b")
	if len(in.Calls) != 3 || in.Calls[0].To != a || in.Calls[1].To != nil || in.Calls[2].To != b || !in.Calls[2].Goto || in.Calls[2].Index != 2 {
		t.Errorf("INPUT calls %+v", in.Calls)
	}
	if len(tb.Undefined) != 1 || tb.Undefined[0].Name != "nowhere" || tb.Undefined[0].From != in {
		t.Errorf("undefined: %+v", tb.Undefined)
	}
	callers := slices.Collect(b.Callers())
	if len(callers) != 2 || callers[0].From != in || callers[1].From != a {
		t.Errorf("callers of b: %+v", callers)
	}
	if !b.Hooks.Has(ast.HookInput) || b.Hooks.Has(ast.HookOutput) {
		t.Errorf("hooks of b: %b", b.Hooks)
	}
	if got := names(b.Bases()); got != "INPUT" {
		t.Errorf("bases of b: %s", got)
	}
	if got := names(in.Bases()); got != "INPUT" {
		t.Errorf("bases of INPUT: %s", got)
	}
	c := tb.Chain("c")
	if c.Reached() || c.Called() || c.Cycle() != nil {
		t.Errorf("c: reached %v, called %v, cycle %v", c.Reached(), c.Called(), c.Cycle())
	}
	if !tb.Declared() {
		t.Error("the table has declared chains")
	}
}

func TestCycles(t *testing.T) {
	for _, c := range []struct{ name, lines, want string }{
		{"none", "-A INPUT -j a\n-A INPUT -j b\n-A a -j b", ""},
		{"itself", "-A INPUT -j a\n-A a -j a", "a"},
		{"two", "-A INPUT -j a\n-A a -j b\n-A b -p tcp -g a", "a b"},
		{"two circles", "-A a -j b\n-A b -j a\n-A c -j d\n-A d -j c", "a b|c d"},
		{"a circle behind another", "-A a -j b\n-A b -j a\n-A b -j c\n-A c -j d\n-A d -j e\n-A e -j c", "a b|c d e"},
		{"in the order of the table", "-A c -j d\n-A d -j c\n-A a -j b\n-A b -j a", "a b|c d"},
		{"not by a guess", "-A INPUT -j a\n-A a -m nosuch -j b\n-A b -j a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tb := filter(t, ":INPUT DROP\n:a -\n:b -\n:c -\n:d -\n:e -\n"+c.lines)
			var got []string
			for _, cycle := range tb.Cycles {
				got = append(got, names(cycle))
				for _, ch := range cycle {
					if names(ch.Cycle()) != names(cycle) {
						t.Errorf("the cycle of %s is %s", ch.Name, names(ch.Cycle()))
					}
				}
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("cycles %q; want %q", s, c.want)
			}
		})
	}
}

func TestDecides(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		want        bool
	}{
		{"empty", "", false},
		{"drops all", "-A a -j DROP", true},
		{"drops some", "-A a -p tcp -j DROP", false},
		{"drops all after some", "-A a -p tcp -j ACCEPT\n-A a -j DROP", true},
		{"returns some first", "-A a -p tcp -j RETURN\n-A a -j DROP", false},
		{"returns some too late", "-A a -j DROP\n-A a -p tcp -j RETURN", true},
		{"a comment asks for nothing", `-A a -m comment --comment "all" -j DROP`, true},
		{"calls one that does", "-A a -j b\n-A b -j DROP", true},
		{"calls one that does for some", "-A a -p tcp -j b\n-A b -j DROP", false},
		{"calls one that does not", "-A a -j b\n-A b -p tcp -j DROP", false},
		{"and goes on behind it", "-A a -j b\n-A a -j DROP\n-A b -p tcp -j RETURN", true},
		{"goes to one that returns", "-A a -g b\n-A a -j DROP\n-A b -p tcp -j RETURN", false},
		{"goes to one for some", "-A a -p tcp -g b\n-A a -j DROP\n-A b -p udp -j RETURN", false},
		{"goes to one that does for some", "-A a -p tcp -g b\n-A a -j ACCEPT\n-A b -j DROP", true},
		{"calls nothing", "-A a -j nowhere\n-A a -j DROP", false},
		{"cannot be understood", "-A a -m nosuch -j b\n-A a -j DROP", false},
		{"a circle", "-A a -j b\n-A b -j a\n-A a -j DROP", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			tb := filter(t, ":INPUT ACCEPT\n:a -\n:b -\n"+c.lines)
			if got := tb.Chain("a").Decides; got != c.want {
				t.Errorf("Decides is %v", got)
			}
		})
	}
}

func TestMaybe(t *testing.T) {
	tb := filter(t, ":INPUT ACCEPT\n:a -\n:b -\n:c -\n-A INPUT -m nosuch -j a\n-A a -j b\n-A c -m nosuch")
	for name, want := range map[string]bool{"a": true, "b": true, "c": false} {
		if got := tb.Chain(name).Reached(); got != want {
			t.Errorf("%s is reached: %v", name, got)
		}
	}
	if call := tb.Chain("INPUT").Calls[0]; !call.Maybe {
		t.Errorf("%+v is sure", call)
	}
	if tb.Unclear {
		t.Error("no target is unknown")
	}
}

func TestFlatten(t *testing.T) {
	tb := filter(t, `:INPUT ACCEPT
:a -
:b -
-A INPUT -j a
-A INPUT -p tcp -j b
-A INPUT -j DROP
-A a -p udp -j b
-A a -j a
-A b -j RETURN`)
	show := func(limit int) (string, bool) {
		steps, complete := tb.Chain("INPUT").Flatten(limit)
		var out []string
		for _, s := range steps {
			sure := ""
			if !s.Sure {
				sure = "?"
			}
			out = append(out, fmt.Sprintf("%s%s/%d@%d", sure, s.Chain.Name, s.Index, s.Depth))
		}
		return strings.Join(out, " "), complete
	}
	got, complete := show(100)
	if want := "INPUT/0@0 a/0@1 ?b/0@2 a/1@1 INPUT/1@0 ?b/0@1 INPUT/2@0"; got != want || !complete {
		t.Errorf("got %s, complete %v\nwant %s", got, complete, want)
	}
	if got, complete := show(3); got != "INPUT/0@0 a/0@1 ?b/0@2" || complete {
		t.Errorf("cut at 3: %s, complete %v", got, complete)
	}
	if _, complete := show(7); !complete {
		t.Error("all 7 steps fit")
	}
}

// verdictMap is a table as nft has it: chains that are called through a map.
func verdictMap() *ruleset.Host {
	jump := func(to string) *ast.Verdict { return &ast.Verdict{Kind: ast.VerdictJump, Chain: to} }
	t := &ast.Table{Name: "t", Family: ast.FamilyInet, Chains: []*ast.Chain{
		{Name: "in", Hook: ast.HookInput, Rules: []*ast.Rule{
			{Stmts: []ast.Stmt{&ast.VMap{Map: &ast.SetRef{Name: "services"}}}},
			{Stmts: []ast.Stmt{&ast.VMap{Map: &ast.SetLit{Elems: []*ast.Elem{{Data: jump("c")}, {Data: jump("gone")}}}}}},
		}},
		{Name: "out", Hook: ast.HookOutput, Rules: []*ast.Rule{
			{Stmts: []ast.Stmt{&ast.VMap{Map: &ast.SetRef{Name: "services"}}}},
		}},
		{Name: "a", Rules: []*ast.Rule{{Stmts: []ast.Stmt{&ast.VMap{Map: &ast.SetRef{Name: "services"}}}}}},
		{Name: "b"}, {Name: "c"}, {Name: "d"},
	}, Sets: []*ast.Set{
		{Name: "services", Data: []ast.Type{ast.TypeVerdict}, Elems: []*ast.Elem{{Data: jump("a")}, {Data: jump("b")}, {Data: jump("lost")}}},
		{Name: "unused", Data: []ast.Type{ast.TypeVerdict}, Elems: []*ast.Elem{{Data: jump("d")}}},
	}}
	return &ruleset.Host{Fset: token.NewFileSet(), Sources: []*load.Source{{Ruleset: &ast.Ruleset{Tables: []*ast.Table{t}}}}}
}

func TestMaps(t *testing.T) {
	tb := graph.New(verdictMap()).Tables[0]
	for _, c := range []struct {
		chain  string
		called bool
		bases  string
		hooks  graph.Hooks
	}{
		{"a", true, "in out", 1<<ast.HookInput | 1<<ast.HookOutput},
		{"b", true, "in out", 1<<ast.HookInput | 1<<ast.HookOutput},
		{"c", true, "in", 1 << ast.HookInput},
		{"d", false, "", 0},
	} {
		ch := tb.Chain(c.chain)
		if ch.Called() != c.called || names(ch.Bases()) != c.bases || ch.Hooks != c.hooks {
			t.Errorf("%s: called %v, bases %s, hooks %b", c.chain, ch.Called(), names(ch.Bases()), ch.Hooks)
		}
	}
	var lost []string
	for _, u := range tb.Undefined {
		lost = append(lost, u.Name)
	}
	if fmt.Sprint(lost) != "[gone lost]" {
		t.Errorf("undefined: %v", lost)
	}
	if len(tb.Cycles) != 1 || names(tb.Cycles[0]) != "a" {
		t.Errorf("cycles: %v", tb.Cycles)
	}
	targets := tb.Chain("out").Calls[0].Targets()
	if got := names(slices.Collect(targets)); got != "a b" {
		t.Errorf("targets of the look-up: %s", got)
	}
}

// TestLinear has shapes whose cost must not be that of their pairs or paths.
func TestLinear(t *testing.T) {
	const n = 10_000
	shapes := map[string]func(b *strings.Builder, i int){
		"one deep chain of calls": func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "-A c%d -j c%d\n", i, i+1)
		},
		"one great circle": func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "-A c%d -j c%d\n", i, (i+1)%n)
		},
		"paths that double": func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "-A c%d -p tcp -j c%d\n-A c%d -p udp -j c%d\n", i, i+1, i, i+1)
		},
		"all call one": func(b *strings.Builder, i int) { fmt.Fprintf(b, "-A c%d -j c0\n", i) },
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(":INPUT DROP\n")
			for i := range n + 1 {
				fmt.Fprintf(&b, ":c%d -\n", i)
			}
			b.WriteString("-A INPUT -j c0\n")
			for i := range n {
				shape(&b, i)
			}
			start := time.Now()
			tb := filter(t, b.String())
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if name != "all call one" && !tb.Chain(fmt.Sprint("c", n-1)).Reached() {
				t.Error("the last chain is not reached")
			}
		})
	}
}

func TestUnconditional(t *testing.T) {
	for rule, want := range map[string]bool{
		"-j DROP":        true,
		"":               true,
		"-p tcp -j DROP": false,
		`-m comment --comment "all of them" -j ACCEPT`: true,
		"-m state --state NEW -j ACCEPT":               false,
		"-m nosuch -j DROP":                            false,
		"-j a":                                         true,
	} {
		tb := filter(t, ":INPUT ACCEPT\n:a -\n-A INPUT "+rule)
		if got := graph.Unconditional(tb.Chain("INPUT").Rules[0], true); got != want {
			t.Errorf("%s: %v", rule, got)
		}
	}
}

func TestWayFrom(t *testing.T) {
	tb := filter(t, `:INPUT DROP
:FORWARD DROP
:OUTPUT DROP
:a -
:b -
:c -
:lonely -
-A INPUT -p tcp -j a
-A INPUT -p udp -j b
-A FORWARD -g c
-A a -s 192.0.2.1 -j b
-A b -s 192.0.2.2 -j c
-A c -j b
-A lonely -j c`)
	for _, c := range []struct {
		chain string
		hook  ast.Hook
		want  string // chains of the rules, or none
	}{
		{"INPUT", ast.HookInput, ""},
		{"a", ast.HookInput, "INPUT"},
		{"c", ast.HookInput, "INPUT b"}, // not by a
		{"c", ast.HookForward, "FORWARD"},
		{"b", ast.HookForward, "FORWARD c"},
		{"a", ast.HookForward, "none"},
		{"INPUT", ast.HookForward, "none"},
		{"c", ast.HookOutput, "none"},
	} {
		got := "none"
		if way, ok := tb.Chain(c.chain).WayFrom(c.hook); ok {
			var from []string
			for _, r := range way {
				for _, k := range tb.Chains {
					if slices.Contains(k.Rules, r) {
						from = append(from, k.Name)
					}
				}
			}
			got = strings.Join(from, " ")
		}
		if got != c.want {
			t.Errorf("from %s to %s: %q; want %q", c.hook, c.chain, got, c.want)
		}
	}
}
