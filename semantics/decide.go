package semantics

import (
	"cmp"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// Decision is what a ruleset does with a packet at its hook. Both Accept and Drop
// are set where it rests on something unknown.
type Decision struct {
	Accept, Drop bool
	// By are the rules that may decide it, in the order they are met; an
	// entry's Rule is nil where a chain's policy decides.
	By []Step
	// Translated says that NAT may rewrite the packet. What becomes of one that
	// may get another destination is unknown.
	Translated bool
	// State is that of the packet where its way ended: notrack makes it
	// UNTRACKED. It is 0 if that rests on something unknown.
	State uint32
}

// Step is a place where a packet's way may end.
type Step struct {
	Chain *ast.Chain
	Rule  *ast.Rule
	Drop  bool
	// Sure says that the packet, if it comes here, ends here.
	Sure bool
}

// Accepts reports whether the packet is accepted for certain.
func (d *Decision) Accepts() bool { return d.Accept && !d.Drop }

// Drops reports whether the packet is dropped, or rejected, for certain.
func (d *Decision) Drops() bool { return d.Drop && !d.Accept }

// Decide runs a packet through the base chains of its hook, in the order of their
// priorities. A packet that a chain accepts goes on to the next. The chains at
// prerouting come before those at input and forward, those at postrouting after
// those at forward and output. What becomes of a packet that may get another
// destination is unknown.
func Decide(rs *ast.Ruleset, p Packet) Decision {
	r := run{env: env{Packet: &p, ruleset: rs}, steps: maxSteps}
	return r.decision()
}

func (r *run) decision() Decision {
	var d Decision
	d.Accept, d.Drop = r.decide()
	d.By, d.Translated = r.by, r.redirected || r.sourceUnsure
	if !r.stateUnsure {
		d.State = r.State
	}
	return d
}

// decide runs the packet through the base chains of its way.
func (r *run) decide() (accept, drop bool) {
	for _, h := range waysThrough[r.Hook] {
		if h == ast.HookForward && r.TTL > 0 {
			// The kernel lowers it before the hook (ip_forward, ip6_forward). Of
			// 1 nothing is left, and the packet does not come so far.
			r.TTL--
		}
		for _, b := range baseChains(r.ruleset, h, r.Family()) {
			if b.chain.Type == ast.ChainNAT && !r.first() {
				continue
			}
			decided := len(r.by)
			out := r.base(b)
			if r.redirected {
				// From here on it may be another packet, on another way.
				return true, true
			}
			if b.chain.Type == ast.ChainNAT && out&dropped == 0 {
				r.by = r.by[:decided] // it decides nothing
			}
			drop = drop || out&dropped != 0
			if out&accepted == 0 {
				return false, drop
			}
		}
	}
	return true, drop
}

// first reports whether the packet is one that NAT looks at: the first of a
// connection (nf_nat_inet_fn).
func (r *run) first() bool {
	switch {
	case r.stateUnsure:
		return true
	case r.State == ast.StateRelated:
		return r.Proto != protoICMP && r.Proto != protoICMPv6
	}
	return r.State == ast.StateNew
}

// waysThrough are the hooks that a packet passes, by the one that names its way.
var waysThrough = map[ast.Hook][]ast.Hook{
	ast.HookInput:       {ast.HookPrerouting, ast.HookInput},
	ast.HookForward:     {ast.HookPrerouting, ast.HookForward, ast.HookPostrouting},
	ast.HookOutput:      {ast.HookOutput, ast.HookPostrouting},
	ast.HookPrerouting:  {ast.HookPrerouting},
	ast.HookPostrouting: {ast.HookPostrouting},
}

// trackingPriority is where conntrack looks at packets
// (NF_IP_PRI_CONNTRACK).
const trackingPriority = -200

type basedChain struct {
	table *ast.Table
	chain *ast.Chain
}

// baseChains returns the base chains of a hook that see packets of a family.
func baseChains(rs *ast.Ruleset, h ast.Hook, f ast.Family) []basedChain {
	var out []basedChain
	for _, t := range rs.Tables {
		if t.Family != ast.FamilyInet && t.Family != f || slices.Contains(t.Flags, "dormant") {
			continue
		}
		for _, c := range t.Chains {
			if c.Hook == h {
				out = append(out, basedChain{t, c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b basedChain) int { return cmp.Compare(a.chain.Priority, b.chain.Priority) })
	return out
}

// outcome is the set of ways in which a packet may leave a chain.
type outcome uint8

const (
	accepted outcome = 1 << iota
	dropped
	fallen // came to the end of the chain, or returned
)

// run is a packet on its way through the chains of a hook.
type run struct {
	env
	by    []Step
	steps int // left before the run gives up
	// met are the rules that match, where somebody wants to know.
	met *[]Step
	// redirected says that NAT may have given the packet another destination.
	redirected bool
}

const (
	maxSteps = 1 << 20
	// maxDepth is how deep chains may call each other: more than any kernel
	// takes (NFT_JUMP_STACK_SIZE is 16).
	maxDepth = 1024
)

// base runs the packet through a base chain, its policy included.
func (r *run) base(b basedChain) outcome {
	r.table, r.tracked = b.table, b.chain.Priority > trackingPriority
	out := r.chain(b.chain, 0)
	if out&fallen == 0 {
		return out
	}
	end := accepted
	if b.chain.Policy == ast.PolicyDrop {
		end = dropped
	}
	r.by = append(r.by, Step{Chain: b.chain, Drop: end == dropped, Sure: true})
	return out&^fallen | end
}

// chain returns how the packet may leave a chain.
func (r *run) chain(c *ast.Chain, depth int) outcome {
	if depth > maxDepth {
		return accepted | dropped
	}
	var out outcome
	for _, rule := range c.Rules {
		if r.steps--; r.steps < 0 {
			return accepted | dropped
		}
		ends, goesOn := r.rule(c, rule, depth)
		out |= ends
		if !goesOn {
			return out
		}
	}
	return out | fallen
}

// rule returns how a rule may end the packet's way in its chain, and whether the
// packet may go on to the next rule.
func (r *run) rule(c *ast.Chain, rule *ast.Rule, depth int) (ends outcome, goesOn bool) {
	holds := Yes
	met := false
	for _, s := range rule.Stmts {
		if t, ok := r.condition(s); ok {
			if holds = min(holds, t); holds == No {
				return ends, true
			}
			continue
		}
		if !met {
			r.meets(c, rule, holds)
			met = true
		}
		at := Step{Chain: c, Rule: rule, Sure: holds == Yes}
		e, more := r.action(s, at, depth)
		ends |= e
		if !more {
			return ends, holds == Unknown
		}
	}
	if !met {
		r.meets(c, rule, holds)
	}
	return ends, true
}

// condition tells whether a statement holds; ok is false if it is an action.
func (r *run) condition(s ast.Stmt) (t Truth, ok bool) {
	switch s := s.(type) {
	case *ast.Match:
		return r.match(s), true
	case *ast.AnyOf:
		t := No
		for _, alt := range s.Alts {
			all := Yes
			for _, c := range alt {
				ct, _ := r.condition(c)
				all = min(all, ct)
			}
			t = max(t, all)
		}
		if s.Not {
			t = t.Not()
		}
		return t, true
	case *ast.Limit, *ast.Quota, *ast.ConnLimit:
		return Unknown, true
	case *ast.ObjRef:
		return Unknown, s.Kind == ast.ObjectLimit || s.Kind == ast.ObjectQuota
	case *ast.SetOp:
		return Unknown, s.Verb != "delete" // the set may be full (nft_dynset_eval), or its limit reached
	case *ast.Meter, *ast.FlowAdd:
		return Unknown, true
	case *ast.Extension:
		return Unknown, !s.Target
	case *ast.Opaque:
		return Unknown, !s.Action
	}
	return 0, false
}

// action carries out a statement: how it may end the packet's way, and whether
// the packet may go on.
func (r *run) action(s ast.Stmt, at Step, depth int) (ends outcome, goesOn bool) {
	switch s := s.(type) {
	case *ast.Verdict:
		return r.verdict(s, at, depth)
	case *ast.VMap:
		return r.vmap(s, at, depth)
	case *ast.Reject:
		return r.end(at, dropped), false
	case *ast.NAT:
		switch s.Kind {
		case ast.DNAT, ast.Redirect:
			r.redirected = true
		default:
			r.sourceUnsure = true
		}
		return r.end(at, accepted), false
	case *ast.Queue, *ast.Fwd:
		at.Sure = false
		return r.end(at, accepted) | r.end(at, dropped), false
	case *ast.Synproxy, *ast.TProxy:
		at.Sure = false
		return r.end(at, accepted) | r.end(at, dropped), true
	case *ast.Opaque:
		at.Sure = false
		return r.end(at, accepted) | r.end(at, dropped) | fallen, true
	case *ast.ObjRef:
		if s.Kind == ast.ObjectSynproxy {
			at.Sure = false
			return r.end(at, accepted) | r.end(at, dropped), true
		}
	case *ast.Extension:
		if passes[s.Name] {
			return 0, true
		}
		at.Sure = false
		return r.end(at, accepted) | r.end(at, dropped) | fallen, true
	case *ast.Notrack:
		r.notrack(at)
	case *ast.Assign:
		r.assign(s, at)
	}
	return 0, true
}

// passes are the targets without an nft shape after which a packet goes on
// (XT_CONTINUE in the kernel's target functions).
var passes = map[string]bool{
	"AUDIT": true, "CHECKSUM": true, "CLASSIFY": true, "CONNMARK": true, "CONNSECMARK": true, "CT": true, "DNPT": true, "DSCP": true,
	"ECN": true, "HL": true, "HMARK": true, "IDLETIMER": true, "LED": true, "LOG": true, "MARK": true, "NFLOG": true, "RATEEST": true,
	"SECMARK": true, "SET": true, "SNPT": true, "TCPMSS": true, "TCPOPTSTRIP": true, "TEE": true, "TOS": true, "TRACE": true, "TTL": true, "ULOG": true,
}

func (r *run) end(at Step, o outcome) outcome {
	at.Drop = o == dropped
	r.by = append(r.by, at)
	return o
}

func (r *run) verdict(v *ast.Verdict, at Step, depth int) (ends outcome, goesOn bool) {
	switch v.Kind {
	case ast.VerdictAccept:
		return r.end(at, accepted), false
	case ast.VerdictDrop:
		return r.end(at, dropped), false
	case ast.VerdictReturn:
		return fallen, false
	case ast.VerdictJump, ast.VerdictGoto:
		c := r.table.Chain(v.Chain)
		if c == nil {
			return accepted | dropped, true // the kernel loads no such ruleset
		}
		out := r.chain(c, depth+1)
		if v.Kind == ast.VerdictGoto {
			return out, false
		}
		return out &^ fallen, out&fallen != 0
	}
	return 0, true
}

// vmap looks the packet up in a verdict map. Where the map has no entry for it,
// it goes on.
func (r *run) vmap(m *ast.VMap, at Step, depth int) (ends outcome, goesOn bool) {
	var elems []*ast.Elem
	switch s := m.Map.(type) {
	case *ast.SetLit:
		elems = s.Elems
	case *ast.SetRef:
		set := r.table.Set(s.Name)
		if set == nil || isDynamic(set) {
			at.Sure = false
			return r.end(at, accepted) | r.end(at, dropped) | fallen, true
		}
		elems = set.Elems
	}
	key := r.value(m.Key)
	if key.kind == absent {
		return 0, true
	}
	goesOn = true
	for _, e := range elems {
		t := Yes
		if e.Key != nil {
			t = r.in(key, e.Key)
		}
		v, ok := e.Data.(*ast.Verdict)
		if t == No || !ok {
			continue
		}
		at := at
		at.Sure = at.Sure && t == Yes
		o, more := r.verdict(v, at, depth)
		ends |= o
		if t == Yes {
			return ends, more
		}
	}
	return ends, goesOn
}

// notrack keeps the packet from conntrack, if the chain runs early enough.
func (r *run) notrack(at Step) {
	if r.tracked {
		return
	}
	if !at.Sure {
		r.stateUnsure = true
		return
	}
	r.State, r.exempt = ast.StateUntracked, true
}

// assign sets a mark to what is known of it.
func (r *run) assign(a *ast.Assign, at Step) {
	v := r.value(a.Right)
	sure := at.Sure && v.kind == number
	switch left := a.Left.(type) {
	case *ast.Meta:
		if left.Key == ast.MetaMark {
			r.Mark, r.markUnsure = uint32(v.n), !sure
		}
	case *ast.CT:
		if left.Key == ast.CTMark {
			r.CTMark, r.ctMarkUnsure = uint32(v.n), !sure
		}
	case *ast.Payload:
		if left.Field == ast.IPDSCP || left.Field == ast.IP6DSCP {
			r.dscpUnsure = true
		}
		if left.Field == ast.IPTTL || left.Field == ast.IP6Hoplimit {
			r.TTL = 0
		}
	}
}
