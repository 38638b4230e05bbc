package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// process prepares the sandbox's process: this program, in namespaces of its own.
// With its PID namespace everything that it started dies, and with the last
// process the network namespace.
func process(o Options) (*exec.Cmd, error) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{processName, o.TUN}
	// The tools are where an ordinary user's PATH does not lead, and speak
	// the language that messages are compared in.
	// It does one thing after the other; a second processor would only take
	// turns with the first.
	cmd.Env = []string{"PATH=/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin", "LC_ALL=C", "GOMAXPROCS=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
		Setpgid:    true, // the terminal's interrupt is the parent's to handle
	}
	if os.Geteuid() != 0 || o.UserNamespace {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return cmd, nil
}

// launch starts the process, and calls exited when it has ended. The signal of
// Pdeathsig comes when the thread ends that started the process, so that thread
// is kept until then.
func launch(cmd *exec.Cmd, exited func(error)) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exited(cmd.Wait())
		}
	}()
	return <-started
}

// hint says what most likely forbids namespaces.
func hint(err error) string {
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.ENOSPC) {
		return "; it takes root, or user namespaces for ordinary users (kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)"
	}
	return ""
}
