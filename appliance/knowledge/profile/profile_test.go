package profile_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/profile"
)

// TestSamples holds that the samples are complete: an owner starts from them.
func TestSamples(t *testing.T) {
	names := profile.SampleNames()
	if !slices.Equal(names, []string{"dental", "elektro", "lawfirm", "plumber"}) {
		t.Fatalf("samples: %v", names)
	}
	for _, n := range names {
		b, err := profile.Sample(n)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		priced := 0
		for _, s := range b.Services {
			if s.Price.Known() {
				priced++
			}
		}
		if priced < 8 || len(b.Staff) < 3 || len(b.Staff) > 6 || len(b.Answers) < 8 || len(b.Holidays) < 4 || len(b.Emergency.Words) < 5 ||
			b.Transfer.Extension == "" || b.Emergency.Extension == "" ||
			b.Address.Directions == "" || b.Address.Parking == "" || b.Hours.Saturday == "" {
			t.Errorf("%s is not complete", n)
		}
	}
	if _, err := profile.Sample("bakery"); err == nil || !strings.Contains(err.Error(), "dental") {
		t.Errorf("a sample that does not exist: %v", err)
	}
}

// TestRoundTrip writes and reads every sample in both formats.
func TestRoundTrip(t *testing.T) {
	for _, n := range profile.SampleNames() {
		for _, ext := range []string{".toml", ".json"} {
			b, err := profile.Sample(n)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(t.TempDir(), "p"+ext)
			if err := profile.Save(name, b); err != nil {
				t.Fatal(err)
			}
			got, err := profile.Load(name)
			if err != nil {
				t.Fatalf("%s%s: %v", n, ext, err)
			}
			if !reflect.DeepEqual(got, b) {
				t.Errorf("%s%s came back changed", n, ext)
			}
		}
	}
}

// Hours by appointment are written as the owner wrote them, in both formats.
func TestByAppointmentRoundTrip(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Hours.Friday, b.Hours.Saturday, b.Hours.Sunday = "8-12 and by appointment", "By appointment only", "nach  Vereinbarung"
	for _, ext := range []string{".toml", ".json"} {
		name := filepath.Join(t.TempDir(), "p"+ext)
		if err := profile.Save(name, b); err != nil {
			t.Fatal(err)
		}
		if got, err := profile.Load(name); err != nil || got.Hours != b.Hours {
			t.Errorf("%s: %+v, %v", ext, got, err)
		}
	}
}

// TestBadFiles reads files with known mistakes; every one must be reported with its line, all at once.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.*[nl]")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d bad files, %v", len(files), err)
	}
	for _, f := range files {
		_, err := profile.Load(f)
		var ps profile.Problems
		if !errors.As(err, &ps) {
			t.Errorf("%s: %v", f, err)
			continue
		}
		want, err := os.ReadFile(f + ".want")
		if err != nil {
			t.Fatal(err)
		}
		if got := ps.Error() + "\n"; got != string(want) {
			t.Errorf("%s:\n got %s\nwant %s", f, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	if _, err := profile.Load("p.yaml"); !errors.Is(err, profile.ErrFormat) {
		t.Errorf("Load of YAML: %v", err)
	}
	if err := profile.Save("p", nil); !errors.Is(err, profile.ErrFormat) {
		t.Errorf("Save without a format: %v", err)
	}
	if _, err := profile.Decode(strings.NewReader(""), "xml"); !errors.Is(err, profile.ErrFormat) {
		t.Errorf("Decode of XML: %v", err)
	}
	if _, err := profile.Decode(bytes.NewReader(make([]byte, 1<<20+1)), profile.TOML); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a huge file: %v", err)
	}
	if _, err := profile.Load(filepath.Join(t.TempDir(), "none.toml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// TestSaveLeavesTheOld keeps the old file when the new one cannot be written.
func TestSaveLeavesTheOld(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if err := profile.Save(filepath.Join(t.TempDir(), "missing", "p.toml"), b); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Save into a missing folder: %v", err)
	}
}

// FuzzDecode holds that what is accepted is valid and comes back the same, and that problems have text.
func FuzzDecode(f *testing.F) {
	for _, n := range profile.SampleNames() {
		b, err := profile.Sample(n)
		if err != nil {
			f.Fatal(err)
		}
		for _, format := range []profile.Format{profile.TOML, profile.JSON} {
			var buf bytes.Buffer
			if err := profile.Encode(&buf, format, b); err != nil {
				f.Fatal(err)
			}
			f.Add(buf.Bytes(), format == profile.JSON)
		}
	}
	f.Add([]byte("a.b.c=1\n[[a]]\nx={y=[{z=1}]}"), false)
	f.Add([]byte(`{"id":{"a":[[[[]]]]},"hours":null}`), true)
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		format := profile.TOML
		if isJSON {
			format = profile.JSON
		}
		b, err := profile.Decode(bytes.NewReader(data), format)
		if err != nil {
			var ps profile.Problems
			if errors.As(err, &ps) && (len(ps) == 0 || ps[0].Text == "") {
				t.Errorf("an error without a problem: %#v", ps)
			}
			return
		}
		if ps := b.Validate(); len(ps) > 0 {
			t.Errorf("accepted with %v", ps)
		}
		var buf bytes.Buffer
		if err := profile.Encode(&buf, format, b); err != nil {
			t.Fatal(err)
		}
		if _, err := profile.Decode(&buf, format); err != nil {
			t.Errorf("not accepted again: %v", err)
		}
	})
}
