package semantics

// Nodes returns how many nodes the sets of a host have.
func Nodes(h *Host) int { return h.space.store.Len() }
