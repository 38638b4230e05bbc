package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tosNames are the names of types of service (RFC 1349), in the order of the
// bits.
var tosNames = []Name{
	{"Minimize-Delay", 0x10}, {"Maximize-Throughput", 0x08}, {"Maximize-Reliability", 0x04}, {"Minimize-Cost", 0x02}, {"Normal-Service", 0x00},
}

// tosMask is the argument of --tos: value[/mask], or a name (Value.Lo and Hi).
// A name has the mask 0x3f.
var tosMask = &Arg{
	What: "a number from 0 to 255, with a mask behind it as in 0x10/0x3f, or a name such as Minimize-Delay",
	Save: func(p *Printer, v *Value) {
		p.Hex2(v.Lo)
		p.B = append(p.B, '/')
		p.B = appendHex2(p.B, v.Hi)
	},
}

func init() { tosMask.Parse = parseTOS }

func parseTOS(_ *Context, w []Word, v *Value) *grammar.Error {
	if i := findName(tosNames, w[0].Text); i >= 0 {
		v.Lo, v.Hi = tosNames[i].Bits, 0x3f
		return nil
	}
	val, mask, has := strings.Cut(w[0].Text, "/")
	var ok bool
	if v.Lo, ok = number(val, 0, 255); !ok {
		if val != "" && val[0] > '9' {
			return unknownName(w[0].Span, w[0].Text, "type of service", tosNames)
		}
		return grammar.Errorf(w[0].Sub(0, len(val)), "%q is no type of service", val).Expected("%s", tosMask.What)
	}
	v.Hi = 255
	if has {
		if v.Hi, ok = number(mask, 0, 255); !ok {
			return grammar.Errorf(w[0].Sub(len(val)+1, len(w[0].Text)), "%q is no mask", mask).Expected("a number from 0 to 255")
		}
	}
	return nil
}

// Hex2 adds a number of a byte as a word: 0x0a.
func (p *Printer) Hex2(n uint64) {
	p.space()
	p.B = appendHex2(p.B, n)
}

func appendHex2(b []byte, n uint64) []byte {
	b = append(b, "0x"...)
	if n < 16 {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, n, 16)
}

// The tos match (iptables-extensions(8), tos): the whole byte of the IPv4 type
// of service or the IPv6 traffic class, under a mask.
var _ = match(Ext{
	Name: "tos",
	Options: []Option{
		{Name: "tos", Arg: tosMask, Not: true, Required: true, Lower: lowerTOS},
	},
	Listed: []Listed{
		{"tos match $1", "-m tos --tos $1"}, // by name
		{"tos match$1", "-m tos --tos $1"},  // by number
		{"TOS match $1", "-m tos --tos $1"}, // iptables 1.3
	},
})

// lowerTOS lowers the comparison of the byte to one of its upper six bits, the
// DSCP, and one of its lower two, ECN (RFC 3168 section 5), of which the kernel
// negates the conjunction (tos_mt in xt_dscp). A value with bits outside of the
// mask equals nothing.
func lowerTOS(l *Lowering, g *Given) {
	dscp, ecn := ast.IPDSCP, ast.IPECN
	if l.V6() {
		dscp, ecn = ast.IP6DSCP, ast.IP6ECN
	}
	if never := g.Lo&^g.Hi != 0; never || g.Hi == 0 {
		l.within(g.Span, g.ArgSpan(), l.Payload(g.Name.Span, dscp), g.Not != never, 0, 63, 63)
		return
	}
	op := ast.OpEq
	if g.Not {
		op = ast.OpNe
	}
	var parts []*ast.Match
	part := func(f ast.Field, val, mask, ones uint64) {
		if mask != 0 {
			parts = append(parts, l.NewMatch(g.Span, l.Payload(g.Name.Span, f), op, l.maskedSet(g.ArgSpan(), val, mask, ones)))
		}
	}
	part(dscp, g.Lo>>2, g.Hi>>2, 63)
	part(ecn, g.Lo&3, g.Hi&3, 3)
	if g.Not && len(parts) > 1 {
		l.anyOf(g.Span, parts...)
		return
	}
	for _, m := range parts {
		l.Add(m)
	}
}

// maskedSet makes the set of the values up to ones that are val under mask. nft
// could mask the field instead, but nft 1.0 compiles a mask on a field that does
// not begin at a byte, as those of IPv6, to one that never fits.
func (l *Lowering) maskedSet(s ast.Span, val, mask, ones uint64) ast.Expr {
	var list []Item
	for n := range ones + 1 {
		switch {
		case n&mask != val:
		case len(list) > 0 && list[len(list)-1].Hi == n-1:
			list[len(list)-1].Hi = n
		default:
			list = append(list, Item{Span: s, Lo: n, Hi: n})
		}
	}
	return l.intSet(s, list)
}
