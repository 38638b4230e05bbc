package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// hook returns the hook of the rule's chain, HookNone if it is none of the
// built-in ones.
func (c *Context) hook() ast.Hook {
	for h := ast.HookPrerouting; h <= ast.HookPostrouting; h++ {
		if strings.ToUpper(h.String()) == c.Chain {
			return h
		}
	}
	return ast.HookNone
}

// misplaced returns an error if the kernel refuses an option in the rule's
// chain: it takes it at hooks alone. Chains of the ruleset's own are not told
// off, as another rule decides where their rules run.
func misplaced(c *Context, g *Given, hooks ...ast.Hook) *grammar.Error {
	h := c.hook()
	if h == ast.HookNone || slices.Contains(hooks, h) {
		return nil
	}
	names := make([]string, len(hooks))
	for i, h := range hooks {
		names[i] = strings.ToUpper(h.String())
	}
	return &grammar.Error{
		Span: g.Span, Kind: grammar.Placement,
		Msg:  "--" + g.Option.Name + " cannot stand in chain " + c.Chain,
		Want: "chain " + strings.Join(names, " or "),
	}
}
