package report

import (
	"go/token"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ctlint/ctlint/checks/driver"
)

// texts are the files of a run by name.
type texts map[string]string

func textsOf(r *driver.Result) texts {
	t := texts{}
	for _, f := range slices.Concat(r.Files, r.Others) {
		t[f.Name] = f.Text
	}
	return t
}

// utf16Column returns the column of a place in UTF-16 code units, from 1: what
// SARIF counts unless it says otherwise (2.1.0, 3.14.17).
func (t texts) utf16Column(p token.Position) int {
	text, ok := t[p.Filename]
	start := p.Offset - (p.Column - 1)
	if !ok || start < 0 || p.Offset > len(text) {
		return p.Column
	}
	n := 1
	for line := text[start:p.Offset]; line != ""; {
		r, size := utf8.DecodeRuneInString(line)
		n += utf16.RuneLen(r)
		line = line[size:]
	}
	return n
}

// slashed returns a file's name with slashes, without ./ before it.
func slashed(name string) string { return filepath.ToSlash(filepath.Clean(name)) }

// uriOf returns a file's name as a URI, relative if the name is.
func uriOf(name string) string {
	name = slashed(name)
	u := url.URL{Path: name}
	if filepath.IsAbs(filepath.FromSlash(name)) {
		u.Scheme, u.Path = "file", "/"+strings.TrimPrefix(name, "/")
	}
	return u.String()
}
