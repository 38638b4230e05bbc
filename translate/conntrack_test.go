package translate

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// conntrackText rewrites a text and checks that doing so twice changes nothing
// more.
func conntrackText(t *testing.T, text string, d iptables.Dialect, f ast.Family) string {
	t.Helper()
	apply := func(text string) string {
		file := iptables.Parse("f", text, d, f, 1)
		var edits []Edit
		for _, r := range Conntrack(file) {
			edits = append(edits, r.Edits...)
		}
		return Apply(text, 1, edits)
	}
	once := apply(text)
	if twice := apply(once); twice != once {
		t.Errorf("a second run changes\n%s\nto\n%s", once, twice)
	}
	return once
}

func TestConntrackSave(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "-m state --state NEW -j ACCEPT", "-m conntrack --ctstate NEW -j ACCEPT"},
		{"spacing stays", "-m  state   --state RELATED,ESTABLISHED\t-j  ACCEPT ", "-m  conntrack   --ctstate RELATED,ESTABLISHED\t-j  ACCEPT "},
		{"negated", "-m state ! --state INVALID -j ACCEPT", "-m conntrack ! --ctstate INVALID -j ACCEPT"},
		{"negated of old", "-m state --state ! INVALID -j ACCEPT", "-m conntrack --ctstate ! INVALID -j ACCEPT"},
		{"apart", "-m state -p tcp --state NEW -j ACCEPT", "-m conntrack -p tcp --ctstate NEW -j ACCEPT"},
		{"cut short", "-m state --stat NEW -j ACCEPT", "-m conntrack --ctstate NEW -j ACCEPT"},
		{"with =", "-m state --state=NEW -j ACCEPT", "-m conntrack --ctstate=NEW -j ACCEPT"},
		{"glued", "-mstate --state NEW -j ACCEPT", "-mconntrack --ctstate NEW -j ACCEPT"},
		{"quoted", `-m "state" --state "NEW" -j ACCEPT`, `-m conntrack --ctstate "NEW" -j ACCEPT`},
		{"two", "-m state --state NEW -m state ! --state INVALID -j ACCEPT", "-m conntrack --ctstate NEW -m conntrack ! --ctstate INVALID -j ACCEPT"},
		{"conntrack alone", "-m conntrack --ctstate NEW -j ACCEPT", "-m conntrack --ctstate NEW -j ACCEPT"},
		{"name in a comment", `-m comment --comment "-m state --state NEW" -j ACCEPT`, `-m comment --comment "-m state --state NEW" -j ACCEPT`},
		{"both, the same", "-m conntrack --ctstate NEW -m state --state NEW -j ACCEPT", "-m conntrack --ctstate NEW -j ACCEPT"},
		{"both, the other way round", "-m state --state NEW -m conntrack --ctstate NEW -j ACCEPT", "-m conntrack --ctstate NEW -j ACCEPT"},
		{"both, one narrower", "-m conntrack --ctstate NEW,ESTABLISHED -m state --state ESTABLISHED -j ACCEPT", "-m conntrack --ctstate ESTABLISHED -j ACCEPT"},
		{"both, negated", "-m conntrack ! --ctstate NEW -m state ! --state INVALID -j ACCEPT", "-m conntrack ! --ctstate INVALID,NEW -j ACCEPT"},
		{"both, contradictory", "-m conntrack --ctstate NEW -m state --state ESTABLISHED -j ACCEPT", "-m conntrack --ctstate NEW -m conntrack --ctstate ESTABLISHED -j ACCEPT"},
		{"both, no state there yet", "-m state --state RELATED -m conntrack --ctdir REPLY -j ACCEPT", "-m conntrack --ctdir REPLY --ctstate RELATED -j ACCEPT"},
		{"both, negated without the states of no connection", "-m state ! --state INVALID,UNTRACKED -m conntrack --ctdir REPLY -j ACCEPT", "-m conntrack --ctdir REPLY ! --ctstate INVALID,UNTRACKED -j ACCEPT"},
		{"both, a state of no connection", "-m state ! --state NEW -m conntrack --ctdir REPLY -j ACCEPT", "-m conntrack ! --ctstate NEW -m conntrack --ctdir REPLY -j ACCEPT"},
		{"both, side by side", "-m conntrack --ctdir REPLY -m state --state NEW -j ACCEPT", "-m conntrack --ctdir REPLY --ctstate NEW -j ACCEPT"},
		{"both, a virtual state", "-m conntrack --ctstate DNAT -m state --state NEW -j ACCEPT", "-m conntrack --ctstate DNAT -m conntrack --ctstate NEW -j ACCEPT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				file := func(rule string) string {
					return strings.Join([]string{"# made by hand", "*filter", ":INPUT DROP [1:60]", "[3:99] -A INPUT " + rule, "", "COMMIT", ""}, end)
				}
				if got := conntrackText(t, file(c.in), iptables.Save, ast.FamilyIP); got != file(c.want) {
					t.Errorf("got\n%s\nwant\n%s", got, file(c.want))
				}
			}
		})
	}
}

func TestConntrackScript(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a loop", "for p in 22 80; do\n  iptables -A INPUT -p tcp --dport $p -m state --state NEW -j ACCEPT # open\ndone\n",
			"for p in 22 80; do\n  iptables -A INPUT -p tcp --dport $p -m conntrack --ctstate NEW -j ACCEPT # open\ndone\n"},
		{"a long line", "iptables -A INPUT -m state \\\n\t--state NEW -j DROP\n", "iptables -A INPUT -m conntrack \\\n\t--ctstate NEW -j DROP\n"},
		{"the command in a variable", "IPT=/sbin/iptables\n$IPT -A INPUT -m state --state NEW -j DROP\n", "IPT=/sbin/iptables\n$IPT -A INPUT -m conntrack --ctstate NEW -j DROP\n"},
		{"the states in a variable", "S=NEW\niptables -A INPUT -m state --state $S -j DROP\n", "S=NEW\niptables -A INPUT -m conntrack --ctstate $S -j DROP\n"},
		{"the match in a variable", "EST=\"-m state --state ESTABLISHED\"\niptables -A INPUT $EST -j ACCEPT\niptables -A OUTPUT ${EST} -j ACCEPT\n",
			"EST=\"-m conntrack --ctstate ESTABLISHED\"\niptables -A INPUT $EST -j ACCEPT\niptables -A OUTPUT ${EST} -j ACCEPT\n"},
		{"half of it in a variable is left", "M='-m state'\niptables -A INPUT $M --state NEW -j ACCEPT\n", "M='-m state'\niptables -A INPUT $M --state NEW -j ACCEPT\n"},
		{"echoed text is left", "echo '-m state --state NEW'\n", "echo '-m state --state NEW'\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := conntrackText(t, c.in, iptables.Commands, ast.FamilyIP); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
