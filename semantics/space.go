package semantics

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// space is what the sets of a host are made of: the variables, and what they stand
// for.
type space struct {
	store   *bdd.Store
	fields  [numFields]bdd.Field
	names   *names
	ownEnd  int // the first variable that is not a field's
	next    int // the first variable that nothing has yet
	drawn   int // the first of those for numbers that are drawn
	draws   []ast.Expr
	now     *bdd.Vars
	extra   map[string]bdd.Field // what else a packet has, by the expression that says it
	extras  []extra
	free    map[string]int
	frees   []Free
	written map[string]bool // what rules change and others ask for, by expression
	nat     bool            // a rule translates addresses
	ipsets  map[string]*ast.Set
	usesNH  bool                // ip6 nexthdr is asked for
	whole   map[ast.Family]bool // no rule sees a later fragment
}

// extra is something that packets may have beside the fields.
type extra struct {
	text  string
	field bdd.Field
}

// Free is a condition that cannot be known: it may hold or not.
type Free struct {
	// Stmt is the statement that asks for it.
	Stmt ast.Stmt
	// What says which part of it: empty for the condition itself.
	What string
	// Table is that of the rule.
	Table *ast.Table
}

func newSpace(rulesets []*ast.Ruleset, b bdd.Budget) *space {
	s := &space{
		store: bdd.New(b), extra: map[string]bdd.Field{}, free: map[string]int{},
		written: map[string]bool{}, ipsets: map[string]*ast.Set{}, drawn: drawnBase,
	}
	seen := map[class]bool{}
	assigned, read := map[string]bool{}, map[string]bool{}
	scan := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.String:
			if len(n.Val) <= maxName {
				seen[class{n.Val, n.Wildcard}] = true
			}
		case *ast.NAT:
			s.nat = true
		case *ast.Assign:
			assigned[ast.Dump(n.Left)] = true
			ast.Walk(n.Right, func(n ast.Node) bool { return readBy(n, read) })
			return false
		case *ast.Reset:
			assigned[ast.Dump(n.Target)] = true
			return false
		case *ast.Payload, *ast.Meta, *ast.CT, *ast.Exthdr, *ast.TCPOption, *ast.IPOption, *ast.RawPayload:
			readBy(n, read)
			if p, ok := n.(*ast.Payload); ok && p.Field == ast.IP6Nexthdr {
				s.usesNH = true
			}
		}
		return true
	}
	names := func(n ast.Node) bool { // only sets whose elements may be names
		if e, ok := n.(*ast.String); ok && len(e.Val) <= maxName {
			seen[class{e.Val, e.Wildcard}] = true
		}
		return true
	}
	for _, rs := range rulesets {
		for _, set := range rs.IPSets {
			s.ipsets[set.Name] = set
			if hasNames(set) {
				ast.Walk(set, names)
			}
		}
		for _, t := range rs.Tables {
			for _, set := range t.Sets {
				if hasNames(set) {
					ast.Walk(set, names)
				}
				for _, st := range set.Stmts {
					ast.Walk(st, scan)
				}
			}
			for _, c := range t.Chains {
				for _, d := range c.Devices {
					seen[class{strings.TrimSuffix(d, "*"), strings.HasSuffix(d, "*")}] = true
				}
				for _, r := range c.Rules {
					ast.Walk(r, scan)
				}
			}
		}
	}
	for k := range assigned {
		if read[k] || strings.HasPrefix(k, "@") {
			s.written[k] = true
		}
	}
	s.whole = defragmented(rulesets)
	s.names = newNames(seen)
	s.fields, s.next = layOut(s.names.bits())
	s.ownEnd = s.next
	s.now = bdd.NewVars()
	for _, f := range []Field{fieldMarkNow, fieldCTMarkNow, fieldMarkUnsure, fieldCTMarkUnsure, fieldExempt} {
		s.fields[f].AddTo(s.now)
	}
	return s
}

// defragPriority is where the packets of a family are put together of their fragments
// (NF_IP_PRI_CONNTRACK_DEFRAG).
const defragPriority = -400

// defragmented returns the families whose rules see no later fragments: a rule that
// asks for the connection, or translates addresses, has the kernel put packets
// together before the first rules look at them (nf_ct_netns_get, nf_defrag_ipv4,
// nf_defrag_ipv6), unless there are chains that come even before that.
func defragmented(rulesets []*ast.Ruleset) map[ast.Family]bool {
	out := map[ast.Family]bool{}
	for _, rs := range rulesets {
		for _, t := range rs.Tables {
			for _, c := range t.Chains {
				if t.Family == ast.FamilyNetdev || c.Base() && (c.Hook == ast.HookIngress || c.Priority <= defragPriority) {
					return nil
				}
			}
			for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
				if t.Family == f || t.Family == ast.FamilyInet {
					out[f] = out[f] || usesConntrack(t)
				}
			}
		}
	}
	return out
}

func usesConntrack(t *ast.Table) bool {
	for n := range ast.Preorder(t) {
		switch n.(type) {
		case *ast.CT, *ast.NAT:
			return true
		}
	}
	return false
}

func readBy(n ast.Node, read map[string]bool) bool {
	switch n.(type) {
	case *ast.Payload, *ast.Meta, *ast.CT, *ast.Exthdr, *ast.TCPOption, *ast.IPOption, *ast.RawPayload:
		read[ast.Dump(n)] = true
	}
	return true
}

// hasNames reports whether elements of a set may be names of interfaces.
func hasNames(s *ast.Set) bool {
	if s.KeyExpr != nil {
		return true
	}
	for _, k := range s.Key {
		if k == ast.TypeIfname || k == ast.TypeIfaceIndex || k == ast.TypeString {
			return true
		}
	}
	return false
}

// extraField returns the field for something that packets may have beside those of
// [Field]: what the text, an expression, says.
func (s *space) extraField(text string, width int) bdd.Field {
	if f, ok := s.extra[text]; ok {
		return f
	}
	return s.newExtra(text, width, &s.next, drawnBase)
}

// drawnField returns the field of a number that an expression gives which nobody can
// know. Equal texts share it.
func (s *space) drawnField(text string, width int) bdd.Field {
	if f, ok := s.extra[text]; ok {
		return f
	}
	return s.newExtra(text, width, &s.drawn, freeBase)
}

func (s *space) newExtra(text string, width int, next *int, end int) bdd.Field {
	if *next+width > end {
		width = 0 // no room: the caller gets a field that is always 0; unreachable for any ruleset that loads
	}
	f := bdd.Field{First: *next, Stride: 1, Width: width}
	*next += width
	s.extra[text] = f
	s.extras = append(s.extras, extra{text, f})
	return f
}

// fact returns the set of packets of which something is so.
func (s *space) fact(text string) bdd.Node { return s.store.Var(s.extraField(text, 1).First) }

// changed returns the set of packets of which rules have changed something on the
// way, in a manner that is not followed.
func (s *space) changed(text string) bdd.Node {
	text = "changed " + text
	_, known := s.extra[text]
	f := s.extraField(text, 1)
	if !known {
		f.AddTo(s.now)
	}
	return s.store.Var(f.First)
}

// unknown returns the variable that stands for a condition which cannot be known.
// Equal keys share it.
func (s *space) unknown(key string, f Free) bdd.Node {
	i, ok := s.free[key]
	if !ok {
		i = len(s.frees)
		s.free[key] = i
		s.frees = append(s.frees, f)
	}
	return s.store.Var(freeBase + i)
}

// fresh is the key of a condition that shares its variable with no other one.
func fresh(p any, instance, what string) string { return fmt.Sprintf("%p %s %s", p, instance, what) }
