package sandbox

// PID is the number of the sandbox's process.
func (b *Box) PID() int { return b.cmd.Process.Pid }
