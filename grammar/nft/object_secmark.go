package nft

import "github.com/ctlint/ctlint/ast"

// secmarkObject: secmark name { "system_u:object_r:ssh_server_packet_t:s0" }. Its
// option is the context.
var secmarkObject = objectSpec{
	required: []string{`"`},
	settings: map[string]func(*config, *reader, *tok){
		`"`: func(c *config, r *reader, t *tok) {
			at := r.tok(t)
			c.option(at, "context", &ast.String{Span: at, Val: unquote(t)})
		},
	},
}
