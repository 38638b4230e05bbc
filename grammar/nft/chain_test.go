package nft

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestAnonymousChains reads chains that are written where a rule goes to them.
func TestAnonymousChains(t *testing.T) {
	text := "meta l4proto tcp jump {\n\t# a comment\n\ttcp dport 22 accept; tcp dport { 80,\n 443 } goto { drop }\n\n}"
	var p ruleParser
	r := p.parseRule(text, spanBase, &scope{table: &ast.Table{Family: ast.FamilyInet}})
	if len(p.errs) > 0 {
		t.Fatal(p.errs[0])
	}
	if got, want := ast.Dump(r), `(rule (match meta.l4proto == 6) (jump "{1022}"))`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want := []string{
		"(chain \"{1087}\" anonymous\n   (rule (drop)))",
		"(chain \"{1022}\" anonymous\n   (rule (match meta.l4proto == 6 implied) (match tcp.dport == 22) (accept))\n" +
			"   (rule (match meta.l4proto == 6 implied) (match tcp.dport == {80 443}) (goto \"{1087}\")))",
	}
	if len(p.anonymous) != len(want) {
		t.Fatalf("%d chains", len(p.anonymous))
	}
	for i, c := range p.anonymous {
		if got := ast.Dump(c); got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
		if got := text[c.From-spanBase : c.To-spanBase]; got[0] != '{' || got[len(got)-1] != '}' {
			t.Errorf("the chain is at %q", got)
		}
	}
}

// TestAnonymousChainBad: a rule with an error in the chain that it goes to is
// not understood as a whole.
func TestAnonymousChainBad(t *testing.T) {
	var p ruleParser
	r := p.parseRule("ip saddr 192.0.2.1 jump { tcp dport 22 acept }", spanBase, &scope{family: ast.FamilyInet})
	if len(p.errs) != 1 || len(p.anonymous) != 0 || !r.Bad {
		t.Errorf("%s with %d errors", ast.Dump(r), len(p.errs))
	}
	if got, want := ast.Dump(r), `(rule (match meta.nfproto == 2 implied) (match ip.saddr == 192.0.2.1) (opaque "jump { tcp dport 22 acept }" action) bad)`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestExprText(t *testing.T) {
	for _, c := range []struct {
		text  string
		types []ast.Type
		want  string
		err   string
	}{
		{"ip saddr", nil, "ip.saddr", ""},
		{"ip saddr . tcp dport . meta mark", nil, "(concat ip.saddr tcp.dport meta.mark)", ""},
		{"ct original ip saddr", nil, "ct.original.ip.saddr", ""},
		{"meta mark & 0xff", nil, "(& meta.mark 0xff)", ""},
		{"numgen inc mod 2", nil, "(numgen inc mod=2)", ""},
		{"192.0.2.0/24", nil, "192.0.2.0/24", ""},
		{"10 - 20", nil, "10-20", ""},
		{"{ 22, 80-90 }", types("inet_service"), "{22 80-90}", ""},
		{"{ 22, eth0 }", nil, `{22 "eth0"}`, ""},
		{"established,related", types("ct_state"), "6", ""},
		{"192.0.2.1 . 22", types("ipv4_addr", "inet_service"), "(concat 192.0.2.1 22)", ""},
		{"1d", types("time"), "86400000", ""},
		{"$nested", types("inet_service"), "_", "the variable holds a set; expected a port, or the name of a service"},
		{"drop", types("verdict"), "_", "a verdict is no value"},
		{"ip saddr foo", nil, "_", `unexpected "foo"; expected the end of the expression`},
		{"", nil, "_", "unexpected end of the statement; expected a value"},
	} {
		var p ruleParser
		e := p.parseExprText(c.text, spanBase, c.types, fuzzScope(ast.FamilyInet))
		got, err := "_", ""
		if e != nil {
			got = ast.Dump(e)
		}
		if len(p.errs) > 0 {
			err = p.errs[0].Error()
		}
		if got != c.want || err != c.err {
			t.Errorf("%q\ngot  %s %s\nwant %s %s", c.text, got, err, c.want, c.err)
		}
	}
}
