package influence

// Log remembers which of a chain's rules was the last to change something. The
// zero Log is empty.
type Log struct {
	last [8]int // by bit of Fields: 1 + the rule's index
}

// Add notes what a rule changes. Rules are added in order.
func (l *Log) Add(rule int, f Fields) {
	for bit := 0; f != 0; bit, f = bit+1, f>>1 {
		if f&1 != 0 {
			l.last[bit] = rule + 1
		}
	}
}

// Since reports whether a rule below that one has changed any of the fields.
func (l *Log) Since(rule int, f Fields) bool {
	for bit := 0; f != 0; bit, f = bit+1, f>>1 {
		if f&1 != 0 && l.last[bit] > rule+1 {
			return true
		}
	}
	return false
}
