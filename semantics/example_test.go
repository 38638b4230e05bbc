package semantics_test

import (
	"fmt"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/semantics"
)

// parse reads the filter table of a save file.
func parse(family ast.Family, rules string) *ast.Ruleset {
	return iptables.Parse("rules", "*filter\n"+rules+"COMMIT\n", iptables.Save, family, 1).Ruleset
}

func ExampleHost() {
	rs := parse(ast.FamilyIP, `:INPUT DROP
:OUTPUT ACCEPT
-A INPUT -p tcp --dport 1:1023 -j DROP
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -p tcp --dport 8080 -j ACCEPT
`)
	in := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput)
	for _, r := range rs.Tables[0].Chains[0].Rules {
		sets := in.Rule(r)
		if sets.Match.Empty() {
			fmt.Println("matches nothing")
			continue
		}
		w, _ := sets.Match.Witness()
		fmt.Println(&w.Packet)
	}
	// Output:
	// at input, in eth0: tcp 198.51.100.7:40007 > 192.0.2.1:443 SYN, NEW
	// matches nothing
	// at input, in eth0: tcp 198.51.100.7:40007 > 192.0.2.1:8080 SYN, NEW
}

func ExampleSet_Reply() {
	rs := parse(ast.FamilyIP, `:INPUT DROP
:OUTPUT DROP
-A OUTPUT -p tcp --dport 80 -j ACCEPT
-A OUTPUT -p udp --dport 53 -j ACCEPT
-A INPUT -p udp --sport 53 -j ACCEPT
`)
	h := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{})
	out, in := h.Way(ast.FamilyIP, ast.HookOutput), h.Way(ast.FamilyIP, ast.HookInput)
	first := out.Accepts().Must().And(out.Where(semantics.Fields{State: ast.StateNew}))
	dead := first.Reply().And(in.Drops().Must())
	if w, ok := dead.Witness(); ok {
		fmt.Println("a reply dies:", &w.Packet)
	}
	// Output:
	// a reply dies: at input, in eth0: tcp 198.51.100.7:80 > 192.0.2.1:40007 SYN,ACK, ESTABLISHED
}

func ExampleSet_Project() {
	h := semantics.NewHost([]*ast.Ruleset{
		parse(ast.FamilyIP, ":INPUT DROP\n-A INPUT -p tcp --dport 22 -s 192.0.2.0/24 -j ACCEPT\n"),
		parse(ast.FamilyIP6, ":INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp --dport 3306 -j ACCEPT\n"),
	}, semantics.Options{})
	service := func(w *semantics.Way) semantics.Set {
		tcp := w.Where(semantics.Fields{Proto: 6, State: ast.StateNew, Whole: true})
		return w.Accepts().May().And(tcp).Project(semantics.FieldProto, semantics.FieldDport, semantics.FieldIif)
	}
	v4, v6 := h.Way(ast.FamilyIP, ast.HookInput), h.Way(ast.FamilyIP6, ast.HookInput)
	only6 := v6.Accepts().And(service(v6).Minus(service(v4)))
	if w, ok := only6.Witness(); ok {
		fmt.Println("open in IPv6 alone:", &w.Packet)
	}
	// Output:
	// open in IPv6 alone: at input, in eth0: tcp [2001:db8:1::7]:40007 > [2001:db8::1]:3306 SYN, NEW
}
