//go:build linux

// Package netnstest gives tests network namespaces of their own.
package netnstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Main runs the tests of a package. Where they are run by an ordinary user, it runs
// them as root of a user namespace, if the kernel allows:
//
//	func TestMain(m *testing.M) { os.Exit(netnstest.Main(m)) }
func Main(m *testing.M) int {
	if os.Geteuid() == 0 || os.Getenv("CTLINT_NO_KERNEL") != "" {
		return m.Run()
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	fmt.Fprintf(os.Stderr, "no user namespace for the tests (%v): those that ask the kernel will be SKIPPED\n", err)
	return m.Run()
}

// New puts the test's goroutine in a new network namespace, with its loopback
// interface up, until the test ends; programs that it starts are in it too. The
// test is skipped, and says so, where that is not allowed; it fails if a tool that
// it needs is not installed.
func New(t testing.TB, tools ...string) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed, so this test cannot ask it (or set CTLINT_NO_KERNEL=1)", tool)
		}
	}
	// The thread ends with the goroutine, as it is never unlocked: nobody else
	// gets to run in the namespace.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no network namespace: %v", err)
		}
		t.Skipf("SKIPPED: no network namespace (%v): run the test as root, or allow user namespaces", err)
	}
	if err := up("lo"); err != nil {
		t.Fatal(err)
	}
}

func up(name string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	ifr, err := unix.NewIfreq(name)
	if err == nil {
		ifr.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		err = unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, ifr)
	}
	return errors.Join(err, unix.Close(fd))
}

// Sysctl sets a parameter of the namespace, such as
// net/netfilter/nf_conntrack_acct.
func Sysctl(t testing.TB, name, value string) {
	t.Helper()
	if err := os.WriteFile("/proc/sys/"+name, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Run runs a program in the namespace and returns what it prints on both of its
// streams. The test fails if the program does.
func Run(t testing.TB, program string, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, code := Try(t, program, args...)
	if code != 0 {
		t.Fatalf("%s %v ends with %d:\n%s%s", program, args, code, stdout, stderr)
	}
	return stdout, stderr
}

// Try is Run for a program that may fail: it returns its exit code too.
func Try(t testing.TB, program string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	// An ordinary user may not write the lock that iptables-legacy has in /run.
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C", "XTABLES_LOCKFILE="+filepath.Join(os.TempDir(), "ctlint-xtables.lock"))
	var out, told writer
	cmd.Stdout, cmd.Stderr = &out, &told
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), string(told), cmd.ProcessState.ExitCode()
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) {
	*w = append(*w, b...)
	return len(b), nil
}
