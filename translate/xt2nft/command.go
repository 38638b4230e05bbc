package xt2nft

import "github.com/ctlint/ctlint/ast"

// commands rewrites the commands of a script that do not add something. What they
// do to the script's own rules the model has done already; what is left is what they
// do to those that were there before. To flush a table is said in nft, too. The
// policies are in the chains.
func (w *rewriter) commands() {
	for _, c := range w.in.Commands {
		flush := c.Verb == "flush" && c.Object == "table" && c.Name == ""
		switch {
		case c.Verb == "policy":
		case !flush:
			w.note(c.Span, "%s %s is done here; the script does not do it to what is loaded already", c.Verb, c.Object)
		case !w.flushes(c):
			for _, verb := range []string{"add", "flush"} {
				w.Ruleset.Commands = append(w.Ruleset.Commands, &ast.Command{Verb: verb, Object: "table", Family: c.Family, Table: c.Table})
			}
		}
	}
}

// flushes reports whether the result flushes a table already.
func (w *rewriter) flushes(c *ast.Command) bool {
	for _, o := range w.Ruleset.Commands {
		if o.Family == c.Family && o.Table == c.Table {
			return true
		}
	}
	return false
}
