package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tosSymbols are the names of values of the old TOS field (RFC 1349). They set
// all of the byte but the two highest bits, as libxt_TOS does; the manual says
// 0xff.
var tosSymbols = []Name{
	{"Minimize-Delay", 0x10}, {"Maximize-Throughput", 0x08}, {"Maximize-Reliability", 0x04}, {"Minimize-Cost", 0x02}, {"Normal-Service", 0x00},
}

const tosSymbolMask = 0x3f

// tosValue is value[/mask] of 8 bits, or a symbol (Value.Lo and Hi).
var tosValue = &Arg{
	What: "a number from 0 to 255 with a /mask if need be, or Minimize-Delay, Maximize-Throughput, Maximize-Reliability, Minimize-Cost, Normal-Service",
	Save: func(p *Printer, v *Value) { p.tos(v.Lo, v.Hi) },
}

func init() {
	tosValue.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if i := findName(tosSymbols, w[0].Text); i >= 0 {
			v.Lo, v.Hi = tosSymbols[i].Bits, tosSymbolMask
			return nil
		}
		value, mask, masked := strings.Cut(w[0].Text, "/")
		var ok bool
		v.Lo, ok = number(value, 0, 255)
		if v.Hi = 255; ok && masked {
			v.Hi, ok = number(mask, 0, 255)
		}
		if !ok {
			return tosValue.Bad(w[0])
		}
		return nil
	}
}

func (p *Printer) tos(value, mask uint64) {
	p.padHex(value, 2)
	p.B = append(p.B, '/')
	var q Printer
	q.padHex(mask, 2)
	p.B = append(p.B, q.B...)
}

// tosOptions are the options of the TOS target, each a way to write value/mask.
var tosOptions = map[string]func(value, mask uint64) (uint64, uint64){
	"set-tos": func(v, m uint64) (uint64, uint64) { return v, m },
	"and-tos": func(v, _ uint64) (uint64, uint64) { return 0, 255 &^ v },
	"or-tos":  func(v, _ uint64) (uint64, uint64) { return v, v },
	"xor-tos": func(v, _ uint64) (uint64, uint64) { return v, 0 },
}

// The TOS target (iptables-extensions(8), TOS; xt_DSCP's tos_tg): the byte of
// DSCP and ECN becomes (byte & ^mask) ^ value.
var _ = target(Ext{
	Name:   "TOS",
	Tables: []string{"mangle"},
	Options: apart(
		Option{Name: "set-tos", Arg: tosValue, Save: saveTOS, Lower: lowerTOS},
		Option{Name: "and-tos", Arg: Uint(0, 255), Save: saveTOS, Lower: lowerTOS},
		Option{Name: "or-tos", Arg: Uint(0, 255), Save: saveTOS, Lower: lowerTOS},
		Option{Name: "xor-tos", Arg: Uint(0, 255), Save: saveTOS, Lower: lowerTOS},
	),
	OneOf:  []string{"set-tos", "and-tos", "or-tos", "xor-tos"},
	Listed: tosListed(),
})

// tosListed are the forms of TOS; without -n the tool prints symbols, and
// forgets a blank.
func tosListed() []Listed {
	out := []Listed{
		{"TOS set $1", "--set-tos $1"}, {"TOS and $1", "--and-tos $1"}, {"TOS or $1", "--or-tos $1"}, {"TOS xor $1", "--xor-tos $1"},
	}
	for _, s := range tosSymbols {
		out = append(out, Listed{"TOS set" + s.Name, "--set-tos " + s.Name})
	}
	return out
}

func saveTOS(p *Printer, g *Given) {
	value, mask := tosOptions[g.Option.Name](g.Lo, g.Hi)
	p.Flag(false, "set-tos")
	p.tos(value, mask)
}

// lowerTOS sets the two fields that nft has for the byte, where they change.
func lowerTOS(l *Lowering, g *Given) {
	value, mask := tosOptions[g.Option.Name](g.Lo, g.Hi)
	part := func(v4, v6 ast.Field, shift, ones uint64) {
		v, m := value>>shift&ones, mask>>shift&ones
		if v == 0 && m == 0 {
			return
		}
		l.setField(g.Span, v4, v6, func(old ast.Expr) ast.Expr { return l.xmarked(g.ArgSpan(), old, v, m, ones) })
	}
	part(ast.IPDSCP, ast.IP6DSCP, 2, 63)
	part(ast.IPECN, ast.IP6ECN, 0, 3)
}
