package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// mss is a maximum segment size that leaves room for the smallest headers of the
// family in a packet of 65535 bytes.
var mss = &Arg{
	What: "a number from 0 to 65515, or 65495 for IPv6",
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

func init() {
	mss.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		most := uint64(65535 - 20)
		if c.V6() {
			most = 65535 - 40
		}
		n, ok := number(w[0].Text, 0, most)
		if !ok {
			return mss.Bad(w[0])
		}
		v.Lo, v.Hi = n, n
		return nil
	}
}

// The TCPMSS target (iptables-extensions(8), TCPMSS; xt_TCPMSS). iptables-legacy
// also wants a tcp match for SYN in the rule; iptables-nft does not
// (tcpmss_tg4_check, nft_compat), so a rule without one is no error here.
var _ = target(Ext{
	Name:   "TCPMSS",
	Protos: []uint8{ProtoTCP},
	Options: []Option{
		{Name: "set-mss", Arg: mss, Excl: []string{"clamp-mss-to-pmtu"}},
		{Name: "clamp-mss-to-pmtu"},
	},
	OneOf: []string{"set-mss", "clamp-mss-to-pmtu"},
	Check: func(c *Context, u *Use) *grammar.Error {
		if g := u.Get("clamp-mss-to-pmtu"); g != nil {
			return misplaced(c, g, ast.HookForward, ast.HookOutput, ast.HookPostrouting)
		}
		return nil
	},
	Lower:  lowerTCPMSS,
	Listed: []Listed{{"TCPMSS set $1", "--set-mss $1"}, {"TCPMSS clamp to PMTU", "--clamp-mss-to-pmtu"}},
})

// lowerTCPMSS lowers to nft's write of the option, which like the target never
// makes it larger. The one difference: to a SYN without data that has no MSS
// option, the target adds one.
func lowerTCPMSS(l *Lowering, u *Use) {
	const optMSS = 2
	a := &ast.Assign{Span: u.Span, Left: &ast.TCPOption{Span: u.Span, Kind: optMSS, Field: "size"}, Use: l.UseIndex()}
	if g := u.Get("set-mss"); g != nil {
		a.Right = l.Int(g.ArgSpan(), g.Lo)
	} else {
		a.Right = &ast.Rt{Span: u.Span, Key: "mtu"}
	}
	l.Add(a)
}
