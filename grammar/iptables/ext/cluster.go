package ext

import (
	"fmt"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

const maxClusterNodes = 32 // XT_CLUSTER_NODES_MAX

// The cluster match (iptables-extensions(8), cluster). It has no shape of nft's:
// besides comparing a hash it looks at the connection that expected this one,
// and tells the rest of the kernel that the packet is for this host.
var _ = match(Ext{
	Name: "cluster",
	Options: []Option{
		{Name: "cluster-local-nodemask", Arg: Uint(1, allOnes), Not: true, Excl: []string{"cluster-local-node"}},
		{Name: "cluster-local-node", Arg: Uint(1, maxClusterNodes), Not: true},
		{Name: "cluster-total-nodes", Arg: Uint(1, maxClusterNodes), Required: true},
		{Name: "cluster-hash-seed", Arg: Uint(0, allOnes), Required: true},
	},
	OneOf: []string{"cluster-local-node", "cluster-local-nodemask"},
	Check: func(_ *Context, u *Use) *grammar.Error {
		if g, mask, total := clusterNodes(u); mask>>total != 0 {
			return grammar.Errorf(g.Span, "--%s is beyond the cluster's %d nodes", g.Option.Name, total).Expected("nodes 1 to %d", total)
		}
		return nil
	},
	Save: func(p *Printer, u *Use) {
		for _, o := range clusterOptions(u) {
			p.Flag(o.Not, o.Name)
			p.Word(o.Args[0].(*ast.String).Val)
		}
	},
	Lower: func(l *Lowering, u *Use) {
		l.Add(&ast.Extension{Span: u.Span, Name: u.Ext.Name, Options: clusterOptions(u), Use: l.UseIndex()})
	},
	Listed: []Listed{
		{"cluster node_mask=$1 total_nodes=$2 hash_seed=$3", "-m cluster --cluster-local-nodemask $1 --cluster-total-nodes $2 --cluster-hash-seed $3"},
		{"cluster !node_mask=$1 total_nodes=$2 hash_seed=$3", "-m cluster ! --cluster-local-nodemask $1 --cluster-total-nodes $2 --cluster-hash-seed $3"},
	},
})

// clusterNodes returns the option that names the local nodes, these as bits, and
// the number of all.
func clusterNodes(u *Use) (g *Given, mask, total uint64) {
	total = u.Get("cluster-total-nodes").Lo
	if g = u.Get("cluster-local-node"); g != nil {
		return g, 1 << (g.Lo - 1), total
	}
	g = u.Get("cluster-local-nodemask")
	return g, g.Lo, total
}

// clusterOptions returns the options in canonical form, the local nodes as a
// mask.
func clusterOptions(u *Use) []ast.Option {
	local, mask, total := clusterNodes(u)
	nodes, seed := u.Get("cluster-total-nodes"), u.Get("cluster-hash-seed")
	option := func(g *Given, name, format string, n uint64) ast.Option {
		return ast.Option{Span: g.Span, Name: name, Args: []ast.Expr{&ast.String{Span: g.ArgSpan(), Val: fmt.Sprintf(format, n)}}}
	}
	list := []ast.Option{
		option(local, "cluster-local-nodemask", "0x%08x", mask),
		option(nodes, "cluster-total-nodes", "%d", total),
		option(seed, "cluster-hash-seed", "0x%08x", seed.Lo),
	}
	list[0].Not = local.Not
	return list
}
