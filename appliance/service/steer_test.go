package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// steered notes what was done with calls; only "x" goes on.
type steered struct{ did []string }

func (s *steered) do(call, what string) error {
	if call != "x" {
		return errors.New("there is no such call now")
	}
	s.did = append(s.did, what)
	return nil
}
func (s *steered) Say(call, text string) error             { return s.do(call, "say "+text) }
func (s *steered) PutThrough(call, extension string) error { return s.do(call, "through "+extension) }
func (s *steered) Hangup(call string) error                { return s.do(call, "hangup") }

// Who joins in a call has it done as it was asked for and checked, and leaves a line that says what and on which call, and not the words.
func TestJoiningInACall(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	calls := &steered{}
	h.d = h.with(func(o *service.Options) { o.Live = calls })
	for _, in := range []service.Steering{
		{Do: service.SteerSay, Text: " One moment,\n Maria  is coming. "}, {Do: service.SteerThrough, Extension: "200"},
		{Do: service.SteerHangup}, {Do: service.SteerSay, Text: strings.Repeat("x", 500)},
	} {
		in.Call = "x"
		if _, err := as(h, service.Staff, service.SteerCall, in); err != nil {
			t.Errorf("%+v: %v", in, err)
		}
		in.Call = "over"
		fails(h, service.SteerCall, in, store.ErrNotFound)
	}
	want := []string{"say One moment, Maria is coming.", "through 200", "hangup", "say " + strings.Repeat("x", 500)}
	if !slices.Equal(calls.did, want) {
		t.Errorf("%q", calls.did)
	}
	for path, bad := range map[string][]service.Steering{
		"text": {{Do: service.SteerSay}, {Do: service.SteerSay, Text: " \n\t"}, {Do: service.SteerSay, Text: strings.Repeat("x", 501)}},
		"extension": {
			{Do: service.SteerThrough}, {Do: service.SteerThrough, Extension: "00900123456"}, {Do: service.SteerThrough, Extension: "200 "},
		},
		"do": {{}, {Do: "transfer"}, {Do: "SAY", Text: "hello"}},
	} {
		for _, in := range bad {
			in.Call = "x"
			invalid(h, service.SteerCall, in, path)
		}
	}
	for _, role := range []service.Role{service.Technician, service.Visitor, service.PhoneCaller} {
		if _, err := as(h, role, service.SteerCall, service.Steering{Call: "x", Do: service.SteerHangup}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	if len(calls.did) != len(want) {
		t.Errorf("what was refused was done: %q", calls.did)
	}
	h.noted("put a caller through", "account Maria|x", "user tester|over|failed", "user tester|x|failed", "user tester|x|failed",
		"user tester|x|failed")
	if got := h.chain("join in a call"); len(got) != 3 {
		t.Errorf("what is none of the wishes: %q", got)
	}
	if got := h.chain("have something said on a call"); len(got) != 7 || strings.Contains(strings.Join(got, ""), "Maria is coming") {
		t.Errorf("%q", got)
	}
}

// Where nothing runs there is no call to join in.
func TestJoiningInWhereNothingRuns(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) { o.Live = nil })
	fails(h, service.SteerCall, service.Steering{Call: "a", Do: service.SteerHangup}, service.ErrNotRunning)
}
