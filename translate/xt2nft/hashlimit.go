package xt2nft

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// hashTable is a table of hashlimit, by its name: rules that name the same use it
// together, with the options of the first (htable_find_get in xt_hashlimit).
type hashTable struct {
	set    *ast.Set // nil if nothing is told apart
	first  *ast.Extension
	above  bool
	config string
	chain  *ast.Chain // of the first rule
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
	name, above := text(e, "hashlimit-name", ""), e.Option("hashlimit-above") != nil
	config := hashConfig(e)
	h := w.limits[name]
	first := e
	switch {
	case h == nil:
	case h.set == nil:
		w.refuse(e.Span, "match hashlimit: several rules share one limit (%s), and each limit of nft's is its own", name)
		return nil
	case h.above != above:
		w.refuse(e.Span, "match hashlimit: one rule matches below the rate of the table %s and another above it; the limits in a set of nft are of one kind", name)
		return nil
	case h.config != config && h.chain != w.chain:
		w.refuse(e.Span, "match hashlimit: a rule of another chain uses the table %s with other options, and the kernel applies those of the one that it meets first", name)
		return nil
	case h.config != config:
		w.how("another rule uses the table %s of hashlimit, and as for xtables, its options apply here too: %s", name, h.config)
		first = h.first
	}
	limit, expire, why := hashRate(first)
	if why != "" {
		w.refuse(e.Span, "match hashlimit: %s", why)
		return nil
	}
	limit.Span, limit.Over = e.Span, above
	key, types, why := w.hashKey(first)
	if why != "" {
		w.refuse(e.Span, "match hashlimit: %s", why)
		return nil
	}
	if h == nil {
		h = &hashTable{first: e, config: config, above: above, chain: w.chain}
		w.limits[name] = h
		if key != nil {
			h.set = w.dynamic(name, e.Span, types...)
			h.set.Timeout = expire
			if s := text(e, "hashlimit-htable-max", ""); s != "" {
				h.set.Size, _ = strconv.ParseUint(s, 10, 64)
			}
		}
	}
	if key == nil {
		w.how("a hashlimit that tells nothing apart is a limit")
		return one(limit)
	}
	w.how("the table %s of hashlimit is set %s, whose elements are forgotten on time, not with the next round of --hashlimit-htable-gcinterval", name, h.set.Name)
	return one(&ast.SetOp{Span: e.Span, Verb: "update", Set: h.set.Name, Key: key, Stmts: one(limit)})
})

// hashConfig returns the options of a match, but for whether it matches above the
// rate.
func hashConfig(e *ast.Extension) string {
	var b strings.Builder
	for _, o := range e.Options {
		switch v := text(e, o.Name, ""); o.Name {
		case "hashlimit-name":
		case "hashlimit-upto", "hashlimit-above":
			b.WriteString(v)
		default:
			b.WriteString(strings.TrimSpace(" --" + o.Name + " " + v))
		}
	}
	return b.String()
}

// hashRate returns the limit of each entry, and the milliseconds after which one is
// forgotten; or why it cannot be said.
func hashRate(e *ast.Extension) (l *ast.Limit, expire uint64, why string) {
	rate := text(e, "hashlimit-upto", text(e, "hashlimit-above", ""))
	count, unit, ok := strings.Cut(rate, "/")
	n, err := strconv.ParseUint(count, 10, 64)
	burst, err2 := strconv.ParseUint(text(e, "hashlimit-burst", "5"), 10, 32)
	l = &ast.Limit{Rate: n, Burst: burst, Use: e.Use}
	for _, u := range hashUnits {
		if u.name == unit {
			l.Unit, expire = u.nft, u.seconds*1000
		}
	}
	switch {
	case strings.HasSuffix(rate, "b/s"):
		return nil, 0, "the kernel counts a rate in bytes in steps of 16, which nft's limits do not"
	case e.Option("hashlimit-rate-match") != nil:
		return nil, 0, "nft does not estimate rates (--hashlimit-rate-match)"
	case !ok || err != nil || err2 != nil || l.Unit == "":
		return nil, 0, fmt.Sprintf("the rate %q is not known", rate)
	}
	if s := text(e, "hashlimit-htable-expire", ""); s != "" {
		if expire, err = strconv.ParseUint(s, 10, 64); err != nil {
			return nil, 0, "--hashlimit-htable-expire is not known"
		}
	}
	return l, expire, ""
}

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
