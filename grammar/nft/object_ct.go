package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var (
	l3proto    = wordSetting("ip", "ip6", "inet")
	ctProtocol = wordSetting("tcp", "udp")
)

// ctHelperObject: ct helper name { type "ftp" protocol tcp; l3proto ip; }.
var ctHelperObject = objectSpec{
	required: []string{"type", "protocol"},
	separate: "type",
	settings: map[string]func(*config, *reader, *tok){
		"type": textSetting(`the helper's name in quotes, such as "ftp"`), "protocol": ctProtocol, "l3proto": l3proto,
	},
}

// ctExpectationObject: ct expectation name { protocol udp; dport 5060; timeout
// 2m; size 12; l3proto ip; }.
var ctExpectationObject = objectSpec{
	required: []string{"protocol", "dport", "timeout", "size"},
	separate: "all",
	settings: map[string]func(*config, *reader, *tok){
		"protocol": ctProtocol, "dport": numberSetting(16), "timeout": timeSetting, "size": numberSetting(8), "l3proto": l3proto,
	},
}

// ctTimeoutObject: ct timeout name { protocol tcp; policy = { established : 300
// }; l3proto ip; }.
var ctTimeoutObject = objectSpec{
	required: []string{"protocol"},
	separate: "all",
	settings: map[string]func(*config, *reader, *tok){"protocol": ctProtocol, "l3proto": l3proto, "policy": ctPolicy},
	check:    checkPolicy,
}

// ctStates are the states of a connection whose timeouts may be set (enum
// ctattr_timeout_tcp, enum ctattr_timeout_udp).
var ctStates = map[string][]string{
	"tcp": {
		"syn_sent", "syn_recv", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "close", "syn_sent2", "retrans", "unack",
	},
	"udp": {"unreplied", "replied"},
}

// ctPolicy reads policy = { state : time, ... }. Its option holds a list whose
// elements have the state as key and seconds as value.
func ctPolicy(c *config, r *reader, keyword *tok) {
	if !c.accept("=") {
		r.missingOr(c.toks, c.last, "=")
		c.toks = nil
		return
	}
	if len(c.toks) == 0 || c.toks[0].Type != lxBraced {
		r.missingOr(c.toks, c.last, "states and times in braces, such as { established : 300 }")
		c.toks = nil
		return
	}
	t := c.next()
	from := t.Pos.Offset
	list := &ast.SetLit{Span: r.span(from-1, min(from+len(t.Value)+1, len(r.text)))}
	c.option(r.tok(keyword).Join(list.Span), "policy", list)
	l := newLex(r.text[:from+len(t.Value)], r.base, frameObject)
	l.at = from
	for l.words(); l.at < len(l.text); l.words() {
		l.at++ // nft lets a list go on over lines
	}
	words := l.toks
	for len(words) > 0 {
		if words[0].Value == "," && len(list.Elems) > 0 {
			words = words[1:]
		} else if len(list.Elems) > 0 {
			r.rest(words, ", or }")
			return
		}
		if len(words) < 3 || words[1].Value != ":" {
			at := r.span(from+len(t.Value), from+len(t.Value))
			if len(words) > 0 {
				at = r.toks(words[:min(len(words), 2)], nil)
			}
			r.builder.failf(at, "this is no timeout").Expected("a state, : and a time, such as established : 300")
			return
		}
		state, value := &words[0], &words[2]
		seconds, ok := parseNumber(value.Value)
		if !ok {
			var ms uint64
			ms, ok = milliseconds(value.Value)
			seconds = ms / 1000
		}
		if !ok || seconds>>32 != 0 {
			r.builder.failf(r.tok(value), "%s is no timeout", quote(clip(value.Value))).Expected("seconds, or a time such as 5m")
			return
		}
		list.Elems = append(list.Elems, &ast.Elem{
			Span:  r.tok(state).Join(r.tok(value)),
			Key:   &ast.String{Span: r.tok(state), Val: state.Value},
			Value: &ast.Int{Span: r.tok(value), Val: seconds},
		})
		words = words[3:]
	}
}

// checkPolicy checks the states of a policy against the protocol.
func checkPolicy(c *config, r *reader) {
	protocol, policy := c.lookup("protocol"), c.lookup("policy")
	if protocol == nil || policy == nil {
		return
	}
	name := protocol.Args[0].(*ast.String).Val
	states := ctStates[name]
	for _, e := range policy.Args[0].(*ast.SetLit).Elems {
		state := e.Key.(*ast.String)
		if oneIn(state.Val, states) == "" {
			err := r.builder.failf(state.Span, "%s has no state %s", strings.ToUpper(name), quote(clip(state.Val))).Expected("%s", oneOf(states))
			err.Hint = grammar.Near(state.Val, states)
		}
	}
}
