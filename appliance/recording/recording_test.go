package recording_test

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

func open(t *testing.T, dir string) *recording.Archive {
	t.Helper()
	a, err := recording.Open(dir, 16000)
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

func write(t *testing.T, tape *recording.Tape, frames int) {
	t.Helper()
	for i := range frames {
		if err := tape.Write(0, sine(400, 16000, i), sine(800, 4000, i)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTwoChannelsOneFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "recordings")
	a := open(t, dir)
	tape, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, tape, 100)
	if err := tape.Write(16000, sine(400, 16000, 100), sine(800, 4000, 100)); err != nil { // a second was lost
		t.Fatal(err)
	}
	if err := errors.Join(tape.Close(), tape.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "c1.wav"))
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

// The power goes while a call is recorded: what is in the file is kept and can be played.
func TestPowerCut(t *testing.T) {
	dir := t.TempDir()
	tape, err := open(t, dir).Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, tape, 250) // 5 s; the head tells of 4
	path := filepath.Join(dir, "c1.wav")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte{1, 2, 3}); err != nil { // half a frame
		t.Fatal(err)
	}
	if err := errors.Join(f.Close(), os.WriteFile(filepath.Join(dir, "c2.wav"), []byte("RIFF"), 0o600)); err != nil {
		t.Fatal(err)
	}
	a := open(t, dir)
	after, err := os.ReadFile(path)
	if err != nil || len(after) != len(before) || string(after[:44]) != string(wav.Header(recording.Rate, 2, (len(after)-44)/4)) {
		t.Errorf("%d bytes before, %d after, %v", len(before), len(after), err)
	}
	if d := a.Length("c1"); d < 4900*time.Millisecond {
		t.Errorf("%v are left of 5 s", d)
	}
	if d := a.Length("c2"); d != 0 {
		t.Error("a file without sound was kept")
	}
}

func TestDiscardAndSweep(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	tape, err := a.Begin("c1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, tape, 10)
	if _, err := a.Begin("c1"); err == nil {
		t.Error("a recording was begun over another")
	}
	if err := tape.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Sound("c1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Discard: %v", err)
	}
	for name, age := range map[string]time.Duration{"old": 40 * 24 * time.Hour, "new": time.Hour} {
		tape, err := a.Begin(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, tape, 10)
		at := time.Now().Add(-age)
		if err := errors.Join(tape.Close(), os.Chtimes(filepath.Join(dir, name+".wav"), at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := a.Sweep(time.Now().Add(-30 * 24 * time.Hour)); n != 1 || err != nil {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if a.Length("old") != 0 || a.Length("new") == 0 {
		t.Error("the wrong recording was removed")
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	a := open(t, t.TempDir())
	for _, call := range []string{"", "../x", "a/b", ".", "a.wav", "ä"} {
		if _, err := a.Sound(call); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Sound(%q) = %v", call, err)
		}
		if _, err := a.Begin(call); err == nil {
			t.Errorf("Begin(%q) was taken", call)
		}
	}
}
