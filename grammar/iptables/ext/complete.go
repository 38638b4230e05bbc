package ext

import "slices"

// complete reports whether a use has all the options that its extension cannot
// do without. That of a line with an error may lack some; the Save and Lower of
// its extension are not asked then, so that they need not expect it.
func (u *Use) complete() bool {
	for i := range u.Ext.Options {
		if o := &u.Ext.Options[i]; o.Required && !u.Has(o.Name) {
			return false
		}
	}
	return len(u.Ext.OneOf) == 0 || slices.ContainsFunc(u.Ext.OneOf, u.Has)
}
