package appliance

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/audio/handset"
)

// boxLine is a talkLine without devices; only closing it is of interest here.
type boxLine struct {
	reception.Line
	closed int
}

func (l *boxLine) Close() { l.closed++ }

func (*boxLine) Drift() handset.Drift { return handset.Drift{MicrophoneMissing: 2, SpeakerDropped: 1} }

func TestTalks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &boxLine{}
		var origin record.Origin
		var why error
		talks := newTalks(&Sound{}, func(ctx context.Context, c reception.Call) {
			origin = c.Origin()
			<-ctx.Done()
			why = context.Cause(ctx)
		})
		talks.open = func(handset.Options) (talkLine, error) { return l, nil }
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan error)
		go func() { over <- talks.run(ctx) }()

		if _, err := talks.Start(service.SoundUse{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := talks.Start(service.SoundUse{}); !errors.Is(err, service.ErrSoundBusy) {
			t.Errorf("a second talk: %v", err)
		}
		if s := talks.State(); !s.Running || s.Call == "" || origin != record.OriginBox {
			t.Errorf("%+v, origin %q", s, origin)
		}
		talks.Stop()
		synctest.Wait()
		if s := talks.State(); s.Running || s.Ended.IsZero() || s.Missing != 2 || s.Dropped != 1 || !errors.Is(why, phone.ErrHangup) ||
			l.closed != 1 {
			t.Errorf("%+v, closed %d times, because %v", s, l.closed, why)
		}
		if _, err := talks.Start(service.SoundUse{}); err != nil {
			t.Errorf("a talk after a talk: %v", err)
		}
		synctest.Wait()
		stop()
		if err := <-over; !errors.Is(err, context.Canceled) || l.closed != 2 {
			t.Errorf("%v, closed %d times", err, l.closed)
		}
	})
}

func TestATalkThatCannotBegin(t *testing.T) {
	talks := newTalks(&Sound{}, nil)
	talks.open = func(handset.Options) (talkLine, error) { return nil, handset.ErrNoSound }
	for range 2 { // the sound is free again
		if _, err := talks.Start(service.SoundUse{}); !errors.Is(err, handset.ErrNoSound) {
			t.Errorf("%v", err)
		}
	}
}
