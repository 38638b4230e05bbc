package nft

import "github.com/ctlint/ctlint/ast"

// ruleset prints the tables, and between them the commands.
func (p *printer) ruleset(rs *ast.Ruleset) {
	for _, s := range rs.IPSets {
		p.begin(s)
		p.refuse(s, "%q is a set of ipset(8), which nft cannot see", s.Name)
	}
	p.inOrder(rs, func(t *ast.Table) {
		p.text("add table ")
		p.tableHead(t)
		p.end()
	}, p.tableBlock, p.command)
}

// inOrder prints the tables, and between them the commands. A table that a command
// speaks of, and that the script declares above it and again below, is declared
// first: add table x; flush table x; table x { ... }.
func (p *printer) inOrder(rs *ast.Ruleset, declare, table func(*ast.Table), command func(*ast.Command)) {
	total := 0
	for _, t := range rs.Tables {
		total += countRules(t)
	}
	type key struct {
		ast.Family
		name string
	}
	declared, whole := map[key]bool{}, map[key]bool{}
	do := func(c *ast.Command) {
		k := key{c.Family, c.Table}
		switch {
		case !c.Declared || whole[k]:
		case c.Object != "table":
			p.begin(c)
			p.refuse(c, "the %s is declared above the command, which nft list ruleset has no layout for", c.Object)
		case !declared[k]:
			t := &ast.Table{Family: c.Family, Name: c.Table}
			p.begin(t)
			p.table = t
			declare(t)
			p.table = nil
			declared[k] = true
		}
		command(c)
		if c.Object == "table" && (c.Verb == "delete" || c.Verb == "destroy") {
			declared[k], whole[k] = false, false
		}
	}
	commands, rules := rs.Commands, 0
	for _, t := range rs.Tables {
		for len(commands) > 0 && commands[0].Before <= rules && (total > 0 || above(commands[0], t)) {
			do(commands[0])
			commands = commands[1:]
		}
		table(t)
		whole[key{t.Family, t.Name}] = true
		rules += countRules(t)
	}
	for _, c := range commands {
		if c.Before < total {
			p.begin(c)
			p.refuse(c, "%s %s stands between the rules of a table, which nft list ruleset has no layout for", c.Verb, c.Object)
		}
		do(c)
	}
}

// above reports whether a command stands above a table, as far as their places
// tell; without any, it does.
func above(c *ast.Command, t *ast.Table) bool {
	return !c.Valid() || !t.Valid() || c.From < t.From
}

func countRules(t *ast.Table) (n int) {
	for _, c := range t.Chains {
		n += len(c.Rules)
	}
	return n
}
