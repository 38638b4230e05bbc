package xt2nft

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// A list of recent remembers for each address when it was last seen, the last few
// times (xt_recent). A condition on it asks whether there were so many of them in
// so many seconds. Such a question becomes a set whose elements live so long; one
// for several times becomes as many sets, of which each has one of them, and the
// address is in all of them if there were that many. Which of them a new time goes
// to, and so replaces the oldest, further sets tell.
type recentList struct {
	name  string
	asked []*recentAsked
	hits  map[string]*ast.Chain // chains that note a time, by the key
}

// recentAsked is a question that rules ask: whether an address was seen at least
// hits times within seconds; 0 is ever.
type recentAsked struct {
	seconds, hits uint64
	times         []*ast.Set
	next          []*ast.Set // next[i]: the next time goes to times[i]; there is none for 0
}

// recentUse is a match as a rule has it.
type recentUse struct {
	list          string
	verb          string
	not           bool
	seconds, hits uint64
	mask          netip.Addr
	dst           bool
	reap, ttl     bool
}

// mostHits is how many times a question may ask for, and longRule how many of them
// are looked up in one rule: the kernel takes 128 expressions (NFT_RULE_MAXEXPRS).
const (
	mostHits = 512
	longRule = 24
)

func recentOf(e *ast.Extension) (u recentUse, ok bool) {
	u.list, u.hits = text(e, "name", ""), 1
	for _, v := range []string{"set", "rcheck", "update", "remove"} {
		if o := e.Option(v); o != nil {
			u.verb, u.not = v, o.Not
		}
	}
	var err error
	if s := text(e, "seconds", ""); s != "" {
		u.seconds, err = strconv.ParseUint(s, 10, 32)
	}
	if s := text(e, "hitcount", ""); s != "" && err == nil {
		u.hits, err = strconv.ParseUint(s, 10, 32)
	}
	mask, err2 := netip.ParseAddr(text(e, "mask", ""))
	u.mask, u.dst = mask, e.Option("rdest") != nil
	u.reap, u.ttl = e.Option("reap") != nil, e.Option("rttl") != nil
	return u, err == nil && err2 == nil && u.list != "" && u.verb != ""
}

// sharing returns for each table the first one whose lists of recent, tables of
// hashlimit, or sets that rules change, it uses, too: the sets of nft belong to one table, so such tables are made one.
func sharing(rs *ast.Ruleset) map[*ast.Table]*ast.Table {
	type list struct {
		family    ast.Family
		ext, name string
	}
	first := map[list]*ast.Table{}
	with := map[*ast.Table]*ast.Table{}
	root := func(t *ast.Table) *ast.Table {
		for with[t] != nil {
			t = with[t]
		}
		return t
	}
	order := map[*ast.Table]int{}
	uses := func(t *ast.Table, k list) {
		if first[k] == nil {
			first[k] = t
		}
		a, b := root(first[k]), root(t)
		switch {
		case order[a] < order[b]:
			with[b] = a
		case order[b] < order[a]:
			with[a] = b
		}
	}
	sets := changed(rs)
	for i, t := range rs.Tables {
		order[t] = i
		each(t, func(e *ast.Extension) {
			switch e.Name {
			case "recent", "hashlimit":
				uses(t, list{t.Family, e.Name, text(e, "name", text(e, "hashlimit-name", ""))})
			case "SET":
				for _, o := range setOptions(e) {
					name, _, _ := strings.Cut(text(e, o, ""), " ")
					uses(t, list{t.Family, "set", name})
				}
			}
		})
		if len(sets) > 0 {
			ast.Walk(t, func(n ast.Node) bool {
				if s, ok := n.(*ast.SetRef); ok && s.IPSet && sets[s.Name] {
					uses(t, list{t.Family, "set", s.Name})
				}
				return true
			})
		}
	}
	out := map[*ast.Table]*ast.Table{}
	for t := range with {
		out[t] = root(t)
	}
	return out
}

// each calls f for all extensions in the rules of a table.
func each(t *ast.Table, f func(*ast.Extension)) {
	var in func([]ast.Stmt)
	in = func(stmts []ast.Stmt) {
		for _, s := range stmts {
			switch s := s.(type) {
			case *ast.Extension:
				f(s)
			case *ast.AnyOf:
				for _, alt := range s.Alts {
					in(alt)
				}
			}
		}
	}
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			in(r.Stmts)
		}
	}
}

// collect finds out which questions the rules of the table ask of lists, for who
// notes a time must note it for all of them.
func (t *table) collect(src *ast.Table) {
	each(src, func(e *ast.Extension) {
		if e.Name != "recent" {
			return
		}
		u, ok := recentOf(e)
		if !ok || u.hits > mostHits {
			return
		}
		l := t.list(u.list)
		switch u.verb {
		case "rcheck", "update":
			l.ask(u.seconds, max(u.hits, 1))
		case "remove":
			l.ask(0, 1)
		}
	})
}

func (t *table) list(name string) *recentList {
	l := t.lists[name]
	if l == nil {
		l = &recentList{name: name, hits: map[string]*ast.Chain{}}
		t.lists[name] = l
	}
	return l
}

// ask returns the question, added if nobody has asked it.
func (l *recentList) ask(seconds, hits uint64) *recentAsked {
	for _, a := range l.asked {
		if a.seconds == seconds && a.hits == hits {
			return a
		}
	}
	a := &recentAsked{seconds: seconds, hits: hits}
	l.asked = append(l.asked, a)
	return a
}

var _ = match("recent", func(w *rule, e *ast.Extension) []ast.Stmt {
	u, ok := recentOf(e)
	switch {
	case !ok:
		w.refuse(e.Span, "match recent: its options are not known")
	case u.ttl:
		w.refuse(e.Span, "match recent: nft has no sets that remember the TTL of an address beside it (--rttl)")
	case u.not && u.verb != "rcheck":
		w.refuse(e.Span, "match recent: ! --%s changes the list and then does not match", u.verb)
	case u.hits > mostHits:
		w.refuse(e.Span, "match recent: --hitcount %d would need as many sets; at most %d are made", u.hits, mostHits)
	}
	if w.report.Kind == Refused {
		return nil
	}
	l := w.list(u.list)
	if len(l.asked) == 0 {
		l.ask(0, 1) // nobody asks; whoever lists the set may
	}
	w.declare(l, e.Span)
	if u.reap && l.forever() {
		w.refuse(e.Span, "match recent: --reap forgets addresses that another rule asks for without --seconds")
		return nil
	}
	key := func() ast.Expr { return w.under(e.Span, u.dst, u.mask) }
	w.how("the list %s of recent is kept in sets, which hold 65535 addresses and then take no more, where the list forgets the oldest of 100", u.list)
	var out []ast.Stmt
	switch u.verb {
	case "rcheck", "update":
		a := l.ask(u.seconds, max(u.hits, 1))
		w.how("%d sets tell whether the address was seen so often", len(a.times))
		if len(a.times) > longRule {
			absent := &ast.AnyOf{Span: e.Span, Not: true, Use: e.Use}
			for _, s := range a.times {
				absent.Alts = append(absent.Alts, one(&ast.Match{Span: e.Span, Left: key(), Op: ast.OpNe, Right: &ast.SetRef{Span: e.Span, Name: s.Name}, Use: e.Use}))
			}
			out = append(out, absent)
			break
		}
		for _, s := range a.times {
			out = append(out, &ast.Match{Span: e.Span, Left: key(), Right: &ast.SetRef{Span: e.Span, Name: s.Name}, Use: e.Use})
		}
	case "remove":
		out = append(out, &ast.Match{Span: e.Span, Left: key(), Right: &ast.SetRef{Span: e.Span, Name: l.ask(0, 1).times[0].Name}, Use: e.Use})
		for _, a := range l.asked {
			for _, list := range [][]*ast.Set{a.times, a.next} {
				for _, s := range list {
					if s != nil {
						out = append(out, &ast.SetOp{Span: e.Span, Verb: "delete", Set: s.Name, Key: key()})
					}
				}
			}
		}
	}
	if u.not {
		switch s := out[0].(type) {
		case *ast.AnyOf:
			s.Not = false
			return out
		case *ast.Match:
			if len(out) == 1 {
				s.Op = ast.OpNe
				return out
			}
		}
		return one(&ast.AnyOf{Span: e.Span, Not: true, Alts: [][]ast.Stmt{out}, Use: e.Use})
	}
	if u.verb == "set" || u.verb == "update" {
		out = append(out, w.seen(l, e.Span, key)...)
	}
	return out
})

// forever reports whether a rule asks whether an address was seen ever.
func (l *recentList) forever() bool {
	for _, a := range l.asked {
		if a.seconds == 0 {
			return true
		}
	}
	return false
}

// declare declares the sets of a list, once.
func (t *table) declare(l *recentList, at ast.Span) {
	for _, a := range l.asked {
		if a.times != nil {
			continue
		}
		name := l.name
		if len(l.asked) > 1 {
			name += fmt.Sprintf("_%ds", a.seconds)
		}
		for i := range a.hits {
			part := name
			if a.hits > 1 {
				part += fmt.Sprintf("_%dof%d", i+1, a.hits)
			}
			s := t.dynamic(part, at, t.addrType())
			s.Timeout = a.seconds * 1000
			a.times = append(a.times, s)
			var next *ast.Set
			if i > 0 {
				next = t.dynamic(part+"_next", at, t.addrType())
				next.Timeout = a.seconds * 1000
			}
			a.next = append(a.next, next)
		}
	}
}

// seen notes that an address was seen: by statements, or where that takes rules,
// by a jump to a chain.
func (w *rule) seen(l *recentList, at ast.Span, key func() ast.Expr) []ast.Stmt {
	var out []ast.Stmt
	op := func(verb string, s *ast.Set) ast.Stmt {
		return &ast.SetOp{Span: at, Verb: verb, Set: s.Name, Key: key()}
	}
	several := false
	for _, a := range l.asked {
		several = several || a.hits > 1
		out = append(out, op("update", a.times[0]))
	}
	if !several {
		return out
	}
	k := ast.Dump(key())
	c := l.hits[k]
	if c == nil {
		c = &ast.Chain{Span: at, NameSpan: at, Name: w.chains.fresh(plain("recent_" + l.name))}
		l.hits[k] = c
		w.extra = append(w.extra, c)
		for _, a := range l.asked {
			w.noting(c, a, at, key, op)
		}
	}
	w.how("chain %s notes when an address was seen", c.Name)
	return one(jump(ast.VerdictJump, c))
}

// noting adds the rules that note a time for a question: in a chain of its own, as
// one of them ends it.
func (w *rule) noting(c *ast.Chain, a *recentAsked, at ast.Span, key func() ast.Expr, op func(string, *ast.Set) ast.Stmt) {
	add := func(c *ast.Chain, stmts ...ast.Stmt) { c.Rules = append(c.Rules, &ast.Rule{Span: at, Stmts: stmts}) }
	if a.hits == 1 {
		add(c, op("update", a.times[0]))
		return
	}
	own := &ast.Chain{Span: at, NameSpan: at, Name: w.chains.fresh(fmt.Sprintf("%s_%ds_%d", c.Name, a.seconds, a.hits))}
	w.extra = append(w.extra, own)
	add(c, jump(ast.VerdictJump, own))
	for i := len(a.times) - 1; i > 0; i-- {
		stmts := []ast.Stmt{
			&ast.Match{Span: at, Left: key(), Right: &ast.SetRef{Span: at, Name: a.next[i].Name}},
			op("delete", a.next[i]),
			op("update", a.times[i]),
		}
		if i+1 < len(a.next) {
			stmts = append(stmts, op("update", a.next[i+1]))
		}
		add(own, append(stmts, &ast.Verdict{Span: at, Kind: ast.VerdictReturn})...)
	}
	add(own, op("update", a.times[0]), op("update", a.next[1]))
}
