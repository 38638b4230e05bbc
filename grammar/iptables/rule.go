package iptables

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// Line is a command line of iptables, read: the concrete form of a rule. It is
// valid until its parser reads the next one.
type Line struct {
	ast.Span
	Verb     verb
	VerbWord ext.Word
	Table    ext.Word // -t
	Chain    ext.Word
	Num      int      // of -I, -D, -R; 0 if none is given
	NumWord  ext.Word // what Num was read from
	Name     ext.Word // -E's new name, -P's policy
	Counters *ast.Counters
	Family   ast.Family // of -4 or -6; unknown without
	// Ignored says that the line is for the other family, by -4 or -6: the
	// tool passes over it.
	Ignored bool

	// Command is the command's name, Words what follows it. A line of a save
	// file has no Command. They are set by [File.Lines] alone.
	Command ext.Word
	Words   []ext.Word
	// Expanded says that the source stands for other text than its own: it has
	// variables, or a loop or a function runs it several times. The words are
	// those of the first time.
	Expanded bool
	// Runs is how many times the script runs the line on its way; 0 for one
	// that it does not get to.
	Runs int

	Base    ext.Use
	Uses    []ext.Use // the matches, in order
	Target  ext.Use   // Ext is nil if there is no target, or it is a chain
	Jump    ext.Word  // after -j or -g
	Goto    bool
	Bad     bool // an error was found
	Opaque  []ext.Word
	hasSpec bool
	listing ext.Word // -n, -x or --line-numbers
}

// parser reads command lines. It keeps its buffers between lines, so it is not
// for use by several goroutines at once.
type parser struct {
	family ast.Family
	// isChain reports whether the table has such a chain.
	isChain func(table, name string) bool
	table   string // that a line without -t speaks of
	restore bool   // in a save file -t is not allowed
	listing bool   // the words were made of a listing
	partial bool   // part of the line is not among the words

	ctx   ext.Context
	line  Line
	words []ext.Word
	i     int
	errs  []*grammar.Error
}

func (p *parser) fail(err *grammar.Error) {
	p.errs = append(p.errs, err)
	if err.Kind == grammar.Syntax {
		p.line.Bad = true
	}
}

// parse reads a command line's words, the name of the command left out. The
// errors it finds are appended to p.errs.
func (p *parser) parse(words []ext.Word) *Line {
	l := &p.line
	uses, given, base, target := l.Uses[:0], l.Base.Given[:0], &l.Base, &l.Target
	targetGiven := target.Given[:0]
	*l = Line{Uses: uses}
	*base = ext.Use{Ext: ext.Base, Given: given}
	*target = ext.Use{Given: targetGiven}
	p.ctx = ext.Context{Family: p.family, Table: p.table, Listing: p.listing}
	p.words, p.i = words, 0
	errs := len(p.errs)
	if len(words) > 0 {
		l.Span = words[0].Span.Join(words[len(words)-1].Span)
	}
	for p.i < len(words) {
		p.option()
	}
	if l.Ignored {
		p.errs, l.Bad = p.errs[:errs], false
		return l
	}
	p.finish()
	return l
}

// option reads what stands at p.i: an option, perhaps negated, with its
// arguments.
func (p *parser) option() {
	w := p.words[p.i]
	var bang ext.Word
	if w.Text == "!" && !w.Opaque {
		bang = w
		p.i++
		if p.i == len(p.words) {
			p.fail(grammar.Errorf(w.Span, "! stands at the end").Expected("an option after it"))
			return
		}
		w = p.words[p.i]
	}
	switch {
	case w.Opaque:
		p.opaqueOption()
	case len(w.Text) > 2 && w.Text[0] == '-' && w.Text[1] == '-':
		p.long(bang, w)
	case len(w.Text) > 1 && w.Text[0] == '-':
		p.short(bang, w)
	default:
		p.i++
		p.fail(grammar.Errorf(w.Span, "unexpected %q", w.Text).Expected("an option, such as -s, -p, -m or -j"))
	}
}

// opaqueOption reads a word that may be an option, or several: the words after
// it that are none may be its arguments.
func (p *parser) opaqueOption() {
	p.line.hasSpec = true
	p.ctx.ProtoHidden = true
	for first := true; p.i < len(p.words); first = false {
		w := p.words[p.i]
		if !first && !w.Opaque && (isOption(w) || isBang(w)) {
			return
		}
		p.line.Opaque = append(p.line.Opaque, w)
		p.i++
	}
}

// long reads an option by its long name, which may be cut short where it stays
// unique, and may have its argument after a = (getopt_long(3)).
func (p *parser) long(bang, w ext.Word) {
	name, value, inline := strings.Cut(w.Text[2:], "=")
	p.i++
	var attached *ext.Word
	if inline {
		attached = &ext.Word{Span: w.Sub(len(w.Text)-len(value), len(w.Text)), Text: value}
		w.Span = w.Sub(0, 2+len(name))
		w.Text = w.Text[:2+len(name)]
	}
	g, o, u, names := p.lookup(name)
	if g == nil && o == nil && p.loadProto(name) {
		g, o, u, names = p.lookup(name)
	}
	switch {
	case g != nil:
		p.global(g, bang, w, attached)
	case o != nil:
		p.given(u, o, bang, w, attached)
	case len(names) > 1:
		p.fail(grammar.Errorf(w.Span, "option %q is ambiguous", w.Text).Expected("one of --%s", strings.Join(names, ", --")))
		p.skip()
	default:
		e := grammar.Errorf(w.Span, "unknown option %q", w.Text)
		e.Want, e.Hint = p.unknownOption(name)
		p.fail(e)
		p.skip()
	}
}

// lookup finds the option of the command or of a loaded extension that a name,
// whole or cut short, means. If it may mean several, or none, it returns their
// names.
func (p *parser) lookup(name string) (*globalOption, *ext.Option, *ext.Use, []string) {
	if len(name) > 1 { // a letter is an option of its own only after one dash
		if g := globals[name]; g != nil {
			return g, nil, nil, nil
		}
		if o, u := p.find(name); o != nil {
			return nil, o, u, nil
		}
	}
	var names []string
	for _, n := range p.longNames() {
		if strings.HasPrefix(n, name) && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 || len(names) > 1 && !p.sameOption(names) {
		return nil, nil, nil, names
	}
	if g := globals[names[0]]; g != nil {
		return g, nil, nil, nil
	}
	o, u := p.find(names[0])
	return nil, o, u, nil
}

// find returns the option of that name and the use that it belongs to: the
// extension that was loaded last wins.
func (p *parser) find(name string) (*ext.Option, *ext.Use) {
	l := &p.line
	if l.Target.Ext != nil {
		if o := l.Target.Ext.Lookup(name); o != nil {
			return o, &l.Target
		}
	}
	for i := len(l.Uses) - 1; i >= 0; i-- {
		if o := l.Uses[i].Ext.Lookup(name); o != nil {
			return o, &l.Uses[i]
		}
	}
	if o := l.Base.Ext.Lookup(name); o != nil {
		return o, &l.Base
	}
	return nil, nil
}

// loadProto loads the match that -p loads by itself, if the line has not loaded
// it and it has an option of that name, whole or cut short. iptables does so
// only when nothing loaded has the option (command_default): after -m multiport
// --dport is multiport's --dports, cut short.
func (p *parser) loadProto(name string) bool {
	e := p.protoExt()
	if e == nil || !slices.ContainsFunc(longNames(e), func(n string) bool { return strings.HasPrefix(n, name) }) {
		return false
	}
	p.load(e, ext.Word{})
	return true
}

// protoExt returns the match that -p would load by itself, or nil if there is
// none or the line has loaded it.
func (p *parser) protoExt() *ext.Ext {
	e := ext.ForProto(p.ctx.Proto, p.family)
	if e == nil || !e.Loads || slices.ContainsFunc(p.line.Uses, func(u ext.Use) bool { return u.Ext == e }) {
		return nil
	}
	return e
}

// longNames returns the long names of all options that the line may use.
func (p *parser) longNames() []string {
	l := &p.line
	all := append(slices.Clone(globalNames), longNames(ext.Base)...)
	for i := range l.Uses {
		all = append(all, longNames(l.Uses[i].Ext)...)
	}
	if l.Target.Ext != nil {
		all = append(all, longNames(l.Target.Ext)...)
	}
	return all
}

// sameOption reports whether all names mean one option, as the aliases of an
// option do.
func (p *parser) sameOption(names []string) bool {
	var first *ext.Option
	for _, n := range names {
		if _, ok := globals[n]; ok {
			return false
		}
		o, _ := p.find(n)
		if o == nil || first != nil && o != first {
			return false
		}
		first = o
	}
	return true
}

func longNames(e *ext.Ext) []string {
	return slices.DeleteFunc(e.OptionNames(), func(n string) bool { return len(n) == 1 })
}

// unknownOption says what might have been meant by an unknown option.
func (p *parser) unknownOption(name string) (want, hint string) {
	loaded := p.longNames()
	near := loaded
	if e := p.protoExt(); e != nil {
		near = append(longNames(e), loaded...)
	}
	if n := grammar.Near(name, near); n != "" {
		return "", "--" + n
	}
	if n := ext.Renamed(name); slices.Contains(loaded, n) {
		return "--" + n + ", as it is called today", ""
	}
	var protos []string
	for _, e := range ext.All() {
		switch {
		case e.Lookup(name) == nil || e.Name == "" || ext.Find(e.Name, e.Target, p.family) != e:
		case len(e.Protos) > 0 && e.Loads:
			if o := "-p " + ext.ProtoName(e.Protos[0]); !slices.Contains(protos, o) {
				protos = append(protos, o)
			}
		case len(protos) > 0:
		case e.Target:
			return "-j " + e.Name + " before it", ""
		default:
			return "-m " + e.Name + " before it", ""
		}
	}
	if len(protos) > 0 {
		return strings.Join(protos, " or ") + " before it", ""
	}
	return "an option of iptables or of a loaded extension", ""
}

// skip passes over the arguments of an option that is not known.
func (p *parser) skip() {
	for p.i < len(p.words) {
		w := p.words[p.i]
		if w.Text == "!" || !w.Quoted && !w.Opaque && len(w.Text) > 1 && w.Text[0] == '-' {
			return
		}
		p.i++
	}
}

// short reads an option by its letter, which may have its argument or further
// letters right behind it.
func (p *parser) short(bang, w ext.Word) {
	p.i++
	for at := 1; at < len(w.Text); at++ {
		l := letters[w.Text[at]]
		here := w
		switch {
		case at > 1:
			here = ext.Word{Span: w.Sub(at, at+1), Text: "-" + w.Text[at:at+1]}
		case len(w.Text) > 2:
			here = ext.Word{Span: w.Sub(0, 2), Text: w.Text[:2]}
		}
		var attached *ext.Word
		if l.global == nil && l.base == nil {
			p.fail(grammar.Errorf(here.Span, "unknown option %q", here.Text).Expected("an option of iptables(8)"))
			p.skip()
			return
		}
		if takes := l.global != nil && (l.global.arg || l.global.attached) || l.base != nil && l.base.Arg != nil; takes && at+1 < len(w.Text) {
			attached = &ext.Word{Span: w.Sub(at+1, len(w.Text)), Text: w.Text[at+1:]}
			at = len(w.Text)
		}
		if l.global != nil {
			p.global(l.global, bang, here, attached)
		} else {
			p.given(&p.line.Base, l.base, bang, here, attached)
		}
	}
}

// arg returns the next word as an option's argument, whatever it looks like, as
// getopt does.
func (p *parser) arg() (ext.Word, bool) {
	if p.i >= len(p.words) {
		return ext.Word{}, false
	}
	p.i++
	return p.words[p.i-1], true
}

// given reads the arguments of an extension's option.
func (p *parser) given(u *ext.Use, o *ext.Option, bang, w ext.Word, attached *ext.Word) {
	p.line.hasSpec = true
	g := u.Next()
	*g = ext.Given{Span: bang.Span.Join(w.Span), Option: o, Bang: bang, Name: w, Not: bang.Text != "", Args: g.Args[:0], Value: ext.Value{List: g.List[:0]}}
	if o.Arg != nil {
		if attached == nil && p.i < len(p.words) && p.words[p.i].Text == "!" && !p.words[p.i].Quoted && o.Not {
			g.Not, g.Bang = true, p.words[p.i] // the old place of the !
			p.i++
		}
		words := o.Arg.N()
		if o.Arg.Optional && attached != nil {
			p.fail(grammar.Errorf(attached.Span, "%s takes its argument only as the next word", w.Text).Expected("a blank instead of ="))
		} else if o.Arg.Optional && (p.i >= len(p.words) || strings.HasPrefix(p.words[p.i].Text, "-") || strings.HasPrefix(p.words[p.i].Text, "!")) {
			words = 0
		}
		for n := range words {
			var a ext.Word
			if n == 0 && attached != nil {
				a = *attached
			} else if next, ok := p.arg(); ok {
				a = next
			} else {
				p.fail(grammar.Errorf(w.Span, "%s has no argument", w.Text).Expected("%s", o.Arg.What))
				u.Given = u.Given[:len(u.Given)-1]
				return
			}
			g.Args = append(g.Args, a)
			g.Span = g.Span.Join(a.Span)
			g.Opaque = g.Opaque || a.Opaque
		}
	} else if attached != nil {
		p.fail(grammar.Errorf(attached.Span, "%s takes no argument", w.Text))
	}
	u.Span = u.Span.Join(g.Span)
	if g.Not && !o.Not {
		p.fail(grammar.Errorf(g.Span, "%s cannot be negated", w.Text))
	}
	if !o.Multi && p.repeated(u, o) {
		p.fail(grammar.Errorf(g.Span, "%s is given twice", w.Text))
		u.Given = u.Given[:len(u.Given)-1]
		return
	}
	// What is kept has its value, whatever else is wrong with it.
	if len(g.Args) > 0 && !g.Opaque {
		if err := o.Arg.Parse(&p.ctx, g.Args, &g.Value); err != nil {
			err.Msg = w.Text + ": " + err.Msg
			p.fail(err)
			u.Given = u.Given[:len(u.Given)-1]
			return
		}
	}
	if u.Ext == ext.Base && o.Arg == ext.Protocol {
		if g.Opaque {
			p.ctx.ProtoHidden = true
		} else {
			p.ctx.Proto, p.ctx.ProtoNot = uint8(g.Lo), g.Not
		}
	}
}

func (p *parser) repeated(u *ext.Use, o *ext.Option) bool {
	n := 0
	for i := range u.Given {
		if u.Given[i].Option == o {
			n++
		}
	}
	return n > 1
}

// load begins the use of an extension.
func (p *parser) load(e *ext.Ext, name ext.Word) *ext.Use {
	l := &p.line
	l.Uses = slices.Grow(l.Uses, 1)[:len(l.Uses)+1]
	u := &l.Uses[len(l.Uses)-1]
	*u = ext.Use{Span: name.Span, Ext: e, Name: name, Given: u.Given[:0]}
	return u
}

// finish checks what can only be told when the whole line is read.
func (p *parser) finish() {
	l := &p.line
	p.ctx.Chain = l.Chain.Text
	p.checkVerb()
	for i := range l.Uses {
		p.checkUse(&l.Uses[i])
	}
	if l.Target.Ext != nil {
		p.checkUse(&l.Target)
	}
	p.checkUse(&l.Base)
}

// checkUse checks the options of an extension against its declaration.
func (p *parser) checkUse(u *ext.Use) {
	e := u.Ext
	at := u.Span
	if u.Name.Valid() {
		at = u.Name.Span
	}
	if len(e.Protos) > 0 && (p.ctx.ProtoNot || !slices.Contains(e.Protos, p.ctx.Proto)) && !p.ctx.ProtoHidden {
		var names []string
		for _, n := range e.Protos {
			names = append(names, "-p "+ext.ProtoName(n))
		}
		err := grammar.Errorf(at, "%s needs a protocol", e.Name).Expected("%s", strings.Join(names, " or "))
		err.Kind = grammar.Placement // it is the kernel that refuses it (xt_check_match)
		if p.ctx.Proto == 0 && !p.ctx.ProtoNot && len(e.Protos) == 1 {
			err.Ext = e.Name
		}
		p.fail(err)
	}
	p.checkPlace(u, at)
	if p.line.Bad || p.partial || len(p.line.Opaque) > 0 {
		return // what is missing may be what was not understood
	}
	if o := u.Missing(); o != nil {
		p.fail(grammar.Errorf(at, "%s has no --%s", e.Name, o.Name).Expected("--%s, which it cannot do without", o.Name))
	}
	if len(e.OneOf) > 0 && !slices.ContainsFunc(e.OneOf, u.Has) {
		p.fail(grammar.Errorf(at, "%s has no option that says what to do", e.Name).Expected("one of --%s", strings.Join(e.OneOf, ", --")))
	}
	for i := range u.Given {
		g := &u.Given[i]
		for _, x := range g.Option.Excl {
			if u.Has(x) {
				p.fail(grammar.Errorf(g.Span, "--%s cannot stand with --%s", g.Option.Name, x))
			}
		}
		for _, x := range g.Option.Needs {
			if !u.Has(x) {
				p.fail(grammar.Errorf(g.Span, "--%s needs --%s", g.Option.Name, x))
			}
		}
	}
	if e.Check != nil && !u.Opaque() && !p.line.Bad {
		if err := e.Check(&p.ctx, u); err != nil {
			if !err.Valid() {
				err.Span = at
			}
			p.fail(err)
		}
	}
}

// checkPlace checks the table, and in a built-in chain the hook, that the
// kernel lets an extension stand in.
func (p *parser) checkPlace(u *ext.Use, at ast.Span) {
	e := u.Ext
	if len(e.Tables) > 0 && p.ctx.Table != "" && !slices.Contains(e.Tables, p.ctx.Table) {
		p.fail(&grammar.Error{
			Span: at, Kind: grammar.Placement, Ext: e.Name,
			Msg:  e.Name + " cannot stand in table " + p.ctx.Table,
			Want: "table " + strings.Join(e.Tables, " or "),
		})
	}
	if h := builtinHook(p.ctx.Chain); len(e.Hooks) > 0 && h != ast.HookNone && !slices.Contains(e.Hooks, h) {
		var names []string
		for _, h := range e.Hooks {
			names = append(names, strings.ToUpper(h.String()))
		}
		p.fail(&grammar.Error{
			Span: at, Kind: grammar.Placement, Ext: e.Name,
			Msg:  e.Name + " cannot stand in chain " + p.ctx.Chain,
			Want: "chain " + strings.Join(names, " or "),
		})
	}
}
