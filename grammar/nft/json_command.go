package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// jsonCommand reads a command that neither adds nor declares something, and does
// to the ruleset what it says.
func (r *jsonReader) jsonCommand(verb string, v *jsonValue, whole ast.Span) {
	what, value, ok := v.only()
	if !ok {
		r.wrong(v, "an object with one name: what the command is for")
		return
	}
	if verbs[verb][what] == 0 {
		e := r.errorf(r.atKey(v.keys[0]), "%s is nothing to %s", quote(clip(what)), verb).Expected("%s", oneOf(sortedKeys(verbs[verb])))
		e.Hint = grammar.Near(what, sortedKeys(verbs[verb]))
		return
	}
	cmd := &ast.Command{Span: whole, Verb: verb, Object: what, Before: r.rules}
	if value.kind == jsonObject && !r.commandNames(cmd, value) {
		return
	}
	cmd.Declared = r.declares(cmd)
	r.ruleset.Commands = append(r.ruleset.Commands, cmd)
	if what == "element" {
		r.deleteElems(cmd, value)
		return
	}
	r.apply(nil, cmd, nil)
}

// commandNames reads what a command is for.
func (r *jsonReader) commandNames(cmd *ast.Command, v *jsonValue) bool {
	if v.get("family") != nil {
		var ok bool
		if cmd.Family, ok = r.family(v); !ok {
			return false
		}
	}
	name := "name"
	if cmd.Object == "rule" {
		name = "chain"
	}
	if cmd.Object == "table" {
		name = ""
		if p := r.text(v, "name", v.get("handle") == nil); p != nil {
			cmd.Table = p.text
		}
	} else if p := r.text(v, "table", false); p != nil {
		cmd.Table = p.text
	}
	if p := v.get(name); name != "" && p != nil && p.kind == jsonString {
		cmd.Name = p.text
	}
	switch handle := v.get("handle"); {
	case handle != nil && (cmd.Object == "rule" || cmd.Name == "" && (name != "" || cmd.Table == "")):
		cmd.Args = []string{"handle", uintText(r.uint(v, "handle", 64))}
	case cmd.Object == "rule" && cmd.Verb != "list":
		r.errorf(r.at(v), `the property "handle" is missing`)
		return false
	}
	if p := r.text(v, "newname", cmd.Verb == "rename"); p != nil {
		cmd.Args = []string{p.text}
	} else if cmd.Verb == "rename" {
		return false
	}
	if cmd.Verb == "delete" && cmd.Object == "chain" {
		cmd.Args = append(cmd.Args, r.names(v, "dev")...)
	}
	return true
}

// deleteElems takes elements out of a set again, as far as they are in it here.
func (r *jsonReader) deleteElems(cmd *ast.Command, v *jsonValue) {
	elems := v.get("elem")
	if elems == nil {
		r.errorf(r.at(v), `the property "elem" is missing`)
		return
	}
	cmd.Args = []string{elemsText(elems)}
	t := r.tables[tableKey{cmd.Family, cmd.Table}]
	if t == nil || cmd.Verb != "delete" && cmd.Verb != "destroy" {
		return
	}
	s, sc := t.set(ident{cmd.Span, cmd.Name}), r.scopeOf(t, nil, nil)
	r.later(func() {
		del := &ast.Set{Key: s.Key, KeyExpr: s.KeyExpr}
		r.elements(del, elems, sc)
		gone := map[string]bool{}
		for _, e := range del.Elems {
			gone[ast.Dump(e.Key)] = true
		}
		s.Elems = slices.DeleteFunc(s.Elems, func(e *ast.Elem) bool { return gone[ast.Dump(e.Key)] })
	})
}

// elemsText is the text of elements as they stand in nft's own language.
func elemsText(v *jsonValue) string {
	var words []string
	items := v.items()
	for i := range items {
		words = append(words, valueText(&items[i]))
	}
	return strings.Join(words, ", ")
}

func valueText(v *jsonValue) string {
	join := func(v *jsonValue, sep string) string {
		var words []string
		for i := range v.list {
			words = append(words, valueText(&v.list[i]))
		}
		return strings.Join(words, sep)
	}
	name, value, ok := v.only()
	switch {
	case v.kind == jsonString && class[firstByte(v.text)]&isLetter != 0 && !strings.Contains(v.text, ":"):
		return `"` + v.text + `"`
	case !ok:
		return v.text
	case name == "range":
		return join(value, "-")
	case name == "concat":
		return join(value, " . ")
	case name == "prefix" && value.get("addr") != nil && value.get("len") != nil:
		return valueText(value.get("addr")) + "/" + value.get("len").text
	case name == "elem" && value.get("val") != nil:
		return valueText(value.get("val"))
	}
	return v.text
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}
