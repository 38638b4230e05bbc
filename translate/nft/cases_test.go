package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

func printCases() []printCase {
	var all []printCase
	for _, list := range [][]printCase{exprCases(), valueCases(), stmtCases(), impliedCases(), tableCases(), setCases()} {
		all = append(all, list...)
	}
	return all
}

// one is a case of one rule, in a chain c of a table of a family.
func one(name string, f ast.Family, want string, stmts ...ast.Stmt) printCase {
	return printCase{
		name: name, table: &ast.Table{Family: f, Chains: []*ast.Chain{chain("c", rule(stmts...))}},
		want: chainText(want),
	}
}

func chainText(rule string) string { return "chain c {\n\t" + rule + "\n}\n" }

// as says how nft lists the rule, where it is in other words.
func (c printCase) as(lists string) printCase {
	c.lists = chainText(lists)
	return c
}

// without says why the kernel is not asked.
func (c printCase) without(lacks string) printCase {
	c.lacks = lacks
	return c
}

// with adds objects, sets and chains that the rule speaks of, whose text comes
// before that of the chain.
func (c printCase) with(text string, add func(*ast.Table)) printCase {
	add(c.table)
	chains := c.table.Chains
	if len(chains) > 1 { // the new ones stand last, and are printed so
		c.want = strings.TrimSuffix(c.want, "\n") + "\n\n" + text
		if c.lists != "" {
			c.lists = strings.TrimSuffix(c.lists, "\n") + "\n\n" + text
		}
		return c
	}
	c.want = text + "\n" + c.want
	if c.lists != "" {
		c.lists = text + "\n" + c.lists
	}
	return c
}
