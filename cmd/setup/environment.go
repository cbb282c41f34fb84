package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/cachedir"
)

// writeEnvironment writes what builds and tests with engines need in their environment, for make (build/native.mk) and
// for a shell (build/native.env). Those of another processor are only used by setup itself.
func (s *site) writeEnvironment(prefix native.Prefix) error {
	if s.target.Cross() {
		return nil
	}
	env := append(prefix.Environment(), "FRONTDESK_WEIGHTS="+s.lib.Dir())
	var forMake, forShell strings.Builder
	fmt.Fprintln(&forMake, "# Written by make setup: where this machine's engines and weights are.")
	fmt.Fprintln(&forShell, "# Written by make setup: where this machine's engines and weights are. Use: . build/native.env")
	if dir := os.Getenv("FRONTDESK_GO_DIR"); dir != "" { // A Go that bootstrap.sh has found or fetched.
		fmt.Fprintf(&forMake, "export PATH := %s:$(PATH)\n", dir)
		fmt.Fprintf(&forShell, "export PATH='%s':\"$PATH\"\n", dir)
	}
	for _, kv := range env {
		key, value, _ := strings.Cut(kv, "=")
		fmt.Fprintf(&forMake, "export %s := %s\n", key, strings.NewReplacer("$", "$$", "#", `\#`).Replace(value))
		fmt.Fprintf(&forShell, "export %s='%s'\n", key, strings.ReplaceAll(value, "'", `'\''`))
	}
	if err := cachedir.WriteFile(filepath.Join(s.root, "build", "native.mk"), []byte(forMake.String()), 0o644); err != nil {
		return err
	}
	return cachedir.WriteFile(filepath.Join(s.root, "build", "native.env"), []byte(forShell.String()), 0o644)
}
