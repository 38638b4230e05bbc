// Package live reads the rulesets that are in force in this network namespace.
package live

import (
	"bytes"
	"errors"
	"fmt"
	"go/token"
	"os/exec"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
)

// tools print rulesets. What iptables-nft keeps in nf_tables it prints itself: nft
// cannot show all of its matches.
var tools = []struct {
	argv    []string
	dialect load.Dialect
	counts  []string // arguments that have counters printed
}{
	{[]string{"iptables-legacy-save"}, load.Save, []string{"-c"}},
	{[]string{"ip6tables-legacy-save"}, load.Save6, []string{"-c"}},
	{[]string{"iptables-nft-save"}, load.Save, []string{"-c"}},
	{[]string{"ip6tables-nft-save"}, load.Save6, []string{"-c"}},
	{[]string{"ipset", "save"}, load.IPSet, nil},
	{[]string{"nft", "list", "ruleset"}, load.NFT, nil},
}

// Ruleset is rulesets together, with their texts.
type Ruleset struct {
	*ast.Ruleset
	fset    *token.FileSet
	sources []*load.Source
}

// Read reads what the tools print that are installed; there must be one of nft and
// iptables. With counters, rules have those.
func Read(counters bool) (*Ruleset, error) {
	r := &Ruleset{Ruleset: &ast.Ruleset{}, fset: token.NewFileSet()}
	installed := false
	for _, tool := range tools {
		path, err := exec.LookPath(tool.argv[0])
		if err != nil {
			continue
		}
		installed = installed || tool.argv[0] != "ipset"
		argv := tool.argv[1:]
		if counters {
			argv = append(slices.Clone(argv), tool.counts...)
		}
		cmd := exec.Command(path, argv...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		text, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", strings.Join(tool.argv, " "), err, strings.TrimSpace(stderr.String()))
		}
		if err := r.Add(strings.Join(tool.argv, " "), text, load.Options{Dialect: tool.dialect}); err != nil {
			return nil, err
		}
	}
	if !installed {
		return nil, errors.New("neither nft nor iptables is installed; expected one of them, or a ruleset in a file")
	}
	return r, nil
}

// New returns a ruleset without tables.
func New() *Ruleset { return &Ruleset{Ruleset: &ast.Ruleset{}, fset: token.NewFileSet()} }

// Add adds a ruleset by its text. Tables that are there already are left out: those
// of iptables-nft, which nft lists too.
func (r *Ruleset) Add(name string, text []byte, o load.Options) error {
	s := load.Parse(r.fset, name, text, o)
	if len(s.Errors) > 0 {
		e := s.Errors[0]
		return fmt.Errorf("%s: %s", r.fset.Position(e.Pos()), e.Msg)
	}
	r.sources = append(r.sources, s)
	for _, t := range s.Ruleset.Tables {
		if s.Dialect == load.NFT && r.fromIPTables(t) {
			continue
		}
		r.Tables = append(r.Tables, t)
	}
	r.IPSets = append(r.IPSets, s.Ruleset.IPSets...)
	return nil
}

// fromIPTables reports whether the table is one that iptables-nft-save has printed.
func (r *Ruleset) fromIPTables(t *ast.Table) bool {
	return slices.ContainsFunc(r.Tables, func(have *ast.Table) bool {
		pos := r.fset.Position(have.Pos())
		return have.Name == t.Name && have.Family == t.Family && strings.Contains(pos.Filename, "tables-nft-save")
	})
}

// Place returns where something stands: FILE:LINE.
func (r *Ruleset) Place(n ast.Node) string {
	if !n.Source().Valid() {
		return ""
	}
	pos := r.fset.Position(n.Source().Pos())
	return fmt.Sprintf("%s:%d", pos.Filename, pos.Line)
}

// Text returns the text of something, in one line.
func (r *Ruleset) Text(n ast.Node) string {
	span := n.Source()
	f := r.fset.File(span.Pos())
	if !span.Valid() || f == nil {
		return ""
	}
	for _, s := range r.sources {
		if s.Ruleset.Span.From == uint32(f.Base()) {
			return strings.Join(strings.Fields(s.Text[int(span.From)-f.Base():int(span.To)-f.Base()]), " ")
		}
	}
	return ""
}

// Table returns the table that a chain is in.
func (r *Ruleset) Table(c *ast.Chain) *ast.Table {
	for _, t := range r.Tables {
		if slices.Contains(t.Chains, c) {
			return t
		}
	}
	return nil
}
