package semantics

import "github.com/ctlint/ctlint/semantics/bdd"

// Field is something of a packet that a [Set] may depend on.
type Field uint8

// The fields of packets, in the order of their variables: what decides which
// others there are first, then what rules ask for most.
//
// Addresses and ports are those that the filter chains of the packet's way see:
// after the destination has been translated (prerouting, or output), and before the
// source is (postrouting, or input). What conntrack keeps of before and after is in
// FieldOrigDst and FieldReplyDst and their like, which mean something only for
// translated packets, and for ICMP errors, whose connection is another one.
const (
	FieldState Field = iota // a code of stateCodes
	FieldDir                // 0 original, 1 reply
	FieldProto
	FieldNexthdr // ip6 nexthdr, which is FieldProto unless there are extension headers
	FieldFragment
	FieldTCPFlags
	FieldICMPType
	FieldICMPCode
	FieldStatus
	FieldIif // a code of names
	FieldOif
	FieldPhysIn
	FieldPhysOut
	FieldDport
	FieldOrigDport
	FieldSport
	FieldReplyDport
	FieldDaddr
	FieldOrigDst
	FieldSaddr
	FieldReplyDst
	FieldCTProto
	FieldOrigSrc
	FieldReplySrc
	FieldOrigSport
	FieldReplySport
	FieldMark
	FieldCTMark
	FieldDSCP
	FieldECN
	FieldTTL
	FieldLength
	FieldPktType
	FieldMAC
	fieldMarkNow // the marks as rules have set them so far
	fieldCTMarkNow
	fieldMarkUnsure
	fieldCTMarkUnsure
	fieldExempt // notrack has kept the packet from conntrack
	numFields
)

// row is one run of variables: fields of one width whose bits interleave, so that
// the set in which two of them are equal stays small.
type row struct {
	width  int // 0: as many as the names of interfaces need
	fields []Field
}

// order is the order of the variables. Each row begins where the one before ends.
var order = []row{
	{3, []Field{FieldState}}, {1, []Field{FieldDir}}, {1, []Field{fieldExempt}}, {8, []Field{FieldProto, FieldNexthdr}}, {1, []Field{FieldFragment}},
	{8, []Field{FieldTCPFlags}}, {8, []Field{FieldICMPType}}, {8, []Field{FieldICMPCode}}, {16, []Field{FieldStatus}},
	{0, []Field{FieldIif}}, {0, []Field{FieldOif}}, {0, []Field{FieldPhysIn}}, {0, []Field{FieldPhysOut}},
	{16, []Field{FieldDport, FieldOrigDport}}, {16, []Field{FieldSport, FieldReplyDport}},
	{128, []Field{FieldDaddr, FieldOrigDst}}, {128, []Field{FieldSaddr, FieldReplyDst}},
	{8, []Field{FieldCTProto}}, {128, []Field{FieldOrigSrc}}, {128, []Field{FieldReplySrc}}, {16, []Field{FieldOrigSport}}, {16, []Field{FieldReplySport}},
	{1, []Field{fieldMarkUnsure}}, {1, []Field{fieldCTMarkUnsure}}, {32, []Field{FieldMark, fieldMarkNow, FieldCTMark, fieldCTMarkNow}},
	{6, []Field{FieldDSCP}}, {2, []Field{FieldECN}}, {8, []Field{FieldTTL}}, {32, []Field{FieldLength}}, {8, []Field{FieldPktType}}, {48, []Field{FieldMAC}},
}

// What lies between the fields and drawnBase is for all else that a packet has.
// drawnBase is the first variable of what is unknown: of numbers that are made anew
// each time somebody asks (numgen, meta random, ct count), which are no packet's own,
// and from freeBase on, of those that stand for unknown matches.
const (
	drawnBase = 1 << 19
	freeBase  = 1 << 20
)

// layOut gives the fields their variables, and returns the first one that is left.
func layOut(nameBits int) (fields [numFields]bdd.Field, next int) {
	for _, r := range order {
		w := r.width
		if w == 0 {
			w = nameBits
		}
		for i, f := range r.fields {
			fields[f] = bdd.Field{First: next + i, Stride: len(r.fields), Width: w}
		}
		next += w * len(r.fields)
	}
	return fields, next
}

// narrow is the field of addresses of a family: those of IPv4 use the first 32
// bits.
func narrow(f bdd.Field, v4 bool) bdd.Field {
	if v4 {
		f.Width = 32
	}
	return f
}
