package iptables

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// formatListing prints a listing without errors as the save file that says the
// same; nil if none does. What address a name stood for, a listing without -n
// does not say.
func (f *File) formatListing() []byte {
	rules := map[*ast.Table][]byte{}
	names := false
	l := f.readListing(func(t *tableBuilder, line *Line) {
		for _, option := range []string{"source", "destination"} {
			for _, h := range hosts(line.Base.Get(option)) {
				names = names || h.Text != ""
			}
		}
		rules[t.Table] = appendLine(rules[t.Table], line)
	})
	if l.hidden || names {
		return nil
	}
	var out []byte
	for _, t := range l.b.ruleset.Tables {
		if t.Family != l.b.ruleset.Tables[0].Family {
			return nil
		}
		out = append(append(append(out, '*'), t.Name...), '\n')
		for _, c := range t.Chains {
			out = append(append(append(out, ':'), c.Name...), ' ')
			switch {
			case c.Policy != ast.PolicyNone:
				out = append(out, strings.ToUpper(c.Policy.String())...)
			default:
				out = append(out, '-')
			}
			n := c.Counters
			if n == nil {
				n = &ast.Counters{}
			}
			out = append(appendCounters(append(out, ' '), n), '\n')
		}
		out = append(append(out, rules[t]...), "COMMIT\n"...)
	}
	return out
}
