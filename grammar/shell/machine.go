package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// machine runs a script as far as it is known.
//
// Where it branches by what is not known, all branches run one after the other
// with dead and unsure telling how much that means:
//
//   - A condition that the text decides leaves the other branch dead: its
//     commands are still told of, with Live unset.
//   - A condition that only the running system knows makes its branches unsure.
//     Each of them begins with the same variables; where they leave them
//     different, the variable is not known afterwards.
//   - A way that ends in exit, where it is unsure, ends there: what follows is
//     the other way.
//
// A script's start and stop branches: see action.go.
type machine struct {
	Config
	src       *source
	vars      map[string]*variable
	journal   []change
	recording int
	frames    []frame
	unknowns  map[string]*Unknown

	funcs  map[string]*function
	bodies []*function // all, in order
	active []*function // that run now
	locals []change    // of the functions that run now

	status    Status
	dead      int // how many branches around are not on the way
	unsure    int // how many conditions around are not known
	guard     int // how many times the status is looked at
	quiet     int // how many times complaints are thrown away
	repeat    int // how many loops and functions are around
	deadSeen  map[uint32]bool
	steps     int
	exhausted bool
	nested    int  // how many evals are around
	unclosed  bool // a quote is taken for closed
	loose     int  // how many texts around are read line by line

	in    *stream
	out   *output
	files map[string]Text
	// loaded are the files that the script has written and reads again.
	loaded map[string]bool

	here struct { // the statement at hand
		src *source
		s   *syntax.Stmt
	}
	cmd     Command // handed out; its words are reused
	words   []Word
	startIn Status // whether the script knows the word start: Maybe until asked
}

// The bounds of what is followed: statements and copied bytes, calls of
// functions that call each other, words of one expansion, repetitions of one
// loop.
const (
	maxSteps = 400_000
	maxCalls = 50
	maxWords = 100_000
)

// step counts a statement, and reports whether the script may be followed
// around its loops and into its functions any more. A loop that is longer than
// all that makes sense is a loop that the text does not end.
func (m *machine) step(n int) bool {
	m.steps += n
	if m.steps > maxSteps+len(m.Text) && !m.exhausted {
		m.exhaust(m.here.src.node(m.here.s))
	}
	return !m.exhausted
}

func (m *machine) exhaust(at ast.Span) {
	if m.exhausted {
		return
	}
	m.exhausted = true
	m.Fail(grammar.Errorf(at, "the script's loops and functions run too long to be followed; each is read once from here on").
		Expected("loops whose end the script itself shows"))
}

// flow is how a list of statements ends.
type flow struct {
	kind flowKind
	n    int // of break and continue
}

type flowKind uint8

const (
	flowNext flowKind = iota
	flowBreak
	flowContinue
	flowReturn
	flowExit
)

func (m *machine) stmts(list []*syntax.Stmt) flow {
	for i, s := range list {
		if m.repeat > 0 && m.dead == 0 {
			m.deadSeen[m.src.node(s).From] = true // not to be read as dead another time around
		}
		if f := m.stmt(s); f.kind != flowNext {
			m.deadStmts(list[i+1:])
			return f
		}
	}
	return flow{}
}

// deadStmts reads statements that the script does not get to, once.
func (m *machine) deadStmts(list []*syntax.Stmt) {
	if len(list) == 0 {
		return
	}
	m.deadRun(m.src.node(list[0]), func() { m.stmts(list) })
}

// deadRun runs what is not on the way, and takes back all that it sets. What
// stands at one place is run once.
func (m *machine) deadRun(at ast.Span, run func()) {
	if m.deadSeen[at.From] {
		return
	}
	m.deadSeen[at.From] = true
	status, in, out, frames := m.status, m.in, m.out, m.frames
	m.in, m.out, m.frames = nil, nil, nil
	mark := m.record()
	m.dead++
	run()
	m.dead--
	m.undo(mark)
	m.status, m.in, m.out, m.frames = status, in, out, frames
}

// stmt runs a statement.
func (m *machine) stmt(s *syntax.Stmt) flow {
	m.here.src, m.here.s = m.src, s
	m.step(1)
	if len(s.Redirs) == 0 && !s.Negated && !s.Background {
		return m.command(s.Cmd, false)
	}
	end, quiet := m.redirect(s.Redirs)
	if s.Negated {
		m.guard++
	}
	var f flow
	if s.Background || s.Coprocess || s.Disown {
		m.subshell(func() flow { return m.command(s.Cmd, quiet) })
		m.status = Yes
	} else {
		f = m.command(s.Cmd, quiet)
	}
	if s.Negated {
		m.guard--
		m.status = m.status.Not()
	}
	end()
	return f
}

// command runs a command of any kind. quiet says that its complaints are thrown
// away.
func (m *machine) command(c syntax.Command, quiet bool) flow {
	if quiet {
		m.quiet++
		defer func() { m.quiet-- }()
	}
	switch c := c.(type) {
	case *syntax.CallExpr:
		return m.call(c)
	case *syntax.IfClause:
		return m.ifClause(c)
	case *syntax.CaseClause:
		return m.caseClause(c)
	case *syntax.ForClause:
		return m.forClause(c)
	case *syntax.WhileClause:
		return m.whileClause(c)
	case *syntax.BinaryCmd:
		return m.binary(c)
	case *syntax.Block:
		return m.stmts(c.Stmts)
	case *syntax.Subshell:
		m.subshell(func() flow { return m.stmts(c.Stmts) })
	case *syntax.FuncDecl:
		m.declare(c)
	case *syntax.TestClause:
		m.status = m.testExpr(c.X)
	case *syntax.ArithmCmd:
		m.status = m.arithStatus(c.X)
	case *syntax.LetClause:
		for _, x := range c.Exprs {
			m.status = m.arithStatus(x)
		}
	case *syntax.DeclClause:
		m.decl(c)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			return m.stmt(c.Stmt)
		}
	case *syntax.CoprocClause:
		m.subshell(func() flow { return m.stmt(c.Stmt) })
	case *syntax.TestDecl:
		m.deadStmts([]*syntax.Stmt{c.Body})
	case nil: // redirections alone
		m.status = Yes
	default:
		m.status = Maybe
	}
	return flow{}
}

// subshell runs commands whose settings do not come back.
func (m *machine) subshell(run func() flow) {
	mark := m.record()
	frames := m.frames
	m.frames = nil
	run()
	m.frames = frames
	m.undo(mark)
}

// binary runs commands joined by &&, || or |, from left to right. They lean to
// the left, and there may be very many of them.
func (m *machine) binary(c *syntax.BinaryCmd) flow {
	if c.Op != syntax.AndStmt && c.Op != syntax.OrStmt {
		return m.pipeline(c)
	}
	chain := []*syntax.BinaryCmd{c}
	for {
		x := chain[len(chain)-1].X
		b, ok := x.Cmd.(*syntax.BinaryCmd)
		if !ok || len(x.Redirs) > 0 || x.Negated || b.Op != syntax.AndStmt && b.Op != syntax.OrStmt {
			break
		}
		chain = append(chain, b)
	}
	m.guard++
	f := m.stmt(chain[len(chain)-1].X)
	m.guard--
	for i := len(chain) - 1; i >= 0 && f.kind == flowNext; i-- {
		m.step(1)
		want := Yes
		if chain[i].Op == syntax.OrStmt {
			want = No
		}
		y := chain[i].Y
		run := func() flow {
			if i == 0 {
				return m.stmt(y)
			}
			m.guard++
			defer func() { m.guard-- }()
			return m.stmt(y)
		}
		switch m.status {
		case want:
			f = run()
		case want.Not():
			m.deadStmts([]*syntax.Stmt{y})
		default:
			f = m.either(run, func() flow { m.status = want.Not(); return flow{} })
		}
	}
	return f
}

// either runs the ways that a script may go, and leaves the variables as they
// may be after any of them.
func (m *machine) either(ways ...func() flow) flow {
	var ends []map[string]*variable
	var weakest flow
	var status Status
	m.unsure++
	for i, way := range ways {
		mark := m.record()
		f := way()
		set := m.changes(mark)
		m.undo(mark)
		switch f.kind {
		case flowNext:
			ends = append(ends, set)
			if len(ends) == 1 {
				status = m.status
			} else if status != m.status {
				status = Maybe
			}
		case flowBreak, flowContinue:
			m.leak(false, set)
		case flowReturn:
			m.leak(true, set)
		default: // nothing comes after an exit
		}
		if i == 0 || f.kind < weakest.kind {
			weakest = f
		}
	}
	m.unsure--
	if len(ends) > 0 {
		m.merge(ends)
		m.status = status
	}
	return weakest
}

// pipeline runs commands joined by |, each in a subshell of its own. What the
// left one writes, the right one reads.
func (m *machine) pipeline(c *syntax.BinaryCmd) flow {
	chain := []*syntax.Stmt{c.Y}
	x := c.X
	for {
		b, ok := x.Cmd.(*syntax.BinaryCmd)
		if !ok || len(x.Redirs) > 0 || x.Negated || b.Op != syntax.Pipe && b.Op != syntax.PipeAll {
			break
		}
		chain = append(chain, b.Y)
		x = b.X
	}
	chain = append(chain, x)
	in, out := m.in, m.out
	for i := len(chain) - 1; i >= 0; i-- {
		m.out = out
		if i > 0 {
			m.out = &output{}
			m.guard++
		}
		s := chain[i]
		m.subshell(func() flow { return m.stmt(s) })
		if i > 0 {
			m.in = m.out.stream()
			m.guard--
		}
	}
	m.in, m.out = in, out
	return flow{}
}

// file runs the whole script. A part that the shell would refuse is read line
// by line.
func (m *machine) file() {
	text := m.Shell
	if text == "" {
		text = m.Text
	}
	p := newPlain(text)
	text = p.shell
	if deep(text) {
		m.Fail(grammar.Errorf(ast.Span{From: m.Base, To: m.Base + 1}, "the script nests its commands more than %d deep, so it is read line by line", maxNesting))
		m.lines(p, 0, len(text))
		m.rest()
		return
	}
	lang := variant(text)
	for off, faults := 0, 0; off < len(text); {
		src := m.source(p, off)
		last := off
		fault := statements(text[off:], lang, func(s *syntax.Stmt) bool {
			m.src = src
			m.top(s)
			last = max(last, off+int(s.End().Offset()))
			return true
		})
		if fault == nil {
			break
		}
		if faults++; faults == 1 {
			m.Fail(shellError(src, fault))
		}
		for last < len(text) && strings.IndexByte(" \t\n;", text[last]) >= 0 {
			last++
		}
		end := max(last, off+int(fault.Pos.Offset()))
		if fault.Incomplete {
			end = last // what is open there may be closed by nothing up to the end
		}
		if n := strings.IndexByte(text[min(end, len(text)):], '\n'); n < 0 || faults > maxFaults {
			end = len(text)
		} else {
			end += n + 1
		}
		m.lines(p, last, end)
		if fault.Incomplete {
			m.unsure++ // what follows stands within it
		}
		off = end
	}
	m.rest()
}

// source returns the script's text as the parser reads it from an offset on.
func (m *machine) source(p plain, off int) *source {
	return &source{text: m.Text, plain: p, base: m.Base, off: off}
}

// maxFaults is how often the parser takes the script up again after an error;
// each time it may read up to the end.
const maxFaults = 20

// top runs a statement of the script itself. After an exit, the rest is dead.
func (m *machine) top(s *syntax.Stmt) {
	if f := m.stmt(s); f.kind == flowExit || f.kind == flowReturn {
		m.dead++
	}
}

// rest reads the functions that nothing calls.
func (m *machine) rest() {
	for i := 0; i < len(m.bodies); i++ { // one may declare others
		if f := m.bodies[i]; f.runs == 0 {
			m.deadCall(f)
		}
	}
}

// sourceText returns the text of the script at a span.
func (m *machine) sourceText(at ast.Span) string {
	if !at.Valid() {
		return ""
	}
	return m.Text[at.From-m.Base : at.To-m.Base]
}

func shellError(src *source, e *syntax.ParseError) *grammar.Error {
	at := src.offset(e.Pos)
	text := e.Text
	if text == "" {
		text = e.Error()
	}
	return grammar.Errorf(src.span(min(at, max(0, len(src.text)-1)), min(at+1, len(src.text))), "the shell does not understand the script here: %s", strings.ReplaceAll(text, "`", "\"")).
		Expected("a script that sh -n takes; the lines around are read one by one")
}
