//go:build linux

package apply_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// The operator's sessions, of both families.
const (
	session4 = "198.51.100.7 50000 192.0.2.1 22"
	session6 = "2001:db8:1::7 50000 2001:db8::1 22"
)

// remote gives the host an address in each family and a way to the operator, who is in a
// session.
func (w *world) remote(session string) {
	w.t.Helper()
	for _, args := range []string{
		"link add eth0 type veth peer name peer0", "link set peer0 up", "addr add 192.0.2.1/24 dev eth0", "-6 addr add 2001:db8::1/64 dev eth0 nodad", "link set eth0 up",
		"route add default dev eth0", "-6 route add default dev eth0",
	} {
		netnstest.Run(w.t, "ip", strings.Fields(args)...)
	}
	w.env = append(w.env, "SSH_CONNECTION="+session)
}

// scripts are rulesets with a hole for what is said of SSH.
func script(input, output string) string {
	return `table inet site
delete table inet site
table inet site {
	chain input {
		type filter hook input priority filter; policy drop;
		iif "lo" accept
		meta l4proto { icmp, ipv6-icmp } accept
` + input + `
	}
	chain output {
		type filter hook output priority filter; policy drop;
		oif "lo" accept
` + output + `
	}
}
`
}

func TestLockout(t *testing.T) {
	t.Parallel()
	const established = "ct state established,related accept\n"
	for _, c := range []struct {
		name, input, output string
		// said is what ctlint says, of both sessions or of that of one family; none if
		// neither is refused.
		said        string
		only4, only bool
		warns       bool
	}{
		{name: "lets both in", input: established + "tcp dport 22 ct state new accept", output: established},
		{name: "no new ones", input: established, output: established,
			said: "locks you out: a new session, client to server: at input, in eth0: tcp"},
		{name: "no established ones", input: "tcp dport 22 ct state new accept", output: established,
			said: "locks you out: this session, client to server: "},
		{name: "no answers", input: established + "tcp dport 22 accept", output: "ct state new accept",
			said: "locks you out: this session, server to client: at output, out eth0"},
		{name: "answers without SYN", input: established + "tcp dport 22 accept", output: "tcp flags & (syn | ack) != syn | ack accept",
			said: "locks you out: a new session, server to client: "},
		{name: "IPv4 alone", input: "meta nfproto ipv4 tcp dport 22 accept", output: established,
			said: "by the policy of inet site input", only: true},
		{name: "IPv6 alone", input: "meta nfproto ipv6 tcp dport 22 accept", output: established,
			said: "by the policy of inet site input", only: true, only4: true},
		{name: "a rate for new ones", input: established + "tcp dport 22 limit rate 10/minute accept", output: established,
			said: "may be dropped by the policy of inet site input", warns: true},
		{name: "a rate for all", input: "tcp dport 22 limit rate 10/minute accept", output: established,
			said: "locks you out: this session, client to server"},
	} {
		for name, session := range map[string]string{"IPv4": session4, "IPv6": session6} {
			t.Run(c.name+", from "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.remote(session)
				w.file("new.nft", script(c.input, c.output))
				r := w.ctlint("apply", "--no-config", "--force", "--plan", filepath.Join(w.dir, "new.nft"))
				said := c.said
				if c.only && (session == session4) != c.only4 {
					said = ""
				}
				want := 1
				if said == "" || c.warns {
					want = 0
				}
				if code := w.code(r); code != want {
					t.Errorf("the exit code is %d, not %d:\n%s", code, want, r.out.String())
				}
				w.wantSaid(r, said)
				if said == "" {
					w.wantSaid(r, "passes, and so does a new one")
				}
				if want == 1 {
					w.wantSaid(r, "refused: nothing is changed")
				}
				w.wantOld(r)
			})
		}
	}
}

// TestLockoutRefused makes the change, and not only a plan.
func TestLockoutRefused(t *testing.T) {
	t.Parallel()
	for name, session := range map[string]string{"IPv4": session4, "IPv6": session6} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.remote(session)
			w.file("new.nft", script("", ""))
			r := w.ctlint("apply", "--no-config", "--force", "--confirm", "300ms", filepath.Join(w.dir, "new.nft"))
			if code := w.code(r); code != 1 {
				t.Errorf("the exit code is %d", code)
			}
			w.wantSaid(r, "refused: nothing is changed")
			if w.wantOld(r); !strings.Contains(r.out.String(), "locks you out") {
				t.Errorf("it does not say why:\n%s", r.out.String())
			}
			// Nothing was even saved.
			if code := w.code(w.ctlint("rollback")); code != 2 {
				t.Errorf("rollback ends with %d", code)
			}
			r = w.ctlint("apply", "--no-config", "--force", "--allow-lockout", "--confirm", "300ms", filepath.Join(w.dir, "new.nft"))
			if code := w.code(r); code != 1 {
				t.Errorf("with --allow-lockout it ends with %d", code)
			}
			w.wantSaid(r, "nobody confirmed it within 300ms; the old ruleset is in force again")
			w.wantOld(r)
		})
	}
}

// TestLockoutBlind has a chain that no prediction is made of.
func TestLockoutBlind(t *testing.T) {
	t.Parallel()
	needDevices(t)
	w := newWorld(t)
	w.remote(session4)
	w.file("new.nft", "table netdev early {\n\tchain in {\n\t\ttype filter hook ingress device \"eth0\" priority 0; policy accept;\n\t\tip saddr 203.0.113.1 drop\n\t}\n}\n")
	r := w.ctlint("apply", "--no-config", "--confirm", "300ms", filepath.Join(w.dir, "new.nft"))
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "what chain netdev early in does to the SSH session is not looked at")
	w.wantSaid(r, "nobody confirmed it")
	w.wantOld(r)
}

// TestLockoutTracked has the session come through a redirection, which conntrack knows.
func TestLockoutTracked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remote(session4)
	netnstest.Run(t, "conntrack", strings.Fields("-I -p tcp -s 198.51.100.7 -d 192.0.2.1 --sport 50000 --dport 2200 --reply-src 192.0.2.1 --reply-dst 198.51.100.7 --reply-port-src 22 --reply-port-dst 50000 --state ESTABLISHED --timeout 300 --status ASSURED,SEEN_REPLY --mark 7")...)
	// The mark that established packets have is the connection's.
	for _, mark := range []string{"7", "8"} {
		w.file("new.nft", script("ct mark "+mark+" ct state established accept\ntcp dport 22 ct state new accept\n", "ct state established accept"))
		r := w.ctlint("apply", "--no-config", "--force", "--plan", filepath.Join(w.dir, "new.nft"))
		if code := w.code(r); (code == 0) != (mark == "7") {
			t.Errorf("with mark %s it ends with %d:\n%s", mark, code, r.out.String())
		}
	}
}

// TestSessionAbove has the session in the environment of a process above, as with sudo.
func TestSessionAbove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remote(session4)
	w.file("new.nft", script("", ""))
	r := w.ctlint("apply", "--no-config", "--force", "--plan", filepath.Join(w.dir, "new.nft"))
	// The shell stays above what it starts, for it has something to do after that.
	r.Args = append([]string{"sh", "-c", `env -u SSH_CONNECTION bash -c 'exec -a ctlint "$0" "$@"' "$@"; exit $?`, "sh", r.Path}, r.Args[1:]...)
	r.Path = "/bin/sh"
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "locks you out: this session, client to server: at input, in eth0: tcp 198.51.100.7:50000 > 192.0.2.1:22")
}

// TestConfirmFromTheSame has a session confirm its own change.
func TestConfirmFromTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remote(session4)
	r := w.apply("20s")
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	token := w.token(r)
	same := w.ctlint("apply", "--confirm", token)
	if code := w.code(same); code != 1 {
		t.Errorf("the same session confirms with %d", code)
	}
	w.wantSaid(same, "confirm from a new one")
	other := w.ctlint("apply", "--confirm", token)
	other.Env = append(other.Env, "SSH_CONNECTION=198.51.100.7 50001 192.0.2.1 22")
	if code := w.code(other); code != 0 {
		t.Errorf("another session confirms with %d: %s", code, other.out.String())
	}
	if err := r.Wait(); err != nil {
		t.Error(err)
	}
	w.wantNew(r)
}

// TestOthers keeps the tables of others.
func TestOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flush := filepath.Join(w.dir, "flush.nft")
	w.file("flush.nft", "flush ruleset\n"+strings.TrimPrefix(newNFT, "table inet site\ndelete table inet site\n"))
	r := w.ctlint("apply", "--no-config", "--confirm", "300ms", flush)
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "table ip others would be removed")
	w.wantOld(r)
	r = w.ctlint("apply", "--no-config", "--confirm", "300ms", "--flush-all", flush)
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "nobody confirmed it")
	w.wantOld(r)
}
