package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestFrag(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m frag"},
		exttest.Case{Rule: "-m frag ! --fragid 100:200"},
		exttest.Case{Rule: "-m frag --fragfirst --fragid :", Save: "-m frag --fragfirst"},
		exttest.Case{Rule: "-m frag ! --fragid :", Save: "-m frag ! --fragid 0:4294967295", Stock: lostFullRange},
		exttest.Case{Rule: "-m frag --fragmore --fragfirst --fragres --fraglen 8 --fragid 5", Save: "-m frag --fragid 5 --fraglen 8 --fragres --fragfirst --fragmore"},
		exttest.Case{Rule: "-m frag ! --fraglen 8"},
		exttest.Case{Rule: "-m frag --fragfirst --fraglast"},
		exttest.Case{Rule: "-m frag --fragmore --fraglast", Err: "cannot stand with"},
		exttest.Case{Rule: "-m frag ! --fragres", Err: "cannot be negated"},
		exttest.Case{Rule: "-m frag --fragid 2:1", Err: "reversed", Stock: lostOrder},
	))
}

func TestOptionsHeaders(t *testing.T) {
	var cases []exttest.Case
	for _, h := range []string{"hbh", "dst"} {
		cases = append(cases, in(ast.FamilyIP6,
			exttest.Case{Rule: "-m " + h},
			exttest.Case{Rule: "-m " + h + " --" + h + "-len 0"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 5:2 ! --" + h + "-len 0x8", Save: "-m " + h + " ! --" + h + "-len 8 --" + h + "-opts 5:2"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 1:4,0,194:4"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 5:255", Save: "-m " + h + " --" + h + "-opts 5"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", Err: "more than 16 options"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 0:0", Err: "Pad1 has no length"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 5:", Err: `"" is no length`},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 5,", Err: "ends too early"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts ,5", Err: "unexpected"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 256", Err: "is no type", Stock: "the stock tools take it for 0"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-opts 5:256", Err: "is no length", Stock: "the stock tools take it for 0"},
			exttest.Case{Rule: "-m " + h + " ! --" + h + "-opts 5", Err: "cannot be negated"},
			exttest.Case{Rule: "-m " + h + " --" + h + "-not-strict --" + h + "-opts 5", Err: "unknown option"},
		)...)
	}
	exttest.Run(t, cases)
}

func TestRt(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m rt"},
		exttest.Case{Rule: "-m rt ! --rt-type 255"},
		exttest.Case{Rule: "-m rt --rt-type 256"},
		exttest.Case{Rule: "-m rt --rt-segsleft 1:5"},
		exttest.Case{Rule: "-m rt --rt-segsleft :", Save: "-m rt"},
		exttest.Case{Rule: "-m rt ! --rt-segsleft 3:", Save: "-m rt ! --rt-segsleft 3:4294967295"},
		exttest.Case{Rule: "-m rt ! --rt-segsleft :", Save: "-m rt ! --rt-segsleft 0:4294967295", Stock: lostFullRange},
		exttest.Case{Rule: "-m rt ! --rt-len 22"},
		exttest.Case{
			Rule: "-m rt --rt-type 0 --rt-len 1 --rt-0-addrs 2001:DB8:0::1,::2:3 --rt-0-not-strict --rt-segsleft 1:3 --rt-0-res",
			Save: "-m rt --rt-type 0 --rt-segsleft 1:3 --rt-len 1 --rt-0-res --rt-0-addrs 2001:db8::1,::0.2.0.3 --rt-0-not-strict",
		},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-addrs ::1,::2,::3,::4,::5,::6,::7,::8,::9,::10,::11,::12,::13,::14,::15,::16"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-addrs ::1,::2,::3,::4,::5,::6,::7,::8,::9,::10,::11,::12,::13,::14,::15,::16,::17", Err: "more than 16 addresses"},
		exttest.Case{Rule: "-m rt --rt-0-res", Err: "--rt-type 0 before it"},
		exttest.Case{Rule: "-m rt --rt-0-res --rt-type 0", Err: "--rt-type 0 before it"},
		exttest.Case{Rule: "-m rt ! --rt-type 0 --rt-0-res", Err: "--rt-type 0 before it"},
		exttest.Case{Rule: "-m rt --rt-type 2 --rt-0-addrs ::1", Err: "--rt-type 0 before it"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-not-strict", Err: "--rt-0-addrs before it"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-not-strict --rt-0-addrs ::1", Err: "--rt-0-addrs before it"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-addrs 192.0.2.1", Err: "is no IPv6 address"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-addrs ::1,", Err: "ends too early"},
		exttest.Case{Rule: "-m rt --rt-type 0 --rt-0-addrs ::1/128", Err: "is no IPv6 address"},
		exttest.Case{Rule: "-m rt --rt-type 0 ! --rt-0-addrs ::1", Err: "cannot be negated"},
		exttest.Case{Rule: "-m rt --rt-segsleft 5:1", Err: "reversed", Stock: lostOrder},
	))
}

func TestMH(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-p mobility-header -m mh"},
		exttest.Case{Rule: "-p mh --mh-type brr", Save: "-p mobility-header -m mh --mh-type 0"},
		exttest.Case{Rule: "-p ipv6-mh -m mh --mh-type binding-update:BA", Save: "-p mobility-header -m mh --mh-type 5:6"},
		exttest.Case{Rule: "-p mh -m mh --mh-type home", Save: "-p mobility-header -m mh --mh-type 1"},
		exttest.Case{Rule: "-p mh -m mh --mh-type home-test", Save: "-p mobility-header -m mh --mh-type 3"},
		exttest.Case{Rule: "-p mh -m mh --mh-type binding-a", Save: "-p mobility-header -m mh --mh-type 6"},
		exttest.Case{Rule: "-p mh -m mh --mh-type :", Save: "-p mobility-header -m mh"},
		exttest.Case{Rule: "-p mh -m mh ! --mh-type :", Save: "-p mobility-header -m mh ! --mh-type 0:255", Stock: lostFullRange},
		exttest.Case{Rule: "-p mh -m mh --mh-type 3:", Save: "-p mobility-header -m mh --mh-type 3:255"},
		exttest.Case{Rule: "-p mobility-header -m mh ! --mh-type 1:2"},
		exttest.Case{Rule: "-p mh -m mh --mh-type 3:1", Err: "reversed"},
		exttest.Case{Rule: "-p mh -m mh --mh-type 256", Err: "is no type"},
		exttest.Case{Rule: "-p mh -m mh --mh-type 1 --mh-type 2", Err: "given twice"},
		exttest.Case{Rule: "-m mh --mh-type 1", Err: "needs a protocol"},
	))
}

func TestSRH(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m srh"},
		exttest.Case{
			Rule: "-m srh --srh-tag 7 --srh-last-entry-lt 3 ! --srh-segs-left-gt 2 --srh-hdr-len-eq 1 ! --srh-next-hdr 17",
			Save: "-m srh ! --srh-next-hdr 17 --srh-hdr-len-eq 1 ! --srh-segs-left-gt 2 --srh-last-entry-lt 3 --srh-tag 7",
		},
		exttest.Case{Rule: "-m srh --srh-hdr-len-lt 3 --srh-segs-left-eq 9 --srh-hdr-len-gt 1", Save: "-m srh --srh-hdr-len-gt 1 --srh-hdr-len-lt 1 --srh-segs-left-eq 9"},
		exttest.Case{Rule: "-m srh ! --srh-psid 2001:db8::5/64 --srh-nsid 2001:db8::1 --srh-lsid ::/0", Save: "-m srh ! --srh-psid 2001:db8::5/64 --srh-nsid 2001:db8::1/128 --srh-lsid ::/0"},
		exttest.Case{Rule: "-m srh --srh-psid 2001:db8::5/ffff:ffff::", Save: "-m srh --srh-psid 2001:db8::5/32"},
		exttest.Case{Rule: "-m srh --srh-lsid 2001:db8::/ffff:0:ffff::", Stock: "ip6tables-save prints a mask that is no prefix as /128"},
		exttest.Case{Rule: "-m srh --srh-tag 65536", Err: "not valid"},
		exttest.Case{Rule: "-m srh --srh-tag 1 --srh-tag 2", Err: "given twice"},
		exttest.Case{Rule: "-m srh --srh-nsid 2001:db8::1/129", Err: "is no mask"},
		exttest.Case{Rule: "-m srh --srh-hdr-len-eq 256", Err: "not valid"},
	))
}

func TestIPv6Header(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m ipv6header --header hop-by-hop --soft"},
		exttest.Case{Rule: "-m ipv6header --soft ! --header none", Save: "-m ipv6header ! --header ipv6-nonxt --soft"},
		exttest.Case{Rule: "-m ipv6header --header prot,none,esp,auth,frag,route,dst,hop", Save: "-m ipv6header --header hop-by-hop,ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt,protocol"},
		exttest.Case{Rule: "-m ipv6header --header 0,60,43,44,51,50,59,255", Save: "-m ipv6header --header hop-by-hop,ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt,protocol"},
		exttest.Case{Rule: "-m ipv6header --header hopopt,IPv6-Opts,IPv6-Route,IPv6-Frag,IPSEC-AH,IPSEC-ESP,IPv6-NoNxt", Save: "-m ipv6header --header hop-by-hop,ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt"},
		exttest.Case{Rule: "-m ipv6header --header dst,,dst", Save: "-m ipv6header --header ipv6-opts"},
		exttest.Case{Rule: "-m ipv6header --header HOP", Err: "is no extension header"},
		exttest.Case{Rule: "-m ipv6header --header tcp", Err: "is no extension header"},
		exttest.Case{Rule: "-m ipv6header --header dst,6", Err: `"6" is no extension header`},
		exttest.Case{Rule: "-m ipv6header --soft", Err: "has no --header"},
		exttest.Case{Rule: "-m ipv6header --header dst --header hop", Err: "given twice"},
		exttest.Case{Rule: "-m ipv6header ! --soft --header dst", Err: "cannot be negated"},
	))
}

func TestEUI64(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m eui64"},
		exttest.Case{Rule: "-m eui64", Chain: "FORWARD"},
		exttest.Case{Rule: "-m eui64", Table: "raw", Chain: "PREROUTING"},
		exttest.Case{Rule: "-m eui64", Chain: "OUTPUT", Err: "cannot stand in chain OUTPUT"},
		exttest.Case{Rule: "-m eui64", Table: "mangle", Chain: "POSTROUTING", Err: "cannot stand in chain POSTROUTING"},
		exttest.Case{Rule: "-m eui64 --foo", Err: "unknown option"},
	))
}
