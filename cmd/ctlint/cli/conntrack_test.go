//go:build linux

package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/cmd/ctlint/cli"
	"github.com/ctlint/ctlint/internal/netnstest"
)

// beCtlint makes the test's binary ctlint itself, for tests that need a process.
const beCtlint = "CTLINT_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beCtlint) != "" {
		cli.Main()
	}
	os.Exit(netnstest.Main(m))
}

// ctlint runs a command line in the namespace of the test.
func ctlint(stdin string, args ...string) (stdout, stderr string, code int) {
	var out, told bytes.Buffer
	code = (&cli.CLI{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &told}).Run(args)
	return out.String(), told.String(), code
}

// someFlows are what conntrack(8) loads for the tests.
const someFlows = `-A -t 9000 -u ASSURED,SEEN_REPLY -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 40000 --dport 22 --state ESTABLISHED -m 7
-A -t 9001 -u SEEN_REPLY -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 40001 --dport 80 --state TIME_WAIT -w 4
-A -t 9002 -s 192.0.2.2 -d 198.51.100.1 -p tcp --sport 40002 --dport 80 --state SYN_SENT -n 203.0.113.1:5000
-A -t 9003 -s 192.0.2.2 -d 198.51.100.2 -p udp --sport 53 --dport 53 -g 203.0.113.2 -m 0x10
-A -t 9004 -s 2001:db8::1 -d 2001:db8:1::2 -p udp --sport 53 --dport 53 --orig-zone 3
-A -t 9005 -u SEEN_REPLY -s 2001:db8::1 -d 2001:db8:2::2 -p tcp --sport 53 --dport 53 --state CLOSE --reply-zone 2
-A -t 9005 -u SEEN_REPLY -s 2001:db8::1 -d 2001:db8:3::2 -p tcp --sport 53 --dport 53 --state CLOSE_WAIT
-A -t 9006 -s 192.0.2.9 -d 198.51.100.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77
-A -t 9007 -s 192.0.2.9 -d 198.51.100.2 -p sctp --sport 1 --dport 2 --state COOKIE_WAIT --orig-vtag 1 --reply-vtag 2
-A -t 9008 -s 192.0.2.9 -d 198.51.100.2 -p gre --srckey 1 --dstkey 0x20
-A -t 9009 -s 192.0.2.9 -d 198.51.100.2 -p udplite --sport 9 --dport 8
-A -t 9010 -s 192.0.2.9 -d 198.51.100.2 -p 253
`

func flows(t *testing.T) {
	t.Helper()
	netnstest.New(t, "conntrack")
	file := filepath.Join(t.TempDir(), "flows")
	if err := os.WriteFile(file, []byte(someFlows), 0o600); err != nil {
		t.Fatal(err)
	}
	netnstest.Run(t, "conntrack", "-R", file)
}

// passing is what changes by itself: the seconds that are left, and references.
var passing = regexp.MustCompile(`(?m)^((?:ipv[46] +\d+ )?\S+ +\d+ )\d+ |-t \d+| use=\d+`)

func sorted(listing string) []string {
	lines := strings.Split(passing.ReplaceAllString(listing, "$1"), "\n")
	slices.Sort(lines)
	return lines
}

// differ returns the lines that only one of two listings has.
func differ(ours, theirs []string) string {
	var b strings.Builder
	for _, l := range ours {
		if !slices.Contains(theirs, l) {
			b.WriteString("ctlint alone: " + l + "\n")
		}
	}
	for _, l := range theirs {
		if !slices.Contains(ours, l) {
			b.WriteString("conntrack alone: " + l + "\n")
		}
	}
	return b.String()
}

// TestConntrackSame gives the same options to conntrack(8): lines, counts and exit
// codes must be the same. Left out is where conntrack 1.4.7 goes wrong: a mark that
// is no number is 0 to it, -u UNSET and -G of a reply direction are refused by the
// kernel as it sends them.
func TestConntrackSame(t *testing.T) {
	flows(t)
	counts := regexp.MustCompile(`(\d+) (flow entries|expectations) have been (\w+)\.`)
	for _, args := range []string{
		"-L", "-L conntrack", "-L expect", "-L dying", "-L unconfirmed", "-L conn", "-L nonsense", "-L -z",
		"-L -o extended", "-L -o id", "-L -o extended,id", "-L -o save", "-L -o labels", "-L -o nonsense",
		"-L -p tcp", "-L --protonum udp", "-L --proto 6", "-L -p 253", "-L -p nonsense", "-L -f ipv4", "-L -f ipv6", "-L -f ipv5",
		"-L -s 192.0.2.1", "-L --src 192.0.2.0/31", "-L --orig-src 2001:db8::1", "-L -d 2001:db8::/32", "-L --orig-dst 198.51.100.2", "-L --dst 198.51.100.0 --mask-dst 255.255.255.254",
		"-L -s nonsense", "-L -s 192.0.2.1 -d 2001:db8::1", "-L -s 192.0.2.1/33", "-L -r 198.51.100.0/24", "-L --mask-src 255.0.0.0",
		"-L -r 203.0.113.2", "-L --reply-dst 203.0.113.1",
		"-L -p tcp --sport 40000", "-L -p tcp --dport 80 --state TIME_WAIT", "-L -p tcp --orig-port-dst 80", "-L -p tcp --reply-port-src 22", "-L -p tcp --reply-port-dst 5000",
		"-L --sport 1", "-L -p udp --state CLOSE", "-L -p tcp --state NONSENSE", "-L -p tcp --state LISTEN",
		"-L -p icmp --icmp-type 8", "-L -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77", "-L -p icmp --icmp-type 0", "-L -p sctp --state COOKIE_WAIT",
		"-L -p gre --srckey 1", "-L -p gre --dstkey 0x20", "-L -p udplite --dport 8",
		"-L -u ASSURED", "-L -u SEEN_REPLY", "-L -u UNREPLIED", "-L -u SEEN_REPLY,ASSURED", "-L -u NONSENSE",
		"-L -m 7", "-L --mark 0x10/0x10", "-L -m 0", "-L --orig-zone 0", "-L --reply-zone 0", "-L -w 4", "-L --zone 0", "-L --orig-zone 3", "-L --reply-zone 2",
		"-L -p tcp -n", "-L -p tcp --src-nat 203.0.113.1", "-L -p tcp -n 203.0.113.1:5000", "-L -p tcp -n 203.0.113.1:5001", "-L -g", "-L -p udp -j", "-L -j 203.0.113.2", "-L -j -n",
		"-L -e NEW", "-L --nonsense", "-L -p", "-L -z -p tcp", "-L -t 5", "-L expect -p tcp",
		"-G -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 40000 --dport 22", "-G -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 1 --dport 22",
		"-G -p tcp", "-G -s 192.0.2.1 -d 198.51.100.1", "-G -s 192.0.2.9 -d 198.51.100.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77",
		"-G -s 192.0.2.9 -d 198.51.100.2 -p gre --srckey 1 --dstkey 0x20",
		"-C", "-C expect", "-S", "-S expect", "-U -s 192.0.2.77 -m 1", "-D -s 192.0.2.77",
		"-I -p tcp -t 5", "-I -s 192.0.2.1 -d 192.0.2.2 -p tcp -t 5 --sport 1 --dport 2", "-I -s 192.0.2.1 -d 192.0.2.2 -p udp --sport 1 --dport 2", "-I -s 192.0.2.1 -p udp -t 5 --sport 1 --dport 2",
		"-I -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 40000 --dport 22 --state ESTABLISHED -t 50", "-F nonsense", "-C -p tcp", "-D -o id,nonsense",
	} {
		wantOut, wantErr, wantCode := netnstest.Try(t, "conntrack", strings.Fields(args)...)
		out, told, code := ctlint("", append([]string{"conntrack"}, strings.Fields(args)...)...)
		if code != wantCode {
			t.Errorf("%s: exit code %d (%s), conntrack has %d (%s)", args, code, told, wantCode, wantErr)
			continue
		}
		if code == 2 {
			if out != "" || !strings.HasPrefix(told, "ctlint: ") {
				t.Errorf("%s: says %q on standard error and %q on the other", args, told, out)
			}
			continue
		}
		if got, want := sorted(out), sorted(wantOut); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s", args, differ(got, want))
		}
		got, want := counts.FindString(told), counts.FindString(wantErr)
		if got != want {
			t.Errorf("%s: says %q, conntrack %q", args, got, want)
		}
	}
}

// TestConntrackChanges makes each change with ctlint and with conntrack(8), and
// compares the tables that are left. conntrack 1.4.7 does not update entries of
// zones, and none without an address, and flushes both families whichever is named:
// none of these is compared.
func TestConntrackChanges(t *testing.T) {
	flows(t)
	file := filepath.Join(t.TempDir(), "flows")
	if err := os.WriteFile(file, []byte(someFlows), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{
		"-U -s 192.0.2.2 -m 9", "-U -s 192.0.2.2 -p udp -m 0xf0/0", "-U -s 192.0.2.2 --mark 1/0xff", "-U -d 198.51.100.2 -p udp -t 100 -m 3",
		"-U -s 192.0.2.2 -d 198.51.100.1 -u SEEN_REPLY,ASSURED",
		"-U -d 2001:db8:3::/48 -m 4", "-D -p tcp", "-D -p udp --dport 53", "-D -s 192.0.2.0/29", "-D -u ASSURED", "-D -w 4", "-D -m 7", "-D -f ipv6",
		"-D -g", "-D -p icmp", "-D", "-F",
		"-I -s 192.0.2.3 -d 192.0.2.4 -p udp --sport 1 --dport 2 -t 700", "-I -s 2001:db8::3 -d 2001:db8::4 -p tcp --sport 1 --dport 2 -t 700 --state SYN_RECV -u ASSURED -m 3 -w 9",
		"-I -r 192.0.2.3 -q 192.0.2.4 -p udp --reply-port-src 1 --reply-port-dst 2 -t 700", "-A -s 192.0.2.3 -d 192.0.2.4 -p icmp --icmp-type 13 --icmp-code 0 --icmp-id 5 -t 700 --orig-zone 3",
		"-I -s 192.0.2.3 -d 192.0.2.4 -r 192.0.2.4 -q 203.0.113.9 -p udp --sport 1 --dport 2 --reply-port-src 2 --reply-port-dst 10 -t 700",
		"-I -s 192.0.2.3 -d 192.0.2.4 -p tcp --sport 1 --dport 2 -t 700 --state ESTABLISHED -n 203.0.113.1:99 -g 203.0.113.2:98",
		"-I -s 192.0.2.3 -d 192.0.2.4 -p gre --srckey 0x1 --dstkey 7 -t 700", "-I -s 192.0.2.3 -d 192.0.2.4 -p 99 -t 700",
		"-I -s 192.0.2.3 -d 192.0.2.4 -p udplite --sport 1 --dport 2 -t 700 --reply-zone 3",
	} {
		var left [2][]string
		var codes [2]int
		for i := range left {
			netnstest.Run(t, "conntrack", "-F")
			netnstest.Run(t, "conntrack", "-R", file)
			if i == 0 {
				_, _, codes[i] = netnstest.Try(t, "conntrack", strings.Fields(args)...)
			} else {
				_, _, codes[i] = ctlint("", append([]string{"conntrack"}, strings.Fields(args)...)...)
			}
			out, _ := netnstest.Run(t, "conntrack", "-L", "-o", "extended")
			left[i] = sorted(out)
		}
		if !slices.Equal(left[0], left[1]) || codes[0] != codes[1] {
			t.Errorf("%s: exit code %d, conntrack has %d\n%s", args, codes[1], codes[0], differ(left[1], left[0]))
		}
	}
}

func TestConntrackFilters(t *testing.T) {
	flows(t)
	// Any number of filters, one dump.
	out, told, code := ctlint("", strings.Fields("conntrack list -p icmp --or -p tcp --dport 22 --format json --or -w 4")...)
	if code != 0 || !strings.Contains(told, "3 flow entries") {
		t.Fatalf("exit code %d, %s\n%s", code, told, out)
	}
	for line := range strings.Lines(out) {
		var f struct {
			Protocol string
			Original struct{ Src, Dst string }
			Reply    struct{ Sport *int }
			Mark     *int
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil || f.Original.Src == "" || f.Mark == nil || f.Protocol == "tcp" && f.Reply.Sport == nil {
			t.Errorf("%v in %s", err, line)
		}
	}
}
