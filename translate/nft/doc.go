// Package nft prints rulesets in the language of nft(8), in the layout in which
// nft list ruleset prints them.
//
// What is printed means what the model means, no more and no less. A match that
// nft adds by itself ([ast.Match.Implied]) is left out where nft will add it
// again, and printed where it would not. What nft has no words for is refused by
// name, with a [Refusal]: it is never left out, and nothing takes its place, for
// a rule with one condition missing is a hole in a firewall.
package nft
