package driver

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// Subject is what a finding is about: the rule that its place lies in, or else the
// chain or the table. What there is none of is empty.
type Subject struct {
	// Family is the table's, in nft's words: ip, ip6, inet.
	Family string
	Table  string
	Chain  string
	// Rule is the rule's text with its blanks made one and without its
	// counters and its handle, so that it is the same wherever it stands.
	Rule string
	// Line and EndLine are the lines on which the rule, or else the place
	// itself, stands.
	Line, EndLine int
}

// TableName returns the table as nft names it: "inet filter".
func (s Subject) TableName() string {
	if s.Table == "" {
		return ""
	}
	return s.Family + " " + s.Table
}

// subjects finds the rules that places lie in.
type subjects struct {
	host  *ruleset.Host
	rules []ruleset.Place // by their beginning
	// decls are chains and tables, the smaller ones first.
	decls []decl
}

type decl struct {
	span  ast.Span
	table *ast.Table
	chain *ast.Chain
}

func newSubjects(h *ruleset.Host) *subjects {
	s := &subjects{host: h}
	for p := range h.Rules() {
		if p.Rule.Valid() {
			s.rules = append(s.rules, p)
		}
	}
	slices.SortStableFunc(s.rules, func(a, b ruleset.Place) int { return cmp.Compare(a.Rule.From, b.Rule.From) })
	for _, t := range h.Tables() {
		for _, c := range t.Chains {
			for _, span := range []ast.Span{c.NameSpan, c.Span} {
				if span.Valid() {
					s.decls = append(s.decls, decl{span, t, c})
				}
			}
		}
		if t.Valid() {
			s.decls = append(s.decls, decl{t.Span, t, nil})
		}
	}
	slices.SortStableFunc(s.decls, func(a, b decl) int { return cmp.Compare(a.span.To-a.span.From, b.span.To-b.span.From) })
	return s
}

// rule returns the smallest rule that holds a place; a rule with an anonymous
// chain holds others.
func (s *subjects) rule(pos uint32) (ruleset.Place, bool) {
	i, _ := slices.BinarySearchFunc(s.rules, pos, func(p ruleset.Place, pos uint32) int {
		if p.Rule.From > pos {
			return 1
		}
		return -1
	})
	for i--; i >= 0; i-- {
		if r := s.rules[i].Rule; pos < r.To || pos == r.To && r.To == r.From {
			for i > 0 && s.rules[i-1].Rule.Span == r.Span { // of the parts of a line, the first
				i--
			}
			return s.rules[i], true
		}
		if !s.nested(i, pos) {
			break
		}
	}
	return ruleset.Place{}, false
}

// nested reports whether a rule before number i may hold the place though rule i
// ends before it: only a rule of an anonymous chain stands inside of another.
func (s *subjects) nested(i int, pos uint32) bool {
	return s.rules[i].Chain.Anonymous || i > 0 && s.rules[i-1].Rule.To > pos
}

// of returns the subject of a place; the zero one for that of a file as a whole.
func (s *subjects) of(span ast.Span) Subject {
	if !span.Valid() {
		return Subject{}
	}
	if p, ok := s.rule(span.From); ok {
		at, end := place(s.host.Fset, p.Rule.Pos(), p.Rule.End())
		return Subject{
			Family: p.Table.Family.String(), Table: p.Table.Name, Chain: p.Chain.Name,
			Rule: ruleText(s.host.Text(p.Rule)), Line: at.Line, EndLine: end.Line,
		}
	}
	at, end := place(s.host.Fset, span.Pos(), span.End())
	out := Subject{Line: at.Line, EndLine: end.Line}
	for _, d := range s.decls {
		if d.span.From <= span.From && span.From < d.span.To {
			out.Family, out.Table = d.table.Family.String(), d.table.Name
			if d.chain != nil {
				out.Chain = d.chain.Name
			}
			break
		}
	}
	return out
}

// ruleText returns a rule's text as it stays when the rule moves: with single
// blanks, without the packet counters of a save file and the handle of nft.
func ruleText(text string) string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	words := strings.Fields(text)
	if len(words) > 0 && strings.HasPrefix(words[0], "[") && strings.HasSuffix(words[0], "]") {
		words = words[1:]
	}
	if n := len(words); n > 3 && words[n-2] == "handle" && words[n-3] == "#" {
		words = words[:n-3]
	}
	for i := 0; i+4 < len(words); i++ { // counter packets 5 bytes 300
		if words[i] == "counter" && words[i+1] == "packets" && words[i+3] == "bytes" {
			words = slices.Delete(words, i+1, i+5)
		}
	}
	return strings.Join(words, " ")
}

// fingerprint gives each finding the name by which it is known in other versions
// of the ruleset: made of the check, the table, the chain and the rule, and not of
// the line. Findings that would have the same name are numbered in their order.
func fingerprint(findings []Finding, text func(f Finding) string) {
	type key struct{ file, print string }
	seen := map[key]int{}
	for i := range findings {
		f := &findings[i]
		about := f.Subject.Rule
		if about == "" && f.Pos.IsValid() {
			about = strings.Join(strings.Fields(text(*f)), " ")
		}
		sum := sha256.Sum256([]byte(strings.Join([]string{f.Code, f.Subject.Family, f.Subject.Table, f.Subject.Chain, about}, "\x00")))
		f.Fingerprint = hex.EncodeToString(sum[:12])
		k := key{f.Pos.Filename, f.Fingerprint}
		seen[k]++
		if n := seen[k]; n > 1 {
			f.Fingerprint = fmt.Sprintf("%s-%d", f.Fingerprint, n)
		}
	}
}
