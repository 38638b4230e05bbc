// Package live reads the rulesets that are in force in this network namespace.
package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"os/exec"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
)

// printer is a tool that prints rulesets.
type printer struct {
	argv    []string
	dialect load.Dialect
	counts  []string // arguments that have counters printed
}

// printers print what is in force. What iptables-nft keeps in nf_tables it prints
// itself: nft cannot show all of its matches.
var printers = []printer{
	{[]string{"iptables-legacy-save"}, load.Save, []string{"-c"}},
	{[]string{"ip6tables-legacy-save"}, load.Save6, []string{"-c"}},
	{[]string{"iptables-nft-save"}, load.Save, []string{"-c"}},
	{[]string{"ip6tables-nft-save"}, load.Save6, []string{"-c"}},
	{[]string{"ipset", "save"}, load.IPSet, nil},
	{[]string{"nft", "list", "ruleset"}, load.NFT, nil},
}

// NFTRuleset is the name of the listing of nft.
const NFTRuleset = "nft list ruleset"

// Listing is what one of the tools prints.
type Listing struct {
	// Tool is the tool's name, such as ip6tables-legacy-save, ipset or nft, and Name
	// its command line.
	Tool, Name string
	Dialect    load.Dialect
	Text       string
}

// Runner runs a tool with a text on its standard input, and returns what it prints. Its
// error is [exec.ErrNotFound] if the tool is not installed.
type Runner interface {
	Run(ctx context.Context, stdin string, argv ...string) (string, error)
}

// Here runs tools in the network namespace of this process.
type Here struct{}

// Run implements [Runner].
func (Here) Run(ctx context.Context, stdin string, argv ...string) (string, error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, argv[1:]...)
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(stderr.String()))
	}
	return string(text), nil
}

// Listings returns what the tools print that are installed where the runner is; there
// must be one of nft and iptables. With counters, rules have those.
func Listings(ctx context.Context, run Runner, counters bool) ([]Listing, error) {
	var out []Listing
	installed := false
	for _, p := range printers {
		argv := p.argv
		if counters {
			argv = append(slices.Clone(argv), p.counts...)
		}
		text, err := run.Run(ctx, "", argv...)
		if errors.Is(err, exec.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		installed = installed || p.argv[0] != "ipset"
		out = append(out, Listing{Tool: p.argv[0], Name: strings.Join(p.argv, " "), Dialect: p.dialect, Text: text})
	}
	if !installed {
		return nil, errors.New("neither nft nor iptables is installed; expected one of them, or a ruleset in a file")
	}
	return out, nil
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
	listings, err := Listings(context.Background(), Here{}, counters)
	if err != nil {
		return nil, err
	}
	return Parse(listings)
}

// Parse puts together what the tools have printed.
func Parse(listings []Listing) (*Ruleset, error) {
	r := New()
	for _, l := range listings {
		if err := r.Add(l.Name, []byte(l.Text), load.Options{Dialect: l.Dialect}); err != nil {
			return nil, err
		}
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

// Texts returns the listings that hold something, each table once: what iptables-nft
// prints of nf_tables is not in that of nft.
func Texts(ctx context.Context, run Runner, counters bool) ([]Listing, error) {
	all, err := Listings(ctx, run, counters)
	if err != nil {
		return nil, err
	}
	var out []Listing
	for _, l := range all {
		if l.Dialect == load.NFT {
			if l.Text, err = without(l, out); err != nil {
				return nil, err
			}
		}
		if strings.TrimSpace(l.Text) != "" {
			out = append(out, l)
		}
	}
	return out, nil
}

// without returns what nft has printed without the tables that are in other listings.
func without(l Listing, others []Listing) (string, error) {
	r, err := Parse(others)
	if err != nil {
		return "", err
	}
	s := load.Parse(token.NewFileSet(), l.Name, []byte(l.Text), load.Options{Dialect: load.NFT})
	var b strings.Builder
	end := 0
	for _, t := range s.Ruleset.Tables {
		if !r.fromIPTables(t) {
			continue
		}
		from, to := int(t.From-s.Ruleset.From), int(t.To-s.Ruleset.From)
		if from < end || to < from || to > len(l.Text) {
			return "", fmt.Errorf("%s: the text of table %s %s is not found", l.Name, t.Family, t.Name)
		}
		b.WriteString(l.Text[end:from])
		end = to
		if end < len(l.Text) && l.Text[end] == '\n' {
			end++
		}
	}
	b.WriteString(l.Text[end:])
	return b.String(), nil
}
