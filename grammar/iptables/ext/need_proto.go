package ext

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// needProto returns an error at s if -p does not name one of protos. It is for
// what an option needs; what the whole extension needs is in [Ext.Protos].
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
