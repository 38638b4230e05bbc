//go:build linux

package cli

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ctlint/ctlint/backend/conntrack"
	"github.com/ctlint/ctlint/grammar"
)

// ctVerb is a set of the verbs of ctlint conntrack.
type ctVerb uint16

const (
	ctList ctVerb = 1 << iota
	ctGet
	ctCreate
	ctAdd
	ctUpdate
	ctDelete
	ctFlush
	ctEvents
	ctCount
	ctStats

	// ctFilters are the verbs that take any number of filters.
	ctFilters = ctList | ctDelete | ctEvents
	ctMake    = ctCreate | ctAdd
	ctTuples  = ctFilters | ctGet | ctMake | ctUpdate
	ctPrints  = ctFilters | ctGet | ctUpdate
)

// ctFlag is an option of conntrack(8).
type ctFlag struct {
	name, short, alias string
	typ, usage         string
	in                 ctVerb
	protos             []uint8 // that it is for; nil for all
	optional           bool    // its value may be left out
	set                func(q *ctQuery, s string) error
}

// noValue stands for a value that was left out.
const noValue = "\x00"

var (
	withPorts = []uint8{conntrack.TCP, conntrack.UDP, conntrack.SCTP, conntrack.DCCP, conntrack.UDPLite}
	withICMP  = []uint8{conntrack.ICMP, conntrack.ICMPv6}
	withGRE   = []uint8{conntrack.GRE}
	withSCTP  = []uint8{conntrack.SCTP}
)

// ctFlags are the parameters and filters of conntrack(8), with its names.
var ctFlags = []ctFlag{
	{name: "src", short: "s", alias: "orig-src", typ: "ADDRESS[/LEN]", usage: "source in the original direction", in: ctTuples, set: func(q *ctQuery, s string) error {
		return q.addressOf(s, &q.filter.Orig, sourceSide, &q.filter.Src)
	}},
	{name: "dst", short: "d", alias: "orig-dst", typ: "ADDRESS[/LEN]", usage: "destination in the original direction", in: ctTuples, set: func(q *ctQuery, s string) error {
		return q.addressOf(s, &q.filter.Orig, destinationSide, &q.filter.Dst)
	}},
	{name: "reply-src", short: "r", typ: "ADDRESS", usage: "source in the reply direction", in: ctTuples, set: func(q *ctQuery, s string) error {
		return q.addressOf(s, &q.filter.Reply, sourceSide, nil)
	}},
	{name: "reply-dst", short: "q", typ: "ADDRESS", usage: "destination in the reply direction", in: ctTuples, set: func(q *ctQuery, s string) error {
		return q.addressOf(s, &q.filter.Reply, destinationSide, nil)
	}},
	{name: "proto", short: "p", alias: "protonum", typ: "PROTO", usage: "protocol of the transport layer: a name or a number", in: ctTuples, set: (*ctQuery).proto},
	{name: "family", short: "f", typ: "ipv4|ipv6", usage: "protocol of the network layer", in: ctFilters | ctGet | ctMake | ctUpdate | ctFlush | ctCount, set: func(q *ctQuery, s string) error {
		switch s {
		case "ipv4":
			return q.family(conntrack.FamilyIPv4)
		case "ipv6":
			return q.family(conntrack.FamilyIPv6)
		}
		return fmt.Errorf("there is no family %q: expected ipv4 or ipv6", s)
	}},
	{name: "timeout", short: "t", typ: "SECONDS", usage: "for how long the entry lives", in: ctMake | ctUpdate | ctDelete, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasTimeout
		return number(&q.filter.Timeout)(s)
	}},
	{name: "status", short: "u", typ: "STATUS[,...]", usage: "ASSURED, SEEN_REPLY, FIXED_TIMEOUT, EXPECTED, OFFLOAD, HW_OFFLOAD, UNSET; filters take UNREPLIED and !STATUS", in: ctList | ctDelete | ctMake | ctUpdate, set: (*ctQuery).status},
	{name: "mark", short: "m", typ: "MARK[/MASK]", usage: "connection mark; update clears the bits of MASK first", in: ctFilters | ctMake | ctUpdate, set: (*ctQuery).mark},
	{name: "secmark", short: "c", typ: "SECMARK", usage: "security mark", in: ctFilters | ctUpdate, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasSecmark
		return number(&q.filter.Secmark)(s)
	}},
	{name: "id", short: "i", typ: "ID", usage: "the kernel's number of the entry", in: ctList | ctDelete | ctUpdate | ctGet, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasID
		return number(&q.filter.ID)(s)
	}},
	{name: "zone", short: "w", typ: "ZONE", usage: "zone of both directions", in: ctFilters | ctMake | ctGet, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasZone
		return number(&q.filter.Zone)(s)
	}},
	{name: "orig-zone", typ: "ZONE", usage: "zone of the original direction", in: ctFilters | ctMake | ctGet, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasTupleZone, &q.filter.Orig.Zone)(s)
	}},
	{name: "reply-zone", typ: "ZONE", usage: "zone of the reply direction", in: ctFilters | ctMake | ctGet, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Reply, conntrack.HasTupleZone, &q.filter.Reply.Zone)(s)
	}},
	{name: "src-nat", short: "n", typ: "ADDRESS[:PORT]", usage: "the source is translated, to this if it is given", in: ctFilters | ctMake | ctUpdate, optional: true, set: func(q *ctQuery, s string) error {
		return q.nat(s, &q.filter.SNAT, conntrack.HasSrcNAT, &q.filter.SrcNAT)
	}},
	{name: "dst-nat", short: "g", typ: "ADDRESS[:PORT]", usage: "the destination is translated, to this if it is given", in: ctFilters | ctMake | ctUpdate, optional: true, set: func(q *ctQuery, s string) error {
		return q.nat(s, &q.filter.DNAT, conntrack.HasDstNAT, &q.filter.DstNAT)
	}},
	{name: "any-nat", short: "j", typ: "ADDRESS[:PORT]", usage: "either is translated, to this if it is given", in: ctFilters, optional: true, set: func(q *ctQuery, s string) error {
		return q.nat(s, &q.filter.AnyNAT, 0, &q.filter.SrcNAT, &q.filter.DstNAT)
	}},
	{name: "label", short: "l", typ: "LABEL[,...]", usage: "labels that are set (connlabel.conf)", in: ctFilters | ctUpdate, set: func(q *ctQuery, s string) error {
		q.labels = append(q.labels, strings.Split(s, ",")...)
		return nil
	}},
	{name: "label-add", typ: "LABEL[,...]", usage: "labels to set", in: ctMake | ctUpdate, set: func(q *ctQuery, s string) error {
		q.addLabels = append(q.addLabels, strings.Split(s, ",")...)
		return nil
	}},
	{name: "label-del", typ: "LABEL[,...]", usage: "labels to clear; all, if none is named", in: ctUpdate, optional: true, set: func(q *ctQuery, s string) error {
		if s != noValue {
			q.delLabels = append(q.delLabels, strings.Split(s, ",")...)
		}
		return nil
	}},
	{name: "mask-src", typ: "MASK", usage: "mask of --src, or of an expectation's source", in: ctFilters | ctUpdate | ctCreate, set: func(q *ctQuery, s string) (err error) {
		q.maskSrc, err = q.address(s)
		return err
	}},
	{name: "mask-dst", typ: "MASK", usage: "mask of --dst, or of an expectation's destination", in: ctFilters | ctUpdate | ctCreate, set: func(q *ctQuery, s string) (err error) {
		q.maskDst, err = q.address(s)
		return err
	}},
	{name: "tuple-src", typ: "ADDRESS[/LEN]", usage: "source of an expectation", in: ctCreate, set: func(q *ctQuery, s string) error {
		return q.expectAddress(s, sourceSide, &q.maskSrc)
	}},
	{name: "tuple-dst", typ: "ADDRESS[/LEN]", usage: "destination of an expectation", in: ctCreate, set: func(q *ctQuery, s string) error {
		return q.expectAddress(s, destinationSide, &q.maskDst)
	}},
	{name: "tuple-port-src", typ: "PORT", usage: "source port of an expectation", in: ctCreate, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.tuple, conntrack.HasSrcPort, &q.tuple.SrcPort)(s)
	}},
	{name: "tuple-port-dst", typ: "PORT", usage: "destination port of an expectation", in: ctCreate, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.tuple, conntrack.HasDstPort, &q.tuple.DstPort)(s)
	}},
	{name: "mask-port-src", typ: "MASK", usage: "mask of --tuple-port-src", in: ctCreate, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.mask, conntrack.HasSrcPort, &q.mask.SrcPort)(s)
	}},
	{name: "mask-port-dst", typ: "MASK", usage: "mask of --tuple-port-dst", in: ctCreate, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.mask, conntrack.HasDstPort, &q.mask.DstPort)(s)
	}},
	{name: "sport", alias: "orig-port-src", typ: "PORT", usage: "source port in the original direction", in: ctTuples, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasSrcPort, &q.filter.Orig.SrcPort)(s)
	}},
	{name: "dport", alias: "orig-port-dst", typ: "PORT", usage: "destination port in the original direction", in: ctTuples, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasDstPort, &q.filter.Orig.DstPort)(s)
	}},
	{name: "reply-port-src", typ: "PORT", usage: "source port in the reply direction", in: ctTuples, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Reply, conntrack.HasSrcPort, &q.filter.Reply.SrcPort)(s)
	}},
	{name: "reply-port-dst", typ: "PORT", usage: "destination port in the reply direction", in: ctTuples, protos: withPorts, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Reply, conntrack.HasDstPort, &q.filter.Reply.DstPort)(s)
	}},
	{name: "state", typ: "STATE", usage: "state of TCP, SCTP or DCCP", in: ctFilters | ctMake | ctUpdate, protos: []uint8{conntrack.TCP, conntrack.SCTP, conntrack.DCCP}, set: func(q *ctQuery, s string) error {
		q.state = s
		return nil
	}},
	{name: "icmp-type", alias: "icmpv6-type", typ: "TYPE", usage: "type of ICMP or ICMPv6, as a number", in: ctTuples, protos: withICMP, set: func(q *ctQuery, s string) error {
		q.filter.Orig.Set |= conntrack.HasICMPType
		return number(&q.filter.Orig.ICMPType)(s)
	}},
	{name: "icmp-code", alias: "icmpv6-code", typ: "CODE", usage: "code of ICMP or ICMPv6, as a number", in: ctTuples, protos: withICMP, set: func(q *ctQuery, s string) error {
		q.filter.Orig.Set |= conntrack.HasICMPCode
		return number(&q.filter.Orig.ICMPCode)(s)
	}},
	{name: "icmp-id", alias: "icmpv6-id", typ: "ID", usage: "identifier of ICMP or ICMPv6", in: ctTuples, protos: withICMP, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasICMPID, &q.filter.Orig.ICMPID)(s)
	}},
	{name: "orig-vtag", typ: "TAG", usage: "verification tag of SCTP in the original direction", in: ctFilters | ctMake | ctUpdate, protos: withSCTP, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasVtagOrig
		return number(&q.filter.VtagOrig)(s)
	}},
	{name: "reply-vtag", typ: "TAG", usage: "verification tag of SCTP in the reply direction", in: ctFilters | ctMake | ctUpdate, protos: withSCTP, set: func(q *ctQuery, s string) error {
		q.filter.Set |= conntrack.HasVtagReply
		return number(&q.filter.VtagReply)(s)
	}},
	{name: "role", typ: "client|server", usage: "role of the original direction in DCCP", in: ctFilters | ctMake, protos: []uint8{conntrack.DCCP}, set: func(q *ctQuery, s string) error {
		roles := []string{"client", "server"}
		n := slices.Index(roles, s)
		if n < 0 {
			return fmt.Errorf("there is no role %q: expected client or server", s)
		}
		q.filter.Set |= conntrack.HasRole
		q.filter.Role = uint8(n)
		return nil
	}},
	{name: "srckey", alias: "orig-key-src", typ: "KEY", usage: "source key of GRE in the original direction", in: ctTuples, protos: withGRE, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasSrcPort, &q.filter.Orig.SrcPort)(s)
	}},
	{name: "dstkey", alias: "orig-key-dst", typ: "KEY", usage: "destination key of GRE in the original direction", in: ctTuples, protos: withGRE, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Orig, conntrack.HasDstPort, &q.filter.Orig.DstPort)(s)
	}},
	{name: "reply-key-src", typ: "KEY", usage: "source key of GRE in the reply direction", in: ctTuples, protos: withGRE, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Reply, conntrack.HasSrcPort, &q.filter.Reply.SrcPort)(s)
	}},
	{name: "reply-key-dst", typ: "KEY", usage: "destination key of GRE in the reply direction", in: ctTuples, protos: withGRE, set: func(q *ctQuery, s string) error {
		return port(&q.filter.Reply, conntrack.HasDstPort, &q.filter.Reply.DstPort)(s)
	}},
}

// expectAddress reads an address of an expectation, whose length is its mask.
func (q *ctQuery) expectAddress(s string, which side, mask *netip.Addr) error {
	var network netip.Prefix
	if err := q.addressOf(s, &q.tuple, which, &network); err != nil || !network.IsValid() {
		return err
	}
	q.tuple.Set |= which.field
	*which.of(&q.tuple) = network.Addr()
	ones, err := netip.MustParseAddr(map[bool]string{true: "255.255.255.255", false: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}[network.Addr().Is4()]).Prefix(network.Bits())
	*mask = ones.Addr()
	return err
}

// ctValue is a flag's value that a function takes.
type ctValue struct {
	typ string
	set func(string) error
}

func (v *ctValue) String() string     { return "" }
func (v *ctValue) Type() string       { return v.typ }
func (v *ctValue) Set(s string) error { return v.set(s) }

// flags adds the parameters that a verb takes.
func (q *ctQuery) flags(fs *pflag.FlagSet) {
	q.given = map[string]bool{}
	for _, f := range ctFlags {
		if f.in&q.verb == 0 {
			continue
		}
		set := func(s string) error {
			q.given[f.name] = true
			return f.set(q, s)
		}
		flag := fs.VarPF(&ctValue{f.typ, set}, f.name, f.short, f.usage)
		if f.optional {
			flag.NoOptDefVal = noValue
		}
	}
	fs.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		for _, f := range ctFlags {
			if f.alias == name {
				return pflag.NormalizedName(f.name)
			}
		}
		return pflag.NormalizedName(name)
	})
}

// optionalValues are the flags whose value may be left out, as they are written
// where it stands in the next word.
func optionalValues() map[string]string {
	out := map[string]string{"--why": "why", "--orphans": "orphans"}
	for _, f := range ctFlags {
		if f.optional {
			out["--"+f.name] = f.name
			if f.short != "" {
				out["-"+f.short] = f.name
			}
		}
	}
	return out
}

// joinValues joins the flags whose value may be left out with the value that
// follows them, as conntrack(8) does: the next word that is no flag.
func joinValues(args []string) []string {
	optional := optionalValues()
	var out []string
	for i := 0; i < len(args); i++ {
		if name, ok := optional[args[i]]; ok && i+1 < len(args) && args[i+1] != "" && args[i+1][0] != '-' && args[i+1][0] != '!' {
			out = append(out, "--"+name+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}

// ctParse reads the words after a verb: groups of parameters with --or between
// them. Flags that are not parameters are cmd's own, and stand in any group.
func ctParse(cmd *cobra.Command, verb ctVerb, args []string) (queries []*ctQuery, rest []string, err error) {
	groups := [][]string{nil}
	for _, a := range joinValues(args) {
		if a == "--or" && verb&ctFilters != 0 {
			groups = append(groups, nil)
			continue
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], a)
	}
	for _, words := range groups {
		q := &ctQuery{verb: verb}
		fs := pflag.NewFlagSet(cmd.Name(), pflag.ContinueOnError)
		fs.Usage = func() {}
		q.flags(fs)
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if fs.Lookup(f.Name) == nil {
				fs.AddFlag(f)
			}
		})
		if err := fs.Parse(words); err != nil {
			return nil, nil, flagErrorIn(fs, cmd, err)
		}
		rest = append(rest, fs.Args()...)
		if err := q.finish(); err != nil {
			return nil, nil, err
		}
		queries = append(queries, q)
	}
	return queries, rest, nil
}

// flagErrorIn is flagError for a set of flags that is not the command's.
func flagErrorIn(fs *pflag.FlagSet, cmd *cobra.Command, err error) error {
	if word, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		var names []string
		fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := grammar.Near(word, names); near != "" {
			return fmt.Errorf("%s takes no --%s; did you mean --%s?", cmd.CommandPath(), word, near)
		}
		return fmt.Errorf("%s takes no --%s; run %s --help", cmd.CommandPath(), word, cmd.CommandPath())
	}
	return fmt.Errorf("%w; run %s --help", err, cmd.CommandPath())
}
