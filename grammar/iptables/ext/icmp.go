package ext

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// icmpName is a name of a type of ICMP messages, or of one of its codes.
type icmpName struct {
	name string
	typ  uint8
	code int // -1: all codes
}

// icmpNames are the names that iptables -p icmp -h lists, aliases behind the
// name that they stand for (RFC 792, RFC 1122, RFC 1812).
var icmpNames = []icmpName{
	{"any", 255, -1},
	{"echo-reply", 0, -1}, {"pong", 0, -1},
	{"destination-unreachable", 3, -1}, {"network-unreachable", 3, 0}, {"host-unreachable", 3, 1}, {"protocol-unreachable", 3, 2},
	{"port-unreachable", 3, 3}, {"fragmentation-needed", 3, 4}, {"source-route-failed", 3, 5}, {"network-unknown", 3, 6},
	{"host-unknown", 3, 7}, {"network-prohibited", 3, 9}, {"host-prohibited", 3, 10}, {"TOS-network-unreachable", 3, 11},
	{"TOS-host-unreachable", 3, 12}, {"communication-prohibited", 3, 13}, {"host-precedence-violation", 3, 14}, {"precedence-cutoff", 3, 15},
	{"source-quench", 4, -1},
	{"redirect", 5, -1}, {"network-redirect", 5, 0}, {"host-redirect", 5, 1}, {"TOS-network-redirect", 5, 2}, {"TOS-host-redirect", 5, 3},
	{"echo-request", 8, -1}, {"ping", 8, -1},
	{"router-advertisement", 9, -1}, {"router-solicitation", 10, -1},
	{"time-exceeded", 11, -1}, {"ttl-exceeded", 11, -1}, {"ttl-zero-during-transit", 11, 0}, {"ttl-zero-during-reassembly", 11, 1},
	{"parameter-problem", 12, -1}, {"ip-header-bad", 12, 0}, {"required-option-missing", 12, 1},
	{"timestamp-request", 13, -1}, {"timestamp-reply", 14, -1},
	{"address-mask-request", 17, -1}, {"address-mask-reply", 18, -1},
}

// allCodes is the Value.Hi of an ICMP type without a code.
const allCodes = 0<<8 | 255

// icmpType is the argument of --icmp-type and --icmpv6-type: a name, which may
// be cut short, or type[/code[:code]]. Value.Lo is the type, Value.Hi the first
// code shifted left by 8, and the last. The type that any stands for is printed
// by that name; -1 for none.
func icmpType(names []icmpName, any int) *Arg {
	all := make([]string, len(names))
	for i := range names {
		all[i] = names[i].name
	}
	a := &Arg{What: "a type, type/code, or a name such as echo-request"}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		s := w[0].Text
		if s == "" {
			return a.Bad(w[0])
		}
		if s[0] >= '0' && s[0] <= '9' {
			return parseTypeCode(w[0], v)
		}
		var found []string
		for i := range names {
			n := &names[i]
			if len(n.name) < len(s) || !strings.EqualFold(n.name[:len(s)], s) {
				continue
			}
			if len(found) == 0 || len(n.name) == len(s) {
				v.Lo, v.Hi = uint64(n.typ), allCodes
				if n.code >= 0 {
					v.Hi = uint64(n.code)<<8 | uint64(n.code)
				}
			}
			if len(n.name) == len(s) {
				return nil
			}
			found = append(found, n.name)
		}
		switch len(found) {
		case 0:
			e := grammar.Errorf(w[0].Span, "%q is no type of ICMP messages", s).Expected("%s", a.What)
			e.Hint = grammar.Near(s, all)
			return e
		case 1:
			return nil
		}
		return grammar.Errorf(w[0].Span, "%q is ambiguous", s).Expected("%s", strings.Join(found, " or "))
	}
	a.Save = func(p *Printer, v *Value) {
		if v.Lo == uint64(any) && any >= 0 && v.Hi == allCodes {
			p.Word("any")
			return
		}
		p.Uint(v.Lo)
		if v.Hi == allCodes {
			return
		}
		lo, hi := v.Hi>>8, v.Hi&255
		p.B = strconv.AppendUint(append(p.B, '/'), lo, 10)
		if lo != hi { // iptables-save leaves the last code out, and so changes the rule
			p.B = strconv.AppendUint(append(p.B, ':'), hi, 10)
		}
	}
	return a
}

// parseTypeCode reads type[/code[:code]].
func parseTypeCode(w Word, v *Value) *grammar.Error {
	typ, codes, has := strings.Cut(w.Text, "/")
	var ok bool
	if v.Lo, ok = number(typ, 0, 255); !ok {
		return grammar.Errorf(w.Sub(0, len(typ)), "%q is no type of ICMP messages", typ).Expected("one number from 0 to 255, or a name")
	}
	if v.Hi = allCodes; !has {
		return nil
	}
	first, last, isRange := strings.Cut(codes, ":")
	lo, ok := number(first, 0, 255)
	hi := lo
	if ok && isRange {
		hi, ok = number(last, 0, 255)
	}
	if !ok || lo > hi {
		return grammar.Errorf(w.Sub(len(typ)+1, len(w.Text)), "%q is no code of ICMP messages", codes).Expected("a number from 0 to 255, or a range a:b")
	}
	v.Hi = lo<<8 | hi
	return nil
}

// lowerICMP lowers a type and its codes. The kernel negates the two together
// (icmp_type_code_match in xt_tcpudp). every is the type that stands for all
// types, whatever the code; -1 for none.
func lowerICMP(typ, code ast.Field, every int) func(*Lowering, *Given) {
	return func(l *Lowering, g *Given) {
		if g.Lo == uint64(every) && every >= 0 {
			l.within(g.Span, g.ArgSpan(), l.Payload(g.Name.Span, typ), g.Not, 0, 255, 255)
			return
		}
		op := ast.OpEq
		if g.Not {
			op = ast.OpNe
		}
		t := l.NewMatch(g.Span, l.Payload(g.Name.Span, typ), op, l.Int(g.ArgSpan(), g.Lo))
		if g.Hi == allCodes {
			l.Add(t)
			return
		}
		c := l.NewMatch(g.Span, l.Payload(g.Name.Span, code), op, l.IntRange(g.ArgSpan(), g.Hi>>8, g.Hi&255))
		if g.Not {
			l.anyOf(g.Span, t, c)
			return
		}
		l.Add(t)
		l.Add(c)
	}
}

// listedICMP are the forms of print_icmptype in libipt_icmp and libip6t_icmp6:
// numbers are written right behind the name of the protocol unless negated.
func listedICMP(name, load, opt string, names []icmpName) []Listed {
	pos, neg := load+" "+opt+" ", load+" ! "+opt+" "
	var out []Listed
	for _, t := range []string{name + "type $1", name + " type $1"} {
		out = append(out, Listed{t + " codes $2-$3", pos + "$1/$2:$3"}, Listed{t + " code $2", pos + "$1/$2"}, Listed{t, pos + "$1"})
	}
	t := name + " !type $1"
	out = append(out, Listed{t + " codes $2-$3", neg + "$1/$2:$3"}, Listed{t + " code $2", neg + "$1/$2"}, Listed{t, neg + "$1"})
	for i := range names {
		n := names[i].name
		out = append(out, Listed{name + " !" + n, neg + n}, Listed{name + " " + n, pos + n})
	}
	return out
}

// The icmp match (iptables-extensions(8), icmp).
var _ = match(Ext{
	Name:   "icmp",
	Family: V4,
	Protos: []uint8{ProtoICMP},
	Loads:  true,
	Options: []Option{
		{Name: "icmp-type", Arg: icmpType(icmpNames, 255), Not: true, Required: true, Lower: lowerICMP(ast.ICMPType, ast.ICMPCode, 255)},
	},
	Listed: listedICMP("icmp", "-m icmp", "--icmp-type", icmpNames),
})
