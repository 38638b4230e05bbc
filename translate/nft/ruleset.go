package nft

import "github.com/ctlint/ctlint/ast"

// ruleset prints the tables, and between them the commands.
func (p *printer) ruleset(rs *ast.Ruleset) {
	for _, s := range rs.IPSets {
		p.begin(s)
		p.refuse(s, "%q is a set of ipset(8), which nft cannot see", s.Name)
	}
	total := 0
	for _, t := range rs.Tables {
		total += countRules(t)
	}
	commands, rules := rs.Commands, 0
	declared := map[*ast.Table]bool{}
	for _, t := range rs.Tables {
		for len(commands) > 0 && commands[0].Before <= rules && (total > 0 || above(commands[0], t)) {
			p.commandAfter(rs, commands[0], declared)
			commands = commands[1:]
		}
		p.tableBlock(t)
		declared[t] = true
		rules += countRules(t)
	}
	for _, c := range commands {
		if c.Before < total {
			p.begin(c)
			p.refuse(c, "%s %s stands between the rules of a table, which nft list ruleset has no layout for", c.Verb, c.Object)
		}
		p.commandAfter(rs, c, declared)
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

// commandAfter prints a command. A table that it speaks of, and that the script
// declares above it and again below, is declared first: add table x; flush table
// x; table x { ... }.
func (p *printer) commandAfter(rs *ast.Ruleset, c *ast.Command, declared map[*ast.Table]bool) {
	if t := rs.Table(c.Family, c.Table); t != nil && !declared[t] && c.Valid() && t.Valid() && t.From < c.From {
		p.begin(t)
		p.table = t
		p.text("add table ")
		p.tableHead(t)
		p.end()
		p.table = nil
		declared[t] = true
	}
	p.command(c)
}
