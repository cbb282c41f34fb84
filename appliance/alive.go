package appliance

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/verdict"
)

// errMediaStuck says that the clock of a call stands still.
var errMediaStuck = errors.New("the audio of a call stands still")

// Alive asks the parts that callers depend on whether they make progress: the telephone answers a question that goes through its
// own socket, and the clock of every call has moved on since the last time. nil says that all do; ctx bounds the wait. Asked more
// often than once in 20 ms it would see clocks stand still that do not.
func (a *Appliance) Alive(ctx context.Context) error {
	return errors.Join(a.phone.Ping(ctx), a.media.progress())
}

// Situation tells in a plain sentence or two whether calls are answered, and if not, why.
func (a *Appliance) Situation(ctx context.Context) string {
	s, err := service.ReadStatus.Get(service.AsBox(ctx, "watchdog"), a.service)
	if err != nil {
		return verdict.OneLine(err.Error()) + "."
	}
	switch s.CallsNow {
	case 0:
		return s.Text
	case 1:
		return s.Text + " One call goes on."
	}
	return fmt.Sprintf("%s %d calls go on.", s.Text, s.CallsNow)
}

// ticker is the clock of a call, as *line.Line is one.
type ticker interface{ Ticks() uint64 }

// clocks are those of the calls that go on. The zero value is ready.
type clocks struct {
	mu   sync.Mutex
	last map[ticker]look
}

// look is what was seen of a clock the last time.
type look struct {
	ticks uint64
	taken bool // false: not looked at yet
}

// watch adds c until the returned function is called.
func (cs *clocks) watch(c ticker) (end func()) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.last == nil {
		cs.last = make(map[ticker]look)
	}
	cs.last[c] = look{}
	return func() {
		cs.mu.Lock()
		defer cs.mu.Unlock()
		delete(cs.last, c)
	}
}

// progress fails when a clock has not moved since the last time. One that has only just been added
// is taken at its word.
func (cs *clocks) progress() error {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	var err error
	for c, before := range cs.last {
		now := c.Ticks()
		if before.taken && now == before.ticks {
			err = errMediaStuck
		}
		cs.last[c] = look{ticks: now, taken: true}
	}
	return err
}
