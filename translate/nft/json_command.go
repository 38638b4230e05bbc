package nft

import (
	"strconv"

	"github.com/ctlint/ctlint/ast"
)

// command writes a command that acts on what is loaded already.
func (j *jsonPrinter) command(c *ast.Command) {
	j.p.begin(c)
	if j.b[len(j.b)-1] != '[' {
		j.b = append(j.b, ',')
	}
	j.b = append(j.b, '\n')
	j.named(c.Verb, func() { j.orNull(c.Object, func() { j.commandMembers(c) }) })
}

// commandMembers writes what a command is for.
func (j *jsonPrinter) commandMembers(c *ast.Command) {
	j.family(c.Family)
	switch c.Object {
	case "table":
		j.keyStrIf("name", c.Table)
	case "rule":
		j.keyStrIf("table", c.Table)
		j.keyStrIf("chain", c.Name)
	default:
		j.keyStrIf("table", c.Table)
		j.keyStrIf("name", c.Name)
	}
	switch {
	case len(c.Args) == 0:
	case len(c.Args) == 2 && c.Args[0] == "handle" && c.Verb != "replace":
		n, err := strconv.ParseUint(c.Args[1], 10, 64)
		if err != nil {
			j.p.refuse(c, "%q is no handle", c.Args[1])
		}
		j.keyUint("handle", n)
	case c.Verb == "rename" && len(c.Args) == 1:
		j.keyStr("newname", c.Args[0])
	default:
		j.p.refuse(c, "%s %s is not written in JSON", c.Verb, c.Object)
	}
}
