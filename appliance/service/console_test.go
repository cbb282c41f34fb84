package service_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

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
