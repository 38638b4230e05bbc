package xt2nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// ULOG has been NFLOG's predecessor: a packet went to one of 32 groups of netlink
// sockets.
var _ = target("ULOG", func(w *rule, e *ast.Extension) []ast.Stmt {
	num := func(name, def string) uint64 {
		n, err := strconv.ParseUint(text(e, name, def), 10, 32)
		if err != nil {
			w.refuse(e.Span, "target ULOG: --%s is not known", name)
		}
		return n
	}
	l := &ast.Log{Span: e.Span, HasGroup: true, Group: uint16(num("ulog-nlgroup", "1")), Use: e.Use}
	l.Prefix = w.readable("the prefix of the log", text(e, "ulog-prefix", ""), maxComment)
	l.Snaplen, l.QueueThr = uint32(num("ulog-cprange", "0")), uint32(num("ulog-qthreshold", "1"))
	w.how("ULOG, which the kernel has no more, is a log to the group of NFLOG of the same number: the daemon has to listen there")
	return one(l)
})
