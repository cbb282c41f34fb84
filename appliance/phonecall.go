package appliance

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// phoneCall is a phone.Call as reception wants it.
type phoneCall struct {
	*phone.Call
	media *clocks
}

// Origin implements reception.Call.
func (c phoneCall) Origin() record.Origin {
	if c.Self() {
		return record.OriginSelfTest
	}
	return record.OriginLine
}

// Answer implements reception.Call.
func (c phoneCall) Answer(ctx context.Context) (reception.Line, time.Time, error) {
	l, ack, err := c.Call.Answer(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	return mediaLine{Line: l, call: c.Call, media: c.media}, ack, nil
}

// Dial implements reception.Call.
func (c phoneCall) Dial(ctx context.Context, extension string, name record.Personal) (reception.Leg, error) {
	out, err := c.Call.Dial(ctx, phone.DialOptions{Extension: extension, Name: name})
	if err != nil {
		return nil, err
	}
	return leg{Line: out.Line(), Outgoing: out, media: c.media}, nil
}

// Join implements reception.Call.
func (c phoneCall) Join(ctx context.Context, l reception.Leg) error {
	out, ok := l.(leg)
	if !ok {
		return phone.ErrState
	}
	return c.Call.Join(ctx, out.Outgoing)
}

// leg is a phone.Outgoing as reception wants it.
type leg struct {
	*line.Line
	*phone.Outgoing
	media *clocks
}

// Close implements reception.Leg.
func (l leg) Close() { l.Outgoing.Close() }

// Run implements reception.Line. It ends with the call.
func (l leg) Run(ctx context.Context, ear line.Ear, mouth line.Mouth) error {
	defer l.media.watch(l.Line)()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(l.Context(), stop)()
	return l.Line.Run(ctx, ear, mouth)
}

// mediaLine ends the call with the right cause when its audio ends by itself.
type mediaLine struct {
	*line.Line
	call  *phone.Call
	media *clocks
}

// Run implements reception.Line.
func (l mediaLine) Run(ctx context.Context, ear line.Ear, mouth line.Mouth) error {
	defer l.media.watch(l.Line)()
	err := l.Line.Run(ctx, ear, mouth)
	if errors.Is(err, line.ErrMediaTimeout) {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(phone.ErrMediaTimeout, l.call.End(end, phone.ErrMediaTimeout))
	}
	return err
}
