//go:build linux

package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestConntrackEvents has a process follow events until it is interrupted.
func TestConntrackEvents(t *testing.T) {
	flow := func(verb string, more ...string) {
		t.Helper()
		args := append(strings.Fields("conntrack "+verb+" -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 1 --dport 22"), more...)
		if _, told, code := ctlint("", args...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, told)
		}
	}
	tcp := `tcp +6 (\d+ ESTABLISHED )?src=192\.0\.2\.1 dst=198\.51\.100\.1 sport=1 dport=22 .* \[USERSPACE\] portid=\d+( progname=cli\.test)?\n`
	for _, tt := range []struct{ args, want string }{
		{"-p tcp", `^( +\[NEW\] ` + tcp + ` +\[UPDATE\] ` + tcp + `\[DESTROY\] ` + tcp + `)+$`},
		{"-p tcp -e NEW,DESTROY -o timestamp", `^(\[\d+\.\d{6}\]\t +\[NEW\] ` + tcp + `\[\d+\.\d{6}\]\t\[DESTROY\] ` + tcp + `)+$`},
		{"-p tcp -e UPDATES --buffer-size 100000", `^( \[UPDATE\] ` + tcp + `)+$`},
		{"-p udp", `^$`},
		{"--format json -d 198.51.100.0/24", ""},
	} {
		netnstest.New(t)
		netnstest.Sysctl(t, "net/netfilter/nf_conntrack_events", "1")
		file, err := os.Create(filepath.Join(t.TempDir(), "events"))
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd := exec.Command(os.Args[0], append([]string{"conntrack", "events"}, strings.Fields(tt.args)...)...)
		cmd.Env = append(os.Environ(), beCtlint+"=1")
		cmd.Stdout, cmd.Stderr = file, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		text := func() string {
			b, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		// The process listens once it has shown something; what comes before is
		// of an earlier round.
		for i := range 100 {
			flow("create", strings.Fields("-t 100 --state ESTABLISHED")...)
			flow("update", "-m", "7")
			flow("delete")
			if time.Sleep(10 * time.Millisecond); strings.Count(text(), "\n") > 5 || tt.want == "^$" && i > 30 {
				break
			}
		}
		time.Sleep(50 * time.Millisecond)
		if err := cmd.Process.Signal(unix.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%s: %v: %s", tt.args, err, stderr.String())
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		got := text()
		// It may have begun to listen within a round.
		if i := strings.Index(got, "[NEW]"); i >= 0 && tt.want != "" {
			got = got[strings.LastIndexByte(got[:i], '\n')+1:]
		}
		if tt.want == "" {
			kinds := map[string]bool{}
			for line := range strings.Lines(got) {
				var ev struct {
					Event    string
					Original struct{ Dport int }
					Program  string
				}
				if err := json.Unmarshal([]byte(line), &ev); err != nil || ev.Original.Dport != 22 || ev.Program != "" && ev.Program != "cli.test" {
					t.Errorf("%v: %s", err, line)
				}
				kinds[ev.Event] = true
			}
			if !kinds["DESTROY"] {
				t.Errorf("events are %v", kinds)
			}
		} else if !regexp.MustCompile(tt.want).MatchString(got) {
			t.Errorf("%s:\n%s", tt.args, got)
		}
		if !regexp.MustCompile(`ctlint conntrack: \d+ flow events have been shown\.\n$`).MatchString(stderr.String()) {
			t.Errorf("%s: says %q", tt.args, stderr.String())
		}
	}
	if _, told, code := ctlint("", "conntrack", "events", "-e", "OLD"); code != 2 || !strings.Contains(told, "expected ALL") {
		t.Errorf("exit code %d, %s", code, told)
	}
}

// TestConntrackExpect makes, gets and deletes expectations, with conntrack(8)
// looking on: what version 1.4.7 makes of them itself has no protocol.
func TestConntrackExpect(t *testing.T) {
	netnstest.New(t, "conntrack", "nft")
	// The helper of a new flow comes with its first packet.
	netnstest.Run(t, "nft", `table inet t {
		ct helper ftp-standard { type "ftp" protocol tcp; }
		chain c { type filter hook output priority filter; tcp dport 21 ct helper set "ftp-standard"; }
	}`)
	server, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	client, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = unix.Close(server), unix.Close(client) })
	here := func(port int) unix.Sockaddr { return &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}} }
	if err := unix.Bind(server, here(21)); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(server, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(client, here(30000)); err != nil {
		t.Fatal(err)
	}
	if err := unix.Connect(client, here(21)); err != nil && err != unix.EINPROGRESS {
		t.Fatal(err)
	}
	master := "-s 127.0.0.1 -d 127.0.0.1 -p tcp --sport 30000 --dport 21 -t 200 --tuple-src 127.0.0.1 --tuple-dst 127.0.0.1"
	timeout := regexp.MustCompile(`(?m)^\d+`)
	lines := func() (ours, theirs string) {
		t.Helper()
		theirs, _ = netnstest.Run(t, "conntrack", "-L", "expect")
		ours, _, _ = ctlint("", "conntrack", "list", "expect")
		return timeout.ReplaceAllString(ours, ""), timeout.ReplaceAllString(theirs, "")
	}
	if _, told, code := ctlint("", strings.Fields("conntrack create expect "+master+" --tuple-port-dst 5001")...); code != 0 {
		t.Fatalf("exit code %d: %s", code, told)
	}
	if ours, theirs := lines(); ours != theirs || !strings.Contains(ours, "dst=127.0.0.1 sport=0 dport=5001 mask-src=255.255.255.255") {
		t.Errorf("listed:\n%sconntrack has\n%s", ours, theirs)
	}
	if out, _, code := ctlint("", "conntrack", "count", "expect"); out != "1\n" || code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
	out, told, code := ctlint("", strings.Fields("conntrack get expect -s 127.0.0.1 -d 127.0.0.1 -p tcp --sport 0 --dport 5001")...)
	if code != 0 || !strings.Contains(out, "dport=5001") || !strings.Contains(told, "1 expectations") {
		t.Errorf("get: exit code %d: %s%s", code, out, told)
	}
	if _, told, code := ctlint("", strings.Fields("conntrack delete expect -s 127.0.0.1 -d 127.0.0.1 -p tcp --sport 0 --dport 5001")...); code != 0 {
		t.Errorf("delete: exit code %d: %s", code, told)
	}
	if ours, theirs := lines(); ours != theirs || ours != "" {
		t.Errorf("listed:\n%sconntrack has\n%s", ours, theirs)
	}
	if _, told, code := ctlint("", strings.Fields("conntrack create expect "+master+" --tuple-port-dst 5002 --mask-src 255.255.255.0")...); code != 0 {
		t.Errorf("create: exit code %d: %s", code, told)
	}
	if ours, theirs := lines(); ours != theirs || !strings.Contains(ours, "dport=5002 mask-src=255.255.255.0") {
		t.Errorf("listed:\n%sconntrack has\n%s", ours, theirs)
	}
	if _, told, code := ctlint("", "conntrack", "flush", "expect"); code != 0 || !strings.Contains(told, "expectation table has been emptied") {
		t.Errorf("flush: exit code %d: %s", code, told)
	}
	if ours, _ := lines(); ours != "" {
		t.Errorf("left: %s", ours)
	}
	if _, told, code := ctlint("", strings.Fields("conntrack create expect "+master)...); code != 2 || !strings.Contains(told, "--tuple-port-dst") {
		t.Errorf("exit code %d: %s", code, told)
	}
}
