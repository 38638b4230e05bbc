package cli

import (
	"errors"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The entries of pre-commit's configuration. ctlint gets no file names: a changed
// file may be one of several of a host, or be included by another.
const (
	systemHook = `- repo: local
  hooks:
    - id: ctlint
      name: "ctlint: lint firewall rulesets"
      entry: ctlint lint
      language: system
      types: [text]
      pass_filenames: false
`
	golangHook = `- repo: https://github.com/ctlint/ctlint
  rev: v%s
  hooks:
    - id: ctlint
`
)

// addHook adds an entry to the repos of a configuration of pre-commit, and leaves
// everything else in it as it is.
func addHook(text, entry string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return text + "repos:\n" + indent(entry, 2), nil
	}
	f, err := parser.ParseBytes([]byte(text), parser.ParseComments)
	if err != nil || len(f.Docs) != 1 || f.Docs[0].Body == nil {
		return "", errors.New("this is no YAML of one document")
	}
	var top []*ast.MappingValueNode
	switch body := f.Docs[0].Body.(type) {
	case *ast.MappingNode:
		top = body.Values
	case *ast.MappingValueNode:
		top = []*ast.MappingValueNode{body}
	}
	for i, kv := range top {
		if kv.Key.GetToken().Value != "repos" {
			continue
		}
		list, ok := kv.Value.(*ast.SequenceNode)
		if !ok || list.IsFlowStyle || len(list.Values) == 0 {
			return "", errors.New("its repos are no list with an entry on each line")
		}
		// The entry goes behind the last line of the list: the one before the next
		// key, or the end of the text, without the blanks and comments there.
		lines := strings.SplitAfter(text, "\n")
		end := len(lines)
		if i+1 < len(top) {
			end = top[i+1].Key.GetToken().Position.Line - 1
		}
		for end > 0 && (strings.TrimSpace(lines[end-1]) == "" || strings.HasPrefix(lines[end-1], "#")) {
			end--
		}
		before := strings.Join(lines[:end], "")
		if !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		out := before + indent(entry, list.Start.Position.Column-1) + strings.Join(lines[end:], "")
		return out, grown(text, out)
	}
	return "", errors.New("it has no repos")
}

// grown makes sure that a configuration has one entry more than it had, and is the
// same otherwise.
func grown(old, text string) error {
	var a, b map[string]any
	if yaml.Unmarshal([]byte(old), &a) == nil && yaml.Unmarshal([]byte(text), &b) == nil {
		before, _ := a["repos"].([]any)
		after, _ := b["repos"].([]any)
		if len(after) == len(before)+1 {
			b["repos"] = after[:len(before)]
			if reflect.DeepEqual(a, b) {
				return nil
			}
		}
	}
	return errors.New("it is laid out in a way that cannot be added to")
}

// indent moves the lines of a text to the right.
func indent(text string, n int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Repeat(" ", n))
		b.WriteString(line)
	}
	return b.String()
}
