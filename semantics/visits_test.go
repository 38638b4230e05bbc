package semantics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// TestVisits counts how often one packet may come to a chain with a limit, and asks
// whether what becomes of packets for another network still depends on it.
func TestVisits(t *testing.T) {
	var many strings.Builder
	for range 20 {
		many.WriteString("-A INPUT -p tcp -j a\n")
	}
	for _, c := range []struct {
		name, rules string
		count       int
		known       bool
	}{
		{"one call", "-A INPUT -j a", 1, true},
		{"two networks", "-A INPUT -s 192.0.2.0/24 -j a\n-A INPUT -s 198.51.100.0/24 -j a", 1, true},
		{"the same packets twice", "-A INPUT -p tcp -j a\n-A INPUT -s 192.0.2.0/24 -j a", 2, true},
		{"two of three", "-A INPUT -p tcp -j a\n-A INPUT -p udp -j a\n-A INPUT -s 192.0.2.0/24 -j a", 2, true},
		{"through other chains", "-A INPUT -i eth0 -j b\n-A INPUT -i eth1 -j c\n-A b -j a\n-A c -j a", 1, true},
		{"through one chain twice", "-A INPUT -p tcp -j b\n-A INPUT -j b\n-A b -j a", 2, true},
		{"too often", many.String(), 0, false},
		{"a mark is set above", "-A INPUT -p tcp -j b\n-A INPUT -j b\n-A INPUT -m mark --mark 1 -j DROP\n-A b -j MARK --set-mark 1\n-A b -j a", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rs := save(t, ast.FamilyIP, ":INPUT DROP\n:a -\n:b -\n:c -\n"+c.rules+"\n-A INPUT -p icmp -j ACCEPT\n-A a -m limit --limit 1/s -j ACCEPT")
			w := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput)
			count, known := semantics.Visits(w, rs.Tables[0], "a")
			if known != c.known || known && count != c.count {
				t.Errorf("%d visits, known: %v", count, known)
			}
			limit := rule(t, rs, "a", 0)
			sets := w.Rule(limit)
			if !sets.Accepts.Some() || !sets.Accepts.Must().Empty() || sets.Accepts.Certain() {
				t.Error("the limit is not one")
			}
			p, ok := sets.Accepts.Witness()
			if !ok {
				t.Fatal("no witness")
			}
			trace := p.Trace()
			if trace.Verdict != semantics.Accept || trace.Steps[len(trace.Steps)-1].Rule != limit {
				t.Errorf("the witness %s goes another way: %s", &p.Packet, fmt.Sprint(trace.Verdict))
			}
		})
	}
}

// TestVisitsDiffer has a chain that a packet comes to twice: that it gets through once
// does not say that it does again.
func TestVisitsDiffer(t *testing.T) {
	for _, c := range []struct {
		name, second string
		same         bool
	}{
		{"twice", "-A INPUT -p tcp -j a", false},
		{"once", "-A INPUT -p udp -j a", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := ":INPUT DROP\n:a -\n-A a -m limit --limit 1/s -j RETURN\n-A a -j DROP\n-A INPUT -p tcp -j a\n"
			one, two := save(t, ast.FamilyIP, head+"-A INPUT -j ACCEPT"), save(t, ast.FamilyIP, head+c.second+"\n-A INPUT -j ACCEPT")
			tcp := semantics.Fields{Proto: 6, State: ast.StateNew}
			var got []float64
			for _, rs := range []*ast.Ruleset{one, two} {
				w := semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{}).Way(ast.FamilyIP, ast.HookInput)
				got = append(got, w.Accepts().And(w.Where(tcp)).Share())
			}
			// Each condition that may hold or not takes half of what there is.
			if (got[0] == got[1]) != c.same {
				t.Errorf("%g of the packets are accepted after one call, %g after two", got[0], got[1])
			}
		})
	}
}
