package nft

import (
	"fmt"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Refusal says what of a ruleset nft has no words for, and where it is.
type Refusal struct {
	ast.Span // of what cannot be said
	Table    *ast.Table
	Chain    *ast.Chain // nil outside of one
	Rule     *ast.Rule  // nil outside of one
	Stmt     ast.Stmt   // the statement of the rule; nil if it is the rule itself
	Reason   string
}

// Error says what is refused and why.
func (r *Refusal) Error() string {
	var b strings.Builder
	if r.Table != nil {
		fmt.Fprintf(&b, "table %s %s: ", r.Table.Family, r.Table.Name)
	}
	if r.Chain != nil {
		fmt.Fprintf(&b, "chain %s: ", r.Chain.Name)
	}
	b.WriteString(r.Reason)
	return b.String()
}

// Refusals are all refusals of a ruleset, at most one of each rule, set or
// object.
type Refusals []*Refusal

// Error says the first refusal, and how many there are.
func (r Refusals) Error() string {
	if len(r) == 1 {
		return r[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", r[0].Error(), len(r)-1)
}

// Unwrap returns the refusals one by one.
func (r Refusals) Unwrap() []error {
	errs := make([]error, len(r))
	for i := range r {
		errs[i] = r[i]
	}
	return errs
}

// unit is what has at most one refusal: a rule, a declaration.
func (p *printer) begin(unit ast.Node) (outer ast.Node) {
	outer, p.unit = p.unit, unit
	return outer
}

// refuse notes that nft has no words for a node. Only the first refusal of a
// rule or a declaration counts: the rest may follow from it.
func (p *printer) refuse(n ast.Node, format string, args ...any) {
	if p.unit != nil && p.unit == p.refused {
		return
	}
	p.refused = p.unit
	r := &Refusal{Table: p.table, Chain: p.chain, Rule: p.rl, Stmt: p.stmt, Reason: fmt.Sprintf(format, args...)}
	for _, n := range []ast.Node{n, p.stmt, p.unit} {
		if n != nil && !r.Valid() {
			r.Span = n.Source()
		}
	}
	p.refusals = append(p.refusals, r)
}
