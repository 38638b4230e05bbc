package semantics

import (
	"cmp"
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// The places of what the kernel itself does on a hook (enum nf_ip_hook_priorities).
const (
	conntrackPriority = -200
	dstPriority       = -100 // also where chains of type nat are asked, whatever their own is
	srcPriority       = 100
)

// stop is a place on a packet's way: a base chain, or something that the kernel
// does itself.
type stop struct {
	kind  stopKind
	hook  ast.Hook
	table *ast.Table
	chain *ast.Chain
	phase phase
	// nat are the chains that are asked for a translation, in order.
	nat []stop
}

type stopKind uint8

const (
	atChain stopKind = iota
	atConntrack
	atDst
	atSrc
)

// hooksOf are the hooks that packets of a way pass.
var hooksOf = map[ast.Hook][]ast.Hook{
	ast.HookInput:   {ast.HookIngress, ast.HookPrerouting, ast.HookInput},
	ast.HookForward: {ast.HookIngress, ast.HookPrerouting, ast.HookForward, ast.HookPostrouting, ast.HookEgress},
	ast.HookOutput:  {ast.HookOutput, ast.HookPostrouting, ast.HookEgress},
}

// plan returns the stops of a way, in order. Chains of one priority are asked in
// the order in which they were declared: the kernel promises nothing else.
func plan(rulesets []*ast.Ruleset, way ast.Hook, family ast.Family) []stop {
	var out []stop
	var done phase
	for _, h := range hooksOf[way] {
		var chains, nats []stop
		for _, rs := range rulesets {
			for _, t := range rs.Tables {
				if !sees(t, h, family) {
					continue
				}
				for _, c := range t.Chains {
					if c.Hook != h {
						continue
					}
					s := stop{hook: h, table: t, chain: c}
					if c.Type == ast.ChainNAT {
						nats = append(nats, s)
					} else {
						chains = append(chains, s)
					}
				}
			}
		}
		byPriority := func(a, b stop) int { return cmp.Compare(a.chain.Priority, b.chain.Priority) }
		slices.SortStableFunc(chains, byPriority)
		slices.SortStableFunc(nats, byPriority)
		i := 0
		until := func(priority int32) {
			for ; i < len(chains) && chains[i].chain.Priority <= priority; i++ {
				chains[i].phase = done
				out = append(out, chains[i])
			}
		}
		own := func(kind stopKind, priority int32, then phase) {
			until(priority)
			for i := range nats {
				nats[i].phase = done
			}
			s := stop{kind: kind, hook: h}
			if kind != atConntrack {
				s.nat = nats
			}
			out = append(out, s)
			done |= then
		}
		switch h {
		case ast.HookPrerouting, ast.HookOutput:
			own(atConntrack, conntrackPriority, tracked)
			own(atDst, dstPriority, dstDone)
		case ast.HookPostrouting, ast.HookInput:
			own(atSrc, srcPriority, srcDone)
		}
		until(1<<31 - 1)
	}
	return out
}

// sees reports whether chains of a table see packets of a family at a hook.
func sees(t *ast.Table, h ast.Hook, family ast.Family) bool {
	if slices.Contains(t.Flags, "dormant") {
		return false
	}
	switch t.Family {
	case ast.FamilyInet, family:
		return true
	case ast.FamilyNetdev:
		return h == ast.HookIngress || h == ast.HookEgress
	}
	return false
}
