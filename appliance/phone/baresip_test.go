package phone_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

const baresipConfig = `sip_listen 127.0.0.1:0
audio_player aubridge,nil
audio_source aufile,%s
audio_alert aubridge,nil
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module aufile.so
module account.so
module menu.so
`

// baresip dials target and plays a tone until it is stopped.
func baresip(t *testing.T, target string) *exec.Cmd {
	t.Helper()
	bin, err := exec.LookPath("baresip")
	if err != nil {
		t.Skip("baresip is not installed: apt-get install baresip-core")
	}
	dir := t.TempDir()
	sound := filepath.Join(dir, "tone.wav")
	f, err := os.Create(sound)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make(audio.PCM, 20*8000)
	newTone(440, 8000, 0).Say(pcm)
	if err := errors.Join(wav.Write(f, 8000, pcm), f.Close()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"config": fmt.Sprintf(baresipConfig, sound), "accounts": "<sip:anna@127.0.0.1>;regint=0\n", "contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(bin, "-f", dir, "-e", "/dial "+target, "-t", "20")

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// A softphone that shares no code with us, through the practice PBX: audio arrives, and either side can hang up.
func TestBaresip(t *testing.T) {
	for name, end := range map[string]func(*inCall, *exec.Cmd) error{
		"it hangs up": func(_ *inCall, cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) },
		"we hang up":  func(in *inCall, _ *exec.Cmd) error { return in.call.Hangup(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, phonetest.Options{}, nil).registered()
			cmd := baresip(t, "sip:100@"+r.pbx.Addr())
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			in := r.next()
			ours, _, err := in.call.Answer(ctx)
			if err != nil {
				t.Fatal(err)
			}
			box := newTone(400, 16000, 50)
			ran := make(chan error, 1)
			go func() { ran <- ours.Run(in.ctx, box, box) }()
			wait(t, "a second of baresip's tone", box.full)
			if s := ours.Stats(); s.Received < 50 || s.Lost > 5 {
				t.Errorf("stats = %+v", s)
			}
			if err := end(in, cmd); err != nil {
				t.Fatal(err)
			}
			if got := cause(t, in); !errors.Is(got, phone.ErrHangup) && !errors.Is(got, phone.ErrLocalHangup) {
				t.Errorf("cause = %v", got)
			}
			<-ran
		})
	}
}
