package recording_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

// office knows whom calls belong to, and the keys.
type office struct {
	owners map[string]string // call → owner
	keys   map[string]seal.Key
}

var errGone = errors.New("gone")

func (o *office) OwnerOf(call string) (string, error) {
	if owner, ok := o.owners[call]; ok {
		return owner, nil
	}
	return "", errGone
}

func (o *office) KeyOf(owner string) (seal.Key, error) {
	if k, ok := o.keys[owner]; ok {
		return k, nil
	}
	return seal.Key{}, errGone
}

func newOffice() *office {
	o := &office{owners: map[string]string{}, keys: map[string]seal.Key{"anna": seal.NewKey(), "bob": seal.NewKey()}}
	for _, call := range []string{"c1", "c2", "old", "new", "held"} {
		o.owners[call] = "anna"
	}
	return o
}

func open(t *testing.T, dir string, o *office) *recording.Archive {
	t.Helper()
	a, err := recording.Open(dir, 16000, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sine is 20 ms at 16 kHz that goes on from one frame to the next.
func sine(hz float64, level int, frame int) audio.PCM {
	pcm := make(audio.PCM, 320)
	for i := range pcm {
		pcm[i] = int16(float64(level) * math.Sin(2*math.Pi*hz*float64(frame*320+i)/16000))
	}
	return pcm
}

func write(t *testing.T, w *recording.Writer, frames int) {
	t.Helper()
	for i := range frames {
		if err := w.Write(0, sine(400, 16000, i), sine(800, 4000, i)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTwoChannelsOneFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "recordings")
	a := open(t, dir, newOffice())
	w, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, 100)
	if err := w.Write(16000, sine(400, 16000, 100), sine(800, 4000, 100)); err != nil { // a second was lost
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "c1.sound"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("file: %v, %v", info.Mode(), err)
	}
	s, err := a.Sound("c1")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if d := s.Duration - 3020*time.Millisecond; d < -10*time.Millisecond || d > 10*time.Millisecond {
		t.Errorf("duration %v, want about 3.02 s", s.Duration)
	}
	b, err := io.ReadAll(s)
	if err != nil || string(b[:44]) != string(wav.Header(recording.Rate, 2, (len(b)-44)/4)) {
		t.Errorf("the head does not fit the %d bytes of the file", len(b))
	}
	caller, ours, err := a.Peaks("c1", 3)
	if err != nil || len(caller) != 3 || len(ours) != 3 {
		t.Fatalf("peaks: %v %v, %v", caller, ours, err)
	}
	if caller[0] < 0.45 || caller[0] > 0.55 || ours[0] < 0.1 || ours[0] > 0.15 || caller[2] < 0.4 {
		t.Errorf("peaks: caller %v, ours %v; want 0.49 and 0.12", caller, ours)
	}
}

// What is being recorded can be heard and sought while it is written; after a power cut it can be heard as far as it was.
func TestHeardWhileItIsWritten(t *testing.T) {
	dir, o := t.TempDir(), newOffice()
	a := open(t, dir, o)
	w, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	for second := 1; second <= 5; second++ {
		write(t, w, 50)
		s, err := a.Sound("c1")
		if err != nil {
			t.Fatal(err)
		}
		if late := time.Duration(second)*time.Second - s.Duration; late < 0 || late > 600*time.Millisecond || s.Whole {
			t.Errorf("%v of %d s, whole: %v", s.Duration, second, s.Whole)
		}
		half := s.Size / 2 / 4 * 4
		if _, err := s.Seek(half, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(s); err != nil || int64(len(rest)) != s.Size-half {
			t.Errorf("%d of %d bytes from the middle on, %v", len(rest), s.Size-half, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "c1.sound")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte{1, 2, 3}); err != nil { // a piece of a chunk
		t.Fatal(err)
	}
	if err := errors.Join(f.Close(), os.WriteFile(filepath.Join(dir, "c2.sound.new"), []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	a = open(t, dir, o)
	if d := a.Length("c1"); d < 4400*time.Millisecond {
		t.Errorf("%v are left of 5 s", d)
	}
	if _, err := os.Stat(filepath.Join(dir, "c2.sound.new")); err == nil {
		t.Error("an unfinished file was left")
	}
}

// Of a file that was being written when the power went, any sector may never have come to the disk: it reads as zeros.
func TestHolesOfAPowerCut(t *testing.T) {
	dir, o := t.TempDir(), newOffice()
	a := open(t, dir, o)
	w, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, 50)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "c1.sound")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to, length int
		left             time.Duration // 0: the file goes
	}{
		"nothing of it":              {0, 0, 0, 0},
		"the head is a hole":         {0, 512, len(whole), 0},
		"half a head":                {0, 0, 30, 0},
		"the first chunk has a hole": {600, 1112, 8300, 0},
		"the last chunk has a hole":  {len(whole) - 512, len(whole), len(whole), 768 * time.Millisecond},
	} {
		b := append([]byte(nil), whole[:c.length]...)
		clear(b[c.from:c.to])
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		b2, err := recording.Open(dir, 8000, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := b2.Length("c1"); d != c.left {
			t.Errorf("%s: %v are left, want %v", name, d, c.left)
		}
		if _, err := os.Stat(path); (err == nil) != (c.left > 0) {
			t.Errorf("%s: the file: %v", name, err)
		}
	}
}

func TestNothingCanBeHeardWithoutTheKey(t *testing.T) {
	dir, o := t.TempDir(), newOffice()
	a := open(t, dir, o)
	w, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, 100)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := a.Sound("c1")
	if err != nil || !s.Whole {
		t.Fatal(err)
	}
	made := s.Modified
	heard, err := io.ReadAll(s)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "c1.sound"))
	if err != nil || bytes.Contains(raw, heard[1000:1040]) {
		t.Errorf("the sound can be read in the file, %v", err)
	}
	// The call goes to somebody else's card.
	if err := errors.Join(a.Move("c1", "bob"), a.Move("c1", "bob"), a.Move("c2", "bob")); err != nil {
		t.Fatal(err)
	}
	delete(o.keys, "anna")
	if s, err = a.Sound("c1"); err != nil {
		t.Fatal(err)
	}
	again, err := io.ReadAll(s)
	if err := errors.Join(err, s.Close()); err != nil || !bytes.Equal(again, heard) {
		t.Errorf("%d of %d bytes, %v", len(again), len(heard), err)
	}
	if made.IsZero() || !s.Modified.Equal(made) {
		t.Errorf("made %v, and then %v", made, s.Modified)
	}
	delete(o.keys, "bob")
	if _, err := a.Sound("c1"); !errors.Is(err, errGone) {
		t.Errorf("heard without a key: %v", err)
	}
	if _, err := a.Begin("c2"); !errors.Is(err, errGone) {
		t.Errorf("recorded without a key: %v", err)
	}
	// An erasure was interrupted before the file was removed.
	delete(o.owners, "c1")
	open(t, dir, o)
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) != 0 {
		t.Errorf("left: %v, %v", names, err)
	}
}

func TestPlainRecordingsAreSealed(t *testing.T) {
	dir, o := t.TempDir(), newOffice()
	sound := bytes.Repeat([]byte{1, 2, 3, 4}, 8000)
	for _, call := range []string{"c1", "gone"} {
		if err := os.WriteFile(filepath.Join(dir, call+".wav"), append(wav.Header(recording.Rate, 2, 8000), sound...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(filepath.Join(dir, "c1.wav"), time.Time{}, then); err != nil {
		t.Fatal(err)
	}
	a := open(t, dir, o)
	s, err := a.Sound("c1")
	if err != nil || s.Duration != time.Second || !s.Modified.Equal(then) {
		t.Fatalf("%+v, %v", s, err)
	}
	if b, err := io.ReadAll(s); err != nil || !bytes.Equal(b[44:], sound) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) != 1 {
		t.Errorf("left: %v, %v", names, err)
	}
	if list, err := a.List(); err != nil || len(list) != 1 || list[0].Call != "c1" || !list[0].Made.Equal(then) {
		t.Errorf("%+v, %v", list, err)
	}
	if err := errors.Join(a.Remove("c1"), a.Remove("c1"), a.Remove("../x")); err != nil {
		t.Error(err)
	}
	if _, err := a.Sound("c1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
}

func TestDiscardAndSweep(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, newOffice())
	w, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, 10)
	if _, err := a.Begin("c1"); err == nil {
		t.Error("a recording was begun over another")
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Sound("c1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Discard: %v", err)
	}
	for name, age := range map[string]time.Duration{"old": 40 * 24 * time.Hour, "held": 40 * 24 * time.Hour, "new": time.Hour} {
		w, err := a.Begin(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, w, 10)
		at := time.Now().Add(-age)
		if err := errors.Join(w.Close(), os.Chtimes(filepath.Join(dir, name+".sound"), at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := a.Sweep(time.Now().Add(-30*24*time.Hour), func(call string) bool { return call == "held" }); n != 1 || err != nil {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if a.Length("old") != 0 || a.Length("new") == 0 || a.Length("held") == 0 {
		t.Error("the wrong recording was removed")
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	a := open(t, t.TempDir(), newOffice())
	for _, call := range []string{"", "../x", "a/b", ".", "a.wav", "ä"} {
		if _, err := a.Sound(call); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Sound(%q) = %v", call, err)
		}
		if _, err := a.Begin(call); err == nil {
			t.Errorf("Begin(%q) was taken", call)
		}
	}
}
