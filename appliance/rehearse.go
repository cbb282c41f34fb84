package appliance

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/selftest"
	"frontdesk.internal/appliance/verdict"
)

// openSelfTest wires the calls of the box to itself. They are answered as all others are, by a reception of their own: nobody
// watches them as calls, and of what comes of them only the call itself is kept.
func (a *Appliance) openSelfTest() {
	a.tester = selftest.New(selftest.Options{
		Dial: a.dialSelf, Refusal: refusal, Ears: a.deps.Engines, Mouth: a.deps.Engines, Ready: a.ready.Ready, Business: a.Business,
		Calls: a.Calls,
	})
	a.rehearsal = reception.New(reception.Deps{
		Ears: a.hosts, Mind: a.hosts, Mouth: a.deps.Engines, Meaning: a.meanings, Phrases: a.book,
		Engines: withHelp{a.ready, a.hosts}, Records: practice{a.store}, Business: a.Business, Observer: a.tester,
		Logger: a.log.With("origin", string(record.OriginSelfTest)),
		Limits: reception.Limits{Call: 3 * time.Minute},
	})
}

// dialSelf calls the box over its own SIP socket.
func (a *Appliance) dialSelf(ctx context.Context) (selftest.Dialled, error) {
	c, err := a.phone.CallSelf(ctx)
	if err != nil {
		return selftest.Dialled{}, err
	}
	return selftest.Dialled{Call: c, Ringing: c.Ringing, Answered: c.Answered}, nil
}

// refusal says in plain words why the box did not take its own call.
func refusal(err error) string {
	var refused *phone.RefusedError
	if errors.As(err, &refused) {
		switch refused.Status {
		case 486:
			return "The box did not take the call: every line is taken, or there is neither a voice nor a rendered phrase yet. Run the test " +
				"again when nobody calls; frontdesk health says whether the voice is there."
		case 503:
			return "The box did not take the call: it is stopping. Run the test again after it has started."
		}
	}
	return "The box does not answer at its own telephone socket: " + verdict.OneLine(err.Error()) +
		". Restart it; if it happens again, make a support bundle."
}

// practice are the records of calls of the box to itself: the call and its words are kept, nothing comes of them.
type practice struct{ reception.Records }

// SaveMessage implements reception.Records.
func (practice) SaveMessage(m record.Message) (record.Message, error) {
	m.ID = "selftest"
	return m, nil
}

// AddUnanswered implements reception.Records.
func (practice) AddUnanswered(record.Unanswered) error { return nil }

// Remember implements reception.Records.
func (practice) Remember(string, record.Personal) error { return nil }

var (
	_ reception.Observer = (*selftest.Tester)(nil)
	_ reception.Records  = practice{}
)
