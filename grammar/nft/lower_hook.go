package nft

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// hookPlaces are the hooks of each family (nft(8), ADDRESS FAMILIES).
var hookPlaces = map[ast.Family][]ast.Hook{
	ast.FamilyIP:     fiveHooks,
	ast.FamilyIP6:    fiveHooks,
	ast.FamilyInet:   append(slices.Clip(fiveHooks), ast.HookIngress),
	ast.FamilyBridge: fiveHooks,
	ast.FamilyARP:    {ast.HookInput, ast.HookOutput},
	ast.FamilyNetdev: {ast.HookIngress, ast.HookEgress},
}

var fiveHooks = []ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookForward, ast.HookOutput, ast.HookPostrouting}

// typePlaces are where chains of the types other than filter can stand (nft(8),
// table 5; nf_tables of Linux has route chains in inet since 5.2).
var typePlaces = map[ast.ChainType]struct {
	families []ast.Family
	hooks    []ast.Hook
}{
	ast.ChainNAT: {
		[]ast.Family{ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet},
		[]ast.Hook{ast.HookPrerouting, ast.HookInput, ast.HookOutput, ast.HookPostrouting},
	},
	ast.ChainRoute: {[]ast.Family{ast.FamilyIP, ast.FamilyIP6, ast.FamilyInet}, []ast.Hook{ast.HookOutput}},
}

// natFirst is the priority behind which nat chains must stand: that of
// connection tracking (NF_IP_PRI_CONNTRACK, nf_tables_newchain).
const natFirst = -200

// priorities are the names of priorities (nft(8), tables 6 and 7) and the hooks
// where they may stand; nil for all. nft takes dstnat and srcnat in output and
// input since 1.0.8.
var priorities = map[ast.Family]map[string]priorityName{
	ast.FamilyIP: inetPriorities, ast.FamilyIP6: inetPriorities, ast.FamilyInet: inetPriorities,
	ast.FamilyARP:    {"filter": {0, nil}},
	ast.FamilyNetdev: {"filter": {0, nil}},
	ast.FamilyBridge: {
		"dstnat": {-300, destinations}, "filter": {-200, nil}, "out": {100, []ast.Hook{ast.HookOutput}}, "srcnat": {300, sources},
	},
}

type priorityName struct {
	value int64
	hooks []ast.Hook
}

var (
	destinations = []ast.Hook{ast.HookPrerouting, ast.HookOutput}
	sources      = []ast.Hook{ast.HookPostrouting, ast.HookInput}

	inetPriorities = map[string]priorityName{
		"raw": {-300, nil}, "mangle": {-150, nil}, "dstnat": {-100, destinations}, "filter": {0, nil}, "security": {50, nil}, "srcnat": {100, sources},
	}
)

// hook reads the specification of a base chain.
func (r *reader) hook(h *hookClause, t *tableBuild, c *chainBuild, sc *scope) {
	last := &h.Keyword
	switch {
	case h.Type == nil:
		r.missingOr(h.Rest.toks, last, "filter, nat or route")
		return
	default:
		last = h.Type
		var ok bool
		if c.Type, ok = ast.ParseChainType(h.Type.Value); !ok {
			e := r.builder.failf(r.tok(last), "%s is no type of chains", quote(clip(last.Value))).Expected("filter, nat or route")
			e.Hint = grammar.Near(last.Value, []string{"filter", "nat", "route"})
		}
	}
	if h.HookWord == nil {
		r.missingOr(h.Rest.toks, last, "hook", "hook")
		return
	}
	if h.Hook == nil {
		r.missingOr(h.Rest.toks, h.HookWord, "%s", hookList(t.Family))
		return
	}
	last = h.Hook
	hook, ok := ast.ParseHook(h.Hook.Value)
	switch {
	case !ok:
		e := r.builder.failf(r.tok(last), "%s is no hook", quote(clip(last.Value))).Expected("%s", hookList(t.Family))
		e.Hint = grammar.Near(last.Value, hookNames(t.Family))
	case !slices.Contains(hookPlaces[t.Family], hook):
		r.builder.failf(r.tok(last), "tables of the family %s have no hook %s", t.Family, hook).Expected("%s", hookList(t.Family))
	}
	c.Hook, c.HookSpan = hook, r.tok(&h.Keyword).Join(r.tok(last))
	r.checkType(h, t, c)
	ingress := hook == ast.HookIngress || hook == ast.HookEgress
	switch {
	case h.Device != nil:
		last = &h.Device.Keyword
		if h.Device.Name == nil {
			r.missingOr(h.Rest.toks, last, "the name of a device")
			return
		}
		last = h.Device.Name
		if !ingress && ok {
			r.builder.failf(r.tok(&h.Device.Keyword).Join(r.tok(last)), "chains of the hook %s see the packets of all devices", hook).Expected("no device")
			break
		}
		name := last.Value
		c.Devices = r.deviceList(nil, name, r.base+uint32(last.Pos.Offset), sc, 0)
	case h.Devices != nil:
		last = &h.Devices.Keyword
		for _, t := range []*tok{h.Devices.Is, h.Devices.List, h.Devices.Var} {
			if t != nil {
				last = t
			}
		}
		c.Devices = r.devices(h.Devices, nil, sc)
	}
	if h.Priority == nil {
		r.missingOr(h.Rest.toks, last, "priority", "priority", "device", "devices")
		return
	}
	var at ast.Span
	if c.Priority, at, ok = r.priority(h.Priority, t.Family, hook, sc, h.Rest.toks); !ok {
		return
	}
	c.HookSpan = c.HookSpan.Join(at)
	if c.Type == ast.ChainNAT && c.Priority <= natFirst {
		r.builder.fail(&grammar.Error{
			Span: at, Kind: grammar.Placement,
			Msg: "a nat chain cannot stand in front of connection tracking", Want: "a priority above " + strconv.Itoa(natFirst),
		})
	}
	r.rest(h.Rest.toks, "")
}

// missingOr tells of what should stand behind a token, where nothing or
// something else does.
func (r *reader) missingOr(rest []tok, last *tok, want string, known ...string) {
	if len(rest) > 0 {
		r.rest(rest, want, known...)
		return
	}
	r.missing(last, "%s", want)
}

// checkType checks that a chain of its type can stand in the family and the
// hook: the kernel knows no others.
func (r *reader) checkType(h *hookClause, t *tableBuild, c *chainBuild) {
	place, ok := typePlaces[c.Type]
	if !ok || c.Hook == ast.HookNone {
		return
	}
	e := &grammar.Error{Span: r.tok(h.Type), Kind: grammar.Placement}
	switch {
	case !slices.Contains(place.families, t.Family):
		e.Msg = "tables of the family " + t.Family.String() + " have no chains of the type " + c.Type.String()
	case !slices.Contains(place.hooks, c.Hook):
		e.Span = r.tok(h.Hook)
		e.Msg = "chains of the type " + c.Type.String() + " cannot stand in the hook " + c.Hook.String()
		var names []string
		for _, h := range place.hooks {
			names = append(names, h.String())
		}
		e.Want = oneOf(names)
	default:
		return
	}
	r.builder.fail(e)
}

func hookNames(f ast.Family) (names []string) {
	for _, h := range hookPlaces[f] {
		names = append(names, h.String())
	}
	return names
}

func hookList(f ast.Family) string { return oneOf(hookNames(f)) }

// priority reads a priority: a number, a name, or a name and a number to be
// added or taken away. A variable may stand for any of them.
func (r *reader) priority(p *priority, f ast.Family, hook ast.Hook, sc *scope, rest []tok) (n int32, at ast.Span, ok bool) {
	var parts []*tok
	for _, t := range []*tok{p.Name, p.Sign, p.Number} {
		if t != nil {
			parts = append(parts, t)
		}
	}
	if len(parts) == 0 {
		r.missingOr(rest, &p.Keyword, "a number, or a name such as filter, which a number may be added to")
		return 0, at, false
	}
	at = r.tok(parts[0]).Join(r.tok(parts[len(parts)-1]))
	if first := parts[0].Value; len(parts) > 1 && p.Sign == nil {
		next := parts[1].Value
		if isNumber(strings.TrimPrefix(first, "-")) || first != "-" && next[0] != '-' || first == "-" && !isNumber(next) {
			r.rest([]tok{*parts[1]}, "a newline or ;", "policy")
			return 0, at, false
		}
	}
	var text strings.Builder
	for i, t := range parts {
		word := t.Value
		if strings.HasPrefix(word, "$") {
			if i > 0 || len(parts) > 1 {
				r.builder.failf(at, "nothing can be added to a variable here").Expected("the sum in the variable, as a text in quotes")
				return 0, at, false
			}
			var known bool
			if word, _, _, known = r.value(t, sc); !known {
				return 0, at, false
			}
			word = strings.Trim(word, `"`)
		}
		text.WriteString(word)
	}
	return r.sum(text.String(), at, f, hook)
}

// sum reads a priority's text, blanks left out.
func (r *reader) sum(text string, at ast.Span, f ast.Family, hook ast.Hook) (int32, ast.Span, bool) {
	text = strings.ReplaceAll(text, " ", "")
	number, base := text, int64(0)
	sign := strings.IndexAny(text, "+-")
	if name := text; name != "" && (name[0] < '0' || name[0] > '9') && sign != 0 {
		number = "0"
		if sign > 0 {
			name, number = text[:sign], text[sign:]
		}
		p, ok := priorities[f][name]
		if !ok {
			names := make([]string, 0, len(priorities[f]))
			for n := range priorities[f] {
				names = append(names, n)
			}
			slices.SortFunc(names, func(a, b string) int { return int(priorities[f][a].value - priorities[f][b].value) })
			e := r.builder.failf(at, "%s is no priority in the family %s", quote(clip(name)), f).Expected("a number or %s", oneOf(names))
			e.Hint = grammar.Near(name, names)
			return 0, at, false
		}
		if p.hooks != nil && hook != ast.HookNone && !slices.Contains(p.hooks, hook) {
			var hooks []string
			for _, h := range p.hooks {
				hooks = append(hooks, h.String())
			}
			r.builder.failf(at, "the priority %s has no meaning in the hook %s", name, hook).Expected("the hook %s, or a number", oneOf(hooks))
			return 0, at, false
		}
		base = p.value
	}
	number, minus := strings.CutPrefix(number, "-")
	if !minus {
		number = strings.TrimPrefix(number, "+")
	}
	u, ok := parseNumber(number)
	if !ok || u > math.MaxUint32 {
		r.builder.failf(at, "%s is no priority", quote(clip(text))).Expected("a number from %d to %d, or a name", math.MinInt32, math.MaxInt32)
		return 0, at, false
	}
	n := int64(u)
	if minus {
		n = -n
	}
	if n += base; n < math.MinInt32 || n > math.MaxInt32 {
		r.builder.failf(at, "the priority %d is out of range", n).Expected("%d to %d", math.MinInt32, math.MaxInt32)
		return 0, at, false
	}
	return int32(n), at, true
}
