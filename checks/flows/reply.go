package flows

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// place is where replies of a protocol die.
type place struct {
	hook  ast.Hook
	proto uint8
	chain *ast.Chain
	rule  *ast.Rule
}

// maxPlace is how many connections are tried of which the replies die at one
// place.
const maxPlace = 8

const (
	// maxRepairs is how often the replies of a family are given other
	// addresses and interfaces to find a way.
	maxRepairs = 32
	// maxCandidates is how many rules are tried for that.
	maxCandidates = 24
	// maxRemoved is how many rules are taken away to find the one below that
	// would accept a reply.
	maxRemoved = 4
)

// tryReply sends the reply to a first packet that is accepted.
func (f *Family) tryReply(first *First) {
	reply := first.Reply()
	d := semantics.Decide(f.Ruleset, reply)
	if !d.Drops() || d.State != ast.StateEstablished {
		return // what notrack does to replies is another matter
	}
	by, ok := lastDrop(&d)
	at := place{reply.Hook, reply.Proto, by.Chain, by.Rule}
	if !ok || f.tried[at] == maxPlace {
		return
	}
	f.tried[at]++
	if by.Rule != nil && asksForState(by.Rule) || f.scoped(by, reply.Hook) || f.otherPort(first.Packet) || f.otherwise(first, reply) {
		return
	}
	f.tried[at] = maxPlace
	f.Dead = append(f.Dead, Dead{First: first.Packet, Reply: reply, Chain: by.Chain, Rule: by.Rule, State: f.below(reply, by)})
}

// asksForState reports whether a rule looks at the state: then it is meant to drop
// what it drops, or stands where there is no state.
func asksForState(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		var key ast.Expr
		switch s := s.(type) {
		case *ast.Match:
			key = s.Left
		case *ast.VMap:
			key = s.Key
		}
		if c, ok := key.(*ast.CT); ok && c.Key == ast.CTState {
			return true
		}
	}
	return false
}

// lastDrop returns where a packet that is dropped ends.
func lastDrop(d *semantics.Decision) (semantics.Step, bool) {
	for _, s := range slices.Backward(d.By) {
		if s.Drop && s.Sure {
			return s, true
		}
	}
	return semantics.Step{}, false
}

// scoped reports whether a rule that drops a reply, or one on the way to it, is
// for all but certain addresses, interfaces or marks. The host's own may be those,
// so that nothing follows from its dropping a packet that was made up.
func (f *Family) scoped(by semantics.Step, h ast.Hook) bool {
	if by.Rule != nil && allBut(by.Rule) {
		return true
	}
	for _, t := range f.tables {
		if c := t.Chain(by.Chain.Name); c != nil && c.Chain == by.Chain {
			way, _ := c.WayFrom(h)
			return slices.ContainsFunc(way, allBut)
		}
	}
	return false
}

// allBut reports whether a rule has a negated condition that is not on the
// protocol, its flags and ports, or the state.
func allBut(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if s.Op != ast.OpNe && s.Op != ast.OpNone {
				continue
			}
			switch left := bare(s.Left).(type) {
			case *ast.CT:
				if left.Key != ast.CTState {
					return true
				}
			case *ast.Payload:
				if i := left.Field.Info(); i.Base != ast.BaseTransport && left.Field != ast.IPProtocol && left.Field != ast.IP6Nexthdr {
					return true
				}
			case *ast.Meta:
				if left.Key != ast.MetaL4proto && left.Key != ast.MetaNfproto {
					return true
				}
			default:
				return true
			}
		case *ast.AnyOf:
			if s.Not {
				return true
			}
		}
	}
	return false
}

// bare returns an expression without the mask that is laid over it.
func bare(e ast.Expr) ast.Expr {
	if b, ok := e.(*ast.Binary); ok {
		return b.Left
	}
	return e
}

// otherPort reports whether the reply passes if the connection begins at another
// port: then a rule for just that one has dropped it.
func (f *Family) otherPort(first semantics.Packet) bool {
	first.Sport = otherSport
	if d := semantics.Decide(f.Ruleset, first); !d.Accept {
		return false
	}
	d := semantics.Decide(f.Ruleset, first.Reply())
	return d.Accept
}

// candidate is a rule that may accept replies, with the rules that lead to it.
type candidate struct {
	table *ast.Table
	way   []*ast.Rule
}

// otherwise reports whether a reply passes with other addresses or on another
// interface, such as rules that accept established packets name: which are the
// host's own is not known. The rules that lead to the acceptance of the first
// packet must still hold.
func (f *Family) otherwise(of *First, reply semantics.Packet) bool {
	if f.repairs--; f.repairs < 0 {
		return true
	}
	for _, c := range f.candidates(reply.Hook) {
		r := reply
		if semantics.Satisfy(f.Ruleset, c.table, &r, c.way...) == semantics.No {
			continue
		}
		if r.Proto != reply.Proto || r.Sport != reply.Sport || r.Dport != reply.Dport || r.TCPFlags != reply.TCPFlags || r.State != reply.State {
			continue // it accepts other packets
		}
		if r.Iif == "lo" || r.Oif == "lo" || r.Saddr.IsLoopback() || r.Daddr.IsLoopback() || r.Saddr.IsMulticast() || r.Daddr.IsMulticast() || r.Saddr == r.Daddr {
			continue
		}
		if d := semantics.Decide(f.Ruleset, r); !d.Accept {
			continue
		}
		first := firstOf(&r)
		if slices.ContainsFunc(of.way, func(w *ast.Rule) bool { return semantics.Holds(f.Ruleset, of.table, first, w) == semantics.No }) {
			continue
		}
		if d := semantics.Decide(f.Ruleset, first); d.Accept {
			return true
		}
	}
	return false
}

// firstOf returns the packet that a reply answers.
func firstOf(r *semantics.Packet) semantics.Packet {
	p := r.Reply() // of the reply: addresses, ports and interfaces turn back
	p.State, p.Dir, p.Status, p.HasOrig = ast.StateNew, ast.DirOriginal, 0, false
	if p.Proto == protoTCP {
		p.TCPFlags = ast.TCPSyn
	}
	return p
}

// candidates returns rules that may accept established packets of a hook whatever
// their ports: those that ask for the state first.
func (f *Family) candidates(h ast.Hook) []candidate {
	if known, ok := f.replies[h]; ok {
		return known
	}
	var byState, others []candidate
	for _, t := range f.tables {
		for _, c := range t.Chains {
			if !c.Hooks.Has(h) || c.Type == ast.ChainNAT {
				continue
			}
			var way []*ast.Rule
			for _, r := range c.Rules {
				to := &others
				switch accepts, asks := acceptsEstablished(r); {
				case !accepts:
					continue
				case asks:
					to = &byState
				}
				if len(*to) == maxCandidates {
					continue
				}
				if way == nil {
					way, _ = c.WayFrom(h)
					way = slices.Clip(way)
				}
				*to = append(*to, candidate{t.Table, append(way, r)})
			}
		}
	}
	all := append(byState, others...)
	if f.replies == nil {
		f.replies = map[ast.Hook][]candidate{}
	}
	f.replies[h] = all[:min(len(all), maxCandidates)]
	return f.replies[h]
}

// acceptsEstablished reports whether a rule may accept packets of established
// connections, or goes to a chain that may, and whether it asks for the state.
// What is for a destination port is not for replies.
func acceptsEstablished(r *ast.Rule) (accepts, asks bool) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			switch left := s.Left.(type) {
			case *ast.CT:
				if left.Key != ast.CTState {
					continue
				}
				bits, known := StateBits(s)
				if known && bits&ast.StateEstablished == 0 {
					return false, false
				}
				asks = true
			case *ast.Payload:
				if left.Field.Info().Name == "dport" && s.Op == ast.OpEq {
					return false, false
				}
			}
		case *ast.Verdict:
			accepts = s.Kind == ast.VerdictAccept
		}
	}
	return accepts, asks
}

// below returns the rule that accepts a reply by its state if those that drop it
// are not there; nil if it is not accepted then, or not for its state.
func (f *Family) below(reply semantics.Packet, by semantics.Step) *ast.Rule {
	rs := f.Ruleset
	for range maxRemoved {
		if by.Rule == nil {
			return nil // a policy has no rule below it
		}
		rs = without(rs, by.Chain, by.Rule)
		d := semantics.Decide(rs, reply)
		switch {
		case d.Drops():
			var ok bool
			if by, ok = lastDrop(&d); !ok {
				return nil
			}
			continue
		case !d.Accepts():
			return nil
		}
		stray := reply
		stray.State, stray.Status = ast.StateInvalid, 0
		if s := semantics.Decide(rs, stray); s.Accepts() {
			return nil
		}
		for _, s := range d.By {
			if s.Sure && s.Rule != nil && s.Chain.Hook != ast.HookPrerouting && !s.Drop {
				return s.Rule
			}
		}
		return nil
	}
	return nil
}

// without returns the ruleset without a rule.
func without(rs *ast.Ruleset, c *ast.Chain, r *ast.Rule) *ast.Ruleset {
	out := *rs
	out.Tables = slices.Clone(rs.Tables)
	for i, t := range out.Tables {
		k := slices.Index(t.Chains, c)
		if k < 0 {
			// A chain that was changed before is another one of the same name.
			k = slices.IndexFunc(t.Chains, func(o *ast.Chain) bool { return o.Name == c.Name && slices.Contains(o.Rules, r) })
		}
		if k < 0 {
			continue
		}
		table, chain := *t, *t.Chains[k]
		chain.Rules = slices.DeleteFunc(slices.Clone(chain.Rules), func(o *ast.Rule) bool { return o == r })
		table.Chains = slices.Clone(t.Chains)
		table.Chains[k] = &chain
		out.Tables[i] = &table
	}
	return &out
}
