package xt2nft

import (
	"fmt"
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// mostWitnesses is how many packets are sent through both rulesets: each meets all
// rules.
const mostWitnesses = 256

// witness looks for a packet that the source and the result decide otherwise: it tries
// one for each rule of the source, or for some of them if there are many.
func (r *Result) witness() error {
	var rules []*Rule
	for i := range r.Rules {
		rules = append(rules, &r.Rules[i])
	}
	step := max(1, len(rules)/mostWitnesses)
	for i := 0; i < len(rules); i += step {
		x := rules[i]
		hook := x.Chain.Hook
		for _, h := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			if hook == ast.HookInput && h != hook || hook == ast.HookOutput && h != hook || hook == ast.HookForward && h != hook {
				continue
			}
			p := packetAt(h, x.Table.Family)
			semantics.Satisfy(r.source, x.Table, &p, x.Source)
			was, is := semantics.Decide(r.source, p), semantics.Decide(r.Ruleset, p)
			if was.Accepts() && is.Drops() || was.Drops() && is.Accepts() {
				return fmt.Errorf("the packet %s is decided otherwise by the script", &p)
			}
		}
	}
	return nil
}

// packetAt is a packet of a new connection at a hook.
func packetAt(h ast.Hook, f ast.Family) semantics.Packet {
	p := semantics.Packet{
		Hook: h, Proto: 6, Sport: 40000, Dport: 9, TCPFlags: ast.TCPSyn, State: ast.StateNew, Dir: ast.DirOriginal, Length: 60, TTL: 64,
		Saddr: netip.MustParseAddr("198.51.100.7"), Daddr: netip.MustParseAddr("192.0.2.1"),
	}
	if f == ast.FamilyIP6 {
		p.Saddr, p.Daddr = netip.MustParseAddr("2001:db8:1::7"), netip.MustParseAddr("2001:db8::1")
	}
	if h != ast.HookOutput {
		p.Iif = "eth0"
	}
	if h != ast.HookInput {
		p.Oif = "eth1"
	}
	return p
}
