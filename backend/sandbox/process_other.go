//go:build !linux

package sandbox

import (
	"errors"
	"io"
	"os/exec"
)

var errNotLinux = errors.New("this takes the Linux kernel")

func process(Options) (*exec.Cmd, error) { return nil, errNotLinux }

func launch(*exec.Cmd, func(error)) error { return errNotLinux }

func hint(error) string { return "" }

func serve([]string, io.Reader, io.Writer) error { return errNotLinux }
