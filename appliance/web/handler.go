package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"frontdesk.internal/appliance/desk"
	"frontdesk.internal/appliance/health"
)

//go:embed ui
var ui embed.FS

// contentPolicy lets a page load our own style and pictures and nothing else: no script, no frame, no form.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pages answers requests.
type pages struct {
	glance *glance
	now    func() time.Time
	log    *slog.Logger
	status *template.Template
	notice *template.Template
	certs  *certificates
}

// newHandler returns the routes of the page with all that guards them.
func newHandler(o Options, n names, certs *certificates) (http.Handler, error) {
	p := &pages{glance: &glance{desk: o.Desk, now: o.Now, log: o.Logger}, now: o.Now, log: o.Logger, certs: certs}
	var err error
	if p.status, err = template.ParseFS(ui, "ui/frame.html", "ui/status.html"); err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	if p.notice, err = template.ParseFS(ui, "ui/frame.html", "ui/notice.html"); err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showStatus)
	mux.HandleFunc("GET /healthz", p.showHealth)
	mux.HandleFunc("GET /ca.crt", p.sendAuthority)
	for file, kind := range map[string]string{"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
		send, err := sendFile(file, kind)
		if err != nil {
			return nil, err
		}
		mux.HandleFunc("GET /"+file, send)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		p.say(w, http.StatusNotFound, "There is nothing here", "The address may be mistyped, or the page may have moved.")
	})
	return logged(o.Logger, o.Now, withHeaders(http.NewCrossOriginProtection().Handler(p.guard(n, mux)))), nil
}

// guard lets only requests pass that read and that are meant for this box.
func (p *pages) guard(n names, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !n.isOurs(r):
			p.say(w, http.StatusMisdirectedRequest, "This box goes by another name",
				"Open it by its own name or address, such as https://"+n.hosts[len(n.hosts)-1]+" with the same port.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			p.say(w, http.StatusMethodNotAllowed, "This page can only be read", "Nothing can be changed here yet.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// withHeaders sets what every answer has.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
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
		log.DebugContext(r.Context(), "page request", "method", r.Method, "path", r.URL.Path, "status", seen.code, "took", now().Sub(start))
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

// glance is the status as the desk last told it. Counting calls reads the records, and anybody in the network may ask as
// often as they like: for a second all get the same answer.
type glance struct {
	desk Desk
	now  func() time.Time
	log  *slog.Logger

	mu     sync.Mutex
	at     time.Time
	status desk.Status
	place  *time.Location
	err    error
}

// glanceFor is how long an answer of the desk is good.
const glanceFor = time.Second

// look returns the status and the time zone of the business. An error is spoken of here, so that it is once a second at most.
// The first to ask does not take the answer from the others by going away.
func (g *glance) look(ctx context.Context) (desk.Status, *time.Location, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if age := now.Sub(g.at); !g.at.IsZero() && age >= 0 && age < glanceFor {
		return g.status, g.place, g.err
	}
	ctx = context.WithoutCancel(ctx)
	s, err := g.desk.Status(ctx)
	if err != nil {
		g.log.Error("the page cannot read the status", "err", err)
	}
	place := time.Local
	if p, err := g.desk.Profile(ctx); err == nil { // without one there is no time zone but the machine's
		place = p.Business.Location()
	}
	g.at, g.status, g.place, g.err = now, s, place, err
	return s, place, err
}

func (p *pages) showStatus(w http.ResponseWriter, r *http.Request) {
	s, place, err := p.glance.look(r.Context())
	if err != nil {
		p.say(w, http.StatusInternalServerError, "The records cannot be read", "Whether calls are answered is not known from here. Restart the box; if that does not help, the log says why.")
		return
	}
	p.render(w, http.StatusOK, p.status, viewOf(s, p.now().In(place)))
}

// healthAnswer is the body of /healthz.
type healthAnswer struct {
	Status  string   `json:"status"` // as health.Severity says it
	Reasons []string `json:"reasons"`
}

// showHealth answers 503 when no calls are answered, and 200 otherwise: a box with limits must not be taken out of service.
func (p *pages) showHealth(w http.ResponseWriter, r *http.Request) {
	a, code := healthAnswer{Status: health.Failed.String(), Reasons: []string{"The records cannot be read."}}, http.StatusServiceUnavailable
	if s, _, err := p.glance.look(r.Context()); err == nil {
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

func healthOf(s desk.Status) healthAnswer {
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

// sendFile returns a handler for an embedded file, which browsers keep but ask about each time.
func sendFile(file, kind string) (http.HandlerFunc, error) {
	b, err := ui.ReadFile("ui/" + file)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", kind)
		h.Set("ETag", tag)
		http.ServeContent(w, r, file, time.Time{}, bytes.NewReader(b))
	}, nil
}

// say answers with a page of one heading and one sentence.
func (p *pages) say(w http.ResponseWriter, code int, heading, text string) {
	p.render(w, code, p.notice, notice{Title: heading, Text: text})
}

// render answers with a whole page or, when that fails, with none of it.
func (p *pages) render(w http.ResponseWriter, code int, t *template.Template, data any) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame.html", data); err != nil {
		p.log.Error("the page cannot be made", "err", err)
		http.Error(w, "The page cannot be made. The log says why.", http.StatusInternalServerError)
		return
	}
	send(w, code, "text/html; charset=utf-8", b.Bytes())
}

func send(w http.ResponseWriter, code int, kind string, b []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(code)
	_, _ = w.Write(b) // who asked is gone, or gets it; HEAD is dealt with by net/http
}
