// Package idiom rewrites rulesets of nft as a person would write them: runs of
// neighbouring rules that differ in the values of a field, or of a few, and have the
// same actions, become one rule with a set; those that differ in the verdict, too, one
// with a verdict map.
//
// Each rewriting is exact. A packet has one value of a field, so of rules that are for
// different values it matches one at the most; between them there is nothing that
// changes the field, or that remembers packets. What is rewritten is told in
// [Block]s, so that it can be proved block by block.
package idiom
