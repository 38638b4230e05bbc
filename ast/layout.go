package ast

import "strconv"

// Layout returns where the field that e names lies in its header, extension
// header, option or chunk, and what it holds; false if e is no field, or not
// one that nft(8) knows. The presence of a header or an option is no field.
// Base says nothing of what is not found at a fixed place of the packet.
func Layout(e Expr) (FieldInfo, bool) {
	switch e := e.(type) {
	case *Payload:
		if e.Field != FieldNone && int(e.Field) < len(fields) {
			return fields[e.Field], true
		}
	case *RawPayload:
		return FieldInfo{Proto: "@" + e.Base.String(), Base: e.Base, Offset: uint16(e.Offset), Len: uint16(e.Len), Type: TypeInteger}, true
	case *Exthdr:
		return layout(exthdrFields, e.Header, e.Field)
	case *IPOption:
		return layout(ipOptionFields, e.Kind, e.Field)
	case *SCTPChunk:
		return layout(sctpChunkFields, e.Chunk, e.Field)
	case *TCPOption:
		if e.Raw {
			return FieldInfo{Proto: "tcp option", Offset: uint16(e.Offset), Len: uint16(e.Len), Type: TypeInteger}, true
		}
		if e.Kind <= tcpOptionNop {
			return FieldInfo{}, false
		}
		f, ok := layout(tcpOptionFields, TCPOptionName(e.Kind), e.Field)
		if e.Block > 0 && (e.Field == "left" || e.Field == "right") {
			f.Offset += uint16(e.Block) * 64
		}
		return f, ok
	}
	return FieldInfo{}, false
}

func layout(table []FieldInfo, header, field string) (FieldInfo, bool) {
	for i := range table {
		if f := &table[i]; f.Name == field && (f.Proto == header || f.Proto == "") {
			return *f, true
		}
	}
	return FieldInfo{}, false
}

// LayoutFields returns the fields of an extension header, an IP option, a TCP
// option or an SCTP chunk, which e names, by their names.
func LayoutFields(e Expr) (names []string) {
	var table []FieldInfo
	var header string
	switch e := e.(type) {
	case *Exthdr:
		table, header = exthdrFields, e.Header
	case *IPOption:
		table, header = ipOptionFields, e.Kind
	case *SCTPChunk:
		table, header = sctpChunkFields, e.Chunk
	case *TCPOption:
		if e.Kind <= tcpOptionNop {
			return nil
		}
		table, header = tcpOptionFields, TCPOptionName(e.Kind)
	}
	for _, f := range table {
		if f.Proto == header || f.Proto == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// exthdrFields are the fields of IPv6 extension headers (nft(8), EXTENSION
// HEADER EXPRESSIONS; RFC 8200, RFC 6275 for mh and rt2, RFC 8754 for srh).
var exthdrFields = []FieldInfo{
	{"hbh", "nexthdr", 0, 0, 8, TypeInetProto},
	{"hbh", "hdrlength", 0, 8, 8, TypeInteger},
	{"rt", "nexthdr", 0, 0, 8, TypeInetProto},
	{"rt", "hdrlength", 0, 8, 8, TypeInteger},
	{"rt", "type", 0, 16, 8, TypeInteger},
	{"rt", "seg-left", 0, 24, 8, TypeInteger},
	{"rt0", "addr[1]", 0, 64, 128, TypeIPv6Addr},
	{"rt0", "addr[2]", 0, 192, 128, TypeIPv6Addr},
	{"rt2", "addr", 0, 64, 128, TypeIPv6Addr},
	{"srh", "last-entry", 0, 32, 8, TypeInteger},
	{"srh", "flags", 0, 40, 8, TypeInteger},
	{"srh", "tag", 0, 48, 16, TypeInteger},
	{"srh", "sid[1]", 0, 64, 128, TypeIPv6Addr},
	{"srh", "sid[2]", 0, 192, 128, TypeIPv6Addr},
	{"frag", "nexthdr", 0, 0, 8, TypeInetProto},
	{"frag", "reserved", 0, 8, 8, TypeInteger},
	{"frag", "frag-off", 0, 16, 13, TypeInteger},
	{"frag", "reserved2", 0, 29, 2, TypeInteger},
	{"frag", "more-fragments", 0, 31, 1, TypeInteger},
	{"frag", "id", 0, 32, 32, TypeInteger},
	{"dst", "nexthdr", 0, 0, 8, TypeInetProto},
	{"dst", "hdrlength", 0, 8, 8, TypeInteger},
	{"mh", "nexthdr", 0, 0, 8, TypeInetProto},
	{"mh", "hdrlength", 0, 8, 8, TypeInteger},
	{"mh", "type", 0, 16, 8, TypeMHType},
	{"mh", "reserved", 0, 24, 8, TypeInteger},
	{"mh", "checksum", 0, 32, 16, TypeInteger},
}

// ipOptionFields are the fields of IPv4 options (RFC 791, RFC 2113 for ra).
var ipOptionFields = []FieldInfo{
	{"lsrr", "type", 0, 0, 8, TypeInteger},
	{"lsrr", "length", 0, 8, 8, TypeInteger},
	{"lsrr", "ptr", 0, 16, 8, TypeInteger},
	{"lsrr", "addr", 0, 24, 32, TypeInteger},
	{"rr", "type", 0, 0, 8, TypeInteger},
	{"rr", "length", 0, 8, 8, TypeInteger},
	{"rr", "ptr", 0, 16, 8, TypeInteger},
	{"rr", "addr", 0, 24, 32, TypeInteger},
	{"ssrr", "type", 0, 0, 8, TypeInteger},
	{"ssrr", "length", 0, 8, 8, TypeInteger},
	{"ssrr", "ptr", 0, 16, 8, TypeInteger},
	{"ssrr", "addr", 0, 24, 32, TypeInteger},
	{"ra", "type", 0, 0, 8, TypeInteger},
	{"ra", "length", 0, 8, 8, TypeInteger},
	{"ra", "value", 0, 16, 16, TypeInteger},
}

// tcpOptionFields are the fields of TCP options (RFC 9293, RFC 7323, RFC 2018
// for sack, whose first block the offsets are those of, RFC 8684 for mptcp). All
// have a length but eol and nop, which are one byte long.
var tcpOptionFields = []FieldInfo{
	{"maxseg", "size", 0, 16, 16, TypeInteger},
	{"window", "count", 0, 16, 8, TypeInteger},
	{"sack", "left", 0, 16, 32, TypeInteger},
	{"sack", "right", 0, 48, 32, TypeInteger},
	{"timestamp", "tsval", 0, 16, 32, TypeInteger},
	{"timestamp", "tsecr", 0, 48, 32, TypeInteger},
	{"mptcp", "subtype", 0, 16, 4, TypeInteger},
	{"", "length", 0, 8, 8, TypeInteger},
}

// sctpChunkFields are the fields of SCTP chunks (RFC 9260, RFC 5061, RFC 3758);
// those without a chunk are in each.
var sctpChunkFields = []FieldInfo{
	{"", "type", 0, 0, 8, TypeInteger},
	{"", "flags", 0, 8, 8, TypeInteger},
	{"", "length", 0, 16, 16, TypeInteger},
	{"data", "tsn", 0, 32, 32, TypeInteger},
	{"data", "stream", 0, 64, 16, TypeInteger},
	{"data", "ssn", 0, 80, 16, TypeInteger},
	{"data", "ppid", 0, 96, 32, TypeInteger},
	{"init", "init-tag", 0, 32, 32, TypeInteger},
	{"init", "a-rwnd", 0, 64, 32, TypeInteger},
	{"init", "num-outbound-streams", 0, 96, 16, TypeInteger},
	{"init", "num-inbound-streams", 0, 112, 16, TypeInteger},
	{"init", "initial-tsn", 0, 128, 32, TypeInteger},
	{"init-ack", "init-tag", 0, 32, 32, TypeInteger},
	{"init-ack", "a-rwnd", 0, 64, 32, TypeInteger},
	{"init-ack", "num-outbound-streams", 0, 96, 16, TypeInteger},
	{"init-ack", "num-inbound-streams", 0, 112, 16, TypeInteger},
	{"init-ack", "initial-tsn", 0, 128, 32, TypeInteger},
	{"sack", "cum-tsn-ack", 0, 32, 32, TypeInteger},
	{"sack", "a-rwnd", 0, 64, 32, TypeInteger},
	{"sack", "num-gap-ack-blocks", 0, 96, 16, TypeInteger},
	{"sack", "num-dup-tsns", 0, 112, 16, TypeInteger},
	{"shutdown", "cum-tsn-ack", 0, 32, 32, TypeInteger},
	{"ecne", "lowest-tsn", 0, 32, 32, TypeInteger},
	{"cwr", "lowest-tsn", 0, 32, 32, TypeInteger},
	{"asconf-ack", "seqno", 0, 32, 32, TypeInteger},
	{"forward-tsn", "new-cum-tsn", 0, 32, 32, TypeInteger},
	{"asconf", "seqno", 0, 32, 32, TypeInteger},
}

// sctpChunks are the names of SCTP chunks with their types.
var sctpChunks = map[string]uint8{
	"data": 0, "init": 1, "init-ack": 2, "sack": 3, "heartbeat": 4, "heartbeat-ack": 5, "abort": 6, "shutdown": 7,
	"shutdown-ack": 8, "error": 9, "cookie-echo": 10, "cookie-ack": 11, "ecne": 12, "cwr": 13, "shutdown-complete": 14,
	"asconf-ack": 0x80, "forward-tsn": 0xc0, "asconf": 0xc1,
}

// SCTPChunkType returns the number of the chunk of that name.
func SCTPChunkType(name string) (uint8, bool) {
	n, ok := sctpChunks[name]
	return n, ok
}

// tcpOptions are nft's names of TCP options (nft(8), TCP OPTIONS).
var tcpOptions = map[uint8]string{
	0: "eol", 1: "nop", 2: "maxseg", 3: "window", 4: "sack-perm", 5: "sack", 8: "timestamp", 19: "md5sig", 30: "mptcp", 34: "fastopen",
}

const tcpOptionNop = 1

// TCPOptionName returns nft's name of a TCP option, or its number.
func TCPOptionName(kind uint8) string {
	if s, ok := tcpOptions[kind]; ok {
		return s
	}
	return strconv.Itoa(int(kind))
}

// TCPOptionKind returns the TCP option of that name or number, and which block
// of a sack option the name speaks of (sack1, sack2, sack3).
func TCPOptionKind(name string) (kind, block uint8, ok bool) {
	switch name {
	case "noop":
		name = "nop"
	case "sack-permitted":
		name = "sack-perm"
	case "sack0", "sack1", "sack2", "sack3":
		return 5, name[4] - '0', true
	}
	for k, n := range tcpOptions {
		if n == name {
			return k, 0, true
		}
	}
	n, err := strconv.ParseUint(name, 10, 8)
	return uint8(n), 0, err == nil
}
