package privacy

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

var (
	// ErrIdentity says that it is not known whether who asks is whom it is about.
	ErrIdentity = errors.New("it is not known yet whether this is the person: check it first (a code, a call back, or by the office)")
	// ErrRequest says that a request cannot be what it is said to be.
	ErrRequest = errors.New("not a request that can be dealt with")
)

// deadline is one month after a request came (GDPR Art. 12(3)).
func deadline(at time.Time) time.Time { return at.AddDate(0, 1, 0) }

// File keeps a new request. Those that need no check of who asks, because they take nothing away and give nothing out (objection,
// no contact, withdrawal), are done at once; all others wait for [Officer.Complete].
func (p *Officer) File(ctx context.Context, r record.Request) (record.Request, error) {
	if !slices.Contains(record.RequestKinds(), r.Kind) {
		return r, fmt.Errorf("%w: there is no kind %q", ErrRequest, r.Kind)
	}
	if r.Agent != "" && r.Proof == "" {
		return r, fmt.Errorf("%w: who asks for somebody else needs a proof, such as a signed paper: say what it is", ErrRequest)
	}
	if r.Kind == record.RequestRectify && r.What == "" {
		return r, fmt.Errorf("%w: say what is wrong", ErrRequest)
	}
	r.ID, r.State, r.At, r.Finished, r.Promised = "", record.RequestOpen, p.o.Now(), time.Time{}, time.Time{}
	r.Due = deadline(r.At)
	if r.Kind == record.RequestErase && r.Call != "" && r.Identity == record.IdentityCode {
		switch held, err := p.held(r.Caller); {
		case err != nil:
			return r, err
		case !held: // it is asked before anything is said: under a hold the office deals with it
			r.Promised = r.At
		}
	}
	r, err := p.o.Records.SaveRequest(r)
	if err != nil {
		return r, err
	}
	switch r.Kind {
	case record.RequestObject, record.RequestNoContact, record.RequestWithdraw:
		return p.Complete(ctx, r.ID, r.By)
	}
	return r, nil
}

// held reports whether a legal hold keeps a caller's records now.
func (p *Officer) held(caller string) (bool, error) {
	h, err := p.o.Records.Hold(caller)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && h.Holds(p.o.Now()), err
}

// Promised returns the open requests whose callers were told that it is done at the end of the call: what keeps that from happening
// is made good later.
func (p *Officer) Promised() ([]record.Request, error) {
	rs, err := p.o.Records.Requests()
	return slices.DeleteFunc(rs, func(r record.Request) bool { return r.State != record.RequestOpen || r.Promised.IsZero() }), err
}

// Identify notes how it was checked that who asks is whom it is about.
func (p *Officer) Identify(id string, how record.Identity, by string) (record.Request, error) {
	if !slices.Contains(record.Identities(), how) {
		return record.Request{}, fmt.Errorf("%w: there is no way %q to check it", ErrRequest, how)
	}
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	r.Identity, r.By = how, by
	return p.o.Records.SaveRequest(r)
}

func (p *Officer) openRequest(id string) (record.Request, error) {
	r, err := p.o.Records.Request(id)
	if err == nil && r.State != record.RequestOpen {
		err = fmt.Errorf("%w: it is %s already", ErrRequest, r.State)
	}
	return r, err
}

// Refuse ends a request with a reason, which the person is owed.
func (p *Officer) Refuse(id, reason, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	return p.refuse(id, reason, by)
}

func (p *Officer) refuse(id, reason, by string) (record.Request, error) {
	if reason == "" {
		return record.Request{}, fmt.Errorf("%w: a refusal needs a reason", ErrRequest)
	}
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	r.State, r.Reason, r.By, r.Finished = record.RequestRefused, reason, by, p.o.Now()
	return p.o.Records.SaveRequest(r)
}

// Complete does what a request asks for, as far as the box can do it by itself: restriction, objection and no contact become tags,
// which hold from the next call on; a withdrawal goes into the ledger; an erasure erases. Access and portability were done by the
// office, by hand or with [Officer.Dossier], and are noted as done; rectification is [Officer.Rectify]'s. [ErrIdentity]: nobody has
// checked who asks.
func (p *Officer) Complete(ctx context.Context, id, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	switch r.Kind {
	case record.RequestObject, record.RequestNoContact, record.RequestWithdraw:
	case record.RequestAccess, record.RequestPortability, record.RequestRectify, record.RequestRestrict, record.RequestErase:
		if r.Identity == record.IdentityNone {
			return r, ErrIdentity
		}
	}
	if r.Kind == record.RequestRectify {
		return r, fmt.Errorf("%w: say what is right instead, or what was put right elsewhere", ErrRequest)
	}
	open := r
	r.State, r.By, r.Finished = record.RequestDone, by, p.o.Now()
	switch r.Kind {
	case record.RequestErase:
		e, err := p.Erase(ctx, r.Caller, "asked for by the person, request "+r.ID, by)
		var held *store.HeldError
		if errors.As(err, &held) && !open.Promised.IsZero() { // the caller was told otherwise: the office must tell, so it stays open
			open.Promised = time.Time{}
			_, kept := p.o.Records.SaveRequest(open)
			return open, errors.Join(err, kept)
		}
		if errors.As(err, &held) {
			return p.refuse(id, held.Error(), by)
		}
		if err != nil {
			return r, err
		}
		r.ID = e.ID // the receipt that stays: the request went with all else
		return r, nil
	case record.RequestRestrict:
		err = p.tag(r, record.TagRestricted)
	case record.RequestObject:
		err = p.tag(r, record.TagObjects)
	case record.RequestNoContact:
		if err = p.tag(r, record.TagNoContact); err == nil {
			err = p.withdraw(r, record.ConsentContact)
		}
	case record.RequestWithdraw:
		err = p.withdraw(r, record.ConsentRecording)
	case record.RequestAccess, record.RequestPortability, record.RequestRectify:
	}
	if err != nil {
		return r, err
	}
	return p.o.Records.SaveRequest(r)
}

// Rectify does what a request to rectify asks for: change puts the card right, with the request as its source, and the request is
// done. Without change the note says what was put right where.
func (p *Officer) Rectify(id string, change func(c *record.Caller), note, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	switch {
	case err != nil:
		return r, err
	case r.Kind != record.RequestRectify:
		return r, fmt.Errorf("%w: nobody asks for a correction in it", ErrRequest)
	case r.Identity == record.IdentityNone:
		return r, ErrIdentity
	case change == nil && note == "":
		return r, fmt.Errorf("%w: say what is right instead, or what was put right elsewhere", ErrRequest)
	}
	if change != nil {
		if _, err := p.o.Records.ChangeCaller(r.Caller, func(c *record.Caller) error { change(c); return nil }); err != nil {
			return r, err
		}
	}
	r.State, r.By, r.Reason, r.Finished = record.RequestDone, by, note, p.o.Now()
	return p.o.Records.SaveRequest(r)
}

func (p *Officer) tag(r record.Request, t record.Tag) error {
	_, err := p.o.Records.ChangeCaller(r.Caller, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: t, By: "request " + r.ID, At: p.o.Now()}, true)
		return nil
	})
	return err
}

func (p *Officer) withdraw(r record.Request, kind record.ConsentKind) error {
	how := record.ByOffice
	if r.Call != "" {
		how = record.ByVoice
	}
	_, err := p.o.Records.AddConsent(record.Consent{
		Caller: r.Caller, Kind: kind, State: record.ConsentWithdrawn, How: how, Call: r.Call, At: p.o.Now(), By: r.By,
	})
	return err
}

// Requests returns all requests, open ones first, those first that are due first.
func (p *Officer) Requests() ([]record.Request, error) {
	rs, err := p.o.Records.Requests()
	slices.SortStableFunc(rs, func(a, b record.Request) int {
		if open := a.State == record.RequestOpen; open != (b.State == record.RequestOpen) {
			if open {
				return -1
			}
			return 1
		}
		if a.State == record.RequestOpen {
			return a.Due.Compare(b.Due)
		}
		return b.At.Compare(a.At)
	})
	return rs, err
}

// Codes: six digits that the office tells to a person at the number on the card, and which the person keys in on a call. They live
// in memory, a week at most, and are good for one use; five wrong ones end a code.
const (
	codeDigits = 6
	codeLives  = 7 * 24 * time.Hour
	codeTries  = 5
)

type code struct {
	digits string
	until  time.Time
	tries  int
}

type codes struct {
	mu sync.Mutex
	of map[string]code // by caller ID
}

// NewCode makes a code for a caller and returns it with the time until which it is good. A former one is good no more.
func (p *Officer) NewCode(caller string) (string, time.Time, error) {
	if _, err := p.o.Records.Caller(caller); err != nil {
		return "", time.Time{}, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make code: %w", err)
	}
	c := code{digits: fmt.Sprintf("%0*d", codeDigits, n), until: p.o.Now().Add(codeLives)}
	p.codes.mu.Lock()
	defer p.codes.mu.Unlock()
	p.codes.of[caller] = c
	return c.digits, c.until, nil
}

// CheckCode reports whether digits are the caller's code, and uses it up.
func (p *Officer) CheckCode(caller, digits string) bool {
	p.codes.mu.Lock()
	defer p.codes.mu.Unlock()
	c, ok := p.codes.of[caller]
	if !ok || p.o.Now().After(c.until) {
		delete(p.codes.of, caller)
		return false
	}
	if subtle.ConstantTimeCompare([]byte(c.digits), []byte(digits)) == 1 {
		delete(p.codes.of, caller)
		return true
	}
	if c.tries++; c.tries >= codeTries {
		delete(p.codes.of, caller)
		return false
	}
	p.codes.of[caller] = c
	return false
}

// HasCode reports whether there is a code for the caller.
func (p *Officer) HasCode(caller string) bool {
	p.codes.mu.Lock()
	defer p.codes.mu.Unlock()
	c, ok := p.codes.of[caller]
	return ok && !p.o.Now().After(c.until)
}
