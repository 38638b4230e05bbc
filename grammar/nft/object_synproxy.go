package nft

import "github.com/ctlint/ctlint/ast"

// synproxyObject: synproxy name { mss 1460 wscale 7 timestamp sack-perm }.
var synproxyObject = objectSpec{
	stmt:     func() ast.Stmt { return &ast.Synproxy{} },
	required: []string{"mss", "wscale"},
	settings: map[string]func(*config, *reader, *tok){
		"mss": func(c *config, r *reader, t *tok) {
			n, at, _ := c.number(r, 16)
			c.synproxy(r.tok(t).Join(at)).MSS = uint16(n)
		},
		"wscale": func(c *config, r *reader, t *tok) {
			n, at, _ := c.number(r, 8)
			s := c.synproxy(r.tok(t).Join(at))
			s.Wscale, s.HasWscale = uint8(n), true
		},
		"timestamp": func(c *config, r *reader, t *tok) { c.synproxy(r.tok(t)).Timestamp = true },
		"sack-perm": func(c *config, r *reader, t *tok) { c.synproxy(r.tok(t)).SackPerm = true },
	},
}

// synproxy returns the statement, which at is a part of.
func (c *config) synproxy(at ast.Span) *ast.Synproxy {
	s := c.Stmt.(*ast.Synproxy)
	s.Span = s.Span.Join(at)
	return s
}
