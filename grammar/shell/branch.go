package shell

import (
	"regexp"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// condition runs the commands of a condition and returns whether it holds.
func (m *machine) condition(list []*syntax.Stmt) (Status, flow) {
	m.guard++
	f := m.stmts(list)
	m.guard--
	return m.status, f
}

func (m *machine) ifClause(c *syntax.IfClause) flow {
	st, f := m.condition(c.Cond)
	if f.kind != flowNext {
		return f
	}
	switch st {
	case Yes:
		m.elseClause(c.Else, true)
		return m.stmts(c.Then)
	case No:
		m.deadStmts(c.Then)
		return m.elseClause(c.Else, false)
	default:
		return m.either(
			func() flow { return m.stmts(c.Then) },
			func() flow { return m.elseClause(c.Else, false) },
		)
	}
}

func (m *machine) elseClause(c *syntax.IfClause, dead bool) flow {
	switch {
	case c == nil:
		m.status = Yes
	case dead:
		m.deadRun(m.src.node(c), func() { m.elseClause(c, false) })
	case len(c.Cond) > 0:
		return m.ifClause(c)
	default:
		return m.stmts(c.Then)
	}
	return flow{}
}

// caseClause runs the item that the word matches. A word that is not known and
// may be one of start, stop, restart, ... is start: see action.go.
func (m *machine) caseClause(c *syntax.CaseClause) flow {
	subject := m.text(c.Word)
	sts := make([]Status, len(c.Items))
	unknown := false
	for i, it := range c.Items {
		sts[i] = No
		for _, p := range it.Patterns {
			st := m.matches(subject, p)
			if st == Yes || st == Maybe && sts[i] == No {
				sts[i] = st
			}
		}
		unknown = unknown || sts[i] == Maybe
		if sts[i] == Yes {
			break // the others are only looked at if this is left by ;;&
		}
	}
	if unknown {
		if i, ok := chooseAction(subject, c); ok {
			return m.caseItem(c, i)
		}
		ways := []func() flow{}
		sure := false
		for i, st := range sts {
			if st == No && !sure {
				m.deadStmts(c.Items[i].Stmts)
			} else if !sure {
				sure = st == Yes
				ways = append(ways, func() flow { return m.items(c, i) })
			} else {
				m.deadStmts(c.Items[i].Stmts)
			}
		}
		if !sure {
			ways = append(ways, func() flow { m.status = Yes; return flow{} })
		}
		return m.either(ways...)
	}
	for i, st := range sts {
		if st == Yes {
			return m.caseItem(c, i)
		}
	}
	return m.caseItem(c, -1)
}

// caseItem runs the item of that index, the others being dead.
func (m *machine) caseItem(c *syntax.CaseClause, chosen int) flow {
	m.status = Yes
	for i := range c.Items {
		if i != chosen {
			m.deadStmts(c.Items[i].Stmts)
		}
	}
	if chosen < 0 {
		return flow{}
	}
	return m.items(c, chosen)
}

// items runs an item and those that it falls through to.
func (m *machine) items(c *syntax.CaseClause, i int) flow {
	m.status = Yes
	for ; i < len(c.Items); i++ {
		if f := m.stmts(c.Items[i].Stmts); f.kind != flowNext || c.Items[i].Op == syntax.Break {
			return f
		}
	}
	return flow{}
}

// matches reports whether a text matches the pattern that a word is.
func (m *machine) matches(t Text, w *syntax.Word) Status {
	pat, ok := m.pattern(w)
	if pat == "*" {
		return Yes
	}
	s, known := t.Known()
	if !ok || !known {
		return Maybe
	}
	re, err := compile(pat, pattern.EntireString)
	if err != nil {
		return Maybe
	}
	return statusOf(re.MatchString(s))
}

func compile(pat string, mode pattern.Mode) (*regexp.Regexp, error) {
	expr, err := pattern.Regexp(pat, mode)
	if err != nil {
		return nil, err
	}
	return regexp.Compile(expr)
}

// pattern returns the shell pattern that a word is: what is quoted in it stands
// for itself.
func (m *machine) pattern(w *syntax.Word) (string, bool) {
	if w == nil {
		return "", true
	}
	out, ok := "", true
	for _, part := range w.Parts {
		t := m.text(&syntax.Word{Parts: []syntax.WordPart{part}})
		s, known := t.Known()
		ok = ok && known
		switch part := part.(type) {
		case *syntax.Lit:
			out += part.Value
		case *syntax.SglQuoted, *syntax.DblQuoted:
			out += pattern.QuoteMeta(s, 0)
		case *syntax.ExtGlob:
			out += m.src.slice(part)
		default:
			out += s
		}
	}
	return out, ok
}
