package xt2nft

import "github.com/ctlint/ctlint/ast"

// osfTTLs are nft's words for --ttl: how the TTL of the packet is compared with
// the fingerprint's. None is to compare for equality, as 0 (nf_osf_ttl).
var osfTTLs = map[string]string{"": "", "0": "", "1": "loose", "2": "skip"}

var _ = match("osf", func(w *rule, e *ast.Extension) []ast.Stmt {
	ttl, ok := osfTTLs[text(e, "ttl", "")]
	genre := e.Option("genre")
	switch {
	case !ok || genre == nil:
		w.refuse(e.Span, "match osf: its options are not known")
	case genre.Not:
		w.refuse(e.Span, "match osf: nft tells the first fingerprint that fits, so it cannot say that none of a system does")
	case e.Option("log") != nil:
		w.refuse(e.Span, "match osf: nft does not log the fingerprints that fit (--log)")
	default:
		w.how("nft compares the name of the first fingerprint that fits; xtables looks at those of the system alone")
		return one(&ast.Match{Span: e.Span, Left: &ast.OSF{Span: e.Span, TTL: ttl}, Right: &ast.String{Span: e.Span, Val: text(e, "genre", "")}, Use: e.Use})
	}
	return nil
})
