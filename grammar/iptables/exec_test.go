package iptables

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// clean empties the table filter, so that everything after it is certain.
const clean = "-F; -X; "

// refusals are command lines of iptables. An x before one says that the tools
// refuse it for certain, so that it is to be told; a ? that they refuse it here,
// where the kernel has no rules to begin with, but need not.
var refusals = []string{
	clean + "-N a; x -N a",
	"-N a; x -N a",
	clean + "x -N INPUT",
	"x -N DROP",
	"-N a; ? -I a 2 -j DROP",
	clean + "-N a; x -I a 2 -j DROP; -I a 1 -j DROP; -I a 2 -j ACCEPT; x -I a 4 -j DROP; -I a 3 -j DROP",
	clean + "-A INPUT -j DROP; x -D INPUT 2; -D INPUT 1; x -D INPUT 1",
	"? -D INPUT 1",
	"? -D INPUT -j DROP",
	"-A INPUT -j ACCEPT; ? -D INPUT -j DROP",
	clean + "x -D INPUT -j DROP",
	clean + "-A INPUT -p tcp --dport 22 -j DROP; -D INPUT -p tcp -m tcp --dport ssh -j DROP; x -D INPUT -p tcp --dport 22 -j DROP",
	clean + "-A INPUT -p tcp --dport 22 -m comment --comment a; x -D INPUT -p tcp -m comment --comment a --dport 22",
	clean + "-A INPUT -s 192.0.2.1,192.0.2.2; -D INPUT -s 192.0.2.2,192.0.2.1",
	clean + "-A INPUT -s 192.0.2.1; x -D INPUT -s 192.0.2.1,192.0.2.2; -D INPUT -s 192.0.2.1",
	clean + "-A INPUT -j DROP; -A INPUT -j DROP; -D INPUT -j DROP; -D INPUT -j DROP; x -D INPUT -j DROP",
	clean + "-N a; -N b; -A INPUT -g a; x -D INPUT -j a; -D INPUT -g a",
	clean + "-A INPUT -j ACCEPT; -R INPUT 1 -j DROP; x -R INPUT 2 -j DROP; -D INPUT -j DROP",
	"? -R INPUT 1 -j DROP",
	"-A INPUT -j ACCEPT; x -R INPUT 1 -s 192.0.2.1,192.0.2.2 -j DROP",
	"? -X a",
	clean + "x -X a",
	clean + "-N a; -A a -j DROP; x -X a; x -X; -F a; -X a; x -X a",
	clean + "-N a; -N b; -A b -j a; x -X a; x -X; -D b -j a; -X; x -F a",
	clean + "-N a; -A INPUT -j a; x -X a; -F; -X a",
	"? -F a",
	clean + "x -F a",
	clean + "-N a; -A INPUT -j a; -E a b; x -X b; x -F a; -D INPUT -j b; -X b",
	clean + "-N a; -N b; x -E a b; -E b c; x -E b d",
	clean + "-N a; x -E a INPUT",
	"-P INPUT DROP; x -P INPUT REJECT; x -P INPUT drop; x -P INPUT QUEUE",
	"-N a; x -P a DROP; x -P b DROP; x -P PREROUTING ACCEPT; -t nat -P PREROUTING ACCEPT; -t mangle -P INPUT DROP",
	clean + "-A INPUT -j DROP; -C INPUT -j DROP",
	"x -F INPUT -j DROP; x -N a -p tcp; x -P INPUT DROP -s 192.0.2.1; x -X -i eth0; x -Z -s 192.0.2.1; x -D INPUT 1 -p tcp",
	"x -F INPUT 1; x -X a b; x -F INPUT OUTPUT; x -P INPUT DROP 1",
	"x -p tcp; x -j DROP; x -6 -A INPUT; -4 -A INPUT; x -A INPUT -6",
	"x -t foo -F; x -I INPUT 0 -j DROP; x -D INPUT 0; x -R INPUT 1x -j DROP; x -A; x -N",
	"-w -A INPUT; -w5 -A INPUT; -w 5 -A INPUT; --wait=5 -A INPUT; -A INPUT -w; -v -A INPUT; x -v -n -A INPUT; x -x -Z; x -n -S; x --line-numbers -D INPUT 1; -n -x --line-numbers -L",
	"x -A INPUT -D INPUT; x -F -X; -AINPUT -j DROP; -tnat -F",
	"x -c 1 2 -F; -A INPUT -c 1 2; -I INPUT -c 1 2; -R INPUT 1 -c 1 2; x -D INPUT -c 1 2; x -C INPUT -c 1 2; x -N a -c 1 2",
	clean + "-A INPUT -c 5 6 -j DROP; -D INPUT -j DROP",
}

// TestRefusals checks what is told of commands that fail, and asks the tools
// whether they do.
func TestRefusals(t *testing.T) {
	for _, seq := range refusals {
		t.Run(seq, func(t *testing.T) {
			var script strings.Builder
			var lines, signs []string
			for _, l := range strings.Split(seq, "; ") {
				sign, rest, ok := strings.Cut(l, " ")
				if !ok || sign != "x" && sign != "?" {
					sign, rest = "", l
				}
				signs, lines = append(signs, sign), append(lines, "iptables "+rest)
				fmt.Fprintf(&script, "iptables %s\n", rest)
			}
			f, _ := readScript("x", script.String(), ast.FamilyIP)
			told := map[int]bool{}
			for _, e := range f.Errors {
				told[strings.Count(f.Text[:e.From-f.base], "\n")] = true
			}
			for i, l := range lines {
				if told[i] != (signs[i] == "x") {
					t.Errorf("%s: told: %v, sign %q\n%s", l, told[i], signs[i], errorsOf(f))
				}
			}
			// For each line, the shell prints its status.
			asked := ""
			for _, l := range lines {
				asked += l + " >/dev/null 2>&1; echo \"status $?\"\n"
			}
			for _, variant := range []string{"legacy", "nft"} {
				_, out := kernel(t, variant, "", "/bin/sh", "-c", asked)
				var statuses []string
				for l := range strings.Lines(out) {
					if s, ok := strings.CutPrefix(l, "status "); ok {
						statuses = append(statuses, strings.TrimSpace(s))
					}
				}
				for i, l := range lines {
					if refused := statuses[i] != "0"; refused != (signs[i] != "") {
						t.Errorf("%s %s has status %s", variant, l, statuses[i])
					}
				}
			}
		})
	}
}

// saves are save files with more than rules in them, and whether the tools take
// them.
var saves = []struct {
	name, text string
	refused    string // part of an error
	legacy     bool   // iptables-nft-restore 1.8.9 cannot be asked
}{
	{name: "commands in a table", text: "*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -i lo -j ACCEPT\n-I INPUT -p tcp -j a\n-I INPUT 2 -p udp -j ACCEPT\n-N b\n-A b -j RETURN\n-A a -j DROP\n-A a -j b\n-D a -j DROP\n-P FORWARD DROP\nCOMMIT\n"},
	{name: "replaced and renamed", legacy: true, text: "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A INPUT -s 192.0.2.1 -j ACCEPT\n-R INPUT 2 -s 192.0.2.2 -j DROP\n-E a b\n-A b -j RETURN\n-D INPUT 1\nCOMMIT\n"},
	{name: "flushed and deleted", legacy: true, text: "*filter\n:a - [0:0]\n-A a -j DROP\n-A INPUT -j DROP\n-F\n-X\n-A INPUT -j ACCEPT\nCOMMIT\n"},
	{name: "several tables", text: "*nat\n-I PREROUTING -j ACCEPT\nCOMMIT\n*filter\n-I INPUT -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n"},
	{name: "the other family", text: "*filter\n-A INPUT -j ACCEPT\n-6 -A INPUT -s 2001:db8::1 -j DROP\n-4 -A INPUT -s 192.0.2.1 -j DROP\n-A INPUT -6\nCOMMIT\n"},
	{name: "counters", text: "*filter\n:INPUT DROP [3:4]\n[1:2] -A INPUT -j ACCEPT\n[5:6] -I INPUT -j DROP\nCOMMIT\n"},
	{name: "a place too far", text: "*filter\n-A INPUT -j ACCEPT\n-I INPUT 3 -j DROP\nCOMMIT\n", refused: "the place 3 is too far: INPUT has 1 rule"},
	{name: "no such rule", text: "*filter\n-A INPUT -j ACCEPT\n-D INPUT -j DROP\nCOMMIT\n", refused: "INPUT has no such rule to delete"},
	{name: "a chain twice", text: "*filter\n:a - [0:0]\n-N a\nCOMMIT\n", refused: "the chain a is there already"},
	{name: "no such chain", text: "*filter\n-F a\nCOMMIT\n", refused: "there is no chain a"},
	{name: "a table", text: "*filter\n-t nat -I INPUT -j DROP\nCOMMIT\n", refused: "-t cannot be used in a save file"},
}

func TestSaveCommands(t *testing.T) {
	for _, c := range saves {
		t.Run(c.name, func(t *testing.T) {
			f := Parse("x", c.text, Save, ast.FamilyIP, 1)
			var errs []string
			for _, e := range f.Errors {
				errs = append(errs, e.Error())
			}
			all := strings.Join(errs, "\n")
			if c.refused == "" && all != "" || !strings.Contains(all, c.refused) {
				t.Errorf("errors %q; want one with %q", all, c.refused)
			}
			want := savedModel(f)
			for _, variant := range []string{"legacy", "nft"} {
				if c.legacy && variant == "nft" {
					continue
				}
				got, out := kernel(t, variant, c.text, "iptables-restore")
				if c.refused != "" {
					if len(got.String()) != 0 {
						t.Errorf("%s takes it: %s", variant, got)
					}
					continue
				}
				if got.String() != want.String() {
					t.Errorf("--- %s\n%s--- the model\n%s--- it says\n%s", variant, got, want, out)
				}
			}
		})
	}
}

// savedModel lists the model of a save file, its rules by the words of its
// lines: each rule's place tells its line.
func savedModel(f *File) model {
	text := map[ast.Span][]string{}
	for l := range f.Lines {
		text[l.Span] = ruleKeys(l)
	}
	m := model{}
	for _, tb := range f.Ruleset.Tables {
		for _, c := range tb.Chains {
			list := []string{"-"}
			if c.Base() {
				list[0] = "ACCEPT"
			}
			if c.Policy == ast.PolicyDrop {
				list[0] = "DROP"
			}
			for _, r := range c.Rules {
				list = append(list, strings.Replace(text[r.Span][max(0, int(r.Part)-1)], "-j a", "-j "+renamed(f, "a"), 1))
			}
			m[fmt.Sprintf("ip %s %s", tb.Name, c.Name)] = list
		}
	}
	return m
}

// renamed returns what a chain is called in the end.
func renamed(f *File, name string) string {
	for _, c := range f.Ruleset.Commands {
		if c.Verb == "rename" && c.Name == name {
			return c.Args[0]
		}
	}
	return name
}

// Chains that are jumped to keep their place under a new name in the rules
// themselves.
func TestRename(t *testing.T) {
	f := Parse("x", "iptables -N a\niptables -A INPUT -j a\niptables -E a b\n", Commands, ast.FamilyIP, 1)
	rule := f.Ruleset.Table(ast.FamilyIP, "filter").Chain("INPUT").Rules[0]
	if v, ok := rule.Stmts[0].(*ast.Verdict); !ok || v.Chain != "b" {
		t.Errorf("the rule goes to %v", rule.Stmts[0])
	}
}

// Commands that do not add rules are kept, in order, with the number of rules
// above them.
func TestCommands(t *testing.T) {
	f := Parse("x", `iptables -F
iptables -t nat -X
iptables -P INPUT DROP
iptables -A INPUT -j ACCEPT
iptables -D INPUT -j ACCEPT
ip6tables -E a b
iptables -Z INPUT
`, Commands, ast.FamilyIP, 1)
	var got []string
	for _, c := range f.Ruleset.Commands {
		got = append(got, fmt.Sprintf("%s %s %s %s %s %q %d", c.Verb, c.Object, c.Family, c.Table, c.Name, c.Args, c.Before))
	}
	want := []string{
		`flush table ip filter  [] 0`,
		`delete table ip nat  [] 0`,
		`policy chain ip filter INPUT ["DROP"] 0`,
		`delete rule ip filter INPUT [" -j ACCEPT"] 1`,
		`rename chain ip6 filter a ["b"] 1`,
		`zero chain ip filter INPUT [] 1`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// What is said of a save file's order must not depend on how it is read: all on
// all processors, or one line after the other.
func TestSaveOrder(t *testing.T) {
	var b strings.Builder
	b.WriteString("*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n")
	for i := range 3 * batch {
		fmt.Fprintf(&b, "-A %s -p tcp --dport %d -j ACCEPT\n", []string{"INPUT", "a"}[i%2], i)
	}
	fast := Parse("x", b.String()+"COMMIT\n", Save, ast.FamilyIP, 1)
	slow := Parse("x", b.String()+"-I INPUT -j DROP\n-D INPUT 1\nCOMMIT\n", Save, ast.FamilyIP, 1)
	for _, name := range []string{"INPUT", "a"} {
		x, y := fast.Ruleset.Table(ast.FamilyIP, "filter").Chain(name), slow.Ruleset.Table(ast.FamilyIP, "filter").Chain(name)
		if len(x.Rules) != 3*batch/2 || len(x.Rules) != len(y.Rules) {
			t.Fatalf("%s has %d rules, and %d", name, len(x.Rules), len(y.Rules))
		}
		for i := range x.Rules {
			if x.Rules[i].Span != y.Rules[i].Span {
				t.Fatalf("rule %d of %s: %v, and %v", i, name, x.Rules[i].Span, y.Rules[i].Span)
			}
		}
	}
	if fast.Errors != nil || slow.Errors != nil {
		t.Errorf("errors %v %v", fast.Errors, slow.Errors)
	}
}
