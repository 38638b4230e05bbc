package nft

import "github.com/ctlint/ctlint/ast"

// jsonSchema is the version of the JSON schema of nft (JSON_SCHEMA_VERSION).
const jsonSchema = 1

// ruleset writes the tables, and between them the commands, in the order in which
// they stand in text.
func (j *jsonPrinter) ruleset(rs *ast.Ruleset) {
	j.b = append(j.b, `{"nftables": [`...)
	j.entry("metainfo", func() { j.keyUint("json_schema_version", jsonSchema) })
	j.p.inOrder(rs, j.declare, j.table, j.command)
	j.b = append(j.b, "\n]}\n"...)
}

// entry writes an object of the list on a line of its own.
func (j *jsonPrinter) entry(what string, members func()) {
	if j.b[len(j.b)-1] != '[' {
		j.b = append(j.b, ',')
	}
	j.b = append(j.b, '\n')
	j.named(what, func() { j.object(members) })
}

// declare writes a table alone: one that a command speaks of.
func (j *jsonPrinter) declare(t *ast.Table) {
	j.entry("table", func() {
		j.keyStr("family", t.Family.String())
		j.keyStr("name", t.Name)
	})
}

// table writes a table with all that is in it. Chains come first, since maps go to
// them, and rules last: that is the order of nft.
func (j *jsonPrinter) table(t *ast.Table) {
	j.p.begin(t)
	j.p.table = t
	j.entry("table", func() {
		j.keyStr("family", t.Family.String())
		j.keyStr("name", t.Name)
		j.keyUintIf("handle", t.Handle)
		j.keyWordsIf("flags", t.Flags)
		j.keyStrIf("comment", t.Comment)
	})
	for _, c := range t.Chains {
		if !c.Anonymous { // the rule that goes to it is refused
			j.chain(c)
		}
	}
	for _, o := range t.Objects {
		j.stateful(o)
	}
	for _, s := range t.Sets {
		j.set(s)
	}
	for _, f := range t.Flowtables {
		j.flowtable(f)
	}
	for _, c := range t.Chains {
		j.p.chain = c
		for _, r := range c.Rules {
			j.rule(r)
		}
		j.p.chain = nil
	}
	j.p.table = nil
}

// inTable writes the members that all have that are in a table.
func (j *jsonPrinter) inTable(name string, handle uint64) {
	j.keyStr("family", j.p.table.Family.String())
	j.keyStr("table", j.p.table.Name)
	j.keyStr("name", name)
	j.keyUintIf("handle", handle)
}

// chain writes a chain without its rules.
func (j *jsonPrinter) chain(c *ast.Chain) {
	j.p.begin(c)
	j.p.chain = c
	j.entry("chain", func() {
		j.inTable(c.Name, c.Handle)
		j.keyStrIf("comment", c.Comment)
		if !c.Base() {
			return
		}
		j.keyStr("type", c.Type.String())
		j.keyStr("hook", c.Hook.String())
		j.priority(c.Priority)
		j.keyWordOrWords("dev", c.Devices)
		if c.Policy != ast.PolicyNone {
			j.keyStr("policy", c.Policy.String())
		}
		j.keyWordsIf("flags", c.Flags)
	})
	j.p.chain = nil
}

// flowtable writes a flowtable.
func (j *jsonPrinter) flowtable(f *ast.Flowtable) {
	j.p.begin(f)
	j.entry("flowtable", func() {
		j.inTable(f.Name, f.Handle)
		if f.Hook != ast.HookNone {
			j.keyStr("hook", f.Hook.String())
			j.priority(f.Priority)
		}
		j.keyWordOrWords("dev", f.Devices)
		j.keyWordsIf("flags", f.Flags)
		j.keyBoolIf("counter", f.Counter)
	})
}

// rule writes a rule. What nft adds by itself is left out, as in text.
func (j *jsonPrinter) rule(r *ast.Rule) {
	p := j.p
	p.begin(r)
	p.rl = r
	mark := len(p.hide)
	hide := p.unsaid(r)
	j.entry("rule", func() {
		j.keyStr("family", p.table.Family.String())
		j.keyStr("table", p.table.Name)
		j.keyStr("chain", p.chain.Name)
		j.keyUintIf("handle", r.Handle)
		j.keyStrIf("comment", r.Comment)
		j.key("expr")
		j.b = append(j.b, '[')
		for i, s := range r.Stmts {
			if !hide[i] {
				p.stmt = s
				j.next()
				j.statement(s)
			}
		}
		p.stmt = nil
		j.b = append(j.b, ']')
	})
	p.hide = p.hide[:mark]
	p.rl, p.unit = nil, nil
}
