package ct

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
)

// trackingPriority is where conntrack finds the connection of a packet, at
// prerouting and output (NF_IP_PRI_CONNTRACK).
const trackingPriority = -200

// sides says from which sides of conntrack packets come into a chain.
type sides uint8

const (
	// beforeTracking: conntrack has not seen the packets yet.
	beforeTracking sides = 1 << iota
	// atTracking: the base chain has conntrack's own priority. Which of the
	// two runs first depends on which was there first.
	atTracking
	// afterTracking: conntrack has seen the packets.
	afterTracking
)

// sideOf returns the side on which a base chain stands.
func sideOf(c *ast.Chain, f ast.Family) sides {
	switch c.Hook {
	case ast.HookIngress:
		return beforeTracking
	case ast.HookPrerouting, ast.HookOutput:
		switch {
		case c.Priority < trackingPriority:
			return beforeTracking
		case c.Priority == trackingPriority && f != ast.FamilyBridge: // the filter priority of bridges
			return atTracking
		}
	default:
	}
	return afterTracking
}

// sidesOf returns the sides of all chains of a table, by their index; 0 for one
// that no packet comes into. The chains of iptables' raw table are never on
// another side, whoever calls them.
func sidesOf(t *graph.Table) []sides {
	out := make([]sides, len(t.Chains))
	if t.Xtables && t.Name == "raw" {
		for i := range out {
			out[i] = beforeTracking
		}
		return out
	}
	var todo []*graph.Chain
	for _, c := range t.Chains {
		if c.Base() {
			out[c.Index] = sideOf(c.Chain, t.Family)
			todo = append(todo, c)
		}
	}
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, call := range c.Calls {
			for to := range call.Targets() {
				if mine := out[c.Index]; out[to.Index]|mine != out[to.Index] {
					out[to.Index] |= mine
					todo = append(todo, to)
				}
			}
		}
	}
	return out
}
