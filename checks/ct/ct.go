// Package ct holds the checks of connection state: the CT codes.
package ct
