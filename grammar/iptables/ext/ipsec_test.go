package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// in gives all cases a family.
func in(f ast.Family, cases ...exttest.Case) []exttest.Case {
	for i := range cases {
		cases[i].Family = f
	}
	return cases
}

const (
	lostFullRange = "iptables-save 1.8.9 leaves out the negated full range, and so widens the rule"
	lostOrder     = "iptables 1.8.9 takes a reversed range, 1.8.10 refuses it"
)

func TestAH(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP,
		exttest.Case{Rule: "-p ah -m ah"},
		exttest.Case{Rule: "-p 51 --ahspi 0x10", Save: "-p ah -m ah --ahspi 16"},
		exttest.Case{Rule: "-p ah -m ah ! --ahspi 500:600"},
		exttest.Case{Rule: "-p ah -m ah --ahspi :", Save: "-p ah -m ah"},
		exttest.Case{Rule: "-p ah -m ah ! --ahspi :", Save: "-p ah -m ah ! --ahspi 0:4294967295", Stock: lostFullRange},
		exttest.Case{Rule: "-p ah -m ah ! --ahspi 5:", Save: "-p ah -m ah ! --ahspi 5:4294967295"},
		exttest.Case{Rule: "-p ah -m ah --ahspi 6:5", Err: "reversed", Stock: lostOrder},
		exttest.Case{Rule: "-p ah -m ah --ahspi 4294967296", Err: "not valid"},
		exttest.Case{Rule: "-p ah -m ah --ahspi 5 --ahspi 6", Err: "given twice"},
		exttest.Case{Rule: "-p ah -m ah --ahlen 8", Err: "unknown option"},
		exttest.Case{Rule: "-m ah --ahspi 5", Err: "needs a protocol"},
		exttest.Case{Rule: "-p esp -m ah", Err: "needs a protocol"},
	))
}

func TestAH6(t *testing.T) {
	exttest.Run(t, in(ast.FamilyIP6,
		exttest.Case{Rule: "-m ah"},
		exttest.Case{Rule: "-p ah --ahspi 5", Save: "-p ah -m ah --ahspi 5"},
		exttest.Case{Rule: "-m ah --ahres --ahlen 12 ! --ahspi 5", Save: "-m ah ! --ahspi 5 --ahlen 12 --ahres"},
		exttest.Case{Rule: "-m ah ! --ahlen 120"},
		exttest.Case{Rule: "-m ah --ahlen 0", Save: "-m ah"},
		exttest.Case{Rule: "-m ah ! --ahlen 0"},
		exttest.Case{Rule: "-m ah --ahspi 0:4294967295", Save: "-m ah"},
		exttest.Case{Rule: "-m ah ! --ahspi :", Save: "-m ah ! --ahspi 0:4294967295", Stock: lostFullRange},
		exttest.Case{Rule: "-m ah --ahspi :3", Save: "-m ah --ahspi 0:3"},
		exttest.Case{Rule: "-m ah --ahspi 3:3", Save: "-m ah --ahspi 3"},
		exttest.Case{Rule: "-m ah ! --ahres", Err: "cannot be negated"},
		exttest.Case{Rule: "-m ah --ahlen 1:2", Err: "not valid"},
		exttest.Case{Rule: "-m ah --ahspi 0:invalid", Err: "not valid"},
		exttest.Case{Rule: "-m ah --ahspi", Err: "has no argument"},
		exttest.Case{Rule: "-m ah --ahspi 4:3", Err: "reversed", Stock: lostOrder},
	))
}

func TestESP(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p esp -m esp"},
		{Rule: "-p 50 --espspi 0", Save: "-p esp -m esp --espspi 0"},
		{Rule: "-p esp -m esp ! --espspi 5:6"},
		{Rule: "-p esp -m esp --espspi :", Save: "-p esp -m esp"},
		{Rule: "-p esp -m esp ! --espspi :", Save: "-p esp -m esp ! --espspi 0:4294967295", Stock: lostFullRange},
		{Rule: "-p esp -m esp --espspi 6:5", Err: "reversed", Stock: lostOrder},
		{Rule: "-m esp", Err: "needs a protocol"},
	}...))
}

func TestIPComp(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-p ipcomp -m ipcomp", Save: "-p ipcomp -m ipcomp --ipcompspi 0"},
		{Rule: "-p ipcomp -m ipcomp --compres", Save: "-p ipcomp -m ipcomp --ipcompspi 0 --compres"},
		{Rule: "-p ipcomp --ipcompspi 18", Save: "-p ipcomp -m ipcomp --ipcompspi 18"},
		{Rule: "-p 108 -m ipcomp --compres ! --ipcompspi 5:6", Save: "-p ipcomp -m ipcomp ! --ipcompspi 5:6 --compres"},
		{Rule: "-p ipcomp -m ipcomp --ipcompspi 70000"},
		{Rule: "-p ipcomp -m ipcomp --ipcompspi :", Save: "-p ipcomp -m ipcomp --ipcompspi 0:4294967295", Stock: "iptables-save leaves it out, and what it prints is loaded as --ipcompspi 0"},
		{Rule: "-p ipcomp -m ipcomp ! --ipcompspi :", Save: "-p ipcomp -m ipcomp ! --ipcompspi 0:4294967295", Stock: lostFullRange},
		{Rule: "-p ipcomp -m ipcomp --ipcompspi 6:5", Err: "reversed", Stock: lostOrder},
		{Rule: "-p ipcomp -m ipcomp ! --compres", Err: "cannot be negated"},
		{Rule: "-m ipcomp", Err: "needs a protocol"},
	}...))
}

func TestPolicy(t *testing.T) {
	exttest.Run(t, lean([]exttest.Case{
		{Rule: "-m policy --dir in --pol ipsec"},
		{Rule: "-m policy --dir in --pol none"},
		{Rule: "-m policy --dir in", Save: "-m policy --dir in --pol ipsec"},
		{Rule: "-m policy --dir out --pol ipsec", Chain: "FORWARD"},
		{Rule: "-m policy --dir in --pol ipsec", Chain: "FORWARD"},
		{Rule: "-m policy --dir in --pol ipsec ! --reqid 0x10", Save: "-m policy --dir in --pol ipsec ! --reqid 16"},
		{Rule: "-m policy --dir in --pol ipsec ! --spi 10 ! --proto 50 ! --mode transport", Save: "-m policy --dir in --pol ipsec ! --spi 0xa ! --proto esp ! --mode transport"},
		{Rule: "-m policy --proto ipcomp --dir in --pol ipsec", Save: "-m policy --dir in --pol ipsec --proto ipcomp"},
		{Rule: "-m policy --dir in --pol none --reqid 1", Save: "-m policy --dir in --pol none"},
		{
			Rule: "-m policy --dir in --pol ipsec --reqid 1 --next --strict --spi 5 --next --mode tunnel --next --proto ah",
			Save: "-m policy --dir in --pol ipsec --strict --reqid 1 --next --spi 0x5 --next --mode tunnel --next --proto ah",
		},
		{
			Rule: "-m policy --dir in --pol ipsec --tunnel-src 192.0.2.77/24 --mode tunnel --proto esp --spi 0x10 --reqid 5 ! --tunnel-dst 198.51.100.1", Family: ast.FamilyIP,
			Save: "-m policy --dir in --pol ipsec --reqid 5 --spi 0x10 --proto esp --mode tunnel ! --tunnel-dst 198.51.100.1 --tunnel-src 192.0.2.77/24",
		},
		{Rule: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-src 0.0.0.0/0", Family: ast.FamilyIP},
		{Rule: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-src 192.0.2.1/255.0.255.0", Family: ast.FamilyIP, Stock: "iptables-save loses a mask that is no prefix"},
		{Rule: "-m policy --dir in --pol ipsec --strict --reqid 1 --spi 0x1 --proto esp --mode tunnel --tunnel-dst 2001:db8::/32 --tunnel-src 2001:db8::/32 --next --reqid 2", Family: ast.FamilyIP6},
		{Rule: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-dst 2001:db8::1/128", Save: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-dst 2001:db8::1", Family: ast.FamilyIP6},

		{Rule: "-m policy --pol ipsec", Err: "policy has no --dir"},
		{Rule: "-m policy --dir foo --pol ipsec", Err: "in or out"},
		{Rule: "-m policy --dir in --pol ipsek", Err: `did you mean "ipsec"?`},
		{Rule: "-m policy ! --dir in --pol ipsec", Err: "cannot be negated"},
		{Rule: "-m policy --dir in --dir out", Err: "given twice"},
		{Rule: "-m policy --dir in --pol none --strict", Err: "--strict cannot stand with --pol none"},
		{Rule: "-m policy --dir in --pol ipsec --strict", Err: "element of the policy is empty"},
		{Rule: "-m policy --dir in --pol ipsec --strict --next --reqid 2", Err: "element of the policy is empty"},
		{Rule: "-m policy --dir in --pol ipsec --strict --reqid 2 --next", Err: "element of the policy is empty"},
		{Rule: "-m policy --dir in --pol ipsec --reqid 1 --next --reqid 2", Err: "--next needs --strict"},
		{Rule: "-m policy --dir in --pol ipsec --reqid 1 --reqid 2", Err: "given twice for an element"},
		{Rule: "-m policy --dir in --pol ipsec --proto tcp", Err: "ah, esp or ipcomp"},
		{Rule: "-m policy --dir in --pol ipsec --mode foo", Err: "transport or tunnel"},
		{Rule: "-m policy --dir in --pol ipsec --spi 4294967296", Err: "not valid"},
		{Rule: "-m policy --dir in --pol ipsec --tunnel-src 192.0.2.1", Err: "is for tunnels", Family: ast.FamilyIP},
		{Rule: "-m policy --dir in --pol ipsec --mode transport --tunnel-src 192.0.2.1", Err: "is for tunnels", Family: ast.FamilyIP},
		{Rule: "-m policy --dir in --pol ipsec ! --mode tunnel --tunnel-dst 192.0.2.1", Err: "is for tunnels", Family: ast.FamilyIP},
		{Rule: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-dst 2001:db8::1", Err: "not valid", Family: ast.FamilyIP},
		{Rule: "-m policy --dir in --pol ipsec --mode tunnel --tunnel-dst 2001:db8::1/129", Err: "is no mask", Family: ast.FamilyIP6},
		{Rule: "-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4 --next --reqid 5", Err: "more than 4 elements"},
		{Rule: "-m policy --dir out --pol ipsec", Err: "--dir out cannot stand in chain INPUT"},
		{Rule: "-m policy --dir in --pol ipsec", Chain: "OUTPUT", Err: "--dir in cannot stand in chain OUTPUT"},
		{Rule: "-m policy --dir out --pol ipsec", Table: "mangle", Chain: "PREROUTING", Err: "cannot stand"},
		{Rule: "-m policy --dir in --pol ipsec", Table: "mangle", Chain: "POSTROUTING", Err: "cannot stand"},
	}...))
}
