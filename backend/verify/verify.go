package verify

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/draw"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/stage"
	"github.com/ctlint/ctlint/semantics"
)

// Options are how much is asked, and by whom. The zero Options ask nothing.
type Options struct {
	// Packets is how many packets are drawn. Of one ruleset as many as Witnesses
	// of the rules that none of them meets get packets of their own, besides.
	Packets   int
	Witnesses int
	Seed      uint64
	// Predict makes the predictor of a ruleset; nil for [Predict].
	Predict func(*ast.Ruleset) Predictor
	// Traces is how many disagreements are followed through the kernel.
	Traces int
	// Progress is told of how many packets are through.
	Progress func(done, of int)
	Sandbox  sandbox.Options
}

// Report is what came of it.
type Report struct {
	Packets  int // sent
	Compared int
	Accepted int // of those compared
	Dropped  int
	// Unknown are those that the prediction left open.
	Unknown int
	// Lost are those that did not come to the ruleset, Refused those that
	// could not be sent, Unstaged those that conntrack found in another state
	// than they were made for: nothing is said of them.
	Lost, Refused, Unstaged int
	// Why is a reason of one that was refused.
	Why string
	// Rules is how many rules chains lead packets to, less those of which it turned
	// out that no packet can meet them; Hit is how many of them the packets met.
	Rules, Hit int
	// Differ is how many packets fared otherwise than they should. The first of
	// them are in Disagreements.
	Differ        int
	Disagreements []Disagreement
}

// maxDisagreements is how many are told of.
const maxDisagreements = 20

// Disagreement is a packet that fared otherwise than it should.
type Disagreement struct {
	Packet semantics.Packet
	// Kernel is what the kernel did, and where.
	Kernel Fate
	// Predicted is what it was to do; nil where two kernels are compared.
	Predicted *semantics.Decision
	// Path are the rules that match the packet by the prediction.
	Path []semantics.Step
	// Other is what it did with the other ruleset.
	Other *Fate
	// Probe brings the packet about again.
	Probe sandbox.Probe
	// Traces are, of the first that were asked for, the ways of the packet through the kernel, by ruleset, line
	// by line.
	Traces [][]string
}

// Fate is what became of a packet in the kernel.
type Fate struct {
	Outcome sandbox.Outcome
	Hook    ast.Hook
	// State is the ast.State bit that conntrack gave it; 0 where that is not
	// known.
	State uint32
}

func fate(r *sandbox.Result) Fate {
	f := Fate{State: r.State()}
	f.Outcome, f.Hook = r.Outcome()
	return f
}

// chunk is how many packets are drawn, sent and compared at a time.
const chunk = 2000

// Ruleset asks whether the kernel does to packets what is predicted.
func Ruleset(ctx context.Context, h *Host, o Options) (*Report, error) {
	if err := h.beyond(); err != nil {
		return nil, err
	}
	if o.Predict == nil {
		o.Predict = Predict
	}
	predict := o.Predict(h.Ruleset)
	d := draw.New(o.Seed, h.Ruleset)
	box, err := h.start(ctx, d, o.Sandbox)
	if err != nil {
		return nil, err
	}
	defer box.Close()
	r := &Report{Rules: callable(h.Ruleset)}
	met := rules{}
	ask := func(packets []semantics.Packet, probes []sandbox.Probe) error {
		results, err := box.Inject(ctx, probes)
		if err != nil {
			return err
		}
		for i := range results {
			res := &results[i]
			if res.Err != "" {
				r.Refused++
				r.Why = res.Err
				continue
			}
			got := fate(res)
			if got.Outcome == sandbox.Lost {
				r.Lost++
				continue
			}
			want, path := predict(packets[i])
			met.add(path)
			switch {
			case got.State != 0 && got.State != packets[i].State && got.State != want.State:
				r.Unstaged++
			case want.Accept && want.Drop, h.otherwise(&packets[i]):
				r.Unknown++
			default:
				r.compare(&got, want.Accepts())
				if accepted := got.Outcome == sandbox.Accepted; want.Accept != accepted || want.Drop == accepted {
					r.disagree(Disagreement{Packet: packets[i], Kernel: got, Predicted: &want, Path: path, Probe: probes[i]})
				}
			}
		}
		return nil
	}
	err = run(ctx, d, o, r, ask)
	if err == nil && o.Witnesses > 0 {
		// Rules that nothing has met get packets of their own.
		packets, probes, dead := h.witnesses(ctx, d, met, o.Witnesses)
		r.Packets += len(packets)
		r.Rules -= dead
		err = ask(packets, probes)
	}
	r.Hit = len(met)
	if err == nil {
		err = r.trace(ctx, &o, box)
	}
	return r, err
}

// trace follows the first packets that fared otherwise than they should.
func (r *Report) trace(ctx context.Context, o *Options, boxes ...*sandbox.Box) error {
	for i := range min(o.Traces, len(r.Disagreements)) {
		d := &r.Disagreements[i]
		for _, b := range boxes {
			lines, err := b.Trace(ctx, d.Probe)
			if err != nil {
				return err
			}
			d.Traces = append(d.Traces, lines)
		}
	}
	return nil
}

// Alike asks whether the kernel does the same to packets with both rulesets.
func Alike(ctx context.Context, a, b *Host, o Options) (*Report, error) {
	d := draw.New(o.Seed, a.Ruleset, b.Ruleset)
	var boxes []*sandbox.Box
	for _, h := range []*Host{a, b} {
		box, err := h.start(ctx, d, o.Sandbox)
		if err != nil {
			return nil, err
		}
		defer box.Close()
		boxes = append(boxes, box)
	}
	r := &Report{Rules: callable(a.Ruleset) + callable(b.Ruleset)}
	met := rules{}
	err := run(ctx, d, o, r, func(packets []semantics.Packet, probes []sandbox.Probe) error {
		var results [2][]sandbox.Result
		for k, box := range boxes {
			var err error
			if results[k], err = box.Inject(ctx, probes); err != nil {
				return err
			}
		}
		for i := range packets {
			one, two := &results[0][i], &results[1][i]
			if one.Err != "" || two.Err != "" {
				r.Refused++
				r.Why = one.Err + two.Err
				continue
			}
			open := true // with both it depends on more than the packet
			for _, h := range []*Host{a, b} {
				d, path := semantics.DecidePath(h.Ruleset, packets[i])
				open = open && d.Accept && d.Drop
				met.add(path)
			}
			got, other := fate(one), fate(two)
			if got.Outcome == sandbox.Lost && other.Outcome == sandbox.Lost {
				r.Lost++
				continue
			}
			if got.Outcome != other.Outcome && open {
				r.Unknown++
				continue
			}
			r.compare(&got, got.Outcome == sandbox.Accepted)
			if got.Outcome != other.Outcome {
				r.disagree(Disagreement{Packet: packets[i], Kernel: got, Other: &other, Probe: probes[i]})
			}
		}
		return nil
	})
	r.Hit = len(met)
	if err == nil {
		err = r.trace(ctx, &o, boxes...)
	}
	return r, err
}

// run draws packets and has them asked about, chunk by chunk.
func run(ctx context.Context, d *draw.Drawer, o Options, r *Report, ask func([]semantics.Packet, []sandbox.Probe) error) error {
	for r.Packets < o.Packets {
		n := min(chunk, o.Packets-r.Packets)
		packets, probes := make([]semantics.Packet, n), make([]sandbox.Probe, n)
		for i := range packets {
			packets[i] = d.Packet()
			var err error
			if probes[i], err = stage.Probe(&packets[i]); err != nil {
				return err
			}
		}
		if err := ask(packets, probes); err != nil {
			return err
		}
		r.Packets += n
		if o.Progress != nil {
			o.Progress(r.Packets, o.Packets)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) compare(f *Fate, accepted bool) {
	r.Compared++
	if accepted {
		r.Accepted++
	} else {
		r.Dropped++
	}
}

func (r *Report) disagree(d Disagreement) {
	r.Differ++
	if len(r.Disagreements) < maxDisagreements {
		r.Disagreements = append(r.Disagreements, d)
	}
}

// start makes a sandbox with the host's ruleset in force.
func (h *Host) start(ctx context.Context, d *draw.Drawer, o sandbox.Options) (*sandbox.Box, error) {
	box, err := sandbox.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	n := sandbox.Network{Conntrack: d.Tracked()}
	for i, name := range d.Interfaces() {
		n.Interfaces = append(n.Interfaces, sandbox.Interface{Name: name, Ethernet: true, Addrs: addresses(i)})
	}
	err = box.Network(ctx, n)
	for _, t := range h.Texts {
		if err == nil {
			err = box.Load(ctx, t)
		}
	}
	if err != nil {
		box.Close()
		return nil, err
	}
	return box, nil
}

// addresses returns those of a device: masquerading drops what goes out of one
// that has none (nf_nat_masquerade_ipv4). They are of the blocks for benchmarks (RFC
// 2544, RFC 5180), which rulesets do not name.
func addresses(i int) []netip.Prefix {
	return []netip.Prefix{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, byte(i), 1}), 32),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0, 2, 15: byte(i) + 1}), 128),
	}
}

// rules are rules that packets have met.
type rules map[*ast.Rule]bool

func (m rules) add(path []semantics.Step) {
	for _, s := range path {
		m[s.Rule] = true
	}
}

// callable counts the rules in chains that packets come to: base chains, and those
// that rules of theirs go to.
func callable(rs *ast.Ruleset) int {
	n := 0
	for _, t := range rs.Tables {
		seen := map[*ast.Chain]bool{}
		var visit func(*ast.Chain)
		visit = func(c *ast.Chain) {
			if c == nil || seen[c] {
				return
			}
			seen[c] = true
			n += len(c.Rules)
			for x := range ast.Preorder(c) {
				switch x := x.(type) {
				case *ast.Verdict:
					visit(t.Chain(x.Chain))
				case *ast.VMap:
					if ref, ok := x.Map.(*ast.SetRef); ok {
						if s := t.Set(ref.Name); s != nil {
							for _, e := range s.Elems {
								if v, ok := e.Data.(*ast.Verdict); ok {
									visit(t.Chain(v.Chain))
								}
							}
						}
					}
				}
			}
		}
		for _, c := range t.Chains {
			if c.Base() {
				visit(c)
			}
		}
	}
	return n
}

// String returns the disagreement as one line.
func (d *Disagreement) String() string {
	s := fmt.Sprintf("%s: the kernel %s", &d.Packet, d.Kernel)
	switch {
	case d.Other != nil:
		return s + fmt.Sprintf(" and, with the other ruleset, %s", *d.Other)
	case d.Predicted != nil && !d.Predicted.Accept && !d.Predicted.Drop:
		return s + "; by its path it should fare otherwise than by the sets of packets"
	case d.Predicted != nil && d.Predicted.Accepts():
		return s + "; it should accept it"
	}
	return s + "; it should drop it"
}

// String returns what the kernel does, as a clause.
func (f Fate) String() string {
	switch f.Outcome {
	case sandbox.Accepted:
		return "accepts it"
	case sandbox.Dropped:
		return fmt.Sprintf("drops it at %s", f.Hook)
	}
	return "does not bring it to the ruleset"
}
