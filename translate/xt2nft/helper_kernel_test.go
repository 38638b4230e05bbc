package xt2nft_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/translate/xt2nft"
)

// helpers gives some connections helpers, behind jumps and returns, and keeps others
// from them.
const helpers = `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:help - [0:0]
-A OUTPUT -d 127.0.0.9/32 -j RETURN
-A OUTPUT -d 127.0.0.8/32 -p tcp -j CT --zone 5
-A OUTPUT -d 127.0.0.7/32 -p udp -j CT --notrack
-A OUTPUT -p tcp -j help
-A OUTPUT -p udp -m udp --dport 69 -j CT --helper tftp
-A OUTPUT -p udp -m udp --dport 69 -j CT --helper sip
-A help -p tcp -m tcp --dport 21 -j CT --helper ftp
-A help -p tcp -m tcp --dport 21 -j CT --helper irc
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -j DROP
-A OUTPUT -m conntrack --ctstate NEW
COMMIT
`

// connections opens connections, and lists them with what is of them in each run.
const connections = `ip link set lo up
"$@"
for a in 127.0.0.1 127.0.0.7 127.0.0.8 127.0.0.9; do
	(exec 3<>/dev/tcp/$a/21) 2>/dev/null & p=$!
	echo x > /dev/udp/$a/69
	sleep 0.05
	kill $p
done
conntrack -L 2>/dev/null | sed -E 's/ sport=[0-9]+| dport=[0-9]{4,}//g; s/^([a-z]+ +[0-9]+) [0-9]+/\1/' | sort
`

// TestHelperKernel opens connections past rules that give helpers, and past their
// translation, and compares what conntrack(8) lists.
func TestHelperKernel(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	for _, tool := range []string{"unshare", "iptables-legacy-restore", "nft", "conntrack", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed, so this test cannot ask the kernel (or set CTLINT_NO_KERNEL=1): %v", tool, err)
		}
	}
	r := xt2nft.Translate(parse(t, "rules", helpers).Ruleset, xt2nft.Options{})
	if r.Refused() > 0 {
		t.Fatal("rules are refused")
	}
	dir := t.TempDir()
	list := func(name string, text []byte, load ...string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"--net"}
		if os.Geteuid() != 0 {
			args = append(args, "--user", "--map-root-user")
		}
		cmd := exec.Command("unshare", append(append(args, "bash", "-c", connections, "connections"), append(load, file)...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, &stderr)
		}
		return string(out)
	}
	want := list("rules.v4", []byte(helpers), "iptables-legacy-restore")
	got := list("rules.nft", r.Text, "nft", "-f")
	if got != want {
		t.Errorf("with iptables:\n%s\nwith nft:\n%s", want, got)
	}
	for _, s := range []string{"helper=ftp", "helper=tftp", "zone=5"} {
		if !strings.Contains(want, s) {
			t.Errorf("no connection has %s:\n%s", s, want)
		}
	}
}
