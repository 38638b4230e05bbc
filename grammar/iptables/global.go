package iptables

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// globalOption is an option that belongs to the command and not to a rule's
// conditions (iptables(8), COMMANDS and OTHER OPTIONS).
type globalOption struct {
	verb     verb
	arg      bool
	attached bool // may have an argument, right behind it
	do       func(p *parser, w, arg ext.Word)
}

var (
	globals     = map[string]*globalOption{}
	globalNames []string // the long ones
	letters     [256]letter
)

// letter is what an option of one letter is: one of the command, or one of those
// that every rule has.
type letter struct {
	global *globalOption
	base   *ext.Option
}

func init() {
	def := func(g globalOption, names ...string) {
		for _, n := range names {
			globals[n] = &g
			if len(n) > 1 {
				globalNames = append(globalNames, n)
			}
		}
	}
	def(globalOption{verb: verbAppend, arg: true}, "A", "append")
	def(globalOption{verb: verbInsert, arg: true}, "I", "insert")
	def(globalOption{verb: verbDelete, arg: true}, "D", "delete")
	def(globalOption{verb: verbReplace, arg: true}, "R", "replace")
	def(globalOption{verb: verbCheck, arg: true}, "C", "check")
	def(globalOption{verb: verbNew, arg: true}, "N", "new-chain")
	def(globalOption{verb: verbPolicy, arg: true}, "P", "policy")
	def(globalOption{verb: verbRename, arg: true}, "E", "rename-chain")
	def(globalOption{verb: verbDeleteChain}, "X", "delete-chain")
	def(globalOption{verb: verbFlush}, "F", "flush")
	def(globalOption{verb: verbZero}, "Z", "zero")
	def(globalOption{verb: verbList}, "L", "list")
	def(globalOption{verb: verbListRules}, "S", "list-rules")
	def(globalOption{verb: verbHelp}, "h", "help", "V", "version")

	def(globalOption{arg: true, do: (*parser).setTable}, "t", "table")
	def(globalOption{arg: true, do: (*parser).loadMatch}, "m", "match")
	def(globalOption{arg: true, do: (*parser).jump}, "j", "jump")
	def(globalOption{arg: true, do: (*parser).goTo}, "g", "goto")
	def(globalOption{arg: true, do: (*parser).setCounters}, "c", "set-counters")
	def(globalOption{do: onlyFor(ast.FamilyIP)}, "4", "ipv4")
	def(globalOption{do: onlyFor(ast.FamilyIP6)}, "6", "ipv6")
	def(globalOption{attached: true, do: (*parser).wait}, "w", "wait", "W", "wait-interval")
	def(globalOption{do: func(*parser, ext.Word, ext.Word) {}}, "v", "verbose")
	def(globalOption{do: func(p *parser, w, _ ext.Word) { p.line.listing = w }}, "n", "numeric", "x", "exact", "line-numbers")
	def(globalOption{arg: true, do: func(*parser, ext.Word, ext.Word) {}}, "M", "modprobe")

	for i := range letters {
		name := string([]byte{byte(i)})
		letters[i] = letter{globals[name], ext.Base.Lookup(name)}
	}
}

// global carries out an option of the command.
func (p *parser) global(g *globalOption, bang, w ext.Word, attached *ext.Word) {
	if bang.Text != "" {
		p.fail(grammar.Errorf(bang.Span.Join(w.Span), "%s cannot be negated", w.Text))
	}
	var arg ext.Word
	switch {
	case attached != nil:
		arg = *attached
	case g.arg:
		var ok bool
		if arg, ok = p.arg(); !ok {
			p.fail(grammar.Errorf(w.Span, "%s has no argument", w.Text).Expected("one after it"))
			return
		}
	}
	if g.do != nil {
		g.do(p, w, arg)
		return
	}
	p.command(g, w, arg)
}

// command reads what a command's option takes after its first argument.
func (p *parser) command(g *globalOption, w, arg ext.Word) {
	l := &p.line
	if l.Verb != verbNone && !(l.Verb == verbZero && g.verb == verbList || l.Verb == verbList && g.verb == verbZero) {
		p.fail(grammar.Errorf(w.Span, "%s cannot be used with %s", w.Text, l.VerbWord.Text).Expected("one command in a line"))
		return
	}
	l.Verb, l.VerbWord, l.Chain = g.verb, w, arg
	optional := func() ext.Word {
		if p.i < len(p.words) {
			if n := p.words[p.i]; n.Text != "!" && !strings.HasPrefix(n.Text, "-") {
				p.i++
				return n
			}
		}
		return ext.Word{}
	}
	switch g.verb {
	case verbFlush, verbZero, verbList, verbListRules, verbDeleteChain:
		if arg.Text == "" {
			l.Chain = optional()
		}
		if g.verb != verbFlush && g.verb != verbDeleteChain {
			p.number(optional)
		}
	case verbInsert, verbDelete, verbReplace:
		p.number(optional)
		if g.verb == verbReplace && l.Num == 0 {
			p.fail(grammar.Errorf(w.Span, "%s has no rule number", w.Text).Expected("%s chain number", w.Text))
		}
	case verbPolicy, verbRename:
		if l.Name = optional(); l.Name.Text == "" {
			what := "ACCEPT or DROP"
			if g.verb == verbRename {
				what = "the new name"
			}
			p.fail(grammar.Errorf(w.Span, "%s has only one argument", w.Text).Expected("%s after the chain", what))
		}
	default: // -A, -C and -N have a chain alone
	}
	p.checkChainName(l.Chain)
}

// number reads a rule's number, if there is one.
func (p *parser) number(optional func() ext.Word) {
	if p.i >= len(p.words) || p.words[p.i].Opaque {
		return
	}
	if t := p.words[p.i].Text; t == "" || t[0] < '0' || t[0] > '9' {
		return
	}
	w := optional()
	n, err := strconv.ParseUint(w.Text, 10, 31)
	if err != nil || n == 0 {
		p.fail(grammar.Errorf(w.Span, "%q is no rule number", w.Text).Expected("a number from 1"))
		return
	}
	p.line.Num, p.line.NumWord = int(n), w
}

// maxChainName is the longest name of a chain (XT_EXTENSION_MAXNAMELEN - 1).
const maxChainName = 28

func (p *parser) checkChainName(w ext.Word) {
	switch {
	case w.Opaque || !w.Valid():
	case len(w.Text) > maxChainName:
		p.fail(grammar.Errorf(w.Span, "the chain name %q is %d bytes long", w.Text, len(w.Text)).Expected("at most %d", maxChainName))
	case w.Text == "" || strings.ContainsAny(w.Text[:1], "-!"):
		p.fail(grammar.Errorf(w.Span, "%q is no name of a chain", w.Text).Expected("a name that does not begin with - or !"))
	}
}

func (p *parser) setTable(w, arg ext.Word) {
	if p.restore {
		p.fail(grammar.Errorf(w.Span, "%s cannot be used in a save file", w.Text).Expected("the rule under its *table line"))
		return
	}
	p.line.Table, p.ctx.Table = arg, ""
	if arg.Opaque {
		return
	}
	p.ctx.Table = arg.Text
	if _, ok := builtinTables[arg.Text]; !ok {
		e := grammar.Errorf(arg.Span, "unknown table %q", arg.Text).Expected("filter, nat, mangle, raw or security")
		e.Hint = grammar.Near(arg.Text, []string{"filter", "nat", "mangle", "raw", "security"})
		p.fail(e)
	}
}

// onlyFor reads -4 and -6. A restore passes over a line for the other family; a
// command refuses it (iptables(8), -4 and -6).
func onlyFor(f ast.Family) func(p *parser, w, _ ext.Word) {
	return func(p *parser, w, _ ext.Word) {
		p.line.Family = f
		switch {
		case (p.family == ast.FamilyIP6) == (f == ast.FamilyIP6):
		case p.restore:
			p.line.Ignored = true
			p.i = len(p.words)
		default:
			p.fail(grammar.Errorf(w.Span, "%s refuses %s", command(p.family), w.Text).Expected("%s", command(f)))
		}
	}
}

func (p *parser) setCounters(w, arg ext.Word) {
	pk, by, ok := strings.Cut(arg.Text, ",")
	if !ok {
		next, has := p.arg()
		if !has {
			p.fail(grammar.Errorf(w.Span, "%s has one argument", w.Text).Expected("packets and bytes"))
			return
		}
		by = next.Text
	}
	packets, err1 := strconv.ParseUint(pk, 10, 64)
	bytes, err2 := strconv.ParseUint(by, 10, 64)
	if err1 != nil || err2 != nil {
		p.fail(grammar.Errorf(arg.Span, "%q are no counters", arg.Text).Expected("packets and bytes, as two numbers"))
		return
	}
	p.line.Counters = &ast.Counters{Packets: packets, Bytes: bytes}
}

// wait reads the seconds that -w may have after it.
func (p *parser) wait(_, arg ext.Word) {
	if p.i < len(p.words) && !arg.Valid() {
		if _, err := strconv.ParseFloat(p.words[p.i].Text, 64); err == nil {
			p.i++
		}
	}
}

func (p *parser) loadMatch(w, arg ext.Word) {
	p.line.hasSpec = true
	if arg.Opaque {
		p.line.Opaque = append(p.line.Opaque, arg)
		return
	}
	e := ext.Find(arg.Text, false, p.family)
	if e == nil {
		err := grammar.Errorf(arg.Span, "unknown match %q", arg.Text).Expected("a match of iptables-extensions(8)")
		err.Hint = grammar.Near(arg.Text, ext.Names(false, p.family))
		if other := ext.Find(arg.Text, false, otherFamily(p.family)); other != nil {
			err.Want, err.Hint = "a match of "+command(p.family)+"; "+arg.Text+" is one of "+command(otherFamily(p.family))+" alone", ""
		} else if foreign := ext.Foreign(arg, false); foreign != nil {
			err = foreign
		}
		p.fail(err)
		p.skipUnknown()
		return
	}
	p.load(e, arg).Flag = w
}

// skipUnknown passes over the options of an extension that is not known: up to
// the next option that is.
func (p *parser) skipUnknown() {
	for p.i < len(p.words) {
		w := p.words[p.i]
		if name, long := strings.CutPrefix(w.Text, "--"); long && !w.Quoted {
			if _, ok := globals[name]; ok || ext.Base.Lookup(name) != nil {
				return
			}
		} else if len(w.Text) == 2 && w.Text[0] == '-' && !w.Quoted {
			return
		} else if w.Text == "!" && p.i+1 < len(p.words) && !strings.HasPrefix(p.words[p.i+1].Text, "--") {
			return
		}
		p.i++
	}
}

func (p *parser) jump(w, arg ext.Word) {
	l := &p.line
	l.hasSpec = true
	if l.Jump.Valid() {
		p.fail(grammar.Errorf(w.Span.Join(arg.Span), "%s is given twice", w.Text))
		return
	}
	l.Jump = arg
	if arg.Opaque {
		return
	}
	e := ext.Find(arg.Text, true, p.family)
	if e != nil && !(p.isChain != nil && p.isChain(p.ctx.Table, arg.Text)) {
		l.Target = ext.Use{Span: arg.Span, Ext: e, Flag: w, Name: arg, Given: l.Target.Given[:0]}
		return
	}
	p.checkChainName(arg)
	p.unknownTarget(arg)
}

// unknownTarget tells a target that is not known from a chain that is not
// there: the next word is an option that no extension of the line has, or the
// name is that of somebody else's extension.
func (p *parser) unknownTarget(arg ext.Word) {
	foreign := ext.Foreign(arg, true)
	switch {
	case p.isChain != nil && p.isChain(p.ctx.Table, arg.Text):
		return
	case foreign != nil && p.isChain != nil:
		p.fail(foreign)
		p.skipUnknown()
		return
	case p.i >= len(p.words):
		return
	}
	w := p.words[p.i]
	name, long := strings.CutPrefix(w.Text, "--")
	name, _, _ = strings.Cut(name, "=")
	if _, ok := globals[name]; !long || ok || w.Opaque {
		return
	}
	if o, _ := p.find(name); o != nil {
		return
	}
	err := grammar.Errorf(arg.Span, "unknown target %q", arg.Text).Expected("a target of iptables-extensions(8), or a chain")
	if err.Hint = grammar.Near(arg.Text, ext.Names(true, p.family)); foreign != nil {
		err = foreign
	}
	p.fail(err)
	p.skipUnknown()
}

func (p *parser) goTo(w, arg ext.Word) {
	if p.line.Jump.Valid() {
		p.fail(grammar.Errorf(w.Span.Join(arg.Span), "%s cannot stand with another jump", w.Text))
		return
	}
	p.line.hasSpec = true
	p.line.Jump, p.line.Goto = arg, true
	p.checkChainName(arg)
}

func otherFamily(f ast.Family) ast.Family {
	if f == ast.FamilyIP6 {
		return ast.FamilyIP
	}
	return ast.FamilyIP6
}

func command(f ast.Family) string {
	if f == ast.FamilyIP6 {
		return "ip6tables"
	}
	return "iptables"
}
