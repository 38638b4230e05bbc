package iptables

import (
	"path"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/shell"
)

// tool is a program that a script calls.
type tool struct {
	kind   toolKind
	family ast.Family
}

type toolKind uint8

const (
	toolNone    toolKind = iota
	toolRules            // iptables: a command line
	toolRestore          // iptables-restore
	toolSave             // iptables-save
)

// tools are the programs' names: those of both variants, and those under which
// the variants' one binary knows them.
var tools = map[string]tool{}

func init() {
	for _, t := range []struct {
		name, short string
		family      ast.Family
	}{{"iptables", "4", ast.FamilyIP}, {"ip6tables", "6", ast.FamilyIP6}} {
		for _, variant := range []string{"", "-legacy", "-nft"} {
			tools[t.name+variant] = tool{toolRules, t.family}
			tools[t.name+variant+"-restore"] = tool{toolRestore, t.family}
			tools[t.name+variant+"-save"] = tool{toolSave, t.family}
		}
		applets["main"+t.short] = tool{toolRules, t.family}
		applets["restore"+t.short] = tool{toolRestore, t.family}
		applets["save"+t.short] = tool{toolSave, t.family}
		for _, a := range []string{"", "-restore", "-save"} {
			applets[t.name+a] = tools[t.name+a]
		}
	}
}

var (
	applets = map[string]tool{}
	multis  = []string{"xtables-multi", "xtables-nft-multi", "xtables-legacy-multi", "iptables-multi"}
)

// findTool finds the program that a command runs, and the number of words up to
// and with its name; 0 for a line without one. elsewhere says that the command
// runs it on another host or in another network namespace. In a loose command,
// which may be no command but prose, the program must be the first word.
func findTool(words []shell.Word, fallback ast.Family, loose bool) (t tool, n int, elsewhere bool) {
	if t, n := namedTool(words, fallback); t.kind != toolNone {
		return t, n, false
	}
	if first := words[0]; loose || first.Unknown == nil && notWrappers[path.Base(first.Text)] {
		return tool{}, 0, false
	}
	return wrapped(words)
}

// namedTool looks at the first word of a command alone.
func namedTool(words []shell.Word, fallback ast.Family) (tool, int) {
	w := words[0]
	base := path.Base(w.Text)
	if t, ok := tools[base]; ok {
		return t, 1
	}
	if slices.Contains(multis, base) && len(words) > 1 {
		return applets[words[1].Text], 2
	}
	if w.Unknown == nil {
		if isCommandOption(w.Text) {
			return tool{toolRules, fallback}, 0
		}
		return tool{}, 0
	}
	name := strings.ToLower(w.Text)
	if !strings.HasPrefix(name, "$") || len(words) < 2 && !strings.Contains(name, "tables") {
		return tool{}, 0
	}
	t := tool{toolRules, ast.FamilyIP}
	if strings.Contains(name, "6") {
		t.family = ast.FamilyIP6
	}
	ours := slices.ContainsFunc([]string{"iptables", "ip6tables", "iptable", "ip_tables", "ipt", "ip6t"}, func(s string) bool { return strings.Contains(name, s) })
	switch {
	case ours && strings.Contains(name, "restore"):
		t.kind = toolRestore
	case ours && strings.Contains(name, "save"):
		t.kind = toolSave
	case ours && len(words) > 1 && (isOptionWord(words[1]) || words[1].Unknown != nil):
	case startsRule(words[1:]):
	default:
		return tool{}, 0
	}
	return t, 1
}

func isOptionWord(w shell.Word) bool {
	return w.Unknown == nil && len(w.Text) > 1 && w.Text[0] == '-'
}

// isCommandOption reports whether a word is an option with which a line of
// iptables -S, or one without its command's name, begins.
func isCommandOption(s string) bool {
	if len(s) < 2 || s[0] != '-' {
		return false
	}
	if s[1] != '-' {
		return strings.IndexByte("AIDRCNPXFELSZt", s[1]) >= 0 && (len(s) == 2 || s[1] != 't')
	}
	g, ok := globals[s[2:]]
	return ok && (g.verb != verbNone || s == "--table") && g.verb != verbHelp
}

// startsRule reports whether words are those of iptables, whatever stands before
// them: -A INPUT, -t nat -F.
func startsRule(words []shell.Word) bool {
	if len(words) < 2 {
		return false
	}
	switch words[0].Text {
	case "-t", "--table":
		_, ok := builtinTables[words[1].Text]
		return ok
	case "-A", "-I", "-D", "-P", "-F", "--append", "--insert", "--delete", "--policy", "--flush":
		return builtinHook(words[1].Text) != ast.HookNone
	}
	return false
}

// notWrappers are commands that take the name of a program as a word, and do not
// run it.
var notWrappers = set(
	"echo", "printf", "logger", "log", "alias", "type", "which", "whereis", "whatis", "man", "info", "apropos", "help",
	"grep", "egrep", "fgrep", "sed", "awk", "gawk", "cut", "tr", "sort", "head", "tail", "wc", "diff", "cat", "less", "more",
	"rm", "cp", "mv", "ln", "ls", "chmod", "chown", "mkdir", "touch", "find", "locate", "file", "stat", "install",
	"modprobe", "insmod", "rmmod", "lsmod", "depmod", "sysctl", "kill", "killall", "pkill", "pgrep", "ps", "pidof",
	"apt", "apt-get", "apt-cache", "aptitude", "yum", "dnf", "zypper", "pacman", "emerge", "apk", "opkg", "rpm", "dpkg", "snap", "brew", "pip",
	"systemctl", "service", "chkconfig", "update-rc.d", "rc-service", "rc-update", "rc-config", "update-alternatives", "alternatives",
	"at", "batch", "crontab", "mail", "history", "read", "let", "declare", "nft", "ipset", "ufw", "firewall-cmd", "ebtables", "arptables",
	"iptables-translate", "ip6tables-translate", "iptables-restore-translate", "ip6tables-restore-translate", "iptables-apply", "iptables-xml",
)

// elsewhereWrappers are commands that run another one on another host or in
// another network namespace.
var elsewhereWrappers = set(
	"ssh", "rsh", "docker", "podman", "nerdctl", "kubectl", "oc", "crictl", "lxc", "lxc-attach", "lxd", "incus", "machinectl",
	"nsenter", "unshare", "chroot", "ip", "vagrant", "ansible", "salt", "adb", "virsh", "vzctl", "pct", "jexec",
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// wrapped finds the program in a command that runs another command: run, action
// "text", xargs, a function of a file that is not here. It is there if a word
// names it and the next is an option of its own.
func wrapped(words []shell.Word) (tool, int, bool) {
	for i := 1; i < len(words); i++ {
		if words[i].Unknown == nil && strings.IndexByte(words[i].Text, ' ') >= 0 {
			continue
		}
		t, n := namedTool(words[i:], ast.FamilyUnknown)
		if n == 0 || t.kind == toolNone {
			continue
		}
		rest := words[i+n:]
		if t.kind == toolRules && (len(rest) == 0 || !isCommandOption(rest[0].Text) && rest[0].Unknown == nil && !isGlobalOption(rest[0].Text)) {
			continue
		}
		if t.kind != toolRules && len(rest) > 0 && !isOptionWord(rest[0]) {
			continue
		}
		return t, i + n, elsewhereWrappers[path.Base(words[0].Text)]
	}
	return tool{}, 0, false
}

// isGlobalOption reports whether a word is an option that stands before the
// command: -w, -4, -v.
func isGlobalOption(s string) bool {
	switch s {
	case "-w", "-4", "-6", "--wait", "--ipv4", "--ipv6":
		return true
	}
	return false
}
