package flows_test

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// family returns what is known of the flows of a save file.
func family(t testing.TB, f ast.Family, text string) *flows.Family {
	t.Helper()
	fset := token.NewFileSet()
	src := load.Parse(fset, "rules", []byte(text), load.Options{Dialect: load.Save, Family: f})
	for _, e := range src.Errors {
		t.Fatal(e)
	}
	h := &ruleset.Host{Fset: fset, Sources: []*load.Source{src}}
	g := graph.New(h)
	out, err := flows.Analyzer.Run(&analysis.Pass{
		Analyzer: flows.Analyzer, Fset: fset,
		ResultOf: map[*analysis.Analyzer]any{ruleset.Analyzer: h, graph.Analyzer: g},
	})
	if err != nil {
		t.Fatal(err)
	}
	fs := out.(*flows.Host).Families
	if len(fs) != 1 || fs[0].Family != f {
		t.Fatalf("families: %+v", fs)
	}
	return fs[0]
}

// TestDead tells where replies die, by the hook, the protocol, the chain and what
// would accept them below.
func TestDead(t *testing.T) {
	const est = " -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
	for _, c := range []struct {
		name, rules string
		want        []string
	}{
		{"out", ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n", []string{"input tcp INPUT policy", "input udp INPUT policy"}},
		{"a rule drops", ":INPUT ACCEPT\n-A INPUT -p udp -j DROP\n", []string{"input udp INPUT rule"}},
		{"and another accepts below", ":INPUT DROP\n-A INPUT -p udp -j DROP\n-A INPUT" + est, []string{"input udp INPUT rule, accepted below"}},
		{"below two that drop", ":INPUT DROP\n-A INPUT -p udp -j DROP\n-A INPUT -p udp --sport 53 -j DROP\n-A INPUT" + est, []string{"input udp INPUT rule, accepted below"}},
		{"below by its port", ":INPUT DROP\n-A INPUT -p udp -j DROP\n-A INPUT -p udp --sport 53 -j ACCEPT\n-A INPUT -p tcp" + est, []string{"input udp INPUT rule"}},
		{"all is well", ":INPUT DROP\n-A INPUT" + est, nil},
		{"dropped by its state", ":INPUT DROP\n-A INPUT -m conntrack --ctstate ESTABLISHED -j DROP\n", nil},
		{"dropped in raw, where all are invalid", "COMMIT\n*raw\n-A PREROUTING -m conntrack --ctstate INVALID -j DROP\n", nil},
		{"without state", ":INPUT DROP\n-A INPUT -p tcp ! --syn -j ACCEPT\n-A INPUT -p udp --sport 53 -j ACCEPT\n", nil},
		{"a limit may let it in", ":INPUT DROP\n-A INPUT -m limit --limit 1/s -j ACCEPT\n", nil},
		{"not out at all", ":INPUT DROP\n:OUTPUT DROP\n", nil},
		{"in", ":INPUT DROP\n:OUTPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n", []string{"output tcp OUTPUT policy"}},
		{"through", ":FORWARD DROP\n-A FORWARD -i lan0 -o wan0 -p udp -j ACCEPT\n", []string{"forward udp FORWARD policy"}},
		{"through, with an address of its own", ":FORWARD DROP\n-A FORWARD -i lan0 -j ACCEPT\n-A FORWARD -d 198.51.100.0/25" + est, nil},
		{"through a bridge", ":FORWARD DROP\n-A FORWARD -i br0 -o br0 -s 192.0.2.1 -d 192.0.2.2 -p tcp -j ACCEPT\n-A FORWARD -s 192.0.2.9" + est, []string{"forward tcp FORWARD policy"}},
		{"an interface of its own", ":INPUT DROP\n:x -\n-A INPUT -i ppp0 -j x\n-A x" + est, nil},
		{"no way for a service on its interface", ":INPUT DROP\n:OUTPUT DROP\n-A INPUT -i eth1 -p tcp --dport 22 -j ACCEPT\n-A OUTPUT -o eth0" + est, []string{"output tcp OUTPUT policy"}},
		{"all but one address is dropped", ":INPUT DROP\n-A INPUT ! -d 203.0.113.9 -j DROP\n-A INPUT" + est, nil},
		{"all but one interface goes to a chain that drops", ":INPUT DROP\n:x -\n-A INPUT ! -i eth7 -j x\n-A INPUT" + est + "-A x -j DROP\n", nil},
		{"by chance the port", ":INPUT DROP\n-A INPUT -p tcp --dport 40007 -j DROP\n-A INPUT" + est, nil},
		{"a broadcast is not answered", ":OUTPUT DROP\n:INPUT DROP\n-A OUTPUT -d 192.0.2.255 -j ACCEPT\n-A OUTPUT -p udp --dport 67 -j ACCEPT\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, d := range family(t, ast.FamilyIP, "*filter\n"+c.rules+"COMMIT\n").Dead {
				proto := map[uint8]string{6: "tcp", 17: "udp"}[d.Reply.Proto]
				s := fmt.Sprintf("%s %s %s policy", d.Reply.Hook, proto, d.Chain.Name)
				if d.Rule != nil {
					s = fmt.Sprintf("%s %s %s rule", d.Reply.Hook, proto, d.Chain.Name)
				}
				if d.State != nil {
					s += ", accepted below"
				}
				got = append(got, s)
				if d.First.Reply() != d.Reply {
					t.Errorf("%s does not answer %s", &d.Reply, &d.First)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestFirstPackets(t *testing.T) {
	f := family(t, ast.FamilyIP6, `*raw
-A PREROUTING -p udp --dport 53 -j CT --notrack
COMMIT
*filter
:INPUT DROP
:x -
-A INPUT -i br0 -j x
-A x -p tcp --dport 8443 -j ACCEPT
-A x -p udp --dport 53 -j ACCEPT
-A x -p udp --dport 5353 -j ACCEPT
-A x -m conntrack --ctstate ESTABLISHED -j ACCEPT
COMMIT
`)
	var got []string
	for _, p := range f.FirstPackets(ast.HookInput) {
		got = append(got, fmt.Sprintf("%s %d/%d %v", p.Iif, p.Proto, p.Dport, p.Accepted))
	}
	want := []string{"br0 6/443 false", "br0 17/53 false", "br0 6/8443 true", "br0 17/53 false"} // an untracked packet begins no connection
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestAddresses wants packets with addresses that no rule names.
func TestAddresses(t *testing.T) {
	f := family(t, ast.FamilyIP, `*filter
-A INPUT -s 192.0.2.0/24 -j DROP
-A INPUT -d 198.51.100.10 -j DROP
-A INPUT -m iprange --src-range 203.0.113.0-203.0.113.255 -j DROP
-A INPUT -s 0.0.0.0/0 -j ACCEPT
COMMIT
`)
	p := f.NewPacket(ast.HookForward)
	for _, a := range []string{p.Saddr.String(), p.Daddr.String()} {
		if !strings.HasPrefix(a, "198.18.") && !strings.HasPrefix(a, "198.19.") {
			t.Errorf("%s is named by a rule", a)
		}
	}
}

// TestLarge wants a ruleset with very many rules and jumps to be tried in time.
func TestLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("*filter\n:INPUT DROP\n:many -\n")
	for range 200 {
		b.WriteString("-A many -p tcp --dport 9 -j DROP\n")
	}
	for i := range 20_000 {
		fmt.Fprintf(&b, "-A INPUT -p tcp --dport %d -j many\n", i+1)
	}
	b.WriteString("COMMIT\n")
	start := time.Now()
	family(t, ast.FamilyIP, b.String())
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}
