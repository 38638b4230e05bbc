package load

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// dialect decides which dialect a text is in; empty for none.
func (f *facts) dialect(name string) Dialect {
	switch program := path.Base(firstWord(f.shebang)); {
	case f.shebang == "":
	case strings.Contains(f.shebang, "tables-restore"):
		return Save
	case strings.Contains(f.shebang, "/nft"):
		return NFT
	case strings.Contains(f.shebang, "ipset"):
		return IPSet
	case isShell(program) || program == "env" && isShell(path.Base(lastWord(f.shebang))):
		if f.changes+f.commands > 0 {
			return Commands
		}
		return ""
	default:
		return "" // another interpreter's
	}
	save := f.heads + f.badHeads + f.chains + f.commits + f.rules
	switch {
	case f.json:
		return NFT
	case f.heredoc:
		return Commands
	case f.typed > f.lists && f.typed > 0:
		return Commands // what a terminal shows besides is what they made
	case f.creates > 0 && f.heads == 0 && f.changes+f.commands == 0, f.adds > 0 && f.adds == f.lines && f.rules == 0:
		return IPSet
	case f.nft > 0 && f.nft >= f.changes+f.rules && f.heads == 0:
		return NFT
	case f.changes > save && f.changes > f.lists && f.mostly(f.changes+f.commands+f.lists+f.shell+save+f.listHeads+f.columns+f.rows):
		return Commands
	case f.heads > 0 && f.chains+f.rules+f.commits > 0 && f.mostly(save+f.dumps):
		return Save
	case f.listHeads > 0 && f.columns > 0 && f.mostly(f.listHeads+f.columns+f.rows+f.lists+f.shell):
		return Listing
	case f.generated != "" && save > 0 && strings.Contains(f.generated, "tables"):
		return Save
	case f.chains+f.commits+f.badHeads > 0 && f.rules+f.chains > 0 && f.mostly(save): // its *table is missing or wrong
		return Save
	case f.rules+f.dumps > 0 && f.rules+f.dumps == f.lines:
		if isSaveName(name) {
			return Save // without its *table, which is told
		}
		return Commands // as iptables -S prints
	case f.changes+f.commands > 0 && f.mostly(f.changes+f.commands+f.lists+f.shell):
		return Commands
	case f.heads > 0 && f.chains+f.rules+f.commits == 0 && f.lines == f.heads:
		return Save
	}
	return ""
}

// mostly reports whether at least half of the lines are of a kind.
func (f *facts) mostly(n int) bool { return 2*n >= f.lines }

func isShell(program string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "busybox", "rc.common"}, program)
}

func firstWord(s string) string {
	w := strings.Fields(s)
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

func lastWord(s string) string {
	w := strings.Fields(s)
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1]
}

// saveName is a file's name that the tools which load save files at boot look
// for (netfilter-persistent, Red Hat's iptables-services, Arch's iptables.service,
// OpenRC, ifupdown).
var saveName = regexp.MustCompile(`^(rules\.v[46]|ip6?tables|ip6?tables\.(rules|up\.rules|save|conf)|ip6?tables[-_.]save.*|.*[-_.]ip6?tables|rules-save|.*\.(up\.)?rules|.*\.(iptables|ip6tables)[-_.]save|.*\.save)$`)

func isSaveName(name string) bool { return saveName.MatchString(path.Base(toSlash(name))) }

func toSlash(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// otherText are the endings of files that are about rulesets, and none: their
// text may hold as many commands as a script.
var otherText = []string{
	".md", ".markdown", ".rst", ".adoc", ".html", ".htm", ".xml", ".tex", ".diff", ".patch", ".log", ".csv",
	".go", ".py", ".rb", ".pl", ".pm", ".php", ".js", ".ts", ".c", ".h", ".cc", ".cpp", ".rs", ".java", ".lua",
	".yml", ".yaml", ".toml", ".ini", ".tf", ".nix", ".pp", ".j2", ".tmpl", ".tpl", ".erb",
	".po", ".golden", ".txtar", ".service", ".timer", ".spec",
}

// LooksLikeRuleset reports whether a file found in a folder is a ruleset, by its
// name and how it begins. It is stricter than [Detect], which is for a file that
// somebody names: prose, templates and source code that hold rules are none.
func LooksLikeRuleset(name string, head []byte) bool {
	base := path.Base(toSlash(name))
	if slices.Contains(otherText, strings.ToLower(path.Ext(base))) {
		return false
	}
	text := strings.TrimPrefix(string(head), bom)
	f := scan(text)
	switch f.dialect(name) {
	case "":
		// The commands of a long script may stand further down.
		return f.shebang != "" && isShell(path.Base(firstWord(f.shebang))) && len(head) >= 4096 && scriptName.MatchString(strings.ToLower(base))
	case Save:
		// All but a few lines, which may be wrong or cut off.
		n := f.heads + f.badHeads + f.chains + f.commits + f.rules
		return 10*n >= 8*f.lines || isSaveName(name) && f.mostly(n)
	case Listing:
		return 10*(f.listHeads+f.columns+f.rows+f.shell) >= 8*f.lines
	case Commands:
		return f.shebang != "" || f.typed > 0 || 4*(f.changes+f.commands+f.rules+f.dumps) >= f.lines
	default:
		return true
	}
}

var scriptName = regexp.MustCompile(`firewall|iptables|\bfw\b|rc\.fw`)
