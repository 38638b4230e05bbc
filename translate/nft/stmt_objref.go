package nft

import "github.com/ctlint/ctlint/ast"

// objectUses are the words that use an object, by its kind.
var objectUses = [...]string{
	ast.ObjectCounter: "counter name ", ast.ObjectQuota: "quota name ", ast.ObjectLimit: "limit name ",
	ast.ObjectCTHelper: "ct helper set ", ast.ObjectCTTimeout: "ct timeout set ", ast.ObjectCTExpectation: "ct expectation set ",
	ast.ObjectSecmark: "meta secmark set ", ast.ObjectSynproxy: "synproxy name ", ast.ObjectTunnel: "tunnel name ",
}

// objRef prints the use of an object: a named one, or one that a map gives.
func (p *printer) objRef(o *ast.ObjRef) {
	if int(o.Kind) >= len(objectUses) || objectUses[o.Kind] == "" {
		p.refuse(o, "the object is of no kind")
		return
	}
	p.text(objectUses[o.Kind])
	p.expr(o.Name, domain{typ: ast.TypeString})
}
