package appliance

import (
	"context"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
)

// rung is a telephone of the office that the box has rung, for who wants to talk with the assistant: the reception's call. Whoever picks
// up is no caller: no card is made.
type rung struct {
	*phone.Outgoing
	phone   *phone.Phone
	media   *clocks
	began   time.Time
	refused bool
}

var _ reception.Call = (*rung)(nil)

// From implements reception.Call.
func (*rung) From() record.PhoneNumber { return "" }

// DisplayName implements reception.Call.
func (*rung) DisplayName() record.Personal { return "A telephone of the office" }

// To implements reception.Call.
func (*rung) To() string { return "" }

// Diverted implements reception.Call.
func (*rung) Diverted() record.PhoneNumber { return "" }

// Cause implements reception.Call.
func (*rung) Cause() int { return 0 }

// Origin implements reception.Call.
func (*rung) Origin() record.Origin { return record.OriginBox }

// Invited implements reception.Call.
func (c *rung) Invited() time.Time { return c.began }

// Answer implements reception.Call.
func (c *rung) Answer(context.Context) (reception.Line, time.Time, error) {
	return leg{Line: c.Line(), Outgoing: c.Outgoing, media: c.media}, time.Now(), nil
}

// Reject implements reception.Call.
func (c *rung) Reject(int) error {
	c.refused = true
	return nil
}

// Dial implements reception.Call.
func (c *rung) Dial(ctx context.Context, extension string, name record.Personal) (reception.Leg, error) {
	out, err := c.phone.Dial(ctx, phone.DialOptions{Extension: extension, Name: name})
	if err != nil {
		return nil, err
	}
	return leg{Line: out.Line(), Outgoing: out, media: c.media}, nil
}

// Join implements reception.Call. What the telephone system cannot do with a call of ours is said as if nobody had answered.
func (*rung) Join(context.Context, reception.Leg) error { return phone.ErrState }
