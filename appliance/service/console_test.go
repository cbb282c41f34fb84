package service_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// Sign-ins at the console are answered in plain words, and logged with the door and without the PIN.
func TestPIN(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var log bytes.Buffer
	d := servicetest.New(t, service.Options{
		Records: s, Guard: access.New(access.Options{Records: s, Dir: dir}), Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	ctx := service.WithActor(t.Context(), service.Actor{
		Kind: "technician", Door: "console ttyS0\nlevel=ERROR\x1b[2J", Role: service.Technician,
	})
	for _, tt := range []struct {
		set, pass string
		ok        bool
		text      string
	}{
		{"", "274931", false, "No PIN was chosen yet"},
		{"111111", "", false, "too few different digits"},
		{"274931", "", true, ""},
		{"", "999999", false, "That is not the PIN."},
		{"", "274931", true, ""},
		{"835162", "", false, "A PIN was chosen meanwhile"},
	} {
		var got service.PINState
		if tt.set != "" {
			got, err = service.SetPIN.Do(ctx, d, service.NewPIN{PIN: service.Password(tt.set), First: true})
		} else {
			got, err = service.PassPIN.Do(ctx, d, service.Password(tt.pass))
		}
		if err != nil || got.OK != tt.ok || !strings.Contains(got.Text, tt.text) || (tt.text == "") != (got.Text == "") {
			t.Errorf("%+v: got %+v, %v", tt, got, err)
		}
	}
	for _, want := range []string{
		`msg=done act="sign in at the console" door="console ttyS0levelERROR[2J"`,
		`level=WARN msg="refused or failed" act="sign in at the console"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, &log)
		}
	}
	for _, secret := range []string{"274931", "999999", "835162"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("a PIN is in the log:\n%s", &log)
		}
	}
	for range 3 {
		_, _ = service.PassPIN.Do(ctx, d, "000000")
	}
	if got, err := service.ReadPINState.Get(ctx, d); err != nil || got.Wait < 1 || got.Wait > 5 || !got.Set {
		t.Errorf("after wrong ones: %+v, %v", got, err)
	}
}

// The one password for the console lets in once, until its time is over or another one is made; it is the command line's alone, and only
// the running appliance makes one.
func TestThePasswordOfTheConsole(t *testing.T) {
	h := openHouse(t)
	first := ok(h, service.MakeConsolePassword, service.None{})
	second := ok(h, service.MakeConsolePassword, service.None{})
	if first.Password == second.Password || !second.Until.Equal(noon.Add(access.TicketLife)) {
		t.Errorf("until %s", second.Until)
	}
	from := browser().From
	for i, tt := range []struct {
		password string
		want     error
	}{{first.Password, access.ErrTicket}, {second.Password, nil}, {second.Password, access.ErrTicket}} {
		if err := h.gate.UseTicket(tt.password, from); !errors.Is(err, tt.want) {
			t.Errorf("try %d: %v, want %v", i+1, err, tt.want)
		}
	}
	third := ok(h, service.MakeConsolePassword, service.None{})
	h.now = third.Until.Add(time.Second)
	if err := h.gate.UseTicket(third.Password, from); !errors.Is(err, access.ErrTicket) {
		t.Errorf("when its time is over: %v", err)
	}
	for _, role := range []service.Role{service.Owner, service.Staff, service.Technician} {
		if got, err := as(h, role, service.MakeConsolePassword, service.None{}); !errors.Is(err, service.ErrRefused) || got.Password != "" {
			t.Errorf("role %b: %v", role, err)
		}
	}
	stopped := h.with(func(o *service.Options) { o.Runtime = nil })
	if _, err := service.MakeConsolePassword.Get(servicetest.Operator(t), stopped); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("where nothing runs: %v", err)
	}
	made, failed := "user tester|", "account Maria||failed"
	h.noted("make a one-time password of the console", made, made, made, failed, failed, failed)
}

// A PIN is digits, not too few, too many or too alike; what is wrong is told in the answer and stands in the chain as failed, and the one
// that holds stays.
func TestAPINThatCannotBe(t *testing.T) {
	h := openHouse(t)
	if s := ok(h, service.ReadPINState, service.None{}); s != (service.PINState{OK: true}) {
		t.Errorf("before any: %+v", s)
	}
	set := func(pin service.Password, first bool) service.PINState {
		t.Helper()
		s, err := as(h, service.Technician, service.SetPIN, service.NewPIN{PIN: pin, First: first})
		if err != nil {
			t.Error(err)
		}
		return s
	}
	for pin, text := range map[service.Password]string{
		"": "The PIN is too short: use at least 6 digits.", "27493": "The PIN is too short: use at least 6 digits.",
		"27493a": "The PIN has other signs than digits.", "111222": "The PIN has too few different digits.",
		service.Password(strings.Repeat("274931", 6)): "The PIN is too long: use at most 32 digits.",
	} {
		if s := set(pin, true); s.OK || s.Set || s.Text != text {
			t.Errorf("%d digits: %+v, want %q", len(pin), s, text)
		}
	}
	if s := set("274931", true); !s.OK || !s.Set || s.Text != "" {
		t.Errorf("a good one: %+v", s)
	}
	if s := set("835162", true); s.OK || !s.Set || s.Text != "A PIN was chosen meanwhile: sign in with it." {
		t.Errorf("a second first one: %+v", s)
	}
	pass := func(pin service.Password) service.PINState {
		t.Helper()
		s, err := as(h, service.Technician, service.PassPIN, pin)
		if err != nil {
			t.Error(err)
		}
		return s
	}
	if s := pass("835162"); s.OK || s.Text != "That is not the PIN." {
		t.Errorf("the second one: %+v", s)
	}
	if s := set("835162", false); !s.OK || !pass("835162").OK || pass("274931").OK {
		t.Errorf("changed: %+v", s)
	}
	for _, role := range []service.Role{service.Owner, service.Staff, service.Visitor} {
		_, read := as(h, role, service.ReadPINState, service.None{})
		_, passed := as(h, role, service.PassPIN, "835162")
		_, chosen := as(h, role, service.SetPIN, service.NewPIN{PIN: "274931"})
		for _, err := range []error{read, passed, chosen} {
			if !errors.Is(err, service.ErrRefused) {
				t.Errorf("role %b: %v", role, err)
			}
		}
	}
	done, failed := "account Maria|", "account Maria||failed"
	h.noted("sign in at the console", failed, done, failed, failed, failed, failed)
	h.noted("set the console's PIN", failed, failed, failed, failed, failed, done, failed, done, failed, failed, failed)
}

// Who guesses PINs waits, and is told how long in whole seconds, which get fewer; the right one is not listened to meanwhile.
func TestWhoGuessesPINsWaits(t *testing.T) {
	h := openHouse(t)
	ok(h, service.SetPIN, service.NewPIN{PIN: "274931"})
	wait := 0
	for i := 0; wait == 0; i++ {
		if s := ok(h, service.PassPIN, "000000"); s.OK || i == 20 {
			t.Fatalf("guess %d: %+v", i, s)
		}
		wait = ok(h, service.ReadPINState, service.None{}).Wait
	}
	if s := ok(h, service.PassPIN, "274931"); s.OK || s.Wait != wait || !strings.Contains(s.Text, "oo many attempts: wait ") {
		t.Errorf("the right one while waiting: %+v, wait %d", s, wait)
	}
	h.now = h.now.Add(500 * time.Millisecond)
	if s := ok(h, service.ReadPINState, service.None{}); s.Wait != wait {
		t.Errorf("half a second later %d, want %d: what is begun counts", s.Wait, wait)
	}
	h.now = h.now.Add(time.Second)
	if s := ok(h, service.ReadPINState, service.None{}); s.Wait != wait-1 {
		t.Errorf("a second later %d, want %d", s.Wait, wait-1)
	}
	h.now = h.now.Add(time.Duration(wait) * time.Second)
	if s := ok(h, service.PassPIN, "274931"); !s.OK || s.Wait != 0 {
		t.Errorf("when the time is over: %+v", s)
	}
}

// pinless are records that keep no PIN, as those that other boxes share.
type pinless struct{ access.Records }

// Where no PIN is kept that is an error, and no answer that somebody could take for a wrong PIN.
func TestWhereNoPINIsKept(t *testing.T) {
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) {
		o.Guard = access.New(access.Options{Records: pinless{h.s}, Dir: t.TempDir()})
	})
	who := servicetest.Operator(t)
	_, read := service.ReadPINState.Get(who, h.d)
	_, passed := service.PassPIN.Do(who, h.d, "274931")
	_, set := service.SetPIN.Do(who, h.d, service.NewPIN{PIN: "274931"})
	for _, err := range []error{read, passed, set} {
		if err == nil || !strings.Contains(err.Error(), "no console") {
			t.Errorf("%v", err)
		}
	}
}
