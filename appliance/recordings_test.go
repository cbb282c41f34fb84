package appliance_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
)

// A call over SIP and RTP is recorded once it was announced, both sides in their channels.
func TestAnAnnouncedCallIsRecorded(t *testing.T) {
	e := &scripted{}
	e.Texts = []string{"How much is a teeth cleaning?", "No, thank you. Goodbye."}
	o := openOffice(t, e, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	c := o.client(t)
	if s, err := service.ReadRecordingSettings.Get(ctx, c); err != nil || s.Mode != record.RecordingOff {
		t.Fatalf("at first: %+v, %v", s, err)
	}
	if s, err := service.SetRecordingSettings.Do(ctx, c, record.RecordingSettings{Mode: record.RecordingAnnounce}); err != nil ||
		s.KeepDays != service.KeepDaysDefault {
		t.Fatalf("announce: %+v, %v", s, err)
	}
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.pbx.Addr(), User: "2175550144"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, "100")
	if err != nil {
		t.Fatal(err)
	}
	tone := audiotest.Tone(scene.Rate, 440, 6000, 0, scene.Rate)
	s := scene.Scene{Name: "tones", Steps: []scene.Act{{Say: "a"}, {Say: "b"}}}
	if _, err := scene.PlaySpeech(ctx, s, []audio.PCM{tone, tone}, leg, nil); err != nil {
		t.Fatal(err)
	}
	o.status(t, "the end of the call", func(s service.Status) bool { return s.CallsNow == 0 })
	calls, err := service.ListCalls.Do(ctx, c, service.CallFilter{})
	if err != nil || len(calls) != 1 {
		t.Fatalf("calls: %v, %v", calls, err)
	}
	detail, err := service.ReadCall.Do(ctx, c, calls[0].ID)
	if err != nil || detail.Recording != record.RecordingKept || detail.RecordingSeconds < 2 || detail.RecordingSeconds > detail.Seconds {
		t.Fatalf("recording %q of %.1f s in a call of %.1f s, %v", detail.Recording, detail.RecordingSeconds, detail.Seconds, err)
	}
	path := filepath.Join(o.state, "recordings", detail.ID+".sound")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v, %v", info, err)
	}
	d := o.app.Service()
	content, err := service.PlayRecording.Do(ctx, d, detail.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	sound := content.(*service.Recording)
	head := make([]byte, 4)
	if _, err := io.ReadFull(sound, head); err != nil || string(head) != "RIFF" {
		t.Errorf("head %q, %v", head, err)
	}
	w, err := service.ReadWaveform.Do(ctx, d, service.WaveformFilter{Call: detail.ID, Parts: 200})
	if err != nil || len(w.Caller) != 200 {
		t.Fatalf("waveform: %d, %v", len(w.Caller), err)
	}
	// The caller's tone peaks at 6000 of 32768; where it is heard Frontdesk is silent.
	loud, both := 0, 0
	for i := range w.Caller {
		if w.Caller[i] > 0.15 {
			loud++
			if w.Ours[i] > 0.05 {
				both++
			}
		}
	}
	if loud < 10 || both > loud/2 {
		t.Errorf("the caller is heard in %d of 200 parts, both in %d", loud, both)
	}
	if l, err := service.ReadLadder.Do(ctx, c, detail.ID); err != nil || len(l.Steps) < 5 {
		t.Errorf("ladder: %+v, %v", l, err)
	}
	// On a busy machine words are lost, and then the verdict is another.
	if q := detail.Quality; q.Verdict == "" || q.LossPercent < 1 && q.Verdict != service.QualityGood {
		t.Errorf("quality: %+v", detail.Quality)
	}
}
