package nft

import (
	"math"
	"slices"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// jsonTable reads a table.
func (r *jsonReader) jsonTable(_ string, v *jsonValue, whole ast.Span) {
	r.known(v, "family", "name", "handle", "flags", "comment")
	t, ok := r.tableOf(v, "name")
	if !ok {
		return
	}
	if !t.declared {
		t.Span, t.declared = whole, true
	}
	t.Flags = r.words(v, "flags", "dormant", "owner", "persist")
	t.Handle = r.uint(v, "handle", 64)
	r.jsonComment(v, &t.Comment)
}

// jsonChain reads a chain, without its rules.
func (r *jsonReader) jsonChain(_ string, v *jsonValue, whole ast.Span) {
	r.known(v, "family", "table", "name", "handle", "type", "hook", "prio", "dev", "policy", "comment", "flags")
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "name", "chain")
	if !ok {
		return
	}
	c := t.chain(name)
	if c.Implicit {
		c.Span, c.NameSpan, c.Implicit = whole, name.Span, false
	}
	c.Handle = r.uint(v, "handle", 64)
	r.jsonComment(v, &c.Comment)
	c.Devices = r.names(v, "dev")
	c.Flags = r.words(v, "flags", "offload")
	if v.get("type") == nil && v.get("hook") == nil {
		return
	}
	kind, hook := r.text(v, "type", true), r.text(v, "hook", true)
	if kind == nil || hook == nil {
		return
	}
	if c.Type, ok = ast.ParseChainType(kind.text); !ok {
		e := r.errorf(r.atText(kind), "unknown type of chains %s", quote(clip(kind.text))).Expected("filter, nat or route")
		e.Hint = grammar.Near(kind.text, []string{"filter", "nat", "route"})
	}
	if c.Hook, ok = ast.ParseHook(hook.text); !ok {
		e := r.errorf(r.atText(hook), "unknown hook %s", quote(clip(hook.text))).Expected("%s", hookList(t.Family))
		e.Hint = grammar.Near(hook.text, hookNames(t.Family))
	}
	c.HookSpan = r.atText(kind).Join(r.atText(hook))
	c.Priority = r.priorityOf(v)
	if p := r.text(v, "policy", false); p != nil {
		c.PolicySpan = r.atText(p)
		if c.Policy, ok = ast.ParsePolicy(p.text); !ok {
			r.errorf(c.PolicySpan, "unknown policy %s", quote(clip(p.text))).Expected("accept or drop")
		}
	}
}

// priorityOf reads the property prio.
func (r *jsonReader) priorityOf(v *jsonValue) int32 {
	p := v.get("prio")
	if p == nil {
		r.errorf(r.at(v), `the property "prio" is missing`)
		return 0
	}
	n, err := strconv.ParseInt(p.text, 10, 64)
	if p.kind != jsonNumber || err != nil || n < math.MinInt32 || n > math.MaxInt32 {
		r.wrong(p, "a priority, a number of 32 bits")
		return 0
	}
	return int32(n)
}

// names reads a property that is a name or an array of names.
func (r *jsonReader) names(v *jsonValue, name string) (names []string) {
	p := v.get(name)
	if p == nil {
		return nil
	}
	items := p.items()
	for i := range items {
		if w := &items[i]; w.kind != jsonString || w.text == "" || len(w.text) > maxDevice {
			r.wrong(w, "the name of a device")
		} else if !slices.Contains(names, w.text) {
			names = append(names, w.text)
		}
	}
	return names
}

// jsonFlowtable reads a flowtable.
func (r *jsonReader) jsonFlowtable(_ string, v *jsonValue, whole ast.Span) {
	r.known(v, "family", "table", "name", "handle", "hook", "prio", "dev", "flags", "counter")
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "name", "flowtable")
	if !ok {
		return
	}
	f := t.flowtables[name.text]
	if f == nil {
		f = &ast.Flowtable{Name: name.text}
		t.flowtables[name.text] = f
		t.Flowtables = append(t.Flowtables, f)
	}
	f.Span, f.NameSpan, f.Handle = whole, name.Span, r.uint(v, "handle", 64)
	f.Devices, f.Flags, f.Counter = r.names(v, "dev"), r.words(v, "flags", "offload"), r.bool(v, "counter")
	if hook := r.text(v, "hook", false); hook != nil {
		if f.Hook, ok = ast.ParseHook(hook.text); !ok || f.Hook != ast.HookIngress {
			r.errorf(r.atText(hook), "%s is no hook of flowtables", quote(clip(hook.text))).Expected("ingress")
		}
		f.Priority = r.priorityOf(v)
	}
}

// jsonPlace reads where a rule goes in its chain: behind or before the one with a
// handle or an index, or in the place of it. In a list, the handle is the rule's
// own.
func (r *jsonReader) jsonPlace(verb string, v *jsonValue) (p place, index uint32) {
	handle, n := v.get("handle"), uint64(0)
	if handle != nil {
		n = r.uint(v, "handle", 31)
	}
	at := v.get("index")
	switch {
	case verb == "replace":
		if handle == nil {
			r.errorf(r.at(v), `the property "handle" is missing`).Expected("the handle of the rule that is replaced")
		}
		return placeReplaceHandle, uint32(n)
	case verb == "":
	case verb == "insert" && handle != nil:
		return placeBeforeHandle, uint32(n)
	case verb == "insert" && at != nil:
		return placeBefore, uint32(r.uint(v, "index", 31))
	case verb == "insert":
		return placeFront, 0
	case handle != nil:
		return placeAfterHandle, uint32(n)
	case at != nil:
		return placeAfter, uint32(r.uint(v, "index", 31))
	}
	return placeEnd, 0
}

// jsonRule reads a rule.
func (r *jsonReader) jsonRule(verb string, v *jsonValue, whole ast.Span) {
	r.known(v, "family", "table", "chain", "handle", "index", "comment", "expr")
	t, ok := r.tableOf(v, "table")
	if !ok {
		return
	}
	name, ok := r.ident(v, "chain", "chain")
	if !ok {
		return
	}
	c := t.chain(name)
	expr := v.get("expr")
	if expr == nil || expr.kind != jsonArray {
		r.errorf(r.at(v), "the rule has no statements").Expected(`an array of statements, the property "expr"`)
		return
	}
	j := ruleJob{chain: c, sc: r.scopeOf(t, c, nil), epoch: int32(c.epoch)}
	j.place, j.index = r.jsonPlace(verb, v)
	if verb == "replace" {
		r.ruleset.Commands = append(r.ruleset.Commands, &ast.Command{
			Span: whole, Verb: verb, Object: "rule", Family: t.Family, Table: t.Name, Name: c.Name,
			Args: []string{"handle", uintText(uint64(j.index))}, Before: r.rules,
		})
	}
	r.rules++
	rule := &ast.Rule{Span: whole}
	if verb == "" {
		rule.Handle = r.uint(v, "handle", 64)
	}
	if p := r.text(v, "comment", false); p != nil {
		r.jsonComment(v, &rule.Comment)
		rule.CommentSpan = r.atText(p)
	}
	r.later(func() {
		r.jsonStmts(rule, expr, j.sc)
		anonymous := r.p.anonymous
		r.p.anonymous = nil
		if int(j.epoch) != j.chain.epoch {
			return
		}
		r.place(&j, rule)
		t.addAnonymous(rule, anonymous)
	})
}
