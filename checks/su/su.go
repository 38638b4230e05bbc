// Package su has the checks on suppressions: comments that say that a finding is meant
// so.
package su
