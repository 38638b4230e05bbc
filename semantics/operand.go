package semantics

import (
	"fmt"
	"math/bits"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// operand is what an expression gives, case by case. The guards of the cases do
// not overlap; where none holds the packet has no such thing, and a match fails
// whatever its operator is.
type operand []option

// option is what an expression gives for some packets.
type option struct {
	guard bdd.Node
	kind  optionKind
	field bdd.Field
	mask  bdd.U128 // of a masked field
	value bdd.U128
	bits  []bdd.Node // the most significant one first
	addr  bool       // an address: compared with addresses of the same family alone
}

type optionKind uint8

const (
	isUnknown  optionKind = iota // there is a value, and it cannot be known
	isField                      // the value of a field
	isMasked                     // a field and mask
	isName                       // a field that holds a code of names
	isConstant                   // value
	isNameCode                   // value is a code of names
	isBits                       // computed, bit by bit
)

// compiler turns conditions into sets of packets, at one place on their way.
type compiler struct {
	*space
	family ast.Family // ip or ip6
	hook   ast.Hook
	table  *ast.Table
	phase  phase
	// instance tells the calls of a chain apart in which conditions stand that may
	// hold one time and not the next.
	instance string
	// asks is the statement that is being compiled, elem the element of a set
	// in it.
	asks ast.Stmt
	elem string
}

// phase is what has happened to a packet when a chain sees it.
type phase uint8

const (
	tracked phase = 1 << iota // conntrack has looked at it
	dstDone                   // its destination has been translated
	srcDone                   // its source has been translated
)

func (c *compiler) v4() bool { return c.family == ast.FamilyIP }

// place is a text that differs where the same expression may give something else.
func (c *compiler) place() string { return fmt.Sprintf("%d/%d/%d ", c.family, c.hook, c.phase) }

func (c *compiler) proto(p uint8) bdd.Node {
	return c.store.Value(c.fields[FieldProto], bdd.U64(uint64(p)))
}

func (c *compiler) flag(f Field) bdd.Node { return c.store.Var(c.fields[f].First) }

// status returns the set of packets whose connection has a status bit.
func (c *compiler) status(bit uint64) bdd.Node {
	return c.store.Any(c.fields[FieldStatus], bdd.U64(bit))
}

// operand returns what an expression gives.
func (c *compiler) operand(e ast.Expr) operand {
	var o operand
	switch e := e.(type) {
	case *ast.Payload:
		o = c.payload(e)
	case *ast.Meta:
		o = c.meta(e)
	case *ast.CT:
		o = c.ct(e)
	case *ast.Binary:
		return c.binary(e)
	case *ast.Int, *ast.Addr, *ast.Big, *ast.Ether:
		v, _ := constant(e)
		return operand{{guard: bdd.True, kind: isConstant, value: v}}
	case *ast.Numgen: // a new number each time
		return operand{c.drawnOption(e, modWidth(e.Mod, e.Offset), bdd.True)}
	case *ast.Hash:
		o = operand{c.extraOption(c.place()+ast.Dump(e), modWidth(e.Mod, e.Offset), bdd.True)}
	case *ast.RawPayload:
		o = c.named(e, c.rawGuard(e))
	case *ast.TCPOption:
		o = c.optional(e, c.transport(protoTCP))
	case *ast.SCTPChunk:
		o = c.optional(e, c.transport(protoSCTP))
	case *ast.DCCPOption:
		o = c.optional(e, c.transport(protoDCCP))
	case *ast.Exthdr:
		o = c.optional(e, c.only(ast.FamilyIP6))
	case *ast.IPOption:
		o = c.optional(e, c.only(ast.FamilyIP))
	case *ast.Fib:
		o = operand{c.extraOption(c.fibText(e), 32, bdd.True)}
	case *ast.Socket, *ast.Rt, *ast.Ipsec, *ast.TunnelInfo:
		o = c.optional(e, bdd.True)
	default: // OSF, Map, Concat within an operation, Unknown, Host
		return operand{{guard: bdd.True}}
	}
	return c.stained(e, o)
}

// stained adds what is known of an expression that rules may have changed: where
// they have, nothing.
func (c *compiler) stained(e ast.Expr, o operand) operand {
	if m, ok := e.(*ast.Meta); ok && m.Key == ast.MetaMark {
		return o // these are followed
	}
	if m, ok := e.(*ast.CT); ok && m.Key == ast.CTMark {
		return o
	}
	if len(c.written) == 0 {
		return o
	}
	key := ast.Dump(e)
	if !c.written[key] {
		return o
	}
	changed := c.changed(key)
	guard := bdd.False
	for i := range o {
		guard = c.store.Or(guard, o[i].guard)
		o[i].guard = c.store.Diff(o[i].guard, changed)
	}
	return append(o, option{guard: c.store.And(guard, changed)})
}

// modWidth returns how many bits a number below mod, moved by offset, has.
func modWidth(mod, offset uint32) int {
	if mod == 0 {
		return 32
	}
	return max(1, bits.Len64(uint64(mod)+uint64(offset)-1))
}

// drawnOption gives a number that is made anew each time it is asked for.
func (c *compiler) drawnOption(e ast.Expr, width int, guard bdd.Node) option {
	c.draws = append(c.draws, e) // so that no other expression ever has its address
	return option{guard: guard, kind: isField, field: c.drawnField(fresh(e, c.instance, ""), width)}
}

func (c *compiler) extraOption(text string, width int, guard bdd.Node) option {
	return option{guard: guard, kind: isField, field: c.extraField(text, width)}
}

// maxExtra is the widest field that is compared as a number.
const maxExtra = 128

// named returns the field that is known by its expression alone. A width of 0 says
// that its values are not numbers.
func (c *compiler) named(e ast.Expr, guard bdd.Node) operand {
	w := ast.BitsOf(e)
	if w == 0 || w > maxExtra || ast.TypeOf(e) == ast.TypeIfname {
		return operand{{guard: guard}}
	}
	return operand{c.extraOption(c.translated(e)+ast.Dump(e), w, guard)}
}

// translated returns a text that differs between the places where translation
// may change what the expression gives.
func (c *compiler) translated(e ast.Expr) string {
	switch e.(type) {
	case *ast.RawPayload, *ast.Fib, *ast.Rt, *ast.Socket:
		if c.nat {
			return c.place()
		}
	}
	return ""
}

// optional returns a field that packets may have or not.
func (c *compiler) optional(e ast.Expr, guard bdd.Node) operand {
	has := c.fact(c.translated(e) + "has " + presence(e))
	return c.named(e, c.store.And(guard, has))
}

// presence names what must be there for the field to be.
func presence(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.TCPOption:
		return ast.Dump(&ast.TCPOption{Kind: e.Kind})
	case *ast.SCTPChunk:
		return ast.Dump(&ast.SCTPChunk{Chunk: e.Chunk})
	case *ast.Exthdr:
		return ast.Dump(&ast.Exthdr{Header: e.Header})
	case *ast.IPOption:
		return ast.Dump(&ast.IPOption{Kind: e.Kind})
	}
	return ast.Dump(e)
}

// only returns all packets if the family is f, none if it is another.
func (c *compiler) only(f ast.Family) bdd.Node {
	if c.family == f {
		return bdd.True
	}
	return bdd.False
}

// transport returns the packets that have a header of the protocol: later
// fragments have none.
func (c *compiler) transport(p uint8) bdd.Node {
	return c.store.Diff(c.proto(p), c.flag(FieldFragment))
}

// ported returns the packets whose header begins with two ports.
func (c *compiler) ported() bdd.Node {
	var in []bdd.Interval
	for _, p := range []uint8{protoTCP, protoUDP, protoDCCP, protoSCTP, protoUDPLite} {
		in = append(in, point(int(p)))
	}
	return c.store.Intervals(c.fields[FieldProto], in)
}

// fibText names a route look-up. What it finds depends on the place where it is
// asked for.
func (c *compiler) fibText(e *ast.Fib) string {
	if c.hook == ast.HookPrerouting && !c.nat {
		return ast.Dump(e) // the packet is the same at input and forward
	}
	switch {
	case c.hook == ast.HookInput, c.hook == ast.HookForward, c.phase&dstDone != 0 && c.hook == ast.HookPrerouting:
		return ast.Dump(e)
	}
	return c.place() + ast.Dump(e)
}

func (c *compiler) rawGuard(e *ast.RawPayload) bdd.Node {
	if e.Base == ast.BaseTransport && c.xtables() || e.Base == ast.BaseInner {
		return bdd.Not(c.flag(FieldFragment))
	}
	return bdd.True
}

// binary computes an operation on bits.
func (c *compiler) binary(e *ast.Binary) operand {
	right, ok := constant(e.Right)
	left := c.operand(e.Left)
	if !ok {
		guard := bdd.False
		for _, x := range left {
			guard = c.store.Or(guard, x.guard)
		}
		return operand{{guard: guard}}
	}
	out := make(operand, 0, len(left))
	for _, x := range left {
		out = append(out, c.compute(e.Op, x, right))
	}
	return out
}

func (c *compiler) compute(op ast.BinaryOp, x option, right bdd.U128) option {
	switch x.kind {
	case isUnknown, isName, isNameCode:
		return option{guard: x.guard}
	case isField:
		if op == ast.OpAnd {
			return option{guard: x.guard, kind: isMasked, field: x.field, mask: right, addr: x.addr}
		}
	case isConstant:
		x.bits = c.vector(option{kind: isConstant, value: x.value})
	case isMasked, isBits:
	}
	in := c.vector(x)
	out := make([]bdd.Node, len(in))
	w := len(in)
	bit := func(i int) bool { return right.Bit(w - 1 - i) }
	shift := int(min(right.Lo, 128))
	for i := range out {
		switch op {
		case ast.OpAnd:
			if out[i] = bdd.False; bit(i) {
				out[i] = in[i]
			}
		case ast.OpOr:
			if out[i] = in[i]; bit(i) {
				out[i] = bdd.True
			}
		case ast.OpXor:
			if out[i] = in[i]; bit(i) {
				out[i] = bdd.Not(in[i])
			}
		case ast.OpShl:
			if out[i] = bdd.False; i+shift < w {
				out[i] = in[i+shift]
			}
		case ast.OpShr:
			if out[i] = bdd.False; i-shift >= 0 {
				out[i] = in[i-shift]
			}
		}
	}
	return option{guard: x.guard, kind: isBits, bits: out, addr: x.addr}
}

// vector returns the bits of an option, the most significant one first.
func (c *compiler) vector(x option) []bdd.Node {
	switch x.kind {
	case isBits:
		return x.bits
	case isConstant:
		out := make([]bdd.Node, 128)
		for i := range out {
			if out[i] = bdd.False; x.value.Bit(127 - i) {
				out[i] = bdd.True
			}
		}
		return out
	}
	out := make([]bdd.Node, x.field.Width)
	for i := range out {
		if out[i] = bdd.False; x.kind == isField || x.mask.Bit(x.field.Width-1-i) {
			out[i] = c.store.Var(x.field.Bit(i))
		}
	}
	return out
}

// constant returns the number that an expression is.
func constant(e ast.Expr) (bdd.U128, bool) {
	switch e := e.(type) {
	case *ast.Int:
		return bdd.U64(e.Val), true
	case *ast.Addr:
		return number128(e.Addr.AsSlice()), true
	case *ast.Ether:
		return number128(e.Addr[:]), true
	case *ast.Big:
		if len(e.Bytes) <= 16 {
			return number128(e.Bytes), true
		}
	case *ast.Binary:
		l, ok := constant(e.Left)
		r, is := constant(e.Right)
		if !ok || !is {
			return bdd.U128{}, false
		}
		switch e.Op {
		case ast.OpAnd:
			return l.And(r), true
		case ast.OpOr:
			return l.Or(r), true
		case ast.OpXor:
			return bdd.U128{Hi: l.Hi ^ r.Hi, Lo: l.Lo ^ r.Lo}, true
		}
	}
	return bdd.U128{}, false
}

func number128(b []byte) (n bdd.U128) {
	for _, x := range b {
		n.Hi = n.Hi<<8 | n.Lo>>56
		n.Lo = n.Lo<<8 | uint64(x)
	}
	return n
}
