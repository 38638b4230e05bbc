package flows

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics"
)

// firstPackets returns packets that may begin a connection at a hook: a few
// usual ones on each interface that the rules name, and one for each rule that
// accepts something, at most n of them.
func (f *Family) firstPackets(h ast.Hook, n int) []semantics.Packet {
	var out []semantics.Packet
	for _, name := range f.interfaces(h) {
		for _, usual := range []semantics.Packet{
			{Proto: 6, Dport: 443, TCPFlags: ast.TCPSyn},
			{Proto: 17, Dport: 53},
		} {
			p := f.blank(h, name)
			p.Proto, p.Dport, p.TCPFlags = usual.Proto, usual.Dport, usual.TCPFlags
			out = append(out, p)
		}
	}
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			if c.Hook == h && c.Type == ast.ChainFilter {
				s := sampler{f: f, table: t, blank: f.blank(h, f.interfaces(h)[0]), left: n - len(out)}
				s.chain(c, nil)
				out = append(out, s.out...)
			}
		}
	}
	return out
}

// blank returns a NEW packet at a hook that no rule has shaped.
func (f *Family) blank(h ast.Hook, iface string) semantics.Packet {
	a := f.addresses
	p := semantics.Packet{Hook: h, Proto: 6, Sport: 40000, Dport: 443, TCPFlags: ast.TCPSyn, State: ast.StateNew, Dir: ast.DirOriginal}
	switch h {
	case ast.HookOutput:
		p.Oif, p.Saddr, p.Daddr = iface, a.host, a.outside
	case ast.HookInput:
		p.Iif, p.Saddr, p.Daddr = iface, a.outside, a.host
	default:
		p.Iif, p.Oif, p.Saddr, p.Daddr = "lan0", iface, a.inside, a.outside
	}
	return p
}

// interfaces returns the interfaces other than lo by which rules of a hook or of
// the hook of its replies accept something; eth0 if they name none.
func (f *Family) interfaces(h ast.Hook) []string {
	var out []string
	for _, t := range f.Ruleset.Tables {
		for _, c := range t.Chains {
			if c.Base() && c.Hook != h && c.Hook != replyHook(h) {
				continue
			}
			for _, r := range c.Rules {
				if !mayAccept(r) {
					continue
				}
				for _, s := range r.Stmts {
					if name, ok := interfaceName(s); ok && !slices.Contains(out, name) {
						out = append(out, name)
					}
				}
			}
		}
	}
	if out == nil {
		return []string{"eth0"}
	}
	return out[:min(len(out), 4)]
}

func interfaceName(s ast.Stmt) (string, bool) {
	m, ok := s.(*ast.Match)
	if !ok || m.Op != ast.OpEq {
		return "", false
	}
	left, ok := m.Left.(*ast.Meta)
	if !ok || left.Key != ast.MetaIifname && left.Key != ast.MetaOifname {
		return "", false
	}
	name, ok := m.Right.(*ast.String)
	if !ok || name.Val == "lo" {
		return "", false
	}
	if name.Wildcard {
		return name.Val + "0", true
	}
	return name.Val, true
}

func mayAccept(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		v, ok := s.(*ast.Verdict)
		return ok && v.Kind == ast.VerdictAccept
	})
}

// sampler makes a packet for each rule that accepts, in a chain and in those it
// jumps to.
type sampler struct {
	f     *Family
	table *ast.Table
	blank semantics.Packet
	left  int
	depth int
	out   []semantics.Packet
}

// maxSampleDepth is how far jumps are followed to find rules that accept.
const maxSampleDepth = 4

func (s *sampler) chain(c *ast.Chain, path []*ast.Rule) {
	if s.depth++; s.depth <= maxSampleDepth {
		for _, r := range c.Rules {
			if s.left <= 0 {
				break
			}
			s.rule(r, path)
		}
	}
	s.depth--
}

func (s *sampler) rule(r *ast.Rule, path []*ast.Rule) {
	for _, stmt := range r.Stmts {
		v, ok := stmt.(*ast.Verdict)
		if !ok {
			continue
		}
		switch v.Kind {
		case ast.VerdictAccept:
			p := s.blank
			s.left--
			if semantics.Satisfy(s.f.Ruleset, s.table, &p, append(slices.Clone(path), r)...) == semantics.Yes && p.State == ast.StateNew && plain(&p) {
				s.out = append(s.out, p)
			}
		case ast.VerdictJump, ast.VerdictGoto:
			if c := s.table.Chain(v.Chain); c != nil {
				s.chain(c, append(slices.Clone(path), r))
			}
		}
	}
}

// plain reports whether a packet begins a connection that is answered from where
// it was sent to: unicast, and of a protocol with replies of its own.
func plain(p *semantics.Packet) bool {
	if p.Daddr.IsMulticast() || p.Saddr.IsMulticast() || p.Daddr.IsLoopback() || p.Saddr.IsLoopback() || p.Iif == "lo" || p.Oif == "lo" {
		return false
	}
	if p.Daddr.Is4() && p.Daddr.As4() == [4]byte{255, 255, 255, 255} {
		return false
	}
	switch p.Proto {
	case 6:
		return p.TCPFlags&(ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin) == ast.TCPSyn
	case 17:
		return !oneWay[p.Dport]
	}
	return false
}

// oneWay are UDP services whose packets are answered by other addresses than
// they were sent to, or not at all: DHCP, NetBIOS, syslog, SNMP traps, mDNS, SSDP.
var oneWay = map[uint16]bool{67: true, 68: true, 137: true, 138: true, 162: true, 514: true, 546: true, 547: true, 1900: true, 5353: true, 5355: true}
