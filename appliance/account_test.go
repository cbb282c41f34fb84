package appliance_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// An account that is wrong in the file is tried, mended and used without a restart, by way of the control socket.
func TestTheAccountIsMendedWithoutARestart(t *testing.T) {
	o := openOffice(t, &scripted{}, "wrong")
	c := o.client(t)
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), 2*time.Minute)
	defer cancel()
	o.status(t, "the refusal", func(s service.Status) bool { return s.Overall == health.Failed })
	edit := service.PhoneAccountEdit{Extension: record.Extension{Registrar: o.pbx.Addr(), User: "100"}}
	got, err := service.TestPhoneAccount.Do(ctx, c, edit)
	if err != nil || got.OK || got.Verdict != service.VerdictPassword || got.Address != o.pbx.Addr() || len(got.Steps) == 0 {
		t.Fatalf("with the kept password: %+v, %v", got, err)
	}
	edit.Password = "right"
	if got, err = service.TestPhoneAccount.Do(ctx, c, edit); err != nil || !got.OK || got.Code != 200 {
		t.Fatalf("with the right password: %+v, %v", got, err)
	}
	if _, err := service.SetPhoneAccount.Do(ctx, c, edit); err != nil {
		t.Fatal(err)
	}
	s := o.status(t, "the registration", func(s service.Status) bool { return s.Phone.Registered() })
	if s.Phone.Extension != "100" || s.Phone.Algorithm == "" {
		t.Errorf("phone: %+v", s.Phone)
	}
	a, err := service.ReadPhoneAccount.Get(ctx, c)
	if err != nil || a.From != service.FromDoor || a.By != "tester" || !a.HasPassword || len(a.Changes) < 2 {
		t.Errorf("account: %+v, %v", a, err)
	}
	l, err := service.ReadLadder.Do(ctx, c, service.RegistrationLadder)
	if err != nil || len(l.Steps) < 4 {
		t.Errorf("ladder: %+v, %v", l, err)
	}
	// What was typed lies in the records alone, which only this user can read.
	err = filepath.WalkDir(o.state, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || strings.HasPrefix(e.Name(), "frontdesk.db") {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a phrase that has just been renamed
		}
		if strings.Contains(string(b), "\"right\"") {
			t.Errorf("the password is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
