package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The address on the label is the machine's name in the LAN, with the port of the settings.
func TestPageAddress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for settings, want := range map[string]string{
		"":                                     "https://box-4f21.local:8443",
		"[web]\nlisten = \"0.0.0.0:443\"\n":    "https://box-4f21.local",
		"[web]\nlisten = \"127.0.0.1:9000\"\n": "https://box-4f21.local:9000",
	} {
		file := filepath.Join(dir, "frontdesk.toml")
		if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := pageAddress(file, "Box-4F21.office.lan"); got != want {
			t.Errorf("%q: %s, want %s", settings, got, want)
		}
	}
	if got := pageAddress(filepath.Join(dir, "none"), "frontdesk"); got != "https://frontdesk.local:8443" {
		t.Errorf("without settings: %s", got)
	}
}
