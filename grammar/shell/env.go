package shell

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// variable is a variable's value. It is never changed once it is set.
type variable struct {
	text  Text
	array bool
	list  []Text   // of an array
	keys  []string // of an associative array, one for each of list
	unset bool     // by unset, or a function's parameter that is not given
}

func (v *variable) equal(w *variable) bool {
	if v == w {
		return true
	}
	if v == nil || w == nil || v.array != w.array || v.unset != w.unset || len(v.list) != len(w.list) || !slices.Equal(v.keys, w.keys) {
		return false
	}
	for i := range v.list {
		if !sameText(v.list[i], w.list[i]) {
			return false
		}
	}
	return sameText(v.text, w.text)
}

// sameText reports whether two texts are surely the same: what is not known is
// the same only as itself.
func sameText(a, b Text) bool {
	x, ok1 := a.Known()
	y, ok2 := b.Known()
	if ok1 || ok2 {
		return ok1 && ok2 && x == y
	}
	return slices.EqualFunc(a, b, func(p, q Piece) bool { return p.Unknown == q.Unknown && p.Text == q.Text })
}

// change is a variable's value before it was set: what undoes it.
type change struct {
	name string
	old  *variable
}

func (m *machine) set(name string, v *variable) {
	if m.recording > 0 {
		m.journal = append(m.journal, change{name, m.vars[name]})
	}
	if v == nil {
		delete(m.vars, name)
		return
	}
	m.vars[name] = v
}

// record begins a part of the script whose settings can be undone, and returns
// the mark that undo takes.
func (m *machine) record() int {
	m.recording++
	return len(m.journal)
}

// undo takes back all settings since the mark.
func (m *machine) undo(mark int) {
	for i := len(m.journal) - 1; i >= mark; i-- {
		if c := m.journal[i]; c.old == nil {
			delete(m.vars, c.name)
		} else {
			m.vars[c.name] = c.old
		}
	}
	m.journal = m.journal[:mark]
	m.recording--
}

// changes returns the values of the variables set since the mark.
func (m *machine) changes(mark int) map[string]*variable {
	out := map[string]*variable{}
	for _, c := range m.journal[mark:] {
		out[c.name] = m.vars[c.name]
	}
	return out
}

// frame is a loop or a function that runs. What is set on a way that leaves it
// early, where only the running system knows whether it does, is merged when it
// ends.
type frame struct {
	function bool
	leaks    []map[string]*variable
}

func (m *machine) push(function bool) { m.frames = append(m.frames, frame{function: function}) }

func (m *machine) pop() {
	f := m.frames[len(m.frames)-1]
	m.frames = m.frames[:len(m.frames)-1]
	for _, leak := range f.leaks {
		m.merge([]map[string]*variable{leak, {}})
	}
}

// leak keeps what was set on a way that leaves a loop or a function.
func (m *machine) leak(function bool, set map[string]*variable) {
	for i := len(m.frames) - 1; i >= 0 && len(set) > 0; i-- {
		if m.frames[i].function == function {
			m.frames[i].leaks = append(m.frames[i].leaks, set)
			return
		}
	}
}

// merge sets the variables as they may be after one of several ways was gone.
func (m *machine) merge(ways []map[string]*variable) {
	var names []string
	for _, w := range ways {
		for n := range w {
			names = append(names, n)
		}
	}
	slices.Sort(names) // so that a script is always read alike
	for _, n := range slices.Compact(names) {
		value := func(w map[string]*variable) *variable {
			if v, ok := w[n]; ok {
				return v
			}
			return m.vars[n]
		}
		first, same := value(ways[0]), true
		for _, w := range ways[1:] {
			same = same && first.equal(value(w))
		}
		if same {
			m.set(n, first)
			continue
		}
		m.set(n, m.merged(n))
	}
}

// merged returns the value of a variable that depends on what is not known.
func (m *machine) merged(name string) *variable {
	if name == paramsName {
		return nil
	}
	return m.unknownVar(name, "the value of $"+name+" depends on what only the running system knows")
}

func (m *machine) unknownVar(name, msg string) *variable {
	return &variable{text: Text{{Text: "$" + name, Unknown: m.unknown("$"+name, ast.Span{}, "$"+name, msg)}}}
}

// unknown returns the one Unknown of that key, made if it is new. One without
// a place gets the first that it is used at.
func (m *machine) unknown(key string, at ast.Span, text, msg string) *Unknown {
	if m.dead > 0 {
		at = ast.Span{} // its first place on the way is to be told
	}
	u := m.unknowns[key]
	if u == nil {
		u = &Unknown{Span: at, Text: text, Msg: msg}
		m.unknowns[key] = u
	}
	if !u.Valid() {
		u.Span = at
	}
	return u
}

// environment returns the value of a variable that the script does not set.
func (m *machine) environment(name string, at ast.Span) Text {
	text := "$" + name
	msg := text + " is not set above, so only the running system knows its value"
	if name[0] >= '0' && name[0] <= '9' || name == "@" || name == "*" || name == "#" {
		msg = text + " is given when the script is started"
	}
	return Text{{Span: at, Text: text, Unknown: m.unknown(text, at, text, msg)}}
}

// paramsName is the variable that holds the positional parameters.
const paramsName = "@"

// params returns the positional parameters, and whether they are known.
func (m *machine) params() ([]Text, bool) {
	v := m.vars[paramsName]
	if v == nil {
		return nil, false
	}
	return v.list, true
}

func (m *machine) setParams(list []Text) {
	m.set(paramsName, &variable{array: true, list: list})
}

// value returns the value of a scalar variable or a special parameter as it is
// expanded at a place.
func (m *machine) value(name string, at ast.Span) (t Text, isSet bool) {
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		list, ok := m.params()
		switch {
		case !ok:
			return m.environment(name, at), false
		case n <= len(list):
			return m.expanded(name, list[n-1], at), true
		}
		return nil, false
	}
	switch name {
	case "#":
		if list, ok := m.params(); ok {
			return known(at, strconv.Itoa(len(list))), true
		}
		return m.environment(name, at), true
	case "0", "?", "!", "$", "-", "_", "RANDOM", "LINENO", "SECONDS", "UID", "EUID", "PPID", "HOSTNAME", "OSTYPE":
		return Text{{Span: at, Text: "$" + name, Unknown: m.unknown("$"+name, at, "$"+name, "only the running system knows the value of $"+name)}}, true
	}
	v := m.vars[name]
	switch {
	case v == nil:
		return m.environment(name, at), false
	case v.unset:
		return nil, false
	case v.array && len(v.list) == 0:
		return nil, false
	case v.array:
		return m.expanded(name, v.list[0], at), true
	}
	return m.expanded(name, v.text, at), true
}

// expanded places a value where it is expanded. What is not known as a whole
// goes by the variable's name.
func (m *machine) expanded(name string, t Text, at ast.Span) Text {
	m.steps += len(t) >> 3
	out := t.at(at)
	for i := range out {
		if u := out[i].Unknown; u != nil && !u.Valid() && m.dead == 0 {
			u.Span = at
		}
	}
	if len(out) == 1 && out[0].Unknown != nil && !strings.HasPrefix(name, hiddenName) {
		out[0].Text = "$" + name
	}
	return out
}

// unknownParam reports whether a variable may still come from the environment
// or from the script's caller.
func (m *machine) unknownParam(name string) bool {
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		_, ok := m.params()
		return !ok
	}
	return m.vars[name] == nil
}
