package report

import (
	"encoding/xml"
	"io"

	"github.com/ctlint/ctlint/checks/driver"
)

type checkstyleReport struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// checkstyleVersion is the version of Checkstyle's format: consumers ask for the
// attribute, and none looks at its value.
const checkstyleVersion = "5.0"

// Checkstyle writes the findings in the XML of Checkstyle, which Jenkins,
// reviewdog and editors read. Severities have the same names in it. A finding
// about a file as a whole is at line 0.
func Checkstyle(w io.Writer, r *driver.Result) error {
	out := checkstyleReport{Version: checkstyleVersion}
	at := map[string]int{}
	for _, f := range r.Findings {
		name := slashed(f.Pos.Filename)
		i, ok := at[name]
		if !ok {
			i = len(out.Files)
			at[name] = i
			out.Files = append(out.Files, checkstyleFile{Name: name})
		}
		out.Files[i].Errors = append(out.Files[i].Errors, checkstyleError{
			Line: f.Pos.Line, Column: f.Pos.Column, Severity: f.Severity.String(),
			Message: details(f), Source: "ctlint." + f.Slug,
		})
	}
	return writeXML(w, out)
}

func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
