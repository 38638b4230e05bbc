package ext

// listed returns the forms of the options of an extension, each both as the
// first and after another: the listing names the extension once, with label,
// and then writes its options side by side. forms are pairs of text and words.
//
// A form whose words begin with no -m goes on with the options of the extension
// that the form before it belongs to, and is found there only: "length:$1" means
// one thing after "frag" and another after "rt".
func listed(label, load string, forms ...string) []Listed {
	out := []Listed{}
	for i := 0; i < len(forms); i += 2 {
		text, words := forms[i], forms[i+1]
		out = append(out, Listed{label + " " + text, load + " " + words}, Listed{text, words})
	}
	return append(out, Listed{label, load})
}

// listedPorts are the forms of the matches that have --sport and --dport
// (print_ports in libxt_tcp and its like).
func listedPorts(name string) []Listed { return listed(name, "-m "+name, portForms...) }

var portForms = []string{
	"spt:!$1", "! --sport $1", "spts:!$1", "! --sport $1", "spt:$1", "--sport $1", "spts:$1", "--sport $1",
	"dpt:!$1", "! --dport $1", "dpts:!$1", "! --dport $1", "dpt:$1", "--dport $1", "dpts:$1", "--dport $1",
}
