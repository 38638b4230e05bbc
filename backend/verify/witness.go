package verify

import (
	"context"
	"slices"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/draw"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/stage"
	"github.com/ctlint/ctlint/semantics"
)

// witnesses returns packets for rules that none has met so far, out of the sets of
// packets that match them, and how many of these rules no packet can meet. It looks at
// no more rules than most, and at none once that takes too long: sets of thousands of
// rules take their time.
func (h *Host) witnesses(ctx context.Context, d *draw.Drawer, met rules, most int) (packets []semantics.Packet, probes []sandbox.Probe, dead int) {
	host := semantics.NewHost([]*ast.Ruleset{h.Ruleset}, semantics.Options{})
	ctx, cancel := context.WithTimeout(ctx, witnessTime)
	defer cancel()
	live := map[*ast.Rule]bool{}
	seen := map[*ast.Rule]bool{}
	for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			way := host.Way(family, hook)
			for r := range way.Rules() {
				if ctx.Err() != nil {
					return packets, probes, 0 // of the rules left nothing is known
				}
				if met[r] || len(seen) >= most && !seen[r] {
					continue
				}
				seen[r] = true
				match := way.Rule(r).Match
				if !match.Empty() {
					live[r] = true
				}
				w, ok := match.Witness(match.Must())
				if !ok {
					continue
				}
				p := injected(w.Packet, d)
				if !d.Routable(&p) {
					continue
				}
				if probe, err := stage.Probe(&p); err == nil {
					packets, probes = append(packets, p), append(probes, probe)
				}
			}
		}
	}
	return packets, probes, len(seen) - len(live)
}

// witnessTime is how long it may take to find packets for rules.
const witnessTime = 10 * time.Second

// injected returns the packet as it must be sent for rules to see it so.
func injected(p semantics.Packet, d *draw.Drawer) semantics.Packet {
	for _, name := range []*string{&p.Iif, &p.Oif} {
		if *name != "" && *name != "lo" && !slices.Contains(d.Interfaces(), *name) {
			*name = draw.Other
		}
	}
	if p.Hook == ast.HookForward && p.TTL > 0 {
		p.TTL++
	}
	// The first packet of a connection that is translated comes as it was.
	if p.State == ast.StateNew && p.HasOrig {
		p.Saddr, p.Daddr, p.Sport, p.Dport = p.Orig.Saddr, p.Orig.Daddr, p.Orig.Sport, p.Orig.Dport
	}
	if natural := stage.Natural(&p); p.State == ast.StateUntracked && natural != p.State {
		p.State = natural // a rule keeps it from conntrack
	}
	p.Status, p.PktType, p.Length = 0, 0, 0
	p.HasOrig, p.HasAnswer, p.Orig, p.Answer = false, false, semantics.Tuple{}, semantics.Tuple{}
	return p
}
