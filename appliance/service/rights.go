package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Erasure says whom to erase, and why; the reason names nobody.
type Erasure struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// EraseCaller erases a caller with all that belongs to the caller. A [*store.HeldError] says that a legal hold forbids it.
var EraseCaller = define(Op[Erasure, privacy.Erased]{
	Name: "erase-caller", Role: Owner, Long: true, Whole: true, Audit: Changes("erase caller"),
	About: func(in Erasure, _ privacy.Erased) string { return in.ID },
	Run:   (*Service).eraseCaller,
})

func (s *Service) eraseCaller(ctx context.Context, in Erasure) (privacy.Erased, error) {
	e, err := s.o.Privacy.Erase(ctx, in.ID, in.Reason, ActorOf(ctx).By())
	if err == nil {
		s.coverErasure()
		var ms []record.Medium
		ms, err = s.o.Records.Media()
		e.Tombstone = withMedia(e.Tombstone, ms)
	}
	return e, err
}

// ListErasures returns the receipts of all erasures, the oldest first. Nothing personal is in them.
var ListErasures = define(Op[None, []store.Tombstone]{
	Name: "list-erasures", Role: Owner, Audit: NoLine("receipts name nobody"),
	Run: get((*Service).listErasures),
})

func (s *Service) listErasures(context.Context) ([]store.Tombstone, error) {
	list, err := s.o.Records.Tombstones()
	if err != nil {
		return nil, err
	}
	ms, err := s.o.Records.Media()
	for i := range list {
		list[i] = withMedia(list[i], ms)
	}
	return some(list), err
}

// Trace says what to look for in the raw files.
type Trace struct {
	Receipt string   `json:"receipt"`
	Texts   []string `json:"texts"`
}

// ProveErasure looks through the raw files for what must not be there.
var ProveErasure = define(Op[Trace, privacy.Proof]{
	Name: "prove-erasure", Role: Owner, Long: true, Audit: Changes("look for traces of an erased caller"),
	About: func(in Trace, _ privacy.Proof) string { return in.Receipt },
	Run:   (*Service).proveErasure,
})

func (s *Service) proveErasure(ctx context.Context, in Trace) (privacy.Proof, error) {
	return s.o.Privacy.Prove(ctx, in.Receipt, in.Texts)
}

// HoldCaller puts a legal hold on a caller's records.
var HoldCaller = define(Op[record.Hold, None]{
	Name: "hold-caller", Role: Owner, Audit: Changes("hold caller"),
	About: func(in record.Hold, _ None) string { return in.Caller },
	Run:   act((*Service).holdCaller),
})

func (s *Service) holdCaller(ctx context.Context, h record.Hold) error {
	if strings.TrimSpace(h.Reason) == "" || !h.Until.After(s.o.Now()) {
		return &InvalidError{What: "hold", Problems: []knowledge.Problem{{Path: "hold", Text: "say why, and until which day to come"}}}
	}
	h.At, h.By = s.o.Now(), ActorOf(ctx).By()
	defer s.due.forget()
	return s.o.Records.SetHold(h)
}

// ReleaseCaller ends a legal hold; store.ErrNotFound when there is none.
var ReleaseCaller = define(Op[string, None]{
	Name: "release-caller", Role: Owner, Audit: Changes("end hold of caller"),
	About: of[None],
	Run:   act((*Service).releaseCaller),
})

func (s *Service) releaseCaller(_ context.Context, id string) error {
	defer s.due.forget()
	return s.o.Records.DropHold(id)
}

// ListHolds returns all legal holds.
var ListHolds = define(Op[None, []record.Hold]{
	Name: "list-holds", Role: Owner, Audit: Reads("list holds"),
	Run: get((*Service).listHolds),
})

func (s *Service) listHolds(context.Context) ([]record.Hold, error) {
	hs, err := s.o.Records.Holds()
	return some(hs), err
}

// ListRequests returns what callers have asked for, open requests first.
var ListRequests = define(Op[None, []record.Request]{
	Name: "list-requests", Role: Owner, Audit: Reads("list requests"),
	Run: get((*Service).listRequests),
})

func (s *Service) listRequests(context.Context) ([]record.Request, error) {
	rs, err := s.o.Privacy.Requests()
	return some(rs), err
}

// FileRequest notes what somebody asks for.
var FileRequest = define(Op[record.Request, record.Request]{
	Name: "file-request", Role: Owner | PhoneCaller, Audit: Changes("note request"),
	About: func(in record.Request, _ record.Request) string { return in.Caller },
	Doing: func(in record.Request) string { return "note request: " + string(in.Kind) },
	Run:   (*Service).fileRequest,
})

func (s *Service) fileRequest(ctx context.Context, r record.Request) (record.Request, error) {
	a := ActorOf(ctx)
	r.Door, r.By = a.Door, a.By()
	r, err := s.o.Privacy.File(ctx, r)
	return r, invalidRequest(err)
}

func invalidRequest(err error) error {
	if errors.Is(err, privacy.ErrRequest) || errors.Is(err, privacy.ErrIdentity) {
		return &InvalidError{What: "request", Problems: []knowledge.Problem{{Path: "request", Text: err.Error()}}}
	}
	return err
}

// Identification says how it was checked that who asks is whom it is about.
type Identification struct {
	ID  string          `json:"id"`
	How record.Identity `json:"how"`
}

// IdentifyRequest notes how it was checked that who asks is whom it is about.
var IdentifyRequest = define(Op[Identification, record.Request]{
	Name: "identify-request", Role: Owner, Audit: Changes("check who asks"),
	About: func(in Identification, _ record.Request) string { return in.ID },
	Doing: func(in Identification) string { return "check who asks: " + string(in.How) },
	Run:   (*Service).identifyRequest,
})

func (s *Service) identifyRequest(ctx context.Context, in Identification) (record.Request, error) {
	r, err := s.o.Privacy.Identify(in.ID, in.How, ActorOf(ctx).By())
	return r, invalidRequest(err)
}

// CompleteRequest does what was asked for, or notes that it was done.
var CompleteRequest = define(Op[string, record.Request]{
	Name: "complete-request", Role: Owner | PhoneCaller, Long: true, Whole: true, Audit: Changes("do request"),
	About: of[record.Request],
	Run:   (*Service).completeRequest,
})

func (s *Service) completeRequest(ctx context.Context, id string) (record.Request, error) {
	r, err := s.o.Privacy.Complete(ctx, id, ActorOf(ctx).By())
	if err == nil && r.Kind == record.RequestErase && r.State == record.RequestDone {
		s.coverErasure()
	}
	return r, invalidRequest(err)
}

// Rectification says what is wrong on a card and what is right; without either, the note says what was put right elsewhere.
type Rectification struct {
	ID     string         `json:"id"` // of the request
	Remove []record.Field `json:"remove,omitempty"`
	Add    []record.Field `json:"add,omitempty"`
	Note   string         `json:"note,omitempty"`
}

// RectifyRequest puts right what a request says is wrong, and ends the request.
var RectifyRequest = define(Op[Rectification, record.Request]{
	Name: "rectify-request", Role: Owner, Audit: Changes("correct by request"),
	About: func(in Rectification, _ record.Request) string { return in.ID },
	Run:   (*Service).rectifyRequest,
})

func (s *Service) rectifyRequest(ctx context.Context, in Rectification) (record.Request, error) {
	b, err := s.business()
	if err != nil {
		return record.Request{}, err
	}
	edit := CallerEdit{Add: slices.Clone(in.Add), Remove: canonical(in.Remove, b.Region), By: "request " + in.ID}
	for i := range edit.Add {
		edit.Add[i].Source = record.SourceRequest
	}
	if err := edit.check(); err != nil {
		return record.Request{}, err
	}
	var change func(c *record.Caller)
	if len(edit.Add)+len(edit.Remove) > 0 {
		change = func(c *record.Caller) { edit.apply(c, s.o.Now()) }
	}
	r, err := s.o.Privacy.Rectify(in.ID, change, strings.TrimSpace(in.Note), ActorOf(ctx).By())
	return r, invalidRequest(takenNumber(err))
}

// RequestCount is how many requests wait; it names nobody.
type RequestCount struct {
	Open    int       `json:"open"`
	Overdue int       `json:"overdue"`
	Due     time.Time `json:"due,omitzero"` // of the open one that is due first
}

// CountRequests tells how many requests about callers' data wait, and until when.
var CountRequests = define(Op[None, RequestCount]{
	Name: "count-requests", Role: Staff | Technician, Audit: NoLine("how many, and until when; it names nobody"),
	Run: get((*Service).countRequests),
})

func (s *Service) countRequests(context.Context) (n RequestCount, err error) {
	rs, err := s.o.Privacy.Requests()
	for _, r := range rs {
		if r.State != record.RequestOpen {
			continue
		}
		if n.Open++; n.Open == 1 {
			n.Due = r.Due
		}
		if r.Overdue(s.o.Now()) {
			n.Overdue++
		}
	}
	return n, err
}

// Refusal ends a request with a reason, which the person is told.
type Refusal struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// RefuseRequest ends a request with a reason.
var RefuseRequest = define(Op[Refusal, record.Request]{
	Name: "refuse-request", Role: Owner, Audit: Changes("refuse request"),
	About: func(in Refusal, _ record.Request) string { return in.ID },
	Run:   (*Service).refuseRequest,
})

func (s *Service) refuseRequest(ctx context.Context, in Refusal) (record.Request, error) {
	r, err := s.o.Privacy.Refuse(in.ID, in.Reason, ActorOf(ctx).By())
	return r, invalidRequest(err)
}

// CallerCode is a code for a caller to key in.
type CallerCode struct {
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
}

// MakeCallerCode makes a code that the office tells to a caller at the number on the card. It is known to the running appliance alone.
var MakeCallerCode = define(Op[string, CallerCode]{
	Name: "make-caller-code", Role: Owner, Needs: needAppliance, Audit: Changes("make code for caller"),
	About: of[CallerCode],
	Run:   (*Service).makeCallerCode,
})

func (s *Service) makeCallerCode(_ context.Context, id string) (CallerCode, error) {
	c, until, err := s.o.Privacy.NewCode(id)
	return CallerCode{c, until}, err
}

// DossierWish says of whom a dossier is made, and which words of other people are taken out of it.
type DossierWish struct {
	ID     string   `json:"id"`
	Redact []string `json:"redact"`
}

// ExportCaller gives out a ZIP with all that is kept of a caller, but words of third parties.
var ExportCaller = define(Stream[DossierWish]{
	Name: "export-caller", Role: Owner, Audit: Changes("export caller"),
	About: func(in DossierWish, _ Content) string { return in.ID },
	Run:   (*Service).exportCaller,
})

func (s *Service) exportCaller(ctx context.Context, in DossierWish) (_ Content, err error) {
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	o := privacy.DossierOptions{Redact: in.Redact, Office: b.Name}
	p, err := s.readProcessing(ctx)
	if err != nil {
		return nil, err
	}
	o.Keeping, o.Recipients, o.Transfers = p.Keeping, p.Recipients, p.Transfers
	for _, a := range p.Activities {
		o.Purposes = append(o.Purposes, privacy.DossierPurpose{Purpose: a.Purpose, What: a.What, Basis: a.Basis})
	}
	made, err := s.o.Privacy.Dossier(in.ID, o)
	if err != nil {
		return nil, err
	}
	return dossier{write: func(w io.Writer) error {
		return made.WriteArchive(w, func(call string) (io.ReadCloser, error) { return s.o.Recordings.Sound(call) })
	}}, nil
}

// dossier is the content of a caller's.
type dossier struct{ write func(w io.Writer) error }

// Type implements Content.
func (dossier) Type() string { return "application/zip" }

// WriteTo implements Content.
func (d dossier) WriteTo(w io.Writer) (int64, error) { return 0, d.write(w) }

// Close implements Content.
func (dossier) Close() error { return nil }

// keeping says in words how long things are kept.
func (s *Service) keeping(ctx context.Context) (map[string]string, error) {
	r, err := s.o.Records.Retention()
	if err != nil {
		return nil, err
	}
	rec, err := s.readRecordingSettings(ctx)
	if err != nil {
		return nil, err
	}
	days := func(n int, from string) string {
		if n == 0 {
			return "until it is asked to be erased"
		}
		return fmt.Sprintf("%d days %s", n, from)
	}
	return map[string]string{
		"recordings": days(rec.KeepDays, "after the call"), "what was said": days(r.Transcripts, "after the call"),
		"that there was a call": days(r.Calls, "after it"), "messages": days(r.Messages, "after they were dealt with"),
		"appointments":                        days(record.VisitDays, "after them"),
		"who you are":                         days(r.Callers, "after the last call, when nothing else is kept"),
		"what the business has brought along": days(r.Imported, "after the last call or change, when nothing else is kept"),
		"what a program has written":          days(r.Pushed, "after the last call or change, when nothing else is kept"),
		"what the office has written":         days(r.Office, "after the last call or change, when nothing else is kept"),
	}, nil
}

// ListConsents returns what a caller has agreed to and refused, the oldest first.
var ListConsents = define(Op[string, []record.Consent]{
	Name: "list-consents", Role: Owner, Audit: Reads("read consents"),
	About: of[[]record.Consent],
	Run:   (*Service).listConsents,
})

func (s *Service) listConsents(_ context.Context, id string) ([]record.Consent, error) {
	cs, err := s.o.Records.Consents(id)
	return some(cs), err
}

// NoteConsent notes what a caller has told the office: Caller, Kind and State of c are used. It counts from the next call on.
var NoteConsent = define(Op[record.Consent, record.Consent]{
	Name: "note-consent", Role: Owner, Audit: Changes("note consent"),
	About: func(in record.Consent, _ record.Consent) string { return in.Caller },
	Run:   (*Service).noteConsent,
})

func (s *Service) noteConsent(ctx context.Context, c record.Consent) (record.Consent, error) {
	var ps []knowledge.Problem
	if c.Kind != record.ConsentRecording && c.Kind != record.ConsentContact {
		ps = append(ps, knowledge.Problem{Path: "kind", Text: "say recording or contact"})
	}
	if c.State != record.ConsentGiven && c.State != record.ConsentRefused && c.State != record.ConsentWithdrawn {
		ps = append(ps, knowledge.Problem{Path: "state", Text: "say given, refused or withdrawn"})
	}
	if len(ps) > 0 {
		return c, &InvalidError{What: "consent", Problems: ps}
	}
	if _, err := s.o.Records.Caller(c.Caller); err != nil {
		return c, err
	}
	c, err := s.o.Records.AddConsent(record.Consent{
		Caller: c.Caller, Kind: c.Kind, State: c.State, By: ActorOf(ctx).By(), How: record.ByOffice, At: s.o.Now(),
	})
	if err == nil && c.Kind == record.ConsentContact {
		_, err = s.o.Records.ChangeCaller(c.Caller, func(card *record.Caller) error {
			card.SetTag(record.Mark{Tag: record.TagNoContact, By: c.By, At: c.At}, c.State != record.ConsentGiven)
			return nil
		})
	}
	return c, err
}
