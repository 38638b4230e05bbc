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
// of the match does not say so. Where they look at ports of connections, a connection
// of a protocol that has none has port 0 (nf_ct_get_tuple), of which the model does not
// know in an error of ICMP. Later fragments have no transport header for x_tables,
// and some bytes that stand for one for nft, as iptables-nft has it, too; they come to
// no rule where conntrack is in use, which puts fragments together first.
func (r *Result) possible(w *semantics.Way) semantics.Set {
	all := w.Universe().Minus(w.Where(semantics.Fields{Fragment: true}))
	t := r.source.Tables[0]
	named, mac := false, false
	ports := map[ast.CT]bool{}
	for i := range r.Rules {
		for _, x := range r.Rules[i].Out {
			for _, s := range x.Stmts {
				m, ok := s.(*ast.Match)
				if !ok {
					continue
				}
				if k, ok := m.Left.(*ast.CT); ok && ofConnection(k) {
					ports[ast.CT{Key: k.Key, Dir: k.Dir}] = true
				}
				name, ok := m.Right.(*ast.String)
				named = named || ok && name.Val == noDevice
				k, ok := m.Left.(*ast.Meta)
				mac = mac || ok && k.Key == ast.MetaIiftype
			}
		}
	}
	for k := range ports {
		all = all.Minus(portless(w, t, k))
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

// portless are errors of ICMP about a connection that has a port other than 0, and
// cannot have one.
func portless(w *semantics.Way, t *ast.Table, port ast.CT) semantics.Set {
	list := &ast.SetLit{}
	for _, p := range protocols[w.Family] {
		list.Elems = append(list.Elems, &ast.Elem{Key: &ast.Int{Val: p}})
	}
	out := w.Universe()
	for _, m := range []*ast.Match{
		{Left: &ast.CT{Key: ast.CTState}, Op: ast.OpAny, Right: &ast.Int{Val: ast.StateRelated}},
		{Left: &ast.Meta{Key: ast.MetaL4proto}, Right: &ast.Int{Val: icmps[w.Family]}},
		{Left: &ast.CT{Key: ast.CTProtocol, Dir: port.Dir}, Op: ast.OpNe, Right: list},
		{Left: &port, Op: ast.OpNe, Right: &ast.Int{}},
	} {
		out = out.And(w.Holds(t, m))
	}
	return out
}
