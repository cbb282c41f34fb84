package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// library is a service.ModelLibrary with one model.
type library struct{ from string }

func (*library) List(context.Context) ([]service.Model, error) {
	return []service.Model{{Name: "base", Role: "ears", State: service.ModelPresent}}, nil
}

func (*library) Verify(context.Context) ([]service.Model, error) {
	return []service.Model{{Name: "base", Role: "ears", State: service.ModelVerified}}, nil
}

func (l *library) Import(_ context.Context, dir string) ([]service.Model, error) {
	l.from = dir
	return nil, nil
}

func unpack(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimPrefix(f.Name, "frontdesk-support/")] = string(text)
	}
	return out
}

func TestTheSupportBundleHoldsNothingOfCallers(t *testing.T) {
	s := openStore(t)
	c, err := s.BeginCall(record.Call{ID: "a1", From: "+4917255501444", DisplayName: "Annabel Planted", Started: noon, Answered: noon})
	if err != nil {
		t.Fatal(err)
	}
	c.Outcome = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	m := record.Message{
		CallID: "a1", CallerID: c.CallerID, At: noon, Name: "Theobald Planted", Number: "+493055501999", Reason: "the planted tooth",
		Urgency: record.Urgent,
	}
	_, err = s.SaveMessage(m)
	b, sampleErr := profile.Sample("dental")
	if sampleErr != nil {
		t.Fatal(sampleErr)
	}
	_, publishErr := s.PublishProfile(*b)
	if err := errors.Join(err, publishErr,
		s.AddTurn("a1", record.Turn{Heard: "planted words of a caller", Said: "planted reply", DecidedBy: "rule"}),
		s.AddUnanswered(record.Unanswered{CallID: "a1", At: noon, Question: "planted question"}), s.EndCall(c),
	); err != nil {
		t.Fatal(err)
	}
	kept := logring.New(0)
	log := slog.New(kept.Beside(slog.DiscardHandler, slog.LevelDebug))
	log.Info("call came in", "from", c.From, "name", c.DisplayName, "who", m.Number)
	cfg := config.Default()
	cfg.SIP.Registrar, cfg.SIP.User, cfg.SIP.Password = "192.0.2.10", "100", "planted-password"

	d := servicetest.New(t, service.Options{
		Records: s, Logger: log, Platform: service.Platform{Dir: t.TempDir(), LogRing: kept, Models: &library{}, Settings: cfg},
	})
	bundle, err := service.MakeSupportBundle.Get(service.WithActor(t.Context(),
		service.Actor{Kind: "technician", Door: "ssh", Role: service.Technician}), d)
	if err != nil {
		t.Fatal(err)
	}
	files := unpack(t, bundle)
	for _, name := range []string{
		"README.txt", "status.json", "machine.json", "network.json", "settings.json", "models.json", "calls.json", "log.txt",
	} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	for name, text := range files {
		for _, planted := range []string{"lanted", "Annabel", "Theobald", "5501444", "5501999", "tooth", b.Name, b.Staff[0].Name} {
			if strings.Contains(text, planted) {
				t.Errorf("%s holds %q", name, planted)
			}
		}
		var v any
		if strings.HasSuffix(name, ".json") && json.Unmarshal([]byte(text), &v) != nil {
			t.Errorf("%s is no JSON", name)
		}
	}
	if !strings.Contains(files["log.txt"], "call came in") || !strings.Contains(files["calls.json"], `"reason": "goodbye"`) ||
		!strings.Contains(files["settings.json"], "192.0.2.10") {
		t.Errorf("what helps is missing:\n%s\n%s", files["log.txt"], files["calls.json"])
	}
	if !strings.Contains(files["README.txt"], "ladders.json: ") {
		t.Error("it does not tell what it has not got")
	}
	if last := kept.After(0, slog.LevelInfo, 1)[0].Text; !strings.Contains(last, "support bundle") || !strings.Contains(last, "door=ssh") {
		t.Errorf("the act is not in the log: %s", last)
	}
}

// A bundle is wanted most where nothing runs.
func TestASupportBundleOfABoxThatDoesNotRun(t *testing.T) {
	b, err := service.MakeSupportBundle.Get(servicetest.Operator(t), service.New(service.Options{Platform: service.Platform{Dir: "/"}}))
	if err != nil {
		t.Fatal(err)
	}
	if files := unpack(t, b); files["machine.json"] == "" || !strings.Contains(files["README.txt"], "status.json: there are no records here") {
		t.Errorf("%q", files["README.txt"])
	}
}

func TestPlatform(t *testing.T) {
	l := &library{}
	restarted := 0
	d := service.New(service.Options{Platform: service.Platform{Dir: "/", Models: l, Restart: func() error { restarted++; return nil }}})
	if m, err := service.ReadMachine.Get(servicetest.Operator(t), d); err != nil || m.Disk.Total == 0 {
		t.Errorf("machine %+v, %v", m, err)
	}
	if n, err := service.ReadNetwork.Get(servicetest.Operator(t), d); err != nil || n.Interfaces == nil {
		t.Errorf("network %+v, %v", n, err)
	}
	ms, err := service.VerifyModels.Get(servicetest.Operator(t), d)
	if err != nil || !slices.Equal(ms, []service.Model{{Name: "base", Role: "ears", State: service.ModelVerified}}) {
		t.Errorf("verified %+v, %v", ms, err)
	}
	if _, err := service.ImportModels.Do(servicetest.Operator(t), d, "usb"); err == nil || l.from != "" {
		t.Error("a folder that depends on where the program was started was taken")
	}
	if ms, err := service.ImportModels.Do(servicetest.Operator(t), d, "/media/usb"); err != nil || ms == nil || l.from != "/media/usb" {
		t.Errorf("imported %v from %q, %v", ms, l.from, err)
	}
	if err := service.Restart.Act(servicetest.Operator(t), d, service.None{}); err != nil || restarted != 1 {
		t.Errorf("restarted %d times, %v", restarted, err)
	}
}

func TestPlatformWhereNothingRuns(t *testing.T) {
	d := service.New(service.Options{})
	if _, err := service.ReadLogs.Do(servicetest.Operator(t), d, service.LogFilter{}); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("logs: %v", err)
	}
	if err := service.Restart.Act(servicetest.Operator(t), d, service.None{}); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("restart: %v", err)
	}
	if _, err := service.ListModels.Get(servicetest.Operator(t), d); err == nil || !strings.Contains(err.Error(), "frontdesk models") {
		t.Errorf("models: %v", err)
	}
}
