package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// command reads a command that neither adds nor declares something, and does to
// the ruleset what it says.
func (r *reader) command(c *command, vars *variables) {
	verb := c.Verb.Value
	cmd := &ast.Command{Span: r.tok(&c.Verb), Verb: verb, Before: len(r.jobs)}
	for _, ts := range [][]tok{c.Words, c.Rest.toks} {
		if len(ts) > 0 {
			cmd.Span = cmd.Span.Join(r.toks(ts, nil))
		}
	}
	if c.Elems != nil {
		cmd.Span = cmd.Span.Join(r.after(c.Elems))
	}
	words, form, ok := r.object(c, cmd)
	if !ok {
		return
	}
	if !r.arguments(c, cmd, words, form) {
		return
	}
	cmd.Declared = r.declares(cmd)
	r.ruleset.Commands = append(r.ruleset.Commands, cmd)
	r.rest(c.Rest.toks, "")
	r.apply(c, cmd, vars)
}

// object reads what a command acts on.
func (r *reader) object(c *command, cmd *ast.Command) (words []tok, f form, ok bool) {
	known := verbs[cmd.Verb]
	words = c.Words
	if known == nil {
		return words, formAny, true
	}
	if len(words) == 0 {
		r.missing(&c.Verb, "%s", oneOf(sortedKeys(known)))
		return nil, 0, false
	}
	cmd.Object = words[0].Value
	if len(words) > 1 && (cmd.Object == "ct" || cmd.Object == "flow") {
		if name := cmd.Object + " " + words[1].Value; known[cmd.Object] == 0 && (known[name] != 0 || cmd.Object == "ct") {
			cmd.Object = name
			words = words[1:]
		}
	}
	if f = known[cmd.Object]; f == 0 {
		e := r.builder.failf(r.toks(c.Words[:len(c.Words)-len(words)+1], nil), "%s is nothing to %s", quote(clip(cmd.Object)), cmd.Verb).Expected("%s", oneOf(sortedKeys(known)))
		e.Hint = grammar.Near(cmd.Object, sortedKeys(known))
		return nil, 0, false
	}
	return words, f, true
}

// arguments reads what stands behind the object of a command, whose word is the
// first one.
func (r *reader) arguments(c *command, cmd *ast.Command, words []tok, f form) bool {
	if f == formAny {
		if cmd.Object != "" {
			words = words[1:]
		}
		for i := range words {
			cmd.Args = append(cmd.Args, words[i].Value)
		}
		return true
	}
	keyword := &words[0]
	words = words[1:]
	if f == formFamily {
		if len(words) > 0 {
			family, ok := ast.ParseFamily(words[0].Value)
			if !ok {
				r.rest(words, "a family, a newline or ;", families...)
				return false
			}
			cmd.Family = family
			words = words[1:]
		}
		r.rest(words, "")
		return len(words) == 0
	}
	want := map[form]int{formTable: 1, formNamed: 2, formRule: 2, formElements: 2, formRename: 2}[f]
	if r.unknownFamily(words, want) && f != formRename && f != formRule {
		words = words[1:]
	}
	if byHandle(words, want) && (f == formTable || f == formNamed) {
		want--
	}
	cmd.Family = ast.FamilyIP
	if want > 0 {
		what, _, _ := strings.Cut(cmd.Object, " ")
		if f == formRule || f == formRename {
			what = "chain"
		}
		if f == formElements {
			what = "set"
		}
		p, rest, ok := r.path(keyword, words, want, what)
		if !ok {
			return false
		}
		cmd.Family, cmd.Table = p.family, p.names[0].text
		if want == 2 {
			cmd.Name = p.names[1].text
		}
		keyword, words = &words[len(words)-len(rest)-1], rest
	} else if family, ok := ast.ParseFamily(words[0].Value); ok {
		cmd.Family = family
		words = words[1:]
	}
	return r.tail(c, cmd, keyword, words, f)
}

// byHandle reports whether a handle stands where a name could.
func byHandle(words []tok, want int) bool {
	if len(words) > 0 {
		if _, ok := ast.ParseFamily(words[0].Value); ok {
			words = words[1:]
		}
	}
	return len(words) > want-1 && words[want-1].Value == "handle"
}

// tail reads what stands behind the names in a command.
func (r *reader) tail(c *command, cmd *ast.Command, last *tok, words []tok, f form) bool {
	handle := f == formRule
	if len(words) > 0 && words[0].Value == "handle" && f != formElements && f != formRename {
		handle = true
	}
	switch {
	case handle:
		if len(words) == 0 || words[0].Value != "handle" {
			r.missingOr(words, last, "handle and the number of the rule", "handle")
			return false
		}
		if len(words) < 2 {
			r.missing(&words[0], "a number")
			return false
		}
		if _, ok := parseNumber(words[1].Value); !ok {
			r.builder.failf(r.tok(&words[1]), "%s is no handle", describe(&words[1])).Expected("a number")
			return false
		}
		cmd.Args = []string{"handle", words[1].Value}
		words = words[2:]
	case f == formRename:
		if len(words) == 0 {
			r.missing(last, "the new name")
			return false
		}
		name := r.builder.name(r.tok(&words[0]), words[0].Value, "chain")
		cmd.Args = []string{name.text}
		words = words[1:]
	case f == formElements:
		switch {
		case c.Elems != nil:
			cmd.Args = []string{strings.TrimSpace(c.Elems.Value)}
		case len(words) > 0 && strings.HasPrefix(words[0].Value, "$"):
			cmd.Args = []string{words[0].Value}
			words = words[1:]
		default:
			r.missingOr(words, last, "elements in braces")
			return false
		}
	}
	// Chains and flowtables may be given with devices, which then are what
	// is deleted.
	if len(words) == 1 && words[0].Type == lxBraced && (cmd.Object == "chain" || cmd.Object == "flowtable") {
		cmd.Args = append(cmd.Args, "{ "+strings.TrimSpace(words[0].Value)+" }")
		words = nil
	}
	r.rest(words, "")
	return len(words) == 0
}

// declares reports whether the script has declared what a command is for.
func (r *reader) declares(cmd *ast.Command) bool {
	t := r.tables[tableKey{cmd.Family, cmd.Table}]
	if t == nil {
		return false
	}
	switch cmd.Object {
	case "table":
		return t.declared
	case "chain":
		ch := t.chains[cmd.Name]
		return ch != nil && !ch.Implicit
	case "set", "map":
		return t.sets[cmd.Name] != nil
	}
	return false
}

// apply does what a command says to what stands above it. What is loaded already
// is not known, so a command may as well find nothing.
func (r *reader) apply(c *command, cmd *ast.Command, vars *variables) {
	byHandle := len(cmd.Args) > 0 && cmd.Args[0] == "handle"
	gone := cmd.Verb == "delete" || cmd.Verb == "destroy"
	if cmd.Verb == "flush" && cmd.Object == "ruleset" {
		r.remove(func(t *ast.Table) bool { return cmd.Family == ast.FamilyUnknown || t.Family == cmd.Family })
		return
	}
	t := r.tables[tableKey{cmd.Family, cmd.Table}]
	if t == nil || byHandle && cmd.Object != "rule" {
		return
	}
	switch {
	case gone && cmd.Object == "table":
		r.remove(func(x *ast.Table) bool { return x == t.Table })
	case cmd.Verb == "flush" && cmd.Object == "table":
		for _, ch := range t.chains {
			ch.epoch++
		}
	case cmd.Object == "chain":
		r.applyChain(cmd, t, gone)
	case gone && cmd.Object == "rule":
		if ch := t.chains[cmd.Name]; ch != nil {
			n, _ := parseNumber(cmd.Args[1])
			r.later(func() {
				ch.settle()
				ch.Rules = slices.DeleteFunc(ch.Rules, func(r *ast.Rule) bool { return r.Handle == n && n != 0 })
			})
		}
	case cmd.Object == "set" || cmd.Object == "map":
		r.applySet(cmd, t, gone)
	case gone && cmd.Object == "element":
		r.deleteElements(c, cmd, t, vars)
	case gone && cmd.Object == "flowtable" && len(cmd.Args) == 0:
		delete(t.flowtables, cmd.Name)
		t.Flowtables = slices.DeleteFunc(t.Flowtables, func(f *ast.Flowtable) bool { return f.Name == cmd.Name })
	case gone:
		if k, ok := ast.ParseObjectKind(cmd.Object); ok {
			delete(t.objects, objectKey{k, cmd.Name})
			t.Objects = slices.DeleteFunc(t.Objects, func(o *ast.Object) bool { return o.Kind == k && o.Name == cmd.Name })
		}
	}
}

// later does something when the rules and elements above have been read.
func (b *builder) later(do func()) { b.steps = append(b.steps, step{do: do}) }

// applyChain does what a command says to a chain.
func (r *reader) applyChain(cmd *ast.Command, t *tableBuild, gone bool) {
	ch := t.chains[cmd.Name]
	switch {
	case ch == nil:
	case cmd.Verb == "flush":
		ch.epoch++
	case gone && len(cmd.Args) == 0:
		delete(t.chains, cmd.Name)
		t.Chains = slices.DeleteFunc(t.Chains, func(c *ast.Chain) bool { return c == ch.Chain })
	case cmd.Verb == "rename" && t.chains[cmd.Args[0]] != nil:
		r.builder.failf(cmd.Span, "there is a chain %s already", cmd.Args[0]).Expected("a new name")
	case cmd.Verb == "rename":
		old := ch.Name
		ch.Name = cmd.Args[0]
		delete(t.chains, old)
		t.chains[ch.Name] = ch
		// Rules go to a chain, not to its name.
		r.later(func() {
			ast.Walk(t.Table, func(n ast.Node) bool {
				if v, ok := n.(*ast.Verdict); ok && v.Chain == old {
					v.Chain = ch.Name
				}
				return true
			})
		})
	}
}

// applySet does what a command says to a set or a map.
func (r *reader) applySet(cmd *ast.Command, t *tableBuild, gone bool) {
	s := t.sets[cmd.Name]
	if s == nil {
		s = t.loose[cmd.Name]
	}
	switch {
	case s == nil:
	case cmd.Verb == "flush":
		r.later(func() { s.Elems = nil })
	case gone:
		delete(t.sets, cmd.Name)
		delete(t.loose, cmd.Name)
		t.Sets = slices.DeleteFunc(t.Sets, func(x *ast.Set) bool { return x == s })
	}
}

// deleteElements takes elements out of a set again.
func (r *reader) deleteElements(c *command, cmd *ast.Command, t *tableBuild, vars *variables) {
	s := t.set(ident{cmd.Span, cmd.Name})
	sc := r.scopeOf(t, nil, vars)
	del := &ast.Set{Name: s.Name, Key: s.Key, KeyExpr: s.KeyExpr, Data: s.Data, DataExpr: s.DataExpr, Object: s.Object, Flags: s.Flags}
	if c.Elems != nil {
		r.addElements(del, c.Elems.Value, r.base+uint32(c.Elems.Pos.Offset), sc)
	} else {
		r.elementsOf(del, &c.Words[len(c.Words)-1], sc)
	}
	r.later(func() {
		gone := map[string]bool{}
		for _, e := range del.Elems {
			gone[ast.Dump(e.Key)] = true
		}
		s.Elems = slices.DeleteFunc(s.Elems, func(e *ast.Elem) bool { return gone[ast.Dump(e.Key)] })
	})
}
