// Package davtest is the other end of a calendar's connection, or of an address book's, for tests: a server in memory, written from
// RFC 4791, RFC 6352 and RFC 6578, and a real one.
package davtest

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

// Server is a server in memory. It has one collection, of the user fd with the password hunter2.
type Server struct {
	Book bool   // it is an address book, else a calendar
	URL  string // of the collection
	CA   string // whom to believe
	// Digest has users sign in by Digest, else it is by Basic.
	Digest bool
	// Before is called with each request; it may answer itself, and then returns true.
	Before func(w http.ResponseWriter, r *http.Request) bool
	// Tagged has the server say when anything has changed, Tokens what has.
	Tagged, Tokens bool
	// Mute has it name no ETag when something is put.
	Mute bool

	mu      sync.Mutex
	objects map[string]string // by path
	version int
	tags    map[string]int
	gone    map[string]int // versions with which objects went
	oldest  int            // version since which changes are known
	asked   []string
}

// Path is where the collection is.
const Path = "/fd/office/"

// Start starts the server until the test is over.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	s.objects, s.tags, s.gone = map[string]string{}, map[string]int{}, map[string]int{}
	x := httptest.NewUnstartedServer(s)
	x.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // tests do to it what it complains of
	x.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
	x.StartTLS()
	t.Cleanup(x.Close)
	s.URL, s.CA = x.URL+Path, ca
	return s
}

// Add puts an object into the collection, as somebody of the office does.
func (s *Server) Add(name, object string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(Path+name, object)
}

func (s *Server) put(at, object string) {
	s.version++
	s.objects[at], s.tags[at] = object, s.version
	delete(s.gone, at)
}

// Take takes an object away, as somebody of the office does.
func (s *Server) Take(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take(Path + name)
}

func (s *Server) take(at string) {
	s.version++
	delete(s.objects, at)
	s.gone[at] = s.version
}

// Forget has the server not know any more what has changed until now.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.oldest = s.version
}

// Object is what the collection holds by a name; "" = nothing.
func (s *Server) Object(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects[Path+name]
}

// Names are the names of what the collection holds.
func (s *Server) Names() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range slices.Sorted(maps.Keys(s.objects)) {
		names = append(names, strings.TrimPrefix(at, Path))
	}
	return names
}

// Objects are what the collection holds.
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
		s.report(w, string(body))
	case http.MethodPut:
		s.put(r.URL.Path, string(body))
		if !s.Mute {
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, s.version))
		}
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
		s.take(r.URL.Path)
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
	open = `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" ` +
		`xmlns:a="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/">`
	shut = `</multistatus>`
	good = `<status>HTTP/1.1 200 OK</status></propstat>`
)

func (s *Server) describe(w http.ResponseWriter, r *http.Request) {
	kind, home := Calendar, "<c:calendar-home-set><href>/fd/</href></c:calendar-home-set>"
	if s.Book {
		kind, home = AddressBook, "<a:addressbook-home-set><href>/fd/</href></a:addressbook-home-set>"
	}
	changes := ""
	if s.Tagged {
		changes = fmt.Sprintf("<s:getctag>%d</s:getctag>", s.version)
	}
	if s.Tokens {
		changes += fmt.Sprintf("<sync-token>urn:token:%d</sync-token>", s.version)
	}
	collection := "<response><href>" + Path + "</href><propstat><prop><resourcetype><collection/>" + kind + "</resourcetype>" +
		"<displayname>Office</displayname>" + changes + "</prop>" + good +
		"<propstat><prop><current-user-principal/></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>"
	user := "<response><href>" + r.URL.Path + "</href><propstat><prop><resourcetype><collection/></resourcetype>" + home + "</prop>" + good +
		"</response>"
	_, object := s.objects[r.URL.Path]
	switch {
	case object:
		answer(w, s.tagged(r.URL.Path))
	case r.URL.Path == Path && r.Header.Get("Depth") == "1":
		for at := range s.objects {
			collection += s.tagged(at)
		}
		answer(w, collection)
	case r.URL.Path == Path:
		answer(w, collection)
	case r.Header.Get("Depth") == "1":
		answer(w, user+collection)
	default:
		answer(w, user)
	}
}

// tagged is an object with its ETag alone.
func (s *Server) tagged(at string) string {
	return fmt.Sprintf(`<response><href>%s</href><propstat><prop><resourcetype/><getetag>"%d"</getetag></prop>%s</response>`,
		at, s.tags[at], good)
}

// asks are what a question is about.
type asks struct {
	XMLName xml.Name
	Token   string   `xml:"DAV: sync-token"`
	Hrefs   []string `xml:"DAV: href"`
}

func (s *Server) report(w http.ResponseWriter, body string) {
	var q asks
	if err := xml.Unmarshal([]byte(body), &q); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var b strings.Builder
	switch q.XMLName.Local {
	case "sync-collection":
		var since int
		if _, err := fmt.Sscanf(q.Token, "urn:token:%d", &since); err != nil || since < s.oldest || !s.Tokens {
			w.WriteHeader(http.StatusForbidden) // RFC 6578 section 3.2: valid-sync-token
			return
		}
		for at, version := range s.tags {
			if version > since && s.objects[at] != "" {
				b.WriteString(s.tagged(at))
			}
		}
		for at, version := range s.gone {
			if version > since {
				b.WriteString("<response><href>" + at + "</href><status>HTTP/1.1 404 Not Found</status></response>")
			}
		}
		fmt.Fprintf(&b, "<sync-token>urn:token:%d</sync-token>", s.version)
	case "addressbook-multiget":
		for _, at := range q.Hrefs {
			s.whole(&b, at, "a:address-data")
		}
	default:
		for at := range s.objects {
			s.whole(&b, at, "c:calendar-data")
		}
	}
	answer(w, b.String())
}

// whole writes an object with what is in it.
func (s *Server) whole(b *strings.Builder, at, data string) {
	if s.objects[at] == "" {
		b.WriteString("<response><href>" + at + "</href><status>HTTP/1.1 404 Not Found</status></response>")
		return
	}
	fmt.Fprintf(b, `<response><href>%s</href><propstat><prop><getetag>"%d"</getetag><%s>`, at, s.tags[at], data)
	_ = xml.EscapeText(b, []byte(s.objects[at])) // into memory: never fails
	b.WriteString("</" + data + "></prop>" + good + "</response>")
}

func answer(w http.ResponseWriter, responses string) {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(http.StatusMultiStatus)
	_, _ = io.WriteString(w, open+responses+shut) // who has hung up does not read it
}
