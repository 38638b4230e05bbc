package report

import (
	"encoding/json"
	"errors"
	"go/token"
	"io"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// JSONVersion is the version of the JSON format. It changes when a field changes
// its meaning or goes; new fields may come without.
const JSONVersion = 1

// JSONReport is what [JSON] writes. Lists are never null. Lines and columns
// count from 1, columns and offsets in bytes; an end is the place just after
// the text. Of a finding about a file as a whole, line and column are 0.
type JSONReport struct {
	Version  int           `json:"version"`
	Findings []JSONFinding `json:"findings"`
	// Errors are what kept the run from knowing all: they are no findings.
	Errors  []JSONError `json:"errors"`
	Summary Summary     `json:"summary"`
}

// JSONPlace is a piece of a file's text.
type JSONPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// JSONFinding is a finding. Check is the slug of the check, Code its code.
// Witness is a packet that proves it, or empty. Of Fixes, alternatives, the
// first one is the one to apply.
type JSONFinding struct {
	JSONPlace
	Code     string         `json:"code"`
	Check    string         `json:"check"`
	Severity check.Severity `json:"severity"`
	Message  string         `json:"message"`
	Witness  string         `json:"witness,omitempty"`
	URL      string         `json:"url,omitempty"`
	// Fingerprint names the finding within its file by check, table, chain and
	// rule, so that it is known again when lines have moved.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Table, as nft names it ("ip filter"), and Chain are those of the place.
	Table   string        `json:"table,omitempty"`
	Chain   string        `json:"chain,omitempty"`
	Related []JSONRelated `json:"related"`
	Fixes   []JSONFix     `json:"fixes"`
}

// JSONRelated is another place that a finding is about.
type JSONRelated struct {
	JSONPlace
	Message string `json:"message"`
}

// JSONFix is a way to repair what was found. A fix that is not safe changes
// verdicts.
type JSONFix struct {
	Message string     `json:"message"`
	Safe    bool       `json:"safe"`
	Edits   []JSONEdit `json:"edits"`
}

// JSONEdit puts Text in the place of what stands from Offset to EndOffset.
type JSONEdit struct {
	JSONPlace
	Offset    int    `json:"offset"`
	EndOffset int    `json:"endOffset"`
	Text      string `json:"text"`
}

// JSONError is a file that could not be read (kind "read", with its file) or a
// check that has failed (kind "internal", with its name).
type JSONError struct {
	Kind    string `json:"kind"`
	File    string `json:"file,omitempty"`
	Check   string `json:"check,omitempty"`
	Message string `json:"message"`
}

// JSON writes a run as one JSON object, a [JSONReport], on lines of its own for
// each finding.
func JSON(w io.Writer, r *driver.Result) error {
	out := JSONReport{Version: JSONVersion, Findings: []JSONFinding{}, Errors: []JSONError{}, Summary: Summarize(r)}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, jsonFinding(f))
	}
	for _, err := range r.Errors {
		out.Errors = append(out.Errors, jsonError(err))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func jsonFinding(f driver.Finding) JSONFinding {
	out := JSONFinding{
		JSONPlace: jsonPlace(f.Pos, f.End),
		Code:      f.Code, Check: f.Slug, Severity: f.Severity,
		Message: f.Message, Witness: f.Witness, URL: f.URL,
		Fingerprint: f.Fingerprint, Table: f.Subject.TableName(), Chain: f.Subject.Chain,
		Related: []JSONRelated{}, Fixes: []JSONFix{},
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, JSONRelated{jsonPlace(r.Pos, r.End), r.Message})
	}
	for _, x := range f.Fixes {
		fix := JSONFix{Message: x.Message, Safe: x.Safe, Edits: []JSONEdit{}}
		for _, e := range x.Edits {
			fix.Edits = append(fix.Edits, JSONEdit{jsonPlace(e.Pos, e.End), e.Pos.Offset, e.End.Offset, e.Text})
		}
		out.Fixes = append(out.Fixes, fix)
	}
	return out
}

func jsonPlace(pos, end token.Position) JSONPlace {
	return JSONPlace{pos.Filename, pos.Line, pos.Column, end.Line, end.Column}
}

func jsonError(err error) JSONError {
	var (
		read     *driver.ReadError
		internal *driver.InternalError
	)
	switch {
	case errors.As(err, &read):
		return JSONError{Kind: "read", File: read.File, Message: err.Error()}
	case errors.As(err, &internal):
		return JSONError{Kind: "internal", Check: internal.Analyzer.Name, Message: err.Error()}
	}
	return JSONError{Kind: "internal", Message: err.Error()}
}
