//go:build linux

package apply_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestMain makes the test's own binary ctlint, where that is its name.
func TestMain(m *testing.M) {
	cli.Processes()
	if os.Args[0] == "ctlint" {
		cli.Main(checks.All()...)
	}
	os.Exit(netnstest.Main(m))
}

// world is a namespace with an old ruleset in force, and a new one in files.
type world struct {
	t        *testing.T
	dir      string
	state    string
	env      []string
	old, new string // listings
}

const (
	// A table that is restored is the last one listed.
	oldNFT = `table ip others {
	chain x {
		counter
	}
}
table inet site {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 2222 drop
	}
}
`
	oldSave = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p udp -m udp --dport 111 -j DROP
COMMIT
`
	newNFT = `table inet site
delete table inet site
table inet site {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		tcp dport 22 accept
		meta l4proto ipv6-icmp accept
	}
}
`
	newSave = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -i lo -j ACCEPT
%s-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`
	newICMP = "-A INPUT -p ipv6-icmp -j ACCEPT\n"
	newSets = "create hosts hash:ip family inet\nadd hosts 192.0.2.7\n"
	oldSets = "create hosts hash:ip family inet\nadd hosts 192.0.2.1\nadd hosts 192.0.2.2\n"
)

// bareWorld is one without rulesets.
func bareWorld(t *testing.T) *world {
	t.Helper()
	netnstest.New(t, "nft", "iptables-legacy-restore", "ip6tables-legacy-restore", "ipset")
	dir := t.TempDir()
	w := &world{t: t, dir: dir, state: filepath.Join(dir, "state")}
	w.env = append(os.Environ(), "XTABLES_LOCKFILE="+filepath.Join(dir, "xtables.lock"), "SSH_CONNECTION=", "LC_ALL=C")
	return w
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := bareWorld(t)
	w.file("new.nft", newNFT)
	w.file("rules.v4", fmt.Sprintf(newSave, ""))
	w.file("rules.v6", fmt.Sprintf(newSave, newICMP))
	w.file("sets.ipset", newSets)
	// The new one is loaded once, for its listing.
	w.load("ipset", "restore", oldSets)
	w.load("nft", "-f", "-", oldNFT)
	w.load("ipset", "-exist", "restore", "flush hosts\nadd hosts 192.0.2.7\n")
	w.load("nft", "-f", "-", newNFT)
	w.load("iptables-legacy-restore", fmt.Sprintf(newSave, ""))
	w.load("ip6tables-legacy-restore", fmt.Sprintf(newSave, newICMP))
	w.new = w.listing()
	w.load("ipset", "restore", "flush hosts\nadd hosts 192.0.2.1\nadd hosts 192.0.2.2\n")
	w.load("nft", "-f", "-", "flush ruleset\n"+oldNFT)
	w.load("iptables-legacy-restore", oldSave)
	w.load("ip6tables-legacy-restore", oldSave)
	w.old = w.listing()
	if w.old == w.new {
		t.Fatal("the rulesets are the same")
	}
	return w
}

// needDevices skips a test that makes the sandbox have devices, where that is not allowed.
func needDevices(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err == nil {
		err = f.Close()
	}
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skipf("SKIPPED: %v: run the test as root, or let everybody open it", err)
	}
}

func (w *world) file(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// load runs a tool; the last word is its standard input.
func (w *world) load(argv ...string) {
	w.t.Helper()
	cmd := exec.Command(argv[0], argv[1:len(argv)-1]...)
	cmd.Stdin = strings.NewReader(argv[len(argv)-1])
	cmd.Env = w.env
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v: %s", argv[0], err, out)
	}
}

var counted = regexp.MustCompile(`(?m)^#.*\n|\[\d+:\d+\]| (initval|bucketsize|hashsize) \S+|packets \d+ bytes \d+`)

// listing is what the stock tools say that is in force.
func (w *world) listing() string {
	w.t.Helper()
	var b strings.Builder
	for _, argv := range [][]string{
		{"nft", "-s", "list", "ruleset"}, {"iptables-legacy-save"}, {"ip6tables-legacy-save"}, {"ipset", "-s", "save"},
	} {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env = w.env
		out, err := cmd.Output()
		if err != nil {
			w.t.Fatalf("%v: %v", argv, err)
		}
		b.WriteString(counted.ReplaceAllString(string(out), ""))
	}
	return b.String()
}

// files are all that is loaded.
func (w *world) files() []string {
	var out []string
	for _, name := range []string{"sets.ipset", "new.nft", "rules.v4", "rules.v6"} {
		out = append(out, filepath.Join(w.dir, name))
	}
	return out
}

// run is a ctlint that runs.
type run struct {
	*exec.Cmd
	out bytes.Buffer
}

// ctlint returns a ctlint that is not started yet.
func (w *world) ctlint(args ...string) *run {
	exe, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	r := &run{Cmd: exec.Command(exe)}
	r.Args = append([]string{"ctlint"}, args...)
	r.Args = append(r.Args, "--state-dir", w.state)
	r.Env = w.env
	r.Stdout, r.Stderr = &r.out, &r.out
	r.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return r
}

// apply returns a ctlint apply of all files.
func (w *world) apply(confirm string, more ...string) *run {
	return w.ctlint(append(append([]string{"apply", "--iptables", "legacy", "--no-config", "--confirm", confirm}, more...), w.files()...)...)
}

// code runs a ctlint to its end.
func (w *world) code(r *run) int {
	w.t.Helper()
	if err := r.Run(); err != nil && r.ProcessState == nil {
		w.t.Fatal(err)
	}
	return r.ProcessState.ExitCode()
}

// settle waits until nobody changes the ruleset any more: until nobody has the lock.
func (w *world) settle() {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		f, err := os.OpenFile(filepath.Join(w.state, "lock"), os.O_RDWR, 0)
		if os.IsNotExist(err) {
			return
		}
		if err != nil {
			w.t.Fatal(err)
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		_ = f.Close()
		if err == nil {
			return
		}
	}
	w.t.Fatal("somebody has the lock still")
}

// await waits until something is in force, and for a moment more, as it is read back
// before it is told of.
func (w *world) await(r *run, there func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if there() {
			time.Sleep(300 * time.Millisecond)
			return
		}
	}
	_ = r.Process.Kill()
	_ = r.Wait()
	w.t.Fatalf("the new ruleset does not come into force:\n%s", r.out.String())
}

// token waits until a change is in force, and returns its token.
func (w *world) token(r *run) string {
	w.t.Helper()
	w.await(r, func() bool { return w.listing() == w.new })
	return w.lastToken()
}

func (w *world) want(listing, what string, r *run) {
	w.t.Helper()
	w.settle()
	if got := w.listing(); got != listing {
		w.t.Errorf("%s is not in force:\n%s\n--- ctlint said\n%s", what, got, r.out.String())
	}
}

func (w *world) wantOld(r *run) { w.t.Helper(); w.want(w.old, "the old ruleset", r) }
func (w *world) wantNew(r *run) { w.t.Helper(); w.want(w.new, "the new ruleset", r) }

func (w *world) wantSaid(r *run, text string) {
	w.t.Helper()
	if !strings.Contains(r.out.String(), text) {
		w.t.Errorf("ctlint does not say %q:\n%s", text, r.out.String())
	}
}

// wrap puts a program in the place of a tool: a script that is given the real one in
// $real, and the arguments.
func (w *world) wrap(tool, script string) {
	w.t.Helper()
	real, err := exec.LookPath(tool)
	if err != nil {
		w.t.Fatal(err)
	}
	bin := filepath.Join(w.dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		w.t.Fatal(err)
	}
	text := fmt.Sprintf("#!/bin/sh\nreal=%s\nonce=%s/once\n%s\n", real, w.dir, script)
	if err := os.WriteFile(filepath.Join(bin, tool), []byte(text), 0o755); err != nil {
		w.t.Fatal(err)
	}
	for i, v := range w.env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok && !strings.HasPrefix(path, bin) {
			w.env[i] = "PATH=" + bin + ":" + path
		}
	}
}

func TestConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.apply("30s")
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	c := w.ctlint("apply", "--confirm", w.token(r))
	if code := w.code(c); code != 0 {
		t.Errorf("confirming ends with %d:\n%s", code, c.out.String())
	}
	if err := r.Wait(); err != nil {
		t.Errorf("apply: %v:\n%s", err, r.out.String())
	}
	w.wantNew(r)
	w.wantSaid(r, "confirmed: the new ruleset stays in force")
	// Once more, there is nothing to do.
	again := w.apply("30s")
	if code := w.code(again); code != 0 {
		t.Errorf("again: %d", code)
	}
	w.wantSaid(again, "it is in force already")
	late := w.ctlint("apply", "--confirm", w.lastToken())
	if code := w.code(late); code != 1 {
		t.Errorf("confirming again ends with %d", code)
	}
	w.wantSaid(late, "confirmed already")
	back := w.ctlint("rollback")
	if code := w.code(back); code != 0 {
		t.Errorf("rollback: %d", code)
	}
	w.wantOld(back)
	w.wantSaid(back, "is in force again")
	if code := w.code(w.ctlint("rollback")); code != 2 {
		t.Errorf("a second rollback: %d", code)
	}
}

func (w *world) lastToken() string {
	text, err := os.ReadFile(filepath.Join(w.state, "last"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func TestNotConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.apply("500ms")
	if code := w.code(r); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantOld(r)
	w.wantSaid(r, "nobody confirmed it within 500ms; the old ruleset is in force again")
}

// TestSignalled ends ctlint at every step.
func TestSignalled(t *testing.T) {
	t.Parallel()
	const (
		before = `if [ ! -e $once ]; then touch $once; kill -%s $PPID; sleep 0.2; fi; exec $real "$@"`
		after  = `if [ -e $once ]; then exec $real "$@"; fi; touch $once; $real "$@"; rc=$?; kill -%s $PPID; exit $rc`
	)
	only := func(word, script string) string {
		return `case "$*" in *` + word + `*) ;; *) exec $real "$@";; esac` + "\n" + script
	}
	for _, c := range []struct {
		name, tool, script string
		signals            []string
	}{
		{"while it reads what is in force", "iptables-legacy-save", before, []string{"KILL", "HUP"}},
		{"before the sets", "ipset", only("restore", before), []string{"KILL"}},
		{"after the sets", "ipset", only("restore", after), []string{"KILL"}},
		{"before the transaction of nft", "nft", only("-f", before), []string{"KILL", "HUP", "TERM"}},
		{"after the transaction of nft", "nft", only("-f", after), []string{"KILL", "HUP"}},
		{"before IPv4", "iptables-legacy-restore", before, []string{"KILL"}},
		{"after IPv4", "iptables-legacy-restore", after, []string{"KILL", "TERM"}},
		{"before IPv6", "ip6tables-legacy-restore", before, []string{"KILL"}},
		{"after IPv6", "ip6tables-legacy-restore", after, []string{"KILL", "HUP"}},
		{"before it reads back", "ip6tables-legacy-save", `if [ -e $once ] || ! $real | grep -q INVALID; then exec $real "$@"; fi
touch $once; kill -%s $PPID; exec $real "$@"`, []string{"KILL"}},
	} {
		for _, sig := range c.signals {
			t.Run(c.name+" "+sig, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.wrap(c.tool, fmt.Sprintf(c.script, sig))
				r := w.apply("1s")
				if code := w.code(r); code == 0 {
					t.Error("it ends well")
				}
				if _, err := os.Stat(filepath.Join(w.dir, "once")); err != nil {
					t.Fatalf("no signal was sent:\n%s", r.out.String())
				}
				w.wantOld(r)
			})
		}
	}
}

// TestSignalledWaiting ends ctlint when the new ruleset is in force.
func TestSignalledWaiting(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGHUP} {
		t.Run("confirmed after "+sig.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.apply("30s")
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			token := w.token(r)
			if err := syscall.Kill(-r.Process.Pid, sig); err != nil {
				t.Fatal(err)
			}
			_ = r.Wait()
			if code := w.code(w.ctlint("apply", "--confirm", token)); code != 0 {
				t.Errorf("confirming ends with %d", code)
			}
			w.wantNew(r)
		})
		t.Run("not confirmed after "+sig.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.apply("2s")
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			token := w.token(r)
			if err := syscall.Kill(-r.Process.Pid, sig); err != nil {
				t.Fatal(err)
			}
			_ = r.Wait()
			w.wantOld(r)
			late := w.ctlint("apply", "--confirm", token)
			if code := w.code(late); code != 1 {
				t.Errorf("confirming late ends with %d", code)
			}
			w.wantSaid(late, "it is too late: nobody confirmed it within 2s; the old ruleset is in force")
		})
	}
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		r := w.apply("30s")
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		w.token(r)
		if err := r.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = r.Wait()
		w.wantOld(r)
		w.wantSaid(r, "it was interrupted; the old ruleset is in force again")
	})
	t.Run("the watchdog is killed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		r := w.apply("30s")
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		w.token(r)
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", r.Process.Pid, r.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		killed := false
		for _, f := range childrenOf(t, r.Process.Pid, children) {
			killed = true
			if err := syscall.Kill(f, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
		if !killed {
			t.Fatal("there is no watchdog")
		}
		_ = r.Wait()
		w.wantOld(r)
		w.wantSaid(r, "the watchdog has died; the old ruleset is in force again")
	})
}

// childrenOf returns the processes that any thread of one has started.
func childrenOf(t *testing.T, pid int, first []byte) []int {
	t.Helper()
	all := string(first)
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		if err == nil {
			all += " " + string(text)
		}
	}
	var out []int
	for _, word := range strings.Fields(all) {
		var n int
		if _, err := fmt.Sscan(word, &n); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", n)); err == nil && strings.HasPrefix(string(text), "ctlint-watchdog") {
			out = append(out, n)
		}
	}
	// A child of the first thread stands there twice.
	if len(out) > 1 && out[0] == out[1] {
		out = out[1:]
	}
	return out
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// The thread is the test's own, and so is its mount namespace.
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Skipf("SKIPPED: no mount namespace: %v", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", w.state, "tmpfs", 0, "size=8k,mode=0700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(w.state, unix.MNT_DETACH) })
	filler := bytes.Repeat([]byte("x"), 1<<16)
	if err := os.WriteFile(filepath.Join(w.state, "filler"), filler, 0o600); err == nil {
		t.Fatal("there is room left")
	}
	r := w.apply("1s")
	if code := w.code(r); code != 3 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "no space left on device; nothing is changed")
	w.wantOld(r)
}

func TestToolMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bin := filepath.Join(w.dir, "few")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"iptables-legacy-save", "ip6tables-legacy-save", "iptables-legacy-restore", "ip6tables-legacy-restore", "ipset"} {
		path, err := exec.LookPath(tool)
		if err == nil {
			err = os.Symlink(path, filepath.Join(bin, tool))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	env := w.env
	w.env = append([]string{"PATH=" + bin}, dropPath(env)...)
	r := w.apply("1s")
	if code := w.code(r); code != 3 {
		t.Errorf("the exit code is %d", code)
	}
	w.wantSaid(r, "nft is not installed")
	w.wantSaid(r, "nothing is changed")
	w.env = env
	w.wantOld(r)
}

func dropPath(env []string) []string {
	var out []string
	for _, v := range env {
		if !strings.HasPrefix(v, "PATH=") {
			out = append(out, v)
		}
	}
	return out
}

// TestRefusedHalfway has the kernel refuse what the sandbox took.
func TestRefusedHalfway(t *testing.T) {
	t.Parallel()
	t.Run("by nft, after iptables", func(t *testing.T) {
		t.Parallel()
		needDevices(t)
		w := newWorld(t)
		// The sandbox has the interface that the ruleset names; the host does not.
		w.file("new.nft", strings.Replace(newNFT, `iif "lo"`, `iif "wan9"`, 1))
		r := w.ctlint("apply", "--iptables", "legacy", "--no-config", filepath.Join(w.dir, "rules.v4"), filepath.Join(w.dir, "new.nft"), "--force")
		if code := w.code(r); code != 1 {
			t.Errorf("the exit code is %d", code)
		}
		w.wantSaid(r, "Interface does not exist")
		w.wantSaid(r, "; the old ruleset is in force")
		w.wantOld(r)
	})
	t.Run("by the second family", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.wrap("ip6tables-legacy-restore", `if [ -e $once ]; then exec $real "$@"; fi; touch $once; echo out of luck >&2; exit 4`)
		r := w.apply("1s")
		if code := w.code(r); code != 1 {
			t.Errorf("the exit code is %d", code)
		}
		w.wantSaid(r, "out of luck; the old ruleset is in force")
		w.wantOld(r)
	})
	t.Run("by loading something else", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.wrap("iptables-legacy-restore", `if [ -e $once ]; then exec $real "$@"; fi; touch $once; grep -v INVALID | $real "$@"`)
		r := w.apply("1s")
		if code := w.code(r); code != 1 {
			t.Errorf("the exit code is %d", code)
		}
		w.wantSaid(r, "table filter of iptables-legacy is not what it should be after loading; the old ruleset is in force")
		w.wantOld(r)
	})
	t.Run("at once", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.file("new.nft", newNFT+"add rule inet nowhere x accept\n")
		r := w.ctlint("apply", "--force", "--no-config", filepath.Join(w.dir, "new.nft"))
		if code := w.code(r); code != 2 {
			t.Errorf("the exit code is %d", code)
		}
		w.wantSaid(r, "nothing is changed")
		w.wantOld(r)
	})
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.apply("30s")
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	w.token(r)
	second := w.apply("1s")
	if code := w.code(second); code != 1 {
		t.Errorf("the exit code of the second is %d", code)
	}
	w.wantSaid(second, "another change of this ruleset is going on, or waits to be confirmed; nothing is changed")
	// Rolling back ends the first one.
	back := w.ctlint("rollback")
	if code := w.code(back); code != 0 {
		t.Errorf("rollback: %d: %s", code, back.out.String())
	}
	_ = r.Wait()
	w.wantSaid(r, "taken back by ctlint rollback; the old ruleset is in force again")
	w.wantOld(r)
}

// TestTerminal makes the change at a terminal, where it is confirmed, or which goes.
func TestTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(*testing.T, *os.File) error
		kept bool
	}{
		{"yes", func(_ *testing.T, f *os.File) error { _, err := f.WriteString("y\n"); return err }, true},
		{"no", func(_ *testing.T, f *os.File) error { _, err := f.WriteString("\n"); return err }, false},
		{"the terminal goes", func(_ *testing.T, f *os.File) error { return f.Close() }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			master, slave := terminal(t)
			r := w.apply("3s", "--confirm-tty")
			r.Env = append(r.Env, "TERM=vt100")
			r.Stdin = slave
			r.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			_ = slave.Close()
			w.token(r)
			if err := c.do(t, master); err != nil {
				t.Fatal(err)
			}
			_ = r.Wait()
			if c.kept {
				w.wantNew(r)
			} else {
				w.wantOld(r)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		r := w.apply("3s", "--confirm-tty")
		if code := w.code(r); code != 2 {
			t.Errorf("the exit code is %d", code)
		}
		w.wantSaid(r, "standard input is none")
		w.wantOld(r)
	})
}

// terminal makes a pseudoterminal (pty(7)).
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := master.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			n, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close(); _ = slave.Close() })
	return master, slave
}
