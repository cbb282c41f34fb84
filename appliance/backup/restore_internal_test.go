package backup

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// archive is a tar stream with the files, in their order.
func archive(f *testing.F, files ...string) []byte {
	f.Helper()
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, x := range files {
		name, text, _ := strings.Cut(x, "=")
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}); err != nil {
			f.Fatal(err)
		}
		if _, err := t.Write([]byte(text)); err != nil {
			f.Fatal(err)
		}
	}
	if err := t.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

// FuzzUntar takes out whatever stands in a backup. Nothing may be written but the files that backups have, below the folder.
func FuzzUntar(f *testing.F) {
	m := manifestName + `={"format":1,"ring":"r"}`
	f.Add(archive(f, m, dbName+"=records", recordingsDir+"/a.sound=sound", headsName+"=heads"))
	f.Add(archive(f, m, "../evil=x"))
	f.Add(archive(f, m, recordingsDir+"/../../evil.sound=x"))
	f.Add(archive(f, m, recordingsDir+"/sub/evil.sound=x", dbName+"=a", dbName+"=b"))
	f.Add([]byte(strings.Repeat("x", 600)))
	f.Fuzz(func(t *testing.T, b []byte) {
		top := t.TempDir()
		into := filepath.Join(top, "a", "b")
		_, err := untar(&packing{ctx: t.Context()}, bytes.NewReader(b), into)
		_ = err // most of them are none
		if err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, err := filepath.Rel(into, path)
			if err != nil || !expected(filepath.ToSlash(name)) {
				t.Errorf("%s was written", path)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseWords(f *testing.F) {
	k, err := NewKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Words())
	f.Add(strings.ToUpper(k.Words()))
	f.Add(strings.Repeat("abandon ", 23) + "art")
	f.Add("")
	f.Fuzz(func(t *testing.T, words string) {
		k, err := ParseWords(words)
		if err != nil {
			return
		}
		again, err := ParseWords(k.Words())
		if err != nil || again.Words() != k.Words() {
			t.Errorf("%v: not the same words again", err)
		}
	})
}
