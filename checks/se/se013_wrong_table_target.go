package se

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// WrongTableTarget finds targets and matches where the kernel does not take them.
var WrongTableTarget = check.New(check.Check{
	Code: "SE013", Slug: "wrong-table-target", Severity: check.Error,
	Title: "target or match in a table or hook that does not take it",
	Text: `The kernel takes the target, the match or the statement only in some tables, hooks or
types of chains: MASQUERADE and SNAT where packets leave, in nat; DNAT and REDIRECT where
they come in; CT in raw; TTL, DSCP and TPROXY in mangle; REJECT in filter; owner where
packets have a socket (iptables-extensions(8); struct xt_target and xt_match, table and
hooks; nft_nat_validate and its like). It refuses the table when it is loaded, with all of
its rules; on a boot that leaves the host without a firewall. iptables-restore --test does
not tell.

For a chain of the ruleset's own all hooks count whose packets come to it: a chain with
MASQUERADE that PREROUTING jumps to is refused, too. Options with bounds of their own
(-m addrtype --limit-iface-in, -m devgroup, TCPMSS --clamp-mss-to-pmtu) are refused there
by iptables-legacy alone; iptables-nft takes them, and they fail on another machine.

Table nat is not for filtering: it sees the first packet of a connection alone. iptables
refuses DROP in it.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m owner --uid-owner 0 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -o eth0 -j MASQUERADE
COMMIT
`}, {File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:translate - [0:0]
-A PREROUTING -i eth0 -j translate
-A POSTROUTING -o eth0 -j translate
-A translate -j MASQUERADE
COMMIT
`}, {File: "rules.v6", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:local - [0:0]
-A INPUT -j local
-A OUTPUT -j local
-A local -m owner --uid-owner 0 -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -s 203.0.113.7/32 -j DROP
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:translate - [0:0]
-A POSTROUTING -o eth0 -j translate
-A translate -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:local - [0:0]
-A INPUT -s 203.0.113.7/32 -j DROP
-A OUTPUT -j local
-A local -m owner --uid-owner 0 -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer},
		Run:      wrongTableTarget,
	},
})

func wrongTableTarget(pass *analysis.Pass) (any, error) {
	host := ruleset.Of(pass)
	for _, s := range host.Sources {
		var last ast.Span // where the table is wrong, nothing is said of the hook
		for _, e := range s.Errors {
			if e.Kind == grammar.Placement && e.Span != last {
				check.Report(pass, e.Span, e.Error()+"; the kernel refuses it there")
				last = e.Span
			}
		}
	}
	p := placing{pass: pass, host: host}
	for _, t := range graph.Of(pass).Tables {
		p.types = nil
		for _, c := range t.Chains {
			if t.Xtables && t.Name == "nat" {
				p.drops(c)
			}
			if c.Hooks == 0 || t.Xtables && c.Base() {
				continue // no packet comes there, or the parser has told
			}
			for _, r := range c.Rules {
				if t.Xtables {
					p.uses(c, r)
				}
				p.stmts(c, r, r.Stmts)
			}
		}
	}
	return nil, nil
}

// placing looks for what stands in the wrong place.
type placing struct {
	pass  *analysis.Pass
	host  *ruleset.Host
	types []chainTypes // of the table at hand, by Chain.Index; nil until needed
}

// drops reports DROP in table nat, which iptables itself refuses as it reads the
// rule; as the policy only -P does, and iptables-restore takes it.
func (p *placing) drops(c *graph.Chain) {
	if c.Base() && c.Policy == ast.PolicyDrop {
		check.Report(p.pass, c.PolicySpan, "table nat cannot filter: it sees the first packet of a connection alone, and iptables -P refuses DROP in it; drop in table filter")
	}
	for _, r := range c.Rules {
		for _, s := range r.Stmts {
			if v, ok := s.(*ast.Verdict); ok && v.Kind == ast.VerdictDrop {
				check.Report(p.pass, v, "DROP cannot stand in table nat, which sees the first packet of a connection alone; iptables refuses it; drop in table filter")
			}
		}
	}
}

// uses looks at the extensions that a rule in a chain of the ruleset's own uses.
func (p *placing) uses(c *graph.Chain, r *ast.Rule) {
	for i := range r.Uses {
		u := &r.Uses[i]
		if !mayBeBound(u.Name) {
			continue
		}
		e := ext.Find(u.Name, u.Target, c.Table.Family)
		if e == nil || len(e.Hooks) == 0 {
			continue
		}
		var allowed graph.Hooks
		for _, h := range e.Hooks {
			allowed |= 1 << h
		}
		p.check(c, u, u.Name, allowed, "")
	}
}

// bound are the extensions that are bound to hooks, by the length and the first
// letter of their names: most names are told apart by these alone, and there are
// as many uses as rules.
var bound = func() (t [16][256]bool) {
	for _, e := range ext.All() {
		if len(e.Hooks) > 0 {
			t[len(e.Name)%16][e.Name[0]] = true
		}
	}
	return t
}()

func mayBeBound(name string) bool { return name != "" && bound[len(name)%16][name[0]] }

// stmts looks at statements that are bound to hooks by themselves.
func (p *placing) stmts(c *graph.Chain, r *ast.Rule, list []ast.Stmt) {
	for _, s := range list {
		if a, ok := s.(*ast.AnyOf); ok {
			for _, alt := range a.Alts {
				p.stmts(c, r, alt)
			}
			continue
		}
		b, ok := boundary(s, c.Table)
		if !ok {
			continue
		}
		at, what := analysis.Range(s), b.what
		if i := useOf(s); i > 0 && int(i) <= len(r.Uses) {
			at = &r.Uses[i-1]
			what = p.host.Text(at)
		}
		if b.nat && p.typesOf(c)&^natTypes != 0 {
			check.Report(p.pass, at, fmt.Sprintf("%s cannot stand in chain %s, which is not of type nat; the kernel refuses it there", what, c.Name))
			continue
		}
		only := ""
		if c.Table.Xtables {
			only = " (iptables-legacy does)"
		}
		p.check(c, at, what, b.hooks, only)
	}
}

// check reports what stands in a chain to which packets come at other hooks than
// those that take it.
func (p *placing) check(c *graph.Chain, at analysis.Range, what string, allowed graph.Hooks, only string) {
	wrong := c.Hooks &^ allowed
	if wrong == 0 {
		return
	}
	message := fmt.Sprintf("%s cannot stand in chain %s, to which packets come at %s; the kernel refuses it there%s; expected %s",
		what, c.Name, hookNames(c.Table, wrong, "and"), only, hookNames(c.Table, allowed, "or"))
	var options []check.Option
	for call := range c.Callers() {
		if call.From.Hooks&wrong != 0 && call.From != c {
			options = append(options, check.Related(call.Node, "they come by this jump"))
			break
		}
	}
	check.Report(p.pass, at, message, options...)
}

func hookNames(t *graph.Table, hooks graph.Hooks, last string) string {
	var names []string
	for h := ast.HookPrerouting; h <= ast.HookEgress; h++ {
		switch {
		case !hooks.Has(h):
		case t.Xtables:
			names = append(names, strings.ToUpper(h.String()))
		default:
			names = append(names, h.String())
		}
	}
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
}

// bounds of a statement: the hooks that take it, and whether only chains of type
// nat do.
type bounded struct {
	what  string
	hooks graph.Hooks
	nat   bool
}

const (
	pre     = graph.Hooks(1) << ast.HookPrerouting
	in      = graph.Hooks(1) << ast.HookInput
	forward = graph.Hooks(1) << ast.HookForward
	out     = graph.Hooks(1) << ast.HookOutput
	post    = graph.Hooks(1) << ast.HookPostrouting
	ingress = graph.Hooks(1) << ast.HookIngress
)

// nats are the bounds of the kinds of NAT (nft_nat_validate, nft_masq_validate,
// nft_redir_validate).
var nats = map[ast.NATKind]graph.Hooks{
	ast.SNAT: post | in, ast.Masquerade: post, ast.DNAT: pre | out, ast.Redirect: pre | out,
}

// boundary returns the bounds of a statement of nft, and of those of xtables whose
// options alone have bounds. Families other than ip, ip6 and inet have others.
func boundary(s ast.Stmt, t *graph.Table) (b bounded, ok bool) {
	switch t.Family {
	case ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet:
	default:
		return b, false
	}
	switch s := s.(type) {
	case *ast.Match:
		return expression(s.Left, t.Xtables)
	case *ast.Assign:
		if rt, isRt := s.Right.(*ast.Rt); isRt && rt.Key == "mtu" {
			return bounded{what: "rt mtu", hooks: forward | out | post}, true
		}
	}
	if t.Xtables {
		return b, false // the declarations of the extensions say the others
	}
	switch s := s.(type) {
	case *ast.NAT:
		return bounded{s.Kind.String(), nats[s.Kind], true}, nats[s.Kind] != 0
	case *ast.Reject:
		return bounded{what: "reject", hooks: pre | in | forward | out | ingress}, true
	case *ast.TProxy:
		return bounded{what: "tproxy", hooks: pre}, true
	case *ast.Synproxy:
		return bounded{what: "synproxy", hooks: in | forward}, true
	case *ast.FlowAdd:
		return bounded{what: "flow add", hooks: forward}, true
	case *ast.Queue:
		return bounded{what: "queue", hooks: pre | in | forward | out | post}, true
	}
	return b, false
}

// expression returns the bounds of what a match looks at (nft_fib_validate,
// nft_rt_validate, nft_socket_validate, nft_osf_validate; addrtype_mt_checkentry_v1,
// devgroup_mt_checkentry).
func expression(e ast.Expr, xtables bool) (b bounded, ok bool) {
	switch e := e.(type) {
	case *ast.Binary:
		return expression(e.Left, xtables)
	case *ast.Fib:
		switch {
		case xtables && e.Result != "type": // rpfilter, which is declared
		case e.Result != "type" || slices.Contains(e.Keys, "iif"):
			return bounded{what: "fib", hooks: pre | in | forward}, true
		case slices.Contains(e.Keys, "oif"):
			return bounded{what: "fib", hooks: forward | out | post}, true
		}
	case *ast.Rt:
		if e.Key == "mtu" {
			return bounded{what: "rt mtu", hooks: forward | out | post}, true
		}
	case *ast.Meta:
		switch {
		case !xtables:
		case e.Key == ast.MetaIifgroup:
			return bounded{hooks: pre | in | forward}, true
		case e.Key == ast.MetaOifgroup:
			return bounded{hooks: forward | out | post}, true
		}
	case *ast.Socket:
		return bounded{what: "socket", hooks: pre | in | out}, !xtables
	case *ast.OSF:
		return bounded{what: "osf", hooks: pre | in | forward}, !xtables
	}
	return b, false
}

// useOf returns the Use of a statement.
func useOf(s ast.Stmt) uint8 {
	switch s := s.(type) {
	case *ast.Match:
		return s.Use
	case *ast.Assign:
		return s.Use
	}
	return 0
}

// chainTypes is a set of types of base chains.
type chainTypes uint8

const natTypes = chainTypes(1) << ast.ChainNAT

// typesOf returns the types of the base chains from which packets come to a chain.
func (p *placing) typesOf(c *graph.Chain) chainTypes {
	if p.types == nil {
		p.types = make([]chainTypes, len(c.Table.Chains))
		var todo []*graph.Chain
		for _, b := range c.Table.Chains {
			if b.Base() {
				p.types[b.Index] = 1 << b.Type
				todo = append(todo, b)
			}
		}
		for len(todo) > 0 {
			from := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, call := range from.Calls {
				for to := range call.Targets() {
					if t := p.types[to.Index] | p.types[from.Index]; t != p.types[to.Index] {
						p.types[to.Index] = t
						todo = append(todo, to)
					}
				}
			}
		}
	}
	return p.types[c.Index]
}
