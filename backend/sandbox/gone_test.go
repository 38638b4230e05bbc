package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
)

// parentEnv says to a run of the test binary that it is a program that uses a
// sandbox, and how it shall end.
const parentEnv = "CTLINT_TEST_PARENT"

// parent makes a sandbox, says its number, and ends as it is told, without closing
// it.
func parent(how string) {
	b, err := sandbox.Start(context.Background(), sandbox.Options{})
	if err == nil {
		err = b.Network(context.Background(), sandbox.Network{Interfaces: []sandbox.Interface{{Name: "eth0"}}})
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(b.PID())
	// The test says when it has looked.
	_, _ = io.ReadAll(os.Stdin)
	switch how {
	case "panics":
		panic("out of luck")
	case "exits":
		os.Exit(0)
	case "busy":
		for {
			if _, err := b.Save(context.Background(), sandbox.NFT); err != nil {
				os.Exit(1)
			}
		}
	}
	time.Sleep(time.Minute)
}

// TestGone ends the program that uses a sandbox, in the ways in which programs
// end, and looks whether anything is left in the sandbox's network namespace.
func TestGone(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	for _, c := range []struct {
		how    string
		signal syscall.Signal
	}{{"exits", 0}, {"panics", 0}, {"killed", syscall.SIGKILL}, {"hung up", syscall.SIGHUP}, {"busy", syscall.SIGKILL}} {
		t.Run(c.how, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), parentEnv+"="+c.how)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, _ := bufio.NewReader(out).ReadString('\n')
			pid, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				cmd.Process.Kill()
				t.Fatalf("no sandbox: %s", line)
			}
			ns := namespace(t, pid)
			in.Close()
			if c.signal != 0 {
				time.Sleep(50 * time.Millisecond)
				cmd.Process.Signal(c.signal)
			}
			cmd.Wait()
			gone(t, ns)
		})
	}
}

// namespace returns the name of a process's network namespace.
func namespace(t *testing.T, pid int) string {
	t.Helper()
	ns, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		t.Fatal(err)
	}
	if own, _ := os.Readlink("/proc/self/ns/net"); own == ns {
		t.Fatal("the sandbox is in our own network namespace")
	}
	return ns
}

// gone waits until no process is in a network namespace any more.
func gone(t *testing.T, ns string) {
	t.Helper()
	var in []string
	for range 100 {
		in = in[:0]
		links, _ := filepath.Glob("/proc/[0-9]*/ns/net")
		for _, l := range links {
			if have, err := os.Readlink(l); err == nil && have == ns {
				in = append(in, l)
			}
		}
		if len(in) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("still in the sandbox: %v", in)
}

// TestContext ends a context, and closes, while the sandbox has work.
func TestContext(t *testing.T) {
	b := start(t, sandbox.Options{})
	ns := namespace(t, b.PID())
	ctx, cancel := context.WithCancel(context.Background())
	done, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := done.Save(ctx, sandbox.NFT); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context has ended: %v", err)
	}
	syscall.Kill(b.PID(), syscall.SIGKILL)
	if _, err := b.Save(context.Background(), sandbox.NFT); err == nil || !strings.Contains(err.Error(), "the sandbox has ended") {
		t.Errorf("after the sandbox is killed: %v", err)
	}
	b.Close()
	gone(t, ns)
}

// TestOrdinaryUser runs the sandbox without privilege, in a user namespace. As
// root it becomes nobody first, and has the device file that other systems give
// to everybody.
func TestOrdinaryUser(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	const inUser, nobody = "CTLINT_TEST_USER", 65534
	if os.Geteuid() == 0 {
		dir := t.TempDir()
		for _, d := range []string{dir, filepath.Dir(dir)} {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		tun := filepath.Join(dir, "tun")
		if err := syscall.Mknod(tun, syscall.S_IFCHR|0o666, 10<<8|200); err != nil {
			t.Skipf("SKIPPED: no device file can be made for nobody: %v", err)
		}
		if err := os.Chmod(tun, 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("/proc/self/exe", "-test.run", "^TestOrdinaryUser$", "-test.v")
		cmd.Dir = "/"
		cmd.Env = append(os.Environ(), inUser+"="+tun)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, err := cmd.CombinedOutput()
		if bytes.Contains(out, []byte("SKIPPED")) {
			t.Skipf("%s", out)
		}
		if err != nil || !bytes.Contains(out, []byte("--- PASS: TestOrdinaryUser")) {
			t.Fatalf("as nobody: %v\n%s", err, out)
		}
		return
	}
	tun := os.Getenv(inUser)
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); tun == "" && err != nil {
		t.Skipf("SKIPPED: this user may not make network devices: %v", err)
	} else if err == nil {
		f.Close()
	}
	b, err := sandbox.Start(t.Context(), sandbox.Options{TUN: tun})
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer b.Close()
	if err := b.Network(t.Context(), sandbox.Network{Conntrack: true, Interfaces: []sandbox.Interface{{Name: "eth0", Ethernet: true}}}); err != nil {
		t.Fatal(err)
	}
	const save = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n"
	load(t, b, sandbox.Text{Tool: sandbox.IPTablesLegacy, Text: save}, sandbox.Text{Tool: sandbox.IP6TablesNFT, Text: save})
	results, err := b.Inject(t.Context(), []sandbox.Probe{
		{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, packet(false, 17, 53))},
		{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, packet(false, 17, 54))},
		{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, packet(true, 17, 53))},
		{Hook: ast.HookInput, Iif: "eth0", Packet: encode(t, packet(true, 17, 54))},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		want := []sandbox.Outcome{sandbox.Accepted, sandbox.Dropped}[i%2]
		if got, _ := r.Outcome(); got != want || r.Err != "" {
			t.Errorf("packet %d: %s, want %s; %s", i, got, want, r.Err)
		}
	}
}
