package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// call is a simple command that runs, its words expanded.
type call struct {
	ast.Span
	args    []field
	literal bool
}

// name returns the command's name; empty, if it is not known.
func (k *call) name() string {
	s, _ := k.args[0].text.Known()
	return s
}

// from returns the call that a prefix such as sudo runs: its words from i on.
func (k *call) from(i int) *call {
	return &call{Span: k.args[i].Span.Join(k.Span), args: k.args[i:], literal: k.literal}
}

// call runs a simple command: an assignment, a function, one of the shell's
// own commands, or a program.
func (m *machine) call(c *syntax.CallExpr) flow {
	if len(c.Args) == 0 {
		m.status = Yes
		for _, a := range c.Assigns {
			m.assign(a)
		}
		return flow{}
	}
	if len(c.Assigns) > 0 {
		mark := m.record()
		for _, a := range c.Assigns {
			m.assign(a)
		}
		names := m.changes(mark)
		f := m.words2call(c)
		for n := range names { // they hold for the command alone
			for _, ch := range m.journal[mark:] {
				if ch.name == n {
					m.set(n, ch.old)
					break
				}
			}
		}
		m.recording--
		if m.recording == 0 {
			m.journal = m.journal[:0]
		}
		return f
	}
	return m.words2call(c)
}

func (m *machine) words2call(c *syntax.CallExpr) flow {
	if m.plain(c.Args) {
		return m.program(m.src.node(c.Args[0]).Join(m.src.node(c.Args[len(c.Args)-1])), true)
	}
	args := m.words2fields(c.Args)
	if len(args) == 0 {
		m.status = Yes
		return flow{}
	}
	k := &call{Span: m.src.node(c.Args[0]).Join(m.src.node(c.Args[len(c.Args)-1])), args: args}
	k.literal = m.literals(c.Args) && !m.unclosed && strings.IndexByte(m.sourceText(k.Span), 0) < 0
	if m.src.m != nil { // what eval is given may come from anywhere
		k.literal = k.literal && !slices.ContainsFunc(args, func(f field) bool { return m.sourceText(f.Span) != f.text.String() })
	}
	return m.run(k, true)
}

// plain is the fast path: it fills m.words if all words of a program's call are
// literals without anything to expand, perhaps in quotes.
func (m *machine) plain(args []*syntax.Word) bool {
	m.words = m.words[:0]
	if m.src.m != nil || m.unclosed {
		return false
	}
	for i, w := range args {
		if len(w.Parts) != 1 {
			return false
		}
		quote := 0
		var l *syntax.Lit
		switch p := w.Parts[0].(type) {
		case *syntax.Lit:
			l = p
		case *syntax.SglQuoted:
			from, to := m.src.offset(p.Left), m.src.offset(p.Right)
			if i == 0 || p.Dollar || to-from-1 != len(p.Value) {
				return false
			}
			m.words = append(m.words, Word{Span: m.src.span(from, to+1), Text: m.src.text[from+1 : to]})
			continue
		case *syntax.DblQuoted:
			if i == 0 || p.Dollar || len(p.Parts) != 1 {
				return false
			}
			l, quote = nil, 1
			if q, ok := p.Parts[0].(*syntax.Lit); ok {
				l = q
			}
		}
		if l == nil || strings.IndexByte(l.Value, '\\') >= 0 || quote == 0 && strings.IndexByte(l.Value, '{') >= 0 {
			return false
		}
		from, to := m.src.offset(l.Pos()), m.src.offset(l.End())
		if to-from != len(l.Value) || to+quote > len(m.src.text) {
			return false
		}
		text := m.src.text[from:to]
		if i == 0 && (m.funcs[text] != nil || builtins[text] != nil) {
			return false
		}
		m.words = append(m.words, Word{Span: m.src.span(from-quote, to+quote), Text: text})
	}
	return true
}

// literals reports whether words stand in the text as they are.
func (m *machine) literals(words []*syntax.Word) bool {
	for _, w := range words {
		for _, p := range w.Parts {
			switch p := p.(type) {
			case *syntax.Lit:
				if strings.IndexByte(p.Value, '{') >= 0 && braced(w) != nil {
					return false
				}
			case *syntax.SglQuoted:
			case *syntax.DblQuoted:
				for _, q := range p.Parts {
					if _, ok := q.(*syntax.Lit); !ok {
						return false
					}
				}
			default:
				return false
			}
		}
	}
	return true
}

// run runs a command with its words expanded. functions says whether a function
// of that name goes before the program.
func (m *machine) run(k *call, functions bool) flow {
	name := k.name()
	if f := m.funcs[name]; f != nil && functions {
		return m.invoke(f, k.args[1:])
	}
	if b := builtins[name]; b != nil {
		return b(m, k)
	}
	m.words = m.words[:0]
	for _, a := range k.args {
		m.words = append(m.words, Word{Span: a.Span, Text: a.text.String(), Unknown: a.text.unknowns()})
	}
	return m.program(k.Span, k.literal)
}

// program tells of a command that the shell would start; its words are m.words.
func (m *machine) program(at ast.Span, lit bool) flow {
	m.cmd = Command{
		Span: at, Words: m.words, Literal: lit,
		Live: m.dead == 0, Sure: m.unsure == 0, Guarded: m.guard+m.quiet > 0, Repeats: m.repeat > 0 || m.src.m != nil, Loose: m.loose > 0, in: m.in, m: m,
	}
	m.status = m.Command(&m.cmd)
	if m.cmd.Enough {
		m.exhaust(at)
	}
	if m.cmd.Reread && m.src.m == nil {
		src := m.src
		m.lines(src.plain, src.reduced(int(at.From-m.Base)), src.reduced(int(at.To-m.Base)))
		m.src = src
	}
	if m.out != nil {
		m.out.unknown = true
		m.out.text = append(m.out.text, m.outputOf(at))
	}
	return flow{}
}

// function is a function that the script declares.
type function struct {
	name string
	decl *syntax.FuncDecl
	src  *source
	runs int
}

func (m *machine) declare(d *syntax.FuncDecl) {
	if d.Name == nil {
		return
	}
	name := d.Name.Value
	if f := m.funcs[name]; f != nil && f.decl == d {
		return
	}
	f := &function{name: name, decl: d, src: m.src}
	m.bodies = append(m.bodies, f)
	if m.dead == 0 {
		m.funcs[name] = f
	}
	m.status = Yes
}

// invoke calls a function. One that calls itself is followed only where the
// script decides how often.
func (m *machine) invoke(f *function, args []field) flow {
	again := slices.Contains(m.active, f)
	switch {
	case m.dead > 0 && (again || f.runs > 0):
		return flow{}
	case again && m.unsure > 0, len(m.active) >= maxCalls, f.runs > 0 && !m.step(1):
		m.status = Maybe
		return flow{}
	}
	f.runs++
	list := make([]Text, len(args))
	for i, a := range args {
		list[i] = a.text
	}
	src, old, guard := m.src, m.vars[paramsName], m.guard
	m.src, m.guard = f.src, 0 // the status that is looked at is the function's
	m.set(paramsName, &variable{array: true, list: list})
	m.active = append(m.active, f)
	m.push(true)
	m.repeat++
	depth := len(m.locals)
	end := m.stmt(f.decl.Body)
	for len(m.locals) > depth {
		l := m.locals[len(m.locals)-1]
		m.locals = m.locals[:len(m.locals)-1]
		m.set(l.name, l.old)
	}
	m.repeat--
	m.pop()
	m.active = m.active[:len(m.active)-1]
	m.set(paramsName, old)
	m.src, m.guard = src, guard
	if end.kind == flowExit {
		return end
	}
	return flow{}
}

// deadCall reads the body of a function that nothing calls.
func (m *machine) deadCall(f *function) {
	src := m.src
	m.src = f.src
	m.deadRun(m.src.node(f.decl.Body), func() {
		f.runs++
		m.repeat++
		m.active = append(m.active, f)
		m.set(paramsName, nil)
		m.stmt(f.decl.Body)
		m.active = m.active[:len(m.active)-1]
		m.repeat--
	})
	m.src = src
}

// assign carries out an assignment.
func (m *machine) assign(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		return
	}
	name := a.Name.Value
	old := m.vars[name]
	switch {
	case a.Array != nil:
		m.set(name, m.arrayValue(a, old))
	case a.Index != nil:
		m.setElement(name, a, old)
	case a.Append:
		t := m.text(a.Value)
		before, _ := m.value(name, m.src.node(a))
		if old != nil && old.array {
			list := slices.Clone(old.list)
			if len(list) == 0 {
				list = []Text{nil}
			}
			list[0] = m.concat(name, list[0], t)
			m.set(name, &variable{array: true, list: list, keys: old.keys})
			return
		}
		m.set(name, &variable{text: m.concat(name, before, t)})
	default:
		m.set(name, &variable{text: m.bounded(name, m.text(a.Value))})
	}
}

func (m *machine) concat(name string, a, b Text) Text {
	return m.bounded(name, append(slices.Clone(a), b...))
}

// bounded gives up on a value that grows beyond what the script itself holds:
// one that doubles in a loop.
func (m *machine) bounded(name string, t Text) Text {
	n := 0
	for _, p := range t {
		n += len(p.Text)
	}
	m.step(n >> 8)
	if n > len(m.Text)+1<<16 || len(t) > 1<<12 {
		return m.unknownVar(name, "the value of $"+name+" grows too long to be followed").text
	}
	return t
}

// arrayValue returns the array of name=(...) and name+=(...).
func (m *machine) arrayValue(a *syntax.Assign, old *variable) *variable {
	v := &variable{array: true}
	if old != nil && old.keys != nil {
		v.keys = []string{}
	}
	if a.Append && old != nil {
		v.list, v.keys = slices.Clone(old.list), slices.Clone(old.keys)
		if !old.array && !old.unset {
			v.list = []Text{old.text}
		}
	}
	for _, e := range a.Array.Elems {
		switch {
		case e.Index != nil:
			var ok bool
			if v, ok = m.withElement(v, e.Index, m.text(e.Value)); !ok {
				return m.unknownVar(a.Name.Value, "the elements of "+a.Name.Value+" are known only when the script runs")
			}
		case e.Value != nil:
			for _, f := range m.words2fields([]*syntax.Word{e.Value}) {
				if f.multi {
					return m.unknownVar(a.Name.Value, "the elements of "+a.Name.Value+" are known only when the script runs")
				}
				v.list = append(v.list, f.text)
			}
		}
	}
	if v.keys != nil && len(v.keys) != len(v.list) {
		return m.unknownVar(a.Name.Value, "the elements of "+a.Name.Value+" are known only when the script runs")
	}
	return v
}

// withElement returns the array with an element set.
func (m *machine) withElement(v *variable, index syntax.ArithmExpr, t Text) (*variable, bool) {
	w := &variable{array: true, list: slices.Clone(v.list), keys: slices.Clone(v.keys)}
	word, isWord := index.(*syntax.Word)
	if v.keys != nil {
		if !isWord {
			return nil, false
		}
		k, ok := m.text(word).Known()
		if !ok {
			return nil, false
		}
		if i := slices.Index(w.keys, k); i >= 0 {
			w.list[i] = t
		} else {
			w.keys, w.list = append(w.keys, k), append(w.list, t)
		}
		return w, true
	}
	n, ok := m.arith(index)
	switch {
	case !ok || n < 0 || n > int64(len(w.list)):
		return nil, false // sparse arrays are beyond this
	case n == int64(len(w.list)):
		w.list = append(w.list, t)
	default:
		w.list[n] = t
	}
	return w, true
}

func (m *machine) setElement(name string, a *syntax.Assign, old *variable) {
	v := &variable{array: true}
	if old != nil && old.array {
		v = old
	} else if old != nil && !old.unset {
		v.list = []Text{old.text}
	}
	w, ok := m.withElement(v, a.Index, m.text(a.Value))
	if !ok || a.Append {
		w = m.unknownVar(name, "the elements of "+name+" are known only when the script runs")
	}
	m.set(name, w)
}

// decl runs export, readonly, local, declare and typeset.
func (m *machine) decl(d *syntax.DeclClause) {
	m.status = Yes
	local := d.Variant.Value == "local" || len(m.active) > 0 && (d.Variant.Value == "declare" || d.Variant.Value == "typeset")
	keyed := false
	for _, a := range d.Args {
		if a.Name == nil {
			if s := a.Value.Lit(); strings.HasPrefix(s, "-") {
				keyed = keyed || strings.Contains(s, "A")
				if strings.Contains(s, "g") {
					local = false
				}
			}
			continue
		}
		name := a.Name.Value
		if local && len(m.active) > 0 {
			m.locals = append(m.locals, change{name, m.vars[name]})
			if a.Naked {
				m.set(name, &variable{unset: true})
			}
		}
		if keyed && (m.vars[name] == nil || m.vars[name].keys == nil) {
			m.set(name, &variable{array: true, keys: []string{}})
		}
		m.assign(a)
	}
}
