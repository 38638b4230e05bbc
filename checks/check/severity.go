package check

import (
	"fmt"
	"slices"
)

// Severity is how much a finding matters. A greater one matters more.
type Severity uint8

// The severities. The zero Severity is none of them.
const (
	// Info is worth knowing; a ruleset may well be meant so.
	Info Severity = iota + 1
	// Warning is most likely not meant so, or will bite one day.
	Warning
	// Error is broken or open: the ruleset does not do what it says.
	Error
)

var severityNames = [...]string{"none", "info", "warning", "error"}

// Severities are the names of the severities, the least first.
func Severities() []string { return slices.Clone(severityNames[1:]) }

func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("Severity(%d)", s)
}

// ParseSeverity returns the severity of that name.
func ParseSeverity(name string) (Severity, bool) {
	for i, n := range severityNames {
		if i > 0 && n == name {
			return Severity(i), true
		}
	}
	return 0, false
}

// MarshalText returns the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name.
func (s *Severity) UnmarshalText(b []byte) error {
	v, ok := ParseSeverity(string(b))
	if !ok {
		return fmt.Errorf("%q is no severity: expected error, warning or info", b)
	}
	*s = v
	return nil
}
