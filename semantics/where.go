package semantics

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// Fields describes packets. What is left at its zero value is not asked for.
type Fields struct {
	// State has the [ast.StateNew] and other bits of the states that the packet may
	// have.
	State uint32
	Dir   ast.Dir
	// Proto is the protocol; Protos are several ones.
	Proto  uint8
	Protos []uint8
	// Iif and Oif are interfaces.
	Iif, Oif string
	// Src and Dst are networks that the addresses lie in, as the filter chains see
	// them.
	Src, Dst netip.Prefix
	// Sport and Dport are ports, first and last. A packet that has no ports is not
	// described.
	Sport, Dport Ports
	// TCPFlags are the flags that are set among those of TCPMask, in a TCP packet.
	TCPFlags, TCPMask uint8
	// ICMPTypes are types of ICMP or, in IPv6, ICMPv6.
	ICMPTypes []uint8
	// ICMPCode is the code of such a message, where HasCode is set.
	ICMPCode uint8
	HasCode  bool
	// Whole says that the packet is no later fragment, Fragment that it is one.
	Whole, Fragment bool
	// Unmarked says that neither the packet nor its connection had a mark when it
	// came.
	Unmarked bool
	// Status are bits of the connection's status, all of which are set, and NoStatus
	// such of which none is.
	Status, NoStatus uint32
}

// Ports are the ports from Lo to Hi; a Hi of 0 stands for Lo.
type Ports struct{ Lo, Hi uint16 }

// Port returns one port as Ports.
func Port(p uint16) Ports { return Ports{p, p} }

// Where returns the packets of the way that are as described.
func (w *Way) Where(f Fields) Set {
	defer w.host.ask()()
	return w.there(w.compiler(nil).where(f))
}

// there returns the packets of a set that there are.
func (w *Way) there(n bdd.Node) Set {
	n = w.host.space.store.And(w.real, n)
	if !w.checks {
		return w.set(n)
	}
	if w.judged.ok() && w.host.space.store.And(n, w.judged.mayDoubt) == bdd.False {
		return w.set(w.host.space.store.And(w.judged.maySure, n))
	}
	return Set{way: w, node: n, asks: askAll, mode: may}
}

// compiler returns a compiler for what stands where the filter chains do.
func (w *Way) compiler(t *ast.Table) *compiler {
	return w.walker.compilerAt(stop{hook: w.Hook, table: t, phase: tracked | dstDone}, "")
}

func (c *compiler) where(f Fields) bdd.Node {
	s := c.store
	n := bdd.True
	and := func(m bdd.Node) { n = s.And(n, m) }
	if f.State != 0 {
		and(c.states(uint64(f.State)))
	}
	switch f.Dir {
	case ast.DirOriginal:
		and(s.Diff(c.connected(), c.flag(FieldDir)))
	case ast.DirReply:
		and(s.And(c.connected(), c.flag(FieldDir)))
	}
	protos := f.Protos
	if f.Proto != 0 {
		protos = []uint8{f.Proto}
	}
	if len(protos) > 0 {
		and(c.bytes(FieldProto, protos))
	}
	for field, name := range map[Field]string{FieldIif: f.Iif, FieldOif: f.Oif} {
		if name != "" {
			and(s.Intervals(c.fields[field], c.names.match(name, false)))
		}
	}
	for field, p := range map[Field]netip.Prefix{FieldSaddr: f.Src, FieldDaddr: f.Dst} {
		switch {
		case !p.IsValid():
		case p.Addr().Is4() != c.v4():
			return bdd.False
		default:
			and(s.Prefix(narrow(c.fields[field], c.v4()), number128(p.Masked().Addr().AsSlice()), p.Bits()))
		}
	}
	for field, p := range map[Field]Ports{FieldSport: f.Sport, FieldDport: f.Dport} {
		if p != (Ports{}) {
			and(s.AndAll(c.ported(), bdd.Not(c.flag(FieldFragment)), s.Range(c.fields[field], bdd.U64(uint64(p.Lo)), bdd.U64(uint64(max(p.Lo, p.Hi))))))
		}
	}
	if f.TCPMask != 0 {
		and(s.And(c.transport(protoTCP), s.Masked(c.fields[FieldTCPFlags], bdd.U64(uint64(f.TCPFlags)), bdd.U64(uint64(f.TCPMask)))))
	}
	if len(f.ICMPTypes) > 0 {
		and(s.And(c.transport(c.icmp()), c.bytes(FieldICMPType, f.ICMPTypes)))
	}
	if f.HasCode {
		and(s.And(c.transport(c.icmp()), s.Value(c.fields[FieldICMPCode], bdd.U64(uint64(f.ICMPCode)))))
	}
	if f.Whole {
		and(bdd.Not(c.flag(FieldFragment)))
	}
	if f.Fragment {
		and(c.flag(FieldFragment))
	}
	if f.Unmarked {
		and(s.Value(c.fields[FieldMark], bdd.U128{}))
		and(s.Value(c.fields[FieldCTMark], bdd.U128{}))
	}
	and(s.Masked(c.fields[FieldStatus], bdd.U64(uint64(f.Status)), bdd.U64(uint64(f.Status|f.NoStatus))))
	return n
}

func (c *compiler) bytes(f Field, values []uint8) bdd.Node {
	in := make([]bdd.Interval, len(values))
	for i, v := range values {
		in[i] = point(int(v))
	}
	return c.store.Intervals(c.fields[f], in)
}

// Holds returns the packets of the way for which all conditions among the
// statements hold where the filter chains stand: of a rule of the table t, what its
// own text asks for, whatever comes before it. The table is where named sets are
// looked up.
func (w *Way) Holds(t *ast.Table, stmts ...ast.Stmt) Set {
	defer w.host.ask()()
	return w.there(w.compiler(t).conditions(stmts))
}

// Asks returns the packets for which all conditions of a rule hold where the rule
// stands, whatever comes before it and wherever they come from, and be there such packets
// or not: the [Way.Universe] tells. What rules may have set before may be anything: may
// are the packets for which they hold then, with some of what cannot be known; must are
// those for which they hold whatever that is.
func (w *Way) Asks(r *ast.Rule) (may, must Set) {
	defer w.host.ask()()
	st := w.host.space.store
	n := bdd.False
	for _, stop := range w.rules[r].stops {
		n = st.Or(n, w.walker.compilerAt(stop, "").conditions(r.Stmts))
	}
	must = w.set(st.ForAll(n, unknowns))
	if w.changes {
		must = w.set(st.ForAll(must.node, w.host.space.now))
	}
	return w.set(w.settle(n)), must
}

// Reply returns the packets that answer those of the set, on the way that they come
// back on: at output for packets of input, at input for those of output. They are
// ESTABLISHED and go in the other direction; addresses, ports and interfaces have
// changed places, requests of ICMP are replies, and what else a packet has (flags,
// marks, TTL) may be anything, but for the connection's mark and translation. The
// set should hold first packets; those that are answered by none, such as other
// ICMP, and UNTRACKED ones are left out. What is unknown of the set is as it may be
// ([Set.May]); take [Set.Must] before to be sure that there is something to answer.
func (s Set) Reply() Set {
	if s = s.force(); !s.Known() {
		return s
	}
	hook := map[ast.Hook]ast.Hook{ast.HookInput: ast.HookOutput, ast.HookOutput: ast.HookInput, ast.HookForward: ast.HookForward}[s.way.Hook]
	back := s.way.host.Way(s.way.Family, hook)
	if !back.Known() {
		return Set{way: back, node: bdd.Bad}
	}
	defer s.way.host.ask()()
	return back.there(back.replies(s.node))
}

func (w *Way) replies(n bdd.Node) bdd.Node {
	c := w.compiler(nil)
	st, sp := c.store, c.space
	icmp := c.transport(c.icmp())
	n = st.And(n, st.Diff(c.connected(), c.errors()))
	types := bdd.False
	t := icmpTypes[w.Family]
	for i, r := range t.requests {
		of := st.And(icmp, st.Value(c.fields[FieldICMPType], bdd.U64(uint64(r))))
		asked := st.And(n, of)
		drop := bdd.NewVars()
		c.fields[FieldICMPType].AddTo(drop)
		c.fields[FieldICMPCode].AddTo(drop)
		answer := st.AndAll(st.Exists(asked, drop), st.Value(c.fields[FieldICMPType], bdd.U64(uint64(t.replies[i]))), st.Value(c.fields[FieldICMPCode], bdd.U128{}))
		types = st.Or(types, answer)
	}
	n = st.Or(st.Diff(n, icmp), types)
	keep := []Field{
		FieldProto, FieldFragment, FieldICMPType, FieldICMPCode, FieldIif, FieldOif, FieldPhysIn, FieldPhysOut, FieldDport, FieldSport, FieldDaddr, FieldSaddr,
		FieldOrigDport, FieldReplyDport, FieldOrigDst, FieldReplyDst, FieldCTMark, FieldStatus,
	}
	n = st.Exists(n, sp.allBut(keep))
	// Of the status, only how the connection is translated stays the same.
	status := bdd.NewVars()
	for i := range 16 {
		if 1<<(15-i)&(ast.StatusSNAT|ast.StatusDNAT) == 0 {
			status.Add(c.fields[FieldStatus].Bit(i))
		}
	}
	n = st.Exists(n, status)
	to := map[int]int{}
	for _, pair := range [][2]Field{{FieldIif, FieldOif}, {FieldPhysIn, FieldPhysOut}, {FieldDport, FieldSport}, {FieldDaddr, FieldSaddr}} {
		a, b := c.fields[pair[0]], c.fields[pair[1]]
		for i := range a.Width {
			to[a.Bit(i)], to[b.Bit(i)] = b.Bit(i), a.Bit(i)
		}
	}
	n = st.Rename(n, to)
	return st.AndAll(n, c.states(ast.StateEstablished), c.flag(FieldDir))
}
