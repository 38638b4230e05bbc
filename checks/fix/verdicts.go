package fix

import (
	"net/netip"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// changedVerdict returns a packet that a host treats otherwise than before, though
// only safe fixes were applied; empty if none is found. That packets which conntrack
// calls INVALID are dropped is what a safe fix may do; that anything else is, or that
// a packet is let in, never.
//
// It tries packets made for the rules that differ, in all states, and a few for every
// hook: a net below the checks, which have to keep the promise, and not a proof.
func changedVerdict(before, after *ruleset.Host) string {
	for i, s := range before.Sources {
		if i >= len(after.Sources) {
			return ""
		}
		if p := differs(before, s.Ruleset, after, after.Sources[i].Ruleset); p != "" {
			return p
		}
	}
	return ""
}

// work bounds how many rules are walked for packets: on a ruleset of 10,000 rules
// some hundred packets are tried.
const work = 4_000_000

func differs(before *ruleset.Host, a *ast.Ruleset, after *ruleset.Host, b *ast.Ruleset) string {
	ours, theirs := texts(before, a), texts(after, b)
	n := 0
	for _, c := range theirs {
		n += c
	}
	budget := max(work/(n+1), 200)
	try := func(p semantics.Packet) string {
		x, y := semantics.Decide(a, p), semantics.Decide(b, p)
		budget--
		switch {
		case x.Drops() && y.Accepts():
			return "drops " + p.String() + ", and accepts it afterwards"
		case x.Accepts() && y.Drops() && p.State != ast.StateInvalid:
			return "accepts " + p.String() + ", and drops it afterwards"
		}
		return ""
	}
	for _, p := range plainPackets() {
		if s := try(p); s != "" {
			return s
		}
	}
	for _, side := range []struct {
		host  *ruleset.Host
		rs    *ast.Ruleset
		other map[string]int
	}{{before, a, theirs}, {after, b, ours}} {
		for _, t := range side.rs.Tables {
			for _, c := range t.Chains {
				for _, r := range c.Rules {
					if budget <= 0 {
						return ""
					}
					if r.Bad || side.other[text(side.host, c, r)] > 0 {
						continue
					}
					for _, p := range plainPackets() {
						if (c.Base() && p.Hook != c.Hook) || p.Family() == ast.FamilyIP && !t.Family.IPv4() || p.Family() == ast.FamilyIP6 && !t.Family.IPv6() {
							continue
						}
						semantics.Satisfy(side.rs, t, &p, r)
						if s := try(p); s != "" {
							return s
						}
					}
				}
			}
		}
	}
	return ""
}

// texts counts the rules by their texts.
func texts(h *ruleset.Host, rs *ast.Ruleset) map[string]int {
	out := map[string]int{}
	for _, t := range rs.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				out[text(h, c, r)]++
			}
		}
	}
	return out
}

func text(h *ruleset.Host, c *ast.Chain, r *ast.Rule) string {
	return c.Name + " " + strings.Join(strings.Fields(h.Text(r)), " ")
}

// plainPackets are packets of both families at each hook and in each state.
func plainPackets() []semantics.Packet {
	addresses := [][2]netip.Addr{
		{netip.MustParseAddr("203.0.113.80"), netip.MustParseAddr("192.0.2.1")},
		{netip.MustParseAddr("2001:db8:1::80"), netip.MustParseAddr("2001:db8::1")},
	}
	const tcp = 6
	var out []semantics.Packet
	for _, a := range addresses {
		for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
			for _, state := range []uint32{ast.StateNew, ast.StateEstablished, ast.StateRelated, ast.StateInvalid, ast.StateUntracked} {
				p := semantics.Packet{
					Hook: hook, Saddr: a[0], Daddr: a[1], Proto: tcp, Sport: 40000, Dport: 22,
					TCPFlags: ast.TCPSyn, State: state, Length: 60, TTL: 64,
				}
				if hook != ast.HookOutput {
					p.Iif = "eth0"
				}
				if hook != ast.HookInput {
					p.Oif = "eth1"
				}
				if state != ast.StateNew {
					p.TCPFlags = ast.TCPAck
				}
				out = append(out, p)
			}
		}
	}
	return out
}
