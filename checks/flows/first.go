package flows

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/semantics"
)

// protoTCP is the number of TCP (IANA).
const protoTCP = 6

// firstSport is the port that connections are begun from. It is nothing's by name, and
// lies in Linux' range of such ports (net.ipv4.ip_local_port_range).
const firstSport = 40007

// NewPacket returns a packet that begins a TCP connection at a hook and that no
// rule has shaped.
func (f *Family) NewPacket(h ast.Hook) semantics.Packet { return f.blank(h, f.ways(h)[0]) }

// blank returns a NEW packet at a hook that no rule has shaped.
func (f *Family) blank(h ast.Hook, w way) semantics.Packet {
	a := f.addresses
	p := semantics.Packet{
		Hook: h, Iif: w.in, Oif: w.out, Proto: protoTCP, Sport: firstSport, Dport: 443,
		TCPFlags: ast.TCPSyn, State: ast.StateNew, Dir: ast.DirOriginal,
	}
	switch h {
	case ast.HookOutput:
		p.Saddr, p.Daddr = a.host, a.outside
	case ast.HookInput:
		p.Saddr, p.Daddr = a.outside, a.host
	default:
		p.Saddr, p.Daddr = a.inside, a.outside
	}
	return p
}

// way is the interfaces of a packet; one is empty at input and output.
type way struct{ in, out string }

// Interfaces that no rule names.
const (
	usualName = "eth0"
	inName    = "lan0"
	outName   = "wan0"
)

// ways returns the interfaces of packets to try at a hook; at least one.
func (f *Family) ways(h ast.Hook) (out []way) {
	names := f.names[h]
	if h != ast.HookForward {
		for _, n := range names {
			if h == ast.HookInput {
				out = append(out, way{in: n})
			} else {
				out = append(out, way{out: n})
			}
		}
		return out
	}
	names = names[:min(len(names), 3)]
	for _, in := range append(slices.Clone(names), inName) {
		for _, o := range append(slices.Clone(names), outName) {
			if in != o {
				out = append(out, way{in, o})
			}
		}
	}
	return out
}

// Interfaces returns the names of interfaces to try at a hook; at least one.
func (f *Family) Interfaces(h ast.Hook) []string { return f.names[h] }

// maxNames is how many interfaces are tried at a hook.
const maxNames = 4

// findNames finds the interfaces, other than lo, that rules for the packets of a
// hook, or for those that answer them, name: rules that filter first.
func (f *Family) findNames() {
	hooks := []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}
	f.names = map[ast.Hook][]string{}
	for _, nat := range []bool{false, true} {
		for _, t := range f.tables {
			for _, c := range t.Chains {
				if isNAT(c) != nat {
					continue
				}
				for _, h := range hooks {
					if c.Hooks.Has(h) || c.Hooks.Has(replyHook(h)) || nat && h == ast.HookForward {
						f.names[h] = namesIn(c, f.names[h])
					}
				}
			}
		}
	}
	for _, h := range hooks {
		if len(f.names[h]) == 0 {
			f.names[h] = []string{usualName}
		}
	}
}

func isNAT(c *graph.Chain) bool {
	return c.Type == ast.ChainNAT || c.Table.Xtables && c.Table.Name == "nat"
}

// namesIn adds to names those that the rules of a chain ask for.
func namesIn(c *graph.Chain, names []string) []string {
	for _, r := range c.Rules {
		for _, s := range r.Stmts {
			if len(names) == maxNames {
				return names
			}
			m, ok := s.(*ast.Match)
			if !ok || m.Op != ast.OpEq {
				continue
			}
			left, ok := m.Left.(*ast.Meta)
			if !ok || left.Key != ast.MetaIifname && left.Key != ast.MetaOifname && left.Key != ast.MetaIif && left.Key != ast.MetaOif {
				continue
			}
			switch right := m.Right.(type) {
			case *ast.String:
				names = addName(names, right)
			case *ast.SetLit:
				for _, e := range right.Elems {
					if s, ok := e.Key.(*ast.String); ok && len(names) < maxNames {
						names = addName(names, s)
					}
				}
			}
		}
	}
	return names
}

func addName(names []string, s *ast.String) []string {
	name := s.Val
	if s.Wildcard {
		name += "0"
	}
	if name == "lo" || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// replyHook is where the replies to what passes a hook come back.
func replyHook(h ast.Hook) ast.Hook {
	switch h {
	case ast.HookOutput:
		return ast.HookInput
	case ast.HookInput:
		return ast.HookOutput
	default:
		return h
	}
}
