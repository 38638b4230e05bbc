package ct

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/ruleset"
)

// stateNames are the names of the states, as both dialects have them.
var stateNames = map[uint64]string{
	ast.StateInvalid: "invalid", ast.StateEstablished: "established", ast.StateRelated: "related", ast.StateNew: "new", ast.StateUntracked: "untracked",
}

// stateList returns the only match on the state that a rule has, if it is a list of
// those that are asked for; nil else.
func stateList(r *ast.Rule) *ast.Match {
	var found *ast.Match
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if !isState(s.Left) {
				continue
			}
			if found != nil || s.Op != ast.OpAny && s.Op != ast.OpEq {
				return nil
			}
			found = s
		case *ast.AnyOf:
			if statesOfAny(s) != 0 {
				return nil
			}
		}
	}
	return found
}

// withoutStates returns the edit that takes states out of the list of a rule; false
// if it has none, or none would be left.
func withoutStates(h *ruleset.Host, r *ast.Rule, states uint64) (analysis.TextEdit, bool) {
	m := stateList(r)
	if m == nil || r.Parts > 1 {
		return analysis.TextEdit{}, false
	}
	text := h.Text(m.Right)
	body, open, end := text, "", ""
	if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
		body, open, end = strings.TrimSpace(text[1:len(text)-1]), "{ ", " }"
	}
	separator := ","
	if strings.Contains(body, ", ") {
		separator = ", "
	}
	var kept []string
	taken := uint64(0)
	for _, word := range strings.Split(body, ",") {
		word = strings.TrimSpace(word)
		bit := stateNamed(word)
		if bit&states != 0 {
			taken |= bit
			continue
		}
		if bit == 0 {
			return analysis.TextEdit{}, false // a variable, or SNAT
		}
		kept = append(kept, word)
	}
	if taken != states || len(kept) == 0 {
		return analysis.TextEdit{}, false
	}
	if len(kept) == 1 {
		open, end = "", ""
	}
	return edit.Replace(m.Right, open+strings.Join(kept, separator)+end), true
}

// stateNamed returns the state of that name; 0 if there is none.
func stateNamed(word string) uint64 {
	for bit, name := range stateNames {
		if strings.EqualFold(word, name) {
			return bit
		}
	}
	return 0
}
