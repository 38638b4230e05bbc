package fix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/checks/driver"
)

// patch is edits that agree with each other, by file and in order.
type patch map[string][]edit

type edit struct {
	from, to int
	text     string
}

// add takes the edits of a fix in, all or none: none if one of them touches text
// that another fix changes. An edit that is there already is taken as one.
func (p patch) add(x driver.Fix) bool {
	for _, e := range x.Edits {
		if _, ok := p.place(e.Pos.Filename, edit{e.Pos.Offset, e.End.Offset, e.Text}); !ok {
			return false
		}
	}
	for _, e := range x.Edits {
		n := edit{e.Pos.Offset, e.End.Offset, e.Text}
		edits := p[e.Pos.Filename]
		i, _ := p.place(e.Pos.Filename, n)
		if i < len(edits) && edits[i] == n {
			continue
		}
		p[e.Pos.Filename] = slices.Insert(edits, i, n)
	}
	return true
}

// place returns where in the file's edits n belongs, and whether it may be there.
func (p patch) place(file string, n edit) (int, bool) {
	edits := p[file]
	i, same := slices.BinarySearchFunc(edits, n, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), strings.Compare(a.text, b.text))
	})
	if same {
		return i, true
	}
	for k := max(0, i-1); k < min(len(edits), i+1); k++ {
		if o := edits[k]; o.from < n.to && n.from < o.to || o.from == n.from && (o.to == n.to || o.from == o.to && n.from == n.to) {
			return i, false
		}
	}
	return i, true
}

// apply returns the file's text with its edits.
func (p patch) apply(file, text string) string {
	edits := p[file]
	if len(edits) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.WriteString(text[at:])
	return b.String()
}
