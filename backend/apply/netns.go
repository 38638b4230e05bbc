//go:build linux

package apply

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// netnsEnv says which network namespace the program has gone to.
const netnsEnv = "CTLINT_NETNS"

// netnsDir is where ip netns keeps namespaces (ip-netns(8)).
const netnsDir = "/run/netns"

// Enter makes the program run in a network namespace of ip netns: all of it, and what it
// starts. It starts the program anew there, so it returns only if that is done already,
// or fails.
func Enter(name string) error {
	if os.Getenv(netnsEnv) == name {
		return nil
	}
	if name == "." || name == ".." || strings.ContainsRune(name, '/') {
		return fmt.Errorf("%q is no name of a network namespace", name)
	}
	ns, err := os.Open(filepath.Join(netnsDir, name))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no network namespace %s; ip netns list shows those that there are", name)
	}
	if err != nil {
		return err
	}
	// The thread that goes there is the one that starts the program, and takes its
	// namespace along.
	runtime.LockOSThread()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("network namespace %s: %w", name, err)
	}
	return syscall.Exec("/proc/self/exe", os.Args, append(os.Environ(), netnsEnv+"="+name))
}
