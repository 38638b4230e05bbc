package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// lines reads a part of the script that the parser refuses, line by line: what
// each is of itself. What ties them together is not known, so all are unsure.
func (m *machine) lines(p plain, from, to int) {
	text := p.shell
	m.unsure++
	m.loose++
	defer func() { m.unsure--; m.loose-- }()
	for from < to {
		end := from
		for {
			n := strings.IndexByte(text[end:to], '\n')
			if n < 0 {
				end = to
				break
			}
			end += n + 1
			line := text[from : end-1]
			if !strings.HasSuffix(line, `\`) || strings.HasSuffix(line, `\\`) {
				break
			}
		}
		if !deep(text[from:end]) {
			m.line(p, from, end)
		}
		from = end
	}
}

// line reads a line. Where the parser refuses a part of it (a keyword whose
// other half is elsewhere, a pattern of a case), the rest is read.
func (m *machine) line(p plain, from, to int) {
	text := p.shell
	for tries := 0; from < to && tries < 16; tries++ {
		m.src = m.source(p, from)
		last := from
		fault := statements(text[from:to], syntax.LangBash, func(s *syntax.Stmt) bool {
			m.stmt(s)
			last = max(last, from+int(s.End().Offset()))
			return true
		})
		if fault == nil {
			return
		}
		at := min(from+int(fault.Pos.Offset()), to)
		for last < to && strings.IndexByte(" \t\n;&|", text[last]) >= 0 {
			last++
		}
		switch {
		case last >= to:
			return
		case at < to && (text[at] == '"' || text[at] == '\''):
			m.closed(p, last, to, text[at])
			return
		case at < to && text[at] == ')' && casePattern.MatchString(text[last:at]):
			from = at + 1
		case at > last && !fault.Incomplete:
			m.part(p, last, at)
			from = at + 1
		default:
			from = afterKeyword(text, last, to)
		}
	}
}

// casePattern is what stands before the ) of a case's item.
var casePattern = regexp.MustCompile(`^[^\s()|]+(\s*\|\s*[^\s()|]+)*\s*$`)

// afterKeyword returns where the commands go on behind a keyword that the parser
// cannot place, at from, and the words that belong to it.
func afterKeyword(text string, from, to int) int {
	end := from + 1
	for end < to && strings.IndexByte(" \t\n;&|(){}", text[end]) < 0 {
		end++
	}
	var sep string
	switch text[from:end] {
	case "case":
		sep = " in"
	case "for", "select":
		sep = ";"
	default:
		return end
	}
	n := strings.Index(text[end:to], sep)
	if n < 0 {
		return to
	}
	return end + n + len(sep)
}

// part reads what stands before an error, if it can be read.
func (m *machine) part(p plain, from, to int) {
	m.src = m.source(p, from)
	_ = statements(p.shell[from:to], syntax.LangBash, func(s *syntax.Stmt) bool { m.stmt(s); return true })
}

// closed reads a line whose quote is not closed as if it were, at its end.
func (m *machine) closed(p plain, from, to int, quote byte) {
	line := strings.TrimRight(p.shell[from:to], "\n")
	m.src = m.source(p, from)
	m.unclosed = true
	defer func() { m.unclosed = false }()
	_ = statements(line+string(quote), syntax.LangBash, func(s *syntax.Stmt) bool { m.stmt(s); return true })
}
