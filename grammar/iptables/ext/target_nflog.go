package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// nflogPrefix is a [logPrefix]; a listing has the escapes of a save file in it,
// which that of LOG has not.
var nflogPrefix = func() *Arg {
	a := logPrefix(127)
	parse := a.Parse
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if c.Listing && strings.Contains(w[0].Text, `\`) {
			w = []Word{{Span: w[0].Span, Text: strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, "'").Replace(w[0].Text)}}
		}
		return parse(c, w, v)
	}
	return a
}()

// The NFLOG target (iptables-extensions(8), NFLOG; xt_NFLOG). A prefix may be 63
// bytes long in the kernel's target, and 127 where iptables-nft makes a log
// statement of it.
var _ = target(Ext{
	Name: "NFLOG",
	Options: []Option{
		{Name: "nflog-prefix", Arg: nflogPrefix},
		{Name: "nflog-group", Arg: Uint(0, 65535), Save: saveNonzero},
		{Name: "nflog-range", Arg: Uint(0, allOnes), Save: saveNonzero, Excl: []string{"nflog-size"}},
		{Name: "nflog-size", Arg: Uint(0, allOnes)},
		{Name: "nflog-threshold", Arg: Uint(0, 65535), Save: saveNonzero},
	},
	Lower: lowerNflog,
	Listed: []Listed{
		{"nflog-prefix $1", "--nflog-prefix $1"}, {`nflog-prefix "$1"`, "--nflog-prefix $1"}, {"nflog-group $1", "--nflog-group $1"},
		{"nflog-range $1", "--nflog-range $1"}, {"nflog-size $1", "--nflog-size $1"}, {"nflog-threshold $1", "--nflog-threshold $1"},
	},
})

// saveNonzero prints a number that is not the default of 0.
func saveNonzero(p *Printer, g *Given) {
	if g.Lo != 0 {
		p.Flag(false, g.Option.Name)
		p.Uint(g.Lo)
	}
}

// lowerNflog lowers to nft's log group. --nflog-range has never had an effect
// (xt_NFLOG looks at the length only if XT_NFLOG_F_COPY_LEN is set). A size of 0
// is not no size, and [ast.Log] cannot tell them apart.
func lowerNflog(l *Lowering, u *Use) {
	s := &ast.Log{Span: u.Span, HasGroup: true, Use: l.UseIndex()}
	for i := range u.Given {
		g := &u.Given[i]
		switch g.Option.Name {
		case "nflog-prefix":
			s.Prefix = g.Text
		case "nflog-group":
			s.Group = uint16(g.Lo)
		case "nflog-size":
			if g.Lo == 0 {
				l.Extension(u)
				return
			}
			s.Snaplen = uint32(g.Lo)
		case "nflog-threshold":
			s.QueueThr = uint32(g.Lo)
		}
	}
	l.Add(s)
}
