package semantics

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// metaFields are the metadata that packets are known by.
var metaFields = map[ast.MetaKey]Field{
	ast.MetaL4proto: FieldProto, ast.MetaLength: FieldLength, ast.MetaPkttype: FieldPktType,
	ast.MetaIif: FieldIif, ast.MetaIifname: FieldIif, ast.MetaOif: FieldOif, ast.MetaOifname: FieldOif,
	ast.MetaPhysIn: FieldPhysIn, ast.MetaPhysOut: FieldPhysOut,
}

// optionalMeta are metadata that not every packet has: those of a local socket, of
// a device, of a route. The look-up fails then (nft_meta_get_eval).
var optionalMeta = map[ast.MetaKey]bool{
	ast.MetaSkuid: true, ast.MetaSkgid: true, ast.MetaCgroup: true, ast.MetaRtclassid: true, ast.MetaIiftype: true, ast.MetaOiftype: true,
	ast.MetaIifgroup: true, ast.MetaOifgroup: true, ast.MetaSdif: true, ast.MetaIbrpvid: true, ast.MetaIbrvproto: true, ast.MetaIbrhwaddr: true,
}

// meta returns what metadata of the packet give.
func (c *compiler) meta(m *ast.Meta) operand {
	number := func(v4, v6 uint64) operand {
		if !c.v4() {
			v4 = v6
		}
		return operand{{guard: bdd.True, kind: isConstant, value: bdd.U64(v4)}}
	}
	switch m.Key {
	case ast.MetaNfproto:
		return number(nfprotoIPv4, nfprotoIPv6)
	case ast.MetaProtocol:
		return number(ethIPv4, ethIPv6)
	case ast.MetaMark:
		return c.mark(FieldMark, fieldMarkNow, fieldMarkUnsure, bdd.True)
	case ast.MetaRandom: // a new number each time
		return operand{c.drawnOption(m, 32, bdd.True)}
	}
	f, ok := metaFields[m.Key]
	switch {
	case ok && (f == FieldIif || f == FieldOif):
		if f == FieldOif && (c.hook == ast.HookPrerouting || c.hook == ast.HookIngress) {
			return operand{{guard: bdd.True, kind: isNameCode, value: bdd.U64(nameNone)}} // not known yet
		}
		return operand{{guard: bdd.True, kind: isName, field: c.fields[f]}}
	case ok && (f == FieldPhysIn || f == FieldPhysOut):
		return operand{{guard: bdd.True, kind: isName, field: c.fields[f]}}
	case ok:
		return operand{{guard: bdd.True, kind: isField, field: c.fields[f]}}
	case optionalMeta[m.Key]:
		return c.optional(m, bdd.True)
	}
	return c.named(m, bdd.True)
}

// mark returns what a mark gives. Where rules set it, that is what they have set.
func (c *compiler) mark(f, now, unsure Field, guard bdd.Node) operand {
	if !c.follows(f) {
		return operand{{guard: guard, kind: isField, field: c.fields[f]}}
	}
	lost := c.flag(unsure)
	return operand{
		{guard: c.store.Diff(guard, lost), kind: isField, field: c.fields[now]},
		{guard: c.store.And(guard, lost)},
	}
}

// follows reports whether rules both set and ask for a mark.
func (s *space) follows(f Field) bool {
	if f == FieldMark {
		return s.written["meta.mark"]
	}
	return s.written["ct.mark"]
}
