package report

import (
	"bufio"
	"encoding/json"
	"io"

	"github.com/ctlint/ctlint/checks/driver"
)

// JSONLine is a line of what [JSONLines] writes: one of its fields is there.
type JSONLine struct {
	Finding *JSONFinding `json:"finding,omitempty"`
	Error   *JSONError   `json:"error,omitempty"`
	// Summary is the last line.
	Summary *Summary `json:"summary,omitempty"`
}

// JSONLines writes a run as a JSON object on a line of its own for each finding
// and each error, and one for the summary: for programs that read line by line.
func JSONLines(w io.Writer, r *driver.Result) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, f := range r.Findings {
		j := jsonFinding(f)
		if err := enc.Encode(JSONLine{Finding: &j}); err != nil {
			return err
		}
	}
	for _, e := range r.Errors {
		j := jsonError(e)
		if err := enc.Encode(JSONLine{Error: &j}); err != nil {
			return err
		}
	}
	s := Summarize(r)
	if err := enc.Encode(JSONLine{Summary: &s}); err != nil {
		return err
	}
	return b.Flush()
}
