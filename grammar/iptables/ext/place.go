package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// builtinChains are the chains that the kernel makes.
var builtinChains = []string{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}

// onlyInChains returns an error if the rule stands in a built-in chain that is
// none of chains. It is for what an option restricts; what restricts the whole
// extension is in [Ext.Hooks].
func onlyInChains(c *Context, s ast.Span, what string, chains ...string) *grammar.Error {
	if !slices.Contains(builtinChains, c.Chain) || slices.Contains(chains, c.Chain) {
		return nil
	}
	return &grammar.Error{Span: s, Kind: grammar.Placement, Msg: what + " cannot stand in chain " + c.Chain, Want: "chain " + strings.Join(chains, ", ")}
}

// onlyInTable returns an error if the rule stands in another table.
func onlyInTable(c *Context, s ast.Span, what, table string) *grammar.Error {
	if c.Table == "" || c.Table == table {
		return nil
	}
	return &grammar.Error{Span: s, Kind: grammar.Placement, Msg: what + " cannot stand in table " + c.Table, Want: "table " + table}
}

// needProto returns an error if -p does not name one of protos.
func needProto(c *Context, s ast.Span, what string, protos ...uint8) *grammar.Error {
	if c.ProtoHidden || c.hasProto(protos...) {
		return nil
	}
	names := make([]string, len(protos))
	for i, p := range protos {
		names[i] = "-p " + ProtoName(p)
	}
	return grammar.Errorf(s, "%s needs a protocol", what).Expected("%s", strings.Join(names, " or "))
}
