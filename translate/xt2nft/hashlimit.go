package xt2nft

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// hashTable is a table of hashlimit, by its name: rules that have the same use it
// together.
type hashTable struct {
	set    *ast.Set // nil if nothing is told apart
	config string   // what all of its rules must have alike
}

// hashUnits are the units of rates, as the canonical form of hashlimit has them.
var hashUnits = []struct {
	name, nft string
	seconds   uint64
}{{"sec", "second", 1}, {"min", "minute", 60}, {"hour", "hour", 3600}, {"day", "day", 86400}}

// hashlimit keeps a limit for each address, port or pair of them in a dynamic set:
// a bucket of tokens each, as in xt_hashlimit, that is forgotten if it has not been
// used for as long.
var _ = match("hashlimit", func(w *rule, e *ast.Extension) []ast.Stmt {
	rate, above := text(e, "hashlimit-upto", ""), false
	if rate == "" {
		rate, above = text(e, "hashlimit-above", ""), true
	}
	count, unit, ok := strings.Cut(rate, "/")
	n, err := strconv.ParseUint(count, 10, 64)
	burst, err2 := strconv.ParseUint(text(e, "hashlimit-burst", "5"), 10, 32)
	limit := &ast.Limit{Span: e.Span, Rate: n, Burst: burst, Over: above, Use: e.Use}
	var expire uint64
	for _, u := range hashUnits {
		if u.name == unit {
			limit.Unit, expire = u.nft, u.seconds*1000
		}
	}
	switch {
	case strings.HasSuffix(rate, "b/s"):
		w.refuse(e.Span, "match hashlimit: the kernel counts a rate in bytes in steps of 16, which nft's limits do not")
		return nil
	case e.Option("hashlimit-rate-match") != nil:
		w.refuse(e.Span, "match hashlimit: nft does not estimate rates (--hashlimit-rate-match)")
		return nil
	case !ok || err != nil || err2 != nil || limit.Unit == "":
		w.refuse(e.Span, "match hashlimit: the rate %q is not known", rate)
		return nil
	}
	if s := text(e, "hashlimit-htable-expire", ""); s != "" {
		expire, _ = strconv.ParseUint(s, 10, 64)
	}
	name := text(e, "hashlimit-name", "")
	var config strings.Builder
	for _, o := range e.Options {
		fmt.Fprintf(&config, "%s=%s ", o.Name, text(e, o.Name, ""))
	}
	h := w.limits[name]
	if h != nil && h.config != config.String() {
		w.refuse(e.Span, "match hashlimit: another rule uses the table %s with other options, and the kernel applies those of the first", name)
		return nil
	}
	key, types, why := w.hashKey(e)
	if why != "" {
		w.refuse(e.Span, "match hashlimit: %s", why)
		return nil
	}
	if key == nil {
		if h != nil {
			w.refuse(e.Span, "match hashlimit: several rules share one limit (%s), and each limit of nft's is its own", name)
			return nil
		}
		w.limits[name] = &hashTable{config: config.String()}
		w.how("a hashlimit that tells nothing apart is a limit")
		return one(limit)
	}
	if h == nil {
		h = &hashTable{set: w.dynamic(name, e.Span, types...), config: config.String()}
		h.set.Timeout = expire
		if s := text(e, "hashlimit-htable-max", ""); s != "" {
			h.set.Size, _ = strconv.ParseUint(s, 10, 64)
		}
		w.limits[name] = h
	}
	w.how("the table %s of hashlimit is set %s, whose elements are forgotten on time, not with the next round of --hashlimit-htable-gcinterval", name, h.set.Name)
	return one(&ast.SetOp{Span: e.Span, Verb: "update", Set: h.set.Name, Key: key, Stmts: one(limit)})
})

// hashKey returns what a hashlimit tells apart, with its types; or why it cannot be
// said.
func (w *rule) hashKey(e *ast.Extension) (ast.Expr, []ast.Type, string) {
	var parts []ast.Expr
	var types []ast.Type
	for mode := range strings.SplitSeq(text(e, "hashlimit-mode", ""), ",") {
		switch mode {
		case "srcip", "dstip":
			dst := mode == "dstip"
			bits, err := strconv.Atoi(text(e, "hashlimit-"+mode[:3]+"mask", "128"))
			if err != nil {
				return nil, nil, "its mask is not known"
			}
			parts, types = append(parts, w.masked(e.Span, dst, bits)), append(types, w.addrType())
		case "srcport", "dstport":
			f := w.port(mode == "dstport")
			if f == ast.FieldNone {
				return nil, nil, "it tells ports apart, and -p names no protocol that has them: others share one entry for xtables"
			}
			parts, types = append(parts, &ast.Payload{Span: e.Span, Field: f}), append(types, ast.TypeInetService)
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil, ""
	case 1:
		return parts[0], types, ""
	}
	return &ast.Concat{Span: e.Span, Parts: parts}, types, ""
}

// portFields are the source and the destination port of protocols.
var portFields = map[uint64][2]ast.Field{
	6: {ast.TCPSport, ast.TCPDport}, 17: {ast.UDPSport, ast.UDPDport}, 33: {ast.DCCPSport, ast.DCCPDport},
	132: {ast.SCTPSport, ast.SCTPDport}, 136: {ast.UDPLiteSport, ast.UDPLiteDport},
}

// port returns the field of a port of the protocol that the rule at hand is for;
// none if it is for another.
func (w *rule) port(dst bool) ast.Field {
	if w.proto == nil {
		return ast.FieldNone
	}
	n, ok := w.proto.Right.(*ast.Int)
	if !ok {
		return ast.FieldNone
	}
	side := 0
	if dst {
		side = 1
	}
	return portFields[n.Val][side]
}
