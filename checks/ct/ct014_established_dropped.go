package ct

import (
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// EstablishedDropped finds rules that drop by their state the packets of connections
// which the ruleset lets begin.
var EstablishedDropped = check.New(check.Check{
	Code: "CT014", Slug: "established-dropped", Severity: check.Error, Packets: true,
	Title: "established packets of accepted connections are dropped",
	Text: `The rule drops or rejects packets by their state, and ESTABLISHED is among the states, while
the ruleset accepts the NEW packets of the same connections: they begin, and nothing ever
follows. The states are likely mixed up (! --ctstate NEW where --ctstate NEW was meant), or
the rule stands above the one that accepts established packets. Such a connection is not
refused either: both sides wait until they give up. Drop what is NEW (iptables-extensions(8),
conntrack); conntrack -D ends connections that are there.
Found are rules after which no packet at all of a connection passes, whatever its flags;
one that drops certain packets out of a stream, broken resets or those over a limit, is not.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		meta l4proto udp ct state established drop
	}
}
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW -j DROP
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`}, {File: "fw.nft", Text: `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		meta l4proto udp ct state new drop
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
		Run:      establishedDropped,
	},
})

func establishedDropped(pass *analysis.Pass) (any, error) {
	f, g := reach.Of(pass), graph.Of(pass)
	seen := map[*ast.Rule]bool{}
	for _, w := range waysOf(f, g, ast.HookInput, ast.HookForward, ast.HookOutput) {
		var rules []*ast.Rule
		for _, r := range w.filtering() {
			states, asks := statesAsked(r)
			if asks && !seen[r] && states&ast.StateEstablished != 0 && states&ast.StateNew == 0 && denies(w.table(r), r) {
				rules = append(rules, r)
			}
		}
		if len(rules) == 0 {
			continue
		}
		stuck := w.stuck(f, g)
		for _, r := range rules {
			p, ok := witness(w.droppedUnder(r).And(stuck))
			if !ok {
				continue
			}
			seen[r] = true
			check.Report(pass, r, "this rule drops established packets of connections whose first packets the ruleset accepts, so these never get on; drop what is NEW, or accept established packets above", check.Witness(p))
		}
	}
	return nil, nil
}

// droppedUnder returns the packets that match a rule and are dropped on the way, by it
// or in the chain that it goes to.
func (w *hostWay) droppedUnder(r *ast.Rule) semantics.Set {
	return w.Rule(r).Match.And(w.Drops()).Must()
}

// stuck returns the established packets of the way whose connection begins, and of
// which in their direction none passes.
func (w *hostWay) stuck(f *reach.Facts, g *graph.Graph) semantics.Set {
	none := w.Universe().Minus(w.Universe())
	out := none
	other := f.Way(w.Way.Family, replyHook[w.Hook])
	for _, proto := range []uint8{protoTCP, protoUDP} {
		flags := semantics.Fields{State: ast.StateEstablished, Proto: proto, Whole: true}
		if proto == protoTCP {
			flags.TCPFlags, flags.TCPMask = ast.TCPAck, ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin
		}
		established := w.where(flags)
		passes := established.And(w.Accepts().May())

		onward := established.And(w.Where(semantics.Fields{Dir: ast.DirOriginal}))
		begins := w.firstPackets(proto, w.away).Project(header...)
		out = out.Or(onward.And(begins.Minus(passes.And(onward).Project(header...))))

		if !other.Known() {
			continue
		}
		replies := newWay(f, g, other).firstPackets(proto, other.Universe()).Without(semantics.FieldMark, semantics.FieldCTMark).Reply().And(established)
		out = out.Or(replies.And(replies.Project(header...).Minus(passes.And(replies).Project(header...))))
	}
	// What a mark singles out is dropped on purpose.
	return out.And(w.Where(semantics.Fields{Unmarked: true}))
}
