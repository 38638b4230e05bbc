// Package ruleset reads the rulesets of a host, the unit that checks work on:
// the files that are loaded together, such as rules.v4 with rules.v6. All other
// facts and checks are built on its [Analyzer].
package ruleset

import (
	"fmt"
	"go/token"
	"iter"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/grammar/nft"
)

// Analyzer reads the host's files, those that the pass calls its OtherFiles.
// What is wrong with their text is in the sources' Errors, and is no error here:
// a part of a ruleset can be checked, too. A package of Go has no such files.
var Analyzer = &analysis.Analyzer{
	Name:             "ruleset",
	Doc:              "read the rulesets of a host\n\nThe result is a *ruleset.Host, which is read-only.",
	Requires:         []*analysis.Analyzer{config.Analyzer},
	ResultType:       reflect.TypeFor[*Host](),
	RunDespiteErrors: true,
	Run:              run,
}

// Of returns the host of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Host { return pass.ResultOf[Analyzer].(*Host) }

// Host is the rulesets of a host. It is shared by all checks and read-only.
type Host struct {
	Fset    *token.FileSet
	Sources []*load.Source // in the order in which the files were named
	// Included are the files that scripts of nft include. What they declare
	// is in the rulesets of the sources.
	Included []*load.Source
}

func run(pass *analysis.Pass) (any, error) {
	h := &Host{Fset: pass.Fset}
	if len(pass.Files) > 0 {
		return h, nil // Go source: its other files are assembly and C
	}
	c := config.For(pass)
	for _, name := range pass.OtherFiles {
		src, err := pass.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading a ruleset: %w", err)
		}
		dialect, family := c.FormOf(name)
		s := load.Parse(pass.Fset, name, src, load.Options{
			Dialect: dialect, Family: family,
			NFT: nft.Options{Open: pass.ReadFile, Glob: c.Glob, Path: c.IncludePath, Defines: c.Defines},
		})
		h.Sources = append(h.Sources, s)
		if s.NFT == nil {
			continue
		}
		for _, i := range s.NFT.Included {
			h.Included = append(h.Included, &load.Source{Name: i.Name, Text: i.Text, Dialect: load.NFT, Ruleset: &ast.Ruleset{}})
		}
	}
	return h, nil
}

// Tables returns the tables of all sources, in their order.
func (h *Host) Tables() iter.Seq2[*load.Source, *ast.Table] {
	return func(yield func(*load.Source, *ast.Table) bool) {
		for _, s := range h.Sources {
			for _, t := range s.Ruleset.Tables {
				if !yield(s, t) {
					return
				}
			}
		}
	}
}

// Place is a rule with all that it stands in.
type Place struct {
	Source *load.Source
	Table  *ast.Table
	Chain  *ast.Chain
	Index  int // of the rule in its chain, from 0
	Rule   *ast.Rule
}

// Rules returns the rules of all sources, table by table and chain by chain.
func (h *Host) Rules() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		for s, t := range h.Tables() {
			for _, c := range t.Chains {
				for i, r := range c.Rules {
					if !yield(Place{s, t, c, i, r}) {
						return
					}
				}
			}
		}
	}
}

// Source returns the file that a position lies in; nil if it is in none.
func (h *Host) Source(pos token.Pos) *load.Source {
	f := h.Fset.File(pos)
	if f == nil {
		return nil
	}
	for _, sources := range [][]*load.Source{h.Sources, h.Included} {
		for _, s := range sources {
			if s.Name == f.Name() {
				return s
			}
		}
	}
	return nil
}

// Text returns the source text of a node; empty if it has none.
func (h *Host) Text(rng analysis.Range) string {
	s := h.Source(rng.Pos())
	if s == nil {
		return ""
	}
	f := h.Fset.File(rng.Pos())
	return s.Text[f.Offset(rng.Pos()):f.Offset(rng.End())]
}
