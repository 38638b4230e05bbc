package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// tcpOptionKinds are the names that libxt_TCPOPTSTRIP has for kinds of TCP
// options.
var tcpOptionKinds = []Name{{"wscale", 3}, {"mss", 2}, {"sack-permitted", 4}, {"sack", 5}, {"timestamp", 8}, {"md5", 19}}

// tcpOptionList is a list of kinds of TCP options by name or number
// (Value.List, in the order of the numbers).
var tcpOptionList = &Arg{
	What: "numbers from 2 to 255, or wscale, mss, sack-permitted, sack, timestamp, md5, joined by commas",
	Save: func(p *Printer, v *Value) {
		text := make([]string, len(v.List))
		for i := range v.List {
			text[i] = strconv.FormatUint(v.List[i].Lo, 10)
		}
		p.Word(strings.Join(text, ","))
	},
}

func init() { tcpOptionList.Parse = parseTCPOptions }

func parseTCPOptions(_ *Context, w []Word, v *Value) *grammar.Error {
	at := 0
	for s := range strings.SplitSeq(w[0].Text, ",") {
		it := Item{Span: w[0].Sub(at, at+len(s)), Text: s}
		at += len(s) + 1
		var ok bool
		if it.Lo, ok = number(s, 2, 255); !ok {
			i := findName(tcpOptionKinds, s)
			if i < 0 || tcpOptionKinds[i].Name != s {
				return grammar.Errorf(it.Span, "%q is no TCP option", s).Expected("%s", tcpOptionList.What)
			}
			it.Lo = tcpOptionKinds[i].Bits
		}
		j := 0
		for j < len(v.List) && v.List[j].Lo < it.Lo {
			j++
		}
		if j < len(v.List) && v.List[j].Lo == it.Lo {
			return grammar.Errorf(it.Span, "%q is there already", s).Expected("each option once")
		}
		v.List = append(v.List, Item{})
		copy(v.List[j+1:], v.List[j:])
		v.List[j] = it
	}
	return nil
}

// The TCPOPTSTRIP target (iptables-extensions(8), TCPOPTSTRIP; xt_TCPOPTSTRIP):
// it overwrites options with NOPs, as nft's reset does.
var _ = target(Ext{
	Name:    "TCPOPTSTRIP",
	Protos:  []uint8{ProtoTCP},
	Tables:  []string{"mangle"},
	Options: []Option{{Name: "strip-options", Arg: tcpOptionList}},
	Lower: func(l *Lowering, u *Use) {
		g := u.Get("strip-options")
		if g == nil {
			l.Extension(u)
			return
		}
		for i := range g.List {
			it := &g.List[i]
			l.Add(&ast.Reset{Span: it.Span, Target: &ast.TCPOption{Span: it.Span, Kind: uint8(it.Lo)}})
		}
	},
	Listed: []Listed{{"TCPOPTSTRIP options $1", "--strip-options $1"}},
})
