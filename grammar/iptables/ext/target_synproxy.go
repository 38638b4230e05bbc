package ext

import "github.com/ctlint/ctlint/ast"

// The SYNPROXY target (iptables-extensions(8), SYNPROXY; xt_SYNPROXY). The stock
// tool takes larger numbers and uses their lowest bits.
var _ = target(Ext{
	Name:   "SYNPROXY",
	Protos: []uint8{ProtoTCP},
	Hooks:  []ast.Hook{ast.HookInput, ast.HookForward},
	Options: []Option{
		{Name: "sack-perm"},
		{Name: "timestamp"},
		{Name: "wscale", Arg: Uint(0, 255)},
		{Name: "mss", Arg: Uint(0, 65535)},
		{Name: "ecn"},
	},
	Lower: lowerSynproxy,
	Listed: []Listed{
		{"SYNPROXY", "-j SYNPROXY"}, {"SYNPROXY sack-perm", "--sack-perm"}, {"SYNPROXY timestamp", "--timestamp"},
		{"SYNPROXY wscale $1", "--wscale $1"}, {"SYNPROXY mss $1", "--mss $1"}, {"SYNPROXY ecn", "--ecn"},
	},
})

// maxWscale is TCP_MAX_WSCALE (RFC 7323, 2.3): nft takes no more.
const maxWscale = 14

// lowerSynproxy lowers to nft's synproxy. An MSS of 0 is not no MSS, and
// [ast.Synproxy] cannot tell them apart.
func lowerSynproxy(l *Lowering, u *Use) {
	s := &ast.Synproxy{
		Span: u.Span, Use: l.UseIndex(),
		Timestamp: u.Has("timestamp"), SackPerm: u.Has("sack-perm"), ECN: u.Has("ecn"),
	}
	if g := u.Get("wscale"); g != nil {
		s.Wscale, s.HasWscale = uint8(g.Lo), true
	}
	g := u.Get("mss")
	if g != nil {
		s.MSS = uint16(g.Lo)
	}
	if g != nil && g.Lo == 0 || s.Wscale > maxWscale {
		l.Extension(u)
		return
	}
	l.Add(s)
}
