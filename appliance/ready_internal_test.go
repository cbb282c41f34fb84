package appliance

import "testing"

// What was made for the business of before is no news of the one that is published now.
func TestAnotherBusinessIsNotReadyAtOnce(t *testing.T) {
	r := newReadiness()
	r.change(func() { r.meaning, r.unread = true, true })
	ready := func(when string, want bool) {
		t.Helper()
		if got := r.rendered && !r.unread; got != want {
			t.Errorf("%s: ready %v, want %v", when, got, want)
		}
	}
	first := r.current()
	r.setRendered(first)
	ready("rendered", false)
	r.understood(first)
	ready("understood", true)
	r.published()
	ready("another is published", false)
	r.setRendered(first)
	r.understood(first)
	ready("the former is ready", false)
	r.setRendered(r.current())
	r.understood(r.current())
	ready("the new one is", true)
	r.setRendered(first)
	r.understood(first)
	ready("the former again", true)
	select {
	case <-r.stale:
	default:
		t.Error("nobody is asked to render")
	}
}
