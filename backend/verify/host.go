// Package verify asks the running kernel whether a ruleset does to packets what
// ctlint says it does, or whether two rulesets do the same.
package verify

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// Host is the firewall of one host: what its files mean, and the files themselves
// as the stock tools load them.
type Host struct {
	Ruleset *ast.Ruleset
	Texts   []sandbox.Text
	variant Variant
}

// Variant is which iptables loads save files: that of x_tables, or that of
// nf_tables.
type Variant string

// The variants.
const (
	Legacy   Variant = "legacy"
	NFTables Variant = "nft"
)

// tools are the tools for save files.
var tools = map[Variant]map[ast.Family]sandbox.Tool{
	Legacy:   {ast.FamilyIP: sandbox.IPTablesLegacy, ast.FamilyIP6: sandbox.IP6TablesLegacy},
	NFTables: {ast.FamilyIP: sandbox.IPTablesNFT, ast.FamilyIP6: sandbox.IP6TablesNFT},
}

// NewHost puts files together. A script of iptables, or a listing, becomes the save
// file that it amounts to: no shell is run. A file that cannot be understood as a
// whole is an error.
func NewHost(v Variant, sources ...*load.Source) (*Host, error) {
	h := &Host{Ruleset: &ast.Ruleset{}, variant: v}
	var sets, rest []sandbox.Text
	for _, s := range sources {
		for _, e := range s.Errors {
			if !e.Kind.Loads() {
				return nil, &Unread{Source: s, Err: e}
			}
		}
		if s.NFT != nil && len(s.NFT.Included) > 0 {
			return nil, fmt.Errorf("%s includes other files; expected one that nft list ruleset or nft -f loads by itself", s.Name)
		}
		rs := s.Ruleset
		h.Ruleset.Tables = append(h.Ruleset.Tables, rs.Tables...)
		h.Ruleset.IPSets = append(h.Ruleset.IPSets, rs.IPSets...)
		h.Ruleset.Commands = append(h.Ruleset.Commands, rs.Commands...)
		switch {
		case s.Dialect == load.IPSet:
			sets = append(sets, sandbox.Text{Tool: sandbox.IPSet, Text: s.Text})
		case s.Dialect == load.NFT:
			rest = append(rest, sandbox.Text{Tool: sandbox.NFT, Text: s.Text})
		case s.IPTables != nil:
			text := s.Text
			if s.Dialect != load.Save {
				if text = string(s.IPTables.Format()); text == "" {
					return nil, fmt.Errorf("%s: the text does not tell all of its rules", s.Name)
				}
			}
			t, err := saves(v, rs, s.Family, text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
			rest = append(rest, t)
		default:
			return nil, fmt.Errorf("%s: this is no ruleset", s.Name)
		}
	}
	h.Texts = append(sets, rest...)
	return h, nil
}

// Unread is the error of a file that is not understood as a whole.
type Unread struct {
	Source *load.Source
	Err    *grammar.Error
}

func (u *Unread) Error() string { return fmt.Sprintf("%s: %v", u.Source.Name, u.Err) }
func (u *Unread) Unwrap() error { return u.Err }

// saves returns a save file with its tool.
func saves(v Variant, rs *ast.Ruleset, f ast.Family, text string) (sandbox.Text, error) {
	for _, t := range rs.Tables {
		if t.Family != f {
			return sandbox.Text{}, errors.New("rules for IPv4 and IPv6 are in one file, which no iptables-restore takes")
		}
	}
	tool, ok := tools[v][f]
	if !ok {
		return sandbox.Text{}, fmt.Errorf("no iptables of variant %q loads family %s", v, f)
	}
	return sandbox.Text{Tool: tool, Text: text}, nil
}

// otherwise reports whether a packet is one that iptables of nf_tables treats
// otherwise than x_tables, by which rulesets of iptables are predicted: a later
// fragment, whose bytes it takes for a transport header as nft does.
func (h *Host) otherwise(p *semantics.Packet) bool {
	return p.Fragment && h.variant == NFTables
}

// Beyond is the error of a ruleset that does more than is predicted.
type Beyond struct {
	Table *ast.Table
	Chain *ast.Chain
}

func (b *Beyond) Error() string {
	return fmt.Sprintf("table %s %s has chain %s at %s, which no prediction tells of", b.Table.Family, b.Table.Name, b.Chain.Name, b.Chain.Hook)
}

// beyond returns why the sandbox does not show all that the ruleset does: it has
// tables that see packets elsewhere than at the hooks of IP.
func (h *Host) beyond() error {
	for _, t := range h.Ruleset.Tables {
		for _, c := range t.Chains {
			if !slices.Contains([]ast.Hook{ast.HookNone, ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting}, c.Hook) {
				return &Beyond{Table: t, Chain: c}
			}
		}
	}
	return nil
}
