package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// virtualShift is where the bits of the virtual states of --ctstate lie in
// Value.Lo: SNAT and DNAT are bits of ct status, all others of ct state.
const virtualShift = 32

var conntrackStates = append(append([]Name{}, ctStates...),
	Name{"SNAT", ast.StatusSNAT << virtualShift}, Name{"DNAT", ast.StatusDNAT << virtualShift})

// ctProtocol is the argument of --ctproto: no protocol is 0, and iptables-save
// prints the number.
var ctProtocol = &Arg{
	What: "a protocol's name or number, 1 to 255",
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		if err := Protocol.Parse(c, w, v); err != nil {
			return err
		}
		if v.Lo == 0 {
			return grammar.Errorf(w[0].Span, "no connection has protocol %s", w[0].Text).Expected("a protocol's name or number, 1 to 255")
		}
		return nil
	},
	Save: func(p *Printer, v *Value) { p.Uint(v.Lo) },
}

var ctDirection = OneName("a direction", true, Name{"ORIGINAL", 0}, Name{"REPLY", 1})

// The conntrack match (iptables-extensions(8), conntrack; xt_conntrack, revision
// 3).
var _ = match(Ext{
	Name: "conntrack",
	Options: []Option{
		{Name: "ctstate", Arg: NameList("states", "", conntrackStates...), Not: true, Lower: lowerCTState},
		{Name: "ctproto", Arg: ctProtocol, Not: true, Lower: lowerCTInt(ast.CTProtocol, ast.DirNone)},
		{Name: "ctorigsrc", Arg: HostMask, Not: true, Lower: lowerCTAddr(ast.CTSaddr, ast.DirOriginal)},
		{Name: "ctorigdst", Arg: HostMask, Not: true, Lower: lowerCTAddr(ast.CTDaddr, ast.DirOriginal)},
		{Name: "ctreplsrc", Arg: HostMask, Not: true, Lower: lowerCTAddr(ast.CTSaddr, ast.DirReply)},
		{Name: "ctrepldst", Arg: HostMask, Not: true, Lower: lowerCTAddr(ast.CTDaddr, ast.DirReply)},
		{Name: "ctorigsrcport", Arg: NamedPortRange, Not: true, Lower: lowerCTInt(ast.CTProtoSrc, ast.DirOriginal)},
		{Name: "ctorigdstport", Arg: NamedPortRange, Not: true, Lower: lowerCTInt(ast.CTProtoDst, ast.DirOriginal)},
		{Name: "ctreplsrcport", Arg: NamedPortRange, Not: true, Lower: lowerCTInt(ast.CTProtoSrc, ast.DirReply)},
		{Name: "ctrepldstport", Arg: NamedPortRange, Not: true, Lower: lowerCTInt(ast.CTProtoDst, ast.DirReply)},
		{Name: "ctstatus", Not: true, Lower: lowerCTStatus, Arg: NameList("statuses", "NONE",
			Name{"EXPECTED", ast.StatusExpected}, Name{"SEEN_REPLY", ast.StatusSeenReply}, Name{"ASSURED", ast.StatusAssured}, Name{"CONFIRMED", ast.StatusConfirmed})},
		{Name: "ctexpire", Arg: UintRange(0, allOnes), Not: true, Lower: lowerCTExpire},
		{Name: "ctdir", Arg: ctDirection, Lower: lowerCTInt(ast.CTDirection, ast.DirNone)},
	},
	OneOf: []string{"ctstate", "ctproto", "ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst", "ctorigsrcport", "ctorigdstport",
		"ctreplsrcport", "ctrepldstport", "ctstatus", "ctexpire", "ctdir"},
	Lower: lowerConntrack,
	Listed: []Listed{
		{"ctstate $1", "-m conntrack --ctstate $1"}, {"ctproto $1", "-m conntrack --ctproto $1"},
		{"ctorigsrc $1", "-m conntrack --ctorigsrc $1"}, {"ctorigdst $1", "-m conntrack --ctorigdst $1"},
		{"ctreplsrc $1", "-m conntrack --ctreplsrc $1"}, {"ctrepldst $1", "-m conntrack --ctrepldst $1"},
		{"ctorigsrcport $1", "-m conntrack --ctorigsrcport $1"}, {"ctorigdstport $1", "-m conntrack --ctorigdstport $1"},
		{"ctreplsrcport $1", "-m conntrack --ctreplsrcport $1"}, {"ctrepldstport $1", "-m conntrack --ctrepldstport $1"},
		{"ctstatus $1", "-m conntrack --ctstatus $1"}, {"ctexpire $1", "-m conntrack --ctexpire $1"}, {"ctdir $1", "-m conntrack --ctdir $1"},
	},
})

// noConnection are the states of packets that belong to no connection.
const noConnection = ast.StateInvalid | ast.StateUntracked

// lowerConntrack lowers the options one by one, but for one oddity: to a packet
// that belongs to no connection, a match with --ctstate applies that option
// alone (conntrack_mt: "if (ct == NULL) return info->match_flags &
// XT_CONNTRACK_STATE" behind the check of the state).
func lowerConntrack(l *Lowering, u *Use) {
	if len(u.Given) == 1 {
		u.Given[0].Option.Lower(l, &u.Given[0])
		return
	}
	rest := func() {
		for i := range u.Given {
			if g := &u.Given[i]; g.Option.Name != "ctstate" {
				g.Option.Lower(l, g)
			}
		}
	}
	g := u.Get("ctstate")
	if g == nil {
		rest()
		return
	}
	alone := g.Lo & noConnection // which of those packets match
	if g.Not {
		alone = ^g.Lo & noConnection
	}
	if alone == 0 {
		lowerCTState(l, g)
		rest()
		return
	}
	first := l.NewMatch(g.Span, l.CT(g.Name.Span, ast.CTState, ast.DirNone), ast.OpAny, l.Int(g.ArgSpan(), alone))
	tracked := *g
	if g.Not {
		tracked.Lo |= noConnection
	} else if tracked.Lo &^= noConnection; tracked.Lo == 0 {
		l.Add(first) // the other options are looked at by no packet
		return
	}
	l.AnyOf(u.Span, false, []ast.Stmt{first}, l.Collect(func() {
		lowerCTState(l, &tracked)
		rest()
	}))
}

// lowerCTState lowers --ctstate: states are bits of one field, SNAT and DNAT of
// another, and a list holds where a bit of either is set. A packet without a
// connection has no status, so it is neither SNAT nor DNAT.
func lowerCTState(l *Lowering, g *Given) {
	field := func(k ast.CTKey, op ast.Op, bits uint64) *ast.Match {
		return l.NewMatch(g.Span, l.CT(g.Name.Span, k, ast.DirNone), op, l.Int(g.ArgSpan(), bits))
	}
	states, virtual := g.Lo&ast.StateAll, g.Lo>>virtualShift
	switch {
	case virtual == 0 && g.Not:
		l.Add(field(ast.CTState, ast.OpNone, states))
	case virtual == 0:
		l.Add(field(ast.CTState, ast.OpAny, states))
	case states == 0 && !g.Not:
		l.Add(field(ast.CTStatus, ast.OpAny, virtual))
	case g.Not && states&noConnection == noConnection:
		l.Add(field(ast.CTState, ast.OpNone, states))
		l.Add(field(ast.CTStatus, ast.OpNone, virtual))
	case states == 0:
		l.AnyOf(g.Span, true, []ast.Stmt{field(ast.CTStatus, ast.OpAny, virtual)})
	default:
		l.AnyOf(g.Span, g.Not, []ast.Stmt{field(ast.CTState, ast.OpAny, states)}, []ast.Stmt{field(ast.CTStatus, ast.OpAny, virtual)})
	}
}

// lowerCTStatus lowers --ctstatus, which holds where a bit of the list is set.
// NONE is no bit: alone it never holds, and negated it always does, if there is
// a connection.
func lowerCTStatus(l *Lowering, g *Given) {
	l.Match(g.Span, l.CT(g.Name.Span, ast.CTStatus, ast.DirNone), ast.OpAny, g.Not, l.Int(g.ArgSpan(), g.Lo))
}

func lowerCTInt(k ast.CTKey, d ast.Dir) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		l.Match(g.Span, l.CT(g.Name.Span, k, d), ast.OpEq, g.Not, l.IntRange(g.ArgSpan(), g.Lo, g.Hi))
	}
}

func lowerCTAddr(k ast.CTKey, d ast.Dir) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		left := l.CT(g.Name.Span, k, d)
		left.Family = l.Family
		l.Match(g.Span, left, ast.OpEq, g.Not, l.HostMask(g.ArgSpan(), &g.Value))
	}
}

// lowerCTExpire lowers --ctexpire. The kernel compares whole seconds, rounded
// down; ct expiration is in milliseconds. The largest number is no bound.
func lowerCTExpire(l *Lowering, g *Given) {
	left := l.CT(g.Name.Span, ast.CTExpiration, ast.DirNone)
	if g.Hi == allOnes {
		l.Match(g.Span, left, ast.OpGe, g.Not, l.Int(g.ArgSpan(), 1000*g.Lo))
		return
	}
	l.Match(g.Span, left, ast.OpEq, g.Not, l.IntRange(g.ArgSpan(), 1000*g.Lo, 1000*g.Hi+999))
}
