// Package contactstest is the other end of what contacts speaks with, for tests: a system that knows callers, in memory.
package contactstest

import (
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"frontdesk.internal/appliance/notify/notifytest"
)

// CRM knows customers by their numbers. It wants the key k3y in the header X-API-Key.
type CRM struct {
	URL string // with {number}
	CA  string // whom to believe
	// Before is called with each request; it may answer itself, and then returns true.
	Before func(w http.ResponseWriter, r *http.Request) bool

	mu        sync.Mutex
	customers map[string]map[string]any
	asked     []string
}

// Start starts it until the test is over.
func (c *CRM) Start(t testing.TB) *CRM {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	c.customers = map[string]map[string]any{}
	x := httptest.NewUnstartedServer(c)
	x.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // tests do to it what it complains of
	x.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
	x.StartTLS()
	t.Cleanup(x.Close)
	c.URL, c.CA = x.URL+"/customers?phone={number}", ca
	return c
}

// Set has the system know somebody, with what it says of them; nil = not any more.
func (c *CRM) Set(number string, says map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.customers[number] = says
}

// Asked are the numbers that were asked for.
func (c *CRM) Asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.asked...)
}

// ServeHTTP implements http.Handler.
func (c *CRM) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := r.URL.Query().Get("phone")
	c.mu.Lock()
	c.asked = append(c.asked, number)
	says := c.customers[number]
	c.mu.Unlock()
	if c.Before != nil && c.Before(w, r) {
		return
	}
	if r.Header.Get("X-API-Key") != "k3y" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if says == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"customer": says}) // who has hung up does not read it
}
