package nf

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// PriorityConflict finds base chains whose order nobody promises, and matters.
var PriorityConflict = check.New(check.Check{
	Code: "NF002", Slug: "priority-conflict", Severity: check.Warning,
	Title: "base chains with one priority on one hook",
	Text: `Two base chains see the same packets at one hook with the same priority. nft(8), CHAINS,
promises an order by priority alone; between equal ones the kernel puts the chain that was
registered last in front (nf_hook_entries_grow), so the order is another one after a part
of the ruleset has been loaded again. Give one of them another priority: filter - 1,
filter + 10.

It is said where the order shows: one chain drops packets that the other counts, logs,
limits or puts into a set; one sets a mark or another field that the other looks at. It
is also said where one drops and the other does nothing but accept, as somebody who
writes such a chain counts on an order; an accept does not save a packet from the drop of
another base chain, whichever comes first.

Chains of families that share no packets, such as ip and ip6, of different devices, and
of tables that are dormant are left alone; so are chains of type nat, of which the first
that translates a connection decides and the others seldom mean the same connections.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip bans {
	set banned {
		type ipv4_addr
		flags timeout
	}
	chain input {
		type filter hook input priority filter; policy accept;
		ip saddr @banned counter drop
	}
}
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
		tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip bans {
	set banned {
		type ipv4_addr
		flags timeout
	}
	chain input {
		type filter hook input priority filter - 1; policy accept;
		ip saddr @banned counter drop
	}
}
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
		tcp dport 22 accept
	}
}
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table ip filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related counter accept
	}
}
table ip6 filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related counter accept
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      priorityConflict,
	},
})

// slot is where in the kernel the packets of a base chain come from.
type slot struct {
	hook     ast.Hook
	priority int32
}

func priorityConflict(pass *analysis.Pass) (any, error) {
	slots := map[slot][]*graph.Chain{}
	var order []slot
	for _, t := range graph.Of(pass).Tables {
		if t.Xtables || slices.Contains(t.Flags, "dormant") {
			continue
		}
		for _, c := range t.Chains {
			if !c.Base() || c.Implicit || c.Type == ast.ChainNAT {
				continue
			}
			s := slot{c.Hook, c.Priority}
			if slots[s] == nil {
				order = append(order, s)
			}
			slots[s] = append(slots[s], c)
		}
	}
	for _, s := range order {
		conflicts(pass, slots[s])
	}
	return nil, nil
}

// conflicts reports each chain of a slot that stands in conflict with one above it.
func conflicts(pass *analysis.Pass, chains []*graph.Chain) {
	if len(chains) < 2 {
		return
	}
	deeds := make([]*deeds, len(chains))
	for i, c := range chains {
		deeds[i] = deedsOf(c)
		for j, other := range chains[:i] {
			if !meet(c, other) {
				continue
			}
			if why := deeds[i].clash(c, deeds[j], other); why != "" {
				report(pass, c, other, why)
				break
			}
		}
	}
}

func report(pass *analysis.Pass, c, other *graph.Chain, why string) {
	at := analysis.Range(c.HookSpan)
	if !c.HookSpan.Valid() {
		at = c.NameSpan
	}
	there := analysis.Range(other.HookSpan)
	if !other.HookSpan.Valid() {
		there = other.NameSpan
	}
	check.Report(pass, at, fmt.Sprintf("chain %s has the hook and the priority of %s, so nothing says which comes first: %s; give one of them another priority",
		called(c), called(other), why), check.Related(there, "the other chain"))
}

// called names a chain with its table.
func called(c *graph.Chain) string {
	return fmt.Sprintf("%s %s %s", c.Table.Family, c.Table.Name, c.Name)
}

// meet reports whether two chains of one hook may see the same packet.
func meet(a, b *graph.Chain) bool {
	if a.Hook == ast.HookIngress || a.Hook == ast.HookEgress {
		// The hooks of a device are shared by netdev and inet.
		return slices.ContainsFunc(a.Devices, func(d string) bool { return slices.Contains(b.Devices, d) })
	}
	switch f, g := a.Table.Family, b.Table.Family; {
	case f == g:
		return true
	case f == ast.FamilyInet:
		return g == ast.FamilyIP || g == ast.FamilyIP6
	case g == ast.FamilyInet:
		return f == ast.FamilyIP || f == ast.FamilyIP6
	}
	return false
}

// deeds are what a base chain, with those it calls, does to packets.
type deeds struct {
	drops   bool
	accepts bool
	// leaves is what it leaves behind of packets that pass: counts, lines in
	// the log, elements.
	leaves string
	// sets and reads are fields and sets, by name.
	sets, reads map[string]bool
}

// clash returns why the order of two chains matters; empty if it does not.
func (d *deeds) clash(c *graph.Chain, e *deeds, other *graph.Chain) string {
	for _, x := range []struct {
		first, second *deeds
		a, b          *graph.Chain
	}{{e, d, other, c}, {d, e, c, other}} {
		if field := common(x.first.sets, x.second.reads); field != "" {
			return fmt.Sprintf("%s sets %s, which %s looks at", called(x.a), field, called(x.b))
		}
		if !x.first.drops {
			continue
		}
		switch {
		case x.second.leaves != "":
			return fmt.Sprintf("what %s drops first, %s does not %s", called(x.a), called(x.b), x.second.leaves)
		case x.second.accepts && !x.second.drops:
			return fmt.Sprintf("%s drops packets that %s accepts, and no order makes that accept final", called(x.a), called(x.b))
		}
	}
	return ""
}

// common returns the first of the names, in their order, that two sets share.
func common(a, b map[string]bool) string {
	var names []string
	for n := range a {
		if b[n] {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

// deedsOf goes through a chain and all that it calls.
func deedsOf(c *graph.Chain) *deeds {
	d := &deeds{sets: map[string]bool{}, reads: map[string]bool{}}
	d.drops = c.Policy == ast.PolicyDrop
	seen := map[*graph.Chain]bool{c: true}
	for todo := []*graph.Chain{c}; len(todo) > 0; {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, r := range next.Rules {
			d.stmts(next.Table, r.Stmts)
		}
		for _, call := range next.Calls {
			for to := range call.Targets() {
				if !seen[to] {
					seen[to] = true
					todo = append(todo, to)
				}
			}
		}
	}
	return d
}

func (d *deeds) stmts(t *graph.Table, list []ast.Stmt) {
	for _, s := range list {
		d.stmt(t, s)
	}
}

func (d *deeds) stmt(t *graph.Table, s ast.Stmt) {
	switch s := s.(type) {
	case *ast.Verdict:
		d.verdict(s)
	case *ast.VMap:
		d.look(t, s.Key)
		d.look(t, s.Map)
		for _, e := range elements(t, s.Map) {
			if v, ok := e.Data.(*ast.Verdict); ok {
				d.verdict(v)
			}
			d.stmts(t, e.Extra().Stmts)
		}
	case *ast.Reject:
		d.drops = true
	case *ast.Match:
		d.look(t, s.Left)
		d.look(t, s.Right)
	case *ast.AnyOf:
		for _, alt := range s.Alts {
			d.stmts(t, alt)
		}
	case *ast.Counter:
		d.leave("count")
	case *ast.Log:
		d.leave("log")
	case *ast.Limit, *ast.Quota, *ast.ConnLimit:
		d.leave("limit")
	case *ast.ObjRef:
		if s.Kind == ast.ObjectCounter {
			d.leave("count")
		} else if s.Kind == ast.ObjectLimit || s.Kind == ast.ObjectQuota {
			d.leave("limit")
		}
	case *ast.SetOp:
		d.leave("put into set " + s.Set)
		d.sets[setName(t, s.Set)] = true
		d.look(t, s.Key)
		d.stmts(t, s.Stmts)
	case *ast.Meter:
		d.leave("limit")
		d.look(t, s.Key)
	case *ast.Assign:
		if name := field(s.Left); name != "" {
			d.sets[name] = true
		}
		d.look(t, s.Right)
	case *ast.Notrack:
		d.sets["ct state"] = true
	}
}

func (d *deeds) leave(what string) {
	if d.leaves == "" {
		d.leaves = what
	}
}

func (d *deeds) verdict(v *ast.Verdict) {
	switch v.Kind {
	case ast.VerdictDrop:
		d.drops = true
	case ast.VerdictAccept:
		d.accepts = true
	default:
	}
}

// look notes what an expression looks at.
func (d *deeds) look(t *graph.Table, e ast.Expr) {
	if e == nil {
		return
	}
	ast.Walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SetRef:
			d.reads[setName(t, n.Name)] = true
		case ast.Expr:
			if name := field(n); name != "" {
				d.reads[name] = true
			}
		}
		return true
	})
}

func setName(t *graph.Table, name string) string {
	return fmt.Sprintf("set %s of table %s %s", name, t.Family, t.Name)
}

// field names a field that rules can set; empty for any other expression.
func field(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Meta:
		return "meta " + e.Key.String()
	case *ast.CT:
		return "ct " + e.Key.String()
	case *ast.Payload:
		return e.Field.String()
	}
	return ""
}

// elements returns the elements of a map, written out or with a name.
func elements(t *graph.Table, m ast.Expr) []*ast.Elem {
	switch m := m.(type) {
	case *ast.SetLit:
		return m.Elems
	case *ast.SetRef:
		if s := t.Set(m.Name); s != nil {
			return s.Elems
		}
	}
	return nil
}
