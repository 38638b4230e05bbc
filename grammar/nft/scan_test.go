package nft

import (
	"strings"
	"testing"
)

func TestScanner(t *testing.T) {
	names := map[kind]string{tokWord: "word", tokWild: "wild", tokNumber: "number", tokTime: "time", tokAddr4: "addr4", tokAddr6: "addr6", tokEther: "ether",
		tokQuoted: "quoted", tokVar: "var", tokPunct: "punct", tokBad: "bad"}
	for _, c := range []struct{ text, tokens string }{
		{"tcp dport 22", "word:tcp word:dport number:22"},
		{"80-90", "number:80 punct:- number:90"},
		{"ftp-data", "word:ftp-data"},
		{"eth0.100", "word:eth0.100"},
		{"eth* ppp\\*", "wild:eth* wild:ppp\\*"},
		{"* ", "punct:*"},
		{"1d2h 10s 30000ms 8021q", "time:1d2h time:10s time:30000ms time:8021q"},
		{"0x1F 0x 017", "number:0x1F time:0x number:017"},
		{"192.0.2.1/24", "addr4:192.0.2.1 punct:/ number:24"},
		{"192.0.2.1-192.0.2.9:80", "addr4:192.0.2.1 punct:- addr4:192.0.2.9 punct:: number:80"},
		{"192.0.2.300 192.0.2 192.0.2.1.5", "addr4:192.0.2.300 addr4:192.0.2 addr4:192.0.2.1.5"},
		{"2001:db8::/32", "addr6:2001:db8:: punct:/ number:32"},
		{"::1 :: ::ffff:192.0.2.1", "addr6:::1 addr6::: addr6:::ffff:192.0.2.1"},
		{"[2001:db8::1]:80", "punct:[ addr6:2001:db8::1 punct:] punct:: number:80"},
		{"1:2:3:4:5:6:7:8", "addr6:1:2:3:4:5:6:7:8"},
		{"fe80::1-fe80::9", "addr6:fe80::1 punct:- addr6:fe80::9"},
		{"dead:beef", "word:dead punct:: word:beef"},
		{"00:00:5e:00:53:01", "ether:00:00:5e:00:53:01"},
		{"ca:fe:ca:fe:ca:fe:accept", "ether:ca:fe:ca:fe:ca:fe punct:: word:accept"},
		{"0:1:2:3:4:5", "ether:0:1:2:3:4:5"},
		{"22:drop", "number:22 punct:: word:drop"},
		{"1:2", "number:1 punct:: number:2"},
		{"1234:1234:1234:1234:1234:1234:aaaa:::accept", "addr6:1234:1234:1234:1234:1234:1234:aaaa:: punct:: word:accept"},
		{"kbytes/second", "word:kbytes/second"},
		{"@set $var $var.x", "punct:@ word:set var:$var var:$var.x"},
		{"a . b", "word:a punct:. word:b"},
		{".foo _x", "word:.foo word:_x"},
		{"\"a b\" \"\"", "quoted:\"a b\" quoted:\"\""},
		{"\"no end", "bad:\"no end"},
		{"== != <= >= << >> < > ! & | ^ = ;", "punct:== punct:!= punct:<= punct:>= punct:<< punct:>> punct:< punct:> punct:! punct:& punct:| punct:^ punct:= punct:;"},
		{"a # b\nc", "word:a word:c"},
		{"a \\\n b \\\r\n c", "word:a word:b word:c"},
		{"\x00 é $", "bad:\x00 bad:é bad:$"},
		{"abcdef:1::2", "word:abcdef punct:: addr6:1::2"},
		{"1::2::3", "addr6:1::2 addr6:::3"},
	} {
		var got []string
		s := scanner{text: c.text}
		for tok := s.next(); tok.kind != tokEnd; tok = s.next() {
			got = append(got, names[tok.kind]+":"+c.text[tok.from:tok.to])
		}
		if g := strings.Join(got, " "); g != c.tokens {
			t.Errorf("%q\ngot  %q\nwant %q", c.text, g, c.tokens)
		}
	}
}
