package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The ecn match (iptables-extensions(8), ecn): the ECN bits of the IP header
// and of the TCP header; for the latter the kernel wants -p tcp
// (ecn_mt_check4 in xt_ecn). It then looks at later fragments too, as if they
// began with a TCP header; here they are taken to match nothing.
var _ = match(Ext{
	Name: "ecn",
	Options: []Option{
		{Name: "ecn-tcp-ece", Not: true, Lower: lowerTCPBit(ast.TCPEcn)},
		{Name: "ecn-tcp-cwr", Not: true, Lower: lowerTCPBit(ast.TCPCwr)},
		{Name: "ecn-ip-ect", Arg: Uint(0, 3), Not: true, Lower: lowerECT},
	},
	OneOf: []string{"ecn-tcp-ece", "ecn-tcp-cwr", "ecn-ip-ect"},
	Check: func(c *Context, u *Use) *grammar.Error {
		for _, name := range []string{"ecn-tcp-ece", "ecn-tcp-cwr"} {
			if g := u.Get(name); g != nil && !c.hasProto(ProtoTCP) && !c.ProtoHidden {
				err := grammar.Errorf(g.Span, "--%s is for TCP", name).Expected("-p tcp")
				err.Kind = grammar.Placement
				return err
			}
		}
		return nil
	},
	Listed: listed("ECN match", "-m ecn",
		"!ECE", "! --ecn-tcp-ece", "ECE", "--ecn-tcp-ece", "!CWR", "! --ecn-tcp-cwr", "CWR", "--ecn-tcp-cwr",
		"!ECT=$1", "! --ecn-ip-ect $1", "ECT=$1", "--ecn-ip-ect $1"),
})

func lowerTCPBit(bit uint64) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		l.Match(g.Span, l.Payload(g.Name.Span, ast.TCPFlags), ast.OpAny, g.Not, l.Int(g.Name.Span, bit))
	}
}

func lowerECT(l *Lowering, g *Given) {
	f := ast.IPECN
	if l.V6() {
		f = ast.IP6ECN
	}
	l.Match(g.Span, l.Payload(g.Name.Span, f), ast.OpEq, g.Not, l.Int(g.ArgSpan(), g.Lo))
}
