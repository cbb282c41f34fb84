package appliance

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/capacity"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/reception/phrasebook"
	"frontdesk.internal/appliance/selftest"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/appliance/tracing"
	"frontdesk.internal/appliance/verdict"
	"frontdesk.internal/appliance/web"
	"frontdesk.internal/audio/handset"
	"frontdesk.internal/models/engines"
)

// Engines are the models, as the supervisor of the child offers them.
type Engines interface {
	engines.Ears
	engines.Mind
	engines.Mouth
	engines.Embedder
	Run(ctx context.Context) error
	State() engines.State
	Watch(ctx context.Context) <-chan engines.State
}

// VoiceName names what speaks a language, an ISO 639-1 code.
type VoiceName = func(language string) string

// Deps are what New cannot make from the settings.
type Deps struct {
	Keys     keyring.Options      // opens the keys of the records
	Engines  Engines              // nil: keypad and rendered phrases only
	Voice    VoiceName            // names what speaks a language; phrases in it are rendered anew when the name changes; nil: always the same
	Missing  error                // which models could not be found; nil: none is missing
	Version  string               // of the program, for people
	Observer reception.Observer   // nil: nobody
	LogRing  *logring.Ring        // the newest lines of Logger; nil: none are kept
	Models   service.ModelLibrary // the weights; nil: nobody may ask for them

	Sound     handset.Host           // opens microphone and speaker
	Documents service.DocumentReader // finds out what is in a document; nil: none can be added
	Updates   service.Updates        // new versions of the box; nil: this machine was not made from its image
	Restart   func() error           // has Run end and the program started anew; nil: nobody may ask for it
	Logger    *slog.Logger
}

// Appliance is one receptionist.
type Appliance struct {
	*Records

	log       *slog.Logger
	phone     *phone.Phone
	telephone *telephone
	out       *egress.Gate
	sparing   *sparing
	floods    floods // watchHealth only
	reception *reception.Reception
	rehearsal *reception.Reception // for calls of the box to itself
	tester    *selftest.Tester
	talks     *talks
	notifier  *notify.Notifier
	diary     *calendar.Diary
	contacts  *contacts.Contacts
	hosts     *lan.Hosts
	traces    *tracing.Tracer // nil: no collector is set
	ready     *readiness
	meanings  *meanings
	book      *phrasebook.Book
	health    *health.Tracker
	service   *service.Service
	doors     doors
	callHub   *callhub.Hub
	started   time.Time
	calls     atomic.Int64              // going on
	ordered   atomic.Pointer[time.Time] // when a restart was, that has not come; nil: none was
	media     clocks

	mu       sync.Mutex
	business *knowledge.Business // nil: none is published
	version  int
	learned  int64 // the count of the examples' changes that business has in it
}

// commandWait is how long a command may hold the records when the appliance starts: one that came a moment before must not keep it down.
const commandWait = 5 * time.Second

// New wires an appliance. It opens the store and its sockets; Close gives them back when Run is never called.
func New(cfg config.Config, deps Deps) (_ *Appliance, err error) {
	if err := os.MkdirAll(cfg.Storage.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make state folder: %w", err)
	}
	records, err := openRecords(cfg, deps, commandWait)
	if err != nil {
		return nil, err
	}
	a := &Appliance{
		Records: records, log: deps.Logger, ready: newReadiness(), started: time.Now(),
		health: health.New(health.Options{Logger: deps.Logger}), out: egress.New(nil, egress.Telephone),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if err := a.loadBusiness(); err != nil {
		return nil, err
	}
	if a.book, err = phrasebook.Open(filepath.Join(cfg.Storage.Dir, "phrases"), deps.Voice, reception.LineRate); err != nil {
		return nil, err
	}
	b, _ := a.Business()
	a.book.Load(phrases(b, time.Now()))
	models := deps.Engines
	if models == nil {
		models = noEngines{}
		a.deps.Engines = models
	}
	if a.broken != nil {
		a.health.Set(condRecordings, health.Degraded, "Recordings of calls cannot all be kept: "+verdict.OneLine(a.broken.Error())+".")
	}
	counts := web.NewMetrics()
	a.callHub = callhub.New(nil)
	watching := observers{counts, a.callHub}
	if cfg.SIP.MaxCalls == 0 { // the settings leave it to what is measured
		watching = append(watching, capacity.New(cfg.SIP.AudioPorts(), a.setMaxCalls))
	}
	if err := a.openTraces(deps.Version); err != nil {
		return nil, err
	}
	if a.traces != nil {
		watching = append(watching, a.traces)
	}
	if deps.Observer != nil {
		watching = append(watching, deps.Observer)
	}
	a.sparing, a.floods = &sparing{Store: a.store}, newFloods()
	a.meanings = newMeanings(models, filepath.Join(cfg.Storage.Dir, "vectors"), a.log.With("part", "meaning"))
	a.diary = calendar.New(calendar.Options{
		Records: a.store, Visits: a.store, Gate: a.out, Business: func() *knowledge.Business { b, _ := a.Business(); return b },
		Logger: a.log.With("part", "calendar"),
	})
	a.contacts = contacts.New(contacts.Options{
		Records: a.store, Gate: a.out, Business: func() *knowledge.Business { b, _ := a.Business(); return b },
		Logger: a.log.With("part", "contacts"),
	})
	a.openHosts(models)
	a.reception = reception.New(reception.Deps{
		Ears: a.hosts, Mind: a.hosts, Mouth: models, Meaning: a.meanings, Engines: withHelp{a.ready, a.hosts}, Phrases: a.book,
		Records:  a.sparing,
		Business: a.Business, Observer: watching, Recordings: a.recordings.now, Consents: a.store, Written: a.recordings.written,
		Rights: &callRights{a}, Busy: a.onThePhone, Diary: callDiary{a.diary}, Contacts: a.contacts,
		Logger: a.log,
		Limits: reception.Limits{Call: time.Duration(cfg.Call.MaxMinutes) * time.Minute},
	})
	if err := a.openPhone(); err != nil {
		return nil, err
	}
	if err := a.openNotifier(); err != nil {
		return nil, err
	}
	a.openSelfTest()
	sound := &Sound{Host: deps.Sound}
	a.talks = newTalks(sound, a.answer)
	a.service = a.Records.Service(service.Options{
		Calls: a.callHub, Live: steering{a.reception}, Out: a.out, Notifier: a.notifier, Diary: a.diary, Contacts: a.contacts,
		Hosts:            a.hosts,
		Telephone:        a.telephone,
		RecordingChanged: a.recordings.change, Runtime: a.runtime,
		Filter:    a.filterMeant,
		Published: a.published, Taught: a.ready.poke, Mind: tryMind{a.hosts, a.meanings, a.Calls}, Voice: voice{models}, SelfTests: a.tester,
		Sound: sound, Talks: a.talks,
		Logger:   a.log.With("part", "service"),
		Platform: service.Platform{LogRing: deps.LogRing, Settings: cfg, Restart: deps.Restart, Ordered: a.leave},
	})
	if err := a.openDoors(counts); err != nil {
		return nil, err
	}
	return a, nil
}

// openPhone opens the phone with the account that counts: the one that a door saved, else that of the settings.
func (a *Appliance) openPhone() error {
	sip, err := savedAccount(a.store, a.cfg.SIP)
	if err != nil {
		return err
	}
	a.telephone = &telephone{
		cfg: sip, gate: a.out, log: a.log, keep: a.store.AddPhoneChange, answer: a.answer, media: &a.media,
	}
	a.telephone.named(sip.Registrar, sip.Proxy)
	c := phoneConfig(sip, a.out, a.log)
	if a.telephone.roots, err = authorities(sip.TLSCA); err != nil {
		return err
	}
	if a.telephone.identity, err = identity(sip.TLSCert, sip.TLSKey); err != nil {
		return err
	}
	c.OnStatus, c.RootCAs, c.Certificate = a.telephone.note, a.telephone.roots, a.telephone.identity
	c.OnText, c.Subscribers = a.keepText, mailboxSubscribers
	if a.phone, err = phone.New(c, a); err != nil {
		return err
	}
	a.telephone.phone = a.phone
	b, _ := a.Business()
	a.watchStaff(b)
	return a.openLines()
}

// tracesWithin is how long the last traces are waited for.
const tracesWithin = 3 * time.Second

// openTraces has calls traced when the settings name a collector.
func (a *Appliance) openTraces(version string) (err error) {
	if a.cfg.Metrics.Traces == "" {
		return nil
	}
	a.out.Allow(egress.Traces)
	a.traces, err = tracing.New(tracing.Options{
		Gate: a.out, Collector: a.cfg.Metrics.Traces, Version: version, Logger: a.log.With("part", "traces"),
	})
	return err
}

// closeTraces sends the last traces.
func (a *Appliance) closeTraces() {
	if a.traces == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), tracesWithin)
	defer cancel()
	if err := a.traces.Close(ctx); err != nil {
		a.log.Warn("the last traces of calls are lost", "err", err)
	}
}

// setMaxCalls follows what the box was measured to hold.
func (a *Appliance) setMaxCalls(calls int) {
	a.log.Info("so many calls at once are taken from now on", "calls", calls)
	a.phone.SetMaxCalls(calls)
}

// openLines opens a phone for each further extension. They share the ports and the number of calls of the first.
func (a *Appliance) openLines() error {
	for i, l := range a.cfg.Lines {
		t := &telephone{
			cfg: l.Over(a.cfg.SIP), gate: a.out, log: a.log, keep: a.store.AddPhoneChange, roots: a.telephone.roots, identity: a.telephone.identity,
		}
		t.named(t.cfg.Registrar, t.cfg.Proxy)
		c := phoneConfig(t.cfg, a.out, a.log.With("line", i+2))
		c.OnStatus, c.RootCAs, c.Certificate, c.OnText, c.Share = t.note, t.roots, t.identity, a.keepText, a.phone
		p, err := phone.New(c, a)
		if err != nil {
			return fmt.Errorf("extension %s: %w", t.cfg.User, err)
		}
		t.phone = p
		a.telephone.further = append(a.telephone.further, t)
	}
	return nil
}

// identity reads the certificate that the box shows to a PBX; nil = none.
func identity(cert, key string) (*tls.Certificate, error) {
	if cert == "" {
		return nil, nil //nolint:nilnil // the zero value means none
	}
	if info, err := os.Stat(key); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read [sip] tls_key: others than its owner may read %s: chmod 600 it", key)
	}
	c, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("read [sip] tls_certificate and tls_key: %w", err)
	}
	return &c, nil
}

// authorities reads whom to believe about the PBX's certificate; nil = whom the system believes.
func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // the zero value means the system's
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read [sip] tls_ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("read [sip] tls_ca: there is no certificate in %s: it must be a PEM file", path)
	}
	return pool, nil
}

// phoneConfig is the extension's account as phone wants it.
func phoneConfig(s config.SIP, gate *egress.Gate, log *slog.Logger) phone.Config {
	return phone.Config{
		Gate: gate, Extension: s.Extension, Password: s.Password.Reveal(), Listen: s.Listen, Expires: time.Duration(s.Expires),
		MediaIP: s.MediaIP, Codecs: s.Codecs, SRTP: phone.SRTP(s.SRTP), TrustAsserted: s.CallerID == "asserted",
		RTPMin: s.RTPMin, RTPMax: s.RTPMax, Proxy: s.Proxy, KeepAlive: time.Duration(s.KeepAlive),
		BusyStatus: s.Busy, RetryAfter: time.Duration(s.RetryAfter), MaxCalls: s.MaxCalls, AcceptAnyone: s.Allow == "any",
		PCMRate: reception.LineRate, Logger: log,
	}
}

// unread is the count of a profile whose examples were not read yet.
const unread = -1

// watchStaff has the PBX asked who of b is in a call. The phone is there once a profile is.
func (a *Appliance) watchStaff(b *knowledge.Business) {
	if a.phone != nil && a.cfg.SIP.WatchStaff {
		a.phone.Watch(b.Extensions())
	}
}

// onThePhone reports whether an extension is known to be in a call.
func (a *Appliance) onThePhone(extension string) bool {
	return a.phone.Presence(extension) == phone.PresenceBusy
}

// published makes b what callers are told from the next call on.
func (a *Appliance) published(b knowledge.Business, version int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.business, a.version, a.learned = &b, version, unread
	a.watchStaff(&b)
	if a.book != nil { // none while the appliance is being made
		a.book.Rename(phrases(&b, time.Now()))
	}
	a.ready.published()
}

// Business returns the published profile and its version, or, with version 0, what the box answers as while none is published. The
// profile must not be changed.
func (a *Appliance) Business() (*knowledge.Business, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.business == nil {
		return a.nobody(), 0
	}
	a.learn()
	return a.business, a.version
}

// learn puts the examples into the profile that the owner has taught, when they have changed; a.mu must be held. An example of a
// caller who was erased is gone from the next call on.
func (a *Appliance) learn() {
	count := a.store.ExamplesChanges()
	if count == a.learned {
		return
	}
	all, err := a.store.Examples()
	if err != nil {
		a.log.Error("read examples", "err", err) // the next call tries again
		return
	}
	b := edit.Taught(*a.business, service.ExamplesOf(all))
	a.business, a.learned = &b, count
}

// Store is the appliance's records.
func (a *Appliance) Store() *store.Store { return a.store }

// Service is what doors ask and tell.
func (a *Appliance) Service() *service.Service { return a.service }

// Phone tells how the registration stands.
func (a *Appliance) Phone() phone.Status { return a.phone.Status() }

// Addr is the address of the SIP socket.
func (a *Appliance) Addr() netip.AddrPort { return a.phone.Addr() }

// Page is the address of the page, nil when there is none.
func (a *Appliance) Page() net.Addr {
	if a.doors.page == nil {
		return nil
	}
	return a.doors.page.Addr()
}

// SSH returns the address of the console over SSH, nil when it is not open.
func (a *Appliance) SSH() net.Addr {
	if a.doors.ssh == nil {
		return nil
	}
	return a.doors.ssh.Addr()
}

// Calls is how many calls go on.
func (a *Appliance) Calls() int { return int(a.calls.Load()) }

// Engines tells how the engines are.
func (a *Appliance) Engines() engines.State { return a.deps.Engines.State() }

// WaitReady returns when the box is registered, the engines are up and every fixed phrase is rendered.
func (a *Appliance) WaitReady(ctx context.Context) error { return a.ready.wait(ctx, a.phone.Status) }

// Run lives until ctx ends and the calls have ended, or a part cannot go on. It closes the store.
func (a *Appliance) Run(ctx context.Context) error {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	g, life := errgroup.WithContext(life)
	g.Go(func() error {
		select {
		case <-ctx.Done():
			a.drain(life)
			a.callHub.End()
		case <-life.Done():
		}
		end()
		return nil
	})
	part := func(name string, run func(context.Context) error) {
		g.Go(func() error {
			err := run(life)
			if err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	part("engines", a.deps.Engines.Run)
	part("readiness", func(ctx context.Context) error { a.ready.follow(a.deps.Engines.Watch(ctx)); return nil })
	part("phrases", a.renderAhead)
	part("phone", a.phone.Run)
	for _, t := range a.telephone.further {
		part("extension "+t.cfg.User, t.phone.Run)
	}
	part("health", a.watchHealth)
	part("recordings", a.sweepRecordings)
	part("house", a.runUpkeep)
	part("egress", a.keepLedger)
	part("filter", a.keepFilter)
	part("backup", a.keepBackups)
	part("deadlines", a.keepDeadlines)
	part("self-test", a.tester.Run)
	part("talk", a.talks.run)
	part("lamp", a.showLamp)
	part("notify", a.notifier.Run)
	part("calendar", a.diary.Run)
	part("contacts", a.contacts.Run)
	part("engine hosts", a.hosts.Run)
	part("troubles", a.tellOfTroubles)
	part("search", a.service.RunIndex)
	a.doors.run(part)
	err := g.Wait()
	a.meanings.wait()
	return errors.Join(err, a.Close())
}

// Close gives back what New took, for an appliance that does not run any more.
func (a *Appliance) Close() error {
	var errs []error
	if a.phone != nil {
		errs = append(errs, a.phone.Close())
	}
	if a.telephone != nil {
		for _, t := range a.telephone.further {
			errs = append(errs, t.phone.Close())
		}
	}
	a.closeTraces()
	errs = append(errs, a.doors.close()...)
	return errors.Join(append(errs, a.store.Close())...)
}

// HandleCall implements phone.Handler.
func (a *Appliance) HandleCall(ctx context.Context, c *phone.Call) {
	call := phoneCall{Call: c, media: &a.media}
	if c.Self() {
		a.rehearsal.HandleCall(ctx, call)
		return
	}
	a.answer(ctx, call)
}

// answer lives through one call of a person, by whatever way it came.
func (a *Appliance) answer(ctx context.Context, c reception.Call) {
	a.calls.Add(1)
	defer a.calls.Add(-1)
	a.reception.HandleCall(ctx, c)
}

var (
	_ phone.Handler     = (*Appliance)(nil)
	_ reception.Call    = phoneCall{}
	_ reception.Leg     = leg{}
	_ reception.Records = (*store.Store)(nil)
	_ Engines           = (*engines.Supervisor)(nil)
)
