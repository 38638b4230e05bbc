package semantics

// Truth is whether a condition holds of a packet. What ctlint cannot know (the
// content of a packet, a rate, a set that is filled at run time) is Unknown, and
// nothing may rest on it.
type Truth int8

// The truths.
const (
	No Truth = iota
	Unknown
	Yes
)

func (t Truth) String() string { return [...]string{"no", "unknown", "yes"}[t] }

// Not returns the truth of the negation.
func (t Truth) Not() Truth { return Yes - t }

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}
