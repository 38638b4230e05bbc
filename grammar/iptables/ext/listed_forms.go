package ext

// listed returns the forms of the options of an extension, and that of the
// extension without any: the listing names it once, by label, and then writes its
// options side by side. forms are pairs of text and words; a negated option needs
// none of its own.
func listed(label, load string, forms ...string) []Listed {
	out := []Listed{{label, load}}
	for i := 0; i < len(forms); i += 2 {
		out = append(out, Listed{label + " " + forms[i], load + " " + forms[i+1]})
	}
	return out
}

// listedPorts are the forms of the matches that have --sport and --dport
// (print_ports in libxt_tcp and its like).
func listedPorts(name string) []Listed { return listed(name, "-m "+name, portForms...) }

var portForms = []string{
	"spt:$1", "--sport $1", "spts:$1", "--sport $1", "dpt:$1", "--dport $1", "dpts:$1", "--dport $1",
}
