package nft

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// meantStatements are what people write in the place of a statement that is none
// of nft: words of iptables, of other firewalls and of prose, and fields without
// their header. The value is what to write instead.
var meantStatements = map[string]string{
	"dport": "the protocol in front: tcp dport, udp dport or, for both, th dport", "sport": "the protocol in front: tcp sport, udp sport or, for both, th sport",
	"port": "tcp dport, udp dport or th dport", "saddr": "the family in front: ip saddr or ip6 saddr", "daddr": "the family in front: ip daddr or ip6 daddr",
	"src": "ip saddr or ip6 saddr", "dst": "ip daddr or ip6 daddr", "source": "ip saddr or ip6 saddr", "destination": "ip daddr or ip6 daddr",
	"from": "ip saddr or ip6 saddr", "state": "ct state", "ctstate": "ct state", "conntrack": "ct state", "proto": "meta l4proto", "ipv4": "ip", "ipv6": "ip6",
	"interface": "iifname or oifname", "in": "iifname", "out": "oifname", "in-interface": "iifname", "out-interface": "oifname", "dev": "iifname or oifname", "on": "iifname or oifname",
	"allow": "accept", "permit": "accept", "pass": "accept", "deny": "drop or reject", "block": "drop or reject", "refuse": "reject", "ignore": "drop",
	"log-prefix": "log prefix", "set-mark": "meta mark set", "multiport": "a set: tcp dport { 22, 80 }", "mac": "ether saddr", "dnat-to": "dnat to", "snat-to": "snat to",
	"not": "the negation behind the field: ip saddr != 192.0.2.1", "ping": "icmp type echo-request or icmpv6 type echo-request", "icmp6": "icmpv6", "ip4": "ip",
	"and": "the next condition without a word between them", "&&": "the next condition without a word between them", "nflog": "log group", "rule": "the rule without this word",
	"hook": "type in front: type filter hook input priority filter", "priority": "type and hook in front: type filter hook input priority filter",
	"if": "the condition itself, such as tcp dport 22", "to": "a statement in front, such as dnat to",
}

// meantFields are what people write in the place of a header's field.
var meantFields = map[string][]string{
	"src": {"saddr"}, "source": {"saddr"}, "dst": {"daddr"}, "dest": {"daddr"}, "destination": {"daddr"}, "addr": {"saddr", "daddr"}, "address": {"saddr", "daddr"},
	"port": {"sport", "dport"}, "ports": {"sport", "dport"}, "srcport": {"sport"}, "dstport": {"dport"}, "proto": {"protocol"}, "hl": {"hoplimit"}, "ttl": {"hoplimit"},
	"tos": {"dscp"}, "seq": {"sequence"}, "ack": {"ackseq"}, "nh": {"nexthdr"}, "protocol": {"nexthdr"}, "mac": {"saddr", "daddr"}, "len": {"length"},
}

// messageTypes are the types of the field type in headers whose messages have
// names.
var messageTypes = map[string]ast.Type{"icmp": ast.TypeICMPType, "icmpv6": ast.TypeICMPv6Type, "igmp": ast.TypeIGMPType, "dccp": ast.TypeDCCPType}

// meantPolicies are what people write in the place of a policy.
var meantPolicies = map[string]string{"deny": "drop", "reject": "drop", "block": "drop", "allow": "accept", "permit": "accept", "pass": "accept"}

// option returns the option of iptables that the text from byte from on begins
// with; empty if it begins with none.
func option(text string, from int) string {
	if from > 0 && text[from-1] != ' ' && text[from-1] != '\t' || !strings.HasPrefix(text[from:], "-") {
		return ""
	}
	end := from + 1
	for end < len(text) && (text[end] == '-' || class[text[end]]&(isLetter|isDigit) != 0) {
		end++
	}
	w := text[from:end]
	if letters := strings.TrimLeft(w, "-"); letters == "" || class[letters[0]]&isLetter == 0 {
		return ""
	}
	return w
}

// failOption tells of an option of iptables.
func (p *ruleParser) failOption(from int, w string) {
	p.failf(p.at(from, from+len(w)), "%s is an option of iptables", quote(clip(w))).Expected("the words of nft, such as tcp dport 22 accept")
}

// meantFor returns what to write for a word that is no statement; empty if that
// is not known.
func meantFor(word string) string {
	w := strings.ToLower(word)
	switch {
	case strings.HasPrefix(w, "//"), strings.HasPrefix(w, "/*"):
		return "# in front of a comment"
	default:
		return meantStatements[w]
	}
}

// unexpectedField is unexpectedWord for the fields of a header.
func (p *ruleParser) unexpectedField(header string, fields []string) {
	e := grammar.Errorf(p.here(), "unexpected %s", p.describe()).Expected("a field of %s: %s", header, strings.Join(fields, ", "))
	if p.tok.kind == tokWord {
		e.Hint = grammar.Near(p.word(), fields)
		var there []string
		for _, m := range meantFields[p.word()] {
			for _, f := range fields {
				if f == m {
					there = append(there, f)
				}
			}
		}
		switch {
		case len(there) == 1:
			e.Hint = there[0]
		case len(there) > 1:
			e.Hint = ""
			e.Want = oneOf(there) + ", or another f" + strings.TrimPrefix(e.Want, "a f")
		case e.Hint == "":
			// echo-request in the place of type echo-request
			if t, ok := messageTypes[header]; ok && slices.Contains(symbolNames(t), p.word()) {
				e.Hint = "type " + p.word()
			}
		}
	}
	p.fail(e)
}

// meantValue returns what to write where a value stands that begins no statement.
func (p *ruleParser) meantValue(from int, value string) string {
	before := strings.Fields(p.text[:from])
	if len(before) > 0 {
		switch last := before[len(before)-1]; {
		case last == "redirect":
			return "redirect to :" + strings.TrimPrefix(value, ":")
		case last == "log" && strings.HasPrefix(value, "\""):
			return "log prefix " + value
		}
	}
	return "a statement, or an expression such as ip saddr"
}
