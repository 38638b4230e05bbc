package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// ctEvents are the events of --ctevents (enum ip_conntrack_events).
var ctEvents = []Name{
	{"new", 1 << 0}, {"related", 1 << 1}, {"destroy", 1 << 2}, {"reply", 1 << 3}, {"assured", 1 << 4},
	{"protoinfo", 1 << 5}, {"helper", 1 << 6}, {"mark", 1 << 7}, {"natseqinfo", 1 << 8}, {"secmark", 1 << 9},
}

// ctZone is a conntrack zone (Value.Lo), or the packet's mark (Value.Text).
var ctZone = &Arg{
	What: "a zone from 0 to 65535, or mark",
	Save: func(p *Printer, v *Value) {
		if v.Text != "" {
			p.Word(v.Text)
			return
		}
		p.Uint(v.Lo)
	},
}

func init() {
	ctZone.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if strings.EqualFold(w[0].Text, "mark") {
			v.Text = "mark"
			return nil
		}
		n, ok := number(w[0].Text, 0, 65535)
		if !ok {
			return ctZone.Bad(w[0])
		}
		v.Lo, v.Hi = n, n
		return nil
	}
}

// The CT target (iptables-extensions(8), CT; xt_CT revision 2). It gives the
// packet a template for the connection that it may open; a packet that has one
// already, or is untracked, stays as it is.
var _ = target(Ext{
	Name:   "CT",
	Tables: []string{"raw"},
	Options: []Option{
		{Name: "notrack"},
		{Name: "helper", Arg: nameText("the name of a helper", 15)},
		{Name: "timeout", Arg: nameText("the name of a timeout policy", 31)},
		{Name: "ctevents", Arg: caseBits("events", ctEvents...)},
		{Name: "expevents", Arg: caseBits("events", Name{"new", 1})},
		{Name: "zone-orig", Arg: ctZone},
		{Name: "zone-reply", Arg: ctZone},
		{Name: "zone", Arg: ctZone},
	},
	Check: checkCT,
	Save:  saveCT,
	Lower: lowerCT,
	Listed: []Listed{
		{"CT", "-j CT"}, {"CT notrack", "--notrack"}, {"NOTRACK", "--notrack"}, {"CT helper $1", "--helper $1"}, {"CT timeout $1", "--timeout $1"},
		{"CT ctevents $1", "--ctevents $1"}, {"CT expevents $1", "--expevents $1"},
		{"CT zone $1", "--zone $1"}, {"CT zone-orig $1", "--zone-orig $1"}, {"CT zone-reply $1", "--zone-reply $1"},
	},
})

// checkCT wants the protocol that the kernel looks a helper or a timeout policy
// up by (xt_ct_find_proto), unless it ignores them.
func checkCT(c *Context, u *Use) *grammar.Error {
	if u.Has("notrack") {
		return nil
	}
	for _, name := range []string{"helper", "timeout"} {
		if g := u.Get(name); g != nil && !c.ProtoHidden && (c.Proto == 0 || c.ProtoNot) {
			return grammar.Errorf(g.Span, "--%s needs a protocol", name).Expected("-p tcp or another, not negated")
		}
	}
	return nil
}

// ctZoneOf is the zone that the options of a use name together, as libxt_CT
// reads them: the number is that of the last, the direction and mark are those
// of any.
type ctZoneOf struct {
	given       bool
	orig, reply bool
	mark        bool
	id          uint64
	at          ast.Span
}

func ctZoneOfUse(u *Use) ctZoneOf {
	var z ctZoneOf
	for i := range u.Given {
		g := &u.Given[i]
		if g.Option.Arg != ctZone {
			continue
		}
		z.given = true
		z.orig = z.orig || g.Option.Name == "zone-orig"
		z.reply = z.reply || g.Option.Name == "zone-reply"
		z.mark = z.mark || g.Text != ""
		z.id = g.Lo
		z.at = z.at.Join(g.Span)
	}
	return z
}

// name returns the option that says the zone, and dir its direction: both
// directions are none.
func (z *ctZoneOf) name() string {
	switch {
	case z.orig && !z.reply:
		return "zone-orig"
	case z.reply && !z.orig:
		return "zone-reply"
	}
	return "zone"
}

func (z *ctZoneOf) dir() ast.Dir {
	return map[string]ast.Dir{"zone-orig": ast.DirOriginal, "zone-reply": ast.DirReply}[z.name()]
}

// text returns the zone as it is printed; empty for zone 0, which is the
// default.
func (z *ctZoneOf) text() string {
	switch {
	case z.mark:
		return "mark"
	case z.id != 0:
		return strconv.FormatUint(z.id, 10)
	}
	return ""
}

func saveCT(p *Printer, u *Use) {
	for _, name := range []string{"notrack", "helper", "timeout", "ctevents", "expevents"} {
		if g := u.Get(name); g != nil {
			p.Given(g)
		}
	}
	z := ctZoneOfUse(u)
	if s := z.text(); s != "" {
		p.Flag(false, z.name())
		p.Word(s)
	}
}

// lowerCT lowers the template to what it sets. The zone of a mark is looked up
// later than nft's ct zone set would do, and expectation events nft cannot set
// at all.
func lowerCT(l *Lowering, u *Use) {
	z := ctZoneOfUse(u)
	if u.Has("notrack") { // the kernel then ignores the rest (xt_ct_tg_check)
		l.Add(&ast.Notrack{Span: u.Span, Use: l.UseIndex()})
		return
	}
	if z.mark || u.Has("expevents") {
		l.Extension(u)
		return
	}
	set := func(at ast.Span, k ast.CTKey, d ast.Dir, right ast.Expr) {
		l.Add(&ast.Assign{Span: at, Left: l.CT(at, k, d), Right: right, Use: l.UseIndex()})
	}
	if z.given || len(u.Given) == 0 { // -j CT alone is a template of zone 0
		at := z.at
		if !z.given {
			at = u.Span
		}
		set(at, ast.CTZone, z.dir(), l.Int(at, z.id))
	}
	if g := u.Get("helper"); g != nil {
		set(g.Span, ast.CTHelper, ast.DirNone, l.Str(g.ArgSpan(), g.Text))
	}
	if g := u.Get("timeout"); g != nil {
		set(g.Span, ast.CTTimeout, ast.DirNone, l.Str(g.ArgSpan(), g.Text))
	}
	if g := u.Get("ctevents"); g != nil {
		set(g.Span, ast.CTEvent, ast.DirNone, l.Int(g.ArgSpan(), g.Lo))
	}
}
