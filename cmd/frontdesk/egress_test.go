package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/service"
)

// The filter is put where the service manager and nftables look, for everybody to read, and again over what was there.
func TestWriteFilter(t *testing.T) {
	root := t.TempDir()
	for _, host := range []string{"192.0.2.10", "192.0.2.11"} {
		list := append(filter.Own(), filter.Host(netip.MustParseAddr(host), "the telephone system"))
		var out bytes.Buffer
		r := &request{out: &printer{w: &out}}
		if err := writeFilter(r, service.FilterReport{Unit: filter.Unit(list), Rules: filter.Rules(list)}, root); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{filter.DropIn: "IPAddressAllow=" + host, filter.Table: "ip daddr " + host} {
			b, err := os.ReadFile(filepath.Join(root, path))
			if err != nil || !strings.Contains(string(b), want) {
				t.Errorf("%s: %v\n%s", path, err, b)
			}
			if info, err := os.Stat(filepath.Join(root, path)); err != nil || info.Mode().Perm() != 0o644 {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
		if !strings.Contains(out.String(), filter.Apply) {
			t.Errorf("it does not say how it comes into force: %s", out.String())
		}
	}
}

// What the service may have put in the place of the note is not followed.
func TestNoteFilterFollowsNothing(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "systemctl"), []byte("#!/bin/sh\necho IPAddressDeny=::/0 0.0.0.0/0\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	note := filepath.Join(dir, "filter")
	if err := os.Symlink(precious, note); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := noteFilter(t.Context(), note); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(note)
	if err != nil || !filter.Read(string(b)).Denies {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := os.ReadFile(precious); err != nil || string(b) != "as it was" {
		t.Errorf("%q, %v", b, err)
	}
	if err := noteFilter(t.Context(), filepath.Join(dir, "none", "filter")); err != nil {
		t.Errorf("where no unit has started us: %v", err)
	}
}
