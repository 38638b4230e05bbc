package iptables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/shell"
)

// parseCommands reads a file of command lines: what iptables -S prints, or a
// script.
func (f *File) parseCommands() {
	s := newScript(f)
	s.read()
	f.Ruleset = s.x.ruleset
	f.Ruleset.Span = f.span(0, uint32(len(f.Text)))
	slices.SortStableFunc(f.sources, func(a, b source) int { return cmp.Compare(a.from, b.from) })
}

// maxCommands is how many command lines the loops and functions of a script may
// make beyond those that stand in it.
const maxCommands = 100_000

// script reads the command lines of a script, and carries them out.
type script struct {
	f     *File
	x     *executor
	p     parser
	words []ext.Word
	// shell is the text that the shell reads: the file's, without what a pasted
	// session holds besides commands.
	shell  string
	seen   map[uint32]int // source by its offset, for those that may come again
	told   map[*shell.Unknown]bool
	errors map[errorKey]bool
	again  int
	full   bool
	slow   bool   // every rule must have its key
	table  string // of a save file that stands among the commands of a text
	rules  bool   // a rule or a policy has been made by a command line
}

// errorKey tells errors apart: one that comes each time around a loop is told
// once.
type errorKey struct {
	ast.Span
	msg string
}

// read reads the file: as what iptables -S prints, or as a script.
func (s *script) read() {
	if isDump(s.f.Text) {
		s.dump()
	} else {
		s.run()
	}
}

func newScript(f *File) *script {
	return &script{
		f: f, x: newExecutor(newBuilder(&f.Errors)),
		seen: map[uint32]int{}, told: map[*shell.Unknown]bool{}, errors: map[errorKey]bool{},
	}
}

func (s *script) run() {
	s.shell = s.f.readable(sessionCommands(s.f.Text))
	done := shell.Run(shell.Config{
		Text: s.f.Text, Shell: s.shell, Base: s.f.base,
		Command: s.command, Installed: isTool, Fail: s.f.fail,
	})
	s.written(done)
	s.f.Errors = unique(s.f.Errors)
}

// What a shell takes at the most: a word may have 128 KiB in Linux
// (MAX_ARG_STRLEN), and no script of command lines is near the other bound.
const (
	maxShellLine = 128 << 10
	maxScript    = 64 << 20
)

// readable returns a script's text with blanks in the place of lines that no
// shell would run, which it reports.
func (f *File) readable(text string) string {
	if len(text) > maxScript {
		f.fail(grammar.Errorf(f.span(maxScript, maxScript+1), "the script is %d bytes long, and is read up to here", len(text)).Expected("at most %d bytes", maxScript))
		text = text[:maxScript]
	}
	var masked []byte
	for at := 0; at < len(text); {
		from, to, next := nextLine(text, at)
		if to-from > maxShellLine {
			f.fail(grammar.Errorf(f.span(uint32(from+maxShellLine), uint32(to)), "the line is %d bytes long", to-from).Expected("at most %d bytes", maxShellLine))
			if masked == nil {
				masked = []byte(text)
			}
			for i := from; i < to; i++ {
				masked[i] = ' '
			}
		}
		at = next
	}
	if masked != nil {
		return string(masked)
	}
	return text
}

// unique leaves out errors that are told already.
func unique(errs []*grammar.Error) []*grammar.Error {
	told := make(map[errorKey]bool, len(errs))
	return slices.DeleteFunc(errs, func(e *grammar.Error) bool {
		k := errorKey{e.Span, e.Msg}
		again := told[k]
		told[k] = true
		return again
	})
}

// command is told of each command of the script.
func (s *script) command(c *shell.Command) shell.Status {
	t, n, elsewhere := findTool(c.Words, s.f.Family, c.Loose)
	switch t.kind {
	case toolNone:
		return s.other(c)
	case toolSave:
		return shell.Yes
	default:
	}
	live := c.Live && !elsewhere
	if live {
		if n > 0 && len(c.Words[n-1].Unknown) > 0 && tools[lastPart(c.Words[n-1].Text)].kind == toolNone {
			s.guessed(c.Words[n-1], t)
		}
		for _, w := range c.Words[n:] {
			s.tell(w)
		}
	}
	if t.kind == toolRestore {
		return s.restore(c, t, n, live)
	}
	return s.line(c, t, n, live)
}

// tell says, once, what is not known of a word.
func (s *script) tell(w shell.Word) {
	for _, u := range w.Unknown {
		if !s.told[u] {
			s.told[u] = true
			at := u.Span
			if !at.Valid() {
				at = w.Span
			}
			s.f.fail(&grammar.Error{Span: at, Kind: grammar.RunTime, Msg: u.Msg})
		}
	}
}

// guessed says, once, that a command whose name is not known is taken for one
// of ours.
func (s *script) guessed(w shell.Word, t tool) {
	u := w.Unknown[0]
	if s.told[u] {
		return
	}
	s.told[u] = true
	name := command(t.family)
	if t.kind == toolRestore {
		name += "-restore"
	}
	s.f.fail(&grammar.Error{Span: w.Span, Kind: grammar.RunTime, Msg: u.Msg + "; it is taken for " + name})
}

func modeOf(c *shell.Command) how { return how{sure: c.Sure, guarded: c.Guarded} }

// line reads a command line of iptables whose name is the word before number n.
func (s *script) line(c *shell.Command, t tool, n int, live bool) shell.Status {
	s.words = extWords(s.words[:0], c.Words)
	if c.Words[0].Text == "xargs" {
		s.xargs(n)
		if live {
			s.f.fail(&grammar.Error{Span: c.Words[0].Span, Kind: grammar.RunTime, Msg: "what xargs gives the command is known only when the script runs"})
		}
	}
	if len(s.words) == n {
		s.f.fail(noCommand(c.Words[n-1].Span))
		return shell.No
	}
	first := max(n-1, 0)
	var at ast.Span
	for _, w := range s.words[first:] {
		at = at.Join(w.Span)
	}
	src := source{
		from: at.From - s.f.base, to: at.To - s.f.base,
		family: t.family, skip: uint16(n - first),
	}
	if n == 0 {
		src.table = s.table
	}
	literal := c.Literal && s.shell[src.from:src.to] == s.f.Text[src.from:src.to] && c.Words[0].Text != "xargs"
	if !s.source(c, src, s.words[first:], literal, live) {
		return shell.Yes
	}
	s.p.family, s.p.table, s.p.restore = t.family, "filter", false
	if n == 0 && s.table != "" {
		s.p.table = s.table
	}
	s.p.isChain = s.isChain(t.family)
	line := s.p.parse(s.words[n:])
	line.Span = at
	s.errs(c.Repeats || c.Live != live)
	if !live {
		return shell.Maybe
	}
	switch line.Verb {
	case verbAppend, verbInsert, verbReplace, verbPolicy:
		s.rules = true
	default:
	}
	return s.x.apply(s.p.ctx, line, modeOf(c))
}

// xargs makes words unknown that xargs replaces, and adds those that it
// appends, for a command whose words begin at n.
func (s *script) xargs(n int) {
	replace := ""
	for i := 1; i < n; i++ {
		switch w := s.words[i].Text; {
		case w == "-I" && i+1 < n:
			replace = s.words[i+1].Text
		case strings.HasPrefix(w, "-I"):
			replace = w[2:]
		case w == "-i" || w == "--replace":
			replace = "{}"
		case strings.HasPrefix(w, "-i"):
			replace = w[2:]
		}
	}
	if replace == "" {
		s.words = append(s.words, ext.Word{Span: s.words[0].Span, Text: "xargs", Opaque: true})
		return
	}
	for i := n; i < len(s.words); i++ {
		if strings.Contains(s.words[i].Text, replace) {
			s.words[i].Opaque = true
		}
	}
}

func (s *script) isChain(f ast.Family) func(table, name string) bool {
	return func(table, name string) bool {
		t := s.x.tables[tableKey{modelFamily(f), table}]
		return t != nil && t.chains[name] != nil
	}
}

// errs passes on the errors of the line at hand.
func (s *script) errs(again bool) {
	for _, e := range s.p.errs {
		if again {
			k := errorKey{e.Span, e.Msg}
			if s.errors[k] {
				continue
			}
			s.errors[k] = true
		}
		s.f.fail(e)
	}
	s.p.errs = s.p.errs[:0]
}

// source keeps where a line stands. It reports whether the line is still to be
// read: the loops of a script may make only so many.
func (s *script) source(c *shell.Command, src source, words []ext.Word, literal, live bool) bool {
	if live {
		src.runs = 1
	}
	if c.Repeats || !c.Live {
		if i, ok := s.seen[src.from]; ok {
			s.f.sources[i].runs += src.runs
			if s.again++; s.again > maxCommands {
				if !s.full {
					s.full = true
					s.f.fail(grammar.Errorf(c.Span, "the script's loops and functions make more than %d command lines, so each is read once from here on", maxCommands).
						Expected("a save file, for that many rules"))
				}
				c.Enough = true
				return false
			}
			return true
		}
		s.seen[src.from] = len(s.f.sources)
	}
	if !literal {
		src.words = slices.Clone(words)
	}
	s.f.sources = append(s.f.sources, src)
	return true
}

// other is told of all other programs.
func (s *script) other(c *shell.Command) shell.Status {
	name := c.Words[0].Text
	switch {
	case name == "COMMIT":
		s.table = ""
	case name[:min(1, len(name))] == "*" && len(c.Words) == 1 && builtinTables[tableName(name)] != nil:
		s.table = tableName(name)
	case s.table != "" && len(name) > 1 && name[0] == ':' && c.Live && c.Literal:
		tb := s.x.tables[tableKey{modelFamily(s.f.Family), s.table}]
		if tb == nil {
			tb = s.x.builder.table(modelFamily(s.f.Family), s.table, c.Span)
		}
		s.f.saveChain(tb, lineSpan{c.Span.From - s.f.base, c.Span.To - s.f.base})
	case name == "." || name == "source":
		if c.Live && len(c.Words) > 1 && !libraries[lastPart(c.Words[1].Text)] {
			s.f.fail(&grammar.Error{
				Span: c.Words[1].Span, Kind: grammar.RunTime,
				Msg: c.Words[1].Text + " is read when the script runs; what it does is not part of what is known here",
			})
		}
	case c.Words[0].Unknown == nil && !notWrappers[name] && !elsewhereWrappers[name] && swallows(c.Words):
		c.Reread = true
	}
	return shell.Maybe
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// libraries are files of functions for scripts that start services.
var libraries = set("functions", "functions.sh", "init-functions", "rc.subr", "network")

// swallows reports whether a quote that is not closed where it was meant to be,
// such as the ' of a text that is no script, has taken command lines for a word.
func swallows(words []shell.Word) bool {
	for _, w := range words {
		if strings.IndexByte(w.Text, '\n') < 0 {
			continue
		}
		for l := range strings.Lines(w.Text) {
			if f := strings.Fields(l); len(f) > 2 && tools[lastPart(f[0])].kind == toolRules && isCommandOption(f[1]) {
				return true
			}
		}
	}
	return false
}
