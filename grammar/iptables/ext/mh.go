package ext

import (
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// mhTypes are the names of Mobility Header types (RFC 6275 section 6.1), each
// with its short form behind it.
var mhTypes = []Name{
	{"binding-refresh-request", 0}, {"brr", 0}, {"home-test-init", 1}, {"hoti", 1}, {"careof-test-init", 2}, {"coti", 2},
	{"home-test", 3}, {"hot", 3}, {"careof-test", 4}, {"cot", 4}, {"binding-update", 5}, {"bu", 5},
	{"binding-acknowledgement", 6}, {"ba", 6}, {"binding-error", 7}, {"be", 7},
}

// mhTypeRange is a type by number or name, or a range a:b with either end left
// out. A name that is cut short is the first that begins so (name_to_type in
// libip6t_mh).
var mhTypeRange = &Arg{
	What: "a type from 0 to 255, a name such as binding-update, or a range a:b of them",
	Save: func(p *Printer, v *Value) { saveRange(p, v.Lo, v.Hi) },
}

func init() { mhTypeRange.Parse = parseMHTypes }

func parseMHTypes(_ *Context, w []Word, v *Value) *grammar.Error {
	lo, hi, isRange := strings.Cut(w[0].Text, ":")
	v.Lo, v.Hi = 0, 255
	var err *grammar.Error
	if lo != "" || !isRange {
		if v.Lo, err = mhType(w[0], 0, lo); err != nil {
			return err
		}
	}
	switch {
	case !isRange:
		v.Hi = v.Lo
	case hi != "":
		if v.Hi, err = mhType(w[0], len(lo)+1, hi); err != nil {
			return err
		}
	}
	if v.Lo > v.Hi {
		return grammar.Errorf(w[0].Span, "the range %s is reversed", w[0].Text).Expected("the lower type first")
	}
	return nil
}

func mhType(w Word, at int, s string) (uint64, *grammar.Error) {
	if n, ok := number(s, 0, 255); ok {
		return n, nil
	}
	first := -1
	for i := range mhTypes {
		name := mhTypes[i].Name
		if s == "" || len(s) > len(name) || !strings.EqualFold(name[:len(s)], s) {
			continue
		}
		if first < 0 || len(name) == len(s) {
			first = i
		}
	}
	if first < 0 {
		return 0, unknownName(w.Sub(at, at+len(s)), s, "type of Mobility Headers", mhTypes)
	}
	return mhTypes[first].Bits, nil
}

// The mh match (iptables-extensions(8), mh). It also drops a packet whose
// Mobility Header says that something follows it, against RFC 6275 section
// 6.1.1 (mh_mt6 in ip6t_mh); that is left out here.
var _ = match(Ext{
	Name:   "mh",
	Family: V6,
	Protos: []uint8{ProtoMH},
	Loads:  true,
	Options: []Option{
		{Name: "mh-type", Arg: mhTypeRange, Not: true, Save: saveFull(255), Lower: extField("mh", "type", 255)},
	},
	Bare: extHeader("mh"),
	Listed: []Listed{
		{"mh $1", "-m mh --mh-type $1"}, {"mh", "-m mh"},
	},
})
