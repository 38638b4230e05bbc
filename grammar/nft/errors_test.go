package nft

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// errorCases are rules with an error, and what is told of it: the text that it
// is about, and what is said.
var errorCases = []struct {
	family ast.Family
	rule   string
	at     string
	say    string
}{
	{ast.FamilyInet, "tcp dprot 22 accept", "dprot",
		`unexpected "dprot"; expected a field of tcp: ackseq, checksum, doff, dport, flags, reserved, sequence, sport, urgptr, window; did you mean "dport"?`},
	{ast.FamilyInet, "tcp dport 22 acept", "acept",
		`unexpected "acept"; expected a statement, or an expression such as ip saddr; did you mean "accept"?`},
	{ast.FamilyInet, "tcp dport htpp accept", "htpp",
		`"htpp" is not a port; expected a port, or the name of a service; did you mean "http"?`},
	{ast.FamilyInet, "tcp dport accept", "accept",
		`unexpected "accept"; expected a port, or the name of a service`},
	{ast.FamilyInet, "tcp dport 65536", "65536",
		"65536 is too large; expected a port from 0 to 65535"},
	{ast.FamilyInet, "ct state establised accept", "establised",
		`"establised" is not a conntrack state; expected one of invalid, established, related, new, untracked; did you mean "established"?`},
	{ast.FamilyInet, "ct state new,relatd accept", "relatd",
		`"relatd" is not a conntrack state; expected one of invalid, established, related, new, untracked; did you mean "related"?`},
	{ast.FamilyInet, "tcp dport 22,80 accept", ",",
		"a list a,b is only for sets of bits, such as ct state; expected a set: { a, b }"},
	{ast.FamilyInet, "ip saddr 2001:db8::1", "2001:db8::1",
		"2001:db8::1 is an IPv6 address; expected an IPv4 address"},
	{ast.FamilyInet, "ip saddr 192.0.2.300", "192.0.2.300",
		`"192.0.2.300" is no IPv4 address; expected four numbers from 0 to 255; one that begins with 0 is octal`},
	{ast.FamilyInet, "ip saddr 192.0.2.0/33", "33",
		"a prefix of 33 bits is longer than the address; expected at most 32"},
	{ast.FamilyInet, "tcp dport 90-80", "90-80",
		"the range is reversed; expected the lower value first"},
	{ast.FamilyInet, "tcp dport { 22, 80", "",
		"unexpected end of the statement; expected , or }"},
	{ast.FamilyInet, "tcp dport { }", "{ }",
		"the set is empty; expected an element"},
	{ast.FamilyInet, "tcp dport { 22 : accept }", ":",
		"an element of a set has no value; expected , or }"},
	{ast.FamilyInet, "tcp dport vmap { 22 }", "}",
		`unexpected "}"; expected : and a verdict`},
	{ast.FamilyInet, "tcp dport vmap { 22 : acept }", "acept",
		`unexpected "acept"; expected a verdict: accept, drop, continue, return, jump, goto; did you mean "accept"?`},
	{ast.FamilyInet, "tcp dport vmap { 1-5 : accept, 3 : drop }", "3 : drop",
		"the element covers keys that another element of the map covers too; expected keys of its own"},
	{ast.FamilyInet, "ip saddr . tcp dport { 192.0.2.1 }", "192.0.2.1",
		"the key has 1 of 2 parts; expected an IPv4 address . a port"},
	{ast.FamilyInet, "ip saddr . tcp dport { 192.0.2.1 . 22 . 5 }", "5",
		"the key has more than 2 parts; expected an IPv4 address . a port"},
	{ast.FamilyInet, "tcp dport 22 udp dport 53", "udp dport",
		"udp does not go with tcp, which the rule is about"},
	{ast.FamilyIP, "ip6 saddr ::1", "ip6 saddr",
		"ip6 cannot be matched in a table of family ip"},
	{ast.FamilyInet, "log prefix \"no end", "\"",
		`the quoted text has no end; expected another " in the same statement`},
	{ast.FamilyInet, "iifname *", "*",
		"a name that is a wildcard alone matches everything; expected the name of an interface, or no match at all"},
	{ast.FamilyInet, "iifname abcdefghijklmnopq", "abcdefghijklmnopq",
		`"abcdefghijklmnopq" is 17 bytes long; expected at most 15`},
	{ast.FamilyInet, "limit rate 10/fortnight", "fortnight",
		`unexpected "fortnight"; expected a unit of time: second, minute, hour, day, week`},
	{ast.FamilyInet, "limit rate 10/second burst 5 kbytes", "kbytes",
		`unexpected "kbytes"; expected packets, as the rate counts them`},
	{ast.FamilyInet, "dnat to 192.0.2.1", "192.0.2.1",
		"in a table of family inet the family of the address must be said; expected dnat ip to or dnat ip6 to, or a match on the family before it"},
	{ast.FamilyInet, "redirect to :80", "redirect to :80",
		"redirect to a port needs a match on the transport protocol before it; expected a match such as meta l4proto tcp, or tcp dport 80"},
	{ast.FamilyInet, "drop accept", "accept",
		`this stands behind "drop", and so has no effect; expected the end of the rule`},
	{ast.FamilyInet, "ip saddr $lan drop", "$lan",
		`unknown variable $lan; expected one that a define gives a value; did you mean "$lan4"?`},
	{ast.FamilyInet, "ip saddr @net4 drop", "net4",
		"the keys of net4 are of type ipv6_addr; expected a set of type ipv4_addr"},
	{ast.FamilyInet, "ct original mark 5", "ct original mark",
		"ct mark has no direction; expected ct mark"},
	{ast.FamilyInet, "ct proto-src 5", "ct proto-src",
		"ct proto-src needs a direction; expected ct original proto-src or ct reply proto-src"},
	{ast.FamilyInet, "ct original saddr 192.0.2.1", "ct original saddr",
		"the family of the address is not said; expected ip saddr or ip6 saddr"},
	{ast.FamilyInet, "meta iifnam \"eth0\"", "iifnam",
		`unexpected "iifnam"; expected a key of meta, such as mark, iifname or l4proto; did you mean "iifname"?`},
	{ast.FamilyInet, "ip ttl set { 1, 2 }", "{",
		"a set cannot stand here; expected one value"},
	{ast.FamilyInet, "meta l4proto set 5", "meta l4proto",
		`"meta l4proto" cannot be set; expected mark, priority, pkttype, nftrace, broute or secmark`},
	{ast.FamilyInet, "jump", "",
		"unexpected end of the statement; expected the name of a chain"},
	{ast.FamilyInet, "reject with icmp no-route", "no-route",
		`"no-route" is not an ICMP code; expected one of net-unreachable, host-unreachable, prot-unreachable, port-unreachable, frag-needed, net-prohibited, host-prohibited, admin-prohibited`},
	{ast.FamilyInet, "udp dport 53 reject with tcp reset", "reject with tcp reset",
		"a TCP reset cannot answer udp; expected a rule that is about tcp alone"},
	{ast.FamilyInet, "tcp option maxseg sise 5", "sise",
		`unexpected "sise"; expected a field: size, length; or exists or missing; did you mean "size"?`},
	{ast.FamilyInet, "fib oif type local", "oif",
		"fib has no address to look up; expected saddr or daddr"},
	{ast.FamilyInet, "log level audit prefix \"x\"", "log level audit prefix \"x\"",
		"log level audit goes with no other option"},
	{ast.FamilyInet, "meta mark exists", "exists",
		"only the presence of something exists or is missing; expected a mark"},
	{ast.FamilyInet, "tcp dport ! 22", "22",
		"! is only for sets of bits, such as ct status; expected !="},
	{ast.FamilyInet, "tcp dport \x00", "\x00",
		"unexpected character \"\\x00\"; expected a port, or the name of a service"},
	{ast.FamilyInet, "ip saddr ünder", "ü",
		`unexpected character "ü"; expected an IPv4 address`},
	{ast.FamilyInet, "99999999999999999999", "99999999999999999999",
		`"99999999999999999999" is no statement, and nothing that can be matched; expected a statement, or an expression such as ip saddr`},
	{ast.FamilyInet, "meta mark 99999999999999999999", "99999999999999999999",
		"99999999999999999999 is too large; expected a mark from 0 to 4294967295"},
	{ast.FamilyInet, "meta mark 0x1ffffffff", "0x1ffffffff",
		"0x1ffffffff is too large; expected a mark from 0 to 4294967295"},
	{ast.FamilyInet, "tcp dport 08x", "08x",
		`"08x" is not a port; expected a port, or the name of a service`},
	{ast.FamilyInet, "foo", "foo",
		`unexpected "foo"; expected a statement, or an expression such as ip saddr`},
	{ast.FamilyInet, "22", "22",
		`"22" is no statement, and nothing that can be matched; expected a statement, or an expression such as ip saddr`},
	{ast.FamilyInet, "accept comment \"x\" drop", "drop",
		`unexpected "drop"; expected the end of the statement behind the comment`},
	{ast.FamilyBridge, "dup to 192.0.2.1", "dup to 192.0.2.1",
		"dup to an address cannot stand in a table of family bridge; expected a table of family ip or ip6"},
	{ast.FamilyInet, "ct status set snat", "ct status",
		`"ct status" cannot be set; expected ct mark, label, zone, event, helper, timeout, expectation or secmark`},
	{ast.FamilyInet, "ip saddr != { 192.0.2.1, 192.0.2.1.5 }", "192.0.2.1.5",
		`"192.0.2.1.5" is no IPv4 address; expected four numbers from 0 to 255; one that begins with 0 is octal`},
	{ast.FamilyInet, "numgen inc mod 0 0", "0",
		"a modulus of 0 leaves no number; expected at least 1"},
	{ast.FamilyInet, "ip saddr 192.0.2.1 comment \"" + strings.Repeat("x", 200) + "\"", "\"" + strings.Repeat("x", 200) + "\"",
		"the comment is 200 bytes long; expected at most 128"},
	{ast.FamilyInet, "meta mark " + strings.Repeat("(", 1000) + "1", "(",
		"brackets or variables lie more than 100 deep in each other"},
	{ast.FamilyInet, "tcp dport " + strings.Repeat("{", 100_000), "{",
		"brackets or variables lie more than 100 deep in each other"},
	{ast.FamilyInet, strings.Repeat("jump {", 1000), "{",
		"brackets or variables lie more than 100 deep in each other"},
}

func TestErrors(t *testing.T) {
	for _, c := range errorCases {
		sc := &scope{
			table: &ast.Table{Family: c.family, Sets: []*ast.Set{{Name: "net4", Key: []ast.Type{ast.TypeIPv6Addr}}}},
			seq:   1,
			vars:  &variables{names: map[string][]*define{"lan4": {{name: "lan4", text: "192.0.2.0/24", base: 1}}}},
		}
		var p ruleParser
		p.parseRule(c.rule, spanBase, sc)
		if len(p.errs) != 1 {
			t.Errorf("%s: %d errors", clip(c.rule), len(p.errs))
			continue
		}
		e := p.errs[0]
		if at := c.rule[e.From-spanBase : e.To-spanBase]; at != c.at {
			t.Errorf("%s: the error is at %q, not %q", clip(c.rule), clip(at), clip(c.at))
		}
		if e.Error() != c.say {
			t.Errorf("%s\ngot  %s\nwant %s", clip(c.rule), e, c.say)
		}
	}
}
