package appliance

import (
	"context"
	"sync"
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/audio/handset"
)

// Sound is the microphone and the speaker of the box for the service. One thing is done at a time. The zero value opens them in this
// process.
type Sound struct {
	Host handset.Host
	busy sync.Mutex
}

var _ service.Sound = (*Sound)(nil)

// Devices implements service.Sound.
func (s *Sound) Devices() (service.SoundDevices, error) {
	found, err := s.Host.List()
	return service.SoundDevices{Microphones: soundDevices(found.Microphones), Speakers: soundDevices(found.Speakers)}, err
}

func soundDevices(ds []handset.Device) []service.SoundDevice {
	var out []service.SoundDevice
	for _, d := range ds {
		out = append(out, service.SoundDevice(d))
	}
	return out
}

// Level implements service.Sound.
func (s *Sound) Level(ctx context.Context, use service.SoundUse, d time.Duration) (service.SoundLevel, error) {
	if !s.busy.TryLock() {
		return service.SoundLevel{}, service.ErrSoundBusy
	}
	defer s.busy.Unlock()
	l, err := s.Host.Measure(ctx, handsetOptions(use), d)
	return soundLevel(l), err
}

// Echo implements service.Sound.
func (s *Sound) Echo(ctx context.Context, use service.SoundUse, d time.Duration) (service.SoundLevel, error) {
	if !s.busy.TryLock() {
		return service.SoundLevel{}, service.ErrSoundBusy
	}
	defer s.busy.Unlock()
	pcm, err := s.Host.Record(ctx, handsetOptions(use), d)
	if err != nil {
		return service.SoundLevel{}, err
	}
	return soundLevel(handset.LevelOf(pcm)), s.Host.Play(ctx, handsetOptions(use), pcm)
}

// Tone implements service.Sound.
func (s *Sound) Tone(ctx context.Context, use service.SoundUse, hz float64, d time.Duration) error {
	if !s.busy.TryLock() {
		return service.ErrSoundBusy
	}
	defer s.busy.Unlock()
	return s.Host.Play(ctx, handsetOptions(use), handset.Tone(hz, d))
}

func handsetOptions(u service.SoundUse) handset.Options {
	return handset.Options{Microphone: u.Microphone, Speaker: u.Speaker, Headset: u.Headset}
}

func soundLevel(l handset.Level) service.SoundLevel {
	return service.SoundLevel{MeanDB: l.Mean, PeakDB: l.Peak, Clipped: l.Clipped}
}
