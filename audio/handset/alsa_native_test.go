//go:build native

package handset

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/audio"
)

// box is a sound card of named pipes: what is written into one comes out of ALSA's microphone, what ALSA's speaker plays comes out of
// the other. The pipes keep the time, for ALSA's device below them takes and gives everything at once.
type box struct {
	mic, speaker *os.File
}

// config is ALSA's configuration with nothing but the two pipes.
const config = `
pcm.!default {
	type asym
	capture.pcm { type plug slave { pcm "microphone" format S16_LE rate 16000 channels 1 } }
	playback.pcm { type plug slave { pcm "speaker" format S16_LE rate 16000 channels 1 } }
}
pcm.microphone { type file slave.pcm { type null } file "/dev/null" infile "%s" format "raw" }
pcm.speaker { type file slave.pcm { type null } file "%s" format "raw" }
`

func newBox(t *testing.T) *box {
	t.Helper()
	dir := t.TempDir()
	mic, speaker, conf := filepath.Join(dir, "mic"), filepath.Join(dir, "speaker"), filepath.Join(dir, "asound.conf")
	for _, name := range []string{mic, speaker} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(conf, fmt.Appendf(nil, config, mic, speaker), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALSA_CONFIG_PATH", conf)
	b := &box{}
	var err error
	if b.mic, err = os.OpenFile(mic, os.O_RDWR, 0); err != nil { // both ends, so that opening never blocks
		t.Fatal(err)
	}
	if b.speaker, err = os.OpenFile(speaker, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	const f1031 = 1031 // F_SETPIPE_SZ: one page, 128 ms
	for _, f := range []*os.File{b.mic, b.speaker} {
		raw, err := f.SyscallConn() // Fd would take the deadlines away
		if err != nil {
			t.Fatal(err)
		}
		err = raw.Control(func(fd uintptr) {
			if _, _, no := syscall.Syscall(syscall.SYS_FCNTL, fd, f1031, 4096); no != 0 {
				t.Error(no)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
	}
	return b
}

// feed plays pcm into the microphone over and over, in real time, until the context ends.
func (b *box) feed(ctx context.Context, pcm audio.PCM) {
	buf := make([]byte, 2*frame)
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		<-tick.C
		for k := range frame {
			binary.LittleEndian.PutUint16(buf[2*k:], uint16(pcm[(i*frame+k)%len(pcm)]))
		}
		if err := b.mic.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			return
		}
		if _, err := b.mic.Write(buf); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
	}
}

// hear reads what the speaker plays, in real time, until the context ends.
func (b *box) hear(ctx context.Context) audio.PCM {
	var pcm audio.PCM
	buf := make([]byte, 2*frame)
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for ctx.Err() == nil {
		<-tick.C
		if err := b.speaker.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			return pcm
		}
		n, err := b.speaker.Read(buf)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return pcm
		}
		for k := range n / 2 {
			pcm = append(pcm, int16(binary.LittleEndian.Uint16(buf[2*k:])))
		}
	}
	return pcm
}

func TestALSAMicrophoneAndSpeaker(t *testing.T) {
	b := newBox(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { b.feed(ctx, Tone(440, time.Second)) })
	got, err := (Host{}).Record(ctx, Options{}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if l := LevelOf(got[Rate/2:]); l.Peak < -16 || l.Peak > -13 {
		t.Errorf("recorded at %+v, want about -15 dB", l)
	}

	var played audio.PCM
	listen, enough := context.WithCancel(ctx)
	wg.Go(func() { played = b.hear(listen) })
	err = (Host{}).Play(ctx, Options{}, Tone(440, time.Second))
	enough()
	cancel()
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if l := LevelOf(played); l.Peak < -16 || l.Peak > -13 {
		t.Errorf("%d samples were played at %+v, want about -15 dB", len(played), l)
	}
}

// A box without sound hardware says so, and never goes on with a silent device.
func TestALSAWithoutHardware(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "asound.conf")
	if err := os.WriteFile(conf, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALSA_CONFIG_PATH", conf)
	if d, err := (Host{}).List(); !errors.Is(err, ErrNoSound) {
		t.Errorf("List = %+v, %v; want ErrNoSound", d, err)
	}
	if h, err := (Host{}).Open(Options{}); !errors.Is(err, ErrNoSound) {
		t.Errorf("Open = %v, %v; want ErrNoSound", h, err)
	}
	if _, err := (Host{}).Open(Options{Microphone: "6e6f7065"}); err == nil {
		t.Error("a device that is not there was opened")
	}
}
