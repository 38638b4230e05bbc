package ext

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// The numbers of old options are read by C's own functions, which take more than
// a number and less than one would think. What a rule means depends on it: an
// 08 is an 8 for one option and a 0 with an 8 behind it for another.

const blanks = " \t\n\v\f\r"

// strtoul reads a number as C's strtoul does: blanks, a sign, digits of the
// base; base 0 is 10, or 16 after 0x, or 8 after 0. It returns what stands
// behind it, and whether there are digits at all. A number that is too big
// gives the biggest, and over.
func strtoul(s string, base int) (n uint64, rest string, over, ok bool) {
	t := strings.TrimLeft(s, blanks)
	neg := strings.HasPrefix(t, "-")
	if neg || strings.HasPrefix(t, "+") {
		t = t[1:]
	}
	if base == 0 {
		base = 10
		if len(t) > 2 && t[0] == '0' && (t[1] == 'x' || t[1] == 'X') && digit(t[2]) < 16 {
			base, t = 16, t[2:]
		} else if len(t) > 0 && t[0] == '0' {
			base = 8
		}
	}
	i := 0
	for ; i < len(t) && digit(t[i]) < base; i++ {
		d := uint64(digit(t[i]))
		if n > (math.MaxUint64-d)/uint64(base) {
			over = true
			continue
		}
		n = n*uint64(base) + d
	}
	switch {
	case i == 0:
		return 0, s, false, false
	case over:
		n = math.MaxUint64
	case neg:
		n = -n
	}
	return n, t[i:], over, true
}

// digit returns the value of a digit, 36 if c is none.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 36
}

// atoll reads a decimal number as C's atoll does: what stands behind it is
// ignored, no number is 0, one that is too big the biggest.
func atoll(s string) int64 {
	t := strings.TrimLeft(s, blanks)
	neg := strings.HasPrefix(t, "-")
	if neg || strings.HasPrefix(t, "+") {
		t = t[1:]
	}
	i := 0
	for i < len(t) && digit(t[i]) < 10 {
		i++
	}
	n, err := strconv.ParseInt(t[:i], 10, 64)
	if err != nil && i > 0 {
		n = math.MaxInt64
	}
	if neg {
		if err != nil && i > 0 {
			return math.MinInt64
		}
		return -n
	}
	return n
}

// atoi is atoll cut to 32 bits, as glibc has it.
func atoi(s string) int32 { return int32(atoll(s)) }

var float = regexp.MustCompile(`^[ \t\n\v\f\r]*[+-]?(?:0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`)

// strtod reads a number as C's strtod does, but for inf and nan, and returns
// what stands behind it.
func strtod(s string) (x float64, rest string, ok bool) {
	m := float.FindString(s)
	if m == "" {
		return 0, s, false
	}
	num := strings.TrimLeft(m, blanks)
	if strings.ContainsAny(num, "xX") && !strings.ContainsAny(num, "pP") {
		num += "p0" // which Go's syntax wants
	}
	x, err := strconv.ParseFloat(num, 64)
	return x, s[len(m):], err == nil
}
