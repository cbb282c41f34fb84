package service_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// house is a box with everything: a caller with two calls and a message, another one with one, a question, and a profile.
type house struct {
	*testing.T
	s       *store.Store
	d       *service.Service
	o       service.Options // of d
	gate    *access.Guard
	now     time.Time // what every clock of the house shows
	shut    bool      // the records were closed by the test
	who     string    // the caller of "a" and "b"
	message string
	biz     knowledge.Business
}

// everything is microphone, speaker, a talk, a self-test, recordings and the way out of the network.
type everything struct{ talking bool }

func (*everything) Devices() (service.SoundDevices, error) { return service.SoundDevices{}, nil }
func (*everything) Level(context.Context, service.SoundUse, time.Duration) (service.SoundLevel, error) {
	return service.SoundLevel{}, nil
}

func (*everything) Echo(context.Context, service.SoundUse, time.Duration) (service.SoundLevel, error) {
	return service.SoundLevel{}, nil
}
func (*everything) Tone(context.Context, service.SoundUse, float64, time.Duration) error { return nil }

// spoken is a voice that says every text in the same way.
type spoken struct{}

func (spoken) Speak(context.Context, string, string) ([]byte, error) { return []byte("RIFF"), nil }

// talks are those of everything.
type talks struct{ *everything }

func (x talks) Start(service.SoundUse) (service.Talk, error) {
	if x.talking {
		return service.Talk{}, service.ErrSoundBusy
	}
	x.talking = true
	return x.State(), nil
}
func (x talks) Stop()               { x.talking = false }
func (x talks) State() service.Talk { return service.Talk{Running: x.talking} }

// live are the calls that go on: "a" alone.
type live struct{}

func (live) Say(call, _ string) error        { return live{}.Hangup(call) }
func (live) PutThrough(call, _ string) error { return live{}.Hangup(call) }
func (live) Hangup(call string) error {
	if call != "a" {
		return store.ErrNotFound
	}
	return nil
}

// tests are calls of the box to itself.
type tests struct{}

func (tests) Start() error           { return nil }
func (tests) State() record.SelfTest { return record.SelfTest{Text: "never"} }

// sounds are recordings: of call "a" alone.
type sounds struct{}

func (sounds) Sound(call string) (service.Recording, error) {
	if call != "a" {
		return service.Recording{}, store.ErrNotFound
	}
	return service.Recording{ReadSeekCloser: nopCloser{bytes.NewReader([]byte("RIFF"))}, Duration: time.Second}, nil
}
func (sounds) Made() (map[string]time.Time, error) { return map[string]time.Time{"a": noon}, nil }
func (sounds) Length(string) time.Duration         { return time.Second }
func (sounds) Peaks(call string, n int) (a, b []float64, e error) {
	if call != "a" {
		return nil, nil, store.ErrNotFound
	}
	return make([]float64, n), make([]float64, n), nil
}

// nopCloser is a reader that needs no closing.
type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

// out is a way out of the network that nothing took.
type out struct{}

func (out) Destinations() []record.Destination { return nil }
func (out) Take() []record.Egress              { return nil }

// good is a password that may be chosen.
const good = service.Password("seven small blue boats")

func openHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: noon}
	now := func() time.Time { return h.now }
	s := openStoreAt(t, now)
	t.Cleanup(func() {
		if h.shut {
			return
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	h.s = s
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Transfer.Extension, b.Region = "200", "US"
	h.biz = *b
	if _, err := s.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	h.who = keepCall(t, s, "a", noon).CallerID
	keepCall(t, s, "b", noon.Add(time.Minute))
	m, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550182", Name: "Anna", Urgency: record.Normal})
	if err != nil {
		t.Fatal(err)
	}
	h.message = m.ID
	dir := t.TempDir()
	h.gate = access.New(access.Options{Records: s, Dir: dir, Now: now})
	x := &everything{}
	key, err := s.AuditKey()
	if err != nil {
		t.Fatal(err)
	}
	h.o = service.Options{
		Records: s, Guard: h.gate, Now: now, Calls: callhub.New(now), Live: live{}, Telephone: &fakePhone{},
		Recordings: sounds{}, SelfTests: tests{}, Sound: x,
		Talks: talks{x}, Out: out{}, Voice: spoken{}, Notifier: told{}, Diary: planner{}, Contacts: knower{}, Hosts: helper{},
		Documents: hereReader{},
		Backups:   service.Backups{State: dir, Dir: t.TempDir()}, Mind: nil,
		Audit:   audit.New(audit.Options{Records: s, Key: key, Heads: dir + "/heads", Now: now}),
		Privacy: privacy.New(privacy.Options{Records: s, Dir: dir, Now: now}),
		Runtime: func() service.Runtime { return service.Runtime{Running: true} },
		Filter:  meant,
		Platform: service.Platform{
			Dir: dir, LogRing: logring.New(10), Models: &library{}, Restart: func() error { return nil }, Updates: roots{},
		},
	}
	h.d = servicetest.New(t, h.o)
	return h
}

// with is the same house with other surroundings.
func (h *house) with(change func(o *service.Options)) *service.Service {
	h.Helper()
	o := h.o
	change(&o)
	return servicetest.New(h.T, o)
}

// as has an operation done by an account of a role, Maria's.
func as[In, Out any](h *house, role service.Role, op *service.Op[In, Out], in In) (Out, error) {
	return op.Do(servicetest.As(h.Context(), role), h.d, in)
}

// fails has an operation refused with an error.
func fails[In, Out any](h *house, op *service.Op[In, Out], in In, want error) {
	h.Helper()
	if _, err := op.Do(servicetest.Operator(h.T), h.d, in); !errors.Is(err, want) {
		h.Errorf("%s of %+v: %v, want %v", op.Facts().Name, in, err, want)
	}
}

// invalid has an operation refused because of what was asked for, and told at these paths what to do.
func invalid[In, Out any](h *house, op *service.Op[In, Out], in In, paths ...string) {
	h.Helper()
	if _, err := op.Do(servicetest.Operator(h.T), h.d, in); !invalidAt(err, paths...) {
		h.Errorf("%s of %.200v: %v, want what is wrong at %q", op.Facts().Name, in, err, paths)
	}
}

// chain are the lines of an act, as "account Maria|a", with "|failed" behind those that did not succeed.
func (h *house) chain(act string) (lines []string) {
	h.Helper()
	if err := h.s.AuditEntries(1, func(e record.AuditEntry) error {
		line := e.Who + "|" + e.Subject
		if e.Failed {
			line += "|failed"
		}
		if e.Act == act {
			lines = append(lines, line)
		}
		return nil
	}); err != nil {
		h.Fatal(err)
	}
	return lines
}

// noted wants these lines of an act to be all that there are.
func (h *house) noted(act string, want ...string) {
	h.Helper()
	if got := h.chain(act); !slices.Equal(got, want) {
		h.Errorf("%q was noted as %q, want %q", act, got, want)
	}
}

// poured is a file that an operation gives out.
func poured(t *testing.T, c service.Content) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := service.Pour(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ok has an operation done for the sake of another one.
func ok[In, Out any](h *house, op *service.Op[In, Out], in In) Out {
	h.Helper()
	v, err := op.Do(servicetest.Operator(h.T), h.d, in)
	if err != nil {
		h.Fatalf("%s: %v", op.Facts().Name, err)
	}
	return v
}

// browser is where somebody signs in.
func browser() service.Browser {
	return service.Browser{From: netip.MustParseAddr("192.0.2.7"), Agent: "Firefox"}
}

// claim makes the owner's account.
func (h *house) claim() service.Session {
	h.Helper()
	return ok(h, service.ClaimOwner, service.OwnerClaim{Browser: browser(), Code: service.Password(h.code()), Name: "Maria", Password: good})
}

func (h *house) code() string {
	h.Helper()
	code, err := h.gate.Code(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	return code
}

func (h *house) question() string {
	h.Helper()
	return ok(h, service.ListQuestions, service.None{})[0].ID
}

func (h *house) document() string {
	h.Helper()
	return ok(h, service.AddDocument, service.DocumentFile{File: "rules.txt", Content: []byte("Dogs are welcome.")}).ID
}

func (h *house) taught() string {
	h.Helper()
	return ok(h, service.CorrectTurn, service.Correction{Call: "a", Means: "hours"}).ID
}

func (h *house) request(kind record.RequestKind) string {
	h.Helper()
	return ok(h, service.FileRequest, record.Request{Caller: h.who, Kind: kind, What: "the name is wrong", Identity: record.IdentityOffice}).ID
}

func (h *house) contacts() service.Import {
	h.Helper()
	c := ok(h, service.ReadContacts, service.ContactsFile{Content: []byte(`[{"name":"Grace","number":"+1 217 555 0181"}]`)})
	return service.ImportOf("contacts.json", c)
}

func (h *house) draft() service.Draft {
	h.Helper()
	d := ok(h, service.ReadDraft, service.None{})
	b := d.Business
	b.Hours.Sunday = "9-12"
	return ok(h, service.SaveDraft, service.DraftChange{Revision: d.Revision, Section: "hours", Business: b})
}

// restored makes the records those of a backup.
func (h *house) restored() {
	h.Helper()
	if err := h.s.SetRestoration(record.Restoration{At: noon}); err != nil {
		h.Fatal(err)
	}
}

func (h *house) other() string {
	h.Helper()
	return ok(h, service.ChangeCaller, service.CallerChange{
		Edit: service.CallerEdit{Add: []record.Field{{Kind: record.FieldName, Value: "Grace"}}},
	}).ID
}

// steps collects what who waits in a context is told.
func steps(ctx context.Context) (context.Context, *[]progress.Step) {
	var told []progress.Step
	return progress.With(ctx, func(s progress.Step) { told = append(told, s) }), &told
}

// closedStore is one that nothing can be written to any more.
func closedStore(t *testing.T) *store.Store {
	t.Helper()
	s := openStoreAt(t, func() time.Time { return noon })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}
