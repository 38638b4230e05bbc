package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// nat writes a NAT statement.
func (j *jsonPrinter) nat(n *ast.NAT) {
	j.orNull(n.Kind.String(), func() {
		if n.Kind == ast.SNAT || n.Kind == ast.DNAT {
			j.family(n.Family)
		}
		d := domain{typ: addrType(j.p.natFamily(n.Family, n.Addr))}
		if m, ok := n.Addr.(*ast.Map); ok && portsToo(m) {
			d = domain{types: []ast.Type{d.typ, ast.TypeInetService}}
		}
		j.keyExpr("addr", n.Addr, d)
		j.keyExpr("port", n.Port, domain{typ: ast.TypeInetService})
		has := func(f string) bool { return slices.Contains(n.Flags, f) }
		flags := slices.DeleteFunc(slices.Clone(natFlags), func(f string) bool { return !has(f) })
		if has("prefix") {
			flags = append(flags, "netmap") // by which nft 1.0 tells it, and no later one does
		}
		j.keyWordOrWords("flags", flags)
		var kinds []string
		for _, f := range []string{"interval", "prefix"} {
			if has(f) {
				kinds = append(kinds, f)
			}
		}
		j.keyWordOrWords("type_flags", kinds)
	})
}

func (j *jsonPrinter) tproxy(t *ast.TProxy) {
	j.members("tproxy", func() {
		j.family(t.Family)
		j.keyExpr("addr", t.Addr, domain{typ: addrType(j.p.natFamily(t.Family, t.Addr))})
		j.keyExpr("port", t.Port, domain{typ: ast.TypeInetService})
	})
}

// dup writes what sends a copy of the packet. In family netdev the member addr is
// the device.
func (j *jsonPrinter) dup(d *ast.Dup) {
	device := domain{typ: ast.TypeIfaceIndex}
	j.members("dup", func() {
		if d.Addr == nil {
			j.keyExpr("addr", d.Device, device)
			return
		}
		j.keyExpr("addr", d.Addr, domain{typ: addrType(j.p.natFamily(ast.FamilyUnknown, d.Addr))})
		j.keyExpr("dev", d.Device, device)
	})
}

func (j *jsonPrinter) fwd(f *ast.Fwd) {
	j.members("fwd", func() {
		j.keyExpr("dev", f.Device, domain{typ: ast.TypeIfaceIndex})
		if f.Addr != nil {
			j.family(f.Family)
			j.keyExpr("addr", f.Addr, domain{typ: addrType(f.Family)})
		}
	})
}

func (j *jsonPrinter) queue(q *ast.Queue) {
	j.orNull("queue", func() {
		j.keyExpr("num", q.Num, domain{typ: ast.TypeInteger})
		j.keyWordOrWords("flags", q.Flags)
	})
}
