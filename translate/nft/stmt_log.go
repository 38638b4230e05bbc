package nft

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// log prints a log statement.
func (p *printer) log(l *ast.Log) {
	p.text("log")
	if l.Prefix != "" {
		p.text(" prefix ")
		p.quoted(l, "the prefix", l.Prefix)
	}
	if l.HasGroup {
		p.b = strconv.AppendUint(append(p.b, " group "...), uint64(l.Group), 10)
	}
	if l.Snaplen != 0 {
		p.b = strconv.AppendUint(append(p.b, " snaplen "...), uint64(l.Snaplen), 10)
	}
	if l.QueueThr != 0 {
		p.b = strconv.AppendUint(append(p.b, " queue-threshold "...), uint64(l.QueueThr), 10)
	}
	if l.Level != "" {
		p.text(" level ")
		p.text(l.Level)
	}
	p.logFlags(l.Flags)
}

// allLogFlags are the flags that nft calls all.
var allLogFlags = []string{"tcp sequence", "tcp options", "ip options", "skuid", "ether"}

// logFlags prints what is logged besides. The two flags of tcp share the word.
func (p *printer) logFlags(flags []string) {
	has := func(f string) bool { return slices.Contains(flags, f) }
	if has("all") || !slices.ContainsFunc(allLogFlags, func(f string) bool { return !has(f) }) {
		p.text(" flags all")
		return
	}
	var tcp []string
	for _, f := range allLogFlags[:2] {
		if has(f) {
			tcp = append(tcp, strings.TrimPrefix(f, "tcp "))
		}
	}
	if tcp != nil {
		p.text(" flags tcp ")
		p.text(strings.Join(tcp, ","))
	}
	for _, f := range allLogFlags[2:] {
		if has(f) {
			p.text(" flags ")
			p.text(f)
		}
	}
}
