package xt2nft

import (
	"fmt"

	"github.com/ctlint/ctlint/ast"
)

// A rule of nft is a list of conditions that must all hold. Three things of
// xtables are none: alternatives ([ast.AnyOf]), their negation, and conditions
// that take several rules of nft to tell. The last are a jump that stands among
// the conditions: a chain that the packet goes through before the rule goes on.
//
// There are three ways to say them, of which the first that means the same is
// taken:
//
//   - A rule for each alternative. It needs a target that ends the chain, as a
//     packet that matches two alternatives must not meet it twice, and conditions
//     that change nothing when they are looked at.
//   - A chain that the rule jumps to, with a rule for each alternative that goes on
//     to a second chain with the rest of the rule. It needs a target that does not
//     end the calling chain alone (return, goto).
//   - The chain itself is divided: the rule goes on to a chain of its own, and that
//     to one with all rules behind it. That does not return anywhere, so it always
//     means the same.

// emit adds the rule at hand to the current chain.
func (w *rule) emit(conds, acts []ast.Stmt) {
	i := compound(conds)
	switch {
	case i < 0:
		w.put(w.cur, join(conds, acts))
	case w.divides(acts) && !w.splits(conds, acts):
		rest := w.aux("rest")
		w.how("the chain is divided: what follows the rule is chain %s", rest.Name)
		goTo := jump(ast.VerdictGoto, rest)
		w.divided(w.cur, conds, acts, goTo)
		w.put(w.cur, []ast.Stmt{goTo})
		w.cur = rest
	default:
		w.within(w.cur, conds, acts)
	}
}

// compound returns the index of the first condition that is none of nft's.
func compound(conds []ast.Stmt) int {
	for i, s := range conds {
		switch s.(type) {
		case *ast.AnyOf, *ast.Verdict:
			return i
		}
	}
	return -1
}

// within adds a rule to a chain, in one of the first two ways.
func (w *rule) within(c *ast.Chain, conds, acts []ast.Stmt) {
	i := compound(conds)
	if i < 0 {
		w.put(c, join(conds, acts))
		return
	}
	pre, post := conds[:i:i], conds[i+1:]
	if v, ok := conds[i].(*ast.Verdict); ok { // a chain that tells
		if len(post) == 0 && idle(acts) {
			w.put(c, join(pre, acts, one(v)))
			return
		}
		h := w.aux("")
		w.put(c, append(pre, jump(ast.VerdictJump, h)))
		w.put(h, one(v))
		w.within(h, post, acts)
		return
	}
	a := conds[i].(*ast.AnyOf)
	if a.Not {
		if p := positive(a); p != nil {
			a = p
		}
	}
	switch {
	case a.Not:
		h := w.aux("")
		w.how("chain %s returns from each of the conditions of which none may hold", h.Name)
		w.put(c, append(pre, jump(ast.VerdictJump, h)))
		for _, alt := range a.Alts {
			w.within(h, alt, one(&ast.Verdict{Span: a.Span, Kind: ast.VerdictReturn}))
		}
		w.within(h, post, acts)
	case w.splits(conds, acts):
		w.how("a rule for each of %d alternatives", len(a.Alts))
		for _, alt := range a.Alts {
			w.within(c, join(pre, alt, post), acts)
		}
	default:
		h := w.aux("")
		then := w.target(post, acts)
		w.how("chain %s has a rule for each of %d alternatives", h.Name, len(a.Alts))
		w.put(c, append(pre, jump(ast.VerdictJump, h)))
		for _, alt := range a.Alts {
			w.within(h, alt, one(then))
		}
	}
}

// target returns the verdict that goes to the rest of a rule: to a chain with it,
// unless it is no more than a jump.
func (w *rule) target(post, acts []ast.Stmt) *ast.Verdict {
	if v, ok := acts[len(acts)-1].(*ast.Verdict); ok && len(acts) == 1 && len(post) == 0 && v.Kind == ast.VerdictJump {
		return &ast.Verdict{Span: v.Span, Kind: ast.VerdictGoto, Chain: v.Chain}
	}
	h := w.aux("then")
	w.within(h, post, acts)
	return jump(ast.VerdictGoto, h)
}

// divided adds a rule to a chain in the third way: what fails goes to rest.
func (w *rule) divided(c *ast.Chain, conds, acts []ast.Stmt, rest *ast.Verdict) {
	i := compound(conds)
	if i < 0 {
		w.put(c, join(conds, acts))
		return
	}
	pre, post := conds[:i:i], conds[i+1:]
	h := w.aux("")
	w.put(c, append(pre, jump(ast.VerdictGoto, h)))
	switch s := conds[i].(type) {
	case *ast.Verdict:
		w.put(h, one(s))
		w.divided(h, post, acts, rest)
	case *ast.AnyOf:
		then := rest
		if !s.Not {
			t := w.aux("then")
			w.divided(t, post, acts, rest)
			w.put(t, one(rest))
			then = jump(ast.VerdictGoto, t)
		}
		for _, alt := range s.Alts {
			w.within(h, alt, one(then))
		}
		if s.Not {
			w.divided(h, post, acts, rest)
		}
	}
	w.put(h, one(rest))
}

// divides reports whether a target ends the calling chain but not the packet's
// way, so that it cannot stand in a chain that is jumped to.
func (w *rule) divides(acts []ast.Stmt) bool {
	v, ok := last(acts).(*ast.Verdict)
	return ok && (v.Kind == ast.VerdictReturn || v.Kind == ast.VerdictGoto)
}

// splits reports whether a rule may become one for each alternative.
func (w *rule) splits(conds, acts []ast.Stmt) bool {
	for _, s := range conds {
		switch s := s.(type) {
		case *ast.Match:
			if changes(s.Left) {
				return false
			}
		case *ast.AnyOf:
			if s.Not && positive(s) == nil {
				return false
			}
			for _, alt := range s.Alts {
				if !w.splits(alt, acts) {
					return false
				}
			}
		default:
			return false
		}
	}
	for _, s := range acts[:len(acts)-1] {
		if _, ok := s.(*ast.Counter); !ok {
			return false
		}
	}
	switch s := last(acts).(type) {
	case *ast.Verdict:
		return s.Kind != ast.VerdictJump && s.Kind != ast.VerdictContinue
	case *ast.Reject, *ast.NAT, *ast.Queue:
		return true
	}
	return false
}

// changes reports whether it changes something to read an expression.
func changes(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Numgen:
		return true
	case *ast.Binary:
		return changes(e.Left)
	}
	return false
}

// idle reports whether actions are no more than a counter.
func idle(acts []ast.Stmt) bool {
	for _, s := range acts {
		if _, ok := s.(*ast.Counter); !ok {
			return false
		}
	}
	return true
}

func last(stmts []ast.Stmt) ast.Stmt {
	if len(stmts) == 0 {
		return nil
	}
	return stmts[len(stmts)-1]
}

func one(s ast.Stmt) []ast.Stmt { return []ast.Stmt{s} }

// join makes a new list of several.
func join(lists ...[]ast.Stmt) (out []ast.Stmt) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func jump(kind ast.VerdictKind, to *ast.Chain) *ast.Verdict {
	return &ast.Verdict{Span: to.Span, Kind: kind, Chain: to.Name}
}

// aux adds a chain for the rule at hand, which is named for it.
func (w *rule) aux(what string) *ast.Chain {
	name := fmt.Sprintf("%s_%d", w.chains.name(w.chain.Name), w.number)
	if what != "" {
		name += "_" + what
	}
	c := &ast.Chain{Span: w.src.Span, NameSpan: w.src.Span, Name: w.chains.fresh(name)}
	w.dst.Chains = append(w.dst.Chains, c)
	return c
}

// noConnection are the states of packets that belong to no connection.
const noConnection = ast.StateInvalid | ast.StateUntracked

// eitherPort returns the condition that one of two ports is among some, if that is
// what the alternatives of a say (multiport --ports): pairs of them, of which one is
// any. Two such pairs overlap without nft's telling so, unless the ports have one of
// the ends of the range.
func eitherPort(a *ast.AnyOf) ast.Stmt {
	if a.Not || len(a.Alts) != 2 || len(a.Alts[0]) != 1 || len(a.Alts[1]) != 1 {
		return nil
	}
	src, ok1 := a.Alts[0][0].(*ast.Match)
	dst, ok2 := a.Alts[1][0].(*ast.Match)
	if !ok1 || !ok2 || src.Op != ast.OpEq || dst.Op != ast.OpEq || !ast.Equal(src.Right, dst.Right) {
		return nil
	}
	s, ok1 := src.Left.(*ast.Payload)
	d, ok2 := dst.Left.(*ast.Payload)
	if !ok1 || !ok2 || s.Field.Info().Name != "sport" || d.Field.Info().Name != "dport" {
		return nil
	}
	ports := []*ast.Elem{{Span: a.Span, Key: src.Right}}
	if set, ok := src.Right.(*ast.SetLit); ok {
		ports = set.Elems
	}
	any := &ast.Range{Span: a.Span, Lo: &ast.Int{Span: a.Span, Val: 0}, Hi: &ast.Int{Span: a.Span, Val: 65535}}
	out := &ast.SetLit{Span: a.Span}
	add := func(parts ...ast.Expr) {
		out.Elems = append(out.Elems, &ast.Elem{Span: a.Span, Key: &ast.Concat{Span: a.Span, Parts: parts}})
	}
	for _, e := range ports {
		lo, hi, ok := bounds(e.Key)
		if !ok || lo == 0 || hi == 65535 {
			return nil
		}
		add(any, e.Key)
	}
	for _, e := range ports {
		add(e.Key, any)
	}
	return &ast.Match{Span: a.Span, Left: &ast.Concat{Span: a.Span, Parts: []ast.Expr{s, d}}, Right: out, Use: a.Use}
}

// positive returns alternatives that hold where none of those of a does, if all
// of these are about the connection: a packet without one has a state, and nothing
// else to compare.
func positive(a *ast.AnyOf) *ast.AnyOf {
	without := uint64(noConnection)
	var with []ast.Stmt
	for _, alt := range a.Alts {
		if len(alt) != 1 {
			return nil
		}
		m, ok := alt[0].(*ast.Match)
		if !ok {
			return nil
		}
		ct, ok := m.Left.(*ast.CT)
		if !ok || ct.Key == ast.CTHelper || ct.Key == ast.CTProtoSrc || ct.Key == ast.CTProtoDst {
			return nil // there may be none of it, with a connection too
		}
		if ct.Key == ast.CTState {
			n, ok := m.Right.(*ast.Int)
			if !ok || m.Op != ast.OpAny {
				return nil
			}
			without &^= n.Val
		}
		neg := *m
		neg.Op = m.Op.Negate()
		with = append(with, &neg)
	}
	p := &ast.AnyOf{Span: a.Span, Use: a.Use}
	if without != 0 {
		state := &ast.Match{Span: a.Span, Left: &ast.CT{Span: a.Span, Key: ast.CTState}, Op: ast.OpAny, Right: &ast.Int{Span: a.Span, Val: without}}
		p.Alts = append(p.Alts, one(state))
	}
	p.Alts = append(p.Alts, with)
	return p
}
