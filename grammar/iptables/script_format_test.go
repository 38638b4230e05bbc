package iptables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The save file that a script amounts to makes the same tables as the script,
// and is in its canonical form.
func TestFormatCommands(t *testing.T) {
	for _, name := range []string{"edit.sh", "idempotent.sh", "restore.sh", "session.txt", "howto.txt", "windows.sh"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata/commands", name))
			if err != nil {
				t.Fatal(err)
			}
			save := string(Parse(name, string(text), Commands, ast.FamilyIP, 1).Format())
			if save == "" {
				t.Fatal("it has no form")
			}
			again := Parse(name, save, Save, ast.FamilyIP, 1)
			if got := string(again.Format()); got != save || len(again.Errors) > 0 {
				t.Errorf("read again it is\n%s\n%s%s", got, save, errorsOf(again))
			}
			_, want := readScript(name, string(text), ast.FamilyIP)
			for _, variant := range []string{"legacy", "nft"} {
				if got, out := kernel(t, variant, save, "iptables-restore"); got.String() != want.String() {
					t.Errorf("--- %s\n%s--- the model\n%s--- it says %s", variant, got, want, out)
				}
			}
		})
	}
	for _, c := range []struct{ name, text, want string }{
		{"iptables -S", "-P INPUT DROP\n-N a\n-A INPUT -c 1 2 -j a\n-A a -p tcp -j DROP\n", "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n[1:2] -A INPUT -j a\n-A a -p tcp -j DROP\nCOMMIT\n"},
		{"what is not known", "iptables -A INPUT -s $X -j DROP\n", ""},
		{"a condition that is not known", "[ -e /x ] && iptables -A INPUT -j DROP\n", ""},
		{"both families", "iptables -A INPUT -j DROP\nip6tables -A INPUT -j DROP\n", ""},
		{"an error", "iptables -A INPUT -p tpc\n", ""},
		{"xargs", "xargs iptables -A INPUT -j DROP -s < x\n", ""},
		{"the other family", "ip6tables -A INPUT -s 2001:db8::1 -j DROP\n", "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -s 2001:db8::1/128 -j DROP\nCOMMIT\n"},
	} {
		f := Parse("x", c.text, Commands, ast.FamilyIP, 1)
		if got := string(f.Format()); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.name, got, c.want)
		}
		for _, e := range f.Errors {
			if e.Kind != grammar.RunTime && !strings.Contains(c.name, "error") {
				t.Errorf("%s: %v", c.name, e)
			}
		}
	}
}
