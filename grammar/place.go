package grammar

import (
	"bytes"
	"go/token"
)

// AddFile adds a file to fset. It does what AddFile and SetLinesForContent of a
// FileSet do, without growing the table of lines line by line.
func AddFile(fset *token.FileSet, name string, src []byte) *token.File {
	tf := fset.AddFile(name, -1, len(src))
	lines := make([]int, 1, bytes.Count(src, []byte("\n"))+1)
	for at := 0; ; {
		n := bytes.IndexByte(src[at:], '\n')
		if at += n + 1; n < 0 || at == len(src) {
			break
		}
		lines = append(lines, at)
	}
	tf.SetLines(lines)
	return tf
}
