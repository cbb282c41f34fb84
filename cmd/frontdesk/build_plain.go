//go:build !native

package main

// hasEngines says whether this program can run the engines.
const hasEngines = false
