package semantics

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/semantics/bdd"
)

// names knows the interfaces that a host's rules name. A name is a string, and
// there are many; what rules can tell apart are the names that stand in them and,
// for each wildcard, "another name that begins so". Each of these classes has a
// code, which is the value of a field.
type names struct {
	codes []class
	index map[class]int
}

// class is a name, or all other names that begin with it.
type class struct {
	text     string
	wildcard bool
}

// The codes that are always there: no interface at all, and a name for which no
// rule asks.
const (
	nameNone = iota
	nameOther
)

// maxName is how long the name of an interface may be (IFNAMSIZ).
const maxName = 15

// newNames returns the classes that names and wildcards make.
func newNames(seen map[class]bool) *names {
	list := []class{{text: "lo"}}
	for c := range seen {
		if c.wildcard && len(c.text) >= maxName {
			c.wildcard = false // nothing longer can be
		}
		if c.text != "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b class) int {
		if c := cmp.Compare(a.text, b.text); c != 0 {
			return c
		}
		if a.wildcard {
			return -1
		}
		return 1
	})
	n := &names{codes: append([]class{{}, {wildcard: true}}, list...), index: map[class]int{}}
	for i, c := range n.codes {
		n.index[c] = i
	}
	return n
}

// bits is how many bits a code has.
func (n *names) bits() int { return bits.Len(uint(len(n.codes) - 1)) }

// code returns the code of a name.
func (n *names) code(name string) int {
	if name == "" {
		return nameNone
	}
	if i, ok := n.index[class{text: name}]; ok {
		return i
	}
	for l := len(name); l > 0; l-- {
		if i, ok := n.index[class{name[:l], true}]; ok {
			return i
		}
	}
	return nameOther
}

// match returns the codes of a name, or of all that begin with it.
func (n *names) match(text string, wildcard bool) []bdd.Interval {
	if !wildcard || len(text) >= maxName {
		return []bdd.Interval{point(n.code(text))}
	}
	var out []bdd.Interval
	for i, c := range n.codes {
		if i != nameNone && strings.HasPrefix(c.text, text) || text == "" {
			out = append(out, point(i))
		}
	}
	return out
}

func point(i int) bdd.Interval { return bdd.Interval{Lo: bdd.U64(uint64(i)), Hi: bdd.U64(uint64(i))} }

// name returns a name of the class: one that no rule names if it has others.
func (n *names) name(code int) string {
	if code == nameNone || code >= len(n.codes) {
		return ""
	}
	c := n.codes[code]
	if !c.wildcard {
		return c.text
	}
	candidates := []string{"0", "1", "2", "7", "9", "x0", "y1"}
	if c.text == "" {
		candidates = []string{"eth0", "eth1", "wan0", "ens3", "enp1s0", "uplink0", "other0", "q0", "z0"}
	}
	for _, s := range candidates {
		if s = c.text + s; len(s) <= maxName && n.code(s) == code {
			return s
		}
	}
	for a := 'a'; a <= 'z'; a++ {
		for b := '0'; b <= '9'; b++ {
			if s := c.text + string(a) + string(b); len(s) <= maxName && n.code(s) == code {
				return s
			}
		}
	}
	for _, b := range "0123456789abcdefghijklmnopqrstuvwxyz-._" {
		if s := c.text + string(b); n.code(s) == code {
			return s
		}
	}
	return c.text
}
