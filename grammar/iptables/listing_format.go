package iptables

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// formatListing prints a listing without errors as the save file that says the
// same; nil if none does. What address a name stood for, a listing without -n
// does not say, and of some matches it never says all (the name of hashlimit).
func (f *File) formatListing() []byte {
	rules := map[*ast.Table][]byte{}
	names, partial := false, false
	l := f.readListing(func(t *tableBuilder, line *Line) {
		for _, option := range []string{"source", "destination"} {
			for _, h := range hosts(line.Base.Get(option)) {
				names = names || h.Text != ""
			}
		}
		n := len(rules[t.Table])
		rules[t.Table] = appendLine(rules[t.Table], line)
		partial = partial || !t.takes(string(rules[t.Table][n:]))
	})
	if l.hidden || names || partial {
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

// takes reports whether rules, as they are printed, can be read again.
func (t *tableBuilder) takes(lines string) bool {
	f := File{Text: lines, Family: t.Family, base: 1}
	r := f.newReader(t.Name, func(_, name string) bool { return t.chains[name] != nil })
	for at := 0; at < len(lines); {
		from, to, next := nextLine(lines, at)
		at = next
		r.parseLine(lineSpan{uint32(from), uint32(to)})
	}
	return !slices.ContainsFunc(r.p.errs, func(e *grammar.Error) bool { return e.Kind == grammar.Syntax })
}
