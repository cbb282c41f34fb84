package phone_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/record"
)

// Another account takes effect at once; the call that is up is carried on by both sides.
func TestSetAccountWhileACallIsUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, phonetest.Options{}, nil).registered()
	other, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{"200": "new"}, Algorithms: []string{"SHA-256"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := r.dial(ctx, r.caller(nil))
	in := r.next()
	ours, _, err := in.call.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	leg := (<-out).leg
	box, person := newTone(400, 16000, 25), newTone(600, 8000, 25)
	ran := make(chan error, 2)
	legCtx, legEnd := context.WithCancel(ctx)
	defer legEnd()
	go func() { ran <- ours.Run(in.ctx, box, box) }()
	go func() { ran <- leg.Line().Run(legCtx, person, person) }()

	e := record.Extension{Registrar: other.Addr(), User: "200"}
	if err := r.phone.SetAccount(phone.Account{Extension: e, Password: "new"}); err != nil {
		t.Fatal(err)
	}
	if err := other.WaitRegistered(ctx, "200"); err != nil {
		t.Fatal(err)
	}
	if n := len(r.pbx.Bindings("100")); n != 0 {
		t.Errorf("the former PBX still has %d bindings", n)
	}
	wait(t, "the box to hear half a second", box.full)
	wait(t, "the person to hear half a second", person.full)
	if err := leg.Hangup(ctx); err != nil {
		t.Errorf("hang up by way of the former PBX: %v", err)
	}
	legEnd()
	<-ran
	<-ran
	if got := cause(t, in); !errors.Is(got, phone.ErrHangup) {
		t.Errorf("cause = %v", got)
	}
	if a := r.phone.Account(); a.User != "200" || a.AuthUser != "200" || a.Domain != "127.0.0.1" {
		t.Errorf("account = %+v", a)
	}
}

func TestSetAccountRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t, phonetest.Options{}, nil).registered()
	before := r.phone.Account()
	for _, a := range []record.Extension{
		{Registrar: "pbx", User: "1 00"}, {Registrar: "p b x", User: "100"}, {Registrar: "pbx"},
		{Registrar: "pbx", User: "100", Transport: "smoke"},
		{Registrar: "pbx", User: "100", Domain: "a;b"},
	} {
		if err := r.phone.SetAccount(phone.Account{Extension: a}); err == nil {
			t.Errorf("%+v was taken", a)
		}
	}
	if after := r.phone.Account(); after != before || len(r.pbx.Bindings("100")) != 1 {
		t.Errorf("the account in use was lost: %+v", after)
	}
}

// A phone without an account gets one while it runs, and loses it again.
func TestAccountFromNoneAndBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, phonetest.Options{}, func(c *phone.Config) { c.Registrar, c.User, c.Password = "", "", "" })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if s := r.phone.Status(); s.State != phone.StateOff {
		t.Errorf("state = %s", s.State)
	}
	e := record.Extension{Registrar: r.pbx.Addr(), User: "100"}
	if err := r.phone.SetAccount(phone.Account{Extension: e, Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	if err := r.pbx.WaitRegistered(ctx, "100"); err != nil {
		t.Fatal(err)
	}
	steps := r.phone.RegistrationSteps()
	if len(steps) < 3 || steps[0].Text != "REGISTER" || !steps[0].Sent || !strings.HasPrefix(steps[1].Text, "401") {
		t.Errorf("ladder of the registration: %+v", steps)
	}
	r.phone.Refuse()
	if err := r.pbx.WaitUnregistered(ctx, "100"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.caller(nil).Dial(ctx, "100"); err == nil {
		t.Error("a call was taken that is to be refused")
	}
}

func TestTry(t *testing.T) {
	t.Parallel()
	pbx, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{"100": "secret"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	no := func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
	tests := map[string]struct {
		change func(*phone.Config)
		status int // of every REGISTER
		want   phone.Failure
		code   int
	}{
		"right":          {nil, 0, phone.FailNone, 200},
		"wrong password": {func(c *phone.Config) { c.Password = "guess" }, 0, phone.FailPassword, 0},
		"no extension":   {nil, 404, phone.FailNoExtension, 404},
		"not allowed":    {nil, 403, phone.FailForbidden, 403},
		"overloaded":     {nil, 503, phone.FailOverloaded, 503},
		"name not found": {func(c *phone.Config) { c.Registrar, c.Resolve = "pbx.invalid", no }, 0, phone.FailNameNotFound, 0},
	}
	for name, tt := range tests { // one after the other: they set the faults of one PBX
		t.Run(name, func(t *testing.T) {
			pbx.SetFaults(phonetest.Faults{RegisterStatus: tt.status})
			cfg := phone.Config{
				Listen: "127.0.0.1:5060", Extension: record.Extension{Registrar: pbx.Addr(), User: "100"}, Password: "secret",
				Expires: time.Minute, Logger: testLogger(t),
			}
			if tt.change != nil {
				tt.change(&cfg)
			}
			got, err := phone.Try(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got.Failure != tt.want || tt.code != 0 && got.Code != tt.code {
				t.Errorf("Try = %+v, want %s %d", got, tt.want, tt.code)
			}
			if tt.want != phone.FailNameNotFound && (got.Address != pbx.Addr() || len(got.Steps) == 0) {
				t.Errorf("address %q, %d steps", got.Address, len(got.Steps))
			}
			if n := len(pbx.Bindings("100")); n != 0 {
				t.Errorf("%d bindings are left", n)
			}
			for _, s := range got.Steps {
				if strings.Contains(s.Text+s.Note, "secret") || strings.Contains(s.Text+s.Note, "guess") {
					t.Errorf("the password is in %+v", s)
				}
			}
		})
	}
}

// The ladders of the last calls are kept, with the moments of the audio, and hold no number.
func TestLadders(t *testing.T) {
	t.Parallel()
	r := newRig(t, phonetest.Options{}, nil).registered()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := r.dial(ctx, r.caller(nil))
	in := r.next()
	ours, _, err := in.call.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	leg := (<-out).leg
	box, person := newTone(400, 16000, 5), newTone(600, 8000, 5)
	ran := make(chan error, 2)
	legCtx, legEnd := context.WithCancel(ctx)
	defer legEnd()
	go func() { ran <- ours.Run(in.ctx, box, box) }()
	go func() { ran <- leg.Line().Run(legCtx, person, person) }()
	wait(t, "the box to hear", box.full)
	wait(t, "the person to hear", person.full)
	if live := r.phone.Ladders(); len(live) != 1 || !live[0].Ended.IsZero() {
		t.Errorf("while the call goes on: %+v", live)
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	legEnd()
	<-ran
	<-ran
	_ = cause(t, in)
	close(in.release)
	got := r.phone.Ladders()
	if len(got) != 1 || got[0].Call != in.call.ID() {
		t.Fatalf("ladders = %+v", got)
	}
	var texts []string
	for _, s := range got[0].Steps {
		texts = append(texts, s.Text)
	}
	all := strings.Join(texts, "|")
	for _, want := range []string{"INVITE|180 Ringing", "200 OK (INVITE)", "ACK", "RTP", "BYE"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in %s", want, all)
		}
	}
	if n := strings.Count(all, "RTP"); n != 2 {
		t.Errorf("%d moments of audio, want 2: %s", n, all)
	}
}
