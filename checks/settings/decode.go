package settings

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/ctlint/ctlint/grammar"
)

// Place is a place in a file, from 1.
type Place struct {
	File         string
	Line, Column int
}

func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Error is something wrong with a configuration.
type Error struct {
	Place
	Msg string
}

func (e *Error) Error() string { return e.Place.String() + ": " + e.Msg }

// decoder makes Go values of YAML. It is not the library's own, as that one knows
// neither near misses nor where each value stood.
type decoder struct {
	file    string
	places  map[string]Place // of keys, by their path: options.late-established
	anchors map[string]ast.Node
	errs    []error
}

// decode reads a file into out, a pointer to a struct, and returns where its keys
// stand. The error tells of all that is wrong.
func decode(file string, text []byte, out any) (map[string]Place, error) {
	d := &decoder{file: file, places: map[string]Place{}, anchors: map[string]ast.Node{}}
	f, err := parser.ParseBytes(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), 0)
	if err != nil {
		return nil, d.syntax(err)
	}
	var docs []ast.Node
	for _, doc := range f.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.NullType && doc.Body.Type() != ast.CommentType {
			docs = append(docs, doc.Body)
		}
	}
	if len(docs) > 1 {
		d.errorf(docs[1], "a second document begins here; expected one")
	}
	if len(docs) > 0 {
		d.value(docs[0], reflect.ValueOf(out).Elem(), "")
	}
	return d.places, errors.Join(d.errs...)
}

// syntax gives an error of the YAML library its place in the usual form.
func (d *decoder) syntax(err error) error {
	var e yaml.Error
	if errors.As(err, &e) && e.GetToken() != nil {
		return &Error{d.at(e.GetToken()), "this is no YAML: " + e.GetMessage()}
	}
	return fmt.Errorf("%s: this is no YAML: %w", d.file, err)
}

func (d *decoder) at(t *token.Token) Place {
	return Place{d.file, t.Position.Line, t.Position.Column}
}

func (d *decoder) errorf(n ast.Node, format string, args ...any) {
	d.errs = append(d.errs, &Error{d.at(firstToken(n)), fmt.Sprintf(format, args...)})
}

// firstToken returns where a node begins: a mapping's own token is a colon.
func firstToken(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}

// value reads a node into v. The path is that of the keys above it.
func (d *decoder) value(n ast.Node, v reflect.Value, path string) {
	switch x := n.(type) {
	case *ast.AnchorNode:
		d.anchors[x.Name.String()] = x.Value
		d.value(x.Value, v, path)
		return
	case *ast.AliasNode:
		to, ok := d.anchors[x.Value.String()]
		if !ok {
			d.errorf(n, "no anchor is called %s", x.Value)
			return
		}
		d.value(to, v, path)
		return
	case *ast.TagNode:
		d.value(x.Value, v, path)
		return
	case *ast.NullNode:
		return // as if the key were not there
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, u, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.value(n, p.Elem(), path)
		v.Set(p)
	case reflect.Struct:
		d.fields(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

func (d *decoder) text(n ast.Node, u encoding.TextUnmarshaler, path string) {
	s, ok := scalar(n)
	if !ok {
		d.errorf(n, "%s is %s; expected a word", last(path), kind(n))
		return
	}
	if err := u.UnmarshalText([]byte(s)); err != nil {
		d.errorf(n, "%s: %v", last(path), err)
	}
}

// entries returns the keys and values of a mapping; false if the node is none.
func (d *decoder) entries(n ast.Node, path string) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	where := last(path)
	if path == "" {
		where = "the configuration"
	}
	d.errorf(n, "%s is %s; expected keys with values", where, kind(n))
	return nil, false
}

func (d *decoder) fields(n ast.Node, v reflect.Value, path string) {
	entries, ok := d.entries(n, path)
	if !ok {
		return
	}
	index := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		index[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		key, _ := scalar(e.Key)
		i, known := index[key]
		if !known {
			where := ""
			if path != "" {
				where = " of " + last(path)
			}
			if near := grammar.Near(key, names); near != "" {
				d.errorf(e.Key, "unknown key %q%s; did you mean %q?", key, where, near)
			} else {
				d.errorf(e.Key, "unknown key %q%s; expected one of %s", key, where, strings.Join(names, ", "))
			}
			continue
		}
		if seen[key] {
			d.errorf(e.Key, "the key %q is there twice", key)
		}
		seen[key] = true
		p := join(path, key)
		d.places[p] = d.at(firstToken(e.Key))
		d.value(e.Value, v.Field(i), p)
	}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if options == "" && v.Field(i).IsZero() {
			d.errorf(n, "%s has no %q, which it must have", last(path), name)
		}
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, path string) {
	entries, ok := d.entries(n, path)
	if !ok {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range entries {
		key, _ := scalar(e.Key)
		p := join(path, key)
		d.places[p] = d.at(firstToken(e.Key))
		if v.MapIndex(reflect.ValueOf(key)).IsValid() {
			d.errorf(e.Key, "the key %q is there twice", key)
		}
		x := reflect.New(v.Type().Elem()).Elem()
		d.value(e.Value, x, p)
		v.SetMapIndex(reflect.ValueOf(key), x)
	}
}

// list reads a list; a single value where one may stand is a list of it.
func (d *decoder) list(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, single := scalar(n); !single || v.Type().Elem().Kind() == reflect.Struct {
			d.errorf(n, "%s is %s; expected a list", last(path), kind(n))
			return
		}
		seq = &ast.SequenceNode{Values: []ast.Node{n}}
	}
	for i, item := range seq.Values {
		p := fmt.Sprintf("%s[%d]", path, i)
		d.places[p] = d.at(firstToken(item))
		x := reflect.New(v.Type().Elem()).Elem()
		d.value(item, x, p)
		v.Set(reflect.Append(v, x))
	}
}

func (d *decoder) scalar(n ast.Node, v reflect.Value, path string) {
	s, ok := scalar(n)
	if !ok {
		d.errorf(n, "%s is %s; expected a single value", last(path), kind(n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		if ws := words[last(path)]; ws != nil && !slices.Contains(ws, s) {
			d.errorf(n, "%s is %q%s", last(path), s, oneOf(s, ws))
			return
		}
		v.SetString(s)
	case reflect.Int:
		i, err := strconv.Atoi(s)
		if err != nil || i < 0 {
			d.errorf(n, "%s is %q; expected a number from 0 on", last(path), s)
			return
		}
		v.SetInt(int64(i))
	case reflect.Uint16:
		i, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			d.errorf(n, "%s is %q; expected a number from 0 to 65535", last(path), s)
			return
		}
		v.SetUint(i)
	default:
		panic("settings: a field of a kind that is not decoded: " + v.Kind().String())
	}
}

func oneOf(s string, ws []string) string {
	if near := grammar.Near(s, ws); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; expected " + strings.Join(ws, ", ")
}

// scalar returns the text of a single value, as it is written: 1.10 stays 1.10.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	return "a single value"
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// last returns the name of the last key of a path, without its indexes.
func last(path string) string {
	path = path[strings.LastIndexByte(path, '.')+1:]
	name, _, _ := strings.Cut(path, "[")
	return name
}
