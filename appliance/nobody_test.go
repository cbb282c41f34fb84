package appliance_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// newBox is an appliance that is never run, on the state in dir.
func newBox(t *testing.T, dir, first string, user ...string) (*appliance.Appliance, error) {
	t.Helper()
	cfg := config.Default()
	cfg.Storage.Dir, cfg.Business.Profile, cfg.SIP.Listen, cfg.SIP.User = dir, first, "127.0.0.1:0", append(user, "100")[0]
	cfg.Web.Listen, cfg.Metrics.Listen = "", ""
	return appliance.New(cfg, appliance.Deps{Logger: slog.New(slog.DiscardHandler)})
}

func TestAFreshBoxIsNobody(t *testing.T) {
	untouched, err := profile.Sample("plumber")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "business.toml")
	if err := profile.Save(file, untouched); err != nil {
		t.Fatal(err)
	}
	for first, draft := range map[string]string{"": "", "sample:dental": "Bright Smile Dental", file: untouched.Name} {
		a, err := newBox(t, t.TempDir(), first)
		if err != nil {
			t.Fatal(err)
		}
		b, version := a.Business()
		if version != 0 || b.Name != "" || b.Contact.Phone != "100" || !b.Nobody() || len(b.Services) != 0 {
			t.Errorf("%q: answers as %+v, version %d", first, b, version)
		}
		d, err := service.ReadDraft.Get(servicetest.Operator(t), a.Service())
		if err != nil || d.Business.Name != draft || d.Base != 0 || d.Sample != (draft != "") {
			t.Errorf("%q: the draft is %q, %+v, %v", first, d.Business.Name, d.Sample, err)
		}
		if draft != "" { // the draft is published when the owner says so
			if _, err := service.PublishDraft.Do(servicetest.Operator(t), a.Service(),
				service.Publication{Revision: d.Revision, Note: ""}); err != nil {
				t.Error(err)
			}
			if b, version := a.Business(); version != 1 || b.Name != draft {
				t.Errorf("%q: after publishing %q, %d", first, b.Name, version)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	dir := t.TempDir()
	for range 2 { // what is published stays so over a start, and is not taken from the file again
		a, err := newBox(t, dir, officeProfile(t))
		if err != nil {
			t.Fatal(err)
		}
		if b, version := a.Business(); version != 1 || b.Name != "Hillside Dental" {
			t.Errorf("the office's own file: %q, version %d", b.Name, version)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestANameIsNoNumber(t *testing.T) {
	for user, want := range map[string]string{"100": "100", "+12175550142": "+12175550142", "frontdesk": "", "desk100": ""} {
		a, err := newBox(t, t.TempDir(), "", user)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := a.Business(); b.Contact.Phone != want {
			t.Errorf("%s: callers have reached %q, want %q", user, b.Contact.Phone, want)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestHealthSaysThatTheBoxIsNobody(t *testing.T) {
	o := openOffice(t, &scripted{}, "right", func(c *config.Config) { c.Business.Profile = "" })
	s := o.status(t, "the condition", func(s service.Status) bool { return s.Phone.Registered() && s.Overall == health.Degraded })
	if len(s.Health) != 1 || s.Health[0].Name != "business" || !strings.Contains(s.Text, "does not know yet for whom it answers") ||
		!strings.Contains(s.Text, "publish") {
		t.Errorf("status: %+v", s)
	}
	b, err := profile.Load(officeProfile(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), o.client(t), *b); err != nil {
		t.Fatal(err)
	}
	o.status(t, "health", func(s service.Status) bool { return s.Overall == health.OK && s.Business == "Hillside Dental" })
}

// What the owner teaches holds for the next call, and is gone with its caller.
func TestWhatIsTaughtHoldsAtOnce(t *testing.T) {
	a, err := newBox(t, t.TempDir(), officeProfile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	before, version := a.Business()
	c, err := a.Store().BeginCall(record.Call{ID: "c", From: "2175550142", Started: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Store().AddTurn("c", record.Turn{Index: 0, Heard: "is it tooth o'clock"}); err != nil {
		t.Fatal(err)
	}
	if again, _ := a.Business(); again != before {
		t.Error("the profile is another one, and nothing was taught")
	}
	if _, err := service.CorrectTurn.Do(servicetest.Operator(t), a.Service(),
		service.Correction{Call: "c", Turn: 0, Means: "hours"}); err != nil {
		t.Fatal(err)
	}
	if b, v := a.Business(); v != version || len(b.Learned) != 1 || b.Learned[0].Means != "hours" || len(before.Learned) != 0 {
		t.Errorf("taught: %+v, version %d", b.Learned, v)
	}
	b, _ := a.Business()
	next := *b
	next.Trade = "dentist"
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), a.Service(), next); err != nil {
		t.Fatal(err)
	}
	if b, v := a.Business(); v != version+1 || len(b.Learned) != 1 {
		t.Errorf("after publishing: %+v, version %d", b.Learned, v)
	}
	if _, err := service.EraseCaller.Do(servicetest.Operator(t), a.Service(),
		service.Erasure{ID: c.CallerID, Reason: "asked for it"}); err != nil {
		t.Fatal(err)
	}
	if b, _ := a.Business(); len(b.Learned) != 0 {
		t.Errorf("after the erasure: %+v", b.Learned)
	}
}
