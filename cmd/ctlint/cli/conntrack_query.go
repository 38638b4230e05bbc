//go:build linux

package cli

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/backend/conntrack"
	"github.com/ctlint/ctlint/grammar"
)

// ctQuery is what the parameters of conntrack(8) say: which flows are meant, or
// what a flow is to be.
type ctQuery struct {
	verb             ctVerb
	filter           conntrack.Filter
	given            map[string]bool
	hasProto         bool
	state            string
	maskSrc, maskDst netip.Addr
	// tuple and mask are those of an expectation.
	tuple, mask conntrack.Tuple
	addLabels   []string
	delLabels   []string
	labels      []string
	names       conntrack.LabelNames
}

// number reads a number as strtoul(3) does: in decimal, 0x or 0.
func number[T uint8 | uint16 | uint32](to *T) func(string) error {
	return func(s string) error {
		n, err := strconv.ParseUint(s, 0, 64)
		if err != nil || n > uint64(^T(0)) {
			return fmt.Errorf("%q is not a number from 0 to %d", s, ^T(0))
		}
		*to = T(n)
		return nil
	}
}

// address reads an address, and holds it to the family of the others.
func (q *ctQuery) address(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return a, fmt.Errorf("%q is not an address", s)
	}
	family := uint8(conntrack.FamilyIPv6)
	if a.Is4() {
		family = conntrack.FamilyIPv4
	}
	return a, q.family(family)
}

func (q *ctQuery) family(family uint8) error {
	if q.filter.Family != 0 && q.filter.Family != family {
		return fmt.Errorf("the addresses are of two families: expected all of IPv4, or all of IPv6")
	}
	q.filter.Family = family
	return nil
}

// side is an address of a tuple: the source or the destination.
type side struct {
	field conntrack.TupleField
	of    func(*conntrack.Tuple) *netip.Addr
}

var (
	sourceSide      = side{conntrack.HasSrc, func(t *conntrack.Tuple) *netip.Addr { return &t.Src }}
	destinationSide = side{conntrack.HasDst, func(t *conntrack.Tuple) *netip.Addr { return &t.Dst }}
)

// addressOf reads an address of a tuple. With a network, the address may have a
// length: a filter then asks for all of the network.
func (q *ctQuery) addressOf(s string, t *conntrack.Tuple, which side, network *netip.Prefix) error {
	host, length, cidr := strings.Cut(s, "/")
	a, err := q.address(host)
	if err != nil {
		return err
	}
	if cidr {
		p, err := netip.ParsePrefix(s)
		switch {
		case network == nil:
			return fmt.Errorf("no network is taken here: expected an address without /%s", length)
		case err != nil:
			return fmt.Errorf("%q is not a network", s)
		case p.Bits() < a.BitLen():
			*network = p.Masked()
			return nil
		}
	}
	t.Set |= which.field
	*which.of(t) = a
	return nil
}

// port reads a port, or what a protocol has in its place.
func port(t *conntrack.Tuple, field conntrack.TupleField, to *uint16) func(string) error {
	return func(s string) error {
		t.Set |= field
		return number(to)(s)
	}
}

// proto reads a protocol: one of conntrack's names, one of /etc/protocols, or a
// number.
func (q *ctQuery) proto(s string) error {
	n, ok := conntrack.ProtoNumber(s)
	if !ok {
		n, ok = protocolsFile(s)
	}
	if !ok && number(&n)(s) != nil {
		return fmt.Errorf("there is no protocol %q: expected a name or a number", s)
	}
	q.hasProto = true
	q.filter.Orig.Set |= conntrack.HasProto
	q.filter.Orig.Proto = n
	return nil
}

// protocolsFile looks a name up as getprotobyname(3) does.
func protocolsFile(name string) (uint8, bool) {
	b, err := os.ReadFile("/etc/protocols")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 || !slices.Contains(append(words[2:], words[0]), name) {
			continue
		}
		n, err := strconv.ParseUint(words[1], 10, 8)
		return uint8(n), err == nil
	}
	return 0, false
}

// mark reads MARK[/MASK].
func (q *ctQuery) mark(s string) error {
	value, mask, masked := strings.Cut(s, "/")
	q.filter.Set |= conntrack.HasMark
	q.filter.MarkMask = 1<<32 - 1
	if err := number(&q.filter.Mark)(value); err != nil || !masked {
		return err
	}
	return number(&q.filter.MarkMask)(mask)
}

// statusWords are the words of --status.
var statusWords = []struct {
	word string
	bit  conntrack.Status
}{
	{"ASSURED", conntrack.StatusAssured}, {"SEEN_REPLY", conntrack.StatusSeenReply}, {"UNSET", 0},
	{"FIXED_TIMEOUT", conntrack.StatusFixedTimeout}, {"EXPECTED", conntrack.StatusExpected},
	{"OFFLOAD", conntrack.StatusOffload}, {"HW_OFFLOAD", conntrack.StatusHWOffload},
}

// status reads words with commas. A filter may ask for what is not set: UNREPLIED,
// or a word after an exclamation mark.
func (q *ctQuery) status(s string) error {
	q.filter.Set |= conntrack.HasStatus
	filters := q.verb&ctFilters != 0
	for word := range strings.SplitSeq(s, ",") {
		if strings.EqualFold(word, "UNREPLIED") && filters {
			q.filter.NotStatus |= conntrack.StatusSeenReply
			continue
		}
		name, not := strings.CutPrefix(word, "!")
		i := -1
		var words []string
		for j, w := range statusWords {
			words = append(words, w.word)
			if strings.EqualFold(w.word, name) {
				i = j
			}
		}
		switch {
		case i < 0:
			if near := grammar.Near(strings.ToUpper(name), words); near != "" {
				return fmt.Errorf("there is no status %q; did you mean %s?", name, near)
			}
			return fmt.Errorf("there is no status %q: expected %s", name, strings.Join(words, ", "))
		case not && !filters:
			return fmt.Errorf("status can be set, not unset: expected %s without the mark", name)
		case not:
			q.filter.NotStatus |= statusWords[i].bit
		default:
			q.filter.Status |= statusWords[i].bit
		}
	}
	return nil
}

// nat reads ADDRESS[:PORT], or nothing.
func (q *ctQuery) nat(s string, asks *bool, fields conntrack.Field, to ...*conntrack.NAT) error {
	*asks = true
	if s == noValue {
		return nil
	}
	host, port := s, ""
	switch i := strings.LastIndexByte(s, ':'); {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 || end+1 < len(s) && s[end+1] != ':' {
			return fmt.Errorf("%q is not an address and a port: expected [ADDRESS]:PORT", s)
		}
		host, port = s[1:end], strings.TrimPrefix(s[end+1:], ":")
	case i >= 0 && i == strings.IndexByte(s, ':'):
		host, port = s[:i], s[i+1:]
		if port == "" {
			return fmt.Errorf("there is no port after the colon")
		}
	}
	var n conntrack.NAT
	if host != "" {
		a, err := q.address(host)
		if err != nil {
			return err
		}
		n.Addr = a
	}
	if port != "" {
		if err := number(&n.Port)(port); err != nil {
			return err
		}
	}
	for _, t := range to {
		*t = n
	}
	q.filter.Set |= fields
	return nil
}

// finish checks what was given as a whole, and resolves what depends on the
// protocol.
func (q *ctQuery) finish() error {
	proto := q.filter.Orig.Proto
	for _, f := range ctFlags {
		if f.protos == nil || !q.given[f.name] {
			continue
		}
		if !q.hasProto || !slices.Contains(f.protos, proto) {
			var names []string
			for _, p := range f.protos {
				names = append(names, conntrack.ProtoName(p))
			}
			return fmt.Errorf("--%s is for some protocols: expected -p %s", f.name, strings.Join(names, "|"))
		}
	}
	if q.state != "" {
		n, ok := conntrack.StateNumber(proto, q.state)
		if !ok {
			return fmt.Errorf("%s has no state %q: expected %s", conntrack.ProtoName(proto), q.state, strings.Join(conntrack.StateNames(proto), ", "))
		}
		q.filter.Set |= conntrack.HasState
		q.filter.State = n
	}
	if (q.filter.SNAT || q.filter.DNAT) && q.filter.AnyNAT {
		return fmt.Errorf("--any-nat is source or destination: expected it without --src-nat and --dst-nat")
	}
	if err := q.masks(); err != nil {
		return err
	}
	return q.findLabels()
}

// masks makes networks of --mask-src and --mask-dst. They are masks of an
// expectation otherwise.
func (q *ctQuery) masks() error {
	for _, m := range []struct {
		name    string
		mask    netip.Addr
		which   side
		network *netip.Prefix
	}{{"src", q.maskSrc, sourceSide, &q.filter.Src}, {"dst", q.maskDst, destinationSide, &q.filter.Dst}} {
		if !m.mask.IsValid() {
			continue
		}
		if q.given["tuple-src"] || q.given["tuple-dst"] {
			q.mask.Set |= m.which.field
			*m.which.of(&q.mask) = m.mask
			continue
		}
		orig := &q.filter.Orig
		if orig.Set&m.which.field == 0 {
			return fmt.Errorf("--mask-%s is the mask of an address: expected --%s too", m.name, m.name)
		}
		ones := 0
		bits := m.mask.AsSlice()
		for ones < len(bits)*8 && bits[ones/8]>>(7-ones%8)&1 != 0 {
			ones++
		}
		p, err := m.which.of(orig).Prefix(ones)
		if whole, werr := m.mask.Prefix(ones); err != nil || werr != nil || whole.Addr() != m.mask {
			return fmt.Errorf("--mask-%s %s is not a network's: expected ones, then zeros", m.name, m.mask)
		}
		*m.network = p
		orig.Set &^= m.which.field
	}
	return nil
}

// findLabels looks names of labels up.
func (q *ctQuery) findLabels() error {
	if len(q.labels)+len(q.addLabels)+len(q.delLabels) == 0 {
		return nil
	}
	names, err := conntrack.ReadLabelNames(conntrack.LabelFiles...)
	if err != nil {
		return err
	}
	q.names = names
	for _, group := range [][]string{q.labels, q.addLabels, q.delLabels} {
		for _, name := range group {
			if _, ok := names.Bit(name); !ok {
				return fmt.Errorf("there is no label %q in the file of labels", name)
			}
		}
	}
	q.filter.Labels = q.bits(q.labels)
	if len(q.labels) > 0 {
		q.filter.Set |= conntrack.HasLabels
	}
	return nil
}

// bits are the labels of names that are known.
func (q *ctQuery) bits(names []string) (l conntrack.Labels) {
	for _, n := range names {
		if bit, ok := q.names.Bit(n); ok {
			l.Add(bit)
		}
	}
	return l
}

// isFilter reports whether flows are left out.
func (q *ctQuery) isFilter() bool {
	f := q.filter
	return f.Set != 0 || f.Orig.Set|f.Reply.Set != 0 || f.Src.IsValid() || f.Dst.IsValid() || f.NotStatus != 0 || f.SNAT || f.DNAT || f.AnyNAT
}
