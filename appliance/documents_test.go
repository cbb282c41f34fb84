package appliance_test

import (
	"context"
	"log/slog"
	"testing"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// hereReader reads documents without a child.
type hereReader struct{}

func (hereReader) Read(_ context.Context, name, language string, file []byte) (documents.Content, error) {
	return documents.Read(name, language, file)
}

// TestDocumentsAreSpokenFrom holds that the profile that calls are answered from has the passages of the documents: at once, after
// another profile was published, and after a start.
func TestDocumentsAreSpokenFrom(t *testing.T) {
	dir, first := t.TempDir(), officeProfile(t)
	open := func() *appliance.Appliance {
		t.Helper()
		cfg := config.Default()
		cfg.Storage.Dir, cfg.Business.Profile, cfg.SIP.Listen, cfg.SIP.User = dir, first, "127.0.0.1:0", "100"
		cfg.Web.Listen, cfg.Metrics.Listen = "", ""
		a, err := appliance.New(cfg, appliance.Deps{Logger: slog.New(slog.DiscardHandler), Documents: hereReader{}})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	told := func(when string, n int) {
		t.Helper()
		if b, _ := a.Business(); len(b.Passages) != n {
			t.Errorf("%s: %d passages, want %d", when, len(b.Passages), n)
		}
	}
	told("before", 0)
	x, err := service.AddDocument.Do(servicetest.Operator(t), a.Service(),
		service.DocumentFile{File: "rules.md", Content: []byte("# Pets\n\nDogs are welcome.\n\nCats are not.\n")})
	if err != nil {
		t.Fatal(err)
	}
	told("added", 2)
	b, version := a.Business()
	next := *b
	next.Trade, next.Passages = "dental practice", nil
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), a.Service(), next); err != nil || v != version+1 {
		t.Fatal(v, err)
	}
	told("published", 2)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open()
	told("started again", 2)
	if err := service.RemoveDocument.Act(servicetest.Operator(t), a.Service(), x.ID); err != nil {
		t.Error(err)
	}
	told("removed", 0)
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
