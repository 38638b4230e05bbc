package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// setAndFlags are the name of an ipset (Value.Text), and src or dst for each of
// up to six dimensions (Value.List).
var setAndFlags = &Arg{
	What:  "the name of a set, and src or dst for each of its dimensions, joined by commas",
	Words: 2,
	Save: func(p *Printer, v *Value) {
		p.name(v.Text)
		for i := range v.List {
			if i == 0 {
				p.Word("")
			} else {
				p.B = append(p.B, ',')
			}
			p.B = append(p.B, v.List[i].Text...)
		}
	},
}

const (
	maxSetName = 31 // IPSET_MAXNAMELEN - 1
	maxSetDims = 6  // IPSET_DIM_MAX
)

func init() {
	setAndFlags.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if n := len(w[0].Text); n == 0 || n > maxSetName {
			return grammar.Errorf(w[0].Span, "the set's name is %d bytes long", n).Expected("1 to %d", maxSetName)
		}
		v.Text = w[0].Text
		at := 0
		for flag := range strings.SplitSeq(w[1].Text, ",") {
			span := w[1].Sub(at, at+len(flag))
			switch {
			case flag != "src" && flag != "dst":
				return grammar.Errorf(span, "%q is neither src nor dst", flag).Expected("src or dst for each dimension, joined by commas")
			case len(v.List) == maxSetDims:
				return grammar.Errorf(span, "more than %d dimensions", maxSetDims).Expected("at most %d", maxSetDims)
			}
			v.List = append(v.List, Item{Span: span, Text: flag})
			at += len(flag) + 1
		}
		return nil
	}
}

// The SET target (iptables-extensions(8), SET; xt_set revision 3). Which fields
// of a packet it takes, the set's type says, which the rules do not tell; so it
// has no nft shape.
var _ = target(Ext{
	Name: "SET",
	Options: []Option{
		{Name: "add-set", Arg: setAndFlags},
		{Name: "exist", Multi: true, Needs: []string{"add-set"}},
		{Name: "timeout", Arg: Uint(0, allOnes-1), Needs: []string{"add-set"}},
		{Name: "del-set", Arg: setAndFlags},
		{Name: "map-set", Arg: setAndFlags},
		{Name: "map-mark", Multi: true, Needs: []string{"map-set"}},
		{Name: "map-prio", Multi: true, Needs: []string{"map-set"}},
		{Name: "map-queue", Multi: true, Needs: []string{"map-set"}},
	},
	OneOf: []string{"add-set", "del-set", "map-set"},
	Check: checkSet,
	Save:  func(p *Printer, u *Use) { p.saved(setSaved(u)) },
	Lower: func(l *Lowering, u *Use) { l.saved(u, setSaved(u)) },
	Listed: []Listed{
		{"add-set $1 $2", "--add-set $1 $2"}, {"exist", "--exist"}, {"timeout $1", "--timeout $1"}, {"del-set $1 $2", "--del-set $1 $2"},
		{"map-set $1 $2", "--map-set $1 $2"}, {"map-mark", "--map-mark"}, {"map-prio", "--map-prio"}, {"map-queue", "--map-queue"},
	},
})

// checkSet refuses what libxt_SET and set_target_v3_checkentry refuse.
func checkSet(c *Context, u *Use) *grammar.Error {
	g := u.Get("map-set")
	if g == nil {
		return nil
	}
	if !u.Has("map-mark") && !u.Has("map-prio") && !u.Has("map-queue") {
		return grammar.Errorf(g.Span, "--map-set does not say what to map").Expected("--map-mark, --map-prio or --map-queue")
	}
	if err := onlyInTable(c, g.Span, "--map-set", "mangle"); err != nil {
		return err
	}
	for _, name := range []string{"map-prio", "map-queue"} {
		if m := u.Get(name); m != nil {
			return onlyInChains(c, m.Span, "--"+name, "FORWARD", "OUTPUT", "POSTROUTING")
		}
	}
	return nil
}

func setSaved(u *Use) []savedOption {
	var out []savedOption
	for i := range u.Ext.Options {
		o := &u.Ext.Options[i]
		if g := u.Get(o.Name); g != nil {
			s := savedOption{Span: g.Span, name: o.Name}
			if o.Arg != nil {
				s.arg = argText(o.Arg, &g.Value)
			}
			out = append(out, s)
		}
	}
	return out
}
