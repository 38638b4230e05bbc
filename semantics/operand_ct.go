package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// connected returns the packets that belong to a connection: conntrack has found
// none for the others (nf_ct_get).
func (c *compiler) connected() bdd.Node {
	return c.states(ast.StateNew | ast.StateEstablished | ast.StateRelated)
}

// errors returns the packets that are an ICMP error of a connection. The
// connection is that of the packet they speak of, not one of ICMP.
func (c *compiler) errors() bdd.Node {
	return c.store.And(c.states(ast.StateRelated), c.proto(c.icmp()))
}

func (c *compiler) icmp() uint8 {
	if c.v4() {
		return protoICMP
	}
	return protoICMPv6
}

// ct returns what a packet's connection gives.
func (c *compiler) ct(x *ast.CT) operand {
	if x.Key == ast.CTState {
		return c.ctState()
	}
	if c.phase&tracked == 0 {
		// Conntrack has not looked yet. A template (CT in raw) may give a zone
		// and little else.
		if x.Key == ast.CTZone {
			return operand{c.extraOption("ct zone before", 16, bdd.True)}
		}
		return nil
	}
	conn := c.connected()
	if conn == bdd.False || x.Family != ast.FamilyUnknown && x.Family != c.family {
		return nil
	}
	switch x.Key {
	case ast.CTStatus:
		return operand{{guard: conn, kind: isField, field: c.fields[FieldStatus]}}
	case ast.CTDirection:
		return operand{{guard: conn, kind: isField, field: c.fields[FieldDir]}}
	case ast.CTMark:
		return c.mark(FieldCTMark, fieldCTMarkNow, fieldCTMarkUnsure, conn)
	case ast.CTL3proto:
		v := uint64(nfprotoIPv4)
		if !c.v4() {
			v = nfprotoIPv6
		}
		return operand{{guard: conn, kind: isConstant, value: bdd.U64(v)}}
	case ast.CTProtocol:
		return operand{
			{guard: c.store.Diff(conn, c.errors()), kind: isField, field: c.fields[FieldProto]},
			{guard: c.store.And(conn, c.errors()), kind: isField, field: c.fields[FieldCTProto]},
		}
	case ast.CTSaddr, ast.CTDaddr, ast.CTProtoSrc, ast.CTProtoDst:
		return c.tuple(x, conn)
	case ast.CTCount:
		return operand{c.drawnOption(x, 32, conn)}
	}
	return c.named(x, conn)
}

// ctState returns the state. Before conntrack has looked, a packet is INVALID to
// all who ask (nf_ct_get finds nothing), unless notrack has made it UNTRACKED.
func (c *compiler) ctState() operand {
	if c.phase&tracked == 0 {
		exempt := c.flag(fieldExempt)
		return operand{
			{guard: bdd.Not(exempt), kind: isConstant, value: bdd.U64(ast.StateInvalid)},
			{guard: exempt, kind: isConstant, value: bdd.U64(ast.StateUntracked)},
		}
	}
	out := make(operand, len(stateCodes))
	for i, s := range stateCodes {
		out[i] = option{guard: c.states(uint64(s)), kind: isConstant, value: bdd.U64(uint64(s))}
	}
	return out
}

// end is one of the four addresses of a connection's two tuples: what holds it in
// packets of each direction, and what does if the status says that it was
// translated.
type end struct {
	original, reply       Field
	translated            uint64
	then                  Field
	port, rport, thenPort Field
}

// ends are the addresses of connections, by direction and whether it is the source.
var ends = map[ast.Dir]map[bool]end{
	ast.DirOriginal: {
		true:  {FieldSaddr, FieldDaddr, 0, FieldOrigSrc, FieldSport, FieldDport, FieldOrigSport},
		false: {FieldDaddr, FieldSaddr, ast.StatusDNAT, FieldOrigDst, FieldDport, FieldSport, FieldOrigDport},
	},
	ast.DirReply: {
		true:  {FieldDaddr, FieldSaddr, 0, FieldReplySrc, FieldDport, FieldSport, FieldReplySport},
		false: {FieldSaddr, FieldDaddr, ast.StatusSNAT, FieldReplyDst, FieldSport, FieldDport, FieldReplyDport},
	},
}

// tuple returns an address or a port of the connection.
func (c *compiler) tuple(x *ast.CT, conn bdd.Node) operand {
	dir := x.Dir
	if dir == ast.DirNone {
		dir = ast.DirOriginal
	}
	e := ends[dir][x.Key == ast.CTSaddr || x.Key == ast.CTProtoSrc]
	port := x.Key == ast.CTProtoSrc || x.Key == ast.CTProtoDst
	if port {
		e.original, e.reply, e.then = e.port, e.rport, e.thenPort
	}
	elsewhere := c.errors()
	if e.translated != 0 {
		elsewhere = c.store.Or(elsewhere, c.status(e.translated))
	}
	back := c.flag(FieldDir)
	here := c.store.Diff(conn, elsewhere)
	out := operand{
		{guard: c.store.Diff(here, back), kind: isField, field: c.fields[e.original]},
		{guard: c.store.And(here, back), kind: isField, field: c.fields[e.reply]},
		{guard: c.store.And(conn, elsewhere), kind: isField, field: c.fields[e.then]},
	}
	for i := range out {
		if port {
			// What else stands in the place of ports (the id of an echo, a key of
			// GRE) is not known.
			out[i].guard = c.store.And(out[i].guard, c.store.Or(c.ported(), c.errors()))
			continue
		}
		out[i].field = narrow(out[i].field, c.v4())
		out[i].addr = true
	}
	if port {
		out = append(out, option{guard: c.store.Diff(conn, c.store.Or(c.ported(), c.errors()))})
	}
	return out
}
