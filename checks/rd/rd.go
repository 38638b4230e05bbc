// Package rd holds the checks for redundancy and reachability: rules and chains
// that do nothing, or nothing more than others do.
package rd
