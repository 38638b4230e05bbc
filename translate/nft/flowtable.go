package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// flowtable prints a flowtable.
func (p *printer) flowtable(f *ast.Flowtable) {
	p.begin(f)
	p.tabs()
	p.text("flowtable ")
	p.name(f, "the flowtable", f.Name)
	p.text(" {\n")
	p.depth++
	p.tabs()
	p.text("hook ")
	p.text(f.Hook.String())
	p.text(" priority ")
	p.priority(p.table.Family, f.Hook, f.Priority)
	p.end()
	if len(f.Devices) > 0 {
		p.tabs()
		p.text("devices = { ")
		p.devices(f, f.Devices)
		p.text(" }\n")
	}
	if len(f.Flags) > 0 {
		p.line("flags " + strings.Join(f.Flags, ","))
	}
	if f.Counter {
		p.line("counter")
	}
	p.depth--
	p.line("}")
}
