package appliance

import (
	"context"
	"sync"
	"time"

	"frontdesk.internal/appliance/desk"
	"frontdesk.internal/audio/handset"
)

// Sound is the microphone and the speaker of the box for the desk. One thing is done at a time. The zero value is ready.
type Sound struct {
	busy sync.Mutex
}

var _ desk.Sound = (*Sound)(nil)

// Devices implements desk.Sound.
func (s *Sound) Devices() (desk.SoundDevices, error) {
	found, err := handset.List()
	return desk.SoundDevices{Microphones: soundDevices(found.Microphones), Speakers: soundDevices(found.Speakers)}, err
}

func soundDevices(ds []handset.Device) []desk.SoundDevice {
	var out []desk.SoundDevice
	for _, d := range ds {
		out = append(out, desk.SoundDevice(d))
	}
	return out
}

// Level implements desk.Sound.
func (s *Sound) Level(ctx context.Context, use desk.SoundUse, d time.Duration) (desk.SoundLevel, error) {
	if !s.busy.TryLock() {
		return desk.SoundLevel{}, desk.ErrSoundBusy
	}
	defer s.busy.Unlock()
	l, err := handset.Measure(ctx, handsetOptions(use), d)
	return soundLevel(l), err
}

// Echo implements desk.Sound.
func (s *Sound) Echo(ctx context.Context, use desk.SoundUse, d time.Duration) (desk.SoundLevel, error) {
	if !s.busy.TryLock() {
		return desk.SoundLevel{}, desk.ErrSoundBusy
	}
	defer s.busy.Unlock()
	pcm, err := handset.Record(ctx, handsetOptions(use), d)
	if err != nil {
		return desk.SoundLevel{}, err
	}
	return soundLevel(handset.LevelOf(pcm)), handset.Play(ctx, handsetOptions(use), pcm)
}

// Tone implements desk.Sound.
func (s *Sound) Tone(ctx context.Context, use desk.SoundUse, hz float64, d time.Duration) error {
	if !s.busy.TryLock() {
		return desk.ErrSoundBusy
	}
	defer s.busy.Unlock()
	return handset.Play(ctx, handsetOptions(use), handset.Tone(hz, d))
}

func handsetOptions(u desk.SoundUse) handset.Options {
	return handset.Options{Microphone: u.Microphone, Speaker: u.Speaker, Headset: u.Headset}
}

func soundLevel(l handset.Level) desk.SoundLevel {
	return desk.SoundLevel{MeanDB: l.Mean, PeakDB: l.Peak, Clipped: l.Clipped}
}
