// Package flows knows connections that a host's ruleset lets begin, and what
// becomes of the packets that answer them. It tries out packets that the rules
// themselves suggest; so what it finds is so, and what it does not find may
// still be.
package flows

import (
	"net/netip"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// Analyzer has the *[Host] as its result. It is read-only.
var Analyzer = &analysis.Analyzer{
	Name:             "flows",
	Doc:              "try out connections and the replies to them\n\nThe result is a *flows.Host, which is read-only.",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer},
	ResultType:       reflect.TypeFor[*Host](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return newHost(ruleset.Of(pass)), nil
	},
}

// Of returns the flows of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Host { return pass.ResultOf[Analyzer].(*Host) }

// Host is a host's rulesets by family, with the flows that were tried.
type Host struct {
	Families []*Family
}

// Family is what a host does with the packets of one address family.
type Family struct {
	Family  ast.Family // ip or ip6
	Ruleset *ast.Ruleset
	// Dead are connections that may begin while a packet that answers them is
	// dropped.
	Dead []Dead

	addresses addresses
	first     map[ast.Hook][]semantics.Packet
}

// Dead is a connection whose first packet is accepted and whose reply is not.
type Dead struct {
	First, Reply semantics.Packet
	// Chain is where the reply dies, Rule the rule that drops it; nil if it
	// is the chain's policy.
	Chain *ast.Chain
	Rule  *ast.Rule
	// State is a rule that would accept the reply as established, if the
	// reply came to it; nil if there is none.
	State *ast.Rule
}

func newHost(h *ruleset.Host) *Host {
	out := &Host{}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		rs := &ast.Ruleset{}
		for s, t := range h.Tables() {
			if t.Family == f || t.Family == ast.FamilyInet {
				rs.Tables = append(rs.Tables, t)
			}
			if len(rs.IPSets) == 0 {
				rs.IPSets = s.Ruleset.IPSets
			}
		}
		if len(rs.Tables) > 0 {
			fam := &Family{Family: f, Ruleset: rs, addresses: pickAddresses(rs, f)}
			fam.try()
			out.Families = append(out.Families, fam)
		}
	}
	return out
}

// budget is how many rules all packets of a family may meet together, so that
// even the largest ruleset is tried in a fraction of a second.
const budget = 3 << 20

// try sends packets both ways.
func (f *Family) try() {
	rules := 1
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			rules += len(c.Rules)
		}
	}
	n := min(max(6, budget/rules), 256)
	f.first = map[ast.Hook][]semantics.Packet{}
	for _, hook := range []ast.Hook{ast.HookOutput, ast.HookInput, ast.HookForward} {
		f.first[hook] = f.firstPackets(hook, n)
		if !f.denies(replyHook(hook)) {
			continue
		}
		for _, p := range f.first[hook] {
			f.tryOne(p)
		}
	}
}

// FirstPackets returns packets that may begin a connection at a hook: usual ones,
// and such as the rules suggest. The ruleset need not accept them.
func (f *Family) FirstPackets(h ast.Hook) []semantics.Packet { return f.first[h] }

func replyHook(h ast.Hook) ast.Hook {
	switch h {
	case ast.HookOutput:
		return ast.HookInput
	case ast.HookInput:
		return ast.HookOutput
	}
	return h
}

// denies reports whether any chain of a hook may drop packets.
func (f *Family) denies(h ast.Hook) bool {
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			if c.Hook == h && (len(c.Rules) > 0 || c.Policy == ast.PolicyDrop) {
				return true
			}
		}
	}
	return false
}

// tryOne sends one first packet and its reply.
func (f *Family) tryOne(first semantics.Packet) {
	if d := semantics.Decide(f.Ruleset, first); !d.Accepts() {
		return
	}
	reply := first.Reply()
	d := semantics.Decide(f.Ruleset, reply)
	if !d.Drops() {
		return
	}
	dead := Dead{First: first, Reply: reply}
	for _, s := range d.By {
		if s.Drop && s.Sure {
			dead.Chain, dead.Rule = s.Chain, s.Rule
		}
	}
	if dead.Chain == nil {
		return
	}
	dead.State = f.stateRule(reply)
	f.Dead = append(f.Dead, dead)
}

// stateRule returns a rule at the packet's hook that accepts it as an established
// one.
func (f *Family) stateRule(p semantics.Packet) *ast.Rule {
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			if c.Base() && c.Hook != p.Hook {
				continue
			}
			for _, r := range c.Rules {
				if AcceptsState(r, ast.StateEstablished) && semantics.Holds(f.Ruleset, t, p, r) == semantics.Yes {
					return r
				}
			}
		}
	}
	return nil
}

// AcceptsState reports whether a rule accepts, and asks for a conntrack state
// among which are the given ones.
func AcceptsState(r *ast.Rule, states uint64) bool {
	accepts, asks := false, false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			accepts = s.Kind == ast.VerdictAccept
		case *ast.Match:
			if c, ok := s.Left.(*ast.CT); ok && c.Key == ast.CTState {
				bits, known := StateBits(s)
				if !known || bits&states != states {
					return false
				}
				asks = true
			}
		}
	}
	return accepts && asks
}

// StateBits returns the states in which a match on ct state holds; known is false
// if it does not say.
func StateBits(m *ast.Match) (bits uint64, known bool) {
	var mask uint64
	switch r := m.Right.(type) {
	case *ast.Int:
		mask = r.Val
	case *ast.SetLit:
		for _, e := range r.Elems {
			i, ok := e.Key.(*ast.Int)
			if !ok {
				return 0, false
			}
			mask |= i.Val
		}
	default:
		return 0, false
	}
	switch m.Op {
	case ast.OpAny, ast.OpEq:
		return mask & ast.StateAll, true
	case ast.OpNone, ast.OpNe:
		return ast.StateAll &^ mask, true
	}
	return 0, false
}

// addresses are those of a host, of a network behind it and of the outside.
type addresses struct{ host, inside, outside netip.Addr }

// candidates are addresses of documentation and benchmark ranges (RFC 5737,
// RFC 2544, RFC 3849, RFC 9637).
var candidates = map[ast.Family][]string{
	ast.FamilyIP:  {"192.0.2.1", "198.51.100.10", "203.0.113.80", "198.18.0.1", "198.18.7.10", "198.19.113.80", "198.18.213.4", "198.19.1.9", "192.0.2.211"},
	ast.FamilyIP6: {"2001:db8::1", "2001:db8:1::10", "2001:db8:ffff::80", "3fff::1", "3fff:1::10", "3fff:fff::80", "3fff:77::4"},
}

// pickAddresses returns addresses that no rule of the ruleset names, so that a
// block list does not hit them by accident.
func pickAddresses(rs *ast.Ruleset, f ast.Family) addresses {
	var free []netip.Addr
	for _, s := range candidates[f] {
		free = append(free, netip.MustParseAddr(s))
	}
	last := free
	for n := range ast.Preorder(rs) {
		var named func(netip.Addr) bool
		switch n := n.(type) {
		case *ast.Prefix:
			if n.Prefix.Bits() == 0 {
				continue
			}
			named = n.Prefix.Contains
		case *ast.Addr:
			named = func(a netip.Addr) bool { return a == n.Addr }
		default:
			continue
		}
		free = slices.DeleteFunc(slices.Clone(free), named)
		if len(free) < 3 {
			break
		}
		last = free
	}
	return addresses{last[0], last[1], last[2]}
}
