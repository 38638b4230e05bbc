package semantics

import "github.com/ctlint/ctlint/ast"

// DecidePath decides a packet as [Decide] does, and returns also the rules that match
// it, or may, in the order in which it meets them: its path. Of those, Sure tells
// which match for certain, if the packet comes to them.
func DecidePath(rs *ast.Ruleset, p Packet) (Decision, []Step) {
	var path []Step
	r := run{env: env{Packet: &p, ruleset: rs}, steps: maxSteps, met: &path}
	return r.decision(), path
}

// meets notes that the packet matches a rule.
func (r *run) meets(c *ast.Chain, rule *ast.Rule, holds Truth) {
	if r.met != nil {
		*r.met = append(*r.met, Step{Chain: c, Rule: rule, Sure: holds == Yes})
	}
}
