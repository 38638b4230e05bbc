package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// stream is what commands read.
type stream struct {
	lines []Text
	known bool // the script itself has the text; else it comes from file
	file  Word
}

func newStream(t Text) *stream {
	s := &stream{known: true}
	for l := range t.Lines {
		s.lines = append(s.lines, l)
	}
	return s
}

// rest returns what is left to read.
func (s *stream) rest() Text {
	var out Text
	for i, l := range s.lines {
		out = append(out, l...)
		p := Piece{Text: "\n"}
		if n := len(out); n > 0 {
			p.From, p.To = out[n-1].To, out[n-1].To
		} else if i+1 < len(s.lines) && len(s.lines[i+1]) > 0 {
			p.From, p.To = s.lines[i+1][0].From, s.lines[i+1][0].From
		}
		out = append(out, p)
	}
	return out
}

// output is what commands write, where the script goes on with it.
type output struct {
	text    Text
	unknown bool // a program wrote to it
}

func (o *output) stream() *stream {
	if o.unknown && len(o.text.unknowns()) == len(o.text) {
		return &stream{} // nothing of it is known
	}
	return newStream(o.text)
}

// write is what echo and its like do.
func (m *machine) write(t Text) {
	if m.out != nil {
		m.step(len(t) >> 3)
		m.out.text = append(m.out.text, t...)
	}
}

// redirect opens what a statement reads and writes, and returns what closes it,
// and whether its complaints are thrown away.
func (m *machine) redirect(list []*syntax.Redirect) (end func(), quiet bool) {
	in, out := m.in, m.out
	var file string
	var into *output
	add, null := false, false
	for _, r := range list {
		fd := ""
		if r.N != nil {
			fd = r.N.Value
		}
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			m.in = newStream(m.heredoc(r))
		case syntax.WordHdoc:
			m.in = newStream(append(m.text(r.Word), Piece{Text: "\n"}))
		case syntax.RdrIn:
			m.in = m.open(r.Word)
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob:
			name, ok := m.text(r.Word).Known()
			if fd == "2" {
				quiet = quiet || name == "/dev/null"
				break
			}
			if fd != "" && fd != "1" {
				break
			}
			null = name == "/dev/null"
			m.out, into = nil, nil
			if ok && !strings.HasPrefix(name, "/dev/") && !strings.HasPrefix(name, "/proc/") && !strings.HasPrefix(name, "/sys/") {
				into = &output{}
				m.out, file, add = into, name, r.Op == syntax.AppOut
			}
		case syntax.RdrAll, syntax.AppAll:
			name, _ := m.text(r.Word).Known()
			quiet = quiet || name == "/dev/null"
			m.out, into = nil, nil
		case syntax.DplOut:
			w := r.Word.Lit()
			switch {
			case fd == "2" && w == "1":
				quiet = quiet || null
			case fd == "2" && w == "-":
				quiet = true
			case (fd == "" || fd == "1") && w == "2":
				m.out, into = nil, nil
			}
		default: // other descriptors are not followed
		}
	}
	return func() {
		if into != nil {
			if add {
				into.text = append(m.files[file][:len(m.files[file]):len(m.files[file])], into.text...)
			}
			if m.dead == 0 {
				m.files[file] = into.text
			}
		}
		m.in, m.out = in, out
	}, quiet
}

// open returns what a file holds: what the script has written into it, if it
// has.
func (m *machine) open(w *syntax.Word) *stream {
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ProcSubst); ok && p.Op == syntax.CmdIn {
			return m.captured(p.Stmts).stream()
		}
	}
	t := m.text(w)
	if s, ok := t.Known(); ok {
		if f, ok := m.files[s]; ok {
			m.loaded[s] = true
			return newStream(f)
		}
	}
	return &stream{file: Word{Span: m.src.node(w), Text: t.String(), Unknown: t.unknowns()}}
}

// captured runs commands in a subshell and returns what they write.
func (m *machine) captured(list []*syntax.Stmt) *output {
	out := m.out
	m.out = &output{}
	m.subshell(func() flow { return m.stmts(list) })
	got := m.out
	m.out = out
	return got
}

// substitute expands $(...): what its commands write, without the line ends at
// its end.
func (m *machine) substitute(c *syntax.CmdSubst) Text {
	at := m.src.node(c)
	m.step(1)
	var t Text
	if file, ok := onlyInput(c.Stmts); ok { // $(<file)
		s := m.open(file)
		if !s.known {
			return Text{m.opaque(at, m.src.slice(c))}
		}
		t = s.rest()
	} else {
		guard := m.guard
		got := m.captured(c.Stmts)
		m.guard = guard
		if got.unknown {
			return Text{m.opaque(at, m.src.slice(c))}
		}
		t = got.text
	}
	t = t.at(at)
	for n := len(t) - 1; n >= 0 && t[n].Unknown == nil; n-- {
		t[n].Text = strings.TrimRight(t[n].Text, "\n")
		if t[n].Text != "" {
			break
		}
		t = t[:n]
	}
	return t
}

func onlyInput(list []*syntax.Stmt) (*syntax.Word, bool) {
	if len(list) != 1 || list[0].Cmd != nil || len(list[0].Redirs) != 1 || list[0].Redirs[0].Op != syntax.RdrIn {
		return nil, false
	}
	return list[0].Redirs[0].Word, true
}

// process expands <(...) and >(...): the name of a file that only the running
// system knows. Its commands run.
func (m *machine) process(p *syntax.ProcSubst) Text {
	m.captured(p.Stmts)
	return Text{m.opaque(m.src.node(p), m.src.slice(p))}
}

// heredoc returns the text of a here-document.
func (m *machine) heredoc(r *syntax.Redirect) Text {
	if r.Hdoc == nil {
		return nil
	}
	plain := false // a quoted delimiter leaves the text as it is
	for _, p := range r.Word.Parts {
		l, ok := p.(*syntax.Lit)
		plain = plain || !ok || strings.Contains(l.Value, `\`)
	}
	var t Text
	for _, p := range r.Hdoc.Parts {
		l, ok := p.(*syntax.Lit)
		switch {
		case ok:
			escapes := "$`\\"
			if plain {
				escapes = noEscapes
			}
			from, to := m.src.offset(l.Pos()), m.src.offset(l.End())
			m.raw(&t, from, from+valueEnd(m.src.text[from:max(from, to)], l.Value), escapes)
		default:
			t = append(t, m.quotedPart(p)...)
		}
	}
	if r.Op == syntax.DashHdoc {
		t = untabbed(t)
	}
	return t
}

// valueEnd returns where in the text of a literal of a here-document its value
// ends: the parser counts the line that ends the document to the last one.
func valueEnd(raw, value string) int {
	i := 0
	for j := 0; j < len(value) && i < len(raw); i++ {
		switch {
		case raw[i] == 0, raw[i] == '\r' && strings.HasPrefix(raw[i+1:], "\n"):
		case raw[i] == '\\' && continued(raw[i+1:]) && !strings.HasPrefix(value[j:], "\\\n"):
			i += strings.IndexByte(raw[i:], '\n')
		default:
			j++
		}
	}
	return i
}

// continued reports whether a text begins with the end of a line.
func continued(s string) bool { return strings.HasPrefix(s, "\n") || strings.HasPrefix(s, "\r\n") }

// untabbed removes the tabs at the beginning of each line, as <<- does.
func untabbed(t Text) Text {
	var out Text
	begin := true
	for _, p := range t {
		if p.Unknown != nil {
			out, begin = append(out, p), false
			continue
		}
		for at := 0; at < len(p.Text); {
			for begin && at < len(p.Text) && p.Text[at] == '\t' {
				at++
			}
			if at == len(p.Text) {
				break
			}
			end := len(p.Text)
			if n := strings.IndexByte(p.Text[at:], '\n'); n >= 0 {
				end = at + n + 1
			}
			out = append(out, Piece{Span: p.sub(at, end), Text: p.Text[at:end]})
			begin = p.Text[end-1] == '\n'
			at = end
		}
	}
	return out
}
