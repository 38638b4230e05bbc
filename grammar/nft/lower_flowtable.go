package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// declareFlowtable reads the declaration of a flowtable.
func (r *reader) declareFlowtable(whole ast.Span, d *flowtableDecl, t *tableBuild, name ident, vars *variables) {
	r.rest(d.Rest.toks, "{")
	f := t.flowtables[name.text]
	if f == nil {
		f = &ast.Flowtable{Name: name.text}
		t.flowtables[name.text] = f
		t.Flowtables = append(t.Flowtables, f)
	}
	f.Span, f.NameSpan = whole, name.Span
	if d.Body == nil {
		if len(d.Rest.toks) == 0 {
			r.missing(&d.Name[len(d.Name)-1], "{ with the flowtable's hook and devices")
		}
		return
	}
	r.flowtableItems(d.Body.Items, f, t, block(vars))
}

// flowtableItems reads what stands in a flowtable.
func (r *reader) flowtableItems(items []flowtableItem, f *ast.Flowtable, t *tableBuild, vars *variables) {
	for i := range items {
		it := &items[i]
		switch {
		case it.Common != nil:
			r.common(it.Common, vars, func(sub *reader) []Comment {
				part, comments := tree(sub, flowtableGrammar, frameFlowtable)
				sub.flowtableItems(part.Items, f, t, vars)
				return comments
			})
		case it.Hook != nil:
			r.flowHook(it.Hook, f, t, r.scopeOf(t, nil, vars))
		case it.Devices != nil:
			f.Devices = r.devices(it.Devices, nil, r.scopeOf(t, nil, vars))
		case it.Flags != nil:
			for _, flag := range r.flags(it.Flags, "offload") {
				if !slices.Contains(f.Flags, flag) {
					f.Flags = append(f.Flags, flag)
				}
			}
		case it.Counter != nil:
			f.Counter = true
		case it.Junk != nil:
			r.junk(it.Junk, "hook, devices, flags or counter", []string{"hook", "devices", "flags", "counter"})
		}
	}
}

// flowHook reads the hook and the priority of a flowtable.
func (r *reader) flowHook(h *flowHook, f *ast.Flowtable, t *tableBuild, sc *scope) {
	if h.Hook == nil {
		r.missingOr(h.Rest.toks, &h.Keyword, "ingress", "ingress")
		return
	}
	var ok bool
	if f.Hook, ok = ast.ParseHook(h.Hook.Value); !ok || f.Hook != ast.HookIngress {
		e := r.builder.failf(r.tok(h.Hook), "%s is no hook of flowtables", quote(clip(h.Hook.Value))).Expected("ingress")
		e.Hint = grammar.Near(h.Hook.Value, []string{"ingress"})
	}
	if h.Priority == nil {
		r.missingOr(h.Rest.toks, h.Hook, "priority", "priority")
		return
	}
	// Of the names there is only filter (nft(8), FLOWTABLES).
	if f.Priority, _, ok = r.priority(h.Priority, ast.FamilyNetdev, f.Hook, sc, h.Rest.toks); ok {
		r.rest(h.Rest.toks, "")
	}
}
