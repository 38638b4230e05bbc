package ipset

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// parser reads a file's commands in order.
type parser struct {
	*File
	sets  map[string]*set
	words []word
	read  *reader
	// unknown are the sets that are not created; each is reported once.
	unknown map[string]bool
	holes   bool // elements were deleted
}

// maxName is the longest name of a set (IPSET_MAXNAMELEN - 1).
const maxName = 31

func (f *File) parse() {
	tree, err := restoreGrammar.ParseString(f.Name, f.Text)
	if err != nil {
		panic(err) // the grammar takes every sequence of its tokens
	}
	p := &parser{File: f, sets: map[string]*set{}, unknown: map[string]bool{}}
	p.read = &reader{parser: p}
	for _, part := range tree.Parts {
		if part.Adds != nil {
			p.adds(part.Adds.from, part.Adds.to)
			continue
		}
		at := part.Line.Pos.Offset
		p.line(at, at+len(part.Line.Value))
	}
	p.compact()
}

// adds reads a run of add lines.
func (p *parser) adds(from, to int) {
	var s *set
	for at := from; at < to; {
		end := lineEnd(p.Text[:to], at)
		line := at
		at = end + 1
		i := line + len("add ")
		for i < end && isBlank(p.Text[i]) {
			i++
		}
		j := i
		for j < end && !isBlank(p.Text[j]) {
			j++
		}
		if s == nil || s.Name != p.Text[i:j] {
			if s = p.sets[p.Text[i:j]]; s == nil {
				// It is quoted, abbreviated or wrong: not for here.
				p.line(line, end)
				continue
			}
		}
		p.read.add(s, line, j, end)
	}
}

// line reads a command.
func (p *parser) line(from, to int) {
	var err *grammar.Error
	if p.words, err = p.File.words(p.words[:0], from, to); err != nil {
		p.fail(err)
		return
	}
	// Options of the program may stand anywhere.
	w := p.words[:0]
	for _, x := range p.words {
		switch x.text {
		case "-exist", "-!", "-quiet", "-q":
		default:
			w = append(w, x)
		}
	}
	if len(w) == 0 || len(w) == 1 && w[0].text == "COMMIT" {
		return
	}
	c := findCommand(w[0].text)
	if c == nil {
		e := grammar.Errorf(w[0].Span, "unknown command %q", w[0].text).Expected("create, add, del, flush, destroy, swap or rename")
		e.Hint = grammar.Near(w[0].text, commandNames())
		p.fail(e)
		return
	}
	args := w[1:]
	if len(args) < c.least || c.most >= 0 && len(args) > c.most {
		e := grammar.Errorf(w[0].Span, "%s has no argument", c.name)
		if len(args) > 0 {
			e = grammar.Errorf(args[len(args)-1].Span, "%s has %d arguments", c.name, len(args))
		}
		p.fail(e.Expected("%s", c.form))
		return
	}
	c.run(p, p.span(from, to), args)
}

// find returns the set of that name, if the file creates it. One that is not
// created is reported at its first use.
func (p *parser) find(w word) *set {
	s := p.sets[w.text]
	if s == nil && !p.unknown[w.text] {
		p.unknown[w.text] = true
		e := grammar.Errorf(w.Span, "set %s is not created, so the type of its elements is not known", w.text).Expected("create %s TYPE above", w.text)
		e.Hint = grammar.Near(w.text, p.names())
		p.fail(e)
	}
	return s
}

func (p *parser) names() []string {
	var out []string
	for _, s := range p.Ruleset.IPSets {
		out = append(out, s.Name)
	}
	return out
}

// outside records a command on a set that the file does not create.
func (p *parser) outside(at ast.Span, verb string, args []word) {
	c := &ast.Command{Span: at, Verb: verb, Object: "ipset"}
	for i, a := range args {
		if i == 0 {
			c.Name = a.text
			continue
		}
		c.Args = append(c.Args, a.text)
	}
	p.Ruleset.Commands = append(p.Ruleset.Commands, c)
}
