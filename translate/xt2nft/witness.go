package xt2nft

import (
	"fmt"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// proving is how much the comparison may cost. What is beyond that is not proved; it
// is still read again, and held to what it was printed from.
var proving = semantics.Options{Nodes: 12 << 20, Steps: 24 << 20, Question: 12 << 20, Total: 120 << 20}

// witness looks for a packet that the source and the result decide otherwise for
// certain, among all packets of each way. Of what cannot be known (a rate, a list that
// rules fill) neither side takes one for the other.
func (r *Result) witness() error {
	hosts := semantics.NewHosts(proving, []*ast.Ruleset{r.source}, []*ast.Ruleset{r.Ruleset})
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		if !slices.ContainsFunc(r.source.Tables, func(t *ast.Table) bool { return t.Family == f }) {
			continue
		}
		for _, h := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			was, is := hosts[0].Way(f, h), hosts[1].Way(f, h)
			if !was.Known() || !is.Known() {
				continue
			}
			r.Compared++
			real := r.possible(was)
			for _, d := range []struct {
				what string
				set  semantics.Set
			}{
				{"is accepted, and the script drops it", real.And(was.Accepts().Must()).And(is.Drops().Must())},
				{"is dropped, and the script accepts it", real.And(was.Drops().Must()).And(is.Accepts().Must())},
			} {
				if w, ok := d.set.Witness(); ok {
					return fmt.Errorf("at %s, the packet %s %s", h, &w.Packet, d.what)
				}
			}
		}
	}
	return nil
}

// possible are the packets that are compared. None comes in or goes out by the name
// that no device may have. Where rules look at link-layer addresses, those that a
// device of Ethernet has given are: mac_mt asks for one, and so does nft, but the model
// of the match does not say so. Later fragments have no transport header for x_tables,
// and some bytes that stand for one for nft, as iptables-nft has it, too; they come to
// no rule where conntrack is in use, which puts fragments together first.
func (r *Result) possible(w *semantics.Way) semantics.Set {
	all := w.Universe().Minus(w.Where(semantics.Fields{Fragment: true}))
	t := r.source.Tables[0]
	named, mac := false, false
	for i := range r.Rules {
		for _, x := range r.Rules[i].Out {
			for _, s := range x.Stmts {
				m, ok := s.(*ast.Match)
				if !ok {
					continue
				}
				name, ok := m.Right.(*ast.String)
				named = named || ok && name.Val == noDevice
				k, ok := m.Left.(*ast.Meta)
				mac = mac || ok && k.Key == ast.MetaIiftype
			}
		}
	}
	if named {
		for _, k := range []ast.MetaKey{ast.MetaIifname, ast.MetaOifname} {
			all = all.Minus(w.Holds(t, &ast.Match{Left: &ast.Meta{Key: k}, Right: &ast.String{Val: noDevice}}))
		}
	}
	if mac {
		all = all.And(w.Holds(t, &ast.Match{Left: &ast.Meta{Key: ast.MetaIiftype}, Right: &ast.Int{Val: arphrdEther}}))
	}
	return all
}
