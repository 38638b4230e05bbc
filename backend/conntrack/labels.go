//go:build linux

package conntrack

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// MaxLabel is the highest label (XT_CONNLABEL_MAXBIT).
const MaxLabel = 127

// LabelFiles are where connlabel.conf may be: where libnetfilter_conntrack and
// where nft look for it.
var LabelFiles = []string{"/etc/xtables/connlabel.conf", "/etc/connlabel.conf"}

// Labels are a flow's labels, as the kernel keeps them: words of 32 bits in the
// machine's order.
type Labels [16]byte

// Has reports whether a label is set.
func (l *Labels) Has(bit int) bool { return l[labelByte(bit)]>>(bit%8)&1 != 0 }

// Add sets a label.
func (l *Labels) Add(bit int) { l[labelByte(bit)] |= 1 << (bit % 8) }

// Delete clears a label.
func (l *Labels) Delete(bit int) { l[labelByte(bit)] &^= 1 << (bit % 8) }

// Bits are the labels that are set.
func (l *Labels) Bits() []int {
	var out []int
	for i := range MaxLabel + 1 {
		if l.Has(i) {
			out = append(out, i)
		}
	}
	return out
}

// contains reports whether all of other's labels are set.
func (l *Labels) contains(other *Labels) bool {
	for i := range l {
		if other[i]&^l[i] != 0 {
			return false
		}
	}
	return true
}

// labelByte is where a label is: the kernel's words are unsigned longs, whose
// bytes stand in the order of the machine.
func labelByte(bit int) int {
	if littleEndian {
		return bit / 8
	}
	return bit/64*8 + 7 - bit%64/8
}

var littleEndian = native.Uint16([]byte{1, 0}) == 1

// LabelNames are the names of labels, as connlabel.conf gives them.
type LabelNames map[int]string

// ReadLabelNames reads the names of labels from the first of the files that is
// there.
func ReadLabelNames(files ...string) (LabelNames, error) {
	for _, name := range files {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		names, err := parseLabelNames(name, f)
		return names, errors.Join(err, f.Close())
	}
	return nil, fmt.Errorf("there is no file of labels: expected one of %s", strings.Join(files, ", "))
}

// parseLabelNames reads lines of a number and a name. A line that begins otherwise
// than with a digit is a comment; one that goes on after the name is left out, as
// libnetfilter_conntrack does.
func parseLabelNames(file string, r io.Reader) (LabelNames, error) {
	names := LabelNames{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] < '0' || line[0] > '9' {
			continue
		}
		words := strings.Fields(line)
		bit, err := strconv.Atoi(words[0])
		if err != nil || bit > MaxLabel {
			return nil, fmt.Errorf("%s:%d:1: label %q is not a number from 0 to %d", file, n, words[0], MaxLabel)
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("%s:%d:1: label %d has no name", file, n, bit)
		}
		if len(words) == 2 {
			names[bit] = words[1]
		}
	}
	return names, lines.Err()
}

// Bit returns the label of a name.
func (n LabelNames) Bit(name string) (int, bool) {
	var bits []int
	for bit, known := range n {
		if known == name {
			bits = append(bits, bit)
		}
	}
	if len(bits) == 0 {
		return 0, false
	}
	return slices.Min(bits), true
}
