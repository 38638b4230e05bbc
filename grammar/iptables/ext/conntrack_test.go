package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// later is why 1.8.9 is not asked.
const later = "1.8.9 takes what later releases refuse"

func TestConntrack(t *testing.T) {
	const ct = "-m conntrack "
	exttest.Run(t, []exttest.Case{
		{Rule: ct + "--ctstate NEW"},
		{Rule: ct + "--ctstate est,New", Save: ct + "--ctstate NEW,ESTABLISHED", Family: ast.FamilyIP},
		{Rule: ct + "! --ctstate DNAT,SNAT,UNTRACKED,ESTABLISHED,RELATED,INVALID,N", Save: ct + "! --ctstate INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED,SNAT,DNAT", Family: ast.FamilyIP},
		{Rule: ct + "--ctstate NEWER", Err: `"NEWER" is none of the states`, Family: ast.FamilyIP},
		{Rule: ct + "--ctstate NEW,", Err: `"" is none of the states`, Family: ast.FamilyIP},
		{Rule: ct + "--ctstate NEW --ctstate NEW", Err: "given twice", Family: ast.FamilyIP},
		{Rule: ct, Err: "no option that says what to do", Family: ast.FamilyIP},

		{Rule: ct + "--ctstatus NONE", Family: ast.FamilyIP},
		{Rule: ct + "! --ctstatus NONE,CONF,ass,EXPECTED,SEEN_REPLY", Save: ct + "! --ctstatus EXPECTED,SEEN_REPLY,ASSURED,CONFIRMED", Family: ast.FamilyIP6},

		{Rule: ct + "! --ctproto TCP", Save: ct + "! --ctproto 6", Family: ast.FamilyIP},
		{Rule: ct + "--ctproto 0", Err: "no connection has protocol 0", Family: ast.FamilyIP, Stock: later},
		{Rule: ct + "--ctproto 256", Err: `unknown protocol "256"`, Family: ast.FamilyIP},

		{Rule: ct + "--ctorigsrc 192.0.2.1/255.255.255.0", Save: ct + "--ctorigsrc 192.0.2.1/24", Family: ast.FamilyIP},
		{Rule: ct + "! --ctorigdst 10.1", Save: ct + "! --ctorigdst 10.0.0.1", Family: ast.FamilyIP},
		{Rule: ct + "--ctreplsrc 0x0a000001/0", Save: ct + "--ctreplsrc 10.0.0.1/0", Family: ast.FamilyIP},
		{Rule: ct + "--ctorigsrc 192.0.2.1/255.0.255.0", Family: ast.FamilyIP, Stock: "1.8.9 takes the mask for /32"},
		{Rule: ct + "--ctorigsrc 192.0.2.1/33", Err: `"33" is no mask`, Family: ast.FamilyIP, Stock: "takes it for the mask 0.0.0.33"},
		{Rule: ct + "--ctorigsrc gateway.example/24", Family: ast.FamilyIP, Stock: "looks the name up"},
		{Rule: ct + "--ctorigsrc 2001:db8::1", Err: "no IPv4 address", Family: ast.FamilyIP},
		{Rule: ct + "--ctorigsrc 192.0.2.1,192.0.2.2", Err: "neither an address nor", Family: ast.FamilyIP},
		{Rule: ct + "--ctrepldst 2001:db8::1/ffff:ffff::", Save: ct + "--ctrepldst 2001:db8::1/32", Family: ast.FamilyIP6},
		{Rule: ct + "--ctrepldst 192.0.2.1", Err: "an IPv4 address in an IPv6 rule", Family: ast.FamilyIP6},

		{Rule: ct + "--ctorigsrcport domain:http", Save: ct + "--ctorigsrcport 53:80", Family: ast.FamilyIP},
		{Rule: ct + "--ctorigdstport 010:", Save: ct + "--ctorigdstport 10:65535", Family: ast.FamilyIP},
		{Rule: ct + "! --ctreplsrcport :", Save: ct + "! --ctreplsrcport 0:65535", Family: ast.FamilyIP},
		{Rule: ct + "--ctrepldstport 4:4", Save: ct + "--ctrepldstport 4", Family: ast.FamilyIP6},
		{Rule: ct + "--ctrepldstport 4:3", Err: "reversed", Family: ast.FamilyIP, Stock: later},
		{Rule: ct + "--ctrepldstport 0x50", Err: "is no port", Family: ast.FamilyIP},
		{Rule: ct + "--ctrepldstport 65536", Err: "is no port", Family: ast.FamilyIP, Stock: "cuts the number to 16 bits"},

		{Rule: ct + "! --ctexpire 3:", Save: ct + "! --ctexpire 3:4294967295", Family: ast.FamilyIP},
		{Rule: ct + "--ctexpire 4:3", Err: "reversed", Family: ast.FamilyIP, Stock: later},
		{Rule: ct + "--ctexpire 4294967296", Err: "not valid", Family: ast.FamilyIP},

		{Rule: ct + "--ctdir reply", Save: ct + "--ctdir REPLY", Family: ast.FamilyIP},
		{Rule: ct + "! --ctdir REPLY", Err: "cannot be negated", Family: ast.FamilyIP},
		{Rule: ct + "--ctdir repl", Err: "is not a direction", Family: ast.FamilyIP},

		{
			Rule:   ct + "--ctdir REPLY --ctexpire 1 --ctstatus ASSURED --ctrepldstport 4 --ctreplsrcport 3 --ctorigdstport 2 --ctorigsrcport 1 --ctrepldst 192.0.2.4 --ctreplsrc 192.0.2.3 --ctorigdst 192.0.2.2 --ctorigsrc 192.0.2.1 --ctproto 6 --ctstate NEW",
			Save:   ct + "--ctstate NEW --ctproto 6 --ctorigsrc 192.0.2.1 --ctorigdst 192.0.2.2 --ctreplsrc 192.0.2.3 --ctrepldst 192.0.2.4 --ctorigsrcport 1 --ctorigdstport 2 --ctreplsrcport 3 --ctrepldstport 4 --ctstatus ASSURED --ctexpire 1 --ctdir REPLY",
			Family: ast.FamilyIP,
		},
	})
}

// What a conntrack match means where it is not plain. The kernel was asked: a
// UDP packet of a tracked connection, and one that is untracked.
func TestConntrackMeaning(t *testing.T) {
	for _, c := range []struct{ name, options, ast string }{
		{"states", "--ctstate RELATED,ESTABLISHED", `(match ct.state any 0x6)`},
		{"virtual states", "--ctstate SNAT,DNAT", `(match ct.status any 0x30)`},
		{"both fields", "--ctstate ESTABLISHED,DNAT", `(any-of [(match ct.state any 0x2)] [(match ct.status any 0x20)])`},
		{"not DNAT, which an untracked packet is not", "! --ctstate DNAT", `(none-of [(match ct.status any 0x20)])`},
		{"not both fields", "! --ctstate ESTABLISHED,DNAT", `(none-of [(match ct.state any 0x2)] [(match ct.status any 0x20)])`},
		{"not both fields, tracked alone", "! --ctstate INVALID,UNTRACKED,DNAT", `(match ct.state none 0x41) (match ct.status none 0x20)`},

		{"tracked states with another option", "--ctstate NEW --ctproto 6", `(match ct.state any 0x8) (match ct.protocol == 6)`},
		{"INVALID makes the other options idle", "--ctstate INVALID --ctproto 6", `(match ct.state any 0x1)`},
		{"and NEW does not", "--ctstate NEW,UNTRACKED --ctproto 6", `(any-of [(match ct.state any 0x40)] [(match ct.state any 0x8) (match ct.protocol == 6)])`},
		{"a negated state", "! --ctstate NEW --ctproto 6", `(any-of [(match ct.state any 0x41)] [(match ct.state none 0x49) (match ct.protocol == 6)])`},

		{"no status is never", "--ctstatus NONE", `(match ct.status any 0x0)`},
		{"not no status", "! --ctstatus NONE", `(match ct.status none 0x0)`},
		{"seconds", "--ctexpire 3:4", `(match ct.expiration == 3000-4999)`},
		{"not from a second on", "! --ctexpire 3:4294967295", `(match ct.expiration < 3000)`},
		{"a mask", "--ctorigsrc 192.0.2.77/24", `(match ct.original.ip.saddr == 192.0.2.0/24)`},
	} {
		exttest.Run(t, []exttest.Case{{Rule: "-m conntrack " + c.options, AST: c.ast, Family: ast.FamilyIP}})
	}
}
