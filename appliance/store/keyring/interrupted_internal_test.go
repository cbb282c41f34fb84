package keyring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var errCut = errors.New("cut short by the test")

// Every change of a lock and the rotation, cut short at every point and opened again with what there was before and with what
// should be there then: one of both opens the ring, and nothing is lost.
func TestInterruptedAnywhere(t *testing.T) {
	phrase := func(text string) Options {
		return Options{Passphrase: func(context.Context, bool) (string, error) { return text, nil }}
	}
	changes := map[string]struct {
		first         Kind
		change        func(*Ring) error
		before, after Options
	}{
		"new key in the file": {KeyFile, func(r *Ring) error { return r.Change(KeyFile, "") }, Options{}, Options{}},
		"another key file": {KeyFile, func(r *Ring) error {
			return r.Change(KeyFile, filepath.Join(filepath.Dir(r.path), "b.key"))
		}, Options{}, Options{}},
		"file to passphrase": {KeyFile, func(r *Ring) error {
			r.o.Passphrase = phrase("the new passphrase").Passphrase
			return r.Change(Passphrase, "")
		}, Options{}, phrase("the new passphrase")},
		"passphrase to file": {Passphrase, func(r *Ring) error { return r.Change(KeyFile, "") }, phrase("the old passphrase"), Options{}},
		"another passphrase": {Passphrase, func(r *Ring) error {
			r.o.Passphrase = phrase("the new passphrase").Passphrase
			return r.Change(Passphrase, "")
		}, phrase("the old passphrase"), phrase("the new passphrase")},
		"rotation": {KeyFile, func(r *Ring) error { return r.Rotate(context.Background()) }, Options{}, Options{}},
	}
	for name, x := range changes {
		t.Run(name, func(t *testing.T) {
			for cut := 0; ; cut++ {
				dir := t.TempDir()
				path := filepath.Join(dir, "keys.db")
				o := x.before
				o.New = x.first
				r, err := Open(path, o)
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for i := range 2*batch + 10 {
					names = append(names, fmt.Sprint("key", i))
				}
				if err := r.Make(names...); err != nil {
					t.Fatal(err)
				}
				b, _ := r.Key("key7")
				text := b.Seal(nil, []byte("words"), nil)
				points := 0
				where := ""
				r.o.fault = func(point string) error {
					if points++; points > cut {
						where = point
						return errCut // and everything after it
					}
					return nil
				}
				err = x.change(r)
				if err := r.Close(); err != nil {
					t.Fatal(err)
				}
				done := err == nil
				if !done && !errors.Is(err, errCut) {
					t.Fatal(err)
				}
				opened := false
				for _, o := range []Options{x.before, x.after} {
					r, err := Open(path, o)
					if err != nil {
						continue
					}
					opened = true
					b, err := r.Key("key7")
					if err != nil {
						t.Fatalf("cut at %s: %v", where, err)
					}
					if got, err := b.Open(nil, text, nil); err != nil || string(got) != "words" {
						t.Errorf("cut at %s: %q, %v", where, got, err)
					}
					if err := errors.Join(r.Check(), r.Close()); err != nil {
						t.Errorf("cut at %s: %v", where, err)
					}
				}
				if !opened {
					t.Errorf("cut at %s: neither opens it", where)
				}
				if _, err := os.Stat(nextFile(filepath.Join(dir, "frontdesk.key"))); err == nil && done {
					t.Error("the new key file was left beside its place")
				}
				if done {
					if cut < 2 {
						t.Errorf("only %d points", cut)
					}
					break
				}
			}
		})
	}
}
