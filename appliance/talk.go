package appliance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/audio/handset"
)

// talkLine is microphone and speaker as a talk needs them; *handset.Handset is the real one.
type talkLine interface {
	reception.Line
	Close()
	Drift() handset.Drift
}

// talks are the conversations at the box. Each is a call like any other for the reception, but for where its sound comes from.
type talks struct {
	answer func(ctx context.Context, c reception.Call)
	sound  *Sound
	open   func(o handset.Options) (talkLine, error)
	next   chan *talk // capacity 1

	mu    sync.Mutex
	state service.Talk
	stop  context.CancelCauseFunc // of the talk that is under way
}

// talk is one of them: the reception's call.
type talk struct {
	id      string
	line    talkLine
	began   time.Time
	refused bool
}

var (
	_ service.Talks  = (*talks)(nil)
	_ reception.Call = (*talk)(nil)
	_ talkLine       = (*handset.Handset)(nil)
)

func newTalks(s *Sound, answer func(ctx context.Context, c reception.Call)) *talks {
	return &talks{
		answer: answer, sound: s, next: make(chan *talk, 1),
		open: func(o handset.Options) (talkLine, error) { return s.Host.Open(o) },
	}
}

// Start implements service.Talks.
func (t *talks) Start(use service.SoundUse) (service.Talk, error) {
	if !t.sound.busy.TryLock() {
		return service.Talk{}, service.ErrSoundBusy
	}
	l, err := t.open(handsetOptions(use))
	if err != nil {
		t.sound.busy.Unlock()
		return service.Talk{}, err
	}
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails
	c := &talk{id: hex.EncodeToString(id[:]), line: l, began: time.Now()}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = service.Talk{Running: true, Call: c.id, Started: c.began}
	t.next <- c // there is room: the sound was free
	return t.state, nil
}

// Stop implements service.Talks.
func (t *talks) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		t.stop(phone.ErrHangup)
	}
}

// State implements service.Talks.
func (t *talks) State() service.Talk {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// run carries talks as they are started until ctx ends.
func (t *talks) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			select {
			case c := <-t.next: // it came too late
				c.line.Close()
			default:
			}
			return ctx.Err()
		case c := <-t.next:
			t.carry(ctx, c)
		}
	}
}

// carry lives through one talk.
func (t *talks) carry(ctx context.Context, c *talk) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t.mu.Lock()
	t.stop = stop
	t.mu.Unlock()
	t.answer(ctx, c)
	c.line.Close()
	drift := c.line.Drift()
	t.mu.Lock()
	t.stop = nil
	t.state.Running, t.state.Ended = false, time.Now()
	t.state.Dropped, t.state.Missing = drift.MicrophoneDropped+drift.SpeakerDropped, drift.MicrophoneMissing+drift.SpeakerMissing
	if c.refused {
		t.state.Problem = "There is neither a voice nor a rendered phrase yet: frontdesk health says why."
	}
	t.mu.Unlock()
	t.sound.busy.Unlock()
}

// ID implements reception.Call.
func (c *talk) ID() string { return c.id }

// From implements reception.Call.
func (c *talk) From() record.PhoneNumber { return "" }

// DisplayName implements reception.Call.
func (c *talk) DisplayName() record.Personal { return "At the box" }

// To implements reception.Call.
func (c *talk) To() string { return "" }

// Diverted implements reception.Call.
func (c *talk) Diverted() record.PhoneNumber { return "" }

// Cause implements reception.Call.
func (c *talk) Cause() int { return 0 }

// Origin implements reception.Call.
func (c *talk) Origin() record.Origin { return record.OriginBox }

// Invited implements reception.Call.
func (c *talk) Invited() time.Time { return c.began }

// Answer implements reception.Call.
func (c *talk) Answer(context.Context) (reception.Line, time.Time, error) {
	return c.line, time.Now(), nil
}

// Reject implements reception.Call.
func (c *talk) Reject(int) error {
	c.refused = true
	return nil
}

// Transfer implements reception.Call.
func (c *talk) Transfer(context.Context, string) error {
	return errNoLine
}

// Dial implements reception.Call.
func (c *talk) Dial(context.Context, string, record.Personal) (reception.Leg, error) {
	return nil, errNoLine
}

// Join implements reception.Call.
func (c *talk) Join(context.Context, reception.Leg) error { return errNoLine }

var errNoLine = errors.New("nobody can be put through at the box: there is no telephone line")
