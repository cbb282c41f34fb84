// Package caldavtest is the other end of a calendar's connection, for tests: a server in memory, written from RFC 4791.
package caldavtest

import (
	"crypto/tls"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/icholy/digest"

	"frontdesk.internal/appliance/notify/notifytest"
)

// Server is a calendar server in memory. It has one calendar, of the user fd with the password hunter2.
type Server struct {
	URL string // of the calendar
	CA  string // whom to believe
	// Digest has users sign in by Digest, else it is by Basic.
	Digest bool
	// Before is called with each request; it may answer itself, and then returns true.
	Before func(w http.ResponseWriter, r *http.Request) bool
	// Tagged has the server say when anything has changed.
	Tagged bool

	mu      sync.Mutex
	objects map[string]string // by path
	version int
	tags    map[string]int
	asked   []string
}

// Path is where the calendar is.
const Path = "/fd/office/"

// Start starts the server until the test is over.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	s.objects, s.tags = map[string]string{}, map[string]int{}
	x := httptest.NewUnstartedServer(s)
	x.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // tests do to it what it complains of
	x.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
	x.StartTLS()
	t.Cleanup(x.Close)
	s.URL, s.CA = x.URL+Path, ca
	return s
}

// Add puts an object into the calendar, as somebody of the office does.
func (s *Server) Add(name, object string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(Path+name, object)
}

func (s *Server) put(at, object string) {
	s.version++
	s.objects[at], s.tags[at] = object, s.version
}

// Objects are what the calendar holds.
func (s *Server) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Values(s.objects))
}

// Asked are the methods of the requests that have come.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if s.Before != nil && s.Before(w, r) {
		return
	}
	if !s.admits(w, r) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method)
	tag := fmt.Sprintf(`"%d"`, s.tags[r.URL.Path])
	_, there := s.objects[r.URL.Path]
	if wants := r.Header.Get("If-Match"); r.Header.Get("If-None-Match") == "*" && there || wants != "" && (!there || wants != tag) {
		w.WriteHeader(http.StatusPreconditionFailed)
		return
	}
	switch r.Method {
	case "PROPFIND":
		s.describe(w, r)
	case "REPORT":
		s.list(w)
	case http.MethodPut:
		s.put(r.URL.Path, string(body))
		w.WriteHeader(http.StatusCreated)
	case http.MethodDelete, http.MethodGet:
		if !there {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if r.Method == http.MethodGet {
			w.Header().Set("ETag", tag)
			_, _ = io.WriteString(w, s.objects[r.URL.Path])
			return
		}
		delete(s.objects, r.URL.Path)
		s.version++
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// admits reports whether a request is signed in.
func (s *Server) admits(w http.ResponseWriter, r *http.Request) bool {
	if !s.Digest {
		user, password, _ := r.BasicAuth()
		w.Header().Set("WWW-Authenticate", `Basic realm="calendars"`)
		return user == "fd" && password == "hunter2"
	}
	ch := &digest.Challenge{Realm: "calendars", Nonce: "n0nce", Algorithm: "SHA-256", QOP: []string{"auth"}}
	w.Header().Set("WWW-Authenticate", ch.String())
	got, err := digest.ParseCredentials(r.Header.Get("Authorization"))
	if err != nil {
		return false
	}
	want, err := digest.Digest(ch, digest.Options{
		Method: r.Method, URI: r.URL.RequestURI(), Username: "fd", Password: "hunter2", Count: got.Nc, Cnonce: got.Cnonce,
	})
	return err == nil && got.Response == want.Response
}

const (
	open = `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/">`
	shut = `</multistatus>`
	good = `<status>HTTP/1.1 200 OK</status></propstat>`
)

func (s *Server) describe(w http.ResponseWriter, r *http.Request) {
	calendar := ""
	if s.Tagged {
		calendar = fmt.Sprintf("<s:getctag>%d</s:getctag>", s.version)
	}
	calendar = "<response><href>" + Path + "</href><propstat><prop><resourcetype><collection/><c:calendar/></resourcetype>" +
		"<displayname>Office</displayname>" + calendar + "</prop>" + good +
		"<propstat><prop><current-user-principal/></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>"
	home := "<response><href>" + r.URL.Path + "</href><propstat><prop><resourcetype><collection/></resourcetype>" +
		"<c:calendar-home-set><href>/fd/</href></c:calendar-home-set></prop>" + good + "</response>"
	switch {
	case r.URL.Path == Path:
		answer(w, calendar)
	case r.Header.Get("Depth") == "1":
		answer(w, home+calendar)
	default:
		answer(w, home)
	}
}

func (s *Server) list(w http.ResponseWriter) {
	var b strings.Builder
	for at, o := range s.objects {
		fmt.Fprintf(&b, `<response><href>%s</href><propstat><prop><getetag>"%d"</getetag><c:calendar-data>`, at, s.tags[at])
		_ = xml.EscapeText(&b, []byte(o)) // into memory: never fails
		b.WriteString("</c:calendar-data></prop>" + good + "</response>")
	}
	answer(w, b.String())
}

func answer(w http.ResponseWriter, responses string) {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(http.StatusMultiStatus)
	_, _ = io.WriteString(w, open+responses+shut) // who has hung up does not read it
}

// Event is an object with one entry, as an office's own program writes it.
func Event(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n" +
		strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}
