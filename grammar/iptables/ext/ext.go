// Package ext is the registry of xtables matches and targets
// (iptables-extensions(8)). Each is declared once, in a file of its own: its
// options with the kinds of their arguments, the canonical form in which
// iptables-save prints it, and what it means as [ast] statements. To add an
// extension is to add a file here, and nothing elsewhere.
package ext

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Family is the set of iptables and ip6tables.
type Family uint8

// The families an extension may belong to.
const (
	V4 Family = 1 << iota
	V6
	Both = V4 | V6
)

// Ext declares a match or a target.
type Ext struct {
	Name   string
	Target bool
	// Family is where it exists; zero is Both. A name may be declared once
	// for each family.
	Family Family
	// Protos are the protocols one of which -p must name, not negated; nil
	// for any.
	Protos []uint8
	// Loads says that an option of the extension loads it when -p names one
	// of Protos, so that -m may be left out.
	Loads bool
	// Tables and Hooks are where the kernel takes it; nil for anywhere
	// (struct xt_match and xt_target: table, hooks).
	Tables []string
	Hooks  []ast.Hook

	Options []Option
	// OneOf are options of which at least one must be given.
	OneOf []string
	// Check refuses what the declarations above cannot say. It is called
	// when all options are read.
	Check func(c *Context, u *Use) *grammar.Error
	// Save prints the options in iptables-save's form; nil: each that is
	// given, in the order of Options, by its own Save.
	Save func(p *Printer, u *Use)
	// Lower adds what the extension means to the rule; nil: each option that
	// is given by its own Lower, or if none is declared with one, an
	// [ast.Extension] that holds all of them.
	Lower func(l *Lowering, u *Use)
	// Bare adds what the extension means where no option says anything: that
	// a header is there. It is not called where Lower is set.
	Bare func(l *Lowering, u *Use)
	// Listed are the forms in which iptables -L prints it; see listed.go.
	Listed []Listed
	// Verdict says that the target is one of the built-in verdicts.
	Verdict bool
	// SaveAs is the name under which iptables-save prints it, if not Name.
	SaveAs string

	index  map[string]int
	lowers bool // an option has a Lower
	// mandatory are the options that are Required.
	mandatory []*Option
}

// Option declares an option of an extension.
type Option struct {
	Name     string // as iptables-save prints it, without the dashes
	Aliases  []string
	Arg      *Arg // nil: a flag
	Not      bool // may be negated
	Required bool
	Multi    bool     // may be given more than once
	Excl     []string // options that exclude it
	Needs    []string // options that it needs
	Hidden   bool     // never printed
	// Save prints the option with its value; nil: [!] --name value.
	Save func(p *Printer, g *Given)
	// Lower adds what the option means to the rule.
	Lower func(l *Lowering, g *Given)
}

// Context is what the rule around an option says.
type Context struct {
	Family ast.Family // FamilyIP or FamilyIP6
	Table  string
	Chain  string
	// Proto is the protocol that -p names, 0 for none or all; ProtoNot says
	// that it is negated.
	Proto    uint8
	ProtoNot bool
	// ProtoHidden says that a word which only the running shell knows may
	// be, or hold, the -p that Proto lacks.
	ProtoHidden bool
	// Listing says that the words are made of a listing (iptables -L), which
	// prints as numbers some values that the command line takes by name.
	Listing bool
}

// V6 reports whether the rule is ip6tables'.
func (c *Context) V6() bool { return c.Family == ast.FamilyIP6 }

// Word is a word of the command line.
type Word struct {
	ast.Span
	Text string
	// Opaque says that only the running shell knows the word; Text is then
	// its source.
	Opaque bool
	// Quoted says that the text was in quotes, so that an option's name in
	// it is no option.
	Quoted bool
}

// Sub returns the part of the word from byte i to byte j, for an error that
// points at it. A word whose source is longer than its text (it has quotes or
// escapes, or stands for a variable) is returned whole.
func (w Word) Sub(i, j int) ast.Span {
	if int(w.To-w.From) != len(w.Text) || i < 0 || j > len(w.Text) || i > j {
		return w.Span
	}
	return ast.Span{From: w.From + uint32(i), To: w.From + uint32(j)}
}

// Given is an option as a rule gives it.
type Given struct {
	ast.Span // from the ! or the name to the last argument
	Option   *Option
	Bang     Word // the !, before the name or, as of old, behind it
	Name     Word
	Args     []Word
	Not      bool
	// Value is what the kind of argument made of Args. It is the zero Value
	// for a flag, and where Opaque is set.
	Value
	// Opaque says that an argument is known to the running shell only.
	Opaque bool
}

// ArgSpan returns where the arguments stand; for a flag, where the name does.
func (g *Given) ArgSpan() ast.Span {
	if len(g.Args) == 0 {
		return g.Name.Span
	}
	return g.Args[0].Span.Join(g.Args[len(g.Args)-1].Span)
}

// Use is an extension as a rule uses it.
type Use struct {
	ast.Span // from its name, or its first option, to its last argument
	Ext      *Ext
	Flag     Word // the -m or -j before it
	Name     Word // after that; the zero Word if -p loaded the extension
	Given    []Given
}

// Next adds an option to Given and returns it, with what an earlier line left
// in it, so that its buffers can be used again.
func (u *Use) Next() *Given {
	u.Given = slices.Grow(u.Given, 1)[:len(u.Given)+1]
	return &u.Given[len(u.Given)-1]
}

// Get returns the first option of that name that the rule gives, or nil.
func (u *Use) Get(name string) *Given {
	for i := range u.Given {
		if u.Given[i].Option.Name == name {
			return &u.Given[i]
		}
	}
	return nil
}

// Has reports whether the rule gives the option.
func (u *Use) Has(name string) bool { return u.Get(name) != nil }

// Opaque reports whether an argument of an option is known to the running
// shell only.
func (u *Use) Opaque() bool {
	for i := range u.Given {
		if u.Given[i].Opaque {
			return true
		}
	}
	return false
}

// Complete reports whether the rule gives all options that the extension cannot
// do without. If it does not, the rest of the line was not understood.
func (u *Use) Complete() bool {
	return u.Missing() == nil && (len(u.Ext.OneOf) == 0 || slices.ContainsFunc(u.Ext.OneOf, u.Has))
}

// Missing returns the first option that is required and not given, or nil.
func (u *Use) Missing() *Option {
	for _, o := range u.Ext.mandatory {
		if !u.Has(o.Name) {
			return o
		}
	}
	return nil
}

// Lookup returns the option of that name or alias, or nil.
func (e *Ext) Lookup(name string) *Option {
	if i, ok := e.index[name]; ok {
		return &e.Options[i]
	}
	return nil
}

// OptionNames returns the names and aliases of all options.
func (e *Ext) OptionNames() []string {
	var out []string
	for i := range e.Options {
		out = append(append(out, e.Options[i].Name), e.Options[i].Aliases...)
	}
	return out
}

// PrintName returns the name that iptables-save gives the extension.
func (e *Ext) PrintName() string {
	if e.SaveAs != "" {
		return e.SaveAs
	}
	return e.Name
}

// registry has the declarations by name: of matches and of targets, each for IPv4
// and for IPv6; see slot.
var registry [4]map[string]*Ext

// slot returns where the registry has matches or targets of a family.
func slot(target, v6 bool) int {
	i := 0
	if target {
		i = 2
	}
	if v6 {
		i++
	}
	return i
}

// match and target put a declaration into the registry. They are called from
// package variables, so a wrong declaration stops the program at once.
func match(e Ext) *Ext { return register(e) }

func target(e Ext) *Ext {
	e.Target = true
	return register(e)
}

func register(e Ext) *Ext {
	if e.Family == 0 {
		e.Family = Both
	}
	e.index = make(map[string]int)
	for i := range e.Options {
		o := &e.Options[i]
		e.lowers = e.lowers || o.Lower != nil
		if o.Required {
			e.mandatory = append(e.mandatory, o)
		}
		for _, n := range append([]string{o.Name}, o.Aliases...) {
			if _, dup := e.index[n]; dup {
				panic("ext: " + e.Name + " declares --" + n + " twice")
			}
			e.index[n] = i
		}
	}
	for _, v6 := range []bool{false, true} {
		if v6 && e.Family&V6 == 0 || !v6 && e.Family&V4 == 0 {
			continue
		}
		i := slot(e.Target, v6)
		if registry[i] == nil {
			registry[i] = map[string]*Ext{}
		}
		if registry[i][e.Name] != nil {
			panic("ext: " + e.Name + " is declared twice")
		}
		registry[i][e.Name] = &e
	}
	return &e
}

// Find returns the declaration of a match or target, or nil.
func Find(name string, target bool, f ast.Family) *Ext {
	return registry[slot(target, f == ast.FamilyIP6)][name]
}

// All returns all declarations, matches before targets, by name. The list is
// shared: nobody may change it.
func All() []*Ext { return all() }

// The declarations are complete once the program runs; so lists of them are made
// once.
var all = sync.OnceValue(func() []*Ext {
	seen := map[*Ext]bool{}
	var out []*Ext
	for _, byName := range registry {
		for _, e := range byName {
			if !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Ext) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Name, b.Name), int(a.Family)-int(b.Family))
	})
	return out
})

func rank(e *Ext) int {
	if e.Target {
		return 1
	}
	return 0
}

// Names returns the names of all matches, or of all targets, of a family. The
// list is shared: nobody may change it.
func Names(target bool, f ast.Family) []string {
	return names()[slot(target, f == ast.FamilyIP6)]
}

var names = sync.OnceValue(func() (out [len(registry)][]string) {
	for i := range out {
		out[i] = slices.Sorted(maps.Keys(registry[i]))
	}
	return out
})

// ForProto returns the match that -p loads by itself for a protocol, or nil.
func ForProto(proto uint8, f ast.Family) *Ext {
	if proto == 0 {
		return nil
	}
	return Find(protoMatch(proto, f), false, f)
}
