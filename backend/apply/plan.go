//go:build linux

package apply

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/internal/unified"
)

// Change is what somebody wants to load.
type Change struct {
	// Ruleset is what is loaded; it tells which interfaces are spoken of.
	Ruleset *ast.Ruleset
	// Steps load it.
	Steps func(now *State) []Step
}

// Load is the change of loading the files of a host: sets of ipset, then all scripts
// of nft in one transaction, then the save files of each family.
func Load(h *verify.Host) Change {
	return Change{Ruleset: h.Ruleset, Steps: func(now *State) []Step {
		var sets, rest []Step
		nft := -1
		for _, t := range h.Texts {
			text := t.Text
			if !strings.HasSuffix(text, "\n") {
				text += "\n"
			}
			switch t.Tool {
			case sandbox.IPSet:
				sets = append(sets, loadSets(text, now)...)
			case sandbox.NFT:
				if nft < 0 {
					nft = len(rest)
					rest = append(rest, Step{Argv: loaders[layerNFT]})
				}
				rest[nft].Stdin += text
			default:
				rest = append(rest, Step{loaders[layers[t.Tool]], text})
			}
		}
		return append(sets, rest...)
	}}
}

// layers are those of the tools for save files.
var layers = map[sandbox.Tool]string{
	sandbox.IPTablesLegacy: "iptables-legacy", sandbox.IP6TablesLegacy: "ip6tables-legacy",
	sandbox.IPTablesNFT: "iptables-nft", sandbox.IP6TablesNFT: "ip6tables-nft",
}

// loadSets loads a file of ipset. Sets that are there already become what the file
// says; a file that does more than create and add is loaded as it is.
func loadSets(text string, now *State) []Step {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "create" && words[0] != "add" {
			return []Step{{loaders[layerIPSet], text}}
		}
	}
	var steps []Step
	for _, p := range ipsets(text) {
		_, there := now.Piece(p.Key)
		steps = append(steps, setSteps(p.Name, p.Text, there)...)
	}
	return steps
}

// Plan is a change that has been tried in a sandbox.
type Plan struct {
	// Before is what is in force, After what will be.
	Before, After *State
	// Touched are the parts that the change makes other than they are; nothing else
	// is restored if it is taken back.
	Touched []Key
	// Removed are parts that go although nothing names them: by flush ruleset.
	Removed []Key

	steps []Step
}

// NewPlan tries a change in a sandbox, on top of what is in force. The error is
// [*sandbox.Refused] if a tool refuses it.
func NewPlan(ctx context.Context, before *State, c Change, o sandbox.Options) (*Plan, error) {
	p := &Plan{Before: before, steps: c.Steps(before)}
	for _, s := range p.steps {
		if _, err := exec.LookPath(s.Argv[0]); err != nil {
			return nil, fmt.Errorf("%s is not installed: %w", s.Argv[0], err)
		}
	}
	box, err := sandbox.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	defer box.Close()
	if err := box.Network(ctx, network(before.Ruleset.Ruleset, c.Ruleset)); err != nil {
		return nil, err
	}
	// What cannot be loaded here could not be restored there.
	if err := p.rehearse(ctx, box); err != nil {
		return nil, fmt.Errorf("the ruleset in force could not be restored, so it is not changed: %w", err)
	}
	for _, s := range p.steps {
		if _, err := box.Run(ctx, s.Stdin, s.Argv...); err != nil {
			return nil, err
		}
	}
	if p.After, err = ReadState(ctx, box); err != nil {
		return nil, fmt.Errorf("reading the ruleset in the sandbox: %w", err)
	}
	p.Touched = differing(before.Pieces, p.After.Pieces)
	p.Removed = p.removed(c.Ruleset)
	return p, nil
}

// rehearse restores what is in force in the sandbox, and compares.
func (p *Plan) rehearse(ctx context.Context, box *sandbox.Box) error {
	var all []Key
	for _, x := range p.Before.Pieces {
		all = append(all, x.Key)
	}
	return restore(ctx, box, p.Before.Pieces, all)
}

// network has the devices that must be there for the rulesets to load: those whose
// numbers rules ask for (iif, not iifname), and those of chains and flowtables. No packet
// is sent, so others are not missed.
func network(rs ...*ast.Ruleset) sandbox.Network {
	var names []string
	note := func(n ast.Node) {
		for x := range ast.Preorder(n) {
			if s, ok := x.(*ast.String); ok {
				names = append(names, s.Val)
			}
		}
	}
	for _, r := range rs {
		for _, t := range r.Tables {
			for _, c := range t.Chains {
				names = append(names, c.Devices...)
				for _, rule := range c.Rules {
					for _, s := range rule.Stmts {
						if asksForDevice(s) {
							note(s)
						}
					}
				}
			}
			for _, f := range t.Flowtables {
				names = append(names, f.Devices...)
			}
			for _, s := range t.Sets {
				if slices.Contains(s.Key, ast.TypeIfaceIndex) || s.KeyExpr != nil && asksForDevice(s.KeyExpr) {
					for _, e := range s.Elems {
						note(e)
					}
				}
			}
		}
	}
	slices.Sort(names)
	var n sandbox.Network
	for _, name := range slices.Compact(names) {
		if name != "lo" && name != "" {
			n.Interfaces = append(n.Interfaces, sandbox.Interface{Name: name, Ethernet: true})
		}
	}
	return n
}

// asksForDevice reports whether the number of a device is asked for.
func asksForDevice(n ast.Node) bool {
	for x := range ast.Preorder(n) {
		if m, ok := x.(*ast.Meta); ok && (m.Key == ast.MetaIif || m.Key == ast.MetaOif || m.Key == ast.MetaSdif) {
			return true
		}
	}
	return false
}

// removed returns the parts that go and that no command names.
func (p *Plan) removed(rs *ast.Ruleset) []Key {
	var out []Key
	for _, k := range p.Touched {
		was, _ := p.Before.Piece(k)
		is, there := p.After.Piece(k)
		if was.Meaning == "" || there && (is.Meaning != "" || k.Layer == layerNFT) {
			continue
		}
		family := k.Family
		if f, ok := familyOf[k.Layer]; ok {
			family = f
		}
		named := func(name string, f ast.Family) bool { return name == k.Name && f.String() == family }
		if slices.ContainsFunc(rs.Commands, func(c *ast.Command) bool {
			return c.Object == "table" && (c.Verb == "delete" || c.Verb == "destroy") && (named(c.Name, c.Family) || named(c.Table, c.Family))
		}) || slices.ContainsFunc(rs.Tables, func(t *ast.Table) bool { return named(t.Name, t.Family) }) {
			continue
		}
		out = append(out, k)
	}
	return out
}

// Diff returns the change as text.
func (p *Plan) Diff() string {
	return unified.Diff("in force", "new", p.Before.Text(), p.After.Text())
}
