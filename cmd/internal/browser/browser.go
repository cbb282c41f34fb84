// Package browser loads pages of an appliance as a browser does, to measure them: over TLS with the box's own authority, with
// cookies, and counting what comes over the wire. It starts no goroutine but those of net/http.
package browser

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Browser loads pages of one box.
type Browser struct {
	base   string
	client *http.Client
	octets *atomic.Int64
}

// New returns a browser for the page at addr (host:port) that trusts the authority in pem and nobody else.
func New(addr string, pem []byte) (*Browser, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("there is no certificate in the page's authority")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("make cookie jar: %w", err)
	}
	b := &Browser{base: "https://" + addr, octets: &atomic.Int64{}}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	b.client = &http.Client{
		Jar: jar, Timeout: time.Minute,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dialer.DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return counted{c, b.octets}, nil
			},
		},
	}
	return b, nil
}

// counted counts what is read.
type counted struct {
	net.Conn
	octets *atomic.Int64
}

// Read implements net.Conn.
func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.octets.Add(int64(n))
	return n, err
}

// Octets is how much came over the wire so far, encryption included.
func (b *Browser) Octets() int64 { return b.octets.Load() }

// Forget closes idle connections.
func (b *Browser) Forget() { b.client.CloseIdleConnections() }

// Load returns a page, after redirects, and how long it took until all of it was there. With a form, it is sent. An answer other than
// 200 is an error.
func (b *Browser) Load(ctx context.Context, path string, form url.Values) (body string, took time.Duration, err error) {
	method, send := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, send = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, b.base+path, send)
	if err != nil {
		return "", 0, fmt.Errorf("make request: %w", err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	began := time.Now()
	resp, err := b.client.Do(req)
	if err != nil {
		return "", 0, fmt.Errorf("load %s: %w", path, err)
	}
	all, err := io.ReadAll(resp.Body)
	took = time.Since(began)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return "", 0, fmt.Errorf("load %s: %w", path, err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", 0, fmt.Errorf("load %s: the page answered %s", path, resp.Status)
	}
	return string(all), took, nil
}
