package iptables

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/shell"
)

// restoring are the options of an iptables-restore (iptables-restore(8)).
type restoring struct {
	family  ast.Family
	noflush bool
	test    bool
	table   string // the only one to be restored
	file    shell.Word
}

func restoreOptions(t tool, words []shell.Word) restoring {
	o := restoring{family: t.family}
	for i := 0; i < len(words); i++ {
		switch w := words[i].Text; {
		case w == "-n" || w == "--noflush":
			o.noflush = true
		case w == "-t" || w == "--test":
			o.test = true
		case w == "-4" || w == "--ipv4":
			o.family = ast.FamilyIP
		case w == "-6" || w == "--ipv6":
			o.family = ast.FamilyIP6
		case (w == "-T" || w == "--table") && i+1 < len(words):
			i++
			o.table = words[i].Text
		case strings.HasPrefix(w, "--table="):
			o.table = w[len("--table="):]
		case (w == "-M" || w == "--modprobe" || w == "-w" || w == "-W") && i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "-"):
			i++
		case strings.HasPrefix(w, "-"):
		default:
			o.file = words[i]
		}
	}
	return o
}

// restore carries out iptables-restore: with a here-document, or with what the
// script itself has written, as the rules of that; else it is not known what
// the tables hold afterwards.
func (s *script) restore(c *shell.Command, t tool, n int, live bool) shell.Status {
	o := restoreOptions(t, c.Words[n:])
	text, ok := c.Stdin()
	from := c.From()
	if o.file.Valid() {
		from = o.file
		text, ok = c.Open(o.file.Text)
	}
	if !ok {
		if live {
			at, what := from.Span, from.Text
			if !at.Valid() {
				at, what = c.Span, "what "+c.Words[n-1].Text+" reads"
			}
			s.tell(from)
			s.f.fail(&grammar.Error{Span: at, Kind: grammar.RunTime, Msg: what + " is read when the script runs; its rules are not part of what is known here"})
			s.x.doubt(tableKey{family: modelFamily(o.family)})
		}
		return shell.Yes
	}
	s.load(c, text, o, live && !o.test, modeOf(c))
	return shell.Yes
}

// load reads a text as a save file, and carries it out.
func (s *script) load(c *shell.Command, text shell.Text, o restoring, live bool, how how) {
	for i, p := range text {
		if p.Unknown != nil { // it is one word, whatever its source looks like
			text = slices.Clone(text)
			text[i].Text = strings.Map(func(r rune) rune {
				if strings.ContainsRune(" \t\r\n\"'*:#", r) {
					return '_'
				}
				return r
			}, p.Text)
			if live {
				s.tell(shell.Word{Span: p.Span, Unknown: []*shell.Unknown{p.Unknown}})
			}
		}
	}
	m := shell.NewMap(text)
	g := &File{Text: m.Text, Dialect: Save, Family: o.family, base: 1, origin: m}
	l := loader{s: s, c: c, g: g, r: g.newReader("", s.isChain(o.family)), o: o, live: live, how: how}
	for ls := range eachLine(g.Text) {
		l.line(ls)
	}
	if l.table != nil {
		s.f.fail(grammar.Errorf(l.head, "table %s has no COMMIT, so iptables-restore loads nothing of it", l.table.Name).Expected("a line COMMIT at its end"))
	}
	for _, e := range g.Errors {
		s.f.fail(e)
	}
}

// loader reads the lines of a save file that a script holds.
type loader struct {
	s     *script
	c     *shell.Command // nil for a file that the script only writes
	g     *File
	r     *reader
	o     restoring
	live  bool
	how   how
	head  ast.Span
	table *tableBuilder
}

func (l *loader) line(ls lineSpan) {
	text := l.g.Text[ls.from:ls.to]
	s := l.s
	switch {
	case text[0] == '#':
	case len(l.g.origin.Unknown(int(ls.from), min(int(ls.to), int(ls.from)+2))) > 0:
		// the line itself is not known: perhaps several, perhaps none
		if l.live {
			s.x.doubt(tableKey{family: modelFamily(l.o.family)})
		}
	case text[0] == '*':
		l.begin(ls, tableName(text))
	case text == "COMMIT":
		if l.table == nil {
			s.f.fail(grammar.Errorf(l.g.span(ls.from, ls.to), "COMMIT without a table").Expected("*table above it"))
		}
		l.table = nil
	case l.table == nil:
		s.f.fail(grammar.Errorf(l.g.span(ls.from, ls.to), "a line outside of a table").Expected("*table, such as *filter, above it"))
	case text[0] == ':':
		l.g.saveChain(l.table, ls)
	default:
		l.rule(ls)
	}
}

// begin begins a table: what it has goes, but for -n.
func (l *loader) begin(ls lineSpan, name string) {
	l.head = l.g.span(ls.from, ls.to)
	if _, ok := builtinTables[name]; !ok && len(l.g.origin.Unknown(int(ls.from), int(ls.to))) == 0 {
		e := grammar.Errorf(l.g.span(ls.from+1, ls.to), "unknown table %q", name).Expected("filter, nat, mangle, raw or security")
		e.Hint = grammar.Near(name, []string{"filter", "nat", "mangle", "raw", "security"})
		l.s.f.fail(e)
	}
	l.r.p.table = name
	if !l.live || l.o.table != "" && l.o.table != name {
		// It is read, and does not become part of the model.
		l.table = &tableBuilder{Table: &ast.Table{Name: name, Family: l.o.family}, chains: map[string]*ast.Chain{}}
		return
	}
	x := l.s.x
	k := tableKey{modelFamily(l.o.family), name}
	l.table = x.table(k.family, name, l.head)
	if !l.table.NameSpan.Valid() {
		l.table.NameSpan = l.g.span(ls.from+1, ls.to)
	}
	if l.o.noflush || !l.how.sure {
		return
	}
	kn := x.knowledge(k)
	for _, c := range slices.Clone(l.table.Chains) {
		kn.chain(c.Name).clear(c)
		if !k.builtin(c.Name) {
			l.table.drop(c)
			delete(kn.chains, c.Name)
		}
	}
	kn.flushed, kn.closed = true, true
	for _, c := range kn.chains {
		c.known = true
	}
}

func (l *loader) rule(ls lineSpan) {
	s := l.s
	line := l.r.parseLine(ls)
	for _, e := range l.r.p.errs {
		s.f.fail(e)
	}
	l.r.p.errs = l.r.p.errs[:0]
	if line == nil {
		return
	}
	model := l.live && s.x.tables[tableKey{modelFamily(l.o.family), l.table.Name}] == l.table
	src := source{
		from: line.From - s.f.base, to: line.To - s.f.base,
		family: l.o.family, form: formRule, table: l.table.Name,
	}
	c := l.c
	if c == nil {
		c = &shell.Command{Live: true}
	}
	if !s.source(c, src, l.r.words, l.exact(line), model) || !model {
		return
	}
	s.rules = true
	s.x.apply(l.r.p.ctx, line, l.how)
}

// exact reports whether the line stands in the file as it is.
func (l *loader) exact(line *Line) bool {
	from, to := line.From-l.s.f.base, line.To-l.s.f.base
	words, err := l.s.f.words(nil, secondOf(ruleCounters(l.s.f.Text[from:to])), 0)
	return err == nil && slices.EqualFunc(words, l.r.words, func(a, b ext.Word) bool { return a.Text == b.Text && !b.Opaque })
}

func secondOf(_, b string) string { return b }

// written reads the files that the script writes and does not load: what a save
// file in a here-document is for, where the system loads it at its start.
func (s *script) written(done *shell.Script) {
	for _, name := range done.Written() {
		text := done.File(name)
		var tables []string
		commit := false
		for line := range strings.Lines(text.String()) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "*") {
				tables = append(tables, tableName(line))
			} else if line == "COMMIT" {
				commit = true
			}
		}
		if !commit || len(tables) == 0 || builtinTables[tables[0]] == nil {
			continue
		}
		f := ast.FamilyIP
		if strings.Contains(lastPart(name), "6") {
			f = ast.FamilyIP6
		}
		// Where the script makes rules of its own, those are what it is about.
		live := !s.rules
		s.load(nil, text, restoring{family: f}, live, certainly)
		if live {
			s.rules = false
		}
	}
}
