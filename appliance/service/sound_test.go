package service_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// soundcard is a microphone and a speaker that note what they are used for.
type soundcard struct {
	level service.SoundLevel
	found service.SoundDevices
	fails error
	did   []string
}

func (d *soundcard) Devices() (service.SoundDevices, error) { return d.found, d.fails }
func (d *soundcard) Level(_ context.Context, use service.SoundUse, l time.Duration) (service.SoundLevel, error) {
	d.did = append(d.did, fmt.Sprint("level ", use.Microphone, " ", l))
	return d.level, d.fails
}

func (d *soundcard) Echo(_ context.Context, use service.SoundUse, l time.Duration) (service.SoundLevel, error) {
	d.did = append(d.did, fmt.Sprint("echo ", use.Microphone, " ", l))
	return d.level, d.fails
}

func (d *soundcard) Tone(_ context.Context, use service.SoundUse, hz float64, l time.Duration) error {
	d.did = append(d.did, fmt.Sprint("tone ", use.Speaker, " ", hz, " ", l))
	return d.fails
}

// What the microphone hears is told in words that say what to do, by how loud it is and whether it is distorted.
func TestALevelInPlainWords(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	d := &soundcard{}
	h.d = h.with(func(o *service.Options) { o.Sound = d })
	for _, x := range []struct {
		level service.SoundLevel
		says  string
	}{
		{service.SoundLevel{PeakDB: -12, MeanDB: -30}, "hears well"}, {service.SoundLevel{PeakDB: -40}, "hears well"},
		{service.SoundLevel{PeakDB: -40.1}, "Very quiet"}, {service.SoundLevel{PeakDB: -80}, "Very quiet"},
		{service.SoundLevel{PeakDB: -80.1}, "Nothing is heard"}, {service.SoundLevel{PeakDB: -96}, "Nothing is heard"},
		{service.SoundLevel{PeakDB: 0, Clipped: 10}, "hears well"}, {service.SoundLevel{PeakDB: 0, Clipped: 11}, "Too loud"},
	} {
		d.level = x.level
		for name, op := range map[string]*service.Op[service.SoundCheck, service.SoundLevel]{
			"measured": service.MeasureSound, "echoed": service.EchoSound,
		} {
			got := ok(h, op, service.SoundCheck{Length: time.Second})
			if !strings.Contains(got.Text, x.says) || got.PeakDB != x.level.PeakDB || got.Clipped != x.level.Clipped {
				t.Errorf("%s %+v: %+v", name, x.level, got)
			}
		}
	}
}

// A check lasts so long that it tells something and so short that the answer comes; a tone is one that the speaker can play.
func TestTheBoundsOfASoundCheck(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	d := &soundcard{}
	h.d = h.with(func(o *service.Options) { o.Sound = d })
	use := service.SoundUse{Microphone: "mic 2", Speaker: "box 3"}
	for _, length := range []time.Duration{200 * time.Millisecond, 10 * time.Second} {
		ok(h, service.MeasureSound, service.SoundCheck{Use: use, Length: length})
		ok(h, service.EchoSound, service.SoundCheck{Use: use, Length: length})
		for _, hz := range []float64{50, 440.5, 7000} {
			ok(h, service.PlayTone, service.Tone{Use: use, Hz: hz, Length: length})
		}
	}
	want := []string{"level mic 2 200ms", "echo mic 2 200ms", "tone box 3 50 200ms", "tone box 3 440.5 200ms", "tone box 3 7000 200ms"}
	if len(d.did) != 10 || !slices.Equal(d.did[:5], want) {
		t.Errorf("%q", d.did)
	}
	for _, length := range []time.Duration{0, -time.Second, 199 * time.Millisecond, 10*time.Second + 1, time.Hour} {
		if _, err := as(h, service.Technician, service.MeasureSound, service.SoundCheck{Length: length}); err == nil {
			t.Errorf("measured for %v", length)
		}
		if _, err := as(h, service.Technician, service.EchoSound, service.SoundCheck{Length: length}); err == nil {
			t.Errorf("echoed for %v", length)
		}
		if _, err := as(h, service.Technician, service.PlayTone, service.Tone{Hz: 440, Length: length}); err == nil {
			t.Errorf("played for %v", length)
		}
	}
	for _, hz := range []float64{0, -440, 49.9, 7000.1, math.NaN(), math.Inf(1)} {
		if _, err := as(h, service.Technician, service.PlayTone, service.Tone{Hz: hz, Length: time.Second}); err == nil {
			t.Errorf("played %v Hz", hz)
		}
	}
	if len(d.did) != 10 {
		t.Errorf("what was refused was done: %q", d.did[10:])
	}
}

// Devices that there are none of are empty lists beside the error, and a box that has no sound at all says so.
func TestABoxWithoutDevices(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	d := &soundcard{fails: service.ErrSoundBusy}
	h.d = h.with(func(o *service.Options) { o.Sound = d })
	fails(h, service.ListSoundDevices, service.None{}, service.ErrSoundBusy)
	fails(h, service.MeasureSound, service.SoundCheck{Length: time.Second}, service.ErrSoundBusy)
	fails(h, service.PlayTone, service.Tone{Hz: 440, Length: time.Second}, service.ErrSoundBusy)
	d.fails = nil
	if found := ok(h, service.ListSoundDevices, service.None{}); found.Microphones == nil || found.Speakers == nil {
		t.Errorf("%+v", found)
	}
	d.found.Speakers = []service.SoundDevice{{ID: "3", Name: "Desk", Default: true}}
	if found := ok(h, service.ListSoundDevices, service.None{}); len(found.Speakers) != 1 || found.Speakers[0].Name != "Desk" {
		t.Errorf("%+v", found)
	}
	h.d = h.with(func(o *service.Options) { o.Sound, o.Talks, o.SelfTests = nil, nil, nil })
	fails(h, service.ListSoundDevices, service.None{}, service.ErrNotRunning)
	fails(h, service.StartTalk, service.SoundUse{}, service.ErrNotRunning)
	fails(h, service.StartSelfTest, service.None{}, service.ErrNotRunning)
	fails(h, service.ReadSelfTest, service.None{}, service.ErrNotRunning)
}

// One talk at a time; hanging up without one does nothing; both stand in the chain, and the staff does neither.
func TestATalkAtTheBox(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if now := ok(h, service.ReadTalk, service.None{}); now.Running {
		t.Errorf("%+v", now)
	}
	if now := ok(h, service.StartTalk, service.SoundUse{Headset: true}); !now.Running {
		t.Errorf("%+v", now)
	}
	fails(h, service.StartTalk, service.SoundUse{}, service.ErrSoundBusy)
	if now := ok(h, service.ReadTalk, service.None{}); !now.Running {
		t.Error("a second one has ended the first")
	}
	for range 2 {
		if now := ok(h, service.StopTalk, service.None{}); now.Running {
			t.Errorf("%+v", now)
		}
	}
	if _, err := as(h, service.Staff, service.StartTalk, service.SoundUse{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.noted("talk at the box", "user tester|", "user tester||failed", "account Maria||failed")
	h.noted("hang up at the box", "user tester|", "user tester|")
}

// busyTests are calls of the box to itself of which one runs.
type busyTests struct{ started int }

func (b *busyTests) Start() error {
	if b.started++; b.started > 1 {
		return errors.New("a test is under way")
	}
	return nil
}

func (b *busyTests) State() record.SelfTest {
	return record.SelfTest{Text: fmt.Sprint("run ", b.started)}
}

// A test call answers with how it goes; a second one is refused, and the first is told of as before.
func TestATestCall(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) { o.SelfTests = &busyTests{} })
	if got := ok(h, service.StartSelfTest, service.None{}); got.Text != "run 1" {
		t.Errorf("%+v", got)
	}
	if got, err := as(h, service.Technician, service.StartSelfTest, service.None{}); err == nil || got.Text != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := as(h, service.Technician, service.ReadSelfTest, service.None{}); err != nil || got.Text != "run 2" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := as(h, service.Owner, service.StartSelfTest, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by the owner: %v", err)
	}
	h.noted("start a test call", "user tester|", "account Maria||failed", "account Maria||failed")
}
