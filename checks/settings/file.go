// Package settings reads .ctlint.yaml, in which a repository says how its rulesets
// are checked, and says what holds for each file and where that comes from.
package settings

import (
	"net/netip"

	"github.com/ctlint/ctlint/checks/check"
)

// Name is the name of the file that is looked for.
const Name = ".ctlint.yaml"

// File is what a .ctlint.yaml holds. The descriptions of its keys become
// docs/config.schema.json and docs/configuration.md.
type File struct {
	Select      []string                  `json:"select,omitempty" jsonschema:"The checks that run: codes, their beginnings (CT), slugs, or all. Default: all that are not off by default"`
	Ignore      []string                  `json:"ignore,omitempty" jsonschema:"The checks that do not run; stronger than select"`
	Severity    map[string]check.Severity `json:"severity,omitempty" jsonschema:"The severity of all findings of a check, by its code or slug"`
	MinSeverity check.Severity            `json:"min-severity,omitempty" jsonschema:"Findings that matter less are left out"`
	FailOn      string                    `json:"fail-on,omitempty" jsonschema:"The exit code is 1 for findings that matter so much or more"`
	Options     Options                   `json:"options,omitempty" jsonschema:"What single checks want to know"`
	Exclude     []string                  `json:"exclude,omitempty" jsonschema:"Files and folders in which no rulesets are looked for"`
	IncludePath []string                  `json:"include-path,omitempty" jsonschema:"Folders in which files are looked for that scripts of nft include (nft -I)"`
	Define      map[string]string         `json:"define,omitempty" jsonschema:"Variables that are defined for scripts of nft (nft -D)"`
	Baseline    string                    `json:"baseline,omitempty" jsonschema:"A file with findings that are known and not told"`
	Overrides   []Override                `json:"overrides,omitempty" jsonschema:"What holds for some files alone; a later one wins over an earlier one"`
	Hosts       []Host                    `json:"hosts,omitempty" jsonschema:"Which files are loaded together on a host. Others are put together by their names: rules.v4 and rules.v6"`
	Suppress    []Suppression             `json:"suppress,omitempty" jsonschema:"Findings that are meant so, each with a reason"`
}

// Options are what single checks want to know.
type Options struct {
	LateEstablished *int     `json:"late-established,omitempty" jsonschema:"CT003: how many rules may stand above the one that accepts established packets"`
	ManagementPorts []uint16 `json:"management-ports,omitempty" jsonschema:"The TCP ports over which the hosts are managed"`
}

// Override is what holds for some files alone.
type Override struct {
	Files    []string                  `json:"files" jsonschema:"The files that it is about: patterns such as lab/** or *.nft"`
	Select   []string                  `json:"select,omitempty" jsonschema:"Checks that run for these files besides the others"`
	Ignore   []string                  `json:"ignore,omitempty" jsonschema:"Checks that do not run for these files"`
	Severity map[string]check.Severity `json:"severity,omitempty" jsonschema:"The severity of a check's findings in these files"`
	Options  Options                   `json:"options,omitempty" jsonschema:"What single checks want to know of a host whose first file is one of these"`
	Dialect  string                    `json:"dialect,omitempty" jsonschema:"The dialect in which these files are written, where it cannot be told from them"`
	Family   string                    `json:"family,omitempty" jsonschema:"The family for which these files are written, where it cannot be told from them"`
}

// Host is the files that are loaded together.
type Host struct {
	Name       string               `json:"name" jsonschema:"What the host is called"`
	Files      []string             `json:"files" jsonschema:"Its files, in the order in which they are loaded"`
	Family     string               `json:"family,omitempty" jsonschema:"The only family that the host speaks: its files are read so, and it needs no ruleset for the other one"`
	Interfaces map[string]Interface `json:"interfaces,omitempty" jsonschema:"Its interfaces by name, for checks that ask where a packet can come from"`
}

// Interface is an interface of a host.
type Interface struct {
	Networks []netip.Prefix `json:"networks,omitempty" jsonschema:"The networks behind it, such as 192.0.2.0/24"`
	Side     string         `json:"side,omitempty" jsonschema:"Whether those who are behind it are trusted: inside or outside"`
}

// Suppression keeps findings back that are meant so. All that it says must be so
// of a finding.
type Suppression struct {
	Check  string   `json:"check" jsonschema:"The code or slug of the check"`
	Reason string   `json:"reason" jsonschema:"Why it is meant so"`
	Files  []string `json:"files,omitempty" jsonschema:"In which files: patterns"`
	Table  string   `json:"table,omitempty" jsonschema:"In which table: filter, or with its family inet filter"`
	Chain  string   `json:"chain,omitempty" jsonschema:"In which chain"`
	Rule   string   `json:"rule,omitempty" jsonschema:"Text that the rule holds, blanks being all the same"`
}

// Words that some keys take, by the names of the keys.
var words = map[string][]string{
	"fail-on": {"error", "warning", "info", "never"},
	"family":  {"ipv4", "ipv6"},
	"side":    {"inside", "outside"},
}
