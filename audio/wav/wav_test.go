package wav_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

func TestRoundTrip(t *testing.T) {
	want := audio.PCM{0, 1, -1, 32767, -32768, 1234}
	var b bytes.Buffer
	if err := wav.Write(&b, 8000, want); err != nil {
		t.Fatal(err)
	}
	got, rate, err := wav.Read(&b)
	if err != nil || rate != 8000 || !slices.Equal(got, want) {
		t.Errorf("Read = %v at %d, %v; want %v at 8000", got, rate, err, want)
	}
}

func TestStereoIsAveraged(t *testing.T) {
	var b bytes.Buffer
	if err := wav.Write(&b, 16000, audio.PCM{100, 200, 300}, audio.PCM{300}); err != nil {
		t.Fatal(err)
	}
	got, _, err := wav.Read(&b)
	if want := (audio.PCM{200, 100, 150}); err != nil || !slices.Equal(got, want) {
		t.Errorf("Read = %v, %v, want %v", got, err, want)
	}
}

// sox is an independent reader and writer.
func TestAgainstSox(t *testing.T) {
	sox, err := exec.LookPath("sox")
	if err != nil {
		t.Skip("sox is not installed")
	}
	for _, args := range [][]string{
		{"-e", "signed-integer", "-b", "16"}, {"-e", "mu-law"}, {"-e", "a-law"}, {"-e", "unsigned-integer", "-b", "8"},
	} {
		file := filepath.Join(t.TempDir(), "x.wav")
		cmd := append(append([]string{"-n", "-r", "8000", "-c", "1"}, args...), file, "synth", "0.1", "sine", "440", "vol", "0.5")
		if out, err := exec.Command(sox, cmd...).CombinedOutput(); err != nil {
			t.Fatalf("sox %v: %v %s", cmd, err, out)
		}
		raw, err := exec.Command(sox, file, "-t", "raw", "-e", "signed-integer", "-b", "16", "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		want := make(audio.PCM, len(raw)/2)
		for i := range want {
			want[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		f, err := exec.Command("cat", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		got, rate, err := wav.Read(bytes.NewReader(f))
		if err != nil || rate != 8000 || !slices.Equal(got, want) {
			t.Errorf("%v: differs from sox (%d and %d samples, rate %d, %v)", args, len(got), len(want), rate, err)
		}
	}
}

func TestBadFiles(t *testing.T) {
	var good bytes.Buffer
	if err := wav.Write(&good, 8000, make(audio.PCM, 10)); err != nil {
		t.Fatal(err)
	}
	change := func(at int, v byte) []byte { b := bytes.Clone(good.Bytes()); b[at] = v; return b }
	for name, b := range map[string][]byte{
		"empty": nil, "no RIFF": change(0, 'X'), "no WAVE": change(8, 'X'), "float": change(20, 3),
		"nine channels": change(22, 9), "no rate": append(append(bytes.Clone(good.Bytes()[:24]), 0, 0, 0, 0), good.Bytes()[28:]...),
		"24 bits": change(34, 24), "no data": good.Bytes()[:36],
	} {
		if _, _, err := wav.Read(bytes.NewReader(b)); !errors.Is(err, wav.ErrFormat) {
			t.Errorf("%s: error %v, want ErrFormat", name, err)
		}
	}
	if err := wav.Write(&good, 8000); err == nil {
		t.Error("no channel: no error")
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := wav.Write(&b, 8000, audio.PCM{1, 2, 3}, audio.PCM{4}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, rate, err := wav.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		if rate < 1000 || len(pcm) > len(b) {
			t.Errorf("%d samples at %d Hz from %d bytes", len(pcm), rate, len(b))
		}
		var out bytes.Buffer
		if err := wav.Write(&out, rate, pcm); err != nil {
			t.Fatal(err)
		}
		if again, _, err := wav.Read(&out); err != nil || !slices.Equal(again, pcm) {
			t.Errorf("written again it reads differently: %v", err)
		}
	})
}
