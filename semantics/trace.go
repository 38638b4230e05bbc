package semantics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Trace is the way of one packet.
type Trace struct {
	// Verdict is what becomes of the packet: accept if all base chains let it
	// through.
	Verdict Verdict
	// Steps are the rules that the packet came to, and the policies that decided it
	// in a base chain, in order.
	Steps []TraceStep
	// Packet is the packet at its end, with the marks that rules have set.
	Packet Packet
	// Translated says that a rule has translated the address or port.
	Translated bool
	// Real says that the packet is one that may come: a packet that begins a
	// connection has the translation that the rules give it.
	Real bool
}

// Verdict is what becomes of a packet.
type Verdict uint8

// The verdicts.
const (
	Accept Verdict = iota
	Drop
	Reject
)

func (v Verdict) String() string { return [...]string{"accept", "drop", "reject"}[v] }

// TraceStep is a place that a packet came to.
type TraceStep struct {
	Table *ast.Table
	Chain *ast.Chain
	// Rule is nil where the policy of the chain decides.
	Rule *ast.Rule
	// Matched says that all conditions of the rule held.
	Matched bool
	// Decided says that the packet left the base chain here.
	Decided bool
}

// Doubt is a question that a packet does not answer.
type Doubt struct {
	// Stmt is the condition, or the action that nobody can foresee; What says which
	// part of it: empty for a condition as a whole.
	Stmt ast.Stmt
	What string
	at   compiler
	now  state
	// elem is an element of a verdict map, and index its place.
	elem  *ast.Elem
	index int
}

// state is what rules have set on a packet's way.
type state struct {
	mark, ctMark             uint32
	markUnsure, ctMarkUnsure bool
	exempt                   bool
	changed                  map[string]bool
}

// Trace runs a packet of the way through the rules. Where something cannot be known,
// choose says whether it holds; nil says that nothing of the sort does. It does not
// use sets, and so is a test of them.
func (w *Way) Trace(p Packet, choose func(Doubt) bool) Trace {
	if choose == nil {
		choose = func(Doubt) bool { return false }
	}
	p.Hook = w.Hook
	t := tracer{way: w, choose: choose, out: Trace{Real: true}, origin: p}
	t.env = env{Packet: &p}
	t.now = state{mark: p.Mark, ctMark: p.CTMark, changed: map[string]bool{}}
	t.run()
	t.out.Packet = p
	return t.out
}

// Trace runs the witness through the rules of its way: whatever cannot be known is
// as the witness takes it to be.
func (w Witness) Trace() Trace {
	return w.way.Trace(w.Packet, func(d Doubt) bool { return d.in(w.way, w.values) })
}

// in answers the question for a member of a set.
func (d *Doubt) in(w *Way, values func(v int) bool) bool {
	defer w.host.ask()()
	c := d.at
	if d.elem != nil {
		m := d.Stmt.(*ast.VMap)
		c.asks, c.elem = m, "/"+strconv.Itoa(d.index)
		n, ok := c.in(c.operands(m.Key), d.elem.Key)
		if !ok {
			n = c.stateful(m, c.elem)
		}
		return c.store.Has(n, d.now.over(w.host.space, values))
	}
	if d.What == "" {
		n, _ := c.condition(d.Stmt)
		return c.store.Has(n, d.now.over(w.host.space, values))
	}
	v, _ := c.store.Top(c.stateful(d.Stmt, d.What))
	return values(v)
}

// over returns the variables with what rules have set.
func (s *state) over(sp *space, values func(v int) bool) func(v int) bool {
	bits := map[int]bool{}
	put := func(f Field, n uint64) {
		field := sp.fields[f]
		for i := range field.Width {
			bits[field.Bit(i)] = n>>(field.Width-1-i)&1 != 0
		}
	}
	one := map[bool]uint64{true: 1}
	put(fieldMarkNow, uint64(s.mark))
	put(fieldCTMarkNow, uint64(s.ctMark))
	put(fieldMarkUnsure, one[s.markUnsure])
	put(fieldCTMarkUnsure, one[s.ctMarkUnsure])
	put(fieldExempt, one[s.exempt])
	for key := range sp.written {
		v, _ := sp.store.Top(sp.changed(key))
		bits[v] = s.changed[key]
	}
	return func(v int) bool {
		if b, ok := bits[v]; ok {
			return b
		}
		return values(v)
	}
}

// tracer is a packet on its way.
type tracer struct {
	env
	way    *Way
	choose func(Doubt) bool
	out    Trace
	now    state
	stop   stop
	at     int // the index of the stop
	// origin is the packet as it is given: with the addresses that the filter chains
	// see.
	origin   Packet
	instance string
	visit    int      // of the chain that it is in
	nat      *ast.NAT // has translated the packet at this stop
	ended    bool     // a statement has ended the rule
	depth    int
}

// leaving is how a packet leaves a chain.
type leaving uint8

const (
	fellOff leaving = iota // came to the end, or returned
	leftAccepted
	leftDropped
	leftRejected
	leftTranslated
)

func (t *tracer) run() {
	for i, s := range t.way.walker.stops {
		t.stop, t.at = s, i
		switch s.kind {
		case atConntrack:
			t.track()
		case atChain:
			if len(s.chain.Devices) > 0 && !t.onDevice(s) {
				continue
			}
			if !t.goesOn(t.base(s)) {
				return
			}
		case atDst, atSrc:
			if !t.translate(s) {
				return
			}
		}
	}
}

// goesOn says what becomes of a packet that has left a base chain.
func (t *tracer) goesOn(l leaving) bool {
	switch l {
	case leftDropped:
		t.out.Verdict = Drop
	case leftRejected:
		t.out.Verdict = Reject
	default:
		return true
	}
	if t.begins() {
		for _, s := range t.way.walker.stops[t.at:] {
			t.out.Real = t.out.Real && (len(s.nat) == 0 || t.origin.Status&uint32(s.bit()) == 0)
		}
	}
	return false
}

// begins reports whether the packet begins a connection.
func (t *tracer) begins() bool {
	p := &t.origin
	return !t.now.exempt && (p.State == ast.StateNew || p.State == ast.StateRelated && p.Proto != t.icmp())
}

// track gives the packet its state. It has the one that it comes with, unless a rule
// has kept conntrack from it.
func (t *tracer) track() {
	if t.now.exempt {
		t.out.Real = t.out.Real && t.origin.State == ast.StateUntracked
	}
}

func (t *tracer) onDevice(s stop) bool {
	name := t.origin.Iif
	if s.hook == ast.HookEgress {
		name = t.origin.Oif
	}
	for _, d := range s.chain.Devices {
		if text, wildcard := strings.CutSuffix(d, "*"); text == name || wildcard && strings.HasPrefix(name, text) {
			return true
		}
	}
	return false
}

// place makes the packet look as it does at a stop.
func (t *tracer) place(s stop) {
	p := t.Packet
	t.table, t.ruleset = s.table, t.way.ruleset(s.table)
	t.tracked = s.phase&tracked != 0
	t.exempt = t.now.exempt
	p.Mark, p.CTMark = t.now.mark, t.now.ctMark
	t.markUnsure, t.ctMarkUnsure = t.now.markUnsure, t.now.ctMarkUnsure
	p.State = t.origin.State
	if t.now.exempt {
		p.State = ast.StateUntracked
	}
	p.Oif = t.origin.Oif
	if s.hook == ast.HookPrerouting || s.hook == ast.HookIngress {
		p.Oif = ""
	}
	p.Saddr, p.Daddr, p.Sport, p.Dport = t.origin.Saddr, t.origin.Daddr, t.origin.Sport, t.origin.Dport
	connected := p.State&(ast.StateNew|ast.StateEstablished|ast.StateRelated) != 0
	if !connected || !t.way.host.space.nat {
		return
	}
	back := p.Dir == ast.DirReply
	dnat, snat := p.Status&ast.StatusDNAT != 0, p.Status&ast.StatusSNAT != 0
	if s.phase&dstDone == 0 {
		switch {
		case !back && dnat:
			p.Daddr, p.Dport = t.origin.Orig.Daddr, t.origin.Orig.Dport
		case back && snat:
			p.Daddr, p.Dport = t.origin.Answer.Daddr, t.origin.Answer.Dport
		}
	}
	if s.phase&srcDone != 0 {
		switch {
		case !back && snat:
			p.Saddr, p.Sport = t.origin.Answer.Daddr, t.origin.Answer.Dport
		case back && dnat:
			p.Saddr, p.Sport = t.origin.Orig.Daddr, t.origin.Orig.Dport
		}
	}
}

// ruleset returns the ruleset that a table is of: that is where ipsets are.
func (w *Way) ruleset(t *ast.Table) *ast.Ruleset {
	for _, rs := range w.host.rulesets {
		for _, o := range rs.Tables {
			if o == t {
				return rs
			}
		}
	}
	return nil
}

func (t *tracer) base(s stop) leaving {
	t.stop = s
	t.place(s)
	l := t.pass(s.chain, 0, fmt.Sprint(s.hook, s.phase))
	if l != fellOff {
		return l
	}
	t.out.Steps = append(t.out.Steps, TraceStep{Table: s.table, Chain: s.chain, Decided: true})
	if s.chain.Policy == ast.PolicyDrop {
		return leftDropped
	}
	return leftAccepted
}

// translate asks the chains of type nat, and returns false if the packet ends there.
func (t *tracer) translate(s stop) bool {
	p := &t.origin
	if !t.begins() || len(s.nat) == 0 {
		return true
	}
	bit := uint32(s.bit())
	for _, n := range s.nat {
		switch l := t.base(n); l {
		case leftTranslated:
			t.out.Translated = true
			t.out.Real = t.out.Real && p.Status&bit != 0 && t.fits(s.kind, t.nat)
			return true
		default:
			if !t.goesOn(l) {
				return false
			}
		}
	}
	t.out.Real = t.out.Real && p.Status&bit == 0
	return true
}

func (t *tracer) icmp() uint8 {
	if t.way.Family == ast.FamilyIP {
		return protoICMP
	}
	return protoICMPv6
}

// mayTranslate reports whether the kernel would load such a rule here.
func (t *tracer) mayTranslate(s *ast.NAT) bool {
	source := s.Kind == ast.SNAT || s.Kind == ast.Masquerade
	atDst := t.stop.hook == ast.HookPrerouting || t.stop.hook == ast.HookOutput
	return t.stop.chain.Type == ast.ChainNAT && (source != atDst || slices.Contains(s.Flags, "prefix"))
}

// fits reports whether the packet has the addresses and ports that a rule gives it.
func (t *tracer) fits(kind stopKind, n *ast.NAT) bool {
	p := &t.origin
	addr, port, old, oldPort := p.Daddr, p.Dport, p.Orig.Daddr, p.Orig.Dport
	if kind == atSrc {
		addr, port, old, oldPort = p.Answer.Daddr, p.Answer.Dport, p.Saddr, p.Sport
	}
	switch {
	case n.Addr != nil:
		if t.in(value{kind: address, addr: addr}, n.Addr) == No {
			return false
		}
	case n.Kind == ast.Redirect && t.stop.hook == ast.HookOutput:
		if !addr.IsLoopback() || addr != loopback(addr.Is4()) {
			return false
		}
	case n.Kind == ast.Redirect && t.way.Hook == ast.HookForward:
		return false
	case n.Kind == ast.Redirect, n.Kind == ast.Masquerade:
	default:
		if addr != old {
			return false
		}
	}
	switch {
	case n.Port != nil:
		return t.in(num(uint64(port)), n.Port) != No
	case kind == atDst:
		return port == oldPort
	}
	return true
}

// pass runs the packet through a chain.
func (t *tracer) pass(c *ast.Chain, visit int, path string) leaving {
	if t.depth++; t.depth > maxDepth {
		return leftDropped // the kernel loads no such ruleset
	}
	outer, outerVisit := t.instance, t.visit
	t.visit = visit
	alone := t.calls(func(k *calls) bool { return k.alone(c) })
	if t.instance = path; !alone {
		t.instance = t.stop.visited(visit)
	}
	defer func() { t.depth--; t.instance, t.visit = outer, outerVisit }()
	for i, r := range c.Rules {
		if l, done := t.rule(c, i, r); done {
			return l
		}
	}
	return fellOff
}

// calls asks what is known of the calls in the table; others may be asking, too.
func (t *tracer) calls(ask func(*calls) bool) bool {
	defer t.way.host.ask()()
	return ask(t.way.walker.callsOf(t.stop.table))
}

// rule runs the packet through a rule; done says that it does not go on to the next
// one.
func (t *tracer) rule(c *ast.Chain, i int, r *ast.Rule) (l leaving, done bool) {
	if t.calls(func(k *calls) bool { return k.plain(r) && k.alone(c) }) {
		outer := t.instance
		t.instance = fmt.Sprint(t.stop.hook, t.stop.phase)
		defer func() { t.instance = outer }()
	}
	at := len(t.out.Steps)
	t.out.Steps = append(t.out.Steps, TraceStep{Table: t.stop.table, Chain: c, Rule: r})
	for _, s := range r.Stmts {
		if isCondition(s) {
			if !t.holds(s) {
				return 0, false
			}
			continue
		}
		if l, done = t.action(c, i, s); done {
			t.out.Steps[at].Matched = true
			t.out.Steps[at].Decided = l != fellOff && len(t.out.Steps) == at+1
			return l, true
		}
		if t.ended {
			t.ended = false
			return 0, false
		}
	}
	t.out.Steps[at].Matched = true
	return 0, false
}

// isCondition reports whether a statement asks, and does nothing else.
func isCondition(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.Meter, *ast.FlowAdd:
		return true
	case *ast.ObjRef:
		return s.Kind == ast.ObjectLimit || s.Kind == ast.ObjectQuota
	case *ast.SetOp:
		return s.Verb != "delete"
	case *ast.Extension:
		return !s.Target
	case *ast.Opaque:
		return !s.Action
	}
	return false
}

func (t *tracer) doubt(s ast.Stmt, what string) bool {
	return t.choose(Doubt{Stmt: s, What: what, now: t.now, at: *t.way.walker.compilerAt(t.stop, t.instance)})
}

func (t *tracer) holds(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Match:
		if t.changedIn(s) || asksForFlags(s) {
			return t.doubt(s, "")
		}
		if h := t.match(s); h != Unknown {
			return h == Yes
		}
	case *ast.AnyOf:
		any := false
		for _, alt := range s.Alts {
			all := true
			for _, c := range alt {
				all = all && t.holds(c)
			}
			any = any || all
		}
		return any != s.Not
	}
	return t.doubt(s, "")
}

// asksForFlags reports whether a match asks for more of a fragment than whether it is
// a later one: a [Packet] does not say.
func asksForFlags(m *ast.Match) bool {
	for n := range ast.Preorder(m.Left) {
		if p, ok := n.(*ast.Payload); ok && p.Field == ast.IPFragOff {
			mask, ok := m.Left.(*ast.Binary)
			if !ok {
				return true
			}
			of, ok := mask.Right.(*ast.Int)
			zero, is := m.Right.(*ast.Int)
			return !ok || !is || of.Val != 0x1fff || zero.Val != 0
		}
	}
	return false
}

// changedIn reports whether rules have changed what a match asks for, in a manner
// that is not followed.
func (t *tracer) changedIn(m *ast.Match) bool {
	if len(t.now.changed) == 0 {
		return false
	}
	for n := range ast.Preorder(m.Left) {
		if t.now.changed[ast.Dump(n)] {
			return true
		}
	}
	return false
}

// action carries out a statement; done says that the packet does not go on with the
// next one.
func (t *tracer) action(c *ast.Chain, i int, s ast.Stmt) (l leaving, done bool) {
	switch s := s.(type) {
	case *ast.Verdict:
		return t.verdict(c, i, s, s)
	case *ast.VMap:
		return t.vmap(c, i, s)
	case *ast.Reject:
		return leftRejected, true
	case *ast.NAT:
		if !t.mayTranslate(s) {
			return t.acceptOrDrop(s), true
		}
		t.nat = s
		return leftTranslated, true
	case *ast.Queue, *ast.Fwd:
		return t.acceptOrDrop(s), true
	case *ast.TProxy:
		if s.Terminal {
			return t.acceptOrDrop(s), true
		}
		t.ended = !t.doubt(s, "finds a socket")
	case *ast.Synproxy:
		return t.may(s, false)
	case *ast.ObjRef:
		if s.Kind == ast.ObjectSynproxy {
			return t.may(s, false)
		}
	case *ast.Opaque:
		return t.may(s, true)
	case *ast.Extension:
		if !passes[s.Name] {
			return t.may(s, true)
		}
		if f := extensionWrites[s.Name]; f != "" && t.way.host.space.written[f] {
			t.change(f)
		}
	case *ast.Notrack:
		if t.stop.phase&tracked == 0 {
			t.now.exempt = true
			t.place(t.stop)
		}
	case *ast.Assign:
		t.write(s)
	case *ast.Reset:
		if key := ast.Dump(s.Target); t.way.host.space.written[key] {
			t.change(key)
		}
	}
	return 0, false
}

func (t *tracer) acceptOrDrop(s ast.Stmt) leaving {
	if t.doubt(s, "accepts") {
		return leftAccepted
	}
	return leftDropped
}

func (t *tracer) may(s ast.Stmt, returns bool) (l leaving, done bool) {
	if t.doubt(s, "decides") {
		return t.acceptOrDrop(s), true
	}
	return fellOff, returns && t.doubt(s, "returns")
}

func (t *tracer) verdict(c *ast.Chain, i int, v *ast.Verdict, by ast.Stmt) (l leaving, done bool) {
	switch v.Kind {
	case ast.VerdictAccept:
		return leftAccepted, true
	case ast.VerdictDrop:
		return leftDropped, true
	case ast.VerdictReturn:
		return fellOff, true
	case ast.VerdictJump, ast.VerdictGoto:
		var to *ast.Chain
		t.calls(func(k *calls) bool { to = k.byName[v.Chain]; return to != nil })
		if to == nil {
			if t.doubt(by, "decides "+v.Chain) {
				return t.acceptOrDrop(by), true
			}
			return 0, v.Kind == ast.VerdictGoto
		}
		visit := t.visit
		t.calls(func(k *calls) bool { visit = k.visitAt(c, t.visit, i, to); return true })
		l := t.pass(to, visit, t.instance+" "+strconv.Itoa(i)+"/"+c.Name)
		return l, l != fellOff || v.Kind == ast.VerdictGoto
	}
	return 0, false
}

func (t *tracer) vmap(c *ast.Chain, i int, m *ast.VMap) (l leaving, done bool) {
	var elems []*ast.Elem
	switch s := m.Map.(type) {
	case *ast.SetLit:
		elems = s.Elems
	case *ast.SetRef:
		set := t.table.Set(s.Name)
		if set == nil || isDynamic(set) {
			return t.dynamicMap(c, i, m, set)
		}
		elems = set.Elems
	}
	key := t.value(m.Key)
	if key.kind == absent {
		return 0, false
	}
	var rest *ast.Verdict
	for j, e := range elems {
		v, ok := e.Data.(*ast.Verdict)
		if !ok {
			continue
		}
		if e.Key == nil {
			rest = v
			continue
		}
		in := t.env.in(key, e.Key)
		if in == Unknown {
			// The same question as a condition of its own.
			in = truth(t.choose(Doubt{
				Stmt: m, What: "is " + ast.Dump(e.Key), now: t.now, at: *t.way.walker.compilerAt(t.stop, t.instance),
				elem: e, index: j,
			}))
		}
		if in == Yes {
			return t.verdict(c, i, v, m)
		}
	}
	if rest != nil {
		return t.verdict(c, i, rest, m)
	}
	return 0, false
}

func (t *tracer) dynamicMap(c *ast.Chain, i int, m *ast.VMap, set *ast.Set) (l leaving, done bool) {
	if set != nil {
		for j, e := range set.Elems {
			if v, ok := e.Data.(*ast.Verdict); ok && t.doubt(m, "has "+strconv.Itoa(j)) {
				if l, done := t.verdict(c, i, v, m); done {
					return l, true
				}
				// It came back, and goes on behind the map.
			}
		}
	}
	return t.may(m, true)
}

// change says that something is not known any more.
func (t *tracer) change(key string) {
	switch key {
	case "meta.mark":
		t.now.markUnsure = true
	case "ct.mark":
		t.now.ctMarkUnsure = true
	default:
		t.now.changed[key] = true
	}
	t.place(t.stop)
}

// write carries out an assignment, if rules ask for what it sets.
func (t *tracer) write(a *ast.Assign) {
	key := ast.Dump(a.Left)
	if !t.way.host.space.written[key] {
		return
	}
	switch left := a.Left.(type) {
	case *ast.Meta:
		if left.Key == ast.MetaMark {
			t.setMark(a, &t.now.mark, &t.now.markUnsure)
			return
		}
	case *ast.CT:
		if left.Key == ast.CTMark && left.Dir == ast.DirNone {
			if t.origin.State&(ast.StateNew|ast.StateEstablished|ast.StateRelated) != 0 {
				t.setMark(a, &t.now.ctMark, &t.now.ctMarkUnsure)
			}
			return
		}
	}
	t.change(key)
}

func (t *tracer) setMark(a *ast.Assign, mark *uint32, unsure *bool) {
	switch v := t.value(a.Right); v.kind {
	case absent:
		t.ended = true
	case number:
		*mark, *unsure = uint32(v.n), false
	default:
		*unsure = true
	}
	t.place(t.stop)
}
