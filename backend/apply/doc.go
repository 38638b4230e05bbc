// Package apply changes the ruleset that is in force, and takes the change back
// unless somebody confirms it.
//
// A change is tried in a sandbox first, on top of what is in force: so a [Plan] knows
// what will be in force, before anything changes. [Plan.Apply] saves what is there,
// starts a watchdog, loads, reads back and compares. The watchdog is a process of its
// own: the caller's program, started anew. A program that uses the package calls
// [Main] before anything else.
package apply
