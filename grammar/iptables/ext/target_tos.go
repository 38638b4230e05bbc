package ext

import "github.com/ctlint/ctlint/ast"

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
		Option{Name: "set-tos", Arg: tosMask, Save: saveSetTOS, Lower: lowerSetTOS},
		Option{Name: "and-tos", Arg: Uint(0, 255), Save: saveSetTOS, Lower: lowerSetTOS},
		Option{Name: "or-tos", Arg: Uint(0, 255), Save: saveSetTOS, Lower: lowerSetTOS},
		Option{Name: "xor-tos", Arg: Uint(0, 255), Save: saveSetTOS, Lower: lowerSetTOS},
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
	for _, s := range tosNames {
		out = append(out, Listed{"TOS set" + s.Name, "--set-tos " + s.Name})
	}
	return out
}

func saveSetTOS(p *Printer, g *Given) {
	value, mask := tosOptions[g.Option.Name](g.Lo, g.Hi)
	p.Flag(false, "set-tos")
	tosMask.Save(p, &Value{Lo: value, Hi: mask})
}

// lowerSetTOS sets the two fields that nft has for the byte, where they change.
func lowerSetTOS(l *Lowering, g *Given) {
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
