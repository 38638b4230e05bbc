package iptables

import (
	"github.com/ctlint/ctlint/ast"
)

// formatCommands prints the save file that command lines amount to; nil, if that
// is not known: something depends on the running system, or there are rules of
// both families.
func (f *File) formatCommands() []byte {
	for _, e := range f.Errors {
		if e.Kind.Loads() {
			return nil
		}
	}
	// The model does not keep the words of its rules, so they are made again.
	g := &File{Name: f.Name, Text: f.Text, Dialect: Commands, Family: f.Family, base: f.base}
	s := newScript(g)
	s.slow = true
	s.read()
	if s.x.guessed {
		return nil
	}
	var out []byte
	for i, t := range s.x.ruleset.Tables {
		if t.Family != s.x.ruleset.Tables[0].Family {
			return nil
		}
		if i > 0 {
			out = append(out, '\n')
		}
		out = s.x.appendTable(out, s.x.tables[tableKey{t.Family, t.Name}])
	}
	return out
}

// appendTable prints a table as iptables-save does: the kernel's own chains
// first, whether a line speaks of them or not.
func (x *executor) appendTable(b []byte, t *tableBuilder) []byte {
	b = append(append(append(b, '*'), t.Name...), '\n')
	var order []*ast.Chain
	for _, own := range builtinTables[t.Name] {
		c := t.chains[own.name]
		if c == nil {
			c = &ast.Chain{Name: own.name}
			makeBuiltin(t.Name, c)
		}
		order = append(order, c)
	}
	for _, c := range t.Chains {
		if !c.Base() {
			order = append(order, c)
		}
	}
	for _, c := range order {
		policy := "-"
		switch {
		case c.Policy == ast.PolicyDrop:
			policy = "DROP"
		case c.Base():
			policy = "ACCEPT"
		}
		counters := c.Counters
		if counters == nil {
			counters = &ast.Counters{}
		}
		b = append(append(append(append(append(b, ':'), c.Name...), ' '), policy...), ' ')
		b = append(appendCounters(b, counters), '\n')
	}
	kn := x.knowledge(tableKey{t.Family, t.Name})
	for _, c := range order {
		for _, r := range c.Rules {
			if r.Counters != nil {
				b = append(appendCounters(b, r.Counters), ' ')
			}
			b = append(append(append(b, "-A "...), c.Name...), kn.chain(c.Name).keys[r]...)
			b = append(b, '\n')
		}
	}
	return append(b, "COMMIT\n"...)
}
