package edit_test

import (
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// apply makes an edit at the part of text that stands between < and >.
func apply(t *testing.T, text string, f func(*ruleset.Host, ast.Span) (analysis.TextEdit, bool)) string {
	t.Helper()
	from := strings.IndexByte(text, '<')
	to := strings.IndexByte(text, '>') - 1
	text = strings.NewReplacer("<", "", ">", "").Replace(text)
	h := &ruleset.Host{Fset: token.NewFileSet()}
	h.Fset.AddFile("before", -1, 100) // so that positions are no offsets
	h.Sources = []*load.Source{load.Parse(h.Fset, "a", []byte(text), load.Options{Dialect: load.Save, Family: ast.FamilyIP})}
	base := uint32(h.Sources[0].Ruleset.Pos())
	e, ok := f(h, ast.Span{From: base + uint32(from), To: base + uint32(to)})
	if !ok {
		return "none"
	}
	return text[:uint32(e.Pos)-base] + string(e.NewText) + text[uint32(e.End)-base:]
}

func TestLines(t *testing.T) {
	remove := func(h *ruleset.Host, s ast.Span) (analysis.TextEdit, bool) { return edit.DeleteLines(h, s) }
	before := func(h *ruleset.Host, s ast.Span) (analysis.TextEdit, bool) { return edit.LineBefore(h, s, "new") }
	after := func(h *ruleset.Host, s ast.Span) (analysis.TextEdit, bool) { return edit.LineAfter(h, s, "new") }
	for _, c := range []struct {
		name, text string
		edit       func(*ruleset.Host, ast.Span) (analysis.TextEdit, bool)
		want       string
	}{
		{"remove", "a\n<b>\nc\n", remove, "a\nc\n"},
		{"remove with space around", "a\n  <b> \t\nc\n", remove, "a\nc\n"},
		{"remove several", "a\n<b \\\n  b>\nc\n", remove, "a\nc\n"},
		{"remove the first", "<a>\nb\n", remove, "b\n"},
		{"remove the last, without its end", "a\n<b>", remove, "a\n"},
		{"remove with CRLF", "a\r\n<b>\r\nc\r\n", remove, "a\r\nc\r\n"},
		{"something behind it", "a\n<b>; c\n", remove, "none"},
		{"something in front of it", "a\nif b; then <c>\nd\n", remove, "none"},
		{"before", "a\n<b>\n", before, "a\nnew\nb\n"},
		{"before, indented", "a\n\t <b>\n", before, "a\n\t new\n\t b\n"},
		{"before, with CRLF", "a\r\n<b>\r\n", before, "a\r\nnew\r\nb\r\n"},
		{"after", "<a>\nb\n", after, "a\nnew\nb\n"},
		{"after, indented", "\t<a>\nb\n", after, "\ta\n\tnew\nb\n"},
		{"after several", "<a\nb>\nc\n", after, "a\nb\nnew\nc\n"},
		{"after the last, without its end", "a\n <b>", after, "a\n b\n new"},
		{"after the last, with CRLF", "a\r\n<b>\r\n", after, "a\r\nb\r\nnew\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := apply(t, c.text, c.edit); got != c.want {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

func TestReplace(t *testing.T) {
	got := apply(t, "a <b> c\n", func(_ *ruleset.Host, s ast.Span) (analysis.TextEdit, bool) { return edit.Replace(s, "x"), true })
	if got != "a x c\n" {
		t.Errorf("got %q", got)
	}
	got = apply(t, "a <b> c\n", func(_ *ruleset.Host, s ast.Span) (analysis.TextEdit, bool) { return edit.Insert(s.End(), "x"), true })
	if got != "a bx c\n" {
		t.Errorf("got %q", got)
	}
}

func TestNoSource(t *testing.T) {
	h := &ruleset.Host{Fset: token.NewFileSet()}
	if _, ok := edit.DeleteLines(h, ast.Span{}); ok {
		t.Error("a node without a source was deleted")
	}
	if _, ok := edit.LineAfter(h, ast.Span{From: 3, To: 4}, "new"); ok {
		t.Error("a line was added to no file")
	}
}

func TestMoveLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{ // <moved> above the line with ^
		{"up", "a\n^b\nc\n<d>\ne\n", "a\nd\nb\nc\ne\n"},
		{"with its indentation", "a\n  ^b\n\t<c>  \n", "a\n\tc  \n  b\n"},
		{"several lines", "^a\n<b \\\n  b>\nc\n", "b \\\n  b\na\nc\n"},
		{"the last, without its end", "^a\n<b>", "b\na\n"},
		{"with CRLF", "^a\r\nb\r\n<c>", "c\r\na\r\nb\r\n"},
		{"not alone", "^a\nb; <c>\n", "none"},
		{"into itself", "a\n<b \\\n ^b>\n", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clean := strings.NewReplacer("<", "", ">", "", "^", "").Replace
			place := func(mark string) uint32 {
				before, _, _ := strings.Cut(c.text, mark)
				return uint32(len(clean(before)))
			}
			text := clean(c.text)
			h := &ruleset.Host{Fset: token.NewFileSet()}
			h.Sources = []*load.Source{load.Parse(h.Fset, "a", []byte(text), load.Options{Dialect: load.Save, Family: ast.FamilyIP})}
			base := uint32(h.Sources[0].Ruleset.Pos())
			to := base + place("^")
			edits, ok := edit.MoveLines(h, ast.Span{From: base + place("<"), To: base + place(">")}, ast.Span{From: to, To: to})
			got := "none"
			if ok {
				got = text
				for i := len(edits) - 1; i >= 0; i-- { // from the end of the text
					e := edits[i]
					got = got[:uint32(e.Pos)-base] + string(e.NewText) + got[uint32(e.End)-base:]
				}
			}
			if got != c.want {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}
