package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The ECN target (iptables-extensions(8), ECN; ipt_ECN). The manual tells of
// --ecn-tcp-remove alone, which is to clear both flags of the TCP header; the
// other options are those of libipt_ECN that its help calls experimental.
var _ = target(Ext{
	Name:   "ECN",
	Family: V4,
	Tables: []string{"mangle"},
	Options: []Option{
		{Name: "ecn-tcp-remove", Excl: []string{"ecn-tcp-cwr", "ecn-tcp-ece"}},
		{Name: "ecn-tcp-ece", Arg: Uint(0, 1)},
		{Name: "ecn-tcp-cwr", Arg: Uint(0, 1)},
		{Name: "ecn-ip-ect", Arg: Uint(0, 3)},
	},
	OneOf: []string{"ecn-tcp-remove", "ecn-tcp-ece", "ecn-tcp-cwr", "ecn-ip-ect"},
	Check: func(c *Context, u *Use) *grammar.Error {
		for i := range u.Given {
			if g := &u.Given[i]; g.Option.Name != "ecn-ip-ect" {
				return needProto(c, g.Span, "--"+g.Option.Name, ProtoTCP)
			}
		}
		return nil
	},
	Save:  saveECN,
	Lower: lowerECN,
	Listed: []Listed{
		{"ECN TCP remove", "--ecn-tcp-remove"}, {"ECN ECE=$1", "--ecn-tcp-ece $1"}, {"ECN CWR=$1", "--ecn-tcp-cwr $1"},
		{"ECN ECT codepoint=$1", "--ecn-ip-ect $1"}, {"ECN", "-j ECN"},
	},
})

// ecn is what the options of a use come to (struct ipt_ECN_info).
type ecn struct{ ece, cwr, ect *uint64 }

// ecnOf reads the options in their order: --ecn-tcp-remove undoes an
// --ecn-ip-ect before it.
func ecnOf(u *Use) ecn {
	var e ecn
	var zero uint64
	for i := range u.Given {
		g := &u.Given[i]
		switch g.Option.Name {
		case "ecn-tcp-remove":
			e = ecn{ece: &zero, cwr: &zero}
		case "ecn-tcp-ece":
			e.ece = &g.Lo
		case "ecn-tcp-cwr":
			e.cwr = &g.Lo
		case "ecn-ip-ect":
			e.ect = &g.Lo
		}
	}
	return e
}

func saveECN(p *Printer, u *Use) {
	e := ecnOf(u)
	if e.ect == nil && e.ece != nil && e.cwr != nil && *e.ece|*e.cwr == 0 {
		p.Flag(false, "ecn-tcp-remove")
		return
	}
	for _, o := range []struct {
		name  string
		value *uint64
	}{{"ecn-tcp-ece", e.ece}, {"ecn-tcp-cwr", e.cwr}, {"ecn-ip-ect", e.ect}} {
		if o.value != nil {
			p.Flag(false, o.name)
			p.Uint(*o.value)
		}
	}
}

func lowerECN(l *Lowering, u *Use) {
	e := ecnOf(u)
	if e.ect != nil {
		l.setField(u.Span, ast.IPECN, ast.IPECN, func(ast.Expr) ast.Expr { return l.Int(u.Span, *e.ect) })
	}
	var value, mask uint64
	for _, f := range []struct {
		value *uint64
		bit   uint64
	}{{e.ece, ast.TCPEcn}, {e.cwr, ast.TCPCwr}} {
		if f.value != nil {
			mask |= f.bit
			value |= *f.value * f.bit
		}
	}
	if mask != 0 {
		l.setField(u.Span, ast.TCPFlags, ast.TCPFlags, func(old ast.Expr) ast.Expr { return l.xmarked(u.Span, old, value, mask, 255) })
	}
}
