package iptables

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

func spanText(from, to uint32) string { return fmt.Sprintf("%d-%d", from, to) }

// parseText parses text as a save file and returns its errors with their
// places, as file:line:col: text.
func parseText(text string, d Dialect, f ast.Family) (*File, []string) {
	fset := token.NewFileSet()
	tf := fset.AddFile("f", -1, len(text))
	tf.SetLinesForContent([]byte(text))
	file := Parse("f", text, d, f, tf.Base())
	var errs []string
	for _, e := range file.Errors {
		errs = append(errs, e.Format(fset))
	}
	return file, errs
}

func TestSaveErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"no table", "-A INPUT -j ACCEPT\n", []string{"f:1:1: a line outside of a table; expected *table, such as *filter, above it"}},
		{"no COMMIT", "*filter\n", []string{"f:1:1: table filter has no COMMIT, so iptables-restore loads nothing of it; expected a line COMMIT at its end"}},
		{"lonely COMMIT", "COMMIT\n", []string{"f:1:1: COMMIT without a table; expected *table above it"}},
		{"table", "*fitler\nCOMMIT\n", []string{`f:1:2: unknown table "fitler"; expected filter, nat, mangle, raw or security; did you mean "filter"?`}},
		{"policy", "*filter\n:INPUT DORP [0:0]\nCOMMIT\n", []string{`f:2:8: "DORP" is no policy; expected ACCEPT or DROP, or - for a chain of one's own; did you mean "DROP"?`}},
		{"chain counters", "*filter\n:INPUT DROP [0]\nCOMMIT\n", []string{`f:2:13: "[0]" are no counters; expected [packets:bytes]`}},
		{"rule counters", "*filter\n[1:x] -A INPUT -j ACCEPT\nCOMMIT\n", []string{`f:2:1: "[1:x]" are no counters; expected [packets:bytes]`}},
		{"option", "*filter\n-A INPUT -p tcp --dprot 22\nCOMMIT\n", []string{`f:2:17: unknown option "--dprot"; did you mean "--dport"?`}},
		{"option of a match", "*filter\n-A INPUT --dport 22\nCOMMIT\n", []string{`f:2:10: unknown option "--dport"; expected -p dccp or -p sctp or -p tcp or -p udp before it`}},
		{"all are told", "*filter\n-A INPUT -p tcq\n-A INPUT -i\nCOMMIT\n", []string{
			`f:2:13: -p: unknown protocol "tcq"; expected a name such as tcp, or a number from 0 to 255; did you mean "tcp"?`,
			`f:3:10: -i has no argument; expected an interface name of at most 15 bytes, with + at its end for all that begin so`,
		}},
		{"port in a range", "*filter\n-A INPUT -p tcp --dport 1:70000\nCOMMIT\n", []string{`f:2:27: --dport: "70000" is no port; expected a port from 0 to 65535, a service's name, or a range a:b`}},
		{"CRLF", "*filter\r\n:INPUT DROP [0:0]\r\n-A INPUT -i lo -j ACCEPT\r\nCOMMIT\r\n", nil},
		{"-t", "*filter\n-A INPUT -t nat -j ACCEPT\nCOMMIT\n", []string{"f:2:10: -t cannot be used in a save file; expected the rule under its *table line"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errs := parseText(c.text, Save, ast.FamilyIP)
			if !slices.Equal(errs, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(errs, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestSaveModel(t *testing.T) {
	text := "*filter\n:INPUT DROP [3:180]\n:FORWARD ACCEPT [0:0]\n:mine - [0:0]\n" +
		"[5:300] -A INPUT -s 192.0.2.1,198.51.100.0/24 -j mine\n-A mine -p tcp --dport 22 -j ACCEPT\n-A mine -j RETURN\nCOMMIT\n"
	f, errs := parseText(text, Save, ast.FamilyIP)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	tb := f.Ruleset.Table(ast.FamilyIP, "filter")
	in, mine := tb.Chain("INPUT"), tb.Chain("mine")
	if in.Policy != ast.PolicyDrop || in.Hook != ast.HookInput || in.Counters.Bytes != 180 || mine.Base() {
		t.Errorf("chains %+v %+v", in, mine)
	}
	if len(in.Rules) != 2 || in.Rules[0].Parts != 2 || in.Rules[1].Part != 2 || in.Rules[1].Counters.Packets != 5 {
		t.Fatalf("INPUT has rules %+v", in.Rules)
	}
	if len(mine.Rules) != 2 || mine.Rules[0].Uses[0].Name != "tcp" {
		t.Errorf("mine has rules %+v", mine.Rules)
	}
	for _, r := range append(in.Rules, mine.Rules...) {
		if s := text[r.From-1 : r.To-1]; !strings.Contains(s, "-A ") || strings.Contains(s, "\n") {
			t.Errorf("the rule's place has %q", s)
		}
	}
}

func FuzzSave(f *testing.F) {
	f.Add("*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -m state --state NEW -j ACCEPT\nCOMMIT\n", false)
	f.Add("*nat\n:x - [0:0]\n[1:2] -A x ! -s 2001:db8::/32,::1 -g x\nCOMMIT\nCOMMIT\n*", true)
	f.Add("# x\n*raw\n-A PREROUTING -4nvw 5 -pudp --dport=:9 -f\n-I INPUT 2\n-P INPUT DROP\nCOMMIT", false)
	f.Fuzz(func(t *testing.T, text string, v6 bool) {
		fam := ast.FamilyIP
		if v6 {
			fam = ast.FamilyIP6
		}
		file := Parse("f", text, Save, fam, 1)
		for _, e := range file.Errors {
			if e.From < 1 || e.To < e.From || int(e.To) > len(text)+1 {
				t.Fatalf("error %v at %v of %d bytes", e, e.Span, len(text))
			}
		}
	})
}

func TestFormatSave(t *testing.T) {
	in := "# kept\n\n\n*filter \n:INPUT   DROP\n:mine -\n# in the table\n\n[1:60]  -A INPUT  -s 192.0.2.1,2.2.2.2/255.255.255.0 -p tcp --syn --dport ssh -j  mine\n-A mine -jACCEPT\nCOMMIT\n"
	want := "# kept\n\n*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\n# in the table\n\n" +
		"[1:60] -A INPUT -s 192.0.2.1/32 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j mine\n" +
		"[1:60] -A INPUT -s 2.2.2.0/24 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j mine\n" +
		"-A mine -j ACCEPT\nCOMMIT\n"
	f, errs := parseText(in, Save, ast.FamilyIP)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := string(f.Format()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f, _ = parseText(want, Save, ast.FamilyIP)
	if got := string(f.Format()); got != want {
		t.Errorf("formatted again\n%s\nwant\n%s", got, want)
	}
}
