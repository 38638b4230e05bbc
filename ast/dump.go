package ast

import (
	"fmt"
	"strconv"
)

// Dump returns a node as compact text, without its places: Append as a string.
func Dump(n Node) string { return string(Append(nil, n)) }

// Append appends the dump of n to b: text in the manner of an S-expression that
// holds all of a node but its spans, so that two nodes have equal dumps if, and
// only if, they are [Equal]. There is one exception: which of a rule's uses a
// statement belongs to is said in the dump of the rule alone, for elsewhere the
// number points at nothing.
//
// An enumeration is printed by its name, a set of bits and a mark in
// hexadecimal, text in quotes, nothing as _; what is zero is mostly left out.
// The text is made for tests, for people and for hash keys. It is not a format:
// it may change.
func Append(b []byte, n Node) []byte {
	switch n.(type) {
	case Stmt, Expr:
		return dumpAll.node(b, n)
	}
	return dumpFull.node(b, n)
}

// AppendMeaning appends what of n decides packets and side effects. Left out
// are comments, handles, the values of counters, what the text leaves unsaid
// ([Match.Implied]), and which words of it a statement came from. Rules of
// equal meaning dumps do the same, unless they hold an [Opaque]: two that were
// not understood may be equal to the letter here and still differ.
func AppendMeaning(b []byte, n Node) []byte { return dumper(0).node(b, n) }

// dumper says what a dump holds. Its methods append to a buffer, and allocate
// nothing else: a dump is the hash key of every rule of a ruleset.
type dumper uint8

const (
	// withNotes adds what does not decide packets.
	withNotes dumper = 1 << iota
	// withUses adds the Use of statements.
	withUses
	// inHex prints numbers in hexadecimal.
	inHex

	dumpAll  = withNotes
	dumpFull = withNotes | withUses
)

func (d dumper) node(b []byte, n Node) []byte {
	switch n := n.(type) {
	case nil:
		return append(b, '_')
	case *Ruleset:
		return d.ruleset(b, n)
	case *Table:
		return d.table(b, n)
	case *Chain:
		return d.chain(b, n)
	case *Rule:
		return d.rule(b, n)
	case *Use:
		return appendUse(b, n)
	case *Command:
		return d.command(b, n)
	case *Set:
		return d.set(b, n)
	case *Elem:
		return d.fullElem(b, n)
	case *Object:
		return d.object(b, n)
	case *Flowtable:
		return d.flowtable(b, n)
	case *Option:
		return append(d.option(append(b, "(option "...), n), ')')
	case Stmt:
		return d.stmt(b, n)
	case Expr:
		return d.expr(b, n)
	}
	panic(fmt.Sprintf("ast.Dump: %T is no node of a ruleset", n))
}

func (d dumper) ruleset(b []byte, r *Ruleset) []byte {
	b = append(b, "(ruleset"...)
	for _, t := range r.Tables {
		b = d.table(append(b, "\n "...), t)
	}
	for _, c := range r.Commands {
		b = d.command(append(b, "\n "...), c)
	}
	for _, s := range r.IPSets {
		b = d.set(append(b, "\n "...), s)
	}
	return append(b, ')')
}

func (d dumper) table(b []byte, t *Table) []byte {
	b = append(b, "(table "...)
	b = appendEnum(b, familyNames[:], int(t.Family))
	b = appendQuoted(append(b, ' '), t.Name)
	b = appendFlag(b, " xtables", t.Xtables)
	b = appendWords(b, " flags=", t.Flags)
	b = d.notes(b, t.Comment, t.Handle)
	for _, s := range t.Sets {
		b = d.set(append(b, "\n  "...), s)
	}
	for _, o := range t.Objects {
		b = d.object(append(b, "\n  "...), o)
	}
	for _, f := range t.Flowtables {
		b = d.flowtable(append(b, "\n  "...), f)
	}
	for _, c := range t.Chains {
		b = d.chain(append(b, "\n  "...), c)
	}
	return append(b, ')')
}

func (d dumper) chain(b []byte, c *Chain) []byte {
	b = appendQuoted(append(b, "(chain "...), c.Name)
	b = appendEnumAttr(b, " type=", chainTypeNames[:], int(c.Type))
	b = appendEnumAttr(b, " hook=", hookNames[:], int(c.Hook))
	if c.Hook != HookNone || c.Priority != 0 {
		b = strconv.AppendInt(append(b, " priority="...), int64(c.Priority), 10)
	}
	b = appendEnumAttr(b, " policy=", policyNames[:], int(c.Policy))
	b = appendWords(b, " devices=", c.Devices)
	b = appendWords(b, " flags=", c.Flags)
	if d&withNotes != 0 {
		b = appendCounters(b, c.Counters)
		b = appendFlag(b, " implicit", c.Implicit)
		b = appendFlag(b, " anonymous", c.Anonymous)
	}
	b = d.notes(b, c.Comment, c.Handle)
	for _, r := range c.Rules {
		b = d.rule(append(b, "\n   "...), r)
	}
	return append(b, ')')
}

func (d dumper) rule(b []byte, r *Rule) []byte {
	b = append(b, "(rule"...)
	for _, s := range r.Stmts {
		b = d.stmt(append(b, ' '), s)
	}
	b = appendFlag(b, " bad", r.Bad)
	if d&withNotes != 0 {
		if len(r.Uses) > 0 {
			b = append(b, " uses=["...)
			for i := range r.Uses {
				if i > 0 {
					b = append(b, ' ')
				}
				b = appendUse(b, &r.Uses[i])
			}
			b = append(b, ']')
		}
		if r.Part != 0 || r.Parts != 0 {
			b = strconv.AppendUint(append(b, " part="...), uint64(r.Part), 10)
			b = strconv.AppendUint(append(b, '/'), uint64(r.Parts), 10)
		}
		b = appendCounters(b, r.Counters)
	}
	b = d.notes(b, r.Comment, r.Handle)
	return append(b, ')')
}

// appendUse prints a use as it stands in a rule: m:tcp, j:LOG.
func appendUse(b []byte, u *Use) []byte {
	if u.Target {
		b = append(b, "j:"...)
	} else {
		b = append(b, "m:"...)
	}
	return appendWord(b, u.Name)
}

func (d dumper) command(b []byte, c *Command) []byte {
	b = appendWord(append(b, "(command "...), c.Verb)
	b = appendWord(append(b, ' '), c.Object)
	b = appendEnumAttr(b, " family=", familyNames[:], int(c.Family))
	b = appendText(b, " table=", c.Table)
	b = appendText(b, " name=", c.Name)
	b = appendWords(b, " args=", c.Args)
	b = appendInt(b, " before=", c.Before)
	b = appendFlag(b, " declared", c.Declared)
	return append(b, ')')
}

func (d dumper) set(b []byte, s *Set) []byte {
	b = appendQuoted(append(b, "(set "...), s.Name)
	b = appendTypes(b, " key=", s.Key)
	b = d.exprAttr(b, " keyexpr=", s.KeyExpr)
	b = appendTypes(b, " data=", s.Data)
	b = d.exprAttr(b, " dataexpr=", s.DataExpr)
	b = appendFlag(b, " data-interval", s.DataInterval)
	if s.Object != ObjectNone {
		b = appendWordEnum(append(b, " object="...), objectNames[:], int(s.Object))
	}
	b = appendText(b, " ipset=", s.IPSet)
	b = d.options(b, s.IPSetOpts, " opts=[", "]")
	b = appendWords(b, " flags=", s.Flags)
	b = appendUint(b, " timeout=", s.Timeout)
	b = appendUint(b, " gc=", s.GC)
	b = appendUint(b, " size=", s.Size)
	b = appendText(b, " policy=", s.Policy)
	b = appendFlag(b, " auto-merge", s.AutoMerge)
	b = d.stmts(b, " stmts=", s.Stmts)
	b = d.notes(b, s.Comment, s.Handle)
	if len(s.Key) == 1 && hexType(s.Key[0]) || hexExpr(s.KeyExpr) {
		d |= inHex
	}
	for _, e := range s.Elems {
		b = d.elem(append(b, "\n   "...), e)
	}
	return append(b, ')')
}

// elem prints an element of a set as key, or as key=data, or in full if there is
// more to it. The keys of a set of bits are in hexadecimal, its data is not.
func (d dumper) elem(b []byte, e *Elem) []byte {
	if m := e.More; e.Key != nil && !e.NoMatch && (e.Data == nil || e.Value == nil) &&
		(m == nil || m.Timeout == 0 && !m.Never && m.Expires == 0 && len(m.Stmts) == 0 && (m.Comment == "" || d&withNotes == 0)) {
		b = d.expr(b, e.Key)
		if e.Data != nil {
			b = d.stmt(append(b, '='), e.Data)
		} else if e.Value != nil {
			b = (d &^ inHex).expr(append(b, '='), e.Value)
		}
		return b
	}
	return d.fullElem(b, e)
}

func (d dumper) fullElem(b []byte, e *Elem) []byte {
	m := e.Extra()
	b = append(b, "(elem "...)
	if e.Key == nil {
		b = append(b, '*')
	} else {
		b = d.expr(b, e.Key)
	}
	b = appendFlag(b, " nomatch", e.NoMatch)
	b = appendUint(b, " timeout=", m.Timeout)
	b = appendFlag(b, " never", m.Never)
	b = appendUint(b, " expires=", m.Expires)
	b = d.stmts(b, " stmts=", m.Stmts)
	if e.Data != nil {
		b = d.stmt(append(b, " data="...), e.Data)
	}
	b = (d &^ inHex).exprAttr(b, " value=", e.Value)
	b = d.notes(b, m.Comment, 0)
	return append(b, ')')
}

func (d dumper) object(b []byte, o *Object) []byte {
	b = append(b, "(object "...)
	b = appendWordEnum(b, objectNames[:], int(o.Kind))
	b = appendQuoted(append(b, ' '), o.Name)
	if o.Stmt != nil {
		b = d.stmt(append(b, ' '), o.Stmt)
	}
	b = d.options(b, o.Options, " opts=[", "]")
	b = d.notes(b, o.Comment, o.Handle)
	return append(b, ')')
}

func (d dumper) flowtable(b []byte, f *Flowtable) []byte {
	b = appendQuoted(append(b, "(flowtable "...), f.Name)
	b = appendEnumAttr(b, " hook=", hookNames[:], int(f.Hook))
	b = appendInt(b, " priority=", int(f.Priority))
	b = appendWords(b, " devices=", f.Devices)
	b = appendWords(b, " flags=", f.Flags)
	b = appendFlag(b, " counter", f.Counter)
	b = d.notes(b, "", f.Handle)
	return append(b, ')')
}

// option prints an option as it would stand in its extension: !name=a,b.
func (d dumper) option(b []byte, o *Option) []byte {
	if o.Not {
		b = append(b, '!')
	}
	b = appendWord(b, o.Name)
	for i, a := range o.Args {
		if i == 0 {
			b = append(b, '=')
		} else {
			b = append(b, ',')
		}
		b = d.expr(b, a)
	}
	return b
}

// options prints options between two texts, with a space between them; nothing
// if there are none.
func (d dumper) options(b []byte, options []Option, open, end string) []byte {
	for i := range options {
		if i == 0 {
			b = append(b, open...)
		} else {
			b = append(b, ' ')
		}
		b = d.option(b, &options[i])
	}
	if len(options) > 0 {
		b = append(b, end...)
	}
	return b
}

// notes prints what a person or the kernel has noted beside a declaration.
func (d dumper) notes(b []byte, comment string, handle uint64) []byte {
	if d&withNotes != 0 {
		b = appendText(b, " comment=", comment)
		b = appendUint(b, " handle=", handle)
	}
	return b
}
