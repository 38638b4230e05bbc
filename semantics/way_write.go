package semantics

import (
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// notrack keeps the packets that are here from conntrack, if it has not looked yet.
func (t *transit) notrack() {
	if t.stop.phase&tracked != 0 {
		return
	}
	n := t.take()
	f := t.fields[fieldExempt]
	t.put(t.store.And(t.store.Exists(n, f.Vars()), t.store.Var(f.First)))
}

// assign sets a field of the packets that are here, if rules ask for it.
func (t *transit) assign(a *ast.Assign) {
	key := ast.Dump(a.Left)
	if !t.written[key] {
		return
	}
	switch left := a.Left.(type) {
	case *ast.Meta:
		if left.Key == ast.MetaMark {
			t.setMark(a, fieldMarkNow, fieldMarkUnsure, bdd.True)
			return
		}
	case *ast.CT:
		if left.Key == ast.CTMark && left.Dir == ast.DirNone {
			// A packet without a connection has no place for it; the rule ends
			// for nft, and nothing is done for xtables.
			t.setMark(a, fieldCTMarkNow, fieldCTMarkUnsure, t.compiler.connected())
			return
		}
	}
	t.change(key)
}

// change says that a field is not known any more.
func (t *transit) change(key string) {
	switch key {
	case "meta.mark":
		t.loseMark(fieldMarkUnsure)
		return
	case "ct.mark":
		t.loseMark(fieldCTMarkUnsure)
		return
	}
	changed := t.space.changed(key)
	v, _ := t.store.Top(changed)
	n := t.take()
	t.put(t.store.And(t.store.Exists(n, bdd.NewVars(v)), changed))
}

func (t *transit) loseMark(unsure Field) {
	n := t.take()
	f := t.fields[unsure]
	t.put(t.store.And(t.store.Exists(n, f.Vars()), t.store.Var(f.First)))
}

// setMark sets a mark to what the right-hand side gives, case by case.
func (t *transit) setMark(a *ast.Assign, now, unsure Field, may bdd.Node) {
	n := t.take()
	left := t.store.Diff(n, may)
	n = t.store.And(n, may)
	f := t.fields[now]
	vars := f.Vars()
	t.fields[unsure].AddTo(vars)
	out := bdd.False
	for _, x := range t.compiler.operand(a.Right) {
		here := t.store.And(n, x.guard)
		n = t.store.Diff(n, x.guard)
		out = t.store.Or(out, t.set(here, x, f, unsure, vars))
	}
	// What has no right-hand side ends the rule, unchanged.
	t.rest = t.store.Or(t.rest, n)
	t.put(t.store.Or(out, left))
}

// set returns the packets with a mark set to an option.
func (t *transit) set(n bdd.Node, x option, f bdd.Field, unsure Field, vars *bdd.Vars) bdd.Node {
	lost := t.store.Var(t.fields[unsure].First)
	sure := bdd.Not(lost)
	clear := func() bdd.Node { return t.store.And(t.store.Exists(n, vars), sure) }
	switch x.kind {
	case isConstant:
		return t.store.And(clear(), t.store.Value(f, x.value.And(f.Max())))
	case isField:
		if x.field == f {
			return n
		}
		if x.field.Width == f.Width && x.field.Stride == f.Stride {
			return t.store.And(clear(), t.store.Equal(f, x.field))
		}
	case isBits:
		if r, ok := t.setBits(n, x, f); ok {
			return r
		}
	case isMasked:
		if r, ok := t.setBits(n, option{kind: isBits, bits: t.compiler.vector(x)}, f); ok {
			return r
		}
	}
	return t.store.And(t.store.Exists(n, vars), lost)
}

// setBits sets each bit of a mark to what is computed of the same bit, or to a bit
// of another mark: (mark & ~mask) ^ value.
func (t *transit) setBits(n bdd.Node, x option, f bdd.Field) (out bdd.Node, ok bool) {
	bits := x.bits
	if len(bits) > f.Width {
		for _, b := range bits[:len(bits)-f.Width] {
			if b != bdd.False {
				return 0, false
			}
		}
		bits = bits[len(bits)-f.Width:]
	}
	if len(bits) != f.Width {
		return 0, false
	}
	for i, b := range bits {
		v := f.Bit(i)
		self := t.store.Var(v)
		switch b {
		case self:
			continue
		case bdd.Not(self): // turned around
			n = t.store.Or(
				t.store.And(self, t.store.Restrict(n, v, false)),
				t.store.Diff(t.store.Restrict(n, v, true), self))
			continue
		}
		// Any other value must not depend on bits that have been set already.
		if top, is := t.store.Top(b); is && t.ownBit(f, top) {
			return 0, false
		}
		n = t.store.And(t.store.Exists(n, bdd.NewVars(v)), bdd.Not(t.store.Xor(self, b)))
	}
	return n, true
}

func (t *transit) ownBit(f bdd.Field, v int) bool {
	for i := range f.Width {
		if f.Bit(i) == v {
			return true
		}
	}
	return false
}

// nat translates the packets that are here. Which ones a packet is one of, its
// status and the addresses on both sides say.
func (t *transit) nat(s *ast.NAT) {
	n := t.take()
	c := t.compiler
	dst := t.stop.hook == ast.HookPrerouting || t.stop.hook == ast.HookOutput
	source := s.Kind == ast.SNAT || s.Kind == ast.Masquerade
	prefix := false
	for _, f := range s.Flags {
		prefix = prefix || f == "prefix"
	}
	if source == dst && !prefix || t.stop.chain.Type != ast.ChainNAT { // the kernel loads no such rule
		t.acceptOrDrop(s, n)
		return
	}
	// New addresses and ports are where packets after it have them: in the header
	// for a destination, in the reply tuple for a source.
	bit, addr, oldAddr, port, oldPort := uint64(ast.StatusDNAT), FieldDaddr, FieldOrigDst, FieldDport, FieldOrigDport
	if !dst {
		bit, addr, oldAddr, port, oldPort = ast.StatusSNAT, FieldReplyDst, FieldSaddr, FieldReplyDport, FieldSport
	}
	to := narrow(t.fields[addr], c.v4())
	n = t.store.And(n, c.status(bit))
	switch {
	case s.Addr != nil:
		if in, ok := c.inOption(option{kind: isField, field: to, addr: true}, s.Addr); ok {
			n = t.store.And(n, in)
		}
	case s.Kind == ast.Redirect && t.stop.hook == ast.HookOutput:
		n = t.store.And(n, t.store.Value(to, number128(loopback(c.v4()).AsSlice())))
	case s.Kind == ast.Redirect && t.way == ast.HookForward:
		n = bdd.False // it is for the host itself now, so on another way
	case s.Kind == ast.Redirect, s.Kind == ast.Masquerade: // to an address of the interface
	default:
		n = t.store.And(n, t.store.Equal(to, narrow(t.fields[oldAddr], c.v4())))
	}
	switch {
	case s.Port != nil:
		if in, ok := c.inOption(option{kind: isField, field: t.fields[port]}, s.Port); ok {
			n = t.store.And(n, in)
		}
	case dst:
		n = t.store.And(n, t.store.Equal(t.fields[port], t.fields[oldPort]))
	} // a source's port may change if another connection has it
	t.decide(endNAT, n)
}

func loopback(v4 bool) netip.Addr {
	if v4 {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}
