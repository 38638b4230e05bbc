// Package nft reads the language of nft(8) into the model of package ast.
//
// A script is read in two layers. Its frame - commands, tables, chains, sets -
// is a participle grammar over a lexer that leaves the hot parts whole: the text
// of one rule, and the elements of a set. Those are read here by recursive
// descent over a scanner of their own, straight into the model: data types give
// numbers and names their meaning, and what nft would add to a rule by itself (the
// protocol that tcp dport implies) is added as [ast.Match] with Implied set.
package nft
