package nft

import (
	gotoken "go/token"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// declareChain reads the declaration of a chain.
func (r *reader) declareChain(whole ast.Span, d *chainDecl, t *tableBuild, name ident, vars *variables) {
	r.rest(d.Rest.toks, "{, a newline or ;")
	c := t.chain(name)
	if c.Implicit {
		c.Span, c.NameSpan, c.Implicit = whole, name.Span, false
	}
	if d.Body != nil {
		r.chainItems(d.Body.Items, t, c, vars)
	}
}

// chainItems reads what stands in a chain.
func (r *reader) chainItems(items []chainItem, t *tableBuild, c *chainBuild, vars *variables) {
	var policy *tok
	for i := range items {
		it := &items[i]
		switch {
		case it.Common != nil:
			r.common(it.Common, vars, func(sub *reader) []Comment {
				part, comments := tree(sub, chainGrammar, frameChain)
				sub.chainItems(part.Items, t, c, vars)
				return comments
			})
		case it.Rules != nil:
			r.rules(it.Rules, t, c, vars)
		case it.Hook != nil:
			r.hook(it.Hook, t, c, r.scopeOf(t, c, vars))
		case it.Policy != nil:
			if policy != nil {
				r.again(policy, &it.Policy.Keyword)
			}
			policy = &it.Policy.Keyword
			r.policy(it.Policy, c, r.scopeOf(t, c, vars))
		case it.Flags != nil:
			for _, f := range r.flags(it.Flags, "offload") {
				if !slices.Contains(c.Flags, f) {
					c.Flags = append(c.Flags, f)
				}
			}
		case it.Comment != nil:
			r.comment(it.Comment, &c.Comment)
		case it.Devices != nil:
			c.Devices = r.devices(it.Devices, c.Devices, r.scopeOf(t, c, vars))
		case it.Junk != nil:
			r.junk(it.Junk, "a rule, type, policy, flags or comment", nil)
		}
	}
}

// again tells of a clause that stands in a chain for the second time: nft takes it
// only in another block of the chain.
func (r *reader) again(first, second *tok) {
	r.builder.failf(r.tok(second), "a second %s; the first is at %s", second.Value, r.fset.Position(gotoken.Pos(r.tok(first).From))).Expected("one %s in a chain", second.Value)
}

// rules notes the rules of a run, cut at their ends.
func (r *reader) rules(t *tok, tb *tableBuild, c *chainBuild, vars *variables) {
	sc := r.scopeOf(tb, c, vars)
	// What is wrong with quotes and braces has been told by the lexer.
	cut := cutter{text: r.text[:t.Pos.Offset+len(t.Value)], base: r.base}
	r.jobs = slices.Grow(r.jobs, strings.Count(t.Value, "\n")+1)
	for at := t.Pos.Offset; at < len(cut.text); {
		switch marks[cut.text[at]] {
		case markNewline, markSemicolon, markBlank:
			at++
			continue
		case markComment:
			at = cut.comment(at)
			continue
		case markBackslash:
			if next := cut.blanks(at); next > at {
				at = next
				continue
			}
		}
		end, next, ok := cut.statement(at)
		r.addJob(ruleJob{chain: c, sc: sc, text: cut.text[at:end], base: r.base + uint32(at), bad: !ok})
		at = next
	}
}

// policy reads a chain's policy.
func (r *reader) policy(c *wordClause, ch *chainBuild, sc *scope) {
	defer r.rest(c.Rest.toks, "")
	if c.Word == nil {
		if len(c.Rest.toks) == 0 {
			r.missing(&c.Keyword, "accept or drop")
		}
		return
	}
	at := r.tok(c.Word)
	word, base, _, ok := r.value(c.Word, sc)
	if !ok {
		return
	}
	p, known := ast.ParsePolicy(strings.Trim(word, `"`))
	if !known {
		e := r.builder.failf(ast.Span{From: base, To: base + uint32(len(word))}, "%s is no policy", quote(clip(word))).Expected("accept or drop")
		if e.Hint = grammar.Near(word, []string{"accept", "drop"}); e.Hint == "" {
			e.Hint = meantPolicies[strings.ToLower(strings.Trim(word, `"`))]
		}
		return
	}
	ch.Policy, ch.PolicySpan = p, at
}

// devices reads the list of a devices clause and adds it to those there are.
func (r *reader) devices(c *devicesClause, devices []string, sc *scope) []string {
	r.is(c.Is, &c.Keyword)
	switch {
	case c.List != nil:
		return r.deviceList(devices, c.List.Value, r.base+uint32(c.List.Pos.Offset), sc, 0)
	case c.Var != nil && strings.HasPrefix(c.Var.Value, "$"):
		return r.deviceList(devices, c.Var.Value, r.base+uint32(c.Var.Pos.Offset), sc, 0)
	case c.Is != nil:
		r.missing(c.Is, "a list of devices, such as { eth0, eth1 }")
	}
	return devices
}

// deviceList reads names of devices, with commas between them. Variables among
// them may be lists again.
func (r *reader) deviceList(devices []string, text string, base uint32, sc *scope, depth int) []string {
	cut := cutter{text: text, base: base}
	defer func() { r.builder.errs = append(r.builder.errs, cut.errs...) }()
	comma := true
	for at := 0; at < len(text); {
		m := marks[text[at]]
		from := at
		switch {
		case m == markBlank || m == markNewline:
			at++
			continue
		case m == markComment:
			at = cut.comment(at)
			continue
		case text[at] == ',':
			if comma {
				cut.fail(at, at+1, "unexpected comma").Expected("the name of a device")
				return devices
			}
			comma = true
			at++
			continue
		case m == markQuote:
			at, _ = cut.quote(at)
		case m == markNone || m == markBackslash:
			at = cut.word(at)
		}
		if at == from || !comma {
			cut.fail(from, max(at, from+1), "unexpected %s", quote(text[from:max(at, from+1)])).Expected("the names of devices with commas between them")
			return devices
		}
		comma = false
		name := strings.Trim(text[from:at], `"`)
		if variable, ok := strings.CutPrefix(name, "$"); ok {
			d := sc.define(variable)
			switch {
			case d == nil && !sc.hidden:
				r.unknownVariable(cut.span(from, at), variable, sc)
			case d != nil && depth < maxBraces:
				list := strings.TrimSpace(d.text)
				inner := strings.TrimSuffix(strings.TrimPrefix(list, "{"), "}")
				devices = r.deviceList(devices, inner, d.base+uint32(strings.Index(d.text, inner)), d.scope, depth+1)
			}
			continue
		}
		if len(name) == 0 || len(name) > maxDevice {
			cut.fail(from, at, "%s is no name of a device", quote(clip(name))).Expected("1 to %d bytes", maxDevice)
			continue
		}
		if !slices.Contains(devices, name) {
			devices = append(devices, name)
		}
	}
	return devices
}

// maxDevice is the longest name of a device (IFNAMSIZ without the NUL).
const maxDevice = 15

// unknownVariable tells of a variable that nothing defines.
func (r *reader) unknownVariable(at ast.Span, name string, sc *scope) {
	e := r.builder.failf(at, "unknown variable $%s", clip(name)).Expected("one that a define gives a value")
	if near := grammar.Near(name, sc.defineNames()); near != "" {
		e.Hint = "$" + near
	}
}
