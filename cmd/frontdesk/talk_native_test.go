//go:build native

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/handset"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/audio/vad"
)

// soundCard is a sound card of named pipes, for another program: what is said goes into its microphone, and what its speaker plays
// is heard.
type soundCard struct {
	mic, speaker *os.File
	conf         string

	mu    sync.Mutex
	say   audio.PCM // still to be said, at handset.Rate
	heard audio.PCM
	loud  int       // where the speaker was heard last
	when  time.Time // and at what time: a closed speaker plays no silence
}

// cardConfig is ALSA's configuration with nothing but the two pipes, which keep the time.
const cardConfig = `
pcm.!default {
	type asym
	capture.pcm { type plug slave { pcm "microphone" format S16_LE rate 16000 channels 1 } }
	playback.pcm { type plug slave { pcm "speaker" format S16_LE rate 16000 channels 1 } }
}
pcm.microphone { type file slave.pcm { type null } file "/dev/null" infile "%s" format "raw" }
pcm.speaker { type file slave.pcm { type null } file "%s" format "raw" }
`

func newSoundCard(t *testing.T) *soundCard {
	t.Helper()
	dir := t.TempDir()
	mic, speaker := filepath.Join(dir, "mic"), filepath.Join(dir, "speaker")
	c := &soundCard{conf: filepath.Join(dir, "asound.conf")}
	if err := os.WriteFile(c.conf, fmt.Appendf(nil, cardConfig, mic, speaker), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(name string) *os.File {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(name, os.O_RDWR, 0) // both ends, so that opening never blocks
		if err != nil {
			t.Fatal(err)
		}
		raw, err := f.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		const setSize = 1031 // F_SETPIPE_SZ: one page, 128 ms
		if err := raw.Control(func(fd uintptr) { _, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setSize, 4096) }); err != nil {
			t.Fatal(err)
		}
		return f
	}
	c.mic, c.speaker = open(mic), open(speaker)
	var wg sync.WaitGroup
	wg.Go(c.speak)
	wg.Go(c.listen)
	t.Cleanup(func() {
		_ = c.mic.Close() // ends both goroutines
		_ = c.speaker.Close()
		wg.Wait()
	})
	return c
}

// speak feeds the microphone in real time, what is to be said and a little noise, until the pipe is closed.
func (c *soundCard) speak() {
	buf := make([]byte, 2*handset.Rate/50)
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		c.mu.Lock()
		n := min(len(c.say), len(buf)/2)
		for k := range len(buf) / 2 {
			v := int16((i*7 + k*13) % 5)
			if k < n {
				v = c.say[k]
			}
			binary.LittleEndian.PutUint16(buf[2*k:], uint16(v))
		}
		c.say = c.say[n:]
		c.mu.Unlock()
		if _, err := c.mic.Write(buf); err != nil {
			return
		}
	}
}

// listen empties the speaker's pipe in real time until it is closed.
func (c *soundCard) listen() {
	buf := make([]byte, 2*handset.Rate/50)
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for range tick.C {
		n, err := c.speaker.Read(buf)
		if err != nil {
			return
		}
		pcm := make(audio.PCM, n/2)
		for k := range pcm {
			pcm[k] = int16(binary.LittleEndian.Uint16(buf[2*k:]))
		}
		c.mu.Lock()
		c.heard = append(c.heard, pcm...)
		if vad.Level(pcm) > -50 {
			c.loud, c.when = len(c.heard), time.Now()
		}
		c.mu.Unlock()
	}
}

// reply waits until the speaker has said something since from and then nothing for a second and a half. It returns what that was,
// and where it ended.
func (c *soundCard) reply(ctx context.Context, t *testing.T, from int) (audio.PCM, int) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		c.mu.Lock()
		said, end := c.loud > from && time.Since(c.when) > 1500*time.Millisecond, len(c.heard)
		pcm := c.heard[from:].Clone()
		c.mu.Unlock()
		if said {
			return pcm, end
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d samples were heard, and no reply", len(pcm))
		}
	}
}

// ask says text in a voice.
func (c *soundCard) ask(t *testing.T, text string) {
	t.Helper()
	narrow, err := scene.Speak(t.Context(), "flite:slt", text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := resample.All(scene.Rate, handset.Rate, narrow)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.say = wide
	c.mu.Unlock()
}

// Somebody at the box talks to the assistant by microphone and speaker: the real program, the real models, ALSA, and no telephone.
func TestTalkAtTheBox(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "build", "page"), 0o755); err != nil {
		t.Fatal(err)
	}
	card := newSoundCard(t)
	b := startBox(t, root, "ALSA_CONFIG_PATH="+card.conf)
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), 3*time.Minute)
	defer cancel()
	c, err := remote.Dial(ctx, remote.Socket(b.state))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }() // it was only asked
	model, err := asrModel()
	if err != nil {
		t.Fatal(err)
	}
	ears, err := newListener(model, checkBeam)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ears.close(); err != nil {
			t.Error(err)
		}
	}()

	talk, err := service.StartTalk.Do(ctx, c, service.SoundUse{Headset: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.StartTalk.Do(ctx, c, service.SoundUse{}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second talk: %v", err)
	}
	greeting, end := card.reply(ctx, t, 0)
	biz, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	day, facts := askedWeekday(biz, time.Now())
	card.ask(t, "Are you open on "+day.Date.Weekday().String()+"?")
	answer, end := card.reply(ctx, t, end)
	card.ask(t, "Thank you, goodbye.")
	goodbye, _ := card.reply(ctx, t, end)
	for _, said := range []struct {
		what string
		want []string
		pcm  audio.PCM
	}{
		{"greeting", []string{"assistant"}, greeting}, {"answer", facts, answer},
		{"goodbye", []string{"goodbye|good bye|thank you for calling"}, goodbye},
	} {
		narrow, err := resample.All(handset.Rate, scene.Rate, said.pcm)
		if err != nil {
			t.Fatal(err)
		}
		text, _, err := ears.hear(ctx, narrow)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s", said.what, strings.TrimSpace(text))
		for _, fact := range said.want {
			if !says(text, fact) {
				t.Errorf("%s: heard %q, want %q", said.what, text, fact)
			}
		}
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for talk.Running {
		<-tick.C
		if talk, err = service.ReadTalk.Get(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	if talk.Problem != "" || talk.Ended.IsZero() {
		t.Errorf("%+v", talk)
	}
	call, err := service.ReadCall.Do(ctx, c, talk.Call)
	if err != nil || call.Origin != record.OriginBox || call.Outcome.Result != record.ResultCompleted || len(call.TurnList) < 3 {
		t.Errorf("%+v, %v", call, err)
	}
	t.Logf("frames dropped %d, missing %d", talk.Dropped, talk.Missing)
}
