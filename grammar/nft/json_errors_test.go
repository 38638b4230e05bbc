package nft

import (
	gotoken "go/token"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// jsonText is a text with a table t and a chain c, of family inet, and what is
// given behind them.
func jsonText(entries ...string) string {
	all := append([]string{`{"table": {"family": "inet", "name": "t"}}`, `{"chain": {"family": "inet", "table": "t", "name": "c"}}`}, entries...)
	return "{\"nftables\": [\n" + strings.Join(all, ",\n") + "\n]}\n"
}

// jsonRuleOf is a rule of one statement.
func jsonRuleOf(stmt string) string {
	return `{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [` + stmt + `]}}`
}

// jsonErrors are texts with an error, and what is told of it.
var jsonErrors = []struct {
	name, text, want string
}{
	{"empty", "", "t.json:1:1: the text ends before a value; expected a JSON value"},
	{"no list", `{"rules": []}`, `t.json:1:1: unexpected object "rules"; expected { "nftables": [ ... ] }`},
	{"two values", "{\"nftables\": []}\n{}", "t.json:2:1: unexpected text behind the JSON value; expected the end of the file"},
	{"brackets", strings.Repeat("[", 100_000), "t.json:1:201: arrays and objects lie more than 200 deep in each other"},
	{"objects", `{"nftables": ` + strings.Repeat(`{"a":`, 100_000), "t.json:1:1009: arrays and objects lie more than 200 deep in each other"},
	{"no end of a string", "{\"nftables\": [\n{\"table", "t.json:2:2: the string has no end; expected another \""},
	{"line in a string", "{\"nftables\": [\n{\"tab\nle\"", "t.json:2:6: a control character in a string; expected an escape such as \\n"},
	{"escape", `{"nftables\x": []}`, `t.json:1:11: "\\x" is no escape; expected \" \\ \/ \b \f \n \r \t, or \u and four hexadecimal digits`},
	{"half an escape", `{"nftables\`, "t.json:1:2: the string has no end; expected another \""},
	{"no end", jsonText()[:20], `t.json:2:2: the string has no end; expected another "`},
	{"comma", `{"nftables": [,]}`, `t.json:1:15: unexpected ","; expected a JSON value`},
	{"number", `{"nftables": [012]}`, `t.json:1:15: "012" is no number of JSON`},
	{"object", jsonText(`{"tabel": {"family": "ip", "name": "x"}}`), `t.json:4:3: unknown object "tabel"`},
	{"statement", jsonText(jsonRuleOf(`{"acept": null}`)), `t.json:4:68: unknown statement "acept"; expected a statement such as match, counter or accept; did you mean "accept"?`},
	{"expression", jsonText(jsonRuleOf(`{"match": {"op": "==", "left": {"mata": {"key": "mark"}}, "right": 1}}`)),
		`t.json:4:99: unknown expression "mata"; expected an expression such as payload, meta or ct; did you mean "meta"?`},
	{"field", jsonText(jsonRuleOf(`{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dprot"}}, "right": 1}}`)),
		`t.json:4:139: unknown field "dprot" of tcp; expected `},
	{"property", jsonText(jsonRuleOf(`{"counter": {"packts": 1}}`)), `t.json:4:80: unknown property "packts"; expected packets or bytes; did you mean "packets"?`},
	{"big port", jsonText(jsonRuleOf(`{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 65536}}`)),
		`t.json:4:158: 65536 is too large; expected a port from 0 to 65535`},
	{"huge number", jsonText(jsonRuleOf(`{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1` + strings.Repeat("0", 100_000) + `}}`)), `t.json:4:133: 1000`},
	{"huge handle", jsonText(`{"table": {"family": "ip", "name": "x", "handle": 1e400}}`), "t.json:4:51: unexpected number 1e400; expected a number of at most 64 bits"},
	{"negative", jsonText(jsonRuleOf(`{"limit": {"rate": -1, "per": "second"}}`)), "t.json:4:85: unexpected number -1; expected a number of at most 64 bits"},
	{"deep in a rule", jsonText(jsonRuleOf(`{"match": {"op": "==", "left": ` + strings.Repeat(`{"&": [`, 80) + `1`)), "t.json:4:"},
}

// TestJSONErrors checks what is told of errors, and where.
func TestJSONErrors(t *testing.T) {
	for _, c := range jsonErrors {
		t.Run(c.name, func(t *testing.T) {
			fset := gotoken.NewFileSet()
			f := ParseJSON(fset, "t.json", []byte(c.text))
			if len(f.Errors) == 0 {
				t.Fatalf("no error; expected %q", c.want)
			}
			if got := f.Errors[0].Format(fset); !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", clip(got), c.want)
			}
			if n := len(f.Errors[0].Error()); n > 1000 {
				t.Errorf("the error has %d bytes", n)
			}
		})
	}
}

// jsonSeeds are rules of each statement and expression.
var jsonSeeds = []string{
	`{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}, {"accept": null}`,
	`{"match": {"op": "==", "left": {"&": [{"payload": {"protocol": "tcp", "field": "flags"}}, ["fin", "syn"]]}, "right": "syn"}}`,
	`{"match": {"op": "==", "left": {"concat": [{"payload": {"protocol": "ip", "field": "saddr"}}, {"payload": {"protocol": "tcp", "field": "dport"}}]}, "right": {"set": [{"concat": [{"prefix": {"addr": "192.0.2.0", "len": 24}}, {"range": [80, 90]}]}]}}}`,
	`{"match": {"op": "!=", "left": {"ct": {"key": "saddr", "dir": "original"}}, "right": "2001:db8::1"}}`,
	`{"match": {"op": "==", "left": {"fib": {"result": "oif", "flags": ["saddr", "iif"]}}, "right": false}}`,
	`{"match": {"op": "==", "left": {"exthdr": {"name": "frag"}}, "right": true}}, {"match": {"op": "==", "left": {"tcp option": {"base": 34, "offset": 0, "len": 8}}, "right": true}}`,
	`{"mangle": {"key": {"meta": {"key": "mark"}}, "value": {"jhash": {"mod": 7, "seed": 5, "offset": 9, "expr": {"payload": {"protocol": "ip", "field": "saddr"}}}}}}`,
	`{"mangle": {"key": {"meta": {"key": "mark"}}, "value": {"map": {"key": {"meta": {"key": "iifname"}}, "data": {"set": [["eth*", 1], ["*", 2]]}}}}}`,
	`{"vmap": {"key": {"meta": {"key": "l4proto"}}, "data": {"set": [["tcp", {"jump": {"target": "c"}}], [17, {"drop": null}]]}}}`,
	`{"set": {"op": "add", "elem": {"elem": {"val": {"payload": {"protocol": "ip", "field": "saddr"}}, "timeout": 10}}, "set": "@s", "stmt": [{"counter": null}]}}`,
	`{"meter": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "stmt": {"limit": {"rate": 10, "per": "second"}}, "size": 65535, "name": "m"}}`,
	`{"dnat": {"family": "ip", "addr": {"range": ["192.0.2.1", "192.0.2.9"]}, "port": 80, "flags": ["random"], "type_flags": "prefix"}}, {"masquerade": null}, {"redirect": {"port": {"range": [1, 2]}}}`,
	`{"log": {"prefix": "a\u00e9", "level": "debug", "flags": ["skuid"], "group": 1}}, {"reject": {"type": "icmpx", "expr": "admin-prohibited"}}, {"quota": {"val": 1, "val_unit": "mbytes"}}`,
	`{"queue": {"num": {"range": [1, 3]}, "flags": "bypass"}}, {"ct count": {"val": 5, "inv": true}}, {"tproxy": {"family": "ip", "port": 1}}, {"synproxy": {"mss": 1, "flags": "timestamp"}}`,
	`{"dup": {"addr": "192.0.2.1", "dev": "lo"}}, {"fwd": {"dev": "lo"}}, {"flow": {"op": "add", "flowtable": "@f"}}, {"notrack": null}, {"reset": {"tcp option": {"name": "sack-perm"}}}, {"last": null}`,
	`{"counter": "x"}, {"ct helper": "x"}, {"xt": {"type": "match", "name": "x"}}, "jump {\n\t\t\tdrop\n\t\t}", "counter"`,
	`{"match": {"op": "==", "left": {"ipsec": {"key": "saddr", "family": "ip", "dir": "in", "spnum": 0}}, "right": "192.0.2.1"}}, {"match": {"op": "==", "left": {"rt": {"key": "nexthop", "family": "ip6"}}, "right": "::1"}}`,
	`{"match": {"op": "==", "left": {"meta": {"key": "time"}}, "right": "2020-01-01 00:00:00"}}, {"match": {"op": "==", "left": {"meta": {"key": "hour"}}, "right": {"range": ["10:00", "11:00"]}}}`,
}

// FuzzJSON reads whole texts. Whatever is in them, all places lie in the text.
func FuzzJSON(f *testing.F) {
	for _, c := range jsonErrors {
		if len(c.text) < 10_000 {
			f.Add(c.text)
		}
	}
	for _, s := range jsonSeeds {
		f.Add(jsonText(jsonRuleOf(s)))
	}
	for _, s := range []string{
		`{"set": {"family": "inet", "table": "t", "name": "s", "type": ["ipv4_addr", "inet_service"], "flags": ["interval", "timeout"], "elem": [{"elem": {"val": {"concat": ["192.0.2.1", 22]}, "timeout": 3, "comment": "x", "counter": null}}]}}`,
		`{"map": {"family": "inet", "table": "t", "name": "s", "type": {"typeof": {"payload": {"protocol": "vlan", "field": "id"}}}, "map": "verdict", "elem": [[7, {"accept": null}], ["*", {"drop": null}]]}}`,
		`{"flush": {"ruleset": null}}`, `{"delete": {"element": {"family": "inet", "table": "t", "name": "s", "elem": ["192.0.2.1"]}}}`, `{"rename": {"chain": {"family": "inet", "table": "t", "name": "c", "newname": "d"}}}`,
		`{"insert": {"rule": {"family": "inet", "table": "t", "chain": "c", "index": 0, "expr": []}}}`, `{"replace": {"rule": {"family": "inet", "table": "t", "chain": "c", "handle": 4, "expr": [{"drop": null}]}}}`,
		`{"ct timeout": {"family": "inet", "table": "t", "name": "x", "protocol": "tcp", "l3proto": "ip", "policy": {"established": 60}}}`, `{"ct helper": {"family": "inet", "table": "t", "name": "x", "type": "ftp", "protocol": "tcp"}}`,
		`{"tunnel": {"family": "netdev", "table": "t", "name": "x", "id": 1, "src-ipv4": "192.0.2.1", "type": "erspan", "tunnel": {"version": 1, "index": 2}}}`,
		`{"flowtable": {"family": "inet", "table": "t", "name": "f", "hook": "ingress", "prio": 0, "dev": ["lo"]}}`,
	} {
		f.Add(jsonText(s))
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := ParseJSONAt(gotoken.NewFileSet(), "t.json", text, spanBase)
		inside := func(s ast.Span) bool {
			return !s.Valid() || s.From <= s.To && s.From >= spanBase && int(s.To) <= spanBase+len(text)
		}
		ast.Walk(file.Ruleset, func(n ast.Node) bool {
			if s := n.Source(); !inside(s) {
				t.Errorf("%T at %d-%d of %d bytes", n, s.From, s.To, len(text))
			}
			return true
		})
		_ = ast.Dump(file.Ruleset)
		for _, e := range file.Errors {
			if !inside(e.Span) || !e.Valid() || e.Msg == "" {
				t.Errorf("error %q at %d-%d of %d bytes", e.Error(), e.From, e.To, len(text))
			}
		}
	})
}
