package ext

import "github.com/ctlint/ctlint/ast"

// The ttl match of IPv4 and the hl match of IPv6 (iptables-extensions(8), ttl,
// hl): one comparison of the time to live, or hop limit.
var (
	_ = hopCount("ttl", "TTL", V4, ast.IPTTL)
	_ = hopCount("hl", "HL", V6, ast.IP6Hoplimit)
)

func hopCount(name, label string, family Family, f ast.Field) *Ext {
	eq, lt, gt := name+"-eq", name+"-lt", name+"-gt"
	compare := func(op ast.Op) func(*Lowering, *Given) {
		return func(l *Lowering, g *Given) {
			l.Match(g.Span, l.Payload(g.Name.Span, f), op, g.Not, l.Int(g.ArgSpan(), g.Lo))
		}
	}
	text := label + " match " + label
	return match(Ext{
		Name:   name,
		Family: family,
		Options: []Option{
			{Name: eq, Aliases: []string{name}, Arg: Uint(0, 255), Not: true, Excl: []string{lt, gt}, Lower: compare(ast.OpEq)},
			{Name: lt, Arg: Uint(0, 255), Excl: []string{eq, gt}, Lower: compare(ast.OpLt)},
			{Name: gt, Arg: Uint(0, 255), Excl: []string{eq, lt}, Lower: compare(ast.OpGt)},
		},
		OneOf: []string{eq, lt, gt},
		Listed: []Listed{
			{text + " == $1", "-m " + name + " --" + eq + " $1"}, {text + " != $1", "-m " + name + " ! --" + eq + " $1"},
			{text + " < $1", "-m " + name + " --" + lt + " $1"}, {text + " > $1", "-m " + name + " --" + gt + " $1"},
		},
	})
}
