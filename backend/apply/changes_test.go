//go:build linux

package apply

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

func ruleset(t *testing.T, input string) *State {
	t.Helper()
	r := live.New()
	if err := r.Add("x.nft", []byte("table inet t {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n"+input+"\t}\n}\n"), load.Options{Dialect: load.NFT}); err != nil {
		t.Fatal(err)
	}
	return &State{Ruleset: r}
}

// TestPacketChanges looks for each kind of change, and asks for each witness what one
// packet's way through both rulesets is.
func TestPacketChanges(t *testing.T) {
	const established = "\t\tct state established accept\n"
	for _, c := range []struct {
		name, was, is string
		want          []string // as at input, of IPv4 and then of IPv6
	}{
		{"nothing", established, established, nil},
		{"the same in other words", "\t\ttcp dport { 22, 23 } accept\n", "\t\ttcp dport 22-23 accept\n", nil},
		{"a port opens", established, established + "\t\ttcp dport 22 accept\n", []string{"+ accepted now, and was dropped", "+ accepted now, and was dropped"}},
		{"in IPv6 alone", established, established + "\t\tip6 saddr 2001:db8::/32 tcp dport 22 accept\n", []string{"+ accepted now, and was dropped"}},
		{"it closes", established + "\t\ttcp dport 22 ct state new accept\n", established, []string{"- dropped now, and was accepted", "- dropped now, and was accepted"}},
		{"established packets go", "\t\tip saddr 192.0.2.1 ct state established accept\n", "", []string{"- dropped now, and was accepted"}},
		{"a rate", "\t\tip saddr 192.0.2.1 udp dport 53 ct state new accept\n", "\t\tip saddr 192.0.2.1 udp dport 53 ct state new limit rate 1/second accept\n", []string{"- dropped at times, and was always accepted"}},
		{"a rate that opens", "", "\t\tip saddr 192.0.2.1 udp dport 53 ct state new limit rate 1/second accept\n", []string{"+ accepted at times, and was always dropped"}},
		{"an answer", "\t\tip saddr 192.0.2.1 ct state new drop\n", "\t\tip saddr 192.0.2.1 ct state new reject\n", []string{"~ rejected now, and was dropped in silence"}},
		{"no answer", "\t\tip saddr 192.0.2.1 ct state new reject\n", "\t\tip saddr 192.0.2.1 ct state new drop\n", []string{"~ dropped in silence now, and was rejected"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &Plan{Before: ruleset(t, c.was), After: ruleset(t, c.is)}
			changes := p.PacketChanges()
			if len(changes.Unknown) > 0 {
				t.Errorf("%d ways are not known", len(changes.Unknown))
			}
			var got []string
			for _, x := range changes.Found {
				if s := x.Sign + " " + x.What; len(got) < len(c.want) || x.Witness.State == ast.StateNew {
					got = append(got, s)
				}
				was, is := semantics.Decide(p.Before.Ruleset.Ruleset, x.Witness.Packet), semantics.Decide(p.After.Ruleset.Ruleset, x.Witness.Packet)
				var ok bool
				switch x.What {
				case "accepted now, and was dropped":
					ok = was.Drops() && is.Accepts()
				case "dropped now, and was accepted":
					ok = was.Accepts() && is.Drops()
				case "dropped at times, and was always accepted":
					ok = was.Accepts() && is.Accept && is.Drop
				case "accepted at times, and was always dropped":
					ok = was.Drops() && is.Accept && is.Drop
				default:
					ok = was.Drops() && is.Drops()
				}
				if !ok {
					t.Errorf("%s: %s: it was %+v and is %+v", &x.Witness.Packet, x.What, was, is)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("got %q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}
