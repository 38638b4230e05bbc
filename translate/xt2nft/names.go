package xt2nft

import (
	"strconv"
	"strings"

	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// names gives things names that nft can read: their own, if it can read those.
type names struct {
	given map[string]string // by the name in the source
	taken map[string]bool
	sets  bool // they are names of sets or objects
	// prefix comes before a name that something else has already.
	prefix string
}

func newNames(sets bool) names {
	return names{given: map[string]string{}, taken: map[string]bool{}, sets: sets}
}

func (n *names) has(source string) bool { _, ok := n.given[source]; return ok }

// name returns the name of what the source calls so, the same each time.
func (n *names) name(source string) string {
	if s, ok := n.given[source]; ok {
		return s
	}
	s := n.fresh(source)
	n.given[source] = s
	return s
}

// fresh returns a name that is like want and that nothing else has.
func (n *names) fresh(want string) string {
	s := want
	if !n.readable(s) {
		s = plain(s)
		if !n.readable(s) {
			s += "_"
		}
	}
	if n.taken[s] {
		s = n.prefix + s
	}
	base := s
	for i := 2; n.taken[s]; i++ {
		s = base + "_" + strconv.Itoa(i)
	}
	n.taken[s] = true
	return s
}

// readable reports whether nft can read a name.
func (n *names) readable(s string) bool {
	return syntax.ValidName(s) && s != "destroy" && !(n.sets && wordsOfSets[s])
}

// wordsOfSets are the words that nft's scanner knows where sets and objects are
// named, and nowhere else.
var wordsOfSets = map[string]bool{"bytes": true, "ih": true, "ll": true, "name": true, "nh": true, "over": true, "packets": true, "until": true, "used": true}

// plain makes a name of letters, digits, and what may stand between them.
func plain(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_',
			i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.' || c == '/'):
			b.WriteByte(c)
		case i == 0 && c >= '0' && c <= '9':
			b.WriteString("_" + s[:1])
		default:
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}
