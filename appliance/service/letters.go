package service

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
)

// MoreWanted says what a person has to tell before a request can be dealt with.
type MoreWanted struct {
	ID   string `json:"id"`
	What string `json:"what"`
}

// AskRequester notes that a request waits until the person has told more. The deadline waits, too.
var AskRequester = define(Op[MoreWanted, record.Request]{
	Name: "ask-requester", Role: Owner, Audit: Changes("ask who has made a request"),
	About: func(in MoreWanted, _ record.Request) string { return in.ID },
	Run:   (*Service).askRequester,
})

func (s *Service) askRequester(ctx context.Context, in MoreWanted) (record.Request, error) {
	r, err := s.o.Privacy.Wait(in.ID, in.What, ActorOf(ctx).By())
	return r, invalidRequest(err)
}

// ResumeRequest notes that the person has told what was missing.
var ResumeRequest = define(Op[string, record.Request]{
	Name: "resume-request", Role: Owner, Audit: Changes("go on with request"),
	About: of[record.Request],
	Run:   (*Service).resumeRequest,
})

func (s *Service) resumeRequest(ctx context.Context, id string) (record.Request, error) {
	r, err := s.o.Privacy.GoOn(id, ActorOf(ctx).By())
	return r, invalidRequest(err)
}

// RequestFee is a fee for a request; the currency is that of the profile.
type RequestFee struct {
	ID     string           `json:"id"`
	Amount int              `json:"amount"` // cents
	Reason record.FeeReason `json:"reason"`
	Why    record.Personal  `json:"why"` // what shows it
}

// ChargeRequest notes a fee for a request, where the law allows one.
var ChargeRequest = define(Op[RequestFee, record.Request]{
	Name: "charge-request", Role: Owner, Audit: Changes("charge a fee for request"),
	About: func(in RequestFee, _ record.Request) string { return in.ID },
	Run:   (*Service).chargeRequest,
})

func (s *Service) chargeRequest(ctx context.Context, in RequestFee) (record.Request, error) {
	b, err := s.business()
	if err != nil {
		return record.Request{}, err
	}
	fee := record.Fee{Amount: in.Amount, Reason: in.Reason, Why: in.Why, Currency: cmp.Or(b.Currency, "EUR")}
	r, err := s.o.Privacy.Charge(in.ID, fee, ActorOf(ctx).By())
	return r, invalidRequest(err)
}

// ListRefusals returns refusals that are ready to be sent, for a kind of request, in the language of the business.
var ListRefusals = define(Op[record.RequestKind, []privacy.RefusalText]{
	Name: "list-refusals", Role: Owner, Audit: NoLine("texts for everybody"),
	Run: (*Service).listRefusals,
})

func (s *Service) listRefusals(_ context.Context, kind record.RequestKind) ([]privacy.RefusalText, error) {
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	return some(privacy.RefusalTexts(kind, b.Tongues()[0])), nil
}

// LetterWish says which letter about a request is wanted.
type LetterWish struct {
	ID   string             `json:"id"`
	Kind privacy.LetterKind `json:"kind"`
}

// WriteLetter gives out a letter about a request, ready to be printed.
var WriteLetter = define(Stream[LetterWish]{
	Name: "write-letter", Role: Owner, Audit: Changes("write letter about request"),
	About: func(in LetterWish, _ Content) string { return in.ID },
	Run:   (*Service).writeLetter,
})

func (s *Service) writeLetter(_ context.Context, in LetterWish) (Content, error) {
	r, err := s.o.Records.Request(in.ID)
	if err != nil {
		return nil, err
	}
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	l := privacy.Letter{
		Made: s.o.Now(), Request: r, Kind: in.Kind, Office: b.Name, Reach: reach(&b), Language: b.Tongues()[0],
		Address: lines(b.Address.Street, b.Address.Postcode+" "+b.Address.City, b.Address.State),
	}
	c, err := s.o.Records.Caller(r.Caller)
	if err != nil {
		return nil, err
	}
	l.To = lines(string(r.Agent), string(c.Name))
	for _, a := range c.Values(record.FieldAddress) {
		l.To = append(l.To, lines(strings.Split(string(a), ",")...)...)
	}
	page, err := l.Print()
	if err != nil {
		return nil, invalidRequest(err)
	}
	return printed{bytes.NewReader(page)}, nil
}

// lines are those texts that say something.
func lines(all ...string) (out []string) {
	for _, x := range all {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// reach is how somebody asks about data: the contact for that, else the business.
func reach(b *knowledge.Business) []string {
	if c := b.Notices.Contact; c.Name != "" {
		return lines(c.Name, c.Phone, c.Email)
	}
	return lines(b.Contact.Phone, b.Contact.Email)
}

// printed is a page.
type printed struct{ *bytes.Reader }

// Type implements Content.
func (printed) Type() string { return "text/html; charset=utf-8" }

// Close implements Content.
func (printed) Close() error { return nil }
