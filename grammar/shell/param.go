package shell

import (
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// list returns what $@, $*, ${list[@]} and their like stand for; not ok, if the
// parameter is none of them, or is not known.
func (m *machine) list(p *syntax.ParamExp) ([]Text, bool) {
	if p.Param == nil || p.Length || p.Excl && p.Index == nil || p.Names != 0 || p.NestedParam != nil {
		return nil, false
	}
	name := p.Param.Value
	var list []Text
	if name == "@" || name == "*" {
		var ok bool
		if list, ok = m.params(); !ok {
			return nil, false
		}
	} else {
		w, ok := p.Index.(*syntax.Word)
		if !ok || w.Lit() != "@" && w.Lit() != "*" {
			return nil, false
		}
		v := m.vars[name]
		switch {
		case v == nil:
			return nil, false
		case p.Excl && v.array:
			for i := range v.list {
				k := strconv.Itoa(i)
				if v.keys != nil {
					k = v.keys[i]
				}
				list = append(list, known(ast.Span{}, k))
			}
			return list, true
		case p.Excl:
			return nil, false
		case v.array:
			list = v.list
		case !v.unset:
			if _, known := v.text.Known(); !known {
				return nil, false
			}
			list = []Text{v.text}
		}
	}
	at := m.src.node(p)
	switch {
	case p.Exp == nil && p.Slice == nil && p.Repl == nil:
		return list, true
	case p.Slice != nil:
		off, ok1 := m.arith(p.Slice.Offset)
		n, ok2 := int64(len(list)), true
		if p.Slice.Length != nil {
			n, ok2 = m.arith(p.Slice.Length)
		}
		if name == "@" || name == "*" {
			off-- // ${@:1} begins with $1
		}
		if !ok1 || !ok2 || off < 0 || n < 0 {
			return nil, false
		}
		off = min(off, int64(len(list)))
		return list[off:min(int64(len(list)), off+min(n, int64(len(list))))], true
	case p.Exp != nil && len(list) == 0:
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
			return []Text{m.text(p.Exp.Word)}, true
		default:
			return nil, true
		}
	}
	var out []Text
	for _, t := range list {
		t, ok := m.operate(p, t, at)
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}

// param returns the value of a parameter expansion, placed where it stands.
func (m *machine) param(p *syntax.ParamExp) Text {
	at := m.src.node(p)
	if p.Param == nil || p.NestedParam != nil || p.Flags != nil || len(p.Modifiers) > 0 || p.Names != 0 || p.Width || p.IsSet {
		return Text{m.opaque(at, m.src.slice(p))}
	}
	name := p.Param.Value
	if p.Length {
		return m.length(p, name, at)
	}
	if p.Excl { // ${!name}: the variable that name names
		t, _ := m.value(name, at)
		s, ok := t.Known()
		if !ok || !syntax.ValidName(s) {
			return m.derived(t, at, m.src.slice(p))
		}
		t, _ = m.value(s, at)
		return t
	}
	if name == "@" || name == "*" {
		return m.environment(name, at) // known ones are lists
	}
	t, isSet := m.value(name, at)
	if p.Index != nil {
		t, isSet = m.element(p, name, at)
	}
	if p.Exp != nil {
		switch p.Exp.Op {
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull,
			syntax.DefaultUnset, syntax.DefaultUnsetOrNull,
			syntax.AssignUnset, syntax.AssignUnsetOrNull,
			syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
			return m.alternative(p, name, t, isSet, at)
		default: // operate does the others
		}
	}
	if p.Exp == nil && p.Slice == nil && p.Repl == nil {
		return t
	}
	out, ok := m.operate(p, t, at)
	if !ok {
		return m.derived(t, at, m.src.slice(p))
	}
	return out
}

// derived is what is made of something that is not known: it is not known
// itself, for the same reason.
func (m *machine) derived(t Text, at ast.Span, text string) Text {
	if u := t.unknowns(); len(u) > 0 {
		return Text{{Span: at, Text: text, Unknown: u[0]}}
	}
	return Text{m.opaque(at, text)}
}

// alternative expands ${x:-word} and its like. A variable that may come from
// the environment is taken for unset: the script's own default is what a system
// without further settings gets.
func (m *machine) alternative(p *syntax.ParamExp, name string, t Text, isSet bool, at ast.Span) Text {
	op := p.Exp.Op
	word := func() Text { return m.text(p.Exp.Word).at(at) }
	given := statusOf(isSet)
	if isSet {
		switch op {
		case syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull, syntax.ErrorUnsetOrNull, syntax.AlternateUnsetOrNull:
			given = nonEmpty(t)
		default: // those without a colon ask only whether it is set
		}
	}
	switch op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		switch {
		case given == Yes:
			return word()
		case !isSet && m.unknownParam(name), given == Maybe:
			return m.derived(t, at, m.src.slice(p))
		}
		return nil
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return t // the script ends there, if it is not set
	default:
	}
	switch given {
	case Yes:
		return t
	case Maybe:
		return m.derived(t, at, m.src.slice(p))
	default:
	}
	w := word()
	if op == syntax.AssignUnset || op == syntax.AssignUnsetOrNull {
		m.set(name, &variable{text: w})
	}
	return w
}

// nonEmpty reports whether a text has a character.
func nonEmpty(t Text) Status {
	st := No
	for _, p := range t {
		if p.Unknown == nil && p.Text != "" {
			return Yes
		} else if p.Unknown != nil {
			st = Maybe
		}
	}
	return st
}

// length expands ${#x}.
func (m *machine) length(p *syntax.ParamExp, name string, at ast.Span) Text {
	w, indexed := p.Index.(*syntax.Word)
	if name == "@" || name == "*" || indexed && (w.Lit() == "@" || w.Lit() == "*") {
		if list, ok := m.params(); ok && !indexed {
			return known(at, strconv.Itoa(len(list)))
		}
		if v := m.vars[name]; indexed && v != nil && v.array {
			return known(at, strconv.Itoa(len(v.list)))
		}
		return Text{m.opaque(at, m.src.slice(p))}
	}
	t, _ := m.value(name, at)
	if p.Index != nil {
		t, _ = m.element(p, name, at)
	}
	s, ok := t.Known()
	if !ok {
		return m.derived(t, at, m.src.slice(p))
	}
	return known(at, strconv.Itoa(len([]rune(s))))
}

// element returns an element of an array.
func (m *machine) element(p *syntax.ParamExp, name string, at ast.Span) (Text, bool) {
	v := m.vars[name]
	if v == nil {
		return m.environment(name, at), false
	}
	if !v.array {
		v = &variable{array: true, list: []Text{v.text}}
	}
	if v.keys != nil {
		w, ok := p.Index.(*syntax.Word)
		if !ok {
			return Text{m.opaque(at, m.src.slice(p))}, true
		}
		k := m.text(w)
		key, ok := k.Known()
		if !ok {
			return m.derived(k, at, m.src.slice(p)), true
		}
		for i := range v.keys {
			if v.keys[i] == key {
				return m.expanded(name, v.list[i], at), true
			}
		}
		return nil, false
	}
	n, ok := m.arith(p.Index)
	if n < 0 {
		n += int64(len(v.list))
	}
	switch {
	case !ok:
		return Text{m.opaque(at, m.src.slice(p))}, true
	case n < 0 || n >= int64(len(v.list)):
		return nil, false
	}
	return m.expanded(name, v.list[n], at), true
}

// operate carries out what changes a value: ${x#pattern}, ${x/a/b}, ${x:1:2},
// ${x^^}. Not ok, if something about it is not known.
func (m *machine) operate(p *syntax.ParamExp, t Text, at ast.Span) (Text, bool) {
	s, ok := t.Known()
	if !ok {
		return nil, false
	}
	switch {
	case p.Slice != nil:
		off, ok1 := m.arith(p.Slice.Offset)
		r := []rune(s)
		n := int64(len(r))
		ok2 := true
		if p.Slice.Length != nil {
			n, ok2 = m.arith(p.Slice.Length)
		}
		if !ok1 || !ok2 {
			return nil, false
		}
		size := int64(len(r))
		if off < 0 {
			off = max(0, size+max(off, -size))
		}
		off = min(off, size)
		end := size
		if n < 0 {
			end = max(off, size+max(n, -size))
		} else if n < size-off {
			end = off + n
		}
		return known(at, string(r[off:end])), true
	case p.Repl != nil:
		pat, ok := m.pattern(p.Repl.Orig)
		with, known2 := m.text(p.Repl.With).Known()
		if !ok || !known2 {
			return nil, false
		}
		re, err := replacement(pat)
		if err != nil {
			return nil, false
		}
		if pat == "" {
			return known(at, s), true
		}
		n := 0
		out := re.ReplaceAllStringFunc(s, func(x string) string {
			if n++; n > 1 && !p.Repl.All {
				return x
			}
			return with
		})
		if !m.step(len(out) >> 6) {
			return nil, false
		}
		return known(at, out), true
	}
	switch op := p.Exp.Op; op {
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		pat, ok := m.pattern(p.Exp.Word)
		if !ok {
			return nil, false
		}
		out, ok := trim(s, pat, op)
		return known(at, out), ok
	case syntax.UpperFirst, syntax.UpperAll, syntax.LowerFirst, syntax.LowerAll:
		if p.Exp.Word != nil && len(p.Exp.Word.Parts) > 0 {
			return nil, false
		}
		switch {
		case op == syntax.UpperAll:
			s = strings.ToUpper(s)
		case op == syntax.LowerAll:
			s = strings.ToLower(s)
		case s == "":
		case op == syntax.UpperFirst:
			s = strings.ToUpper(s[:1]) + s[1:]
		default:
			s = strings.ToLower(s[:1]) + s[1:]
		}
		return known(at, s), true
	default:
		return nil, false
	}
}

// replacement compiles the pattern of ${x/pattern/text}; # and % tie it to an
// end of the value.
func replacement(pat string) (*regexp.Regexp, error) {
	pre, post := "", ""
	switch {
	case strings.HasPrefix(pat, "#"):
		pat, pre = pat[1:], "^"
	case strings.HasPrefix(pat, "%"):
		pat, post = pat[1:], "$"
	}
	expr, err := pattern.Regexp(pat, 0)
	if err != nil {
		return nil, err
	}
	return regexp.Compile(pre + "(?:" + expr + ")" + post)
}

// trim removes what a pattern matches from an end of a value: the shortest or
// the longest part of it.
func trim(s, pat string, op syntax.ParExpOperator) (string, bool) {
	re, err := compile(pat, pattern.EntireString)
	if err != nil || len(s) > 4096 { // each way to cut it is tried
		return "", false
	}
	prefix := op == syntax.RemSmallPrefix || op == syntax.RemLargePrefix
	long := op == syntax.RemLargePrefix || op == syntax.RemLargeSuffix
	for i := range len(s) + 1 {
		n := i
		if long {
			n = len(s) - i
		}
		if prefix && re.MatchString(s[:n]) {
			return s[n:], true
		}
		if !prefix && re.MatchString(s[len(s)-n:]) {
			return s[:len(s)-n], true
		}
	}
	return s, true
}
