package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// maxListed is the longest text that is explained; the kernel has none that long.
const maxListed = 1 << 13

// Explain turns the text that iptables -L prints behind a rule's addresses into
// words of a command line, those of the matches and those of the target. The
// text begins at base. What no form explains is in unknown, and among the words
// as an opaque word.
func Explain(c *Context, text string, base uint32, target *Ext) (matches, targets, unknown []Word) {
	x := explainer{ctx: c, text: text, base: base, forms: formsOf(c.Family), memo: map[spot]choice{}}
	if target != nil {
		x.target = x.forms.targets[target]
	}
	if len(text) > maxListed {
		w := Word{Span: x.span(0, len(text)), Text: text, Opaque: true}
		return []Word{w}, nil, []Word{w}
	}
	x.best(spot{})
	return x.words()
}

// explainer finds the forms that explain a text with the least left over.
type explainer struct {
	ctx    *Context
	text   string
	base   uint32
	forms  *forms
	target []*form
	memo   map[spot]choice
}

// spot is a place in the text, with the form that stands before it.
type spot struct {
	at   int
	last *form
}

// choice is the best that can be done from a spot on: take form, whose text
// ends at end, or leave a word.
type choice struct {
	left int // how many words stay unexplained
	form *form
	from int // the first part that is matched; before it stand words left out
	not  bool
	args args
	end  int
}

// args are what the changing words of a form stand for; the first is none, and
// may tell of a ! behind the words that several forms begin with.
type args [10]arg

type arg struct {
	from, to int
	not      int // where a ! stands before it, plus 1
}

func (x *explainer) blanks(at int) int {
	for at < len(x.text) && isBlank(x.text[at]) {
		at++
	}
	return at
}

func (x *explainer) word(at int) int {
	for at < len(x.text) && !isBlank(x.text[at]) {
		at++
	}
	return at
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// best finds the best choice at a spot and returns how many words then stay
// unexplained.
func (x *explainer) best(s spot) int {
	s.at = x.blanks(s.at)
	if s.at == len(x.text) {
		return 0
	}
	if c, ok := x.memo[s]; ok {
		return c.left
	}
	best := choice{left: 1 << 30}
	try := func(f *form, from int, not bool, at int) {
		var a args
		x.match(f, from, at, &a, func(end int) bool {
			if not && a[0].not > 0 {
				return false // one ! is enough
			}
			if n := x.best(spot{end, f}); n < best.left {
				best = choice{left: n, form: f, from: from, not: not, args: a, end: end}
			}
			return best.left == 0
		})
	}
	either := func(f *form, from int) {
		if best.left == 0 || !x.fits(f) {
			return
		}
		try(f, from, false, s.at)
		if best.left > 0 && x.text[s.at] == '!' && f.negatable(0) {
			try(f, from, true, x.blanks(s.at+1))
		}
	}
	// The matches stand before the target. What goes on with the extension
	// that stands before is that extension's, whoever else may say the like.
	candidates := [][]*form{x.forms.matches, x.target}
	if s.last != nil && s.last.ext.Target {
		candidates = candidates[1:]
	}
	for _, list := range candidates {
		for _, f := range list {
			if s.last != nil && s.last.ext == f.ext {
				if n := commonLead(s.last, f); n > 0 && 2*n < len(f.parts) && f.parts[2*n].kind == partText {
					either(f, 2*n)
				}
			}
		}
	}
	for _, list := range candidates {
		for _, f := range list {
			either(f, 0)
		}
	}
	if best.left > 0 {
		end := x.word(s.at)
		if n := 1 + x.best(spot{end, s.last}); n < best.left {
			best = choice{left: n, end: end}
		}
	}
	x.memo[s] = best
	return best.left
}

// fits reports whether the rule's protocol lets the extension stand in it.
func (x *explainer) fits(f *form) bool {
	return len(f.ext.Protos) == 0 || x.ctx.hasProto(f.ext.Protos...)
}

// negatable reports whether the option that the n-th changing word belongs to
// may be negated; 0 is the first option of all.
func (f *form) negatable(n int) bool {
	o := f.owner(n)
	return o >= 0 && f.words[o].option.Not
}

// owner returns the index in words of the option that the n-th changing word
// belongs to, or of the first for 0; -1 if there is none.
func (f *form) owner(n int) int {
	last := -1
	for i, t := range f.words {
		if t.option != nil {
			last = i
			if n == 0 {
				return i
			}
		}
		if n > 0 && slices.ContainsFunc(t.pieces, func(p part) bool { return p.arg == n }) {
			return last
		}
	}
	return -1
}

// maxTries is how many ends are tried for text that may hold blanks.
const maxTries = 8

// match matches the parts of a form from number i on at a place of the text, and
// calls found with the end for each way in which they do, until it returns true.
func (x *explainer) match(f *form, i, at int, a *args, found func(end int) bool) bool {
	if i == len(f.parts) {
		return (at == len(x.text) || isBlank(x.text[at])) && found(at)
	}
	if i > 0 && i == 2*f.head && at < len(x.text) && x.text[at] == '!' && a[0].not == 0 && f.negatable(0) {
		a[0].not = at + 1
		if x.match(f, i, x.blanks(at+1), a, found) {
			return true
		}
		a[0].not = 0
	}
	p := &f.parts[i]
	switch p.kind {
	case partText:
		return strings.HasPrefix(x.text[at:], p.lit) && x.match(f, i+1, at+len(p.lit), a, found)
	case partBlank:
		to := x.blanks(at)
		return to > at && x.match(f, i+1, to, a, found)
	case partOne:
		return at < len(x.text) && isBlank(x.text[at]) && x.match(f, i+1, at+1, a, found)
	case partWord, partMany:
	}
	saved := a[p.arg]
	defer func() { a[p.arg] = saved }()
	a[p.arg] = arg{}
	if p.kind == partWord && at < len(x.text) && x.text[at] == '!' && f.negatable(p.arg) {
		a[p.arg].not = at + 1
		at = x.blanks(at + 1)
	}
	limit := len(x.text)
	if p.kind == partWord {
		limit = x.word(at)
		if limit == at {
			return false
		}
	}
	a[p.arg].from = at
	if i+1 == len(f.parts) || p.kind == partWord && f.parts[i+1].kind == partBlank {
		a[p.arg].to = limit
		return x.match(f, i+1, limit, a, found)
	}
	// The value ends where what follows it begins.
	next := f.parts[i+1]
	tries := 0
	for to := at; to <= limit && tries < maxTries; to++ {
		here := next.kind == partText && strings.HasPrefix(x.text[to:], next.lit) ||
			next.kind != partText && to < len(x.text) && isBlank(x.text[to])
		if !here || p.kind == partWord && to == at {
			continue
		}
		if next.kind == partOne && i+2 < len(f.parts) && f.parts[i+2].kind == partText && !strings.HasPrefix(x.text[to+1:], f.parts[i+2].lit) {
			continue
		}
		tries++
		a[p.arg].to = to
		if x.match(f, i+1, to, a, found) {
			return true
		}
	}
	return false
}

func (x *explainer) span(from, to int) ast.Span {
	return ast.Span{From: x.base + uint32(from), To: x.base + uint32(to)}
}
