package ext

import "github.com/ctlint/ctlint/grammar"

var vproto = &Arg{What: Protocol.What, Parse: Protocol.Parse, Save: func(p *Printer, v *Value) { p.Uint(v.Lo) }}

// The ipvs match (iptables-extensions(8), ipvs). It has no shape of nft's.
var _ = match(Ext{
	Name: "ipvs",
	Options: []Option{
		{Name: "ipvs", Not: true},
		{Name: "vproto", Arg: vproto, Not: true},
		{Name: "vaddr", Arg: HostMask, Not: true},
		{Name: "vport", Arg: NamedPort, Not: true},
		{Name: "vdir", Arg: ctDirection},
		{Name: "vmethod", Arg: OneName("a forwarding method", true, Name{"GATE", 0}, Name{"IPIP", 1}, Name{"MASQ", 2}), Not: true},
		{Name: "vportctl", Arg: NamedPort, Not: true},
	},
	OneOf: []string{"ipvs", "vproto", "vaddr", "vport", "vdir", "vmethod", "vportctl"},
	Check: func(_ *Context, u *Use) *grammar.Error {
		if g := u.Get("ipvs"); g != nil && g.Not && len(u.Given) > 1 {
			return grammar.Errorf(g.Span, "! --ipvs stands with other options").Expected("it alone, as the others imply --ipvs")
		}
		return nil
	},
	Save: func(p *Printer, u *Use) {
		for i := range u.Ext.Options {
			o := &u.Ext.Options[i]
			if g := u.Get(o.Name); g != nil && (o.Name != "ipvs" || len(u.Given) == 1) {
				p.Given(g)
			}
		}
	},
	Lower: func(l *Lowering, u *Use) {
		alone := len(u.Given) == 1
		l.ExtensionOf(u, func(g *Given) bool { return alone || g.Option.Name != "ipvs" })
	},
	Listed: []Listed{
		{"ipvs", "-m ipvs --ipvs"}, {"vproto $1", "-m ipvs --vproto $1"}, {"proto $1", "-m ipvs --vproto $1"},
		{"vaddr $1", "-m ipvs --vaddr $1"}, {"vport $1", "-m ipvs --vport $1"}, {"vdir $1", "-m ipvs --vdir $1"},
		{"vmethod $1", "-m ipvs --vmethod $1"}, {"vportctl $1", "-m ipvs --vportctl $1"},
	},
})
