package ext

import (
	"math"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

const (
	maxSetName = 31 // IPSET_MAXNAMELEN - 1
	maxSetDims = 6  // IPSET_DIM_MAX
)

// SetDirs is the name of an ipset and, for each of its dimensions, src or dst
// (Value.Text; Lo has a bit for each dst, Hi is how many they are).
var SetDirs = &Arg{
	What:  "the name of an ipset, and src or dst for each of its dimensions, joined by commas",
	Words: 2,
	Save: func(p *Printer, v *Value) {
		p.Word(v.Text)
		for i := range v.Hi {
			if i == 0 {
				p.Word("")
			} else {
				p.B = append(p.B, ',')
			}
			if v.Lo>>i&1 != 0 {
				p.B = append(p.B, "dst"...)
			} else {
				p.B = append(p.B, "src"...)
			}
		}
	},
}

func init() { SetDirs.Parse = parseSetDirs }

func parseSetDirs(_ *Context, w []Word, v *Value) *grammar.Error {
	if n := len(w[0].Text); n == 0 || n > maxSetName {
		return grammar.Errorf(w[0].Span, "the name of the set is %d bytes long", n).Expected("1 to %d", maxSetName)
	}
	v.Text = w[0].Text
	for text, at := w[1].Text, 0; ; {
		part, _, more := strings.Cut(text[at:], ",")
		switch {
		case v.Hi == maxSetDims:
			return grammar.Errorf(w[1].Sub(at, len(text)), "%s has more than %d dimensions", text, maxSetDims).Expected("at most %d of src and dst", maxSetDims)
		case strings.HasPrefix(part, "src"): // what follows is not looked at (libxt_set.h, parse_dirs)
		case strings.HasPrefix(part, "dst"):
			v.Lo |= 1 << v.Hi
		default:
			return grammar.Errorf(w[1].Sub(at, at+len(part)), "%q is neither src nor dst", part).Expected("src or dst for each dimension of the set, joined by commas")
		}
		v.Hi++
		if !more {
			return nil
		}
		at += len(part) + 1
	}
}

var setCounter = Uint(0, math.MaxUint64)

// notOnly prints a flag of which only the negation says something.
func notOnly(p *Printer, g *Given) {
	if g.Not {
		p.Flag(true, g.Option.Name)
	}
}

// The set match (iptables-extensions(8), set).
var _ = match(Ext{
	Name: "set",
	Options: []Option{
		{Name: "match-set", Aliases: []string{"set"}, Arg: SetDirs, Not: true, Required: true},
		{Name: "return-nomatch"},
		{Name: "update-counters", Not: true, Save: notOnly},
		{Name: "update-subcounters", Not: true, Save: notOnly},
		{Name: "packets-eq", Arg: setCounter, Not: true, Excl: []string{"packets-lt", "packets-gt"}},
		{Name: "packets-lt", Arg: setCounter, Excl: []string{"packets-gt"}},
		{Name: "packets-gt", Arg: setCounter},
		{Name: "bytes-eq", Arg: setCounter, Not: true, Excl: []string{"bytes-lt", "bytes-gt"}},
		{Name: "bytes-lt", Arg: setCounter, Excl: []string{"bytes-gt"}},
		{Name: "bytes-gt", Arg: setCounter},
	},
	Lower: lowerSet,
	Listed: []Listed{
		{"match-set $1 $2", "-m set --match-set $1 $2"}, {"return-nomatch", "-m set --return-nomatch"},
		{"update-counters", "-m set --update-counters"}, {"update-subcounters", "-m set --update-subcounters"},
		{"packets-eq $1", "-m set --packets-eq $1"}, {"packets-lt $1", "-m set --packets-lt $1"}, {"packets-gt $1", "-m set --packets-gt $1"},
		{"bytes-eq $1", "-m set --bytes-eq $1"}, {"bytes-lt $1", "-m set --bytes-lt $1"}, {"bytes-gt $1", "-m set --bytes-gt $1"},
	},
})

// lowerSet lowers a match with nothing but the set. Other options look at, or
// keep from changing, what the set has counted for the element.
func lowerSet(l *Lowering, u *Use) {
	for i := range u.Given {
		if g := &u.Given[i]; g.Option.Name != "match-set" && (g.Not || g.Option.Save == nil) {
			l.Extension(u)
			return
		}
	}
	g := u.Get("match-set")
	key := &ast.IPSetKey{Span: g.Args[1].Span, Dst: make([]bool, g.Hi)}
	for i := range key.Dst {
		key.Dst[i] = g.Lo>>i&1 != 0
	}
	l.Match(g.Span, key, ast.OpEq, g.Not, &ast.SetRef{Span: g.Args[0].Span, Name: g.Text, IPSet: true})
}
