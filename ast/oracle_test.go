package ast

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// nft runs nft(8) with a script in a new network namespace.
func nft(t *testing.T, script string, args ...string) string {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: nft is not asked")
	}
	if _, err := exec.LookPath("nft"); err != nil {
		t.Fatal("nft is not installed, so this test cannot ask it (apt-get install nftables; or set CTLINT_NO_KERNEL=1)")
	}
	unshare := []string{"--net"}
	if os.Geteuid() != 0 {
		unshare = append(unshare, "--user", "--map-root-user")
	}
	cmd := exec.Command("unshare", append(append(unshare, "nft"), args...)...)
	cmd.Stdin = strings.NewReader(script)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("nft: %v\n%s", err, stderr.String())
	}
	return string(out)
}

var (
	chainLine = regexp.MustCompile(`^bridge t c(\d+)$`)
	loadLine  = regexp.MustCompile(`^\[ (payload|exthdr) load (?:\w+ )?(\d+)b @ (.*) \+ (\d+) => reg 1 \]$`)
	maskLine  = regexp.MustCompile(`^\[ bitwise reg 1 = \( reg 1 & ((?:0x[0-9a-f]{8} ?)+) \) \^ `)
)

// place is a place of bits in a header, by nft's words for the header.
type place struct {
	header      string
	offset, len int
}

// compiledLoads asks nft for the program of "EXPR != VALUE", in a rule of its
// own for each expression, and returns what the last load of each rule loads,
// as narrow as the mask after it.
func compiledLoads(t *testing.T, exprs, values []string) []place {
	t.Helper()
	var script strings.Builder
	script.WriteString("add table bridge t\n")
	for i := range exprs {
		fmt.Fprintf(&script, "add chain bridge t c%d\nadd rule bridge t c%d %s != %s\n", i, i, exprs[i], values[i])
	}
	loads := make([]place, len(exprs))
	i := 0
	for line := range strings.Lines(nft(t, script.String(), "--check", "--debug=netlink", "--file", "-")) {
		line = strings.TrimSpace(line)
		if m := chainLine.FindStringSubmatch(line); m != nil {
			i = atoi(t, m[1])
		} else if m := loadLine.FindStringSubmatch(line); m != nil {
			loads[i] = place{m[1] + " " + m[3], atoi(t, m[4]) * 8, atoi(t, m[2]) * 8}
		} else if m := maskLine.FindStringSubmatch(line); m != nil {
			off, n := maskBits(t, m[1], loads[i].len/8)
			loads[i].offset += off
			loads[i].len = n
		}
	}
	return loads
}

// maskBits returns where the bits of a mask begin, and how many they are. The
// words of nft's debug output are those of a little-endian machine.
func maskBits(t *testing.T, words string, n int) (first, count int) {
	var b []byte
	for w := range strings.FieldsSeq(words) {
		v, err := strconv.ParseUint(w, 0, 32)
		if err != nil {
			t.Fatal(err)
		}
		b = binary.NativeEndian.AppendUint32(b, uint32(v))
	}
	first = -1
	for i, c := range b[:n] {
		if c != 0 && first < 0 {
			first = i*8 + bits.LeadingZeros8(c)
		}
		count += bits.OnesCount8(c)
	}
	return first, count
}

func atoi(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// described asks nft to describe expressions, and returns the name and the bits
// of each one's type.
func described(t *testing.T, exprs []string) (names []string, widths []int) {
	t.Helper()
	out := nft(t, "describe "+strings.Join(exprs, "\ndescribe ")+"\n", "--file", "-")
	for line := range strings.Lines(out) {
		m := describeLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue // a name of a value
		}
		n := atoi(t, m[2])
		if m[3] == "characters" {
			n *= 8
		}
		names, widths = append(names, m[1]), append(widths, n)
	}
	if len(names) != len(exprs) {
		t.Fatalf("nft describes %d of %d expressions", len(names), len(exprs))
	}
	return names, widths
}

var describeLine = regexp.MustCompile(`^\w+ expression, datatype (\S+) .*, (\d+) (bits|characters)$`)

// values are what a field of a type may be compared with.
var values = map[Type]string{TypeEtherAddr: "02:00:00:00:00:01", TypeIPv4Addr: "192.0.2.1", TypeIPv6Addr: "2001:db8::1"}

func valueOf(typ Type) string {
	if v, ok := values[typ]; ok {
		return v
	}
	return "1"
}

// notAsked are fields that the nft of the oldest supported system, 1.0.6, does
// not read: those of tunnels came with 1.0.8, and the rest it can neither read
// nor print (its own tests say so).
func notAsked(f FieldInfo) bool {
	switch f.Proto {
	case "gre", "vxlan", "geneve":
		return true
	case "icmpv6":
		return f.Name == "parameter-problem" || f.Name == "taddr" || f.Name == "daddr"
	}
	return false
}

// TestFieldsAgreeWithNft compares each field with what nft makes the kernel
// load for it, and with the type nft gives it.
func TestFieldsAgreeWithNft(t *testing.T) {
	bases := [...]string{BaseLink: "link", BaseNetwork: "network", BaseTransport: "transport"}
	var exprs, vals []string
	var want []FieldInfo
	for f := FieldNone + 1; int(f) < len(fields); f++ {
		if i := f.Info(); !notAsked(i) {
			exprs, vals, want = append(exprs, f.String()), append(vals, valueOf(i.Type)), append(want, i)
		}
	}
	loads := compiledLoads(t, exprs, vals)
	names, widths := described(t, exprs)
	for i, f := range want {
		if w := (place{"payload " + bases[f.Base] + " header", int(f.Offset), int(f.Len)}); loads[i] != w {
			t.Errorf("%s: nft loads %v; expected %v", exprs[i], loads[i], w)
		}
		typ := f.Type.String()
		if exprs[i] == "comp flags" {
			typ = "bitmask" // whose base is the integer: nft compares it like one
		}
		if names[i] != typ || widths[i] != int(f.Len) {
			t.Errorf("%s: nft has %s of %d bits; expected %s of %d", exprs[i], names[i], widths[i], typ, f.Len)
		}
	}
	if len(want) < 90 {
		t.Errorf("only %d fields were asked about", len(want))
	}
}

// TestLayoutsAgreeWithNft does the same for extension headers and options.
func TestLayoutsAgreeWithNft(t *testing.T) {
	var exprs, headers, vals []string
	var want []FieldInfo
	add := func(text, header string, e Expr) {
		f, ok := Layout(e)
		if !ok {
			t.Errorf("%s has no layout", text)
			return
		}
		if TypeOf(e) != f.Type || BitsOf(e) != int(f.Len) {
			t.Errorf("%s: TypeOf and BitsOf are %s and %d; the layout says %s and %d", text, TypeOf(e), BitsOf(e), f.Type, f.Len)
		}
		exprs, headers, vals, want = append(exprs, text), append(headers, "exthdr "+header), append(vals, valueOf(f.Type)), append(want, f)
	}
	for header, number := range map[string]string{"hbh": "0", "rt": "43", "rt0": "43", "rt2": "43", "srh": "43", "frag": "44", "dst": "60", "mh": "135"} {
		for _, name := range LayoutFields(&Exthdr{Header: header}) {
			if header != "rt2" { // describing it makes nft 1.0.6 crash
				add(header+" "+name, number, &Exthdr{Header: header, Field: name})
			}
		}
	}
	for kind, number := range map[string]string{"lsrr": "131", "rr": "7", "ssrr": "137", "ra": "148"} {
		for _, name := range LayoutFields(&IPOption{Kind: kind}) {
			add("ip option "+kind+" "+name, number, &IPOption{Kind: kind, Field: name})
		}
	}
	for chunk, number := range sctpChunks {
		for _, name := range LayoutFields(&SCTPChunk{Chunk: chunk}) {
			add("sctp chunk "+chunk+" "+name, strconv.Itoa(int(number)), &SCTPChunk{Chunk: chunk, Field: name})
		}
	}
	for kind, option := range tcpOptions {
		for _, name := range LayoutFields(&TCPOption{Kind: kind}) {
			add("tcp option "+option+" "+name, strconv.Itoa(int(kind)), &TCPOption{Kind: kind, Field: name})
		}
	}
	for _, block := range []string{"sack0", "sack1", "sack2", "sack3"} {
		kind, n, _ := TCPOptionKind(block)
		for _, name := range []string{"left", "right"} {
			add("tcp option "+block+" "+name, "5", &TCPOption{Kind: kind, Block: n, Field: name})
		}
	}
	add("tcp option @77,16,12", "77", &TCPOption{Kind: 77, Raw: true, Offset: 16, Len: 12})

	loads := compiledLoads(t, exprs, vals)
	for i, f := range want {
		if w := (place{headers[i], int(f.Offset), int(f.Len)}); loads[i] != w {
			t.Errorf("%s: nft loads %v; expected %v", exprs[i], loads[i], w)
		}
	}
	names, widths := described(t, exprs)
	for i, f := range want {
		if names[i] != f.Type.String() || widths[i] != int(f.Len) {
			t.Errorf("%s: nft has %s of %d bits; expected %s of %d", exprs[i], names[i], widths[i], f.Type, f.Len)
		}
	}
}

// TestKeysAgreeWithNft compares the types of keys with those of nft.
func TestKeysAgreeWithNft(t *testing.T) {
	addr := FamilyIP6
	for text, e := range map[string]Expr{
		"socket mark": &Socket{Key: "mark"}, "socket transparent": &Socket{Key: "transparent"}, "socket wildcard": &Socket{Key: "wildcard"},
		"socket cgroupv2 level 1": &Socket{Key: "cgroupv2", Level: 1},
		"rt classid":              &Rt{Key: "classid"}, "rt ip nexthop": &Rt{Key: "nexthop", Family: FamilyIP}, "rt ip6 nexthop": &Rt{Key: "nexthop", Family: addr},
		"rt mtu": &Rt{Key: "mtu"}, "ipsec in reqid": &Ipsec{Key: "reqid"}, "ipsec out spi": &Ipsec{Key: "spi"},
		"ipsec in ip6 saddr": &Ipsec{Key: "saddr", Family: addr}, "ipsec in ip daddr": &Ipsec{Key: "daddr", Family: FamilyIP},
		"numgen inc mod 2": &Numgen{}, "symhash mod 2": &Hash{}, "fib saddr type": &Fib{Result: "type"}, "fib saddr oif": &Fib{Result: "oif"},
		"ct original ip saddr": &CT{Key: CTSaddr, Family: FamilyIP}, "ct reply ip6 daddr": &CT{Key: CTDaddr, Family: addr},
		"ct original packets": &CT{Key: CTPackets},
	} {
		names, widths := described(t, []string{text})
		if names[0] != TypeOf(e).String() || widths[0] != BitsOf(e) {
			t.Errorf("%s: nft has %s of %d bits; expected %s of %d", text, names[0], widths[0], TypeOf(e), BitsOf(e))
		}
	}

	// What nft 1.0.6 does not read, and what it types more loosely than the
	// model, which needs no more than the names of the values.
	notAsked := "ibrhwaddr broute physin physout"
	loose := map[string]string{"meta nftrace": "integer 1", "meta ipsec": "boolean 8", "meta cgroup": "integer 32"}
	var exprs, want []string
	for k := MetaNone + 1; int(k) < len(metaKeys); k++ {
		if !strings.Contains(notAsked, k.String()) {
			exprs = append(exprs, "meta "+k.String())
			want = append(want, fmt.Sprint(k.Type(), " ", k.Bits()))
		}
	}
	for k := CTNone + 1; int(k) < len(ctKeys); k++ {
		switch k {
		case CTSaddr, CTDaddr, CTProtoSrc, CTProtoDst: // of no type without a family
		case CTCount, CTTimeout, CTExpectation: // these are statements
		default:
			exprs = append(exprs, "ct "+k.String())
			want = append(want, fmt.Sprint(k.Type(), " ", k.Bits()))
		}
	}
	names, widths := described(t, exprs)
	for i, e := range exprs {
		if l, ok := loose[e]; ok {
			want[i] = l
		}
		if got := fmt.Sprint(names[i], " ", widths[i]); got != want[i] && e != "ct helper" {
			t.Errorf("%s: nft has %s; expected %s", e, got, want[i])
		}
	}
}
