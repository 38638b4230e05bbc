package nft

// form is what stands behind the object of a command.
type form uint8

const (
	formFamily   form = iota + 1 // [family]
	formTable                    // [family] table, or [family] handle N
	formNamed                    // [family] table name, or [family] table handle N
	formRule                     // [family] table chain handle N
	formElements                 // [family] table set { elements }
	formRename                   // [family] table chain new-name
	formAny                      // what only changes what is printed
)

// verbs are the commands of nft(8) that neither add nor declare something, and
// the objects that they act on. Of a ct object the name is of two words.
var verbs = map[string]map[string]form{
	"delete":  deletions,
	"destroy": deletions,
	"flush": {
		"ruleset": formFamily, "table": formTable, "chain": formNamed, "set": formNamed, "map": formNamed, "meter": formNamed,
	},
	"reset": {
		"counter": formNamed, "quota": formNamed, "counters": formAny, "quotas": formAny, "rules": formAny, "rule": formRule,
		"element": formElements, "set": formNamed, "map": formNamed,
	},
	"rename": {"chain": formRename},
	"get":    {"element": formElements},
	"list": {
		"ruleset": formFamily, "table": formTable, "tables": formAny, "chain": formNamed, "chains": formAny, "set": formNamed,
		"sets": formAny, "map": formNamed, "maps": formAny, "meter": formNamed, "meters": formAny, "flowtable": formNamed,
		"flowtables": formAny, "counter": formNamed, "counters": formAny, "quota": formNamed, "quotas": formAny, "limit": formNamed,
		"limits": formAny, "secmark": formNamed, "secmarks": formAny, "synproxy": formNamed, "synproxys": formAny,
		"tunnel": formNamed, "tunnels": formAny, "hooks": formAny, "ct": formAny, "flow": formAny,
	},
	"monitor":  nil,
	"describe": nil,
	"export":   nil,
	"import":   nil,
}

var deletions = map[string]form{
	"table": formTable, "chain": formNamed, "rule": formRule, "set": formNamed, "map": formNamed, "element": formElements,
	"flowtable": formNamed, "counter": formNamed, "quota": formNamed, "limit": formNamed, "secmark": formNamed,
	"synproxy": formNamed, "tunnel": formNamed, "ct helper": formNamed, "ct timeout": formNamed, "ct expectation": formNamed,
}

// commandWords are what may begin a command.
var commandWords = append([]string{
	"add", "create", "insert", "replace", "table", "chain", "rule", "set", "map", "element", "flowtable", "counter", "quota",
	"limit", "secmark", "synproxy", "tunnel", "ct", "define", "redefine", "undefine", "include",
}, sortedKeys(verbs)...)
