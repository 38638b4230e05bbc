package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// rejectType is an answer of REJECT by its two names, with nft's kind and the
// code of the ICMP message (ipt_REJECT and ip6t_REJECT).
type rejectType struct {
	name, alias string
	kind        string
	code        uint8
}

// The first that a shortened name begins is meant, so the order counts.
var (
	rejectTypes = []rejectType{
		{"icmp-net-unreachable", "net-unreach", "icmp", 0},
		{"icmp-host-unreachable", "host-unreach", "icmp", 1},
		{"icmp-proto-unreachable", "proto-unreach", "icmp", 2},
		{"icmp-port-unreachable", "port-unreach", "icmp", 3},
		{"icmp-net-prohibited", "net-prohib", "icmp", 9},
		{"icmp-host-prohibited", "host-prohib", "icmp", 10},
		{"tcp-reset", "tcp-rst", "tcp reset", 0},
		{"icmp-admin-prohibited", "admin-prohib", "icmp", 13},
	}
	rejectTypes6 = []rejectType{
		{"icmp6-no-route", "no-route", "icmpv6", 0},
		{"icmp6-adm-prohibited", "adm-prohibited", "icmpv6", 1},
		{"icmp6-addr-unreachable", "addr-unreach", "icmpv6", 3},
		{"icmp6-port-unreachable", "port-unreach", "icmpv6", 4},
		{"tcp-reset", "tcp-reset", "tcp reset", 0},
		{"icmp6-policy-fail", "policy-fail", "icmpv6", 5},
		{"icmp6-reject-route", "reject-route", "icmpv6", 6},
	}
)

// The REJECT targets (iptables-extensions(8), REJECT; ipt_REJECT and
// ip6t_REJECT).
var (
	_ = target(rejectExt(V4, rejectTypes, "icmp-port-unreachable"))
	_ = target(rejectExt(V6, rejectTypes6, "icmp6-port-unreachable"))
)

func rejectExt(f Family, types []rejectType, byDefault string) Ext {
	a := rejectArg(types)
	var def rejectType
	for _, t := range types {
		if t.name == byDefault {
			def = t
		}
	}
	return Ext{
		Name:    "REJECT",
		Family:  f,
		Tables:  []string{"filter"},
		Hooks:   []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput},
		Options: []Option{{Name: "reject-with", Arg: a}},
		Check: func(c *Context, u *Use) *grammar.Error {
			if g := u.Get("reject-with"); g != nil && g.Text == "tcp-reset" {
				return needProto(c, g.Span, "tcp-reset", ProtoTCP)
			}
			return nil
		},
		Save: func(p *Printer, u *Use) {
			p.Flag(false, "reject-with")
			if g := u.Get("reject-with"); g != nil {
				p.Word(g.Text)
				return
			}
			p.Word(byDefault)
		},
		Lower: func(l *Lowering, u *Use) {
			t := def
			if g := u.Get("reject-with"); g != nil {
				t = types[g.Lo]
			}
			l.Add(&ast.Reject{Span: u.Span, Kind: t.kind, Code: t.code, Use: l.UseIndex()})
		},
		Listed: []Listed{{"reject-with $1", "--reject-with $1"}},
	}
}

// rejectArg is a type of answer, by the beginning of either of its names in any
// case (Value.Text and, its number in the table, Lo).
func rejectArg(types []rejectType) *Arg {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.name
	}
	a := &Arg{What: "one of " + strings.Join(names, ", ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		s := strings.ToLower(w[0].Text)
		for i, t := range types {
			if s != "" && (strings.HasPrefix(t.name, s) || strings.HasPrefix(t.alias, s)) {
				v.Lo, v.Text = uint64(i), t.name
				return nil
			}
		}
		e := grammar.Errorf(w[0].Span, "%q is no type of answer", w[0].Text).Expected("%s", a.What)
		e.Hint = grammar.Near(s, names)
		return e
	}
	a.Save = func(p *Printer, v *Value) { p.Word(v.Text) }
	return a
}
