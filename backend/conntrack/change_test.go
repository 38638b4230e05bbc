//go:build linux

package conntrack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
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

// shown is how conntrack(8) shows the whole table.
func shown(t testing.TB, args ...string) []string {
	t.Helper()
	out, _ := netnstest.Run(t, "conntrack", append([]string{"-L"}, args...)...)
	return lines(out)
}

func TestSave(t *testing.T) {
	c := dial(t)
	fill(t, c, 1000)
	var b []byte
	if err := c.Dump(DumpOptions{}, func(f *Flow) error {
		b = append(AppendSave(b, "-A", f), '\n')
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	timeout := regexp.MustCompile(`-t \d+`)
	unify := func(s string) []string { return lines(timeout.ReplaceAllString(s, "-t _")) }
	out, _ := netnstest.Run(t, "conntrack", "-L", "-o", "save")
	same(t, unify(string(b)), unify(out))

	// conntrack(8) loads what is saved. It sets no labels, helpers or ports of
	// translations, so flows that have none are compared.
	plain := regexp.MustCompile(`(?m)^-A -t \d+ -u \S+ (-w \d+ )?-s \S+ -d \S+ -r \S+ -q \S+ -p (udp|gre|sctp|tcp) .*\n`)
	file := filepath.Join(t.TempDir(), "saved")
	saved := strings.Join(plain.FindAllString(string(b), -1), "")
	if err := os.WriteFile(file, []byte(saved), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(0); err != nil {
		t.Fatal(err)
	}
	netnstest.Run(t, "conntrack", "-R", file)
	out, _ = netnstest.Run(t, "conntrack", "-L", "-o", "save")
	if n := strings.Count(saved, "\n"); n < 150 {
		t.Fatalf("only %d flows are compared", n)
	}
	same(t, unify(out), unify(saved))
}

// TestChange makes changes, and has conntrack(8) look at them; and the other way
// round.
func TestChange(t *testing.T) {
	c := dial(t)
	key := Flow{Orig: Tuple{
		Set: HasSrc | HasDst | HasProto | HasSrcPort | HasDstPort, Proto: TCP,
		Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("198.51.100.1"), SrcPort: 40000, DstPort: 22,
	}}
	f := key
	f.Reply = f.Orig.Answer()
	f.Set = HasTimeout | HasState | HasStatus | HasMark
	f.Timeout, f.State, f.Status, f.Mark = 500, 3, StatusSeenReply|StatusAssured, 7
	if err := c.Create(&f, true); err != nil {
		t.Fatal(err)
	}
	if err := c.Create(&f, true); !errors.Is(err, unix.EEXIST) {
		t.Errorf("the same flow again: %v", err)
	}
	const line = "tcp      6 _ ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=40000 dport=22 packets=0 bytes=0 " +
		"src=198.51.100.1 dst=192.0.2.1 sport=22 dport=40000 packets=0 bytes=0 [ASSURED] mark=%d _ _"
	same(t, shown(t), lines(fmt.Sprintf(line, 7)))

	got, err := c.Get(&key)
	if err != nil {
		t.Fatal(err)
	}
	var plain Format
	same(t, lines(string(plain.Append(nil, got))), lines(fmt.Sprintf(line, 7)))

	// A mark of zero is a mark.
	change := key
	change.Set, change.Mark = HasMark, 0
	if err := c.Update(&change); err != nil {
		t.Fatal(err)
	}
	same(t, shown(t), lines(fmt.Sprintf(line, 0)))
	netnstest.Run(t, "conntrack", "-U", "-s", "192.0.2.1", "-p", "tcp", "-m", "9")
	same(t, list(t, c, DumpOptions{}, plain), lines(fmt.Sprintf(line, 9)))

	netnstest.Run(t, "conntrack", "-I", "-s", "2001:db8::1", "-d", "2001:db8::2", "-p", "udp", "--sport", "1", "--dport", "53", "-t", "100")
	if n, most, err := c.Count(); n != 2 || most == 0 || err != nil {
		t.Errorf("count: %d of %d, %v", n, most, err)
	}
	if out, _ := netnstest.Run(t, "conntrack", "-C"); out != "2\n" {
		t.Errorf("conntrack counts %q", out)
	}
	same(t, list(t, c, DumpOptions{}, plain), shown(t))
	wrong := key
	wrong.Set, wrong.ID = HasID, got.ID+1
	if err := c.Delete(&wrong); !errors.Is(err, unix.ENOENT) {
		t.Errorf("deleted a flow of another ID: %v", err)
	}
	if err := c.Delete(got); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(&key); !errors.Is(err, unix.ENOENT) {
		t.Errorf("got a flow that was deleted: %v", err)
	}
	if left := shown(t); len(left) != 1 || !strings.HasPrefix(left[0], "udp") {
		t.Errorf("left: %q", left)
	}
	if err := c.Flush(FamilyIPv4); err != nil {
		t.Fatal(err)
	}
	if left := shown(t); len(left) != 1 {
		t.Errorf("flushing IPv4 left %q", left)
	}
	if err := c.Flush(0); err != nil {
		t.Fatal(err)
	}
	if left := shown(t); len(left) != 0 {
		t.Errorf("flushing left %q", left)
	}
}

// master makes a flow whose helper may expect others.
func master(t testing.TB, c *Conn, n int) Tuple {
	t.Helper()
	f := varied(0)
	f.Set = HasTimeout | HasState | HasHelper
	f.Timeout, f.State, f.Helper = 1000, 3, "ftp"
	f.Orig.Set &^= HasTupleZone
	f.Orig.Src, f.Orig.Dst = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.1")
	if n%2 == 1 {
		f.Orig.Src, f.Orig.Dst = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	}
	f.Orig.SrcPort, f.Orig.DstPort = uint16(30000+n), 21
	f.Reply = f.Orig.Answer()
	if err := c.Create(f, true); err != nil {
		t.Fatal(err)
	}
	return f.Orig
}

// expected returns an expectation of a master: data from its server.
func expected(m Tuple, n int) *Expect {
	e := &Expect{Set: ExpectHasTimeout | ExpectHasFlags, Timeout: 300, Flags: ExpectUserspace, Master: m, Tuple: m, Mask: m}
	e.Tuple.SrcPort, e.Tuple.DstPort = 0, uint16(50000+n)
	ones := netip.MustParseAddr("255.255.255.255")
	if m.Src.Is6() {
		ones = netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
	}
	e.Mask.Src, e.Mask.Dst, e.Mask.SrcPort, e.Mask.DstPort = ones, ones, 0, 65535
	return e
}

func TestExpect(t *testing.T) {
	c := dial(t)
	var last *Expect
	for i := range 20 {
		last = expected(master(t, c, i), i)
		if err := c.CreateExpect(last); err != nil {
			t.Fatal(err)
		}
	}
	listing := func() []string {
		var b []byte
		if err := c.DumpExpect(0, func(e *Expect) error {
			b = append(e.Append(b), '\n')
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return expectLines(string(b))
	}
	v4, _ := netnstest.Run(t, "conntrack", "-L", "expect")
	v6, _ := netnstest.Run(t, "conntrack", "-L", "expect", "-f", "ipv6")
	got := listing()
	same(t, got, expectLines(v4+v6))
	if len(got) != 20 {
		t.Fatalf("%d expectations: expected 20", len(got))
	}
	one, err := c.GetExpect(&Expect{Tuple: last.Tuple})
	if err != nil || one.Tuple.DstPort != 50019 || one.Master.SrcPort != 30019 {
		t.Errorf("got %+v, %v", one, err)
	}
	if err := c.DeleteExpect(&Expect{Tuple: last.Tuple}); err != nil {
		t.Fatal(err)
	}
	if got := listing(); len(got) != 19 {
		t.Errorf("%d expectations after one was deleted", len(got))
	}
	if err := c.FlushExpect(); err != nil {
		t.Fatal(err)
	}
	if got := listing(); len(got) != 0 {
		t.Errorf("%d expectations after all were deleted", len(got))
	}
	for i, what := range []string{"", "expect"} {
		of := []func() ([]Stats, error){c.Stats, c.StatsExpect}[i]
		all, err := of()
		if err != nil {
			t.Fatal(err)
		}
		var b []byte
		for _, s := range all {
			b = append(s.Append(b), '\n')
		}
		out, _ := netnstest.Run(t, "conntrack", append([]string{"-S"}, strings.Fields(what)...)...)
		if out == "" || string(b) != out {
			t.Errorf("statistics:\n%s\nconntrack has\n%s", b, out)
		}
	}
}

var expectTimeout = regexp.MustCompile(`(?m)^\d+`)

func expectLines(s string) []string { return lines(expectTimeout.ReplaceAllString(s, "_")) }

// userspace is what conntrack(8) adds to events that a program caused.
var userspace = regexp.MustCompile(` \[USERSPACE\].*`)

// TestEvents follows events together with conntrack(8).
func TestEvents(t *testing.T) {
	c := dial(t)
	for _, tt := range []struct {
		name         string
		expectations bool
		args         []string
	}{{name: "flows", args: []string{"-o", "id"}}, {name: "expectations", expectations: true, args: []string{"expect"}}} {
		if err := c.Flush(0); err != nil {
			t.Fatal(err)
		}
		l, err := Listen(EventAll, tt.expectations, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var ours []string
		done := make(chan error)
		go func() {
			format := Format{ID: true}
			done <- l.Events(ctx, func(ev *Event) error {
				ours = append(ours, string(ev.Append(nil, &format)))
				return nil
			}, func(err error) error { return err })
		}()
		file, err := os.Create(filepath.Join(t.TempDir(), "events"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("conntrack", append([]string{"-E"}, tt.args...)...)
		cmd.Stdout = file
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		theirs := func() string {
			b, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		// Until conntrack listens, and then some.
		for i := 0; len(theirs()) == 0; i++ {
			if i > 200 {
				t.Fatal("conntrack -E says nothing")
			}
			do(t, c, 1000+i, tt.expectations)
			time.Sleep(10 * time.Millisecond)
		}
		for i := range 30 {
			do(t, c, i, tt.expectations)
		}
		last := fmt.Sprintf("port=%d", 50029)
		for range 200 {
			if s := theirs(); strings.Contains(s[max(0, len(s)-300):], last) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(50 * time.Millisecond)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(cmd.Process.Signal(unix.SIGTERM), cmd.Wait(), file.Close(), l.Close()); err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.TrimSuffix(userspace.ReplaceAllString(theirs(), ""), "\n"), "\n")
		if len(want) < 60 || len(ours) < len(want) {
			t.Fatalf("%s: %d events, conntrack has %d", tt.name, len(ours), len(want))
		}
		same(t, ours[len(ours)-len(want):], want)
		kinds := strings.Join(want, "\n")
		for _, tag := range []string{"[NEW]", "[DESTROY]"} {
			if !strings.Contains(kinds, tag) {
				t.Errorf("%s: no event %s", tt.name, tag)
			}
		}
	}
}

// do has something happen.
func do(t testing.TB, c *Conn, n int, expectation bool) {
	t.Helper()
	m := master(t, c, n)
	if expectation {
		e := expected(m, n)
		if err := errors.Join(c.CreateExpect(e), c.DeleteExpect(&Expect{Tuple: e.Tuple})); err != nil {
			t.Fatal(err)
		}
	} else {
		m.DstPort, m.SrcPort = uint16(50000+n), 9
		f := Flow{Set: HasTimeout | HasState, Timeout: 50, State: 3, Orig: m, Reply: m.Answer()}
		if err := errors.Join(c.Create(&f, true), c.Update(&Flow{Set: HasMark, Mark: uint32(n + 1), Orig: m}), c.Delete(&f)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRefused reads messages that end too early.
func TestRefused(t *testing.T) {
	var a attrs
	a.flow(varied(4))
	var d decoder
	var f Flow
	for n := 1; n < len(a); n++ {
		b := bytes.Clone(a[:n])
		if err := d.flow(b, &f); err == nil && n > attrHeader {
			// Cut between two attributes is whole.
			if err := d.flow(append(b, 0xff, 0xff, 1, 0), &f); err == nil {
				t.Fatalf("%d of %d bytes and an attribute that is too long: no error", n, len(a))
			}
		}
	}
}
