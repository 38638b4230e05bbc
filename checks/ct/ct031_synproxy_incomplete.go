package ct

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/semantics"
)

// SynproxyIncomplete finds SYN proxies that lack one of the rules they need.
var SynproxyIncomplete = check.New(check.Check{
	Code: "CT031", Slug: "synproxy-incomplete", Severity: check.Error,
	Title: "a SYN proxy lacks a rule that it needs",
	Text: `A SYN proxy answers the SYN in the server's place and opens the connection to the server
when the client's ACK has come. For that (iptables-extensions(8), SYNPROXY; nft(8),
SYNPROXY STATEMENT)

 - the SYN must be kept from conntrack, in the raw table or at that priority, or the
   proxy's own connection to the server finds an entry in its way;
 - the proxy's rule must see the SYN, which is UNTRACKED then, and the ACK, which is
   INVALID as conntrack knows no connection that it belongs to: no rule above may drop
   INVALID packets;
 - what is INVALID and was no answer to the proxy goes on below it and must be dropped
   there, or it comes to a server that knows nothing of it.

The ACK is only INVALID with net.netfilter.nf_conntrack_tcp_loose=0, which no ruleset
can set.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i eth0 -p tcp -m tcp --dport 443 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i eth0 -p tcp -m tcp --dport 443 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer, flows.Analyzer},
		Run:      synproxyIncomplete,
	},
})

func synproxyIncomplete(pass *analysis.Pass) (any, error) {
	g := graph.Of(pass)
	for _, t := range g.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if s := synproxyIn(r); s != nil && !r.Bad {
					reportSynproxy(pass, g, c, r, s)
				}
			}
		}
	}
	return nil, nil
}

// synproxyIn returns the statement of a rule that is a SYN proxy, or nil.
func synproxyIn(r *ast.Rule) ast.Stmt {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Synproxy:
			return s
		case *ast.ObjRef:
			if s.Kind == ast.ObjectSynproxy {
				return s
			}
		case *ast.Extension:
			if s.Target && s.Name == "SYNPROXY" {
				return s
			}
		}
	}
	return nil
}

func reportSynproxy(pass *analysis.Pass, g *graph.Graph, c *graph.Chain, r *ast.Rule, at ast.Stmt) {
	for _, f := range flows.Of(pass).Families {
		if c.Table.Family != f.Family && c.Table.Family != ast.FamilyInet {
			continue
		}
		for _, h := range []ast.Hook{ast.HookInput, ast.HookForward} {
			way, ok := onTheWay(c, r, h)
			if !ok {
				continue
			}
			p := proxy{graph: g, family: f, chain: c, rule: r, way: way, hook: h}
			if missing := p.missing(); len(missing) > 0 {
				check.Report(pass, at, "this SYN proxy is not complete: "+strings.Join(missing, "; "))
				return
			}
		}
	}
}

// onTheWay returns the rules that a packet of a hook meets when it comes to a rule
// of a chain: those that call the chains on its way, and the rule itself.
func onTheWay(c *graph.Chain, r *ast.Rule, h ast.Hook) ([]*ast.Rule, bool) {
	way, ok := c.WayFrom(h)
	return append(slices.Clip(way), r), ok
}

// proxy is a SYN proxy's rule as the packets of a hook come to it.
type proxy struct {
	graph  *graph.Graph
	family *flows.Family
	chain  *graph.Chain
	rule   *ast.Rule
	way    []*ast.Rule
	hook   ast.Hook
}

// missing says what the proxy lacks. What depends on something unknown is taken
// to be there.
func (p *proxy) missing() (out []string) {
	syn, sees := p.packet(ast.TCPSyn, ast.StateUntracked)
	if p.exempted(syn) == semantics.No {
		out = append(out, fmt.Sprintf("no rule keeps the SYN packets to it from conntrack (%s)", p.notrack()))
	}
	if !sees {
		out = append(out, "it does not see the SYN, which is UNTRACKED")
	} else if by, ok := p.before(syn); ok {
		out = append(out, "the SYN, which is UNTRACKED, does not come to it: "+by)
	}
	ack, sees := p.packet(ast.TCPAck, ast.StateInvalid)
	if p.exempted(ack) == semantics.Yes {
		return append(out, "not only the SYN is kept from conntrack, but all that follows, too; it needs to be tracked")
	}
	if !sees {
		return append(out, "it does not see the client's ACK, which is INVALID")
	}
	if by, ok := p.before(ack); ok {
		return append(out, "the client's ACK, which is INVALID, does not come to it: "+by)
	}
	if p.acceptedBelow(ack) {
		out = append(out, "INVALID packets that go on below it are accepted; drop them right after it")
	}
	return out
}

func (p *proxy) notrack() string {
	if p.chain.Table.Xtables {
		return "-j CT --notrack for --syn in raw PREROUTING"
	}
	return "notrack for tcp flags syn at prerouting, priority raw"
}

// packet returns a packet with TCP flags and a state that comes to the rule; false
// if the rules on the way want another.
func (p *proxy) packet(flags uint8, state uint32) (semantics.Packet, bool) {
	out := p.family.NewPacket(p.hook)
	out.TCPFlags, out.State = flags, state
	t := semantics.Satisfy(p.family.Ruleset, p.chain.Table.Table, &out, p.way...)
	asked := out
	out.TCPFlags, out.State = flags, state
	return out, t == semantics.No || asked.TCPFlags == flags && asked.State == state
}

// exempted tells whether a rule keeps a packet from conntrack.
func (p *proxy) exempted(packet semantics.Packet) semantics.Truth {
	packet.Hook, packet.Oif, packet.State = ast.HookPrerouting, "", ast.StateNew
	exempted := semantics.No
	for _, t := range p.graph.Tables {
		if t.Family != p.family.Family && t.Family != ast.FamilyInet || !mayMisplaceCT(t) {
			continue
		}
		all := sidesOf(t)
		for _, c := range t.Chains {
			if all[c.Index]&(beforeTracking|atTracking) == 0 || !c.Hooks.Has(ast.HookPrerouting) {
				continue
			}
			for _, r := range c.Rules {
				for _, s := range r.Stmts {
					if _, ok := s.(*ast.Notrack); ok {
						exempted = max(exempted, p.holds(c, r, packet))
					}
				}
			}
		}
	}
	return exempted
}

// holds tells whether a rule holds for a packet that is sent to its chain.
func (p *proxy) holds(c *graph.Chain, r *ast.Rule, packet semantics.Packet) semantics.Truth {
	way, ok := onTheWay(c, r, ast.HookPrerouting)
	if !ok {
		return semantics.Unknown
	}
	t := semantics.Yes
	for _, w := range way {
		t = min(t, semantics.Holds(p.family.Ruleset, c.Table.Table, packet, w))
	}
	return t
}

// before returns what decides a packet in the rule's table before it comes to the
// rule.
func (p *proxy) before(packet semantics.Packet) (string, bool) {
	d := semantics.Decide(p.family.Ruleset, packet)
	for _, s := range d.By {
		if s.Rule == p.rule {
			return "", false
		}
	}
	for _, s := range d.By {
		in := p.graph.Chain(s.Chain)
		switch {
		case !s.Sure || s.Rule == nil || in == nil:
		case s.Drop:
			return fmt.Sprintf("a rule of %s drops it before", s.Chain.Name), true
		case in.Table == p.chain.Table && in.Hooks.Has(p.hook):
			return fmt.Sprintf("a rule of %s accepts it before", s.Chain.Name), true
		}
	}
	return "", false
}

// acceptedBelow reports whether a packet that the proxy does not take is accepted
// below.
func (p *proxy) acceptedBelow(packet semantics.Packet) bool {
	passed := false
	for _, s := range semantics.Decide(p.family.Ruleset, packet).By {
		if s.Rule == p.rule {
			passed = true
		} else if passed && s.Sure {
			return !s.Drop
		}
	}
	return false
}
