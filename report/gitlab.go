package report

import (
	"encoding/json"
	"io"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

// GitLabIssue is an entry of GitLab's code quality report, a subset of the Code
// Climate format (docs.gitlab.com, "Code Quality report format").
type GitLabIssue struct {
	CheckName   string         `json:"check_name"`
	Description string         `json:"description"`
	Content     *GitLabContent `json:"content,omitempty"`
	Severity    string         `json:"severity"`
	// Fingerprint is unique in a report, and the same in the next one.
	Fingerprint string         `json:"fingerprint"`
	Location    GitLabLocation `json:"location"`
}

// GitLabContent is a longer text.
type GitLabContent struct {
	Body string `json:"body"`
}

// GitLabLocation is the place of an entry, by lines.
type GitLabLocation struct {
	Path  string      `json:"path"`
	Lines GitLabLines `json:"lines"`
}

// GitLabLines are the first and the last line.
type GitLabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

var gitlabSeverities = [...]string{check.Info: "info", check.Warning: "major", check.Error: "critical"}

// GitLab writes the findings as a code quality report, which GitLab compares with
// that of the target branch. What kept the run from knowing all is not in it, as
// it has no place for that.
func GitLab(w io.Writer, r *driver.Result) error {
	out := []GitLabIssue{}
	for _, f := range r.Findings {
		name := slashed(f.Pos.Filename)
		issue := GitLabIssue{
			CheckName: f.Slug, Description: f.Code + ": " + f.Message,
			Severity:    gitlabSeverities[f.Severity],
			Fingerprint: identity(f),
			Location:    GitLabLocation{Path: name, Lines: GitLabLines{Begin: max(f.Pos.Line, 1), End: max(f.End.Line, 1)}},
		}
		if d := details(f); d != f.Message {
			issue.Content = &GitLabContent{Body: d}
		}
		out = append(out, issue)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
