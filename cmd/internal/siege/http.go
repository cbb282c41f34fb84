package siege

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// answerWithin is how long an attacker waits.
const answerWithin = 10 * time.Second

// own is the TCP address of an attacker.
func own(ip netip.Addr) net.Addr { return net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)) }

// client is an attacker's browser, at an address of its own, and the page as it knows it. Whom it talks to is of no interest to it.
func client(t Target, i int) (c *http.Client, page string) {
	at, from := t.page(i)
	dialer := &net.Dialer{Timeout: answerWithin, LocalAddr: own(from)}
	return &http.Client{
		Timeout:       answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, //nolint:gosec // nothing is told it
		},
	}, "https://" + at
}

// ask sends one request and counts its answer: in says which lets somebody in. No answer counts as none: the box hangs up on who
// has too many connections.
func ask(ctx context.Context, c *http.Client, n *counts, in func(*http.Response) bool, method, to string, header map[string]string,
	body []byte) {
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	n.sent.Add(1)
	resp, err := c.Do(req)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body) // counted by its status
	_ = resp.Body.Close()
	switch {
	case in(resp):
		n.in.Add(1)
	case resp.StatusCode >= http.StatusMultipleChoices:
		n.refused.Add(1)
	}
}

func never(*http.Response) bool { return false }

// signed reports whether somebody is signed in now.
func signed(r *http.Response) bool {
	return r.StatusCode < http.StatusBadRequest && r.Header.Get("Location") == "/"
}

// done reports whether what was asked for was done. Pages lead who is nobody to the sign-in.
func done(r *http.Response) bool { return r.StatusCode < http.StatusMultipleChoices }

// guess sends a form with a guess. Six at once, for each attacker, every second.
func guess(ctx context.Context, t Target, i int, n *counts, path string, form func(k int) url.Values) error {
	c, page := client(t, i)
	defer c.CloseIdleConnections()
	header := map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
	return every(ctx, time.Second, func(k int) error {
		var burst sync.WaitGroup
		for j := range 6 {
			burst.Go(func() {
				ask(ctx, c, n, signed, http.MethodPost, page+path, header, []byte(form(6*k+j).Encode()))
			})
		}
		burst.Wait()
		return nil
	})
}

// signIns guess names and passwords.
func signIns(ctx context.Context, t Target, i int, n *counts) error {
	return guess(ctx, t, i, n, "/signin", func(k int) url.Values {
		return url.Values{"name": {fmt.Sprint("name", k%40)}, "password": {fmt.Sprint("a guess that is long enough ", k)}}
	})
}

// signInsAsOwner guess the owner's password.
func signInsAsOwner(ctx context.Context, t Target, i int, n *counts) error {
	return guess(ctx, t, 50+i, n, "/signin", func(k int) url.Values {
		return url.Values{"name": {t.Owner}, "password": {fmt.Sprint("a guess that is long enough ", k)}}
	})
}

// codes guess the code that makes the owner's account.
func codes(ctx context.Context, t Target, i int, n *counts) error {
	return guess(ctx, t, 100+i, n, "/setup", func(k int) url.Values {
		const password = "a password that is long enough"
		return url.Values{"code": {fmt.Sprintf("AAAA-AAAA-%04d", k)}, "name": {"Mallory"}, "password": {password}, "again": {password}}
	})
}

// idle keeps so many connections open for each attacker, and says nothing on them.
func idle(where func(Target, int) (string, netip.Addr), each int) func(context.Context, Target, int, *counts) error {
	return func(ctx context.Context, t Target, i int, n *counts) error {
		at, from := where(t, 150+i)
		d := net.Dialer{Timeout: answerWithin, LocalAddr: own(from)}
		var all sync.WaitGroup
		defer all.Wait()
		for range each {
			all.Go(func() {
				for ctx.Err() == nil {
					c, err := d.DialContext(ctx, "tcp", at)
					if err == nil {
						n.sent.Add(1)
						stop := context.AfterFunc(ctx, func() { _ = c.Close() })
						_, _ = io.Copy(io.Discard, c) // until it is closed
						stop()
						_ = c.Close()
						if ctx.Err() == nil {
							n.refused.Add(1)
						}
					}
					wait(ctx, time.Second)
				}
			})
		}
		return nil
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// slow sends a request letter by letter.
func slow(ctx context.Context, t Target, i int, n *counts) error {
	at, from := t.page(200 + i)
	d := tls.Dialer{
		NetDialer: &net.Dialer{Timeout: answerWithin, LocalAddr: own(from)},
		Config:    &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, //nolint:gosec // nothing is told it
	}
	var all sync.WaitGroup
	defer all.Wait()
	for range 4 {
		all.Go(func() {
			for ctx.Err() == nil {
				c, err := d.DialContext(ctx, "tcp", at)
				if err == nil {
					n.sent.Add(1)
					text := "GET / HTTP/1.1\r\nHost: " + at + "\r\nX: " + strings.Repeat("x", 1<<10)
					for k := range text {
						if _, err = c.Write([]byte(text[k : k+1])); err != nil || ctx.Err() != nil {
							break
						}
						wait(ctx, 200*time.Millisecond)
					}
					_ = c.Close()
					if ctx.Err() == nil {
						n.refused.Add(1)
					}
				}
				wait(ctx, time.Second)
			}
		})
	}
	return nil
}

// requests ask for what is not theirs, without a token and with wrong ones.
func requests(ctx context.Context, t Target, i int, n *counts) error {
	c, page := client(t, 20+i)
	defer c.CloseIdleConnections()
	paths := []string{"/api/v1/calls", "/api/v1/callers", "/calls", "/callers", "/system", "/api/v1/audit", "/api/v1/backups", "/events"}
	return every(ctx, 20*time.Millisecond, func(k int) error {
		header := map[string]string{}
		if k%3 > 0 {
			header["Authorization"] = fmt.Sprintf("Bearer fd_%032d", k)
		}
		ask(ctx, c, n, done, http.MethodGet, page+paths[k%len(paths)], header, nil)
		return nil
	})
}

// uploads send a file of many megabytes without a token.
func uploads(ctx context.Context, t Target, i int, n *counts) error {
	c, page := client(t, 30+i)
	defer c.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), 16<<20)
	paths := []string{"/api/v1/contacts", "/contacts", "/api/v1/documents", "/signin"}
	return every(ctx, time.Second, func(k int) error {
		ask(ctx, c, n, done, http.MethodPost, page+paths[k%len(paths)], map[string]string{"Content-Type": "application/json"}, body)
		return nil
	})
}

// contacts are files that were made to cost time, of somebody who may send files. Every other sender leaves before the answer.
func contacts(ctx context.Context, t Target, i int, n *counts) error {
	c, page := client(t, 40+i)
	defer c.CloseIdleConnections()
	files := [][]byte{
		[]byte("BEGIN:VCARD\nFN:Ada\nNOTE:a" + strings.Repeat("\n         x", 100_000) + "\nEND:VCARD\n"),
		[]byte("BEGIN:VCARD\nFN:Ada\nNOTE;ENCODING=QUOTED-PRINTABLE:a" + strings.Repeat("=\nx        ", 100_000) + "\nEND:VCARD\n"),
		[]byte("BEGIN:VCARD\nFN:Ada\n" + strings.Repeat("TEL:2175550142\n", 70_000) + "END:VCARD\n"),
		[]byte("[" + strings.Repeat(`{"name":"Ada","number":"2175550142"},`, 30_000) + `{"name":"Ada"}]`),
	}
	header := map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + t.OwnersKey}
	var all sync.WaitGroup
	defer all.Wait()
	return every(ctx, time.Second, func(k int) error {
		all.Go(func() {
			sending, stop := context.WithTimeout(ctx, answerWithin)
			defer stop()
			if k%2 > 0 {
				time.AfterFunc(100*time.Millisecond, stop)
			}
			ask(sending, c, n, never, http.MethodPost, page+"/api/v1/contacts?dry_run=true", header, files[k%len(files)])
		})
		return nil
	})
}

// roles are what staff may not do: an objection is lifted, a card is erased, accounts and copies are asked for.
func roles(ctx context.Context, t Target, i int, n *counts) error {
	c, page := client(t, 45+i)
	defer c.CloseIdleConnections()
	header := map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + t.StaffKey}
	tries := []struct{ method, path, body string }{
		{http.MethodPut, "/callers/" + t.Objector, `{"untag":["objects"]}`}, {http.MethodDelete, "/callers/" + t.Objector, ""},
		{http.MethodGet, "/audit", ""}, {http.MethodGet, "/backups", ""}, {http.MethodGet, "/tokens", ""},
	}
	return every(ctx, 500*time.Millisecond, func(k int) error {
		try := tries[k%len(tries)]
		ask(ctx, c, n, done, try.method, page+"/api/v1"+try.path,
			header, []byte(try.body))
		return nil
	})
}
