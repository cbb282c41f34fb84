package appliance_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted are engines in this process that hear given words.
type scripted struct {
	modelstest.Ears
	modelstest.Mouth
	modelstest.Mind
	modelstest.Meaning
	down bool
}

func (s *scripted) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (s *scripted) State() engines.State {
	if s.down {
		return engines.State{Reason: "the child was killed"}
	}
	ready := engines.EngineState{Phase: engines.Ready, Model: "scripted"}
	return engines.State{Status: engines.Up, Child: engines.ChildState{Ears: ready, Mind: ready, Mouth: ready, Meaning: ready}}
}

func (s *scripted) Watch(ctx context.Context) <-chan engines.State {
	ch := make(chan engines.State, 1)
	ch <- s.State()
	context.AfterFunc(ctx, func() { close(ch) })
	return ch
}

// office is a whole appliance at a practice PBX.
type office struct {
	app   *appliance.Appliance
	pbx   *phonetest.PBX
	state string
	stop  context.CancelFunc
	ended func() error // waits for the end of Run
}

// openOffice starts an appliance with everything on ports of its own, and with settings as the changes want them.
func openOffice(t *testing.T, e appliance.Engines, password string, changes ...func(*config.Config)) *office {
	t.Helper()
	pbx, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{"100": "right", "200": "theirs"}})
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Storage.Dir = filepath.Join(t.TempDir(), "state")
	cfg.SIP.Listen, cfg.SIP.MediaIP, cfg.SIP.Registrar = "127.0.0.1:0", "127.0.0.1", pbx.Addr()
	cfg.SIP.User, cfg.SIP.Password = "100", config.Secret(password)
	cfg.SIP.RTPMin, cfg.SIP.RTPMax, cfg.SIP.MaxCalls = 0, 0, 2
	cfg.Business.Profile = officeProfile(t)
	cfg.Web.Listen, cfg.Metrics.Listen = "127.0.0.1:0", ""
	for _, change := range changes {
		change(&cfg)
	}
	app, err := appliance.New(cfg, appliance.Deps{Engines: e, Voice: func(string) string {
		return "scripted"
	}, Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- app.Run(ctx) }()
	ended := sync.OnceValue(func() error { return <-done })
	t.Cleanup(func() {
		stop()
		if err := errors.Join(ended(), pbx.Close()); err != nil {
			t.Error(err)
		}
	})
	return &office{app: app, pbx: pbx, state: cfg.Storage.Dir, stop: stop, ended: ended}
}

// officeProfile is a file with the dental sample under a name of its own, for a sample is never published by itself.
func officeProfile(t *testing.T) string {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Name, b.Greeting = "Hillside Dental", ""
	file := filepath.Join(t.TempDir(), "business.toml")
	if err := profile.Save(file, b); err != nil {
		t.Fatal(err)
	}
	return file
}

// client asks the running appliance over its socket.
func (o *office) client(t *testing.T) *remote.Client {
	t.Helper()
	c, err := remote.Dial(t.Context(), remote.Socket(o.state))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// status waits until the status is as told.
func (o *office) status(t *testing.T, what string, ok func(service.Status) bool) service.Status {
	t.Helper()
	c := o.client(t)
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := service.ReadStatus.Get(ctx, c)
		if err != nil {
			t.Fatalf("wait for %s: %v", what, err)
		}
		if ok(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("wait for %s: %+v", what, s)
		}
	}
}

func TestACallIsAnsweredKeptAndShown(t *testing.T) {
	e := &scripted{}
	e.Texts = []string{"How much is a teeth cleaning?", "No, thank you. Goodbye."}
	o := openOffice(t, e, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.pbx.Addr(), User: "2175550144"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, "100")
	if err != nil {
		t.Fatal(err)
	}
	// The scripted ears take any sound for the next of their words.
	tone := audiotest.Tone(scene.Rate, 440, 6000, 0, scene.Rate)
	s := scene.Scene{Name: "tones", Steps: []scene.Act{{Say: "a"}, {Say: "b"}}, Stay: scene.Duration(time.Minute)}
	report, err := scene.PlaySpeech(ctx, s, []audio.PCM{tone, tone}, leg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Ended != "office" || len(report.Turns) != 2 || report.Lost != 0 {
		t.Errorf("ended by %s after %d turns, %d packets lost", report.Ended, len(report.Turns), report.Lost)
	}

	got := o.status(t, "the end of the call", func(s service.Status) bool { return s.CallsNow == 0 })
	if got.Overall != health.OK || !got.Answering || got.CallsToday != 1 || got.Version != "test" {
		t.Errorf("status: %+v", got)
	}
	c := o.client(t)
	calls, err := service.ListCalls.Do(ctx, c, service.CallFilter{})
	if err != nil || len(calls) != 1 {
		t.Fatalf("calls: %v, %v", calls, err)
	}
	detail, err := service.ReadCall.Do(ctx, c, calls[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if detail.Outcome.Result != record.ResultCompleted || len(detail.TurnList) != 3 ||
		!strings.Contains(detail.TurnList[1].Said, "one hundred and twenty dollars") {
		t.Errorf("call: %+v", detail)
	}
	o.page(t, http.StatusOK, `"healthy"`)
}

// page asks /healthz as a browser would that trusts the box's authority.
func (o *office) page(t *testing.T, code int, part string) {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(o.state, "web", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no certificate in ca.crt")
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	r, err := client.Get("https://" + o.app.Page().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != code || !strings.Contains(string(body), part) {
		t.Errorf("/healthz: %d %s, %v; want %d with %s", r.StatusCode, body, err, code, part)
	}
}

func TestAWrongPasswordIsToldInPlainWords(t *testing.T) {
	o := openOffice(t, &scripted{}, "wrong")
	s := o.status(t, "the refusal", func(s service.Status) bool { return s.Overall == health.Failed })
	if s.Answering || !strings.Contains(s.Text, "password") {
		t.Errorf("status: %q, answering %v", s.Text, s.Answering)
	}
	o.page(t, http.StatusServiceUnavailable, "password")
}

func TestEnginesThatAreDownAreACondition(t *testing.T) {
	o := openOffice(t, &scripted{down: true}, "right")
	s := o.status(t, "the condition", func(s service.Status) bool { return s.Phone.Registered() && s.Overall == health.Degraded })
	if !s.Answering || len(s.Health) != 1 || s.Health[0].Name != "engines" || !strings.Contains(s.Health[0].Text, "killed") {
		t.Errorf("status: %+v", s)
	}
	o.page(t, http.StatusOK, "degraded")
}

func TestASecondApplianceOnTheSameState(t *testing.T) {
	o := openOffice(t, &scripted{}, "right")
	cfg := config.Default()
	cfg.Storage.Dir, cfg.Business.Profile, cfg.SIP.Listen = o.state, "", "127.0.0.1:0"
	if _, err := appliance.New(cfg, appliance.Deps{Logger: slog.New(slog.DiscardHandler)}); err == nil ||
		!strings.Contains(err.Error(), "in use by process") {
		t.Errorf("New = %v, want who holds the state", err)
	}
}
