package ipset

import (
	"go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// parsed reads a file and returns it with its errors as file:line:col: text.
func parsed(text string) (*File, []string) {
	fset := token.NewFileSet()
	tf := fset.AddFile("x", -1, len(text))
	tf.SetLinesForContent([]byte(text))
	f := Parse("x", text, tf.Base())
	var errs []string
	for _, e := range f.Errors {
		errs = append(errs, e.Format(fset))
	}
	return f, errs
}

// dumps writes what the elements of a set match.
func dumps(s *ast.Set) string {
	var out []string
	for _, e := range s.Elems {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(ast.Dump(e), "(elem "), ")"))
	}
	return strings.Join(out, "\n")
}

// elementCase is an add line with what must become of it.
type elementCase struct {
	create string // the type and its options
	add    string // the element with its options
	dump   string // of its elements
	save   string // how they are printed, if not as add has it
	err    string // part of the error
}

var elementCases = []elementCase{
	{create: "hash:ip", add: "192.0.2.1", dump: "192.0.2.1"},
	{create: "hash:ip", add: "192.0.2.0/24", dump: "192.0.2.0/24"},
	{create: "hash:ip", add: "192.0.2.77/24", dump: "192.0.2.0/24", save: "192.0.2.0/24"},
	{create: "hash:ip", add: "192.0.2.1-192.0.2.9", dump: "192.0.2.1-192.0.2.9"},
	{create: "hash:ip", add: "192.0.2.9-192.0.2.1", dump: "192.0.2.1-192.0.2.9", save: "192.0.2.1-192.0.2.9"},
	{create: "hash:ip", add: "192.0.2.1-192.0.2.1", dump: "192.0.2.1", save: "192.0.2.1"},
	{create: "hash:ip", add: "192.0.2.1/32", dump: "192.0.2.1", save: "192.0.2.1"},
	{create: "hash:ip", add: "10.1", dump: "10.0.0.1", save: "10.0.0.1"},
	{create: "hash:ip", add: "010.1.1.1", dump: "8.1.1.1", save: "8.1.1.1"},
	{create: "hash:ip", add: "example", dump: `(host "example"/32)`, save: "[example]"},
	{create: "hash:ip", add: "[my-host]", dump: `(host "my-host"/32)`, save: "[my-host]"},
	{create: "hash:ip", add: "0.0.0.0", err: "zero, which a hash cannot store"},
	{create: "hash:ip", add: "0.0.0.0-0.0.0.5", err: "the range begins with zero"},
	{create: "hash:ip", add: "192.0.2.0/0", err: "no network"},
	{create: "hash:ip", add: "192.0.2.1,80", err: `x:2:16: the element has more than 1 parts; expected address`},
	{create: "hash:ip", add: "192.0.2.256", err: "is no address"},
	{create: "hash:ip", add: "192.0.2.1-192.0.2", dump: "192.0.0.2-192.0.2.1", save: "192.0.0.2-192.0.2.1"},
	{create: "hash:ip", add: "192.0.2.1-x", err: "no range of addresses"},
	{create: "hash:ip", add: "2001:db8::1", err: "neither an address nor a host name"},
	{create: "hash:ip", add: "a;b", err: "neither an address nor a host name"},
	{create: "hash:ip family inet6", add: "2001:db8::1", dump: "2001:db8::1"},
	{create: "hash:ip family inet6", add: "2001:db8::1/128", dump: "2001:db8::1", save: "2001:db8::1"},
	{create: "hash:ip family inet6", add: "2001:db8::/64", err: "is a network; expected an IPv6 address"},
	{create: "hash:ip family inet6", add: "::", err: "zero"},
	{create: "hash:ip netmask 24", add: "192.0.2.7", dump: "192.0.2.0/24", save: "192.0.2.0"},
	{create: "hash:ip netmask 24", add: "192.0.2.0/30", dump: "192.0.2.0/24", save: "192.0.2.0"},
	{create: "hash:ip netmask 24", add: "192.0.2.0/23", dump: "192.0.2.0/23"},
	{create: "hash:ip netmask 30", add: "192.0.2.1-192.0.2.6", dump: "192.0.2.0-192.0.2.7", save: "192.0.2.0-192.0.2.7"},
	{create: "hash:ip family inet6 netmask 64", add: "2001:db8::9", dump: "2001:db8::/64", save: "2001:db8::"},
	{create: "hash:ip bitmask 255.0.255.0", add: "10.1.2.3", dump: "10.0.2.0&255.0.255.0", save: "10.0.2.0"},
	{create: "hash:ip bitmask 255.255.0.0", add: "10.1.2.3", dump: "10.1.0.0/16", save: "10.1.0.0"},
	{create: "hash:ip bitmask 255.0.255.0", add: "10.1.2.0/24", err: "a network in a set with a bitmask"},
	{create: "hash:ip bitmask 255.0.255.0", add: "10.1.2.0-10.1.2.9", err: "a range in a set with a bitmask"},

	{create: "bitmap:ip range 192.0.2.0/24", add: "192.0.2.1-192.0.2.4", dump: "192.0.2.1-192.0.2.4"},
	{create: "bitmap:ip range 192.0.2.0/24", add: "192.0.3.1", err: "not in the range of the set"},
	{create: "bitmap:ip range 192.0.2.0/24", add: "192.0.0.0/16", err: "not in the range of the set"},
	{create: "bitmap:ip range 0.0.0.0/24", add: "0.0.0.0", dump: "0.0.0.0"},
	{create: "bitmap:ip range 10.0.0.0/8 netmask 24", add: "10.1.2.3", dump: "10.1.2.0/24", save: "10.1.2.0"},
	{create: "bitmap:ip,mac range 192.0.2.0/24", add: "192.0.2.1,00:00:5e:00:53:0a", dump: "(concat 192.0.2.1 00:00:5e:00:53:0a)", save: "192.0.2.1,00:00:5E:00:53:0A"},
	{create: "bitmap:ip,mac range 192.0.2.0/24", add: "192.0.2.1", dump: `(concat 192.0.2.1 $"")`},
	{create: "bitmap:ip,mac range 192.0.2.0/24", add: "192.0.2.1-192.0.2.2,00:00:5e:00:53:0a", err: "is a range"},
	{create: "bitmap:port range 0-1024", add: "80", dump: "80"},
	{create: "bitmap:port range 0-1024", add: "udp:domain", dump: "53", save: "53"},
	{create: "bitmap:port range 0-1024", add: "100-90", dump: "90-100", save: "90-100"},
	{create: "bitmap:port range 0-1024", add: "2000", err: "not in the range of the set; expected a port from 0 to 1024"},

	{create: "hash:mac", add: "0:0:5E:0:53:1", dump: "00:00:5e:00:53:01", save: "00:00:5E:00:53:01"},
	{create: "hash:mac", add: "00:00:00:00:00:00", err: "zero"},
	{create: "hash:mac", add: "00:00:5e:00:53", err: "is no MAC address"},
	{create: "hash:ip,mac", add: "192.0.2.1,00:00:5e:00:53:01", dump: "(concat 192.0.2.1 00:00:5e:00:53:01)", save: "192.0.2.1,00:00:5E:00:53:01"},
	{create: "hash:ip,mac", add: "192.0.2.1", err: "the element has 1 of 2 parts; expected address,MAC address"},

	{create: "hash:net", add: "192.0.2.0/24", dump: "192.0.2.0/24"},
	{create: "hash:net", add: "192.0.2.1", dump: "192.0.2.1"},
	{create: "hash:net", add: "10.0.0.3-10.0.0.9 nomatch", dump: "10.0.0.3 nomatch\n10.0.0.4/30 nomatch\n10.0.0.8/31 nomatch", save: "10.0.0.3 nomatch\n10.0.0.4/30 nomatch\n10.0.0.8/31 nomatch"},
	{create: "hash:net", add: "0.0.0.0-255.255.255.254", save: "0.0.0.0/1\n128.0.0.0/2\n192.0.0.0/3\n224.0.0.0/4\n240.0.0.0/5\n248.0.0.0/6\n252.0.0.0/7\n254.0.0.0/8\n" +
		"255.0.0.0/9\n255.128.0.0/10\n255.192.0.0/11\n255.224.0.0/12\n255.240.0.0/13\n255.248.0.0/14\n255.252.0.0/15\n255.254.0.0/16\n" +
		"255.255.0.0/17\n255.255.128.0/18\n255.255.192.0/19\n255.255.224.0/20\n255.255.240.0/21\n255.255.248.0/22\n255.255.252.0/23\n255.255.254.0/24\n" +
		"255.255.255.0/25\n255.255.255.128/26\n255.255.255.192/27\n255.255.255.224/28\n255.255.255.240/29\n255.255.255.248/30\n255.255.255.252/31\n255.255.255.254"},
	{create: "hash:net", add: "0.0.0.0/0", err: "the network is all addresses, which hash:net cannot store; expected a prefix from 1 to 32"},
	{create: "hash:net", add: "0.0.0.0-255.255.255.255", err: "all addresses"},
	{create: "hash:net", add: "192.0.2.0/33", err: "no network"},
	{create: "hash:net family inet6", add: "2001:db8:1::1/48", dump: "2001:db8:1::/48", save: "2001:db8:1::/48"},
	{create: "hash:net family inet6", add: "2001:db8::1-2001:db8::2", err: "a range; expected an IPv6 address"},
	{create: "hash:net,net", add: "192.0.2.0/24,198.51.100.1 nomatch", dump: "(concat 192.0.2.0/24 198.51.100.1) nomatch"},
	{create: "hash:net,net", add: "192.0.2.0-192.0.2.2,198.51.100.2-198.51.100.4", save: "192.0.2.0/31,198.51.100.2/31\n192.0.2.0/31,198.51.100.4\n192.0.2.2,198.51.100.2/31\n192.0.2.2,198.51.100.4"},

	{create: "hash:ip,port", add: "192.0.2.1,80", dump: "(concat 192.0.2.1 6 80)", save: "192.0.2.1,tcp:80"},
	{create: "hash:ip,port", add: "192.0.2.0/30,udp:53-55", dump: "(concat 192.0.2.0/30 17 53-55)"},
	{create: "hash:ip,port", add: "192.0.2.1,tcp:[ftp-data]-[ssh]", dump: "(concat 192.0.2.1 6 20-22)", save: "192.0.2.1,tcp:20-22"},
	{create: "hash:ip,port", add: "192.0.2.1,icmp:ping", dump: "(concat 192.0.2.1 1 2048)", save: "192.0.2.1,icmp:echo-request"},
	{create: "hash:ip,port", add: "192.0.2.1,icmp:3/8", dump: "(concat 192.0.2.1 1 776)"},
	{create: "hash:ip,port", add: "192.0.2.1,vrrp:0", dump: "(concat 192.0.2.1 112 0)"},
	{create: "hash:ip,port", add: "192.0.2.1,200:0", dump: "(concat 192.0.2.1 200 0)"},
	{create: "hash:ip,port", add: "192.0.2.1,vrrp:5", err: `"5" with protocol vrrp, which has no ports; expected 0`},
	{create: "hash:ip,port", add: "192.0.2.1,0:0", err: "protocol 0"},
	{create: "hash:ip,port", add: "192.0.2.1,tpc:80", err: `unknown protocol "tpc"; expected a name such as tcp, or a number from 1 to 255; did you mean "tcp"?`},
	{create: "hash:ip,port", add: "192.0.2.1,tcp:70000", err: `x:2:21: "70000" is no port`},
	{create: "hash:ip,port", add: "192.0.2.1,htpt", err: `did you mean "http"?`},
	{create: "hash:ip,port", add: "192.0.2.1,icmp:echo-requst", err: `did you mean "echo-request"?`},
	{create: "hash:ip,port", add: "192.0.2.1,icmpv6:ping", err: "icmpv6 in a set of the other family"},
	{create: "hash:ip,port", add: "192.0.2.1,80,90", err: "the element has more than 2 parts; expected address,protocol:port"},
	{create: "hash:ip,port", add: "192.0.2.1", err: "the element has 1 of 2 parts"},
	{create: "hash:ip,port family inet6", add: "2001:db8::1,ipv6-icmp:echo-reply", dump: "(concat 2001:db8::1 58 33024)"},
	{create: "hash:net,port", add: "192.0.2.0-192.0.2.2,udp:1", save: "192.0.2.0/31,udp:1\n192.0.2.2,udp:1"},
	{create: "hash:ip,port,ip", add: "192.0.2.1,tcp:22,198.51.100.1", dump: "(concat 192.0.2.1 6 22 198.51.100.1)"},
	{create: "hash:ip,port,ip", add: "192.0.2.1,tcp:22,198.51.100.0/24", err: "is a network; expected an IPv4 address"},
	{create: "hash:ip,port,net", add: "192.0.2.1,tcp:22,198.51.100.0/24 nomatch", dump: "(concat 192.0.2.1 6 22 198.51.100.0/24) nomatch"},
	{create: "hash:net,port,net", add: "0.0.0.0/0,tcp:22,0.0.0.0/0", dump: "(concat 0.0.0.0/0 6 22 0.0.0.0/0)"},
	{create: "hash:ip,mark", add: "192.0.2.1,0x63", dump: "(concat 192.0.2.1 99)", save: "192.0.2.1,0x00000063"},
	{create: "hash:ip,mark markmask 0xf0", add: "192.0.2.1,0x63", dump: "(concat 192.0.2.1 96)", save: "192.0.2.1,0x00000060"},
	{create: "hash:ip,mark", add: "192.0.2.1,4294967296", err: "is no mark"},
	{create: "hash:net,iface", add: "192.0.2.0/24,eth0", dump: `(concat 192.0.2.0/24 "eth0")`},
	{create: "hash:net,iface", add: "0.0.0.0/0,physdev:eth wildcard", dump: `(concat 0.0.0.0/0 (concat "physdev" "eth"*))`},
	{create: "hash:net,iface", add: "192.0.2.0/24,a_name_of_16_chr", err: "is 16 bytes long; expected at most 15"},
	{create: "hash:net,iface", add: "192.0.2.0/24,eth0,eth1", err: "the element has more than 2 parts"},

	{create: "hash:ip timeout 300", add: "192.0.2.1", save: "192.0.2.1 timeout 300"},
	{create: "hash:ip timeout 300", add: "192.0.2.1 timeout 0"},
	{create: "hash:ip", add: "192.0.2.1 timeout 5", err: "x:2:17: timeout in set s, which is created without timeout"},
	{create: "hash:ip timeout 0", add: "192.0.2.1 timeout 2147484", err: "is no timeout"},
	{create: "hash:ip counters comment", add: `192.0.2.1 packets 3 bytes 42 comment "a b"`, dump: `192.0.2.1 stmts=[(counter counters=3/42)] comment="a b"`},
	{create: "hash:ip counters", add: "192.0.2.1 bytes 5", save: "192.0.2.1 packets 0 bytes 5"},
	{create: "hash:ip", add: "192.0.2.1 packets 3", err: "created without counters"},
	{create: "hash:ip comment", add: "192.0.2.1 comment word", save: `192.0.2.1 comment "word"`},
	{create: "hash:ip comment", add: `192.0.2.1 comment a"b c"d`, save: `192.0.2.1 comment "ab cd"`},
	{create: "hash:ip comment", add: `192.0.2.1 comment "a b`, err: "x:2:25: the quote is not closed"},
	{create: "hash:ip comment", add: `192.0.2.1 comment ""`, err: "comment has no argument"},
	{create: "hash:ip comment", add: `192.0.2.1 comment ` + strings.Repeat("x", 256), err: "the comment is 256 bytes long"},
	{create: "hash:ip skbinfo", add: "192.0.2.1 skbmark 0x1/0xf skbprio a:1f skbqueue 7"},
	{create: "hash:ip skbinfo", add: "192.0.2.1 skbmark 1", err: "is no mark"},
	{create: "hash:ip skbinfo", add: "192.0.2.1 skbprio 1", err: "is no class"},
	{create: "hash:ip skbinfo", add: "192.0.2.1 skbqueue x", err: "is not what skbqueue takes"},
	{create: "hash:net", add: "192.0.2.0/24 nomtach", err: `an element of hash:net has no option "nomtach"; expected timeout, comment, packets, bytes, skbmark, skbprio, skbqueue, nomatch; did you mean "nomatch"?`},
	{create: "hash:ip", add: "192.0.2.1 nomatch", err: `has no option "nomatch"`},
	{create: "hash:ip timeout 5", add: "192.0.2.1 timeout", err: "timeout has no argument"},
	{create: "hash:ip", add: "192.0.2.1 -exist", save: "192.0.2.1"},
}

// TestElements reads elements of each type: what they match, how they are
// printed, and what is wrong with them.
func TestElements(t *testing.T) {
	for _, c := range elementCases {
		t.Run(c.create+" "+c.add, func(t *testing.T) {
			text := "create s " + c.create + "\nadd s " + c.add + "\n"
			f, errs := parsed(text)
			checkSpans(t, f)
			s := f.Ruleset.IPSets[0]
			if c.err != "" {
				if len(errs) != 1 || !strings.Contains(errs[0], c.err) {
					t.Errorf("errors %q; expected one with %q", errs, c.err)
				}
				for _, e := range s.Elems {
					if _, ok := e.Key.(*ast.Unknown); !ok {
						t.Errorf("the element is taken for %s all the same", ast.Dump(e))
					}
				}
				return
			}
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := dumps(s); c.dump != "" && got != c.dump {
				t.Errorf("elements\n got %s\nwant %s", got, c.dump)
			}
			if c.save == "" {
				c.save = c.add
			}
			want := "create s " + c.create + "\nadd s " + strings.ReplaceAll(c.save, "\n", "\nadd s ") + "\n"
			want = strings.Replace(want, "range 192.0.2.0/24", "range 192.0.2.0-192.0.2.255", 1)
			want = strings.Replace(want, "range 10.0.0.0/8", "range 10.0.0.0-10.255.255.255", 1)
			want = strings.Replace(want, "range 0.0.0.0/24", "range 0.0.0.0-0.0.0.255", 1)
			want = strings.Replace(want, "markmask 0xf0", "markmask 0x000000f0", 1)
			got := string(Format(f.Ruleset.IPSets))
			if got != want {
				t.Errorf("printed\n got %s\nwant %s", got, want)
			}
			again, errs := parsed(got)
			if s := string(Format(again.Ruleset.IPSets)); s != got || len(errs) > 0 {
				t.Errorf("reading it again gives\n%s%q", s, errs)
			}
		})
	}
}

// checkSpans holds the places of a file's nodes against its text.
func checkSpans(t *testing.T, f *File) {
	t.Helper()
	inside := func(s ast.Span, what string) string {
		if s.From < f.base || int(s.To) > int(f.base)+len(f.Text) || s.From > s.To {
			t.Errorf("%s has the span %d-%d in a file of %d bytes at %d", what, s.From, s.To, len(f.Text), f.base)
			return ""
		}
		return f.Text[s.From-f.base : s.To-f.base]
	}
	for _, e := range f.Errors {
		inside(e.Span, e.Error())
	}
	for _, s := range f.Ruleset.IPSets {
		inside(s.Span, s.Name)
		if got := inside(s.NameSpan, s.Name); strings.ReplaceAll(got, `"`, "") != s.Name {
			t.Errorf("the set %s has the name %q", s.Name, got)
		}
		for i := range s.IPSetOpts {
			inside(s.IPSetOpts[i].Span, s.IPSetOpts[i].Name)
		}
		for _, e := range s.Elems {
			whole := inside(e.Span, "an element")
			for n := range ast.Preorder(e) {
				if n.Source() == (ast.Span{}) {
					t.Errorf("%T of %q has no source", n, whole)
					continue
				}
				text := inside(n.Source(), "a node")
				x, ok := n.(*ast.Addr)
				if a, plain := parseAddr(text, strings.Contains(text, ":")); ok && plain && a != x.Addr && maskBits(s) < 0 && !hasOption(s, "bitmask") {
					t.Errorf("address %s has the text %q", x.Addr, text)
				}
			}
		}
	}
}
