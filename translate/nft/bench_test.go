package nft

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// BenchmarkPrint prints 100,000 rules of several kinds and a set of 100,000
// addresses.
func BenchmarkPrint(b *testing.B) {
	var s strings.Builder
	s.WriteString("table inet t {\n set s {\n type ipv4_addr; elements = { 192.0.2.1")
	for i := range 100000 {
		fmt.Fprintf(&s, ", 10.%d.%d.%d", i>>16, i>>8&255, i&255)
	}
	s.WriteString(" }\n}\n chain c {\n")
	for i := range 25000 {
		fmt.Fprintf(&s, "ip saddr 10.0.%d.%d tcp dport %d accept\n", i>>8, i&255, i)
		fmt.Fprintf(&s, "iifname \"eth%d\" ct state established,related counter packets 5 bytes 7 accept\n", i%100)
		fmt.Fprintf(&s, "ip6 saddr 2001:db8:%x::/48 udp dport { 53, 123-130 } drop\n", i)
		fmt.Fprintf(&s, "meta mark set ct mark & 0xff comment \"rule %d\"\n", i)
	}
	s.WriteString("}\n}\n")
	rs := parse(b, "the script", s.String())
	text, err := print(b, rs, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Print(io.Discard, rs, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
