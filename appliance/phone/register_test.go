package phone_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// registering is a bench whose peer is a registrar written by hand.
func registering(t *testing.T, change func(*phone.Config)) *bench {
	t.Helper()
	return newBench(t, func(c *phone.Config) {
		c.Registrar, c.Domain, c.AcceptAnyone, c.Expires = pbxAddr, "office", false, 100*time.Second
		if change != nil {
			change(c)
		}
	})
}

func (b *bench) register() *sip.Request {
	b.t.Helper()
	return b.expect("REGISTER").(*sip.Request)
}

func contactOf(r *sip.Request) string { return r.GetHeader("Contact").Value() }

func granted(r *sip.Request, seconds int) string {
	uri, _, _ := strings.Cut(contactOf(r), ";expires")
	return answerTo(r, 200, fmt.Sprintf("Contact: %s;expires=%d\n", uri, seconds))
}

func challenge(r *sip.Request, params ...string) string {
	var extra strings.Builder
	for _, p := range params {
		extra.WriteString("WWW-Authenticate: Digest realm=\"office\", qop=\"auth, auth-int\", " + p + "\n")
	}
	return answerTo(r, 401, extra.String())
}

func authOf(t *testing.T, r *sip.Request) *digest.Credentials {
	t.Helper()
	h := r.GetHeader("Authorization")
	if h == nil {
		t.Fatalf("no credentials in\n%s", r)
	}
	cred, err := digest.ParseCredentials(h.Value())
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

// after waits until the phone has sent something and returns how long it took, to 10 ms.
func (b *bench) after(limit time.Duration) time.Duration {
	b.t.Helper()
	start := time.Now()
	for len(b.conn.in) == 0 {
		if time.Since(start) > limit {
			b.t.Fatalf("nothing sent within %v", limit)
		}
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
	}
	return time.Since(start)
}

// farewell answers the REGISTER that takes the phone off.
func (b *bench) farewell() {
	b.t.Helper()
	b.stop()
	synctest.Wait()
	r := b.register()
	if got := r.GetHeader("Expires").Value(); got != "0" {
		b.t.Errorf("on stop: Expires = %s, want 0", got)
	}
	b.send(granted(r, 0))
	if got := b.phone.Status().State; got != phone.StateStopped {
		b.t.Errorf("state = %s", got)
	}
}

func TestRegisterAndRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		first := b.register()
		if got := first.Recipient.String(); got != "sip:office" {
			t.Errorf("request URI = %s", got)
		}
		if got := contactOf(first); got != "<sip:"+userOf(got)+"@127.0.0.1:5060>;expires=100" {
			t.Errorf("Contact = %s", got)
		}
		if via := first.Via(); !via.Params.Has("rport") {
			t.Error("Via without rport")
		}
		b.send(granted(first, 60))
		s := b.phone.Status()
		if s.State != phone.StateRegistered || s.Expires != time.Minute || s.Failure != phone.FailNone {
			t.Errorf("status = %+v", s)
		}
		for range 20 { // granted 60 s: refreshed after 30 to 48 s
			if d := b.after(50 * time.Second); d < 30*time.Second-20*time.Millisecond || d > 48*time.Second+20*time.Millisecond {
				t.Errorf("refreshed after %v", d)
			}
			again := b.register()
			if again.CallID().Value() != first.CallID().Value() || again.CSeq().SeqNo <= first.CSeq().SeqNo {
				t.Error("refresh is not of the same registration")
			}
			first = again
			b.send(granted(again, 60))
		}
		b.farewell()
	})
}

func TestRegisterDigest(t *testing.T) {
	tests := map[string]struct {
		offers []string
		want   string
	}{
		"MD5":                {[]string{`nonce="a", algorithm=MD5`}, "MD5"},
		"no algorithm named": {[]string{`nonce="a"`}, ""},
		"lower case":         {[]string{`nonce="a", algorithm=sha-256`}, "SHA-256"},
		"weak one first":     {[]string{`nonce="a", algorithm=MD5`, `nonce="a", algorithm=SHA-256`}, "SHA-256"},
		"strong one first":   {[]string{`nonce="a", algorithm=SHA-256`, `nonce="a", algorithm=MD5`}, "SHA-256"},
		"strongest": {
			[]string{`nonce="a", algorithm=MD5`, `nonce="a", algorithm=SHA-512-256`, `nonce="a", algorithm=SHA-256`}, "SHA-512-256",
		},
		"one unknown": {[]string{`nonce="a", algorithm=AKAv1-MD5`, `nonce="a", algorithm=MD5`}, "MD5"},
		"in one line": {[]string{`nonce="a,b", algorithm=MD5, Digest realm="office", nonce="c", algorithm=SHA-256, qop="auth"`}, "SHA-256"},
		"userhash":    {[]string{`nonce="a", algorithm=SHA-256, userhash=true`}, "SHA-256"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := registering(t, func(c *phone.Config) { c.AuthUser = "auth100" })
				defer b.finish()
				b.send(challenge(b.register(), tt.offers...))
				r := b.register()
				cred := authOf(t, r)
				want, err := digest.Digest(&digest.Challenge{Realm: "office", Nonce: cred.Nonce, Algorithm: tt.want, QOP: []string{"auth"}},
					digest.Options{Method: "REGISTER", URI: "sip:office", Username: "auth100", Password: "secret", Count: 1, Cnonce: cred.Cnonce})
				if err != nil {
					t.Fatal(err)
				}
				if cred.Response != want.Response || cred.Username != "auth100" || cred.QOP != "auth" || cred.Nc != 1 {
					t.Errorf("credentials = %+v, want response %s", cred, want.Response)
				}
				b.send(granted(r, 100))
				// The refresh is authenticated at once, with the same nonce and the next count.
				b.after(81 * time.Second)
				r = b.register()
				if again := authOf(t, r); again.Nonce != cred.Nonce || again.Nc != 2 {
					t.Errorf("refresh: nonce %q count %d", again.Nonce, again.Nc)
				}
				// The nonce has expired meanwhile: once more, with the new one.
				b.send(challenge(r, `nonce="new", stale=true`))
				r = b.register()
				if again := authOf(t, r); again.Nonce != "new" || again.Nc != 1 {
					t.Errorf("after stale: nonce %q count %d", again.Nonce, again.Nc)
				}
				b.send(granted(r, 100))
				b.farewell()
			})
		})
	}
}

func TestRegisterFailures(t *testing.T) {
	status := func(code int, extra string) func(*bench) {
		return func(b *bench) { b.send(answerTo(b.register(), code, extra)) }
	}
	tests := map[string]struct {
		play     func(*bench)
		want     phone.Failure
		code     int
		min, max time.Duration // until the next attempt
	}{
		"wrong password": {func(b *bench) {
			b.send(challenge(b.register(), `nonce="a"`))
			b.send(challenge(b.register(), `nonce="b"`))
		}, phone.FailPassword, 401, 16 * time.Second, time.Minute},
		"stale for ever": {func(b *bench) {
			b.send(challenge(b.register(), `nonce="a"`))
			b.send(challenge(b.register(), `nonce="b", stale=true`))
			b.send(challenge(b.register(), `nonce="c", stale=true`))
		}, phone.FailPassword, 401, 16 * time.Second, time.Minute},
		"403 for a password": {func(b *bench) {
			b.send(challenge(b.register(), `nonce="a"`))
			b.send(answerTo(b.register(), 403, ""))
		}, phone.FailPassword, 403, 16 * time.Second, time.Minute},
		"forbidden":         {status(403, ""), phone.FailForbidden, 403, 16 * time.Second, time.Minute},
		"no such extension": {status(404, ""), phone.FailNoExtension, 404, 16 * time.Second, time.Minute},
		"overloaded":        {status(503, "Retry-After: 42\n"), phone.FailOverloaded, 503, 42 * time.Second, 43 * time.Second},
		"unknown digest": {
			status(401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=X\n"), phone.FailAlgorithm, 401, time.Second, 2 * time.Second,
		},
		"no challenge": {status(401, ""), phone.FailAlgorithm, 401, time.Second, 2 * time.Second},
		"odd answer":   {status(499, ""), phone.FailProtocol, 499, time.Second, 2 * time.Second},
		"moved":        {status(302, "Contact: <sip:203.0.113.9>\n"), phone.FailElsewhere, 302, time.Second, 2 * time.Second},
		"423 without an end": {func(b *bench) {
			b.send(answerTo(b.register(), 423, "Min-Expires: 200\n"))
			b.send(answerTo(b.register(), 423, "Min-Expires: 400\n"))
		}, phone.FailInterval, 423, time.Second, 2 * time.Second},
		"423 without a number": {status(423, ""), phone.FailInterval, 423, time.Second, 2 * time.Second},
		"no binding":           {status(200, "Expires: 0\n"), phone.FailProtocol, 200, time.Second, 2 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := registering(t, nil)
				defer b.finish()
				tt.play(b)
				s := b.phone.Status()
				if s.State != phone.StateFailed || s.Failure != tt.want || s.Code != tt.code {
					t.Errorf("status = %+v", s)
				}
				if s.Failure.Hint() == "" {
					t.Error("no hint")
				}
				if d := b.after(2 * time.Minute); d < tt.min-20*time.Millisecond || d > tt.max+20*time.Millisecond {
					t.Errorf("tried again after %v, want %v to %v", d, tt.min, tt.max)
				}
				r := b.register()
				b.send(granted(r, 100))
				if got := b.phone.Status(); got.State != phone.StateRegistered || got.Attempts != 0 {
					t.Errorf("after success: %+v", got)
				}
				b.farewell()
			})
		})
	}
}

func TestRegisterIntervalTooBrief(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		b.send(answerTo(b.register(), 423, "Min-Expires: 200\n"))
		r := b.register()
		if got := r.GetHeader("Expires").Value(); got != "200" {
			t.Errorf("Expires = %s, want 200", got)
		}
		b.send(granted(r, 200))
		b.farewell()
	})
}

// A silent registrar gets more and more patience, up to a few seconds, for nobody is there to be burdened, and the phone recovers
// with its first answer.
func TestRegisterUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		var last *sip.Request
		for i := range 8 {
			for sends := 0; b.phone.Status().Attempts <= i; sends++ {
				if sends > 3000 {
					t.Fatal("no end of the attempt")
				}
				time.Sleep(10 * time.Millisecond)
				for _, m := range b.got() {
					last = m.(*sip.Request)
				}
			}
			s := b.phone.Status()
			if s.Failure != phone.FailUnreachable || s.State != phone.StateFailed {
				t.Fatalf("status = %+v", s)
			}
			top := min(time.Second<<i, 4*time.Second)
			wait := time.Until(s.Next)
			if wait < max(time.Second, top/2)-20*time.Millisecond || wait > top+20*time.Millisecond {
				t.Errorf("attempt %d: next in %v, want %v to %v", i+1, wait, top/2, top)
			}
			b.after(61 * time.Second)
		}
		for _, m := range b.got() {
			last = m.(*sip.Request)
		}
		b.send(granted(last, 100))
		if got := b.phone.Status().State; got != phone.StateRegistered {
			t.Errorf("state = %s", got)
		}
		b.farewell()
	})
}

// RFC 3581: behind a NAT the contact is what the registrar saw; the old one is taken off in the same request.
func TestRegisterLearnsContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		seen := func(text string) string {
			return strings.Replace(text, ";rport", ";rport=4711;received=203.0.113.5", 1)
		}
		r := b.register()
		b.send(seen(granted(r, 60)))
		r = b.register()
		var contacts []string
		for _, h := range r.GetHeaders("Contact") {
			contacts = append(contacts, h.Value())
		}
		user := userOf(contacts[0])
		want := "<sip:" + user + "@203.0.113.5:4711>;expires=100 <sip:" + user + "@127.0.0.1:5060>;expires=0"
		if got := strings.Join(contacts, " "); got != want {
			t.Errorf("contacts = %s, want %s", got, want)
		}
		b.send(seen(granted(r, 60)))
		if got := b.phone.Status(); got.Contact != "203.0.113.5:4711" || got.State != phone.StateRegistered {
			t.Errorf("status = %+v", got)
		}
		// What answers a call names the same contact.
		to := "sip:" + user + "@127.0.0.1:5060 "
		b.send(invite("INVITE sip:100@127.0.0.1:5060 ", "INVITE "+to))
		b.next()
		if ringing := b.expect("180 INVITE"); ringing.GetHeaders("Contact")[0].Value() != "<sip:"+user+"@203.0.113.5:4711>" {
			t.Errorf("180 has contact %v", ringing.GetHeaders("Contact"))
		}
		b.send(invite("INVITE sip:100@127.0.0.1:5060 ", "CANCEL "+to, "10 INVITE", "10 CANCEL"))
		b.send(invite("INVITE sip:100@127.0.0.1:5060 ", "ACK "+to, "10 INVITE", "10 ACK"))
		b.got()
		b.farewell()
	})
}

// A registrar that answers with the bindings of several telephones: ours decides.
func TestRegisterFindsOurBinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		r := b.register()
		b.send(answerTo(r, 200, "Contact: <sip:100@192.0.2.9:5060>;expires=5, <sip:"+userOf(contactOf(r))+
			"@127.0.0.1:5060>;expires=40\nExpires: 3\n"))
		if got := b.phone.Status().Expires; got != 40*time.Second {
			t.Errorf("granted %v, want 40s", got)
		}
		b.farewell()
	})
}

func TestRegisterNameNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var found atomic.Bool
		b := registering(t, func(c *phone.Config) {
			c.Registrar = "pbx.office:5070"
			c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
				if !found.Load() {
					return nil, fmt.Errorf("no such host")
				}
				return []netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("127.0.0.1")}, nil
			}
		})
		defer b.finish()
		if got := b.phone.Status(); got.Failure != phone.FailNameNotFound {
			t.Errorf("status = %+v", got)
		}
		found.Store(true)
		b.after(2 * time.Second)
		b.send(granted(b.register(), 100))
		if got := b.phone.Status(); got.State != phone.StateRegistered || got.Registrar != pbxAddr {
			t.Errorf("status = %+v", got)
		}
		b.farewell()
	})
}

func TestConfigProblemsAreNamedTogether(t *testing.T) {
	_, err := phone.New(phone.Config{
		Listen: "nonsense", Extension: record.Extension{Transport: "smoke", User: "a b"}, RTPMin: 10, RTPMax: 12, MediaIP: "x",
		BusyStatus: 200, PCMRate: 1,
	}, nil)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"listen address", "transport", "user", "rtp ports", "media ip", "busy status", "pcm rate"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not name %s: %v", want, err)
		}
	}
}

// However long the network was away, once it is back the phone is registered within ten seconds.
func TestRegisterWhenTheNetworkIsBack(t *testing.T) {
	for away := range 30 { // the moment falls into a wait or into an attempt
		synctest.Test(t, func(t *testing.T) {
			b := registering(t, nil)
			defer b.finish()
			time.Sleep(5*time.Minute + time.Duration(away)*700*time.Millisecond)
			b.got()
			began := time.Now()
			for b.phone.Status().State != phone.StateRegistered && time.Since(began) < time.Minute {
				time.Sleep(100 * time.Millisecond)
				for _, m := range b.got() {
					if req, ok := m.(*sip.Request); ok {
						b.send(granted(req, 100))
					}
				}
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			b.farewell()
		})
	}
}
