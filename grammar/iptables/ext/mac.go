package ext

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// etherAddr is a link-layer address: six numbers of one or two hexadecimal
// digits, with colons between them (Value.Lo, the first the highest byte).
var etherAddr = &Arg{
	What: "an address of six bytes, such as 00:00:5e:00:53:01",
	Save: func(p *Printer, v *Value) {
		b := etherBytes(v.Lo)
		p.Word(fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]))
	},
}

func init() {
	etherAddr.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		parts := strings.Split(w[0].Text, ":")
		for _, s := range parts {
			n, err := strconv.ParseUint(s, 16, 8)
			if err != nil || len(s) > 2 || len(parts) != 6 {
				return etherAddr.Bad(w[0])
			}
			v.Lo = v.Lo<<8 | n
		}
		return nil
	}
}

func etherBytes(n uint64) (b [6]byte) {
	for i := range b {
		b[i] = byte(n >> (8 * (5 - i)))
	}
	return b
}

// The mac match (iptables-extensions(8), mac). It fails, negated or not, where
// the packet did not come over Ethernet, as ether saddr does.
var _ = match(Ext{
	Name:  "mac",
	Hooks: []ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookForward},
	Options: []Option{{Name: "mac-source", Arg: etherAddr, Not: true, Required: true, Lower: func(l *Lowering, g *Given) {
		l.Match(g.Span, l.Payload(g.Name.Span, ast.EtherSaddr), ast.OpEq, g.Not, &ast.Ether{Span: g.ArgSpan(), Addr: etherBytes(g.Lo)})
	}}},
	Listed: []Listed{{"MAC $1", "-m mac --mac-source $1"}},
})
