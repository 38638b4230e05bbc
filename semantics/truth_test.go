package semantics

import (
	"fmt"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/internal/sample"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// constants are the values that stand in a ruleset, and their neighbours: packets
// made of them meet its rules.
type constants struct {
	v4, v6  []netip.Addr
	numbers []uint64
	names   []string
	rand    *rand.Rand
}

func newConstants(rs *ast.Ruleset, seed uint64) *constants {
	c := &constants{rand: rand.New(rand.NewPCG(seed, 1))}
	c.addr(netip.MustParseAddr("192.0.2.1"))
	c.addr(netip.MustParseAddr("2001:db8::1"))
	c.numbers = []uint64{0, 1, 22, 53, 80, 443, 40000, 65535}
	c.names = []string{"eth0", "lo", "wlan7"}
	ast.Walk(rs, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Addr:
			c.addr(n.Addr)
		case *ast.Prefix:
			c.addr(n.Prefix.Addr())
			a := n.Prefix.Addr().AsSlice()
			for i := range a {
				if k := n.Prefix.Bits() - 8*i; k < 8 {
					a[i] |= byte(c.rand.Uint32()) & (0xff >> max(k, 0))
				}
			}
			last, _ := netip.AddrFromSlice(a)
			c.addr(last)
		case *ast.MaskedAddr:
			c.addr(n.Addr)
		case *ast.Int:
			c.numbers = append(c.numbers, n.Val)
			if len(c.numbers) < 1000 {
				c.numbers = append(c.numbers, n.Val+1, n.Val-1)
			}
		case *ast.String:
			name := n.Val
			if n.Wildcard {
				name += "3"
			}
			if len(name) > 0 && len(name) <= maxName {
				c.names = append(c.names, name)
			}
		}
		return true
	})
	return c
}

func (c *constants) addr(a netip.Addr) {
	list := &c.v6
	if a.Is4() {
		list = &c.v4
	}
	*list = append(*list, a)
	if len(*list) < 1000 {
		*list = append(*list, a.Next(), a.Prev())
	}
}

func (c *constants) number() uint64 { return c.numbers[c.rand.IntN(len(c.numbers))] }
func (c *constants) name() string   { return c.names[c.rand.IntN(len(c.names))] }

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// packet makes up a packet of a way. It may be one that cannot be.
func (c *constants) packet(w *Way) Packet {
	r := c.rand
	addrs := c.v4
	if w.Family == ast.FamilyIP6 {
		addrs = c.v6
	}
	address := func() netip.Addr {
		for range 100 {
			if a := addrs[r.IntN(len(addrs))]; a.IsValid() {
				return a
			}
		}
		return addrs[0]
	}
	icmp := w.compiler(nil).icmp()
	p := Packet{
		Hook: w.Hook, Saddr: address(), Daddr: address(), Proto: pick(r, 6, 6, 6, 17, 17, icmp, icmp, 1, 58, 132, uint8(c.number())),
		State: pick(r, stateCodes[:]...), Dir: pick(r, ast.DirOriginal, ast.DirReply),
		Mark: uint32(pick(r, 0, c.number())), CTMark: uint32(pick(r, 0, c.number())), TTL: uint8(pick(r, 64, c.number())),
		Length: uint32(pick(r, 60, c.number())), DSCP: uint8(c.number() & 63), PktType: uint8(r.IntN(4)), ECN: uint8(r.IntN(4)), MAC: [6]byte{0, 0x60, 8, 0x76, 0x35, byte(pick(r, 0x51, c.number()))}, Fragment: r.IntN(30) == 0,
	}
	if r.IntN(4) == 0 {
		p.PhysIn, p.PhysOut = c.name(), c.name()
	}
	if w.Hook != ast.HookOutput {
		p.Iif = c.name()
	}
	if w.Hook != ast.HookInput {
		p.Oif = c.name()
	}
	if !p.Fragment {
		switch {
		case hasPorts(p.Proto):
			p.Sport, p.Dport = uint16(c.number()), uint16(c.number())
			if p.Proto == protoTCP {
				p.TCPFlags = pick(r, 2, 16, 18, 17, 4, uint8(r.Uint32()))
			}
		case p.Proto == protoICMP || p.Proto == protoICMPv6:
			p.ICMPType, p.ICMPCode = pick(r, 0, 3, 8, 11, 1, 2, 128, 129, 133, 134, 135, 136, uint8(c.number())), uint8(pick(r, 0, c.number()))
		}
	}
	if p.State&(ast.StateInvalid|ast.StateUntracked) != 0 {
		p.Dir = ast.DirOriginal
		return p
	}
	if p.State == ast.StateNew {
		p.Dir = ast.DirOriginal
		p.Status = pick[uint32](r, 0, ast.StatusConfirmed)
	} else {
		p.Status = ast.StatusConfirmed | ast.StatusSeenReply | pick[uint32](r, 0, ast.StatusAssured) | pick[uint32](r, 0, ast.StatusExpected)
	}
	if w.host.space.nat {
		p.Status |= pick[uint32](r, 0, 0, ast.StatusDNAT) | pick[uint32](r, 0, 0, ast.StatusSNAT)
	}
	if p.State == ast.StateRelated && p.Proto == icmp {
		return p
	}
	p.Orig, p.HasOrig, p.HasAnswer = Tuple{p.Saddr, p.Daddr, p.Sport, p.Dport}, true, true
	if p.Dir == ast.DirReply {
		p.Orig = Tuple{p.Daddr, p.Saddr, p.Dport, p.Sport}
	}
	p.Answer = Tuple{p.Orig.Daddr, p.Orig.Saddr, p.Orig.Dport, p.Orig.Sport}
	if p.Status&ast.StatusDNAT != 0 {
		p.Orig.Daddr, p.Orig.Dport = address(), uint16(pick(r, uint64(p.Orig.Dport), c.number()))
	}
	if p.Status&ast.StatusSNAT != 0 {
		p.Answer.Daddr, p.Answer.Dport = address(), uint16(pick(r, uint64(p.Answer.Dport), c.number()))
	}
	return p
}

// rulesets returns the files of rulesets in a folder; none if it is not there.
func rulesets(t *testing.T, root string) (files []string) {
	if _, err := os.Stat(root); err != nil {
		t.Logf("SKIPPED: %s is not there", root)
		return nil
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) != ".go" && filepath.Ext(name) != ".md" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTruth holds the sets and the evaluator of one packet together: on every
// ruleset at hand, packets drawn from its constants, and witnesses of what its rules
// do, get the same verdict from both, by the same rules. It takes one ruleset in four,
// and all with CTLINT_FULL=1.
func TestTruth(t *testing.T) {
	var files []string
	for _, root := range []string{"../fixtures", "../checks", "../../shared/corpora/rulesets", "../../shared/defects", "../../shared/corpora/nft-tests/shell"} {
		files = append(files, rulesets(t, root)...)
	}
	total, real := 0, 0
	for _, name := range files {
		if !sample.Take(name, 4) {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s := load.Parse(token.NewFileSet(), name, src, load.Options{})
		if s.Dialect == "" || len(s.Ruleset.Tables) == 0 || strings.HasSuffix(name, ".txtar") {
			continue
		}
		n := 0
		for _, table := range s.Ruleset.Tables {
			for _, c := range table.Chains {
				n += len(c.Rules)
			}
		}
		if n == 0 || n > 2000 {
			continue
		}
		packets := min(100, 100000/n)
		t.Run(name, func(t *testing.T) {
			h := NewHost([]*ast.Ruleset{s.Ruleset}, Options{})
			c := newConstants(s.Ruleset, 7)
			for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
				for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
					w := h.Way(family, hook)
					if len(w.BaseChains()) == 0 {
						continue
					}
					if !w.Known() {
						t.Logf("%s at %s is cut short", family, hook)
						continue
					}
					for i := range packets {
						total++
						if hold(t, w, c.packet(w), member(w, uint64(i))) {
							real++
						}
					}
					if t.Failed() {
						return
					}
					if n < 300 {
						witnesses(t, w)
					}
				}
			}
		})
	}
	t.Logf("%d packets, of which %d can be", total, real)
	if real < total/20 {
		t.Error("too few of the packets can be")
	}
}

// member chooses the variables that are not a packet's fields.
func member(w *Way, seed uint64) func(p *Packet) func(v int) bool {
	loose := w.host.space.looseVars()
	return func(p *Packet) func(v int) bool {
		own := w.host.space.values(p)
		return func(v int) bool {
			if v < w.host.space.ownEnd && !loose.Has(v) {
				return own(v)
			}
			x := (uint64(v) + seed<<32) * 0x9e3779b97f4a7c15
			return (x^x>>31)*0xbf58476d1ce4e5b9>>40&1 != 0
		}
	}
}

// looseVars are the variables of fields that [Packet] lacks.
func (s *space) looseVars() *bdd.Vars {
	v := bdd.NewVars()
	for _, f := range []Field{FieldCTProto, FieldOrigSrc, FieldReplySrc, FieldOrigSport, FieldReplySport} {
		s.fields[f].AddTo(v)
	}
	return v
}

// hold holds what is said of one packet together, and reports whether there can be
// such a packet.
func hold(t *testing.T, w *Way, p Packet, values func(p *Packet) func(v int) bool) bool {
	t.Helper()
	at := values(&p)
	st := w.host.space.store
	all := Set{way: w, node: bdd.True, asks: askAll}.force()
	accept, drop, reject := w.Accepts().force(), w.Drops().Minus(w.Rejects()).force(), w.Rejects().force()
	if !all.node.OK() {
		return false
	}
	// What the evaluator asks for is answered as the member of the sets has it.
	trace := w.Trace(p, func(d Doubt) bool { return d.in(w, at) })
	if !st.Has(all.node, at) {
		return false
	}
	if !trace.Real {
		t.Errorf("%s: it is a packet of the universe, and not real", describe(w, &p))
		return true
	}
	for v, n := range map[Verdict]bdd.Node{Accept: accept.node, Drop: drop.node, Reject: reject.node} {
		if got := st.Has(n, at); got != (trace.Verdict == v) {
			t.Errorf("%s: the sets say %s: %v; the packet gets %s%s", describe(w, &p), v, got, trace.Verdict, path(&trace))
			return true
		}
	}
	seen := map[*ast.Rule]int{} // 1 reached, 2 matched
	for _, s := range trace.Steps {
		if s.Rule != nil {
			level := 1
			if s.Matched {
				level = 2
			}
			seen[s.Rule] = max(seen[s.Rule], level)
		}
	}
	checked := 0
	for r := range w.Rules() {
		if checked++; checked > 60 {
			break
		}
		sets := w.Rule(r)
		rr, rm := sets.Reach.force(), sets.Match.force()
		if !rr.Known() || !rm.Known() {
			continue
		}
		// A rule that marks packets may be reached by several with one beginning.
		reach, match := st.Has(rr.node, at), st.Has(rm.node, at)
		if reach != (seen[r] >= 1) || match != (seen[r] == 2) {
			t.Errorf("%s: the sets say reached %v, matched %v; the packet says %d at %s%s", describe(w, &p), reach, match, seen[r], ast.Dump(r), path(&trace))
			return true
		}
	}
	return true
}

func describe(w *Way, p *Packet) string {
	return fmt.Sprintf("%s %s (status %#x, mark %#x, from %v, answered at %v)", w.Family, p, p.Status, p.Mark, p.Orig, p.Answer)
}

func path(t *Trace) string {
	var b strings.Builder
	for i, s := range t.Steps {
		if i < len(t.Steps)-25 {
			continue
		}
		if s.Rule == nil {
			fmt.Fprintf(&b, "\n   policy of %s", s.Chain.Name)
			continue
		}
		fmt.Fprintf(&b, "\n   %s matched %v: %s", s.Chain.Name, s.Matched, ast.Dump(s.Rule))
	}
	return b.String()
}

// witnesses gives the witnesses of what rules do to the evaluator: they are in their
// sets, and do what is said of them.
func witnesses(t *testing.T, w *Way) {
	i := 0
	for r := range w.Rules() {
		if i++; i > 15 {
			return
		}
		sets := w.Rule(r)
		for what, s := range map[string]Set{"reach": sets.Reach, "match": sets.Match, "accept": sets.Accepts, "drop": sets.Drops, "reject": sets.Rejects} {
			p, ok := s.Witness()
			if !ok {
				if s.Some() {
					t.Errorf("%s of %s has no witness", what, ast.Dump(r))
				}
				continue
			}
			if s.Contains(p.Packet) == No {
				t.Errorf("%s: %s is not in it", what, describe(w, &p.Packet))
			}
			trace := p.Trace()
			found := false
			for _, step := range trace.Steps {
				found = found || step.Rule == r && (what == "reach" || step.Matched)
			}
			if !found || !trace.Real {
				t.Errorf("%s of %s: %s does not do that; real %v%s", what, ast.Dump(r), describe(w, &p.Packet), trace.Real, path(&trace))
				return
			}
			last := trace.Steps[len(trace.Steps)-1]
			if last.Rule == r && (what == "drop" && trace.Verdict != Drop || what == "reject" && trace.Verdict != Reject) {
				t.Errorf("%s of %s: %s gets %s", what, ast.Dump(r), describe(w, &p.Packet), trace.Verdict)
			}
		}
	}
}
