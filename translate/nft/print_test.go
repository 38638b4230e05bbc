package nft

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/internal/nfttest"
)

// printCase is a model made by hand, and its text.
type printCase struct {
	name  string
	table *ast.Table // its name is that of the case
	want  string     // what is in the table, without the tabs before each line
	// lists is how nft lists it, where that is another text for the same.
	lists string
	// lacks says why the kernel cannot be asked.
	lacks string
}

// text is the text of a case's table.
func (c *printCase) text(body string) string {
	var b strings.Builder
	b.WriteString("table " + c.table.Family.String() + " " + c.table.Name + " {\n")
	for line := range strings.Lines(body) {
		if strings.TrimSpace(line) != "" {
			b.WriteByte('\t')
		}
		b.WriteString(line)
	}
	return b.String() + "}\n"
}

func print(t testing.TB, rs *ast.Ruleset, o Options) (string, error) {
	t.Helper()
	var b bytes.Buffer
	err := Print(&b, rs, o)
	return b.String(), err
}

// TestPrint prints models and compares them with their text; then it loads all
// the text, and compares how nft lists it.
func TestPrint(t *testing.T) {
	var script strings.Builder
	var asked []printCase
	names := map[string]bool{}
	for _, c := range printCases() {
		c.table.Name = "t_" + strings.NewReplacer(" ", "_", ",", "", "(", "", ")", "").Replace(c.name)
		if names[c.table.Name] {
			t.Errorf("%s: there are two", c.name)
		}
		names[c.table.Name] = true
		got, err := print(t, &ast.Ruleset{Tables: []*ast.Table{c.table}}, Options{Stateless: true})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := c.text(c.want); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, want)
			continue
		}
		if c.lacks == "" {
			script.WriteString(got)
			asked = append(asked, c)
		}
	}
	out, err := nfttest.List(t, script.String(), "--stateless")
	if err != nil {
		for _, c := range asked { // which one is it?
			if _, err := nfttest.List(t, c.text(c.want), "--stateless"); err != nil {
				t.Errorf("%s: nft refuses what is printed: %v\n%s", c.name, err, c.text(c.want))
			}
		}
		t.Fatalf("nft refuses what is printed: %v", err)
	}
	list := nfttest.Blocks(out)
	if len(list) != len(asked) {
		t.Fatalf("nft lists %d tables; expected %d\n%s", len(list), len(asked), out)
	}
	for i, c := range asked {
		want := c.text(c.want)
		if c.lists != "" {
			if c.lists == c.want {
				t.Errorf("%s: lists and want are the same", c.name)
			}
			want = c.text(c.lists)
		}
		if list[i] != want {
			t.Errorf("%s\nnft lists %s\nexpected  %s", c.name, list[i], want)
		}
	}
}

// TestRefused checks what nft has no words for: the reason names it, and nothing
// is written.
func TestRefused(t *testing.T) {
	for _, c := range refusedCases() {
		got, err := print(t, &ast.Ruleset{Tables: []*ast.Table{c.table}}, Options{})
		var r *Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Error(), c.reason) {
			t.Errorf("%s: got %v; expected %q", c.name, err, c.reason)
		}
		if got != "" {
			t.Errorf("%s: %q was written all the same", c.name, got)
		}
		if r != nil && c.table.Chains != nil && (r.Rule == nil) != (len(c.table.Chains[0].Rules) == 0) {
			t.Errorf("%s: the refusal is of rule %v", c.name, r.Rule)
		}
	}
}
