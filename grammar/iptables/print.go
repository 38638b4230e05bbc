package iptables

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// appendLine prints a command line as iptables-save prints a rule: -A CHAIN, the
// parameters in their order, the matches in that of the rule, the target. A line
// with several addresses becomes several.
func appendLine(b []byte, line *Line) []byte {
	src, dst := line.Base.Get("source"), line.Base.Get("destination")
	srcs, dsts := hosts(src), hosts(dst)
	for i := range max(1, len(srcs)) {
		for j := range max(1, len(dsts)) {
			if len(srcs) > 1 {
				src.List = srcs[i : i+1]
			}
			if len(dsts) > 1 {
				dst.List = dsts[j : j+1]
			}
			b = append(appendOne(b, line), '\n')
		}
	}
	if len(srcs) > 1 {
		src.List = srcs
	}
	if len(dsts) > 1 {
		dst.List = dsts
	}
	return b
}

func appendOne(b []byte, line *Line) []byte {
	if line.Counters != nil {
		b = append(appendCounters(b, line.Counters), ' ')
	}
	start := len(b)
	p := ext.Printer{B: appendVerb(b, line)[start:]}
	p.Options(&line.Base)
	for i := range line.Uses {
		p.Word("-m")
		p.Word(line.Uses[i].Ext.PrintName())
		p.Options(&line.Uses[i])
	}
	if line.Jump.Valid() {
		if line.Goto {
			p.Word("-g")
		} else {
			p.Word("-j")
		}
		if e := line.Target.Ext; e != nil {
			p.Word(e.PrintName())
			p.Options(&line.Target)
		} else {
			p.Word(line.Jump.Text)
		}
	}
	return append(b[:start], p.B...)
}

func appendCounters(b []byte, c *ast.Counters) []byte {
	b = append(b, '[')
	b = strconv.AppendUint(b, c.Packets, 10)
	b = append(b, ':')
	b = strconv.AppendUint(b, c.Bytes, 10)
	return append(b, ']')
}
