package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// dccpTypes are the types of DCCP packets (RFC 4340 section 5.1), each as the
// bit of its number. INVALID is all that are not assigned.
var dccpTypes = []Name{
	{"REQUEST", 1 << 0}, {"RESPONSE", 1 << 1}, {"DATA", 1 << 2}, {"ACK", 1 << 3}, {"DATAACK", 1 << 4}, {"CLOSEREQ", 1 << 5},
	{"CLOSE", 1 << 6}, {"RESET", 1 << 7}, {"SYNC", 1 << 8}, {"SYNCACK", 1 << 9}, {"INVALID", dccpInvalid},
}

const dccpInvalid = 0xfc00

// dccpTypeList is the argument of --dccp-types (Value.Lo: the bits of the
// types).
var dccpTypeList = &Arg{
	What: "types of DCCP packets joined by commas, such as REQUEST,RESPONSE",
	Save: func(p *Printer, v *Value) { p.Word(bitNames(dccpTypes, v.Lo)) },
}

func init() { dccpTypeList.Parse = parseDCCPTypes }

func parseDCCPTypes(c *Context, w []Word, v *Value) *grammar.Error {
	elems, err := looseList.read(w[0], dccpTypeList.What, nil)
	if err != nil {
		return err
	}
	for i := range elems {
		e := &elems[i]
		if n, ok := number(e.lo, 0, 15); ok && c.Listing {
			v.Lo |= 1 << n
			continue
		}
		k := findName(dccpTypes, e.lo)
		if k < 0 {
			return unknownName(w[0].Sub(e.at, e.end()), e.lo, "type of DCCP packets", dccpTypes)
		}
		v.Lo |= dccpTypes[k].Bits
	}
	return nil
}

// The dccp match (iptables-extensions(8), dccp).
var _ = match(Ext{
	Name:   "dccp",
	Protos: []uint8{ProtoDCCP},
	Loads:  true,
	Options: []Option{
		{Name: "sport", Aliases: []string{"source-port"}, Arg: PortRangeRC, Not: true, Lower: Field(ast.DCCPSport)},
		{Name: "dport", Aliases: []string{"destination-port"}, Arg: PortRangeRC, Not: true, Lower: Field(ast.DCCPDport)},
		{Name: "dccp-types", Arg: dccpTypeList, Not: true, Lower: lowerDCCPTypes},
		{Name: "dccp-option", Arg: Uint(1, 255), Not: true, Lower: func(l *Lowering, g *Given) {
			l.existsIn(ast.DCCPSport, g.Span, &ast.DCCPOption{Span: g.ArgSpan(), Kind: uint8(g.Lo)}, g.Not)
		}},
	},
	Bare: header(ast.DCCPSport),
	Listed: append(listed("dccp", "-m dccp", append(append([]string{}, portForms...),
		"option=!$1", "! --dccp-option $1", "option=$1", "--dccp-option $1")...),
		// The types have no label of their own.
		Listed{"dccp $1", "-m dccp --dccp-types $1"}),
})

func lowerDCCPTypes(l *Lowering, g *Given) {
	var list []Item
	for n := range uint64(10) {
		if g.Lo&(1<<n) != 0 {
			list = append(list, Item{Span: g.ArgSpan(), Lo: n, Hi: n})
		}
	}
	if g.Lo&dccpInvalid == dccpInvalid {
		list = append(list, Item{Span: g.ArgSpan(), Lo: 10, Hi: 15})
	}
	l.Match(g.Span, l.Payload(g.Name.Span, ast.DCCPType), ast.OpEq, g.Not, l.intSet(g.ArgSpan(), list))
}
