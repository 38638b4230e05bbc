package iptables

import (
	"iter"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
	"github.com/ctlint/ctlint/grammar/shell"
)

// source is where a command line stands in a script, kept small: its words are
// read again from the text when [File.Lines] needs them.
type source struct {
	from, to uint32 // offsets of the line, from its command's name on
	family   ast.Family
	form     form
	skip     uint16 // how many words stand before its options
	runs     uint32
	table    string // of a rule in a here-document
	// words are those of the first time that it ran, where the text alone does
	// not give them.
	words []ext.Word
}

// form is how a command line is written.
type form uint8

const (
	formShell form = iota // a command of a script
	formRule              // a rule of a save file, in a here-document
	formDump              // a line of iptables -S
)

// Lines calls yield with each command line of the file, read again from its
// words, in the order of the text; of a save file, these are the lines of its
// rules. A line that a script runs several times comes once, with the words of
// the first time. The Line is valid during the call. Its errors are in
// File.Errors.
func (f *File) Lines(yield func(*Line) bool) {
	if f.Dialect != Commands {
		f.ruleLines("", yield)
		return
	}
	chains := f.chainNames()
	var p parser
	for i := range f.sources {
		s := &f.sources[i]
		p.family, p.table, p.restore = s.family, "filter", s.form == formRule
		p.isChain = func(table, name string) bool { return chains[chainName{modelFamily(s.family), table, name}] }
		if s.table != "" {
			p.table = s.table
		}
		words := s.words
		if words == nil {
			words = f.reread(s)
		}
		if len(words) < int(s.skip) {
			continue
		}
		p.errs = p.errs[:0]
		line := p.parse(words[s.skip:])
		if line.Ignored {
			continue
		}
		line.Span = f.span(s.from, s.to)
		line.Words, line.Runs = words[s.skip:], int(s.runs)
		if s.skip > 0 {
			line.Command = words[s.skip-1]
		}
		line.Expanded = s.words != nil || s.runs > 1
		if !yield(line) {
			return
		}
	}
}

// Literal reports whether a word of a line stands in the file as it is, perhaps
// in quotes, so that to edit the text at its span is to edit the word.
func (f *File) Literal(w ext.Word) bool {
	if w.Opaque || !w.Valid() || w.From < f.base || int(w.To-f.base) > len(f.Text) {
		return false
	}
	text := f.Text[w.From-f.base : w.To-f.base]
	if text == w.Text {
		return true
	}
	if f.Dialect != Commands {
		return unquote(text) == w.Text
	}
	words := shell.Words("x "+text, 1)
	return len(words) == 2 && words[1].Text == w.Text && words[1].Unknown == nil
}

// reread reads the words of a command line from the text.
func (f *File) reread(s *source) []ext.Word {
	text := f.Text[s.from:s.to]
	if s.form == formShell {
		return extWords(nil, shell.Words(text, f.base+s.from))
	}
	_, rest := ruleCounters(text)
	words, _ := f.words(nil, rest, s.from+uint32(len(text)-len(rest)))
	return words
}

// ruleCounters splits the counters off that a rule's line may begin with.
func ruleCounters(text string) (counters, rest string) {
	if text != "" && text[0] == '[' {
		for i := range len(text) {
			if text[i] == ' ' || text[i] == '\t' {
				return text[:i], text[i:]
			}
		}
		return text, ""
	}
	return "", text
}

// extWords makes words of the shell's, appended to dst.
func extWords(dst []ext.Word, words []shell.Word) []ext.Word {
	for _, w := range words {
		dst = append(dst, ext.Word{Span: w.Span, Text: w.Text, Opaque: len(w.Unknown) > 0})
	}
	return dst
}

type chainName struct {
	family      ast.Family
	table, name string
}

// modelFamily is the family that a table of the model has: ip if none is given.
func modelFamily(f ast.Family) ast.Family {
	if f == ast.FamilyIP6 {
		return f
	}
	return ast.FamilyIP
}

// chainNames returns the names of all chains of the file.
func (f *File) chainNames() map[chainName]bool {
	m := map[chainName]bool{}
	if f.Ruleset == nil {
		return m
	}
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			m[chainName{modelFamily(t.Family), t.Name, c.Name}] = true
		}
	}
	return m
}

// LinesWith is [File.Lines] without lines of a save file that cannot have a
// certain word: a few of a hundred thousand are then read in no time.
func (f *File) LinesWith(word string) iter.Seq[*Line] {
	if f.Dialect == Commands {
		return f.Lines // words may come out of variables
	}
	return func(yield func(*Line) bool) { f.ruleLines(word, yield) }
}

// mayHave reports whether a line of a save file may have a word: it holds it,
// perhaps glued to -m but not as the end of another, or quotes that could hide it.
func mayHave(line, word string) bool {
	for rest := line; ; {
		i := strings.Index(rest, word)
		if i < 0 {
			return strings.ContainsAny(line, `"'\\`)
		}
		before := rest[:i]
		if before == "" || !isLetter(before[len(before)-1]) || strings.HasSuffix(before, "-m") {
			return true
		}
		rest = rest[i+len(word):]
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// ruleLines reads the rules of a save file again that may have a word.
func (f *File) ruleLines(word string, yield func(*Line) bool) {
	for _, s := range f.sections {
		r := f.newReader(s.table, s.isChain)
		for _, ls := range s.lines {
			if word != "" && !mayHave(f.Text[ls.from:ls.to], word) {
				continue
			}
			r.p.errs = r.p.errs[:0]
			line := r.parseLine(ls)
			if line == nil || line.Ignored {
				continue
			}
			line.Words, line.Runs = r.words, 1
			if !yield(line) {
				return
			}
		}
	}
}
