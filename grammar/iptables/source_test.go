package iptables

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestLines reads the command lines of files again: each once, in the order of
// the text, with what an editor must know of it.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		dialect    Dialect
		want       []string // line, command, words; * behind a word that is not literal
	}{
		{"a script", `#!/bin/sh
IPT=iptables
PORTS="22 80"
iptables -A INPUT -p tcp --dport "22" -m comment --comment 'a b' -j ACCEPT
for p in $PORTS; do
	$IPT -A INPUT -p tcp --dport $p -j ACCEPT
done
f() { sudo ip6tables -A INPUT -s "$1" -j DROP; }
f 2001:db8::1
f 2001:db8::2
g() { iptables -X; }
if [ "$IPT" = none ]; then
	iptables -F
fi
iptables -A OUTPUT -p tcp \
	--dport 25 \
	-j DROP
iptables -A INPUT -s $NET -j DROP # one
`, Commands, []string{
			`4 1 false "iptables" -A INPUT -p tcp --dport 22 -m comment --comment a b -j ACCEPT`,
			`6 2 true "iptables" -A INPUT -p tcp --dport 22* -j ACCEPT`,
			`8 2 true "ip6tables" -A INPUT -s 2001:db8::1* -j DROP`,
			`11 0 false "iptables" -X`,
			`13 0 false "iptables" -F`,
			`15 1 false "iptables" -A OUTPUT -p tcp --dport 25 -j DROP`,
			`18 1 true "iptables" -A INPUT -s $NET* -j DROP`,
		}},
		{"a here-document", "NET=192.0.2.0/24\niptables-restore -n <<E\n*nat\n:x - [0:0]\n-A OUTPUT -s 192.0.2.1 -m comment --comment \"a b\" -j x\n-A OUTPUT -s $NET -j x\nCOMMIT\nE\n", Commands, []string{
			`5 1 false "" -A OUTPUT -s 192.0.2.1 -m comment --comment a b -j x`,
			`6 1 true "" -A OUTPUT -s 192.0.2.0/24* -j x`,
		}},
		{"iptables -S", "-P INPUT DROP\n-N a\n# b\n-A INPUT -j a\n-A a -m comment --comment \"x \\\"y\\\"\" -j DROP\n", Commands, []string{
			`1 1 false "" -P INPUT DROP`, `2 1 false "" -N a`, `4 1 false "" -A INPUT -j a`, `5 1 false "" -A a -m comment --comment x "y" -j DROP`,
		}},
		{"a session", "me@host:~$ sudo iptables -A INPUT \\\n> -j DROP\nresult\nme@host:~$ iptables -P INPUT DROP\n", Commands, []string{
			`1 1 true "iptables" -A INPUT -j DROP`, `4 1 false "iptables" -P INPUT DROP`,
		}},
		{"sh -c", "sh -c 'iptables -A INPUT -j DROP'\neval \"iptables -A INPUT -s $X -j DROP\"\n", Commands, []string{
			`1 1 false "iptables" -A INPUT -j DROP`, `2 1 true "iptables" -A INPUT -s $X* -j DROP`,
		}},
		{"a save file", "*filter\n:INPUT DROP [0:0]\n[1:2] -A INPUT -j ACCEPT\n-6 -A INPUT -j DROP\n-I INPUT -j DROP\nCOMMIT\n*nat\n-A OUTPUT -j ACCEPT\nCOMMIT\n", Save, []string{
			`3 1 false "" -A INPUT -j ACCEPT`, `5 1 false "" -I INPUT -j DROP`, `8 1 false "" -A OUTPUT -j ACCEPT`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse("x", c.text, c.dialect, ast.FamilyIP, 1)
			var got []string
			for l := range f.Lines {
				s := fmt.Sprintf("%d %d %v %q", 1+strings.Count(c.text[:l.From-1], "\n"), l.Runs, l.Expanded, l.Command.Text)
				for _, w := range l.Words {
					s += " " + w.Text
					if !f.Literal(w) {
						s += "*"
					}
				}
				got = append(got, s)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
			}
			for _, e := range f.Errors {
				if e.Kind == 0 {
					t.Error(e)
				}
			}
			n := 0
			for range f.Lines {
				n++
				break // it may be left
			}
			if n != 1 {
				t.Errorf("left after %d lines", n)
			}
		})
	}
}

func TestLinesWith(t *testing.T) {
	text := "*filter\n-A INPUT -m state --state NEW -j ACCEPT\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT\n-A INPUT -mstate --state NEW\n-A INPUT -m \"sta\"\"te\" --state NEW -j DROP\nCOMMIT\n"
	count := func(f *File, word string) (n int) {
		for range f.LinesWith(word) {
			n++
		}
		return n
	}
	f := Parse("f", text, Save, ast.FamilyIP, 1)
	if n := count(f, "state"); n != 3 {
		t.Errorf("%d lines may have the word; want the 3 that hold it or quotes", n)
	}
	if n := count(f, ""); n != 4 {
		t.Errorf("%d lines may have no certain word; want 4", n)
	}
	script := "m=state\niptables -A INPUT -m $m --$m NEW -j ACCEPT\n"
	if n := count(Parse("f", script, Commands, ast.FamilyIP, 1), "state"); n != 1 {
		t.Errorf("%d lines of the script may have the word; want the 1 that has it out of a variable", n)
	}
}
