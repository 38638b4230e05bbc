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
// that it begins with like other forms, negates its first option, and a ! before
// the text of $1 negates the option that it belongs to, if these may be negated.
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
		case partBlank, partOne:
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
