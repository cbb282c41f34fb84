package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/service"
)

// contentPolicy lets a page load our own style, scripts, pictures and sounds and nothing else, and nothing that is written into
// the page itself: what a caller said can never become a script.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; manifest-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm bounds what a form may send, in bytes.
const maxForm = 256 << 10

// maxAPI bounds what may be sent to the interface but files, in bytes: more than it takes, which it answers.
const maxAPI = 2 << 20

// actWithin is how long what is done for a page may take.
const actWithin = 10 * time.Minute

// pages answers requests.
type pages struct {
	service     service.Invoker
	gate        *access.Guard
	statusCache *statusCache
	now         func() time.Time
	log         *slog.Logger
	tongues     []*tongue // English first
	matcher     language.Matcher
	files       files
	certs       *certificates
	names       names
	jobs        *jobs
	waiting     waiting
	kept        keptForms
	closing     context.Context //nolint:containedctx // it ends when the server stops, so that event streams end
}

// newHandler returns the routes of the page with all that guards them.
func newHandler(closing context.Context, o Options, n names, certs *certificates, j *jobs) (http.Handler, error) {
	p := &pages{
		service: o.Service, gate: o.Guard, now: o.Now, log: o.Logger, certs: certs, names: n, jobs: j, closing: closing,
		statusCache: &statusCache{service: o.Service, now: o.Now, log: o.Logger},
	}
	var err error
	if p.tongues, err = readTongues(o.missed); err != nil {
		return nil, err
	}
	p.matcher = matcherOf(p.tongues)
	mux := http.NewServeMux()
	if p.files, err = serveFiles(mux); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /healthz", p.showHealth)
	mux.HandleFunc("GET /ca.crt", p.sendAuthority)
	mux.HandleFunc("GET /app.webmanifest", p.sendManifest)
	p.handle(mux, "POST /language", anybody, p.chooseTongue)
	p.signInRoutes(mux)
	p.startRoutes(mux)
	p.secondRoutes(mux)
	p.breachRoutes(mux)
	p.todayRoutes(mux)
	p.callBackRoutes(mux)
	p.callRoutes(mux)
	p.callerRoutes(mux)
	p.statisticsRoutes(mux)
	p.egressRoutes(mux)
	p.recordRoutes(mux)
	p.contactRoutes(mux)
	p.businessRoutes(mux)
	p.rulesRoutes(mux)
	p.documentRoutes(mux)
	p.learnedRoutes(mux)
	p.phoneRoutes(mux)
	p.recipientRoutes(mux)
	p.calendarRoutes(mux)
	p.feedRoutes(mux)
	p.directoryRoutes(mux)
	p.engineHostRoutes(mux)
	p.systemRoutes(mux)
	if o.API != nil {
		mux.Handle("/api/", o.API)
	}
	p.handle(mux, "/", anybody, func(*visit) (reply, error) {
		return reply{
			page: "notice.html", title: "There is nothing here", data: notice{"The address may be mistyped, or the page may have moved."},
			code: http.StatusNotFound,
		}, nil
	})
	return logged(o.Logger, o.Now, withHeaders(http.NewCrossOriginProtection().Handler(p.guard(mux)))), nil
}

// pageDoor names the page in the audit chain.
const pageDoor = "page"

// guard lets only requests pass that are meant for this box and are of a kind that pages have.
func (p *pages) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !p.names.isOurs(r):
			http.Error(w, "This box goes by another name. Open it by its own name or address, such as https://"+p.names.hosts[len(p.names.hosts)-1]+
				" with the same port.", http.StatusMisdirectedRequest)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, mostOf(r.URL.Path))
			if r.Method != http.MethodGet && r.Method != http.MethodHead { // what changes something, or exports it, takes as long as it takes
				if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(actWithin)); err != nil {
					p.log.Debug("no more time for an answer", "err", err)
				}
			}
			next.ServeHTTP(w, r.WithContext(service.WithActor(r.Context(), service.Actor{Kind: "visitor", Door: pageDoor, Role: service.Visitor})))
		}
	})
}

// mostOf is how much may be sent to a path, in bytes: contacts and documents come in files.
func mostOf(path string) int64 {
	switch path {
	case contactsPath, "/api/v1" + contactsPath:
		return maxContacts
	case documentsPath, "/api/v1/documents":
		return maxDocument
	}
	if strings.HasPrefix(path, "/api/") { // the interface has bounds of its own, and says so
		return maxAPI
	}
	return maxForm
}

// withHeaders sets what every answer has.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// logged tells of every request at debug level, without its query and without who asked.
func logged(log *slog.Logger, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		seen, start := &statusWriter{ResponseWriter: w, code: http.StatusOK}, now()
		next.ServeHTTP(seen, r)
		log.DebugContext(r.Context(), "page request", "method", r.Method, "path", shownPath(r.URL.Path), "status", seen.code,
			"took", now().Sub(start))
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach what is beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// statusCache is the status as the service last told it. Counting calls reads the records, and anybody in the network may ask as
// often as they like: for a second all get the same answer.
type statusCache struct {
	service service.Invoker
	now     func() time.Time
	log     *slog.Logger

	mu     sync.Mutex
	at     time.Time
	status service.Status
	place  *time.Location
	drafts int // changes of the draft that wait to be published
	asked  time.Time
	left   time.Time // when something last left the box; zero = never, or nobody knows
	known  bool      // whether that could be read
	err    error
}

// statusFresh is how long an answer of the service is good.
const statusFresh = time.Second

// read returns the status and the time zone of the business. An error is spoken of here, so that it is once a second at most.
// The first to ask does not take the answer from the others by going away.
func (g *statusCache) read(ctx context.Context) (service.Status, *time.Location, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if age := now.Sub(g.at); !g.at.IsZero() && age >= 0 && age < statusFresh {
		return g.status, g.place, g.err
	}
	// The page asks for itself: the box's name and its time zone are for visitors, too.
	ctx = service.AsBox(context.WithoutCancel(ctx), pageDoor)
	s, err := service.ReadStatus.Get(ctx, g.service)
	if err != nil {
		g.log.Error("the page cannot read the status", "err", err)
	}
	place := time.Local
	if p, err := service.ReadProfile.Get(ctx, g.service); err == nil { // without one there is no time zone but the machine's
		place = p.Business.Location()
	}
	g.drafts = 0
	if d, err := service.ReadDraft.Get(ctx, g.service); err == nil && d.Base > 0 {
		g.drafts = len(d.Changes)
	}
	g.at, g.status, g.place, g.err = now, s, place, err
	return s, place, err
}

// leftFresh is how long it is known when something last left the box.
const leftFresh = time.Minute

// lastLeft is when something last left the box; ok is false when that cannot be told. The zero time is never.
func (g *statusCache) lastLeft(ctx context.Context) (at time.Time, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if age := now.Sub(g.asked); !g.asked.IsZero() && age >= 0 && age < leftFresh {
		return g.left, g.known
	}
	g.asked, g.left, g.known = now, time.Time{}, false
	r, err := service.ReadEgress.Do(service.AsBox(context.WithoutCancel(ctx), pageDoor), g.service, "")
	if err != nil {
		g.log.Error("the page cannot read what left the box", "err", err)
		return g.left, g.known
	}
	g.known = true
	for _, e := range r.Ledger {
		if e.Connections > 0 && e.Last.After(g.left) {
			g.left = e.Last
		}
	}
	return g.left, g.known
}

// waiting is how many changes of the draft waited at the last look.
func (g *statusCache) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.drafts
}

// forget makes the next look a fresh one: something was changed.
func (g *statusCache) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at = time.Time{}
}

// healthAnswer is the body of /healthz.
type healthAnswer struct {
	Status  string   `json:"status"` // as health.Severity says it
	Reasons []string `json:"reasons"`
}

// showHealth answers 503 when no calls are answered, and 200 otherwise: a box with limits must not be taken out of service.
func (p *pages) showHealth(w http.ResponseWriter, r *http.Request) {
	a, code := healthAnswer{Status: health.Failed.String(), Reasons: []string{"The records cannot be read."}}, http.StatusServiceUnavailable
	if s, _, err := p.statusCache.read(r.Context()); err == nil {
		a = healthOf(s)
		if s.Overall < health.Failed {
			code = http.StatusOK
		}
	}
	b, err := json.Marshal(a)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	send(w, code, "application/json", append(b, '\n'))
}

func healthOf(s service.Status) healthAnswer {
	a := healthAnswer{Status: s.Overall.String(), Reasons: []string{}}
	for _, c := range s.Health {
		a.Reasons = append(a.Reasons, c.Text)
	}
	if len(a.Reasons) == 0 && s.Overall != health.OK {
		a.Reasons = append(a.Reasons, s.Text)
	}
	return a
}

// sendAuthority sends the authority's certificate, which systems offer to install under this content type.
func (p *pages) sendAuthority(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Disposition", `attachment; filename="frontdesk-ca.crt"`)
	send(w, http.StatusOK, "application/x-x509-ca-cert", p.certs.authority())
}

func send(w http.ResponseWriter, code int, kind string, b []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(code)
	_, _ = w.Write(b) // who asked is gone, or gets it; HEAD is dealt with by net/http
}
