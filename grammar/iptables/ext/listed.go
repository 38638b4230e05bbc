package ext

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ctlint/ctlint/ast"
)

// Listed is a form in which iptables -L prints an option or an extension. Text
// is what stands in the listing, with $1, $2, ... for its changing words; Words
// are those of the command line that it means: an -m with the match's name, then
// its options, in which the same $1, $2, ... stand. A target's -j may be left
// out, as the listing has the target in a column of its own.
//
// A blank in Text is any number of them. $1 is one word, or the part of a word
// before what follows it in Text; in quotes and in /* */ it is all text up to
// their end, and $1* is all text up to what follows, or to the end of the line.
// Forms are found in any order and number, so each option can have one of its
// own. Where several forms of an extension begin with the same words (tcp
// dpt:$1, tcp spt:$1), those words may stand once, before the first; a form
// without options ("tcp", "-m tcp") says that they stand exactly once.
//
// What is negated needs no form: a ! before a form's text, or behind the words
// that it begins with like other forms, negates its first option, and a ! before the text of $1 negates the option that it belongs to,
// if these may be negated.
//
// An argument's Parse sees Context.Listing set, as some values stand in another
// form in a listing than on the command line (the numbers of --tcp-flags).
type Listed struct{ Text, Words string }

// form is a Listed, taken apart.
type form struct {
	ext   *Ext
	load  string // the name after -m
	parts []part
	words []template
	// bare says that there are no options in words; once, that a form of the
	// extension is bare.
	bare, once bool

	lead int // how many literal words the text begins with
	head int // how many of them another form of the extension begins with too
	lits int // length of the literal text: the more, the surer
}

// part is a piece of a form's text: literal text, blanks, or what changes.
type part struct {
	kind partKind
	lit  string
	arg  int
}

type partKind uint8

const (
	partText  partKind = iota
	partBlank          // one or more blanks
	partOne            // exactly one blank: beside text that may hold blanks
	partWord           // $1
	partMany           // $1*
)

// template is a word of a form's Words: pieces of which those with an arg stand
// for what changes.
type template struct {
	pieces []part
	option *Option // if the word is the name of one
}

// parseForm takes a declared form apart. It panics if the form is not well made,
// as a declaration is part of the program.
func parseForm(e *Ext, l Listed) *form {
	f := &form{ext: e, load: e.Name}
	bad := func(why string) { panic("ext: " + e.Name + ": listed form \"" + l.Text + "\": " + why) }
	f.parts = splitParts(l.Text)
	if len(f.parts) == 0 {
		bad("it has no text")
	}
	leading := true
	seen := map[int]bool{}
	for i, p := range f.parts {
		switch p.kind {
		case partText:
			f.lits += len(p.lit)
			if leading && (i+1 == len(f.parts) || f.parts[i+1].kind == partBlank) {
				f.lead++
			} else {
				leading = false
			}
		case partWord, partMany:
			leading, seen[p.arg] = false, true
		}
	}
	words := strings.Fields(l.Words)
	switch {
	case e.Target && len(words) > 1 && (words[0] == "-j" || words[0] == "--jump"):
		words = words[2:]
	case !e.Target && len(words) > 1 && (words[0] == "-m" || words[0] == "--match"):
		f.load, words = words[1], words[2:]
	}
	if f.load != e.Name {
		bad("-m " + f.load + " is another match")
	}
	f.bare = len(words) == 0
	for _, w := range words {
		w = strings.Trim(w, `"`)
		t := template{pieces: splitParts(w)}
		if name, ok := strings.CutPrefix(w, "--"); ok {
			if t.option = e.Lookup(name); t.option == nil {
				bad("there is no option " + w)
			}
		}
		for _, p := range t.pieces {
			if p.arg > 0 && !seen[p.arg] {
				bad("$" + strconv.Itoa(p.arg) + " is not in the text")
			}
		}
		f.words = append(f.words, t)
	}
	return f
}

// splitParts takes text with $1, $2, ... apart.
func splitParts(s string) []part {
	var out []part
	for i := 0; i < len(s); {
		switch {
		case s[i] == ' ':
			for i < len(s) && s[i] == ' ' {
				i++
			}
			if i < len(s) && len(out) > 0 {
				out = append(out, part{kind: partBlank})
			}
		case s[i] == '$' && i+1 < len(s) && s[i+1] >= '1' && s[i+1] <= '9':
			p := part{kind: partWord, arg: int(s[i+1] - '0')}
			i += 2
			if i < len(s) && s[i] == '*' {
				p.kind = partMany
				i++
			} else if enclosed(s[:i-2], s[i:]) {
				p.kind = partMany
			}
			out = append(out, p)
		default:
			j := i + 1
			for j < len(s) && s[j] != ' ' && !(s[j] == '$' && j+1 < len(s) && s[j+1] >= '1' && s[j+1] <= '9') {
				j++
			}
			out = append(out, part{kind: partText, lit: s[i:j]})
			i = j
		}
	}
	for i := range out {
		if out[i].kind == partBlank && (out[i-1].kind == partMany || i+1 < len(out) && out[i+1].kind == partMany) {
			out[i].kind = partOne
		}
	}
	return out
}

// enclosed reports whether what stands between before and after is in quotes or
// in a comment, so that it may hold blanks.
func enclosed(before, after string) bool {
	return strings.HasSuffix(before, `"`) && strings.HasPrefix(after, `"`) ||
		strings.HasSuffix(before, "`") && strings.HasPrefix(after, "'") ||
		strings.HasSuffix(before, "/* ") && strings.HasPrefix(after, " */")
}

// forms are all listed forms of a family: those of the matches, and those of
// each target.
type forms struct {
	matches []*form
	targets map[*Ext][]*form
}

var listedForms = [2]func() *forms{
	sync.OnceValue(func() *forms { return collectForms(ast.FamilyIP) }),
	sync.OnceValue(func() *forms { return collectForms(ast.FamilyIP6) }),
}

func formsOf(f ast.Family) *forms {
	if f == ast.FamilyIP6 {
		return listedForms[1]()
	}
	return listedForms[0]()
}

func collectForms(family ast.Family) *forms {
	fs := &forms{targets: map[*Ext][]*form{}}
	for _, e := range All() {
		if Find(e.Name, e.Target, family) != e {
			continue
		}
		var list []*form
		for _, l := range e.Listed {
			list = append(list, parseForm(e, l))
		}
		once := slices.ContainsFunc(list, func(f *form) bool { return f.bare })
		for _, f := range list {
			f.once = once
			for _, g := range list {
				if g != f {
					f.head = max(f.head, commonLead(f, g))
				}
			}
		}
		if e.Target {
			fs.targets[e] = list
		} else {
			fs.matches = append(fs.matches, list...)
		}
	}
	sure := func(a, b *form) int { return cmp.Compare(b.lits, a.lits) }
	slices.SortStableFunc(fs.matches, sure)
	for _, t := range fs.targets {
		slices.SortStableFunc(t, sure)
	}
	return fs
}

// commonLead returns how many words two forms of one extension begin with in common;
// those may be left out when one follows the other.
func commonLead(f, g *form) int {
	n := 0
	for i, at := 0, 0; i < min(f.lead, g.lead); i++ {
		if f.parts[at].lit != g.parts[at].lit {
			break
		}
		n++
		at += 2
	}
	return n
}

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
			if n := x.best(spot{end, f}); n < best.left {
				best = choice{left: n, form: f, from: from, not: not, args: a, end: end}
			}
			return best.left == 0
		})
	}
	each := func(f *form) {
		if best.left == 0 || !x.fits(f) {
			return
		}
		if s.last != nil && s.last.ext == f.ext {
			if n := commonLead(s.last, f); n > 0 && 2*n < len(f.parts) && f.parts[2*n].kind == partText {
				try(f, 2*n, false, s.at)
			}
		}
		try(f, 0, false, s.at)
		if best.left > 0 && x.text[s.at] == '!' && f.negatable(0) {
			try(f, 0, true, x.blanks(s.at+1))
		}
	}
	// The matches stand before the target.
	if s.last == nil || !s.last.ext.Target {
		for _, f := range x.forms.matches {
			each(f)
		}
	}
	for _, f := range x.target {
		each(f)
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

// words makes the words of the choices that best has found.
func (x *explainer) words() (matches, targets, unknown []Word) {
	var given []*Option // of the use that is being made
	var last *form
	for s := (spot{}); ; {
		s.at = x.blanks(s.at)
		if s.at == len(x.text) {
			return matches, targets, unknown
		}
		c := x.memo[s]
		if c.form == nil {
			at := x.span(s.at, c.end)
			// Neighbours that are not understood are one word.
			if n := len(unknown); n > 0 && x.blanks(int(unknown[n-1].To-x.base)) == s.at {
				at = unknown[n-1].Span.Join(at)
				unknown, matches = unknown[:n-1], matches[:len(matches)-1]
			}
			w := Word{Span: at, Text: x.text[at.From-x.base : at.To-x.base], Opaque: true}
			unknown, matches = append(unknown, w), append(matches, w)
			s.at = c.end
			continue
		}
		f := c.form
		words, options := x.instance(s.at, &c)
		switch {
		case f.ext.Target:
			targets = append(targets, words...)
		case last != nil && last.ext == f.ext && c.joins(given, options):
			matches, given = append(matches, words...), append(given, options...)
		default:
			head := x.span(s.at, x.word(s.at))
			matches = append(matches, Word{Span: head, Text: "-m"}, Word{Span: head, Text: f.load})
			matches, given = append(matches, words...), options
		}
		last = f
		s = spot{c.end, f}
	}
}

// joins reports whether a form is part of the use of its extension that the form
// before it belongs to. It is if words are left out that stood there. A form
// that stands whole is if the extension does not print its name once for each
// use, and none of its options is given yet.
func (c *choice) joins(given, options []*Option) bool {
	if c.from > 0 {
		return true
	}
	if c.form.once {
		return false
	}
	for _, o := range options {
		for _, g := range given {
			if o == g || slices.Contains(o.Excl, g.Name) || slices.Contains(g.Excl, o.Name) {
				return false
			}
		}
	}
	return true
}

// instance fills a form's words, and returns the options that it gives.
func (x *explainer) instance(at int, c *choice) (words []Word, options []*Option) {
	f := c.form
	nots := map[int]int{} // by the option's place in words: where the ! stands
	if c.not {
		nots[f.owner(0)] = at
	}
	for n := range c.args {
		if c.args[n].not > 0 {
			nots[f.owner(n)] = c.args[n].not - 1
		}
	}
	whole := x.span(at, c.end)
	for i, t := range f.words {
		if t.option != nil {
			options = append(options, t.option)
		}
		if n, ok := nots[i]; ok {
			words = append(words, Word{Span: x.span(n, n+1), Text: "!"})
		}
		words = append(words, x.fill(f, &t, c, whole))
	}
	return words, options
}

// fill makes a word of its template. It has the span of the text that it holds;
// a word that is always the same has that of the whole form.
func (x *explainer) fill(f *form, t *template, c *choice, whole ast.Span) Word {
	var w Word
	for _, p := range t.pieces {
		if p.arg == 0 {
			w.Text += p.lit
			continue
		}
		a := c.args[p.arg]
		w.Text += x.text[a.from:a.to]
		w.Span = w.Span.Join(x.span(a.from, a.to))
		w.Quoted = true
	}
	if !w.Valid() {
		w.Span = whole
	}
	return w
}
