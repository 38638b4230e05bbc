package nft

import (
	gotoken "go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/nfttest"
)

// mistakes are slips that people make, in a rule or in a whole script, and what is
// told of them. nft refuses all of them.
var mistakes = []struct {
	whole bool // else it is a rule
	text  string
	say   []string // each with the line and the column; a rule begins at 8:3
}{
	{false, `dport 22 accept`, []string{
		`8:3: unexpected "dport"; expected the protocol in front: tcp dport, udp dport or, for both, th dport`,
	}},
	{false, `sport 53 accept`, []string{
		`8:3: unexpected "sport"; expected the protocol in front: tcp sport, udp sport or, for both, th sport`,
	}},
	{false, `tcp port 22 accept`, []string{
		`8:7: unexpected "port"; expected sport or dport, or another field of tcp: ackseq, checksum, doff, dport, flags, reserved, sequence, sport, urgptr, window`,
	}},
	{false, `ip addr 192.0.2.1 drop`, []string{
		`8:6: unexpected "addr"; expected saddr or daddr, or another field of ip: checksum, daddr, dscp, ecn, frag-off, hdrlength, id, length, protocol, saddr, ttl, version`,
	}},
	{false, `ip address 192.0.2.1 drop`, []string{
		`8:6: unexpected "address"; expected saddr or daddr, or another field of ip: checksum, daddr, dscp, ecn, frag-off, hdrlength, id, length, protocol, saddr, ttl, version`,
	}},
	{false, `ip src 192.0.2.1 drop`, []string{
		`8:6: unexpected "src"; expected a field of ip: checksum, daddr, dscp, ecn, frag-off, hdrlength, id, length, protocol, saddr, ttl, version; did you mean "saddr"?`,
	}},
	{false, `saddr 192.0.2.1 drop`, []string{
		`8:3: unexpected "saddr"; expected the family in front: ip saddr or ip6 saddr`,
	}},
	{false, `daddr 192.0.2.1 drop`, []string{
		`8:3: unexpected "daddr"; expected the family in front: ip daddr or ip6 daddr`,
	}},
	{false, `-A INPUT -j ACCEPT`, []string{
		`8:3: "-A" is an option of iptables; expected the words of nft, such as tcp dport 22 accept`,
	}},
	{false, `-p tcp --dport 22 -j ACCEPT`, []string{
		`8:3: "-p" is an option of iptables; expected the words of nft, such as tcp dport 22 accept`,
	}},
	{false, `tcp dport 22 ACCEPT`, []string{
		`8:16: unexpected "ACCEPT"; expected a statement, or an expression such as ip saddr; did you mean "accept"?`,
	}},
	{false, `tcp dport 22 -j ACCEPT`, []string{
		`8:16: "-j" is an option of iptables; expected the words of nft, such as tcp dport 22 accept`,
	}},
	{false, `tcp dport 22 allow`, []string{
		`8:16: unexpected "allow"; expected accept`,
	}},
	{false, `tcp dport 22 deny`, []string{
		`8:16: unexpected "deny"; expected drop or reject`,
	}},
	{false, `DROP`, []string{
		`8:3: unexpected "DROP"; expected a statement, or an expression such as ip saddr; did you mean "drop"?`,
	}},
	{false, `tcp dport 22 jump`, []string{
		`8:20: unexpected end of the statement; expected the name of a chain`,
	}},
	{false, `ct state NEW accept`, []string{
		`8:12: "NEW" is not a conntrack state; expected one of invalid, established, related, new, untracked; did you mean "new"?`,
	}},
	{false, `ct state {established related} accept`, []string{
		`8:25: unexpected "related"; expected , or }`,
	}},
	{false, `state established accept`, []string{
		`8:3: unexpected "state"; expected ct state`,
	}},
	{false, `conntrack state new accept`, []string{
		`8:3: unexpected "conntrack"; expected ct state`,
	}},
	{false, `ip6 saddr @allowed drop`, []string{
		`8:14: the keys of allowed are of type ipv4_addr; expected a set of type ipv6_addr`,
	}},
	{false, `ip saddr 192.0.2.1/40 drop`, []string{
		`8:22: a prefix of 40 bits is longer than the address; expected at most 32`,
	}},
	{false, `ip saddr 192.0.2 drop`, []string{
		`8:12: "192.0.2" is no IPv4 address; expected four numbers from 0 to 255; one that begins with 0 is octal`,
	}},
	{false, `ip saddr 192.0.2.1,192.0.2.2 drop`, []string{
		`8:21: a list a,b is only for sets of bits, such as ct state; expected a set: { a, b }`,
	}},
	{false, `tcp dport 22 23 drop`, []string{
		`8:16: "23" is no statement, and nothing that can be matched; expected a statement, or an expression such as ip saddr`,
	}},
	{false, `tcp dport [22,23] drop`, []string{
		`8:13: unexpected "["; expected a port, or the name of a service`,
	}},
	{false, `tcp dport {22;23} drop`, []string{
		`8:16: unexpected ";"; expected , or }`,
	}},
	{false, `tcp dport 22-`, []string{
		`8:16: unexpected end of the statement; expected a port, or the name of a service`,
	}},
	{false, `tcp dport ssh,http accept`, []string{
		`8:16: a list a,b is only for sets of bits, such as ct state; expected a set: { a, b }`,
	}},
	{false, `tcp dport {22, 80 accept`, []string{
		`1:14: the { of table inet f is not closed; expected a } for it`,
		`8:21: unexpected "accept"; expected , or }`,
	}},
	{false, `tcp dport 22, accept`, []string{
		`8:15: a list a,b is only for sets of bits, such as ct state; expected a set: { a, b }`,
	}},
	{false, `tcp dport == 22 && ip saddr 192.0.2.1 accept`, []string{
		`8:20: unexpected "&"; expected the next condition without a word between them`,
	}},
	{false, `tcp dport 22 and ip saddr 192.0.2.1 accept`, []string{
		`8:20: unexpected "ip"; expected a port, or the name of a service`,
	}},
	{false, `iif "lo accept`, []string{
		`8:7: the quoted text is not closed; expected a " at its end`,
	}},
	{false, `iifname lo0:1 accept`, []string{
		`8:14: unexpected ":"; expected a value`,
	}},
	{false, `interface lo accept`, []string{
		`8:3: unexpected "interface"; expected iifname or oifname`,
	}},
	{false, `in lo accept`, []string{
		`8:3: unexpected "in"; expected iifname`,
	}},
	{false, `icmp echo-request accept`, []string{
		`8:8: unexpected "echo-request"; expected a field of icmp: checksum, code, gateway, id, mtu, sequence, type; did you mean "type echo-request"?`,
	}},
	{false, `icmpv6 type neighbour-solicit accept`, []string{
		`8:15: "neighbour-solicit" is not an ICMPv6 type`,
	}},
	{false, `proto tcp accept`, []string{
		`8:3: unexpected "proto"; expected meta l4proto`,
	}},
	{false, `protocol tcp accept`, []string{
		`8:3: unexpected "protocol"; expected meta protocol`,
	}},
	{false, `ip proto tcp accept`, []string{
		`8:6: unexpected "proto"; expected a field of ip: checksum, daddr, dscp, ecn, frag-off, hdrlength, id, length, protocol, saddr, ttl, version; did you mean "protocol"?`,
	}},
	{false, `meta proto tcp accept`, []string{
		`8:8: unexpected "proto"; expected a key of meta, such as mark, iifname or l4proto; did you mean "nfproto"?`,
	}},
	{false, `tcp accept`, []string{
		`8:7: unexpected "accept"; expected a field of tcp: ackseq, checksum, doff, dport, flags, reserved, sequence, sport, urgptr, window`,
	}},
	{false, `udp drop`, []string{
		`8:7: unexpected "drop"; expected a field of udp: checksum, dport, length, sport`,
	}},
	{false, `log "x" drop`, []string{
		`8:7: "\"x\"" is no statement, and nothing that can be matched; expected log prefix "x"`,
	}},
	{false, `log prefix x y drop`, []string{
		`8:16: unexpected "y"; expected a statement, or an expression such as ip saddr`,
	}},
	{false, `log-prefix "x"`, []string{
		`8:3: unexpected "log-prefix"; expected log prefix`,
	}},
	{false, `limit 5/second accept`, []string{
		`8:9: unexpected "5"; expected rate, or name`,
	}},
	{false, `limit rate 5 accept`, []string{
		`8:16: unexpected "accept"; expected a unit, or /second: bytes, kbytes, mbytes`,
	}},
	{false, `limit rate 5/sec accept`, []string{
		`8:16: unexpected "sec"; expected a unit of time: second, minute, hour, day, week`,
	}},
	{false, `limit rate 5 per second accept`, []string{
		`8:16: unexpected "per"; expected a unit, or /second: bytes, kbytes, mbytes`,
	}},
	{false, `reject with tcp-reset`, []string{
		`8:15: unexpected "tcp-reset"; expected an answer: icmp, icmpv6, icmpx, tcp reset; did you mean "tcp reset"?`,
	}},
	{false, `reject with icmp-port-unreachable`, []string{
		`8:15: unexpected "icmp-port-unreachable"; expected an answer: icmp, icmpv6, icmpx, tcp reset`,
	}},
	{false, `reject with icmp type port-unreach`, []string{
		`8:25: "port-unreach" is not an ICMP code; expected one of net-unreachable, host-unreachable, prot-unreachable, port-unreachable, frag-needed, net-prohibited, host-prohibited, admin-prohibited`,
	}},
	{false, `counter accpet`, []string{
		`8:11: unexpected "accpet"; expected a statement, or an expression such as ip saddr; did you mean "accept"?`,
	}},
	{false, `acept`, []string{
		`8:3: unexpected "acept"; expected a statement, or an expression such as ip saddr; did you mean "accept"?`,
	}},
	{false, `accept drop`, []string{
		`8:10: this stands behind "accept", and so has no effect; expected the end of the rule`,
	}},
	{false, `snat 192.0.2.1`, []string{
		`8:8: in a table of family inet the family of the address must be said; expected snat ip to or snat ip6 to, or a match on the family before it`,
	}},
	{false, `dnat to 192.0.2.1`, []string{
		`8:11: in a table of family inet the family of the address must be said; expected dnat ip to or dnat ip6 to, or a match on the family before it`,
	}},
	{false, `redirect 8080`, []string{
		`8:12: "8080" is no statement, and nothing that can be matched; expected redirect to :8080`,
	}},
	{false, `meta mark 5 set`, []string{
		`8:18: unexpected end of the statement; expected what to do with a set: add, update, delete`,
	}},
	{false, `set mark 5`, []string{
		`8:7: unexpected "mark"; expected what to do with a set: add, update, delete`,
	}},
	{false, `ct mark = 5`, []string{
		`8:11: unexpected "="; expected the value right behind the field, ==, or set to change it`,
	}},
	{false, `tcp flags SYN accept`, []string{
		`8:13: "SYN" is not a TCP flag; expected one of fin, syn, rst, psh, ack, urg, ecn, cwr; did you mean "syn"?`,
	}},
	{false, `tcp flag syn accept`, []string{
		`8:7: unexpected "flag"; expected a field of tcp: ackseq, checksum, doff, dport, flags, reserved, sequence, sport, urgptr, window; did you mean "flags"?`,
	}},
	{false, `ether addr aa:bb:cc:dd:ee:ff`, []string{
		`8:9: unexpected "addr"; expected saddr or daddr, or another field of ether: daddr, saddr, type`,
	}},
	{false, `vlan 5 accept`, []string{
		`8:8: unexpected "5"; expected a field of vlan: cfi, dei, id, pcp, type`,
	}},
	{false, `ip ttl < accept`, []string{
		`8:12: unexpected "accept"; expected a number`,
	}},
	{false, `ip saddr != drop`, []string{
		`8:15: unexpected "drop"; expected an IPv4 address`,
	}},
	{false, `ip saddr ! 192.0.2.1 drop`, []string{
		`8:14: ! is only for sets of bits, such as ct status; expected !=`,
	}},
	{false, `not ip saddr 192.0.2.1 drop`, []string{
		`8:3: unexpected "not"; expected the negation behind the field: ip saddr != 192.0.2.1`,
	}},
	{false, `!ip saddr 192.0.2.1 drop`, []string{
		`8:3: unexpected "!"; expected the negation behind the field: ip saddr != 192.0.2.1`,
	}},
	{false, `ip saddr $net drop`, []string{
		`8:12: unknown variable $net; expected one that a define gives a value`,
	}},
	{false, `comment "x" accept`, []string{
		`8:15: unexpected "accept"; expected a newline or ;`,
	}},
	{false, `tcp dport 22 accept comment x y`, []string{
		`8:33: unexpected "y"; expected the end of the statement behind the comment`,
	}},
	{false, `ip saddr vmap @allowed`, []string{
		`8:18: allowed is not a map; expected a map, which has values`,
	}},
	{false, `deep`, []string{
		`8:3: unexpected "deep"; expected a statement, or an expression such as ip saddr`,
	}},
	{true, "table inet f {\n chain input { type filter hook inputt priority 0; }\n}", []string{
		`2:33: "inputt" is no hook; expected prerouting, input, forward, output, postrouting or ingress; did you mean "input"?`,
	}},
	{true, "table inet f {\n chain input { type filter hook input prio 0; }\n}", []string{
		`2:39: unexpected "prio"; expected priority`,
	}},
	{true, "table inet f {\n chain input { type filter hook input; }\n}", []string{
		`2:38: nothing stands behind "input"; expected priority`,
	}},
	{true, "table inet f {\n chain input { type filter hook input priority filtr; }\n}", []string{
		`2:48: "filtr" is no priority in the family inet; expected a number or raw, mangle, dstnat, filter, security or srcnat; did you mean "filter"?`,
	}},
	{true, "table inet f {\n chain input { type fliter hook input priority 0; }\n}", []string{
		`2:21: "fliter" is no type of chains; expected filter, nat or route; did you mean "filter"?`,
	}},
	{true, "table inet f {\n chain input { type filter hook input priority 0; policy deny; }\n}", []string{
		`2:58: "deny" is no policy; expected accept or drop; did you mean "drop"?`,
	}},
	{true, "table inet f {\n chain input { type filter hook input priority 0; policy reject; }\n}", []string{
		`2:58: "reject" is no policy; expected accept or drop; did you mean "drop"?`,
	}},
	{true, "table inet f {\n chain input { type filter hook input priority 0 policy drop }\n}", []string{
		`2:50: unexpected "policy"; expected a newline or ;`,
		`2:62: unexpected }; expected a newline or ; in front of it`,
	}},
	{true, "table inet f {\n chain input { hook input type filter priority 0; }\n}", []string{
		`2:16: unexpected "hook"; expected type in front: type filter hook input priority filter`,
	}},
	{true, "table inet f {\n chain input { type nat hook forward priority 0; }\n}", []string{
		`2:30: chains of the type nat cannot stand in the hook forward; expected prerouting, input, output or postrouting`,
	}},
	{true, "table inet f {\n chain input { type filter hook INPUT priority 0; }\n}", []string{
		`2:33: "INPUT" is no hook; expected prerouting, input, forward, output, postrouting or ingress; did you mean "input"?`,
	}},
	{true, "table inet f {\n chain input { type filter hook input priority 0; policy DROP; }\n}", []string{
		`2:58: "DROP" is no policy; expected accept or drop; did you mean "drop"?`,
	}},
	{true, "table inet f\n{\n}", []string{
		`2:1: the { stands on a line of its own; expected it behind table inet f`,
	}},
	{true, "table inet f {\n chain input {\n accept\n", []string{
		`1:14: the { of table inet f is not closed; expected a } for it`,
		`2:14: the { of chain input is not closed; expected a } for it`,
	}},
	{true, "table inet f {\n chain input {\n accept }\n}", []string{
		`3:9: unexpected }; expected a newline or ; in front of it`,
	}},
	{true, "tabel inet f {\n}", []string{
		`1:1: unknown command "tabel"; did you mean "table"?`,
	}},
	{true, "table inte f {\n}", []string{
		`1:7: unknown family "inte"; expected ip, ip6, inet, arp, bridge or netdev; did you mean "inet"?`,
	}},
	{true, "table inet filter input {\n}", []string{
		`1:19: unexpected "input"; expected {, a newline or ;`,
	}},
	{true, "chain input {\n}", []string{
		`1:12: nothing stands behind "input"; expected the name of a chain`,
	}},
	{true, `add chain inet f c { type filter hook input priority 0 policy drop }`, []string{
		`1:56: unexpected "policy"; expected a newline or ;`,
		`1:68: unexpected }; expected a newline or ; in front of it`,
	}},
	{true, `add rule inet f tcp dport 22 accept`, []string{
		`1:17: "tcp" is a word of nft's own, so no chain can be called so; expected another name`,
		`1:21: unexpected "dport"; expected the protocol in front: tcp dport, udp dport or, for both, th dport`,
	}},
	{true, `add rule f`, []string{
		`1:11: no chain is named; expected the name of a chain`,
	}},
	{true, `add set inet f s`, []string{
		`1:16: the set s has no type; expected its type in braces, such as { type ipv4_addr; }`,
	}},
	{true, `add set inet f s { type ipv4; }`, []string{
		`1:25: unknown type "ipv4"; expected a type of nft(8), such as ipv4_addr; did you mean "ipv4_addr"?`,
	}},
	{true, `add set inet f s { type ip_addr; flags intervals; }`, []string{
		`1:25: unknown type "ip_addr"; expected a type of nft(8), such as ipv4_addr; did you mean "ipv4_addr"?`,
		`1:40: unknown flag "intervals"; expected constant, dynamic, interval or timeout; did you mean "interval"?`,
	}},
	{true, "table inet f {\n set s { type ipv4_addr; elements = 192.0.2.1 }\n}", []string{
		`2:37: "192.0.2.1" is no list of elements; expected elements in braces`,
		`2:47: unexpected }; expected a newline or ; in front of it`,
	}},
	{true, "table inet f {\n set s { type ipv4_addr; elements { 192.0.2.1 } }\n}", []string{
		`2:34: nothing stands behind "elements"; expected =`,
	}},
	{true, "table inet f {\n set s { type ipv4_addr; elements = { 2001:db8::1 } }\n}", []string{
		`2:39: 2001:db8::1 is an IPv6 address; expected an IPv4 address`,
	}},
	{true, "table inet f {\n set s { type inet_service; elements = { 22 80 } }\n}", []string{
		`2:45: unexpected "80"; expected , between the elements`,
	}},
	{true, "table inet f {\n set s { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.1 : drop } }\n}", []string{
		`2:60: an element of a set has no value; expected , or }`,
	}},
	{true, "table inet f {\n map m { type inet_service; elements = { 22 : accept } }\n}", []string{
		`2:27: nothing stands behind "inet_service"; expected : and the type of the map's values`,
		`2:45: an element of a set has no value; expected , or }`,
	}},
	{true, `define x 5`, []string{
		`1:10: unexpected "5"; expected =`,
	}},
	{true, `define x = `, []string{
		`1:11: nothing stands behind "="; expected a value`,
	}},
	{true, `define $x = 5`, []string{
		`1:8: the variable's name has a $ in front; expected x`,
	}},
	{true, `include foo.nft`, []string{
		`1:9: unexpected "foo.nft"; expected the name of a file in quotes, such as "/etc/nftables/*.nft"`,
	}},
	{true, `include "nowhere/*.nft`, []string{
		`1:9: the quoted text is not closed; expected a " at its end`,
	}},
	{true, `flush rules`, []string{
		`1:7: "rules" is nothing to flush; expected chain, map, meter, ruleset, set or table; did you mean "ruleset"?`,
	}},
	{true, `flush all`, []string{
		`1:7: "all" is nothing to flush; expected chain, map, meter, ruleset, set or table`,
	}},
	{true, `list rules`, []string{
		`1:6: "rules" is nothing to list; expected chain, chains, counter, counters, ct, flow, flowtable, flowtables, hooks, limit, limits, map, maps, meter, meters, quota, quotas, ruleset, secmark, secmarks, set, sets, synproxy, synproxys, table, tables, tunnel or tunnels; did you mean "ruleset"?`,
	}},
	{true, `delete rule inet f c tcp dport 22 accept`, []string{
		`1:22: unexpected "tcp"; expected handle and the number of the rule`,
	}},
	{true, `table inet f { /* x */ }`, []string{
		`1:16: unexpected "/*"; expected # in front of a comment`,
		`1:24: unexpected }; expected a newline or ; in front of it`,
	}},
	{true, "table inet f {\n chain c {\n  tcp dport 22 accept,\n }\n}", []string{
		`3:22: unexpected ","; expected a value`,
	}},
	{true, "table inet f {\n chain c {\n  type filter hook input priority 0, policy drop;\n }\n}", []string{
		`3:36: unexpected ","; expected a newline or ;`,
	}},
	{true, "table inet f {\n rule accept\n}", []string{
		`2:2: unexpected "rule"; expected a chain around the rule: chain NAME { ... }`,
	}},
	{true, "table inet f {\n tcp dport 22 accept\n}", []string{
		`2:2: unexpected "tcp"; expected a chain around the rule: chain NAME { ... }`,
	}},
	{true, "table ip f {\n chain c { type filter hook ingress device lo priority 0; }\n}", []string{
		`2:29: tables of the family ip have no hook ingress; expected prerouting, input, forward, output or postrouting`,
	}},
	{true, "table inet f {\n flowtable x { hook forward priority 0; devices = { lo }; }\n}", []string{
		`2:21: "forward" is no hook of flowtables; expected ingress`,
	}},
	{true, "table inet f {\n ct helper h { type ftp protocol tcp; }\n}", []string{
		`2:12: the ct helper h has no protocol; expected protocol, which it cannot do without`,
		`2:21: unexpected "ftp"; expected the helper's name in quotes, such as "ftp"`,
	}},
	{true, "table inet f {\n counter c { packet 5 }\n}", []string{
		`2:14: unexpected "packet"; expected what a counter holds: packets, bytes, comment; did you mean "packets"?`,
	}},
	{true, "table inet f {\n chain c {\n  type filter hook input priority mangle + ;\n }\n}", []string{
		`3:35: "mangle+" is no priority; expected a number from -2147483648 to 2147483647, or a name`,
	}},
	{true, "table inet filter {\n chain accept {\n }\n}", []string{
		`2:8: "accept" is a word of nft's own, so no chain can be called so; expected another name`,
	}},
	{true, "table inet f { {}\n}", []string{
		`1:17: unexpected { }; expected chain, set, map, flowtable, an object such as counter, flags or comment`,
	}},
	{true, "define x=5 y", []string{
		`1:12: unexpected "y"; expected the value of $x to end here`,
	}},
	{true, "define ports = 22 80\ntable inet f { chain c { tcp dport $ports accept; }; }", []string{
		`1:19: unexpected "80"; expected the value of $ports to end here`,
	}},
	{true, "define nets = { 192.0.2.0/24, 198.51.100.0/24 } 203.0.113.1", []string{
		`1:49: unexpected "203.0.113.1"; expected the value of $nets to end here`,
	}},
	{true, "define a = 5\ndefine b = $a $a", []string{
		`2:15: unexpected "$a"; expected the value of $b to end here`,
	}},
	{true, "table inet f {\n chain c {\n  type filter hook input priority 0; policy drop; policy accept;\n }\n}", []string{
		`3:51: a second policy; the first is at m.nft:3:38; expected one policy in a chain`,
	}},
	{true, "table inet f {\n chain c {\n  policy drop;\n  tcp dport 22 accept\n }\n}", []string{
		`3:10: the chain c has a policy and no hook; expected type, hook and priority in the chain, or no policy`,
	}},
	{true, "table netdev f {\n chain c {\n  type filter hook ingress priority 0;\n }\n}", []string{
		`3:3: the chain c stands at no device, so it sees no packet; nft before 1.0.8 refuses it; expected device or devices behind the hook`,
	}},
	{true, "table inet f {\n chain c {\n  type filter hook ingress priority 0;\n }\n}", []string{
		`3:3: the chain c stands at no device, so it sees no packet; nft before 1.0.8 refuses it; expected device or devices behind the hook`,
	}},
	{true, "table ip f {\n set s {\n  type ipv4_addr\n  elements = { 192.0.2.1, 198.51.100.0/24 }\n }\n}", []string{
		`4:27: a prefix in the set s, which has single values; expected flags interval in the set`,
	}},
	{true, "table ip f {\n set s {\n  type inet_service; flags timeout\n  elements = { 22, 80-90 }\n }\n}", []string{
		`4:20: a range in the set s, which has single values; expected flags interval in the set`,
	}},
	{true, "table ip6 f {\n map m {\n  type ipv6_addr : verdict\n  elements = { 2001:db8::/32 : drop }\n }\n}", []string{
		`4:16: a prefix in the map m, which has single values; expected flags interval in the map`,
	}},
	{true, "table ip f {\n set s {\n  type ipv4_addr . inet_service\n  elements = { 192.0.2.0/24 . 22 }\n }\n}", []string{
		`4:16: a prefix in the set s, which has single values; expected flags interval in the set`,
	}},
	{true, "table ip f {\n set s {\n  type ifname\n  elements = { \"eth*\" }\n }\n}", []string{
		`4:16: a name with an asterisk in the set s, which has single values; expected flags interval in the set`,
	}},
	{true, "table ip f {\n set s { type ipv4_addr; }\n}\nadd element ip f s { 192.0.2.1-192.0.2.9 }", []string{
		`4:22: a range in the set s, which has single values; expected flags interval in the set`,
	}},
	{true, "table inet f {\n chain c {\n  jump {\n  accept\n }\n }\n}}", []string{
		`7:2: a } without a {`,
	}},
}

// mistaken returns the script with a mistake.
func mistaken(text string, whole bool) string {
	if whole {
		return text + "\n"
	}
	return "table inet f {\n\tset allowed { type ipv4_addr; }\n\tset v6 { type ipv6_addr; }\n\tmap vm { type inet_service : verdict; }\n\tchain other { }\n" +
		"\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t\t" + text + "\n\t}\n}\n"
}

// TestMistakes reads scripts with one slip each, and compares what is told.
func TestMistakes(t *testing.T) {
	for _, c := range mistakes {
		fset := gotoken.NewFileSet()
		var got []string
		for _, e := range Parse(fset, "m.nft", []byte(mistaken(c.text, c.whole)), Options{}).Errors {
			got = append(got, strings.TrimPrefix(e.Format(fset), "m.nft:"))
		}
		if !slices.Equal(got, c.say) {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, strings.Join(got, "\n     "), strings.Join(c.say, "\n     "))
		}
	}
}

// TestMistakesRefused asks nft: it takes none of them.
func TestMistakesRefused(t *testing.T) {
	for _, c := range mistakes {
		if list, err := nfttest.List(t, mistaken(c.text, c.whole)); err == nil {
			t.Errorf("%q: nft takes it, and lists\n%s", c.text, list)
		}
	}
}
