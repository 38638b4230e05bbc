package xt2nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// -j CT --helper stands in the table raw, before conntrack makes the connection: the
// packet carries what the connection shall have. The helper of nft is given to the
// connection itself (nft_ct_helper_obj_eval), and so behind conntrack, before the
// packet confirms it. For that the rules that give helpers stand in chains of their
// own, behind conntrack, with those that lead to them. The same goes for the events
// of a connection.
//
// The chain of raw has let the packet through then, so what has dropped packets is
// not said again; what ends the chain is. The first rule that gives a connection
// something for xtables is the only one (xt_ct_target_one), so another CT ends the
// chain, too.

// behindConntrack is the priority of those chains: NF_IP_PRI_CONNTRACK is -200, and
// NF_IP_PRI_MANGLE -150.
const behindConntrack = -175

// late is what is known of the chains behind conntrack.
type late struct {
	gives map[string]bool   // chains with a rule that gives something, or a way to one
	ends  map[string]bool   // chains that may end the way of a packet
	names map[string]string // of the new chains
	why   string            // they cannot be made
	rules map[*ast.Rule]int // the place of a rule that gives something among the reports
}

// isLate reports whether a statement belongs behind conntrack.
func isLate(s ast.Stmt) bool {
	a, ok := s.(*ast.Assign)
	if !ok {
		return false
	}
	c, ok := a.Left.(*ast.CT)
	return ok && (c.Key == ast.CTHelper || c.Key == ast.CTEvent)
}

// findLate finds the rules that belong behind conntrack, and whether the way to
// them can be told there.
func (t *table) findLate() {
	l := &late{gives: map[string]bool{}, ends: map[string]bool{}, names: map[string]string{}, rules: map[*ast.Rule]int{}}
	for again := true; again; {
		again = false
		for _, c := range t.src.Chains {
			gives, ends := false, false
			for _, r := range c.Rules {
				for _, s := range r.Stmts {
					gives = gives || isLate(s)
					ends = ends || isZone(s)
					if v, ok := s.(*ast.Verdict); ok {
						gives = gives || l.gives[v.Chain]
						ends = ends || l.ends[v.Chain] || v.Kind == ast.VerdictAccept
					}
					if _, ok := s.(*ast.Queue); ok {
						ends = true
					}
				}
			}
			if gives != l.gives[c.Name] || ends != l.ends[c.Name] {
				l.gives[c.Name], l.ends[c.Name], again = gives, ends, true
			}
		}
	}
	marks := false
	for _, c := range t.src.Chains {
		for _, r := range c.Rules {
			for _, s := range r.Stmts {
				if a, ok := s.(*ast.Assign); ok {
					if m, ok := a.Left.(*ast.Meta); ok && m.Key == ast.MetaMark {
						marks = true
					}
				}
			}
		}
	}
	for _, c := range t.src.Chains {
		if !l.gives[c.Name] {
			continue
		}
		for _, r := range t.leading(l, c) {
			if l.why == "" && l.verdict(r) != nil {
				l.why = repeatable(r.Stmts, marks)
			}
		}
	}
	t.late = l
}

// leading returns the rules of a chain up to the last that gives something.
func (t *table) leading(l *late, c *ast.Chain) []*ast.Rule {
	if !c.Base() {
		return c.Rules // what it does to the packet may matter to the caller
	}
	for i := len(c.Rules) - 1; i >= 0; i-- {
		for _, s := range c.Rules[i].Stmts {
			v, ok := s.(*ast.Verdict)
			if isLate(s) || ok && l.gives[v.Chain] {
				return c.Rules[:i+1]
			}
		}
	}
	return nil
}

// isZone reports whether a statement gives the connection something before
// conntrack.
func isZone(s ast.Stmt) bool {
	a, ok := s.(*ast.Assign)
	if !ok {
		return false
	}
	c, ok := a.Left.(*ast.CT)
	return ok && (c.Key == ast.CTZone || c.Key == ast.CTTimeout)
}

// verdict returns what a rule means behind conntrack; nil for nothing.
func (l *late) verdict(r *ast.Rule) []ast.Stmt {
	var gives []ast.Stmt
	for _, s := range r.Stmts {
		if isLate(s) {
			gives = append(gives, s)
		}
	}
	if gives != nil {
		return gives
	}
	accept := one(&ast.Verdict{Span: r.Span, Kind: ast.VerdictAccept})
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Verdict:
			switch {
			case s.Kind == ast.VerdictAccept, s.Kind == ast.VerdictReturn:
				return one(s)
			case s.Chain != "" && (l.gives[s.Chain] || l.ends[s.Chain]):
				return one(s)
			case s.Kind == ast.VerdictGoto:
				return one(&ast.Verdict{Span: s.Span, Kind: ast.VerdictReturn})
			}
		case *ast.Queue:
			return accept // userspace has let it through
		case *ast.Assign:
			if isZone(s) {
				return accept
			}
		case *ast.Extension:
			if s.Target && s.Name == "CT" {
				return accept
			}
		}
	}
	return nil
}

// repeatable says why conditions might not hold alike behind conntrack.
func repeatable(stmts []ast.Stmt, marks bool) string {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			why := ""
			ast.Walk(s.Left, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CT:
					why = "a rule on the way to it looks at the connection, which there is not yet in the table raw"
				case *ast.Numgen:
					why = "a rule on the way to it would draw another number"
				case *ast.Meta:
					if n.Key == ast.MetaMark && marks {
						why = "a rule on the way to it looks at the mark, which another rule sets"
					}
				}
				return why == ""
			})
			if why != "" {
				return why
			}
		case *ast.AnyOf:
			for _, alt := range s.Alts {
				if why := repeatable(alt, marks); why != "" {
					return why
				}
			}
		default:
			if !action(s) {
				return "a rule on the way to it counts what it matches, and would count twice"
			}
		}
	}
	return ""
}

// name returns the name of the chain behind conntrack that stands for one of the
// source.
func (t *table) lateName(source string) string {
	if s, ok := t.late.names[source]; ok {
		return s
	}
	s := t.chains.fresh(t.chains.name(source) + "_ct")
	t.late.names[source] = s
	return s
}

// addLate adds the chains behind conntrack.
func (t *table) addLate() {
	l := t.late
	if l.why != "" {
		return
	}
	made := map[string]bool{}
	var add func(c *ast.Chain)
	add = func(c *ast.Chain) {
		if c == nil || made[c.Name] {
			return
		}
		made[c.Name] = true
		out := &ast.Chain{Span: c.Span, NameSpan: c.NameSpan, Name: t.lateName(c.Name)}
		if c.Base() {
			out.Hook, out.Type, out.Priority, out.Policy = c.Hook, ast.ChainFilter, behindConntrack, ast.PolicyAccept
		}
		t.dst.Chains = append(t.dst.Chains, out)
		w := rule{table: t, chain: c, cur: out}
		for i, r := range t.leading(l, c) {
			acts := l.verdict(r)
			if acts == nil {
				continue
			}
			w.again(r, i+1, acts)
			if v, ok := acts[0].(*ast.Verdict); ok && v.Chain != "" {
				add(t.src.Chain(v.Chain))
			}
		}
	}
	for _, c := range t.src.Chains {
		if c.Base() && l.gives[c.Name] {
			add(c)
		}
	}
}

// again adds a rule of the source behind conntrack, with other actions.
func (w *rule) again(src *ast.Rule, number int, acts []ast.Stmt) {
	w.src, w.number, w.proto, w.comment, w.report = src, number, nil, "", &Rule{Source: src}
	w.isPlain() // notes the protocol
	stmts := w.spared()
	n := len(stmts)
	for n > 0 && action(stmts[n-1]) {
		n--
	}
	if at, ok := w.late.rules[src]; ok {
		w.report = &w.Rules[at]
		if w.report.Kind == Refused {
			return
		}
		if src.Comment != "" {
			w.comment = w.readable("the comment", src.Comment, maxComment)
		}
		var given []ast.Stmt
		for _, s := range acts {
			given = append(given, w.given(s.(*ast.Assign))...)
		}
		acts = append(w.counter(), given...)
		w.how("the connection gets it in chain %s, behind conntrack", w.cur.Name)
	} else if v, ok := acts[0].(*ast.Verdict); ok && v.Chain != "" {
		acts = one(&ast.Verdict{Span: v.Span, Kind: v.Kind, Chain: w.lateName(v.Chain)})
	}
	w.emit(w.all(stmts[:n]), acts)
}

// given rewrites what a connection gets: a helper is an object of the table.
func (w *rule) given(a *ast.Assign) []ast.Stmt {
	name, ok := a.Right.(*ast.String)
	if a.Left.(*ast.CT).Key != ast.CTHelper || !ok {
		return one(a)
	}
	proto := map[uint64]string{6: "tcp", 17: "udp", 33: "dccp", 132: "sctp"}
	n, ok := uint64(0), false
	if w.proto != nil {
		n, ok = protocolOf(w.proto)
	}
	if !ok || proto[n] == "" {
		w.refuse(a.Span, "target CT: a helper of nft is for TCP or UDP, and -p names neither")
		return nil
	}
	return one(&ast.ObjRef{Span: a.Span, Kind: ast.ObjectCTHelper, Name: &ast.String{Span: a.Span, Val: w.helper(a.Span, name.Val, proto[n])}})
}

func protocolOf(m *ast.Match) (uint64, bool) {
	n, ok := m.Right.(*ast.Int)
	if !ok {
		return 0, false
	}
	return n.Val, true
}

// helper returns the name of the object of a helper, declared if it is not yet.
func (t *table) helper(at ast.Span, name, proto string) string {
	own := func(o *ast.Object) bool {
		return o.Kind == ast.ObjectCTHelper && o.Options[0].Args[0].(*ast.String).Val == name && o.Options[1].Args[0].(*ast.String).Val == proto
	}
	if i := slices.IndexFunc(t.dst.Objects, own); i >= 0 {
		return t.dst.Objects[i].Name
	}
	option := func(name, value string) ast.Option {
		return ast.Option{Span: at, Name: name, Args: []ast.Expr{&ast.String{Span: at, Val: value}}}
	}
	o := &ast.Object{Span: at, NameSpan: at, Kind: ast.ObjectCTHelper, Name: t.sets.fresh(name),
		Options: []ast.Option{option("type", name), option("protocol", proto), option("l3proto", t.src.Family.String())}}
	t.dst.Objects = append(t.dst.Objects, o)
	return o.Name
}
