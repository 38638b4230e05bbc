// Package se holds the checks of security posture: rules that are understood, and
// leave something open, or do nothing where they stand.
package se
