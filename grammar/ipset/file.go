// Package ipset reads and prints what ipset save(8) prints: the sets that the
// set match and the SET target of iptables name.
//
// A set becomes an [ast.Set] whose IPSet is its type. An element's Key is what
// it matches, one part for each dimension of the type, joined by an
// [ast.Concat] where there are several:
//
//   - An address, a network or a range; where the set has a netmask, the network
//     that the element stands for, and with a bitmask an [ast.MaskedAddr]. A
//     range in a dimension of networks is the networks that ipset makes of it,
//     each an element of its own.
//   - A port is two parts, the protocol and the port, but one in bitmap:port,
//     which stores no protocol. The port of ICMP is its type * 256 + code, as
//     the kernel compares it; that of a protocol without ports is 0.
//   - A MAC address. One that bitmap:ip,mac is to learn from the first packet is
//     an [ast.Unknown].
//   - A mark, under the set's markmask.
//   - An interface's name. One after physdev:, which means a bridge's port, is
//     an [ast.Concat] of the text physdev and the name.
//   - In list:set, the set itself, an [ast.SetRef].
//
// Packet and byte counters of an element are an [ast.Counter] in its Stmts, and
// skbmark, skbprio and skbqueue the options of an [ast.Extension] called skbinfo.
package ipset

import (
	"cmp"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// File is a file for ipset restore, read.
type File struct {
	Name string
	Text string
	// Ruleset holds the sets as they are after the file has run, in IPSets.
	// Its Commands are those on sets that the file does not create.
	Ruleset *ast.Ruleset
	Errors  []*grammar.Error // in the order of their places

	base uint32
}

// Parse reads a file for ipset restore. It always returns all that could be
// understood; what could not is in its Errors. The file's positions begin at
// base, as of a token.File.
func Parse(name, text string, base int) *File {
	f := &File{Name: name, Text: text, base: uint32(base)}
	f.Ruleset = &ast.Ruleset{Span: f.span(0, len(text))}
	f.parse()
	slices.SortStableFunc(f.Errors, func(a, b *grammar.Error) int { return cmp.Compare(a.From, b.From) })
	return f
}

func (f *File) span(from, to int) ast.Span {
	return ast.Span{From: f.base + uint32(from), To: f.base + uint32(to)}
}

func (f *File) fail(e *grammar.Error) { f.Errors = append(f.Errors, e) }
