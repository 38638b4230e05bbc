package shell

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A firewall script is often a service: it is called with start, stop, restart
// or status. What it makes of the kernel is what its start makes of it. So a
// word that is not known is taken for "start" where the script compares it with
// the words of a service: "start" is equal to it, "stop" is not.

// startActions are the words for what makes a firewall, the best first. Those
// from commonStart on are common words too, and mean an action only where they
// are compared with a parameter of the script.
var startActions = []string{"start", "restart", "reload", "force-reload", "up", "on", "enable", "apply"}

// otherActions are words for what else services do; from commonOther on, common
// words too.
var otherActions = []string{
	"stop", "status", "panic", "condrestart", "try-restart", "force-stop",
	"flush", "clear", "clean", "reset", "off", "down", "disable", "save", "list", "show",
	"test", "check", "help", "-h", "--help", "usage", "delete", "remove", "unload", "open",
}

const (
	commonStart = 4
	commonOther = 6
)

// actions returns the words that an unknown text may be taken for.
func actions(t Text) (start, other []string) {
	if u := t.unknowns(); len(u) == 1 && len(u[0].Text) == 2 && u[0].Text[0] == '$' && u[0].Text[1] >= '1' && u[0].Text[1] <= '9' {
		return startActions, otherActions
	}
	return startActions[:commonStart], otherActions[:commonOther]
}

// chooseAction returns the item of a case clause that starts the firewall, if
// the clause tells the actions of a service apart; -1 if none of them does.
func chooseAction(subject Text, c *syntax.CaseClause) (int, bool) {
	start, other := actions(subject)
	best, rank := -1, len(start)
	fallback, service := -1, false
	for i, it := range c.Items {
		for _, p := range it.Patterns {
			w := strings.ToLower(p.Lit())
			if q, ok := quoted(p); ok {
				w = strings.ToLower(q)
			}
			if r := slices.Index(start, w); r >= 0 {
				service = true
				if r < rank {
					best, rank = i, r
				}
			} else if slices.Contains(other, w) {
				service = true
			} else if w == "*" {
				fallback = i
			}
		}
	}
	if !service {
		return 0, false
	}
	if best < 0 {
		best = fallback
	}
	return best, true
}

// quoted returns the text of a word that is one quoted literal.
func quoted(w *syntax.Word) (string, bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	switch p := w.Parts[0].(type) {
	case *syntax.SglQuoted:
		return p.Value, true
	case *syntax.DblQuoted:
		if len(p.Parts) == 1 {
			l, ok := p.Parts[0].(*syntax.Lit)
			if ok {
				return l.Value, true
			}
		}
	}
	return "", false
}

var startWord = regexp.MustCompile(`\b(?i:start)\b`)

// isAction reports whether a text that is not known, and may be an action, is
// this one.
func (m *machine) isAction(t Text, word string) Status {
	start, other := actions(t)
	word = strings.ToLower(word)
	switch {
	case slices.Contains(other, word):
		return No
	case word == "start":
		return Yes
	case !slices.Contains(start, word):
		return Maybe
	}
	if m.startIn == Maybe {
		m.startIn = statusOf(startWord.MatchString(m.Text))
	}
	return m.startIn.Not() // a script that knows start is started by it
}
