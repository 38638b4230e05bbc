package rd

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// needlessIn returns the rules that do nothing for one of the causes, without those
// that duplicate-rule reports.
func needlessIn(pass *analysis.Pass, causes ...cause) []needless {
	var out []needless
	all := pass.ResultOf[needlessness].([]needless)
	if len(all) == 0 {
		return nil
	}
	same := duplicated(graph.Of(pass))
	for _, n := range all {
		for _, c := range causes {
			if n.cause == c && !same[n.rule] {
				out = append(out, n)
			}
		}
	}
	return out
}

// lines says where rules stand: "line 7", "lines 7 and 9", with the name of the file
// where that is another one.
func lines(h *ruleset.Host, r analysis.Range, by []taker) string {
	own := h.Fset.Position(r.Pos())
	var places []string
	for _, t := range by {
		if p := h.Fset.Position(t.rule.Pos()); p.Filename == own.Filename {
			places = append(places, fmt.Sprint(p.Line))
		} else {
			places = append(places, fmt.Sprintf("%d of %s", p.Line, p.Filename))
		}
	}
	n := len(places)
	switch {
	case n == 1:
		return "line " + places[0]
	case n > maxPlaces:
		places = append(places[:maxPlaces:maxPlaces], fmt.Sprintf("%d more", n-maxPlaces))
	}
	return "lines " + strings.Join(places[:len(places)-1], ", ") + " and " + places[len(places)-1]
}

// maxPlaces is how many rules a message names.
const maxPlaces = 6

// related points to the rules that a finding names.
func related(by []taker) (out []check.Option) {
	for _, t := range by[:min(len(by), maxPlaces)] {
		out = append(out, check.Related(t.rule, "this rule "+verbs[t.does.kind]+" them"))
	}
	return out
}

// example returns a packet of a set as an option: one that is in it whatever cannot be
// known, if there is one.
func example(s semantics.Set) []check.Option {
	for _, s := range []semantics.Set{s.Must(), s} {
		if w, ok := s.Witness(); ok {
			return []check.Option{check.Witness(w.String())}
		}
	}
	return nil
}

// deeds says what rules do to the packets they take: one word if all do the same.
func deeds(by []taker, plural bool) string {
	verb := verbs
	if plural {
		verb = bare
	}
	var kinds []string
	seen := map[deedKind]bool{}
	for _, t := range by {
		if !seen[t.does.kind] {
			seen[t.does.kind] = true
			kinds = append(kinds, verb[t.does.kind])
		}
	}
	return strings.Join(kinds, " or ")
}
