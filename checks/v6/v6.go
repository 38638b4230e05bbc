// Package v6 holds the checks for gaps between IPv4 and IPv6.
package v6
