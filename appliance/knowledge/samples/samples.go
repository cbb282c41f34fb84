// Package samples carries the complete example profiles that ship with the program, as the TOML files beside this one.
package samples

import "embed"

// Files holds one TOML profile per sample.
//
//go:embed *.toml
var Files embed.FS
