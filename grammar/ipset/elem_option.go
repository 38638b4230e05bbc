package ipset

import (
	"math"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// elemOption is an option of add.
type elemOption struct {
	name string
	arg  bool
	// needs is the option of create without which it cannot be, and has
	// whether the set has it.
	needs string
	has   func(s *set) bool
	// of says which types have it; nil for all.
	of   func(t *setType) bool
	read func(r *reader, w, arg word, place *int) *grammar.Error
}

var elemOptions []elemOption

func init() {
	counters := func(s *set) bool { return s.counters }
	skbinfo := func(s *set) bool { return s.skbinfo }
	list := func(t *setType) bool { return t.is&isList != 0 }
	elemOptions = []elemOption{
		{name: "timeout", arg: true, needs: "timeout", has: func(s *set) bool { return s.timeout }, read: (*reader).timeout},
		{name: "comment", arg: true, needs: "comment", has: func(s *set) bool { return s.comment }, read: (*reader).comment},
		{name: "packets", arg: true, needs: "counters", has: counters, read: (*reader).count},
		{name: "bytes", arg: true, needs: "counters", has: counters, read: (*reader).count},
		{name: "skbmark", arg: true, needs: "skbinfo", has: skbinfo, read: (*reader).skb},
		{name: "skbprio", arg: true, needs: "skbinfo", has: skbinfo, read: (*reader).skb},
		{name: "skbqueue", arg: true, needs: "skbinfo", has: skbinfo, read: (*reader).skb},
		{name: "nomatch", of: func(t *setType) bool { return t.is&hasNomatch != 0 }, read: (*reader).nomatch},
		{name: "wildcard", of: func(t *setType) bool { return t.dims[len(t.dims)-1] == dimIface }, read: (*reader).wildcard},
		{name: "before", arg: true, of: list, read: (*reader).before},
		{name: "after", arg: true, of: list, read: (*reader).before},
	}
}

// option reads an option of an element from words and returns those behind it.
func (r *reader) option(words []word, place *int) ([]word, *grammar.Error) {
	w := words[0]
	words = words[1:]
	name := strings.TrimPrefix(w.text, "--")
	if name == "-exist" || name == "-!" {
		return words, nil
	}
	var names []string
	for i := range elemOptions {
		o := &elemOptions[i]
		if o.of != nil && !o.of(r.set.typ) {
			continue
		}
		names = append(names, o.name)
		if o.name != name {
			continue
		}
		var arg word
		if o.arg {
			if len(words) == 0 {
				return nil, grammar.Errorf(w.Span, "%s has no argument", w.text).Expected("one after it")
			}
			arg, words = words[0], words[1:]
		}
		if o.has != nil && !o.has(r.set) {
			return words, grammar.Errorf(w.Span, "%s in set %s, which is created without %s", o.name, r.set.Name, o.needs).Expected("%s in its create line", o.needs)
		}
		return words, o.read(r, w, arg, place)
	}
	e := grammar.Errorf(w.Span, "an element of %s has no option %q", r.set.typ.name, w.text).Expected("%s", strings.Join(names, ", "))
	e.Hint = grammar.Near(name, names)
	return words, e
}

func (r *reader) timeout(_, arg word, _ *int) *grammar.Error {
	n, ok := num(arg.text, maxTimeout)
	if !ok {
		return grammar.Errorf(arg.Span, "%q is no timeout", arg.text).Expected("seconds from 0 to %d", uint64(maxTimeout))
	}
	r.base.Extend().Timeout = n * 1000
	return nil
}

func (r *reader) comment(_, arg word, _ *int) *grammar.Error {
	if len(arg.text) > 255 {
		return grammar.Errorf(arg.Span, "the comment is %d bytes long", len(arg.text)).Expected("at most 255")
	}
	r.base.Extend().Comment = arg.text
	return nil
}

func (r *reader) count(w, arg word, _ *int) *grammar.Error {
	n, ok := num(arg.text, math.MaxUint64-1)
	if !ok {
		return grammar.Errorf(arg.Span, "%q is no number of %s", arg.text, w.text).Expected("a number")
	}
	var c *ast.Counter
	for _, s := range r.base.Extra().Stmts {
		if have, ok := s.(*ast.Counter); ok {
			c = have
		}
	}
	if c == nil {
		c = &ast.Counter{Span: w.Span}
		r.base.Extend().Stmts = append(r.base.Extend().Stmts, c)
	}
	c.Span = c.Span.Join(arg.Span)
	if strings.HasSuffix(w.text, "packets") {
		c.Packets = n
	} else {
		c.Bytes = n
	}
	return nil
}

// skb reads what the element gives to the packet (ipset(8), skbinfo).
func (r *reader) skb(w, arg word, _ *int) *grammar.Error {
	o := ast.Option{Span: w.Span.Join(arg.Span), Name: strings.TrimPrefix(w.text, "--")}
	first, second, both := strings.Cut(arg.text, "/")
	base, width := 16, 32
	switch o.Name {
	case "skbmark":
		var ok bool
		if first, ok = strings.CutPrefix(first, "0x"); ok && both {
			second, ok = strings.CutPrefix(second, "0x")
		}
		if !ok {
			return grammar.Errorf(arg.Span, "%q is no mark", arg.text).Expected("MARK or MARK/MASK, with 0x before both")
		}
	case "skbprio":
		width = 16
		if first, second, both = strings.Cut(arg.text, ":"); !both {
			return grammar.Errorf(arg.Span, "%q is no class", arg.text).Expected("MAJOR:MINOR, both hexadecimal without 0x")
		}
	case "skbqueue":
		base, width = 10, 16
	}
	a, err1 := strconv.ParseUint(first, base, width)
	b, err2 := strconv.ParseUint(second, base, width)
	if err1 != nil || both && err2 != nil {
		return grammar.Errorf(arg.Span, "%q is not what %s takes", arg.text, o.Name).Expected("numbers of %d bits", width)
	}
	o.Args = []ast.Expr{&ast.Int{Span: arg.Span, Val: a}}
	if both {
		o.Args = append(o.Args, &ast.Int{Span: arg.Span, Val: b})
	}
	for _, s := range r.base.Extra().Stmts {
		if x, ok := s.(*ast.Extension); ok {
			x.Options = append(x.Options, o)
			x.Span = x.Span.Join(o.Span)
			return nil
		}
	}
	r.base.Extend().Stmts = append(r.base.Extend().Stmts, &ast.Extension{Span: o.Span, Name: "skbinfo", Options: []ast.Option{o}})
	return nil
}

func (r *reader) nomatch(word, word, *int) *grammar.Error {
	r.base.NoMatch = true
	return nil
}

func (r *reader) wildcard(word, word, *int) *grammar.Error {
	for _, p := range r.parts[len(r.set.typ.dims)-1] {
		name := p.first
		if c, ok := name.(*ast.Concat); ok { // physdev
			name = c.Parts[1]
		}
		name.(*ast.String).Wildcard = true
	}
	return nil
}

// before finds the place in a list that stands before or after another set.
func (r *reader) before(w, arg word, place *int) *grammar.Error {
	for i, e := range r.set.Elems {
		if e == nil {
			continue
		}
		if ref, ok := e.Key.(*ast.SetRef); ok && ref.Name == arg.text {
			*place = i
			if strings.HasSuffix(w.text, "after") {
				*place = i + 1
			}
			return nil
		}
	}
	return grammar.Errorf(arg.Span, "set %s is not in the list %s", arg.text, r.set.Name).Expected("a set that is, above this line")
}
