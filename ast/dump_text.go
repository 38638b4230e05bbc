package ast

import "strconv"

// plain are the bytes of words that need no quotes in a dump. None of them is
// one that a dump puts between or after words.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_'
	}
	return
}()

// appendWord prints a keyword, in quotes if it could be taken for more.
func appendWord(b []byte, s string) []byte {
	for i := range len(s) {
		if !plain[s[i]] {
			return appendQuoted(b, s)
		}
	}
	if s == "" {
		return appendQuoted(b, s)
	}
	return append(b, s...)
}

// appendQuoted prints text in quotes.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7f {
			return appendEscaped(b, s)
		}
	}
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c == 0x7f:
			b = appendHexByte(append(b, '\\', 'x'), c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func appendHexByte(b []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	return append(b, digits[c>>4], digits[c&15])
}

// appendEnum prints a name of an enumeration, or #n for a value without one.
func appendEnum(b []byte, names []string, i int) []byte {
	if i < len(names) && names[i] != "" {
		return append(b, names[i]...)
	}
	return strconv.AppendInt(append(b, '#'), int64(i), 10)
}

// appendWordEnum is appendEnum for names that are several words.
func appendWordEnum(b []byte, names []string, i int) []byte {
	if i < len(names) && names[i] != "" {
		return appendWord(b, names[i])
	}
	return appendEnum(b, names, i)
}

// The attributes below are printed where they are not zero; label is a space,
// the name and an equals sign.

func appendEnumAttr(b []byte, label string, names []string, i int) []byte {
	if i == 0 {
		return b
	}
	return appendEnum(append(b, label...), names, i)
}

func appendFlag(b []byte, text string, on bool) []byte {
	if !on {
		return b
	}
	return append(b, text...)
}

func appendText(b []byte, label, s string) []byte {
	if s == "" {
		return b
	}
	return appendQuoted(append(b, label...), s)
}

func appendWordAttr(b []byte, label, s string) []byte {
	if s == "" {
		return b
	}
	return appendWord(append(b, label...), s)
}

func appendUint(b []byte, label string, n uint64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendUint(append(b, label...), n, 10)
}

func appendInt(b []byte, label string, n int) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(append(b, label...), int64(n), 10)
}

func appendCounters(b []byte, c *Counters) []byte {
	if c == nil {
		return b
	}
	b = strconv.AppendUint(append(b, " counters="...), c.Packets, 10)
	return strconv.AppendUint(append(b, '/'), c.Bytes, 10)
}

func appendWords(b []byte, label string, words []string) []byte {
	if len(words) == 0 {
		return b
	}
	b = append(b, label...)
	for i, w := range words {
		if i == 0 {
			b = append(b, '[')
		} else {
			b = append(b, ' ')
		}
		b = appendWord(b, w)
	}
	return append(b, ']')
}

func appendTypes(b []byte, label string, ts []Type) []byte {
	for i, t := range ts {
		if i == 0 {
			b = append(b, label...)
		} else {
			b = append(b, '.')
		}
		if t != TypeNone && int(t) < len(types) {
			b = append(b, types[t].name...)
		} else {
			b = strconv.AppendUint(append(b, '#'), uint64(t), 10)
		}
	}
	return b
}
