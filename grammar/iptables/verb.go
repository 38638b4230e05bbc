package iptables

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// verb is what a command line does (iptables(8), COMMANDS).
type verb uint8

const (
	verbNone verb = iota
	verbAppend
	verbInsert
	verbDelete
	verbReplace
	verbCheck
	verbNew
	verbDeleteChain
	verbPolicy
	verbFlush
	verbZero
	verbRename
	verbList
	verbListRules
	verbHelp
)

// verbs says what is known of each verb.
var verbs = [...]struct {
	name   string // of the command in the model
	object string // that it acts on
	rule   bool   // takes a rule's conditions and target
}{
	verbNone:        {},
	verbAppend:      {"add", "rule", true},
	verbInsert:      {"insert", "rule", true},
	verbDelete:      {"delete", "rule", true},
	verbReplace:     {"replace", "rule", true},
	verbCheck:       {"check", "rule", true},
	verbNew:         {"create", "chain", false},
	verbDeleteChain: {"delete", "chain", false},
	verbPolicy:      {"policy", "chain", false},
	verbFlush:       {"flush", "chain", false},
	verbZero:        {"zero", "chain", false},
	verbRename:      {"rename", "chain", false},
	verbList:        {"list", "chain", false},
	verbListRules:   {"list", "chain", false},
	verbHelp:        {"help", "", false},
}

func (v verb) String() string { return verbs[v].name }

// checkVerb checks that the line has a command, no conditions that its command
// does not take (commands_v_options in iptables' xshared.c), and arguments that
// the command takes whatever the tables hold.
func (p *parser) checkVerb() {
	l := &p.line
	switch l.Verb {
	case verbNew:
		if !l.Chain.Opaque && ext.Find(l.Chain.Text, true, p.family) != nil {
			p.fail(grammar.Errorf(l.Chain.Span, "a chain cannot be called %s, which is a target", l.Chain.Text).Expected("another name"))
		}
	case verbPolicy:
		p.checkPolicy()
	case verbReplace:
		n := max(1, len(hosts(l.Base.Get("source")))) * max(1, len(hosts(l.Base.Get("destination"))))
		if n > 1 {
			p.fail(grammar.Errorf(l.Span, "%s cannot put %d rules into the place of one", l.VerbWord.Text, n).Expected("one address in -s and -d"))
		}
	case verbRename:
		if isBuiltin(p.ctx.Table, l.Chain.Text) && !l.Chain.Opaque {
			p.fail(grammar.Errorf(l.Chain.Span, "%s is a built-in chain, which cannot have another name", l.Chain.Text).Expected("a chain of your own"))
		}
	default: // what they take depends on the tables
	}
	switch {
	case l.Verb == verbNone:
		if len(l.Opaque) > 0 || l.Bad {
			return // it may be in there
		}
		e := noCommand(l.Span)
		if p.restore {
			e = grammar.Errorf(l.Span, "no -A in the line").Expected("-A CHAIN, as iptables-save prints it")
		}
		p.fail(e)
	case l.Verb == verbHelp:
	case l.listing.Valid() && l.Verb != verbList:
		p.cannotHave(l.listing.Span, l.listing.Text)
	case l.Counters != nil && l.Verb != verbAppend && l.Verb != verbInsert && l.Verb != verbReplace && l.Verb != verbPolicy:
		p.cannotHave(l.Span, "-c")
	case verbs[l.Verb].rule && (l.Verb != verbDelete || l.Num == 0):
	case len(l.Base.Given) > 0:
		p.cannotHave(l.Base.Given[0].Span, l.Base.Given[0].Name.Text)
	case l.Jump.Valid() && l.Goto:
		p.cannotHave(l.Jump.Span, "-g")
	case l.Jump.Valid():
		p.cannotHave(l.Jump.Span, "-j")
	}
}

func noCommand(at ast.Span) *grammar.Error {
	return grammar.Errorf(at, "no command in the line").Expected("-A, -I, -D, -P, -N or another command of iptables(8)")
}

// checkPolicy checks -P: only a built-in chain has a policy, and it is one of
// two.
func (p *parser) checkPolicy() {
	l := &p.line
	if list := builtinTables[p.ctx.Table]; list != nil && l.Chain.Text != "" && !l.Chain.Opaque && !isBuiltin(p.ctx.Table, l.Chain.Text) {
		var names []string
		for _, b := range list {
			names = append(names, b.name)
		}
		e := grammar.Errorf(l.Chain.Span, "%s cannot have a policy, as it is no built-in chain of table %s", l.Chain.Text, p.ctx.Table).
			Expected("%s", strings.Join(names, ", "))
		e.Hint = grammar.Near(l.Chain.Text, names)
		p.fail(e)
	}
	if _, ok := policies[l.Name.Text]; !ok && l.Name.Text != "" && !l.Name.Opaque {
		e := grammar.Errorf(l.Name.Span, "%q is no policy", l.Name.Text).Expected("ACCEPT or DROP")
		e.Hint = grammar.Near(l.Name.Text, []string{"ACCEPT", "DROP"})
		p.fail(e)
	}
}

// policies are the words for the policies of a chain.
var policies = map[string]ast.Policy{"ACCEPT": ast.PolicyAccept, "DROP": ast.PolicyDrop}

func (p *parser) cannotHave(at ast.Span, option string) {
	with := p.line.VerbWord.Text
	if p.line.Num > 0 {
		with += " with a number"
	}
	p.fail(grammar.Errorf(at, "%s cannot be used with %s", option, with))
}
