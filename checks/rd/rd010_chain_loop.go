package rd

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/graph"
)

// ChainLoop finds chains that call each other in a circle.
var ChainLoop = check.New(check.Check{
	Code: "RD010", Slug: "chain-loop", Severity: check.Error,
	Title: "chains that call each other in a circle",
	Text: `A jump leads back to a chain that the packet has come through to it. The kernel
follows all jumps from the built-in chains on when it is given a ruleset, and
refuses one with a circle ("Too many levels of symbolic links" from x_tables,
mark_source_chains in the kernel; "Too many links" from nf_tables,
nft_chain_validate). Nothing of the table is loaded then, and on a boot that leaves the
host without a firewall. iptables-restore --test does not tell.

A circle to which no packet comes is loaded, and is a warning: the first jump to it
will be refused.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
:web - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
-A services -j web
-A web -p tcp -m tcp --dport 443 -j ACCEPT
-A web -j services
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:services - [0:0]
:web - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -j services
-A services -p tcp -m tcp --dport 22 -j ACCEPT
-A services -j web
-A web -p tcp -m tcp --dport 443 -j ACCEPT
-A web -j RETURN
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      chainLoop,
	},
})

func chainLoop(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if len(t.Cycles) == 0 {
			continue
		}
		for _, c := range circles(t) {
			reportCircle(pass, c)
		}
	}
	return nil, nil
}

// maxShown is how many chains and jumps of a circle a finding names.
const maxShown = 8

// circle is a way through the chains that leads back to where it began.
type circle struct {
	closing graph.Call
	again   []graph.Call // more rules that do what closing does
	steps   []hop        // the first ones of the others, in order
	length  int          // how many chains it has
}

// hop is a call on the way, and where it goes.
type hop struct {
	call graph.Call
	to   *graph.Chain
}

func reportCircle(pass *analysis.Pass, c circle) {
	first := c.closing.From
	if len(c.steps) > 0 {
		first = c.steps[0].call.From
	}
	message := fmt.Sprintf("chain %s calls itself", first.Name)
	if c.length > 1 {
		message = "this jump closes a circle of chains: " + way(first, c)
	}
	var options []check.Option
	if first.Reached() {
		message += "; the kernel refuses the table"
	} else {
		message += "; no packet comes there, but the first jump to it will be refused"
		options = append(options, check.At(check.Warning))
	}
	for _, s := range c.steps {
		options = append(options, check.Related(s.call.Node, fmt.Sprintf("chain %s calls %s", s.call.From.Name, s.to.Name)))
	}
	for _, call := range c.again[:min(len(c.again), maxShown)] {
		options = append(options, check.Related(call.Node, "this rule closes it, too"))
	}
	check.Report(pass, c.closing.Node, message, options...)
}

// way names the chains of a circle, the first one at both ends.
func way(first *graph.Chain, c circle) string {
	names := []string{first.Name}
	for _, s := range c.steps {
		names = append(names, s.to.Name)
	}
	if more := c.length - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(append(names, first.Name), ", ")
}

// circles returns a circle for each call that leads back to a chain on the way to
// it, as one walks the table from its base chains on, and then from the chains to
// which none leads. Each circle holds such a call, and without them there would be
// none.
func circles(t *graph.Table) []circle {
	w := walk{place: make([]int, len(t.Chains)), closing: map[[2]*graph.Chain]int{}}
	for _, bases := range []bool{true, false} {
		for _, c := range t.Chains {
			if c.Base() == bases {
				w.from(c)
			}
		}
	}
	return w.circles
}

// Where a walk is with a chain, besides the places on its way, which count from 1.
const (
	unseen = 0
	done   = -1
)

// walk goes through the chains of a table, depth first, without recursion, as
// chains may call each other ten thousand deep.
type walk struct {
	place   []int // of each chain on the way, by Chain.Index
	way     []step
	circles []circle
	closing map[[2]*graph.Chain]int // the circle that a call of one by the other closes
}

// step is a chain on the way.
type step struct {
	chain *graph.Chain
	hops  []hop
	next  int // of the hops
}

func (w *walk) from(c *graph.Chain) {
	if w.place[c.Index] != unseen {
		return
	}
	w.enter(c)
	for len(w.way) > 0 {
		s := &w.way[len(w.way)-1]
		if s.next == len(s.hops) {
			w.place[s.chain.Index] = done
			w.way = w.way[:len(w.way)-1]
			continue
		}
		h := s.hops[s.next]
		s.next++
		switch w.place[h.to.Index] {
		case unseen:
			w.enter(h.to)
		case done:
		default:
			w.close(h)
		}
	}
}

func (w *walk) enter(c *graph.Chain) {
	w.way = append(w.way, step{chain: c, hops: hops(c)})
	w.place[c.Index] = len(w.way)
}

// hops returns the calls of a chain with each chain that they may go to; through
// a map that several rules look up, once.
func hops(c *graph.Chain) []hop {
	var out []hop
	var maps []*graph.Map
	for _, call := range c.Calls {
		if call.Maybe || slices.Contains(maps, call.Map) {
			continue
		}
		if call.Map != nil {
			maps = append(maps, call.Map)
		}
		for to := range call.Targets() {
			out = append(out, hop{call, to})
		}
	}
	return out
}

// close keeps the circle that a call closes. A call of a base chain closes none:
// it is refused as such, and undefined-chain tells.
func (w *walk) close(h hop) {
	if h.to.Base() {
		return
	}
	pair := [2]*graph.Chain{h.call.From, h.to}
	if i, ok := w.closing[pair]; ok {
		w.circles[i].again = append(w.circles[i].again, h.call)
		return
	}
	w.closing[pair] = len(w.circles)
	way := w.way[w.place[h.to.Index]-1:]
	c := circle{closing: h.call, length: len(way)}
	for _, s := range way[:min(len(way)-1, maxShown)] {
		c.steps = append(c.steps, s.hops[s.next-1])
	}
	w.circles = append(w.circles, c)
}
