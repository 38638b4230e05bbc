package ext_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

func TestRejectTarget(t *testing.T) {
	const v4, v6 = ast.FamilyIP, ast.FamilyIP6
	with := func(f ast.Family, word, saved, dump string) exttest.Case {
		return exttest.Case{Family: f, Rule: "-j REJECT --reject-with " + word, Save: "-j REJECT --reject-with " + saved, AST: dump}
	}
	exttest.Run(t, []exttest.Case{
		{Family: v4, Rule: "-j REJECT", Save: "-j REJECT --reject-with icmp-port-unreachable", AST: `(reject icmp 3)`},
		{Family: v6, Rule: "-j REJECT", Save: "-j REJECT --reject-with icmp6-port-unreachable", AST: `(reject icmpv6 4)`},
		with(v4, "net-unreach", "icmp-net-unreachable", `(reject icmp 0)`),
		with(v4, "host-unreach", "icmp-host-unreachable", `(reject icmp 1)`),
		with(v4, "proto-unreach", "icmp-proto-unreachable", `(reject icmp 2)`),
		with(v4, "port-unreach", "icmp-port-unreachable", `(reject icmp 3)`),
		with(v4, "net-prohib", "icmp-net-prohibited", `(reject icmp 9)`),
		with(v4, "host-prohib", "icmp-host-prohibited", `(reject icmp 10)`),
		with(v4, "admin-prohib", "icmp-admin-prohibited", `(reject icmp 13)`),
		// The first type that begins so is meant, in any case.
		with(v4, "ICMP", "icmp-net-unreachable", `(reject icmp 0)`),
		with(v4, "p", "icmp-proto-unreachable", `(reject icmp 2)`),
		with(v6, "no-route", "icmp6-no-route", `(reject icmpv6 0)`),
		with(v6, "adm-prohibited", "icmp6-adm-prohibited", `(reject icmpv6 1)`),
		with(v6, "addr-unreach", "icmp6-addr-unreachable", `(reject icmpv6 3)`),
		with(v6, "port-unreach", "icmp6-port-unreachable", `(reject icmpv6 4)`),
		with(v6, "policy-fail", "icmp6-policy-fail", `(reject icmpv6 5)`),
		with(v6, "reject-route", "icmp6-reject-route", `(reject icmpv6 6)`),
		{Family: v4, Rule: "-p tcp -j REJECT --reject-with tcp-rst", Save: "-p tcp -j REJECT --reject-with tcp-reset", AST: `(match meta.l4proto == 6) (reject "tcp reset" 0)`},
		{Family: v6, Rule: "-p tcp -j REJECT --reject-with tcp-reset", AST: `(match meta.l4proto == 6) (reject "tcp reset" 0)`},

		{Rule: "-p udp -j REJECT --reject-with tcp-reset", Err: "tcp-reset needs a protocol; expected -p tcp"},
		{Family: v4, Rule: "! -p tcp -j REJECT --reject-with tcp-reset", Err: "tcp-reset needs a protocol"},
		{Family: v4, Rule: "-j REJECT --reject-with echo-reply", Err: `"echo-reply" is no type of answer`},
		{Family: v4, Rule: "-j REJECT --reject-with icmp-port-unreachabel", Err: `did you mean "icmp-port-unreachable"?`},
		{Family: v6, Rule: "-j REJECT --reject-with icmp-port-unreachable", Err: `did you mean "icmp6-port-unreachable"?`},
		{Family: v6, Rule: "-p tcp -j REJECT --reject-with tcp-rst", Err: `did you mean "tcp-reset"?`},
		{Family: v4, Rule: `-j REJECT --reject-with ""`, Err: "is no type of answer", Stock: "the empty word is the beginning of the first type to them"},
		{Family: v4, Table: "mangle", Rule: "-j REJECT", Err: "cannot stand in table mangle"},
	})
}
