package appliance

import (
	"errors"
	"testing"
)

// handClock is moved by hand.
type handClock struct{ ticks uint64 }

func (c *handClock) Ticks() uint64 { return c.ticks }

// A clock that stands still is found when it is looked at the second time, and no longer when its call is over.
func TestClocks(t *testing.T) {
	var cs clocks
	if err := cs.progress(); err != nil {
		t.Fatal(err)
	}
	good, bad := &handClock{}, &handClock{}
	endGood, endBad := cs.watch(good), cs.watch(bad)
	defer endGood()
	for _, step := range []struct {
		good, bad uint64
		want      error
	}{
		{0, 0, nil}, {1, 0, errMediaStuck}, {2, 1, nil}, {50, 50, nil}, {100, 50, errMediaStuck}, {150, 50, errMediaStuck}, {200, 51, nil},
		{250, 51, errMediaStuck},
	} {
		good.ticks, bad.ticks = step.good, step.bad
		if err := cs.progress(); !errors.Is(err, step.want) {
			t.Errorf("at %+v: got %v", step, err)
		}
	}
	endBad()
	good.ticks++
	if err := cs.progress(); err != nil {
		t.Error(err)
	}
}
