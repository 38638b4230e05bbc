package sandbox

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// server is what the sandbox's process knows.
type server struct {
	tun  string // the device file
	lock *os.File
	devices
	injector *injector
	loaded   []Tool // that have loaded something
}

// serve answers requests until there are no more.
func serve(args []string, in io.Reader, out io.Writer) error {
	s := &server{tun: "/dev/net/tun"}
	if len(args) > 0 && args[0] != "" {
		s.tun = args[0]
	}
	// iptables-legacy takes a lock in a file of the host's. The sandbox has one
	// of its own, that needs no place and no privilege.
	fd, err := unix.MemfdCreate("xtables.lock", 0)
	if err != nil {
		return fmt.Errorf("memfd_create: %w", err)
	}
	s.lock = os.NewFile(uintptr(fd), "xtables.lock")
	dec, enc := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var q request
		switch err := dec.Decode(&q); {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil // the caller has gone
		case err != nil:
			return err
		}
		r, err := s.answer(&q)
		if err != nil {
			r.Err = err.Error()
		}
		if err := enc.Encode(&r); err != nil {
			return err
		}
	}
}

func (s *server) answer(q *request) (r response, err error) {
	switch {
	case q.Network != nil:
		return r, s.network(q.Network)
	case q.Load != nil:
		r.Output, err = s.load(q.Load)
	case q.Save != NoTool:
		r.Output, err = s.run(loaders[q.Save].save, "")
	case q.Inject != nil:
		if s.injector == nil {
			if err := s.arm(); err != nil {
				return r, err
			}
		}
		r.Results, err = s.injector.inject(q.Inject)
	case q.Trace != nil:
		if s.injector == nil {
			return r, errors.New("nothing has been injected yet")
		}
		r.Lines, err = s.trace(q.Trace)
	case q.Run != nil:
		r.Output, err = s.run(q.Run.Argv, q.Run.Stdin)
		var e *exec.ExitError
		if errors.As(err, &e) {
			r.Refusal, err = strings.TrimSpace(string(e.Stderr)), nil
		}
		if errors.Is(err, exec.ErrNotFound) {
			r.Missing, err = true, nil
		}
	}
	return r, err
}

// arm puts the sentinels into the ruleset, and listens to them.
func (s *server) arm() error {
	if _, err := s.run(loaders[NFT].load, sentinels(s.conntrack)); err != nil {
		return fmt.Errorf("the sentinels: %w", err)
	}
	for name, value := range s.late {
		// Without conntrack there is nothing to set.
		if err := sysctl(name, value); err != nil && (s.conntrack || !errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	i, err := newInjector(&s.devices)
	if err == nil {
		i.let = func(pass bool) error {
			_, err := s.run(loaders[NFT].load, passing(s.conntrack, pass))
			return err
		}
	}
	s.injector = i
	return err
}

// load gives a text to its tool, and returns why that refuses it.
func (s *server) load(t *Text) (refusal string, err error) {
	argv := loaders[t.Tool].load
	if argv == nil {
		return "", fmt.Errorf("there is no tool %d", t.Tool)
	}
	if _, err = s.run(argv, t.Text); err == nil && !slices.Contains(s.loaded, t.Tool) {
		s.loaded = append(s.loaded, t.Tool)
	}
	var e *exec.ExitError
	if errors.As(err, &e) {
		return strings.TrimSpace(string(e.Stderr)), nil
	}
	return "", err
}

// toolTime is how long a tool may take: a ruleset of 100,000 rules takes nft
// some seconds.
const toolTime = 2 * time.Minute

// run runs a tool. Nothing but its standard input is the user's.
func (s *server) run(argv []string, stdin string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), toolTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.ExtraFiles = []*os.File{s.lock}
	cmd.Env = append(os.Environ(), "XTABLES_LOCKFILE=/proc/self/fd/3")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s has not ended after %s", argv[0], toolTime)
	}
	var e *exec.ExitError
	if errors.As(err, &e) {
		if e.Stderr = stderr.Bytes(); len(bytes.TrimSpace(e.Stderr)) == 0 {
			e.Stderr = []byte(e.Error())
		}
	}
	return stdout.String(), err
}
