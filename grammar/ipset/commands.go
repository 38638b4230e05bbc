package ipset

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// command is a command of ipset(8).
type command struct {
	name    string
	aliases []string
	form    string // for messages
	least   int    // how many arguments it has
	most    int    // -1 for any number
	run     func(p *parser, at ast.Span, args []word)
}

// commands are in the order in which ipset looks for the one that a cut-off name
// means.
var commands = []command{
	{"create", []string{"-N", "--create", "n"}, "create NAME TYPE options", 2, -1, (*parser).create},
	{"add", []string{"-A", "--add"}, "add NAME element options", 2, -1, (*parser).addLine},
	{"del", []string{"-D", "--del"}, "del NAME element", 2, -1, (*parser).del},
	{"test", []string{"-T", "--test"}, "test NAME element", 2, -1, func(*parser, ast.Span, []word) {}},
	{"destroy", []string{"-X", "--destroy", "x"}, "destroy, or destroy NAME", 0, 1, (*parser).destroy},
	{"list", []string{"-L", "--list"}, "", 0, -1, notInFile("list")},
	{"save", []string{"-S", "--save"}, "", 0, -1, notInFile("save")},
	{"restore", []string{"-R", "--restore"}, "", 0, -1, notInFile("restore")},
	{"flush", []string{"-F", "--flush"}, "flush, or flush NAME", 0, 1, (*parser).flush},
	{"rename", []string{"-E", "--rename", "e"}, "rename FROM TO", 2, 2, (*parser).rename},
	{"swap", []string{"-W", "--swap", "w"}, "swap NAME NAME", 2, 2, (*parser).swap},
	{"help", []string{"-h", "--help", "-H"}, "", 0, -1, notInFile("help")},
	{"version", []string{"-v", "--version", "-V"}, "", 0, -1, notInFile("version")},
	{"quit", nil, "quit", 0, 0, func(*parser, ast.Span, []word) {}},
}

func notInFile(name string) func(*parser, ast.Span, []word) {
	return func(p *parser, at ast.Span, _ []word) {
		p.fail(grammar.Errorf(at, "%s stands in a file for restore", name).Expected("create, add, del, flush, destroy, swap or rename"))
	}
}

// findCommand returns the command of that name, which may be cut short.
func findCommand(name string) *command {
	for i := range commands {
		if c := &commands[i]; slices.Contains(c.aliases, name) || c.name == name {
			return c
		}
	}
	for i := range commands {
		if strings.HasPrefix(commands[i].name, name) {
			return &commands[i]
		}
	}
	return nil
}

func commandNames() []string {
	var out []string
	for i := range commands {
		out = append(out, commands[i].name)
	}
	return out
}

// addLine adds an element, written in another form than ipset save's.
func (p *parser) addLine(at ast.Span, args []word) {
	if s := p.find(args[0]); s != nil {
		p.read.element(s, at, args[1], args[2:])
	}
}

func (p *parser) flush(at ast.Span, args []word) {
	if len(args) == 0 {
		for _, s := range p.sets {
			s.Elems, s.index = nil, nil
		}
		p.outside(at, "flush", nil)
		return
	}
	s := p.sets[args[0].text]
	if s == nil {
		p.outside(at, "flush", args)
		return
	}
	s.Elems, s.index = nil, nil
}

func (p *parser) destroy(at ast.Span, args []word) {
	if len(args) == 0 {
		clear(p.sets)
		p.Ruleset.IPSets = nil
		p.outside(at, "destroy", nil)
		return
	}
	s := p.sets[args[0].text]
	if s == nil {
		p.outside(at, "destroy", args)
		return
	}
	if p.inUse(args[0]) {
		return
	}
	delete(p.sets, s.Name)
	p.Ruleset.IPSets = slices.DeleteFunc(p.Ruleset.IPSets, func(o *ast.Set) bool { return o == s.Set })
}

// swap exchanges the contents of two sets, with their types and options.
func (p *parser) swap(at ast.Span, args []word) {
	a, b := p.sets[args[0].text], p.sets[args[1].text]
	switch {
	case a == nil && b == nil:
		p.outside(at, "swap", args)
		return
	case a == nil:
		p.find(args[0])
		return
	case b == nil:
		p.find(args[1])
		return
	}
	if a.typ != b.typ || a.v6 != b.v6 {
		p.fail(grammar.Errorf(args[1].Span, "set %s is a %s and set %s a %s", a.Name, a.describe(), b.Name, b.describe()).Expected("two sets of one type and family"))
		return
	}
	a.Name, b.Name, a.NameSpan, b.NameSpan = b.Name, a.Name, b.NameSpan, a.NameSpan
	p.sets[a.Name], p.sets[b.Name] = a, b
}

func (p *parser) rename(at ast.Span, args []word) {
	s := p.sets[args[0].text]
	switch {
	case s == nil:
		p.outside(at, "rename", args)
		return
	case p.sets[args[1].text] != nil:
		p.fail(grammar.Errorf(args[1].Span, "there is a set %s already", args[1].text).Expected("a name that no set has"))
		return
	case !p.checkName(args[1]) || p.inUse(args[0]):
		return
	}
	delete(p.sets, s.Name)
	s.Name, s.NameSpan = args[1].text, args[1].Span
	p.sets[s.Name] = s
}

// del deletes an element. It must be written as it was added, or so that it
// means the same.
func (p *parser) del(at ast.Span, args []word) {
	s := p.sets[args[0].text]
	if s == nil {
		p.outside(at, "del", args)
		return
	}
	have, index := s.Elems, s.index
	s.Elems, s.index = nil, nil
	p.read.element(s, at, args[1], args[2:])
	gone := s.Elems
	s.Elems, s.index = have, index
	if s.index == nil {
		s.index = make(map[string]int, len(have))
		for i, e := range have {
			if e != nil {
				s.index[elementText(s.Set, e)] = i
			}
		}
	}
	for _, e := range gone {
		text := elementText(s.Set, e)
		i, ok := s.index[text]
		if !ok {
			p.fail(grammar.Errorf(args[1].Span, "%s is not an element of set %s", text, s.Name).Expected("an element as an add line above has it"))
			continue
		}
		s.Elems[i] = nil // taken out at the end of the file
		delete(s.index, text)
		p.holes = true
	}
}

// compact takes deleted elements out.
func (p *parser) compact() {
	if !p.holes {
		return
	}
	for _, s := range p.Ruleset.IPSets {
		s.Elems = slices.DeleteFunc(s.Elems, func(e *ast.Elem) bool { return e == nil })
	}
}

// user returns the list:set that a set is in, or nil. Such a set cannot be
// destroyed or renamed.
func (p *parser) user(name string) *set {
	for _, s := range p.sets {
		if s.typ.is&isList == 0 {
			continue
		}
		for _, e := range s.Elems {
			if e == nil {
				continue
			}
			if r, ok := e.Key.(*ast.SetRef); ok && r.Name == name {
				return s
			}
		}
	}
	return nil
}

func (p *parser) inUse(w word) bool {
	if u := p.user(w.text); u != nil {
		p.fail(grammar.Errorf(w.Span, "set %s is an element of set %s", w.text, u.Name).Expected("del %s %s before", u.Name, w.text))
		return true
	}
	return false
}

// describe returns a set's type and family, for messages.
func (s *set) describe() string {
	if s.typ.is&hasFamily != 0 && s.v6 {
		return s.typ.name + " of inet6"
	}
	return s.typ.name
}

func (p *parser) checkName(w word) bool {
	if len(w.text) > maxName {
		p.fail(grammar.Errorf(w.Span, "the set's name %q is %d bytes long", w.text, len(w.text)).Expected("at most %d", maxName))
		return false
	}
	return true
}
