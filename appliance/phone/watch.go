package phone

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
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

// watching is the state of all subscriptions to telephones of the office. Guarded by Phone.mu.
type watching struct {
	wanted  []string
	known   map[string]Presence
	live    map[string]*watch // by Call-ID and our tag
	changed chan struct{}     // closed when wanted or the home has changed
}

// watch is one subscription (RFC 6665) to the dialogs of an extension (RFC 4235). Its goroutine owns it, but for news.
type watch struct {
	phone     *Phone
	extension string
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Equal(wanted, p.watching.wanted) {
		return
	}
	p.watching.wanted = wanted
	p.stirLocked()
}

// Presence returns what is known of an extension that is watched.
func (p *Phone) Presence(extension string) Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.watching.known[extension]
}

// stirLocked makes the subscriptions look anew at who is wanted and where the PBX is.
func (p *Phone) stirLocked() {
	close(p.watching.changed)
	p.watching.changed = make(chan struct{})
}

// watchAll keeps a subscription for each extension that is wanted, for as long as the phone is registered at one place, until ctx ends.
func (p *Phone) watchAll(ctx context.Context) {
	for ctx.Err() == nil {
		p.mu.Lock()
		h, wanted, changed := p.home, p.watching.wanted, p.watching.changed
		p.watching.known = map[string]Presence{}
		p.mu.Unlock()
		round, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		running := 0
		if h.at.IsValid() {
			for _, e := range wanted {
				running++
				go func() {
					defer func() { done <- struct{}{} }()
					p.keepWatching(round, h, e)
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

// keepWatching holds the subscription to one extension.
func (p *Phone) keepWatching(ctx context.Context, h home, extension string) {
	if !rest(ctx, rand.N(time.Second)) { // not all of them at once
		return
	}
	for ctx.Err() == nil {
		again := p.watchOnce(ctx, h, extension)
		p.learnt(extension, PresenceUnknown)
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

func (p *Phone) learnt(extension string, what Presence) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watching.known[extension] = what
}

// watchOnce subscribes, refreshes until the subscription ends, and says when to try again.
func (p *Phone) watchOnce(ctx context.Context, h home, extension string) time.Duration {
	d, err := p.outside(h, extension)
	if err != nil {
		return watchAgain
	}
	w := &watch{phone: p, extension: extension, d: d, news: make(chan *news, 1)}
	p.mu.Lock()
	p.watching.live[d.key] = w
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watching.live, d.key)
	}()
	granted, again := w.subscribe(ctx, watchExpires)
	if granted <= 0 {
		return max(again, watchRetry)
	}
	refresh := time.NewTimer(granted / 2)
	defer refresh.Stop()
	for {
		select {
		case n := <-w.news:
			if n.known {
				p.learnt(extension, n.presence)
			}
			if n.over {
				return max(watchRetry, n.retryAfter)
			}
		case <-refresh.C:
			if granted, again = w.subscribe(ctx, watchExpires); granted <= 0 {
				return max(again, watchRetry)
			}
			refresh.Reset(granted / 2)
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			w.subscribe(bye, 0)
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
