package rd

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// EmptyMatch finds rules whose conditions can never hold.
var EmptyMatch = check.New(check.Check{
	Code: "RD005", Slug: "empty-match", Severity: check.Error,
	Title: "conditions that can never hold",
	Text: `The conditions of the rule exclude each other, or one of them holds for no packet at
all, so the rule never does anything: a range that ends before it begins (iprange), TCP flags that must be set but are not
looked at, two addresses or ports that differ, an interface that the hook does not
know. What is decided in OUTPUT has come in nowhere, and in PREROUTING and INPUT it is
not known yet, or never will be, where a packet goes out (iptables(8), -i and -o;
nf_hook_state in the kernel). iptables refuses -i in OUTPUT and -o in INPUT, but takes
them in a chain that only these call; nft takes them anywhere. A later fragment (-f) has
no ports and no ICMP type.

What is claimed is computed from the rule alone, over all values that its conditions
allow. States of connections that exclude each other are contradictory-state's
matter.

A warning is an IPv6 rule for -p icmp, or an IPv4 one for -p icmpv6: no host sends
ICMP of the one in packets of the other (RFC 4443 section 1), so the rule does not do
what it was written for.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --tcp-flags SYN SYN,ACK -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m multiport --dports 80,443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -m iprange --src-range 198.51.100.1-198.51.100.9 -j ACCEPT
COMMIT
`}, {File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p icmp -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK -j DROP
-A INPUT -p tcp -m multiport --dports 22,80,443 -j ACCEPT
-A INPUT -s 192.0.2.0/24 -m iprange --src-range 192.0.2.1-192.0.2.9 -j ACCEPT
COMMIT
`}, {File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p ipv6-icmp -j ACCEPT
COMMIT
`}},
	Fix: check.Unsafe,
	FixText: `The ICMP of the other family is replaced by that of the rule's own. All others are
left: which of two conditions was meant, nobody but the author knows.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      emptyMatch,
	},
})

func emptyMatch(pass *analysis.Pass) (any, error) {
	var f emptiness
	for _, t := range graph.Of(pass).Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if r.Bad {
					continue
				}
				f.rule(c, r)
				if f.why != nothingWrong {
					f.report(pass, c, r)
				}
			}
		}
	}
	return nil, nil
}

// reason is why no packet fits a rule.
type reason uint8

const (
	nothingWrong reason = iota
	// alone: one of the conditions never holds.
	alone
	// together: two of them exclude each other.
	together
	// fragment: the rule looks at a transport header that later fragments do
	// not have.
	fragment
	// noInput and noOutput: the hook knows no such interface.
	noInput
	noOutput
	// otherICMP: the rule looks for the ICMP of the other family.
	otherICMP
)

// emptiness looks for a reason why no packet fits a rule.
type emptiness struct {
	conds [32]*ast.Match
	n     int

	why   reason
	at    ast.Node // the condition that shows it
	other ast.Node // the one that it excludes
}

// rule looks at one rule. It allocates nothing.
func (f *emptiness) rule(c *graph.Chain, r *ast.Rule) {
	f.n, f.why, f.at, f.other = 0, nothingWrong, nil, nil
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			f.add(s)
		case *ast.AnyOf:
			f.anyOf(s)
		case *ast.Assign, *ast.Reset, *ast.Notrack, *ast.SetOp, *ast.Meter, *ast.ObjRef:
			return // what it changes may be looked at again behind it
		}
		if f.why != nothingWrong {
			return
		}
	}
	f.hook(c)
	f.icmp(c)
}

func (f *emptiness) found(why reason, at, other ast.Node) {
	if f.why == nothingWrong {
		f.why, f.at, f.other = why, at, other
	}
}

// add adds a condition to those that must hold all at once.
func (f *emptiness) add(m *ast.Match) {
	if neverHolds(m) {
		f.found(alone, m, nil)
		return
	}
	for _, o := range f.conds[:f.n] {
		if exclude(o, m) {
			f.found(together, m, o)
			return
		}
		if onLaterFragments(o) && inFirstFragment(m.Left) || onLaterFragments(m) && inFirstFragment(o.Left) {
			f.found(fragment, m, o)
			return
		}
	}
	if f.n < len(f.conds) {
		f.conds[f.n] = m
		f.n++
	}
}

// anyOf looks at alternatives: of what must hold, all may be excluded; of what
// must not hold, one may be all that the other conditions leave.
func (f *emptiness) anyOf(s *ast.AnyOf) {
	if s.Not {
		for _, alt := range s.Alts {
			if m, ok := only(alt); ok {
				for _, o := range f.conds[:f.n] {
					if implies(o, m) {
						f.found(together, s, o)
					}
				}
			}
		}
		return
	}
	var other ast.Node
	for _, alt := range s.Alts {
		excluded := false
		for _, a := range alt {
			m, ok := a.(*ast.Match)
			if !ok {
				continue
			}
			excluded = excluded || neverHolds(m)
			for _, o := range f.conds[:f.n] {
				if exclude(o, m) {
					excluded, other = true, o
				}
			}
		}
		if !excluded {
			return
		}
	}
	if len(s.Alts) > 0 && other != nil {
		f.found(together, s, other)
	} else if len(s.Alts) > 0 {
		f.found(alone, s, nil)
	}
}

func only(alt []ast.Stmt) (*ast.Match, bool) {
	if len(alt) != 1 {
		return nil, false
	}
	m, ok := alt[0].(*ast.Match)
	return m, ok
}

// neverHolds reports whether no packet fits a condition.
func neverHolds(m *ast.Match) bool {
	if m.Op == ast.OpAny {
		n, ok := m64(m.Right)
		return ok && n == 0 // no bit is asked for: --ctstatus NONE
	}
	if b, ok := maskedOf(m); ok && b.never() {
		return true
	}
	v, ok := valuesOf(m)
	return ok && v.never()
}

// exclude reports whether no packet fits both of two conditions.
func exclude(a, b *ast.Match) bool {
	if sameField(a.Left, b.Left) {
		v, ok1 := valuesOf(a)
		w, ok2 := valuesOf(b)
		if ok1 && ok2 {
			return v.excludes(&w)
		}
		there, ok1 := presence(a)
		wanted, ok2 := presence(b)
		if ok1 && ok2 {
			return there != wanted
		}
	}
	x, ok1 := maskedOf(a)
	y, ok2 := maskedOf(b)
	return ok1 && ok2 && sameField(x.left, y.left) && x.excludes(&y)
}

// implies reports whether each packet that fits a fits b.
func implies(a, b *ast.Match) bool {
	if b.Op != ast.OpEq {
		return false
	}
	not := *b
	not.Op = ast.OpNe
	return exclude(a, &not)
}

// onLaterFragments reports whether a condition only holds for second and further
// fragments.
func onLaterFragments(m *ast.Match) bool {
	and, ok := m.Left.(*ast.Binary)
	if !ok || and.Op != ast.OpAnd || m.Op != ast.OpNe {
		return false
	}
	p, ok := and.Left.(*ast.Payload)
	mask, ok2 := m64(and.Right)
	value, ok3 := m64(m.Right)
	return ok && ok2 && ok3 && p.Field == ast.IPFragOff && mask == 0x1fff && value == 0
}

// inFirstFragment reports whether only unfragmented packets and first fragments
// have what an expression looks at (nft_payload_eval, NFT_PAYLOAD_TRANSPORT_HEADER;
// tcp_mt and its like in x_tables).
func inFirstFragment(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Payload:
		return e.Field.Info().Base == ast.BaseTransport
	case *ast.RawPayload:
		return e.Base == ast.BaseTransport
	case *ast.Binary:
		return inFirstFragment(e.Left)
	}
	return false
}

const (
	fromNowhere = graph.Hooks(1) << ast.HookOutput
	toNowhere   = graph.Hooks(1)<<ast.HookPrerouting | graph.Hooks(1)<<ast.HookInput
)

// hook looks for an interface that the packets at the chain's hooks do not have.
func (f *emptiness) hook(c *graph.Chain) {
	switch c.Table.Family {
	case ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet:
	default:
		return
	}
	if c.Hooks == 0 || c.Hooks&^fromNowhere != 0 && c.Hooks&^toNowhere != 0 {
		return
	}
	for _, m := range f.conds[:f.n] {
		k, ok := m.Left.(*ast.Meta)
		if !ok || m.Op != ast.OpEq || everyName(m.Right) {
			continue
		}
		switch k.Key {
		case ast.MetaIif, ast.MetaIifname:
			if c.Hooks&^fromNowhere == 0 {
				f.found(noInput, m, nil)
			}
		case ast.MetaOif, ast.MetaOifname:
			if c.Hooks&^toNowhere == 0 {
				f.found(noOutput, m, nil)
			}
		default:
		}
	}
}

// everyName reports whether a right-hand side lets an interface have no name, or
// is not known.
func everyName(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.String:
		return e.Val == ""
	case *ast.SetLit:
		for _, x := range e.Elems {
			if everyName(x.Key) {
				return true
			}
		}
		return false
	case *ast.Int:
		return e.Val == 0 // the index of no interface
	}
	return true
}

// Numbers of protocols and of families (IANA; NFPROTO_IPV4 and NFPROTO_IPV6).
const (
	protoICMP   = 1
	protoICMPv6 = 58
	nfprotoIPv4 = 2
	nfprotoIPv6 = 10
)

// icmp looks for the ICMP of the other family.
func (f *emptiness) icmp(c *graph.Chain) {
	family := c.Table.Family
	var proto *ast.Match
	for _, m := range f.conds[:f.n] {
		n, ok := m64(m.Right)
		if !ok || m.Op != ast.OpEq {
			continue
		}
		// ip protocol and ip6 nexthdr, in nft, are of their own family.
		if p, ok := m.Left.(*ast.Payload); ok && p.Field == ast.IPProtocol {
			proto, family = m, ast.FamilyIP
		} else if ok && p.Field == ast.IP6Nexthdr {
			proto, family = m, ast.FamilyIP6
		}
		k, ok := m.Left.(*ast.Meta)
		if !ok {
			continue
		}
		switch k.Key {
		case ast.MetaL4proto:
			proto = m
		case ast.MetaNfproto:
			family = map[uint64]ast.Family{nfprotoIPv4: ast.FamilyIP, nfprotoIPv6: ast.FamilyIP6}[n]
		default:
		}
	}
	if proto == nil {
		return
	}
	n, _ := m64(proto.Right)
	if family == ast.FamilyIP6 && n == protoICMP || family == ast.FamilyIP && n == protoICMPv6 {
		f.found(otherICMP, proto, nil)
	}
}

func (f *emptiness) report(pass *analysis.Pass, c *graph.Chain, r *ast.Rule) {
	host := ruleset.Of(pass)
	at, other := part(r, f.at), part(r, f.other)
	text := host.Text(at)
	so := "so the rule takes no packet"
	if r.Parts > 0 {
		so = "so this part of the rule takes no packet"
	}
	var message string
	var options []check.Option
	if other != nil {
		options = append(options, check.Related(other, "the other condition"))
	}
	switch f.why {
	case alone:
		message = fmt.Sprintf("%s never holds, %s", text, so)
	case together:
		message = fmt.Sprintf("%s and %s exclude each other, %s", host.Text(other), text, so)
	case fragment:
		message = fmt.Sprintf("%s and %s exclude each other, as later fragments have no ports, flags or types, %s", host.Text(other), text, so)
	case noInput:
		message = fmt.Sprintf("%s never holds, as packets at %s have come in by no interface", text, hookNames(c))
	case noOutput:
		message = fmt.Sprintf("%s never holds, as packets at %s have no way out yet", text, hookNames(c))
	case otherICMP:
		f.reportICMP(pass, c)
		return
	case nothingWrong:
		return
	}
	check.Report(pass, at, message, options...)
}

// part returns where a condition stands; of a line that is several rules, the one
// address that is meant.
func part(r *ast.Rule, n ast.Node) ast.Node {
	m, ok := n.(*ast.Match)
	if !ok || r.Parts == 0 || m.Use != 0 || !m.Right.Source().Valid() {
		return n
	}
	if p, ok := m.Left.(*ast.Payload); ok {
		switch p.Field {
		case ast.IPSaddr, ast.IPDaddr, ast.IP6Saddr, ast.IP6Daddr:
			return m.Right
		default:
		}
	}
	return n
}

func (f *emptiness) reportICMP(pass *analysis.Pass, c *graph.Chain) {
	m := f.at.(*ast.Match)
	n, _ := m64(m.Right)
	message, own := "IPv6 packets do not carry IPv4's ICMP, so this rule does nothing for ICMPv6", "ipv6-icmp"
	if n == protoICMPv6 {
		message, own = "IPv4 packets do not carry ICMPv6, so this rule does nothing for ICMP", "icmp"
	}
	options := []check.Option{check.At(check.Warning)}
	if c.Table.Xtables && m.Right.Source().Valid() {
		options = append(options, check.UnsafeFix("match "+own, edit.Replace(m.Right, own)))
	}
	check.Report(pass, m, message+"; match "+own, options...)
}

// hookNames names the hooks of a chain as its dialect does.
func hookNames(c *graph.Chain) string {
	var names []string
	for h := ast.HookPrerouting; h <= ast.HookEgress; h++ {
		if c.Hooks.Has(h) {
			name := h.String()
			if c.Table.Xtables {
				name = strings.ToUpper(name)
			}
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}
