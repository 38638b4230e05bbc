// Package ast is the one model that both dialects of Linux firewall rulesets,
// iptables and nft, mean. It is nft-shaped: a rule is a list of statements, and
// a match is an expression, an operator and a right-hand side. What has no nft
// shape (u32, bpf, string, recent, ...) is an [Extension] statement with its
// options and their arguments, so nothing is ever lost.
//
// Two reading rules hold everywhere in the model:
//
//   - Statements of a rule run from left to right; a [Match] that does not hold
//     ends the rule. An expression that cannot be loaded (a transport header of
//     a later fragment, a ct field of a packet without a connection) makes its
//     match fail, whatever its operator (nft_payload_eval, nft_ct_get_eval in
//     the kernel, and the xtables matches alike).
//   - The rules that a dialect leaves unsaid are said here: a [Match] that a
//     keyword implies (ip saddr in an inet table implies meta nfproto ipv4) is
//     in the list, with Implied set.
//
// The package does no input or output and no parsing. A tree is read-only once
// a parser has returned it, and may then be shared between goroutines.
package ast
