package nf

import (
	"fmt"
	"path"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/load"
)

// ReservedName finds names that some versions of nft refuse, and interfaces that
// must be there when the ruleset is loaded.
var ReservedName = check.New(check.Check{
	Code: "NF008", Slug: "reserved-name", Severity: check.Warning,
	Title: "name that another nft, or the next boot, refuses",
	Text: `nft refuses the whole script, and on a boot that leaves the host without a firewall.

Words of nft's own cannot be names of tables, chains, sets or objects, and each version
has others (src/scanner.l of nftables): a chain called last or destroy loads with nft
1.0.6 and not with 1.0.7, which knows the statement and the command. Before 0.9.9 all words
were taken everywhere; names such as state, zone or in load since then, which is an info.

iif and oif, sets of type iface_index, fib ... oif and flowtables want the interface to be
there when the ruleset is loaded (nft(8), META EXPRESSIONS: "Interface does not exist").
nftables.service runs before the network is set up; what a program makes later, such as
ppp0, wg0 or docker0, is never there, and once such an interface is made anew, the rule is
about one that is gone. Use iifname and oifname. For other interfaces than those made by
programs it is an info: a network card mostly is there by then. lo always is.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain last {
		drop
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		jump last
	}
}
`}, {File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "wg0" tcp dport 22 accept
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain rest {
		drop
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		iifname "wg0" tcp dport 22 accept
		jump rest
	}
}
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      reservedName,
	},
})

// newer are words that versions later than nft 1.0.6 took for their own wherever
// they stand.
var newer = map[string]string{
	"destroy": "1.0.7", "last": "1.0.7", "vxlan": "1.0.7", "vni": "1.0.7", "geneve": "1.0.7", "gre": "1.0.7", "gretap": "1.0.7",
	"tunnel": "1.1.6",
}

// older are words that nft 0.9.8 took for its own wherever they stand, and later
// versions only where they mean something.
var older = words(`
	addr bypass bytes chains check classid code count counters daddr direction dport dscp echo event expectation expiration
	fanout flowtables fully-random gateway group helper helpers hoplimit id in inc json label left length level limits maps
	memory meters minute mod mtu name nexthdr num offset option options original out over packets performance persistent
	port prefix protocol quotas rate reply right rules saddr second seed sequence sets sport state status tables to trace
	transparent ttl until used version vm week window with xml zone`)

func reservedName(pass *analysis.Pass) (any, error) {
	for s, t := range ruleset.Of(pass).Tables() {
		if s.Dialect != load.NFT || t.Xtables {
			continue
		}
		n := names{pass: pass, told: map[string]bool{}}
		n.name(t.NameSpan, "table", t.Name)
		for _, set := range t.Sets {
			n.name(set.NameSpan, "set", set.Name)
			n.elements(set)
		}
		for _, o := range t.Objects {
			n.name(o.NameSpan, o.Kind.String(), o.Name)
		}
		for _, f := range t.Flowtables {
			n.name(f.NameSpan, "flowtable", f.Name)
			for _, d := range f.Devices {
				n.device(f.NameSpan, d, "the flowtable wants")
			}
		}
		for _, c := range t.Chains {
			if !c.Anonymous && !c.Implicit {
				n.name(c.NameSpan, "chain", c.Name)
			}
			for _, r := range c.Rules {
				n.rule(r)
			}
		}
	}
	return nil, nil
}

// names looks at the names in a table.
type names struct {
	pass *analysis.Pass
	told map[string]bool // the devices that a finding names already
}

func (n *names) name(at ast.Span, what, name string) {
	if !at.Valid() {
		return
	}
	if since := newer[name]; since != "" {
		check.Report(n.pass, at, fmt.Sprintf("nft %s and later take %s for a word of their own and refuse a %s of that name; call it otherwise", since, name, what))
	} else if older[name] {
		check.Report(n.pass, at, fmt.Sprintf("nft before 0.9.9 takes %s for a word of its own and refuses a %s of that name", name, what), check.At(check.Info))
	}
}

func (n *names) rule(r *ast.Rule) {
	if r.Bad {
		return
	}
	for _, s := range r.Stmts {
		ast.Walk(s, func(node ast.Node) bool {
			switch s := node.(type) {
			case *ast.Match:
				n.compared(s.Left, s.Right)
			case *ast.VMap:
				n.compared(s.Key, s.Map)
			case *ast.Map:
				n.compared(s.Key, s.Map)
			}
			return true
		})
	}
}

// compared looks at the values that an interface's index is compared with.
func (n *names) compared(left, right ast.Expr) {
	if c, ok := left.(*ast.Concat); ok {
		lit, ok := right.(*ast.SetLit)
		if !ok {
			return
		}
		for _, e := range lit.Elems {
			if key, ok := e.Key.(*ast.Concat); ok && len(key.Parts) == len(c.Parts) {
				for i := range c.Parts {
					n.compared(c.Parts[i], key.Parts[i])
				}
			}
		}
		return
	}
	word := indexOf(left)
	if word == "" {
		return
	}
	switch v := right.(type) {
	case *ast.String:
		n.device(v, v.Val, word+" wants")
	case *ast.SetLit:
		for _, e := range v.Elems {
			if name, ok := e.Key.(*ast.String); ok {
				n.device(name, name.Val, word+" wants")
			}
		}
	}
}

// indexOf returns how an expression is called that gives the index of an
// interface; empty if it does not.
func indexOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Meta:
		if e.Key.Type() == ast.TypeIfaceIndex {
			return e.Key.String()
		}
	case *ast.Fib:
		if e.Result == "oif" && !e.Check {
			return "fib"
		}
	}
	return ""
}

// elements looks at the elements of a set whose keys hold interfaces' indexes.
func (n *names) elements(set *ast.Set) {
	for i, typ := range set.Key {
		if typ != ast.TypeIfaceIndex {
			continue
		}
		for _, e := range set.Elems {
			key := e.Key
			if c, ok := key.(*ast.Concat); ok && i < len(c.Parts) {
				key = c.Parts[i]
			}
			if name, ok := key.(*ast.String); ok {
				n.device(name, name.Val, "iface_index wants")
			}
		}
	}
}

// made are patterns of names that interfaces have which programs make while the
// host runs.
var made = []string{
	"ppp[0-9]*", "pppoe*", "tun[0-9]*", "tap[0-9]*", "wg[0-9]*", "docker*", "br-*", "virbr*", "vnet*", "veth*", "vmbr*", "lxc*", "lxd*",
	"podman*", "cni*", "flannel*", "cali*", "vxlan*", "gre[0-9]*", "gretap*", "sit[0-9]*", "ipsec*", "vti*", "tailscale*", "zt*", "usb[0-9]*", "wwan*",
	"wlan*", "wl[ops]*", "wlx*", "enx*",
}

func (n *names) device(at analysis.Range, name, who string) {
	if name == "lo" || name == "" || n.told[name] {
		return
	}
	n.told[name] = true
	message := fmt.Sprintf("%s an interface %s when the ruleset is loaded; if it is not there yet, nothing is loaded", who, name)
	hint := ""
	if who != "the flowtable wants" {
		hint = "; compare the name, with iifname or oifname"
	}
	for _, p := range made {
		if ok, _ := path.Match(p, name); ok {
			check.Report(n.pass, at, message+hint)
			return
		}
	}
	check.Report(n.pass, at, message+hint, check.At(check.Info))
}
