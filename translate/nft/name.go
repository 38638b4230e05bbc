package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// ValidName reports whether nft can read s as the name of a table, a chain, a
// set or an object. iptables takes names that nft does not: those with other
// characters, and those that are words of nft's own language.
func ValidName(s string) bool {
	return isIdentifier(s) && !reserved[s]
}

// isIdentifier reports whether s is a string to nft's scanner: a letter, _ or .
// and then also digits, / and -.
func isIdentifier(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '.':
		case i > 0 && (c >= '0' && c <= '9' || c == '/' || c == '-'):
		default:
			return false
		}
	}
	return s != "" && s != "."
}

// name prints the name of something.
func (p *printer) name(at ast.Node, what, s string) {
	switch {
	case !isIdentifier(s):
		p.refuse(at, "%s %q has a name that nft cannot read", what, s)
	case reserved[s]:
		p.refuse(at, "%s %q has a name that is a word of nft's language", what, s)
	}
	p.text(s)
}

// setName prints the name of a set or an object.
func (p *printer) setName(at ast.Node, what, s string) {
	if reservedInSets[s] {
		p.refuse(at, "%s %q has a name that is a word of nft's language", what, s)
	}
	p.name(at, what, s)
}

// reserved are the words that nft does not take for a name: those that its
// scanner knows in every place. TestReserved asks nft for each of them. destroy
// is one from 1.0.7 on.
var reserved = words(`accept add ah all and arp auto-merge bridge cgroup chain comment comp constant continue counter
	cpu create ct day dccp define delete describe destroy device devices dnat drop dst dup dynamic ecn element elements esp ether exists
	expires export exthdr fib flags flow flowtable flush frag fwd gc-interval get goto gt handle hbh hook hour
	ibriport ibrname icmp icmpv6 igmp iif iifgroup iifname iiftype import include index inet insert interval ip ip6
	ipsec jhash jump limit list log lt map mark masquerade meta meter mh missing monitor ne netdev nftrace not notrack
	numgen obriport obrname offload oif oifgroup oifname oiftype or osf pkttype policy position priority queue
	quota random redefine redirect reject rename replace reset return rt rt0 rt2 rtclassid rule ruleset sctp secmark set
	size skgid skuid snat socket srh symhash synproxy table tcp th time timeout tproxy type typeof udp udplite
	undefine update vlan vmap xor xt`)

// reservedInSets are those that it knows in sets and objects only.
var reservedInSets = words("bytes ih ll name nh over packets until used")

func words(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}
