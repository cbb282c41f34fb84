package phone

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// Presence is what is known of a telephone of the office.
type Presence uint8

// The presences.
const (
	PresenceUnknown Presence = iota // the PBX does not say
	PresenceFree
	PresenceBusy // in a call, or it rings
)

const (
	watchExpires = time.Hour
	watchMost    = 64               // extensions
	watchAgain   = time.Hour        // after the PBX refused to tell
	watchRetry   = 30 * time.Second // after it did not answer, or ended the subscription
)

// watching holds all subscriptions to telephones of the office.
type watching struct {
	phone *Phone

	mu      sync.Mutex
	wanted  []string
	known   map[string]Presence
	live    map[string]*watch // by Call-ID and our tag
	changed chan struct{}     // closed when wanted or the home has changed
}

// watch is one subscription (RFC 6665) to the dialogs of an extension (RFC 4235). Its goroutine owns it, but for news.
type watch struct {
	d         *dialog    // only the part of it that builds requests
	news      chan *news // capacity 1: the newest, for it says all
	remoteSeq uint32     // reader's goroutine
}

// news is a NOTIFY.
type news struct {
	presence   Presence
	known      bool // it told something
	over       bool
	retryAfter time.Duration
}

// Watch has the PBX asked which of these extensions are in a call, from now on instead of those before. It may be called at any time.
func (p *Phone) Watch(extensions []string) {
	var wanted []string
	for _, e := range extensions {
		if _, err := p.Account().extensionURI(e); err == nil && !slices.Contains(wanted, e) && len(wanted) < watchMost {
			wanted = append(wanted, e)
		}
	}
	p.watching.want(wanted)
}

// want watches these from now on.
func (w *watching) want(extensions []string) {
	w.mu.Lock()
	same := slices.Equal(extensions, w.wanted)
	w.wanted = extensions
	w.mu.Unlock()
	if !same {
		w.stir()
	}
}

// Presence returns what is known of an extension that is watched.
func (p *Phone) Presence(extension string) Presence {
	w := &p.watching
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known[extension]
}

// stir makes the subscriptions look anew at who is wanted and where the PBX is.
func (w *watching) stir() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.changed)
	w.changed = make(chan struct{})
}

// find returns the subscription with that key; nil = there is none.
func (w *watching) find(key string) *watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.live[key]
}

// run keeps a subscription for each extension that is wanted, for as long as the phone is registered at one place, until ctx ends.
func (w *watching) run(ctx context.Context) {
	for ctx.Err() == nil {
		w.mu.Lock()
		wanted, changed := w.wanted, w.changed
		w.known = map[string]Presence{}
		w.mu.Unlock()
		h := w.phone.present() // after changed: a move of the phone in between is seen
		round, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		running := 0
		if h.at.IsValid() {
			for _, e := range wanted {
				running++
				go func() {
					defer func() { done <- struct{}{} }()
					w.keep(round, h, e)
				}()
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
		stop()
		for range running {
			<-done
		}
	}
}

// keep holds the subscription to one extension.
func (w *watching) keep(ctx context.Context, h home, extension string) {
	if !rest(ctx, rand.N(time.Second)) { // not all of them at once
		return
	}
	for ctx.Err() == nil {
		again := w.once(ctx, h, extension)
		w.learnt(extension, PresenceUnknown)
		if !rest(ctx, again) {
			return
		}
	}
}

func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (w *watching) learnt(extension string, what Presence) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[extension] = what
}

// once subscribes, refreshes until the subscription ends, and says when to try again.
func (w *watching) once(ctx context.Context, h home, extension string) time.Duration {
	d, err := w.phone.outside(h, extension)
	if err != nil {
		return watchAgain
	}
	one := &watch{d: d, news: make(chan *news, 1)}
	w.mu.Lock()
	w.live[d.key] = one
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.live, d.key)
	}()
	granted, again := one.subscribe(ctx, watchExpires)
	if granted <= 0 {
		return max(again, watchRetry)
	}
	refresh := time.NewTimer(granted / 2)
	defer refresh.Stop()
	for {
		select {
		case n := <-one.news:
			if n.known {
				w.learnt(extension, n.presence)
			}
			if n.over {
				return max(watchRetry, n.retryAfter)
			}
		case <-refresh.C:
			if granted, again = one.subscribe(ctx, watchExpires); granted <= 0 {
				return max(again, watchRetry)
			}
			refresh.Reset(granted / 2)
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			one.subscribe(bye, 0)
			return 0
		}
	}
}

// subscribe sends SUBSCRIBE, with credentials when they are asked for. It returns what was granted, or when to try again.
func (w *watch) subscribe(ctx context.Context, expires time.Duration) (granted, again time.Duration) {
	d := w.d
	for range 3 {
		req := d.request(sip.SUBSCRIBE)
		req.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
		req.AppendHeader(sip.NewHeader("Event", "dialog"))
		req.AppendHeader(sip.NewHeader("Accept", dialogInfoType))
		req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
		req.SetBody(nil)
		tx, err := d.begin(req)
		if err != nil {
			return 0, watchRetry
		}
		res, err := tx.Wait(ctx)
		switch {
		case err != nil:
			return 0, watchRetry
		case challenged(res):
			if _, err := d.creds.take(res); err != nil {
				return 0, watchAgain
			}
			continue
		case !res.IsSuccess():
			if res.StatusCode >= 500 || res.StatusCode == sip.StatusRequestTimeout || res.StatusCode == sip.StatusCallTransactionDoesNotExists {
				return 0, watchRetry
			}
			d.log.Debug("the PBX does not tell of a telephone", "status", res.StatusCode)
			return 0, watchAgain
		}
		if d.remoteTag == "" {
			d.establish(res)
		}
		if n, ok := number(header(res, "Expires")); ok {
			expires = min(expires, time.Duration(n)*time.Second)
		}
		return expires, 0
	}
	return 0, watchAgain
}

// onNews takes a NOTIFY of a subscription of ours. It runs on the reader's goroutine and must not block.
func (w *watch) onNews(req *sip.Request, tx *transaction.Server) {
	event, _, _ := strings.Cut(header(req, "Event", "o"), ";")
	if !strings.EqualFold(strings.TrimSpace(event), "dialog") {
		tx.Refuse(489, sip.NewHeader("Allow-Events", "dialog"))
		return
	}
	if seq := req.CSeq().SeqNo; seq <= w.remoteSeq {
		tx.Refuse(sip.StatusInternalServerError)
		return
	}
	w.remoteSeq = req.CSeq().SeqNo
	tx.Refuse(sip.StatusOK)
	n := &news{}
	if contentType(req) == dialogInfoType {
		if busy, err := parseDialogInfo(req.Body()); err == nil {
			n.known, n.presence = true, PresenceFree
			if busy {
				n.presence = PresenceBusy
			}
		}
	}
	state, params, _ := strings.Cut(strings.ToLower(header(req, "Subscription-State")), ";")
	if strings.TrimSpace(state) == "terminated" {
		n.over = true
		for _, kv := range strings.Split(params, ";") {
			if k, v, _ := strings.Cut(strings.TrimSpace(kv), "="); k == "retry-after" {
				if s, ok := number(v); ok {
					n.retryAfter = min(time.Duration(s)*time.Second, watchAgain)
				}
			}
		}
	}
	select { // an older one that was not looked at yet is of no use any more
	case old := <-w.news:
		if !n.known {
			n.known, n.presence = old.known, old.presence
		}
	default:
	}
	w.news <- n // there is room: only this goroutine puts something in
}
