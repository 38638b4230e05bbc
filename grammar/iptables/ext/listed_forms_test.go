package ext

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestListedForms holds the forms of the matches on headers to what iptables -L -n
// prints of rules with these words.
func TestListedForms(t *testing.T) {
	for _, c := range []struct{ name, text, words string }{
		{"tcp", "tcp", "-m tcp"},
		{"tcp", "tcp spt:2 dpts:!1:5 option=!7 flags:0x3F/0x00", "-m tcp --sport 2 ! --dport 1:5 ! --tcp-option 7 --tcp-flags 0x3F 0x00"},
		{"tcp", "tcp flags:!0x17/0x02", "-m tcp ! --tcp-flags 0x17 0x02"},
		{"tcp", "tcp dpt:22flags: 0x17/0x02", "-m tcp --dport 22 --tcp-flags 0x17 0x02"},
		{"tcp", "tcpflags: 0x17/0x02", "-m tcp --tcp-flags 0x17 0x02"},
		{"udp", "udp spts:1024:65535 dpt:53", "-m udp --sport 1024:65535 --dport 53"},
		{"multiport", "multiport sports 22", "-m multiport --sports 22"},
		{"multiport", "multiport ports !22,80:90", "-m multiport ! --ports 22,80:90"},
		{"multiport", "multiport --dports 80,443", "-m multiport --dports 80,443"},
		{"sctp", "sctp spts:!1:3 dpt:5", "-m sctp ! --sport 1:3 --dport 5"},
		{"sctp", "sctp ! all 0x0000,0x0001", "-m sctp ! --chunk-types all 0x0000,0x0001"},
		{"sctp", "sctp only ALL", "-m sctp --chunk-types only ALL"},
		{"dccp", "dccp spt:!3 dpts:!1:2", "-m dccp ! --sport 3 ! --dport 1:2"},
		{"dccp", "dccp option=!32", "-m dccp ! --dccp-option 32"},
		{"dccp", "dccp ! 10,11,12,13,14,15", "-m dccp ! --dccp-types 10,11,12,13,14,15"},
		{"dccp", "dccp 2,3 option=1", "-m dccp --dccp-types 2,3 --dccp-option 1"},
		{"icmp", "icmptype 3 code 4", "-m icmp --icmp-type 3/4"},
		{"icmp", "icmptype 3 codes 1-3", "-m icmp --icmp-type 3/1:3"},
		{"icmp", "icmptype 255", "-m icmp --icmp-type 255"},
		{"icmp", "icmp type 8", "-m icmp --icmp-type 8"},
		{"icmp", "icmp !type 8 code 0", "-m icmp ! --icmp-type 8/0"},
		{"icmp", "icmp echo-request", "-m icmp --icmp-type echo-request"},
		{"icmp6", "ipv6-icmptype 128", "-m icmp6 --icmpv6-type 128"},
		{"icmp6", "ipv6-icmp !type 3 code 1", "-m icmp6 ! --icmpv6-type 3/1"},
		{"icmp6", "ipv6-icmp neighbour-solicitation", "-m icmp6 --icmpv6-type neighbour-solicitation"},
		{"ah", "ah spi:5length:12 reserved", "-m ah --ahspi 5 --ahlen 12 --ahres"},
		{"ah", "ah length:!120", "-m ah ! --ahlen 120"},
		{"ah", "ah spis:!5:4294967295", "-m ah ! --ahspi 5:4294967295"},
		{"ah", "ah", "-m ah"},
		{"esp", "esp spis:5:6", "-m esp --espspi 5:6"},
		{"ipcomp", "comp spis:5:6 reserved", "-m ipcomp --ipcompspi 5:6 --compres"},
		{"frag", "frag id:5 length:8 reserved first more", "-m frag --fragid 5 --fraglen 8 --fragres --fragfirst --fragmore"},
		{"frag", "frag ids:!1:4 last", "-m frag ! --fragid 1:4 --fraglast"},
		{"hbh", "hbh length:!8 opts 5:2", "-m hbh ! --hbh-len 8 --hbh-opts 5:2"},
		{"dst", "dst opts 149:92,12:12,123:12", "-m dst --dst-opts 149:92,12:12,123:12"},
		{"rt", "rt type:0 segslefts:1:3 length:1 reserved 0-addrs ::1,::2 0-not-strict", "-m rt --rt-type 0 --rt-segsleft 1:3 --rt-len 1 --rt-0-res --rt-0-addrs ::1,::2 --rt-0-not-strict"},
		{"mh", "mh !1:2", "-m mh ! --mh-type 1:2"},
		{"srh", "srh next-hdr:!17 hdr-len-eq:1 segs-left-gt:2 last-entry-lt:3 tag:7", "-m srh ! --srh-next-hdr 17 --srh-hdr-len-eq 1 --srh-segs-left-gt 2 --srh-last-entry-lt 3 --srh-tag 7"},
		{"srh", "srh psid ! 2001:db8::5/64 lsid ::/0", "-m srh ! --srh-psid 2001:db8::5/64 --srh-lsid ::/0"},
		{"ipv6header", "ipv6header flags:!0x80 soft", "-m ipv6header ! --header 0x80 --soft"},
		{"eui64", "eui64", "-m eui64"},
		{"ttl", "TTL match TTL != 5", "-m ttl ! --ttl-eq 5"},
		{"hl", "HL match HL < 5", "-m hl --hl-lt 5"},
		{"tos", "tos match0x10/0x3f", "-m tos --tos 0x10/0x3f"},
		{"tos", "tos match!0x08/0xff", "-m tos ! --tos 0x08/0xff"},
		{"dscp", "DSCP match !0x2e", "-m dscp ! --dscp 0x2e"},
		{"ecn", "ECN match !ECE CWR ECT=2", "-m ecn ! --ecn-tcp-ece --ecn-tcp-cwr --ecn-ip-ect 2"},
		{"length", "length !0:65535", "-m length ! --length 0:65535"},
		{"tcpmss", "tcpmss match 1460:65535", "-m tcpmss --mss 1460:65535"},
		{"iprange", "source IP range 192.0.2.1-192.0.2.9", "-m iprange --src-range 192.0.2.1-192.0.2.9"},
		{"iprange", "destination IP range ! 192.0.2.1-192.0.2.9", "-m iprange ! --dst-range 192.0.2.1-192.0.2.9"},
		{"policy", "policy match dir out pol none", "-m policy --dir out --pol none"},
	} {
		var got []string
		for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
			e := Find(c.name, false, f)
			if e == nil {
				continue
			}
			context := Context{Family: f, Listing: true}
			if len(e.Protos) > 0 {
				context.Proto = e.Protos[0]
			}
			words, _, unknown := Explain(&context, c.text, 1, nil)
			var texts []string
			for _, w := range words {
				texts = append(texts, w.Text)
			}
			if got = append(got, strings.Join(texts, " ")); len(unknown) == 0 && got[len(got)-1] == c.words {
				got = nil
				break
			}
		}
		if got != nil {
			t.Errorf("%s: %q reads as %q; want %q", c.name, c.text, got, c.words)
		}
	}
}
