package ct

import (
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// strays are the INVALID packets that a way accepts: TCP segments that belong to no
// connection, or do not fit theirs.
type strays struct {
	*hostWay
	// nat says that the host translates addresses.
	nat bool
	// by is what accepts them: a rule, or if it is nil the chain's policy.
	by    *ast.Rule
	chain *graph.Chain
	// packets are those that by accepts, for certain.
	packets semantics.Set
	// trusted says that by lets in what it does by its interface or address alone.
	trusted bool
	// tooLow is a rule that would drop some of them if they came to it; nil if
	// there is none.
	tooLow *ast.Rule
}

// strayPaths has the []*strays of the ways that filter by state and yet accept INVALID
// packets as its result. Without NAT a policy that accepts is no finding of its own, and what is let in by
// its interface or address alone is trusted.
var strayPaths = &analysis.Analyzer{
	Name:             "stray_paths",
	Doc:              "find out what accepts INVALID packets\n\nThe result is read-only.",
	Requires:         []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
	ResultType:       reflect.TypeFor[[]*strays](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return findStrays(reach.Of(pass), graph.Of(pass)), nil
	},
}

// straysOf returns the result of [strayPaths].
func straysOf(pass *analysis.Pass) []*strays { return pass.ResultOf[strayPaths].([]*strays) }

func findStrays(f *reach.Facts, g *graph.Graph) (out []*strays) {
	for _, w := range waysOf(f, g, ast.HookInput, ast.HookForward) {
		if !w.stateful() {
			continue // without state on purpose, or no filter at all
		}
		s := &strays{hostWay: w, nat: w.translates()}
		if s.find() {
			s.findTooLow()
			out = append(out, s)
		}
	}
	return out
}

// find finds the first rule that accepts INVALID packets, or the policy that does.
func (s *strays) find() bool {
	accepted := s.segments(ast.StateInvalid, ast.TCPAck).And(s.Accepts().Must())
	if !accepted.Some() {
		return false
	}
	left := accepted
	var trusted *strays // the first that is let in by its interface or address alone
	for _, r := range s.filtering() {
		states, asks := statesAsked(r)
		if asks && states&ast.StateInvalid == 0 {
			continue
		}
		packets := s.Rule(r).Accepts.And(accepted)
		if !packets.Some() {
			continue
		}
		left = left.Minus(packets)
		if asks {
			continue // invalid-accepted tells of it
		}
		if s.Hook == ast.HookInput && !s.asksForPort(r) {
			if trusted == nil {
				trusted = &strays{by: r, chain: s.hostWay.chain(r), packets: packets}
			}
			continue
		}
		s.by, s.chain, s.packets = r, s.hostWay.chain(r), packets
		return true
	}
	if trusted != nil && s.nat {
		s.by, s.chain, s.packets, s.trusted = trusted.by, trusted.chain, trusted.packets, true
		return true
	}
	c := s.filterChain()
	if !s.nat || c == nil || !left.Some() || c.Policy == ast.PolicyDrop {
		return false
	}
	s.chain, s.packets = c, left
	return true
}

// asksForPort reports whether a rule is for certain destination ports.
func (w *hostWay) asksForPort(r *ast.Rule) bool {
	of := w.holds(r)
	return of.Without(semantics.FieldDport).And(w.Universe()).Minus(of).Some()
}

// findTooLow finds the first rule that drops INVALID packets and stands below what
// accepts them: one in the same chain or in a base chain. In another it is for what
// comes to that.
func (s *strays) findTooLow() {
	for _, r := range s.filtering() {
		states, asks := statesAsked(r)
		if c := s.hostWay.chain(r); !c.Base() && c != s.chain {
			continue
		}
		if !asks || states&ast.StateInvalid == 0 || states&ast.StateEstablished != 0 || r == s.by || !denies(s.table(r), r) {
			continue
		}
		if s.facts.Wanted(s.Way, r).Must().Meets(s.packets) {
			s.tooLow = r
			return
		}
	}
}

// report appends what NAT makes of the matter, and the witness.
func (s *strays) report(pass *analysis.Pass, at analysis.Range, message, todo string, options ...check.Option) {
	if p, ok := witness(s.packets); ok {
		options = append(options, check.Witness(p))
	}
	if s.nat {
		message += "; NAT leaves them as they are, so they leak or reset connections"
		options = append(options, check.At(check.Error))
	}
	check.Report(pass, at, message+"; "+todo, options...)
}

// meantToDrop returns a rule that denies what is INVALID and something else at
// once, which is nothing; or nil.
func (s *strays) meantToDrop() *ast.Rule {
	for _, r := range s.filtering() {
		if states, asks := statesAsked(r); asks && states == 0 && asksForInvalid(r) && denies(s.table(r), r) {
			return r
		}
	}
	return nil
}

// asksForInvalid reports whether a state match of a rule names INVALID.
func asksForInvalid(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		m, ok := s.(*ast.Match)
		if !ok || !isState(m.Left) {
			return false
		}
		bits, known := flows.StateBits(m)
		return known && bits&ast.StateInvalid != 0
	})
}

// denies reports whether a rule drops or rejects, or goes to a chain in which
// something may.
func denies(t *graph.Table, r *ast.Rule) bool {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Reject:
			return true
		case *ast.Verdict:
			switch s.Kind {
			case ast.VerdictDrop:
				return true
			case ast.VerdictJump, ast.VerdictGoto:
				c := t.Chain(s.Chain)
				return c != nil && c.Decides && !acceptsAll(c, maxAcceptDepth)
			default:
				return false
			}
		}
	}
	return false
}
