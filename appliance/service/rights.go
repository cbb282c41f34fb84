package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Rights are what callers' rights need of the box. Parts may be missing.
type Rights struct {
	Office *privacy.Office // nil: nothing of it can be done here
	Audit  *audit.Log      // nil: nobody notes who did what
	Kept   Kept            // nil = Records, if they can
}

// Kept are the records as callers' rights need them; *store.Store is the real one.
type Kept interface {
	privacy.Kept
	SetRetention(r record.Retention) error
	ChangeCaller(id string, change func(c *record.Caller) error) (record.Caller, error)
	AddCaller(c record.Caller) (record.Caller, error)
	SetHold(h record.Hold) error
	DropHold(caller string) error
	Holds() ([]record.Hold, error)
	Tombstones() ([]store.Tombstone, error)
	AuditEntries(from uint64, fn func(e record.AuditEntry) error) error
	LastAudit() (record.AuditEntry, error)
	RecordingSettings() (record.RecordingSettings, error)
	Consents(caller string) ([]record.Consent, error)
	AddConsent(c record.Consent) (record.Consent, error)
}

var _ Kept = (*store.Store)(nil)

// ErrNoRights says that the service was made without what that needs.
var ErrNoRights = errors.New("callers' rights cannot be dealt with here")

func (d *Service) rights() (*privacy.Office, Kept, error) {
	if d.office == nil || d.kept == nil {
		return nil, nil, ErrNoRights
	}
	return d.office, d.kept, nil
}

// did notes that somebody did something with somebody's records, in the audit chain and in the log. It returns err, or why it could not be noted.
func (d *Service) did(ctx context.Context, act, subject string, err error) error {
	d.acted(ctx, act, err)
	if d.audit == nil {
		return err
	}
	return errors.Join(err, d.audit.Note(record.AuditEntry{Who: Who(ctx), Door: Door(ctx), Act: act, Subject: subject, Failed: err != nil}))
}

// saw notes that somebody read somebody's records. A door that is not a person's, such as a test, leaves no trace.
func (d *Service) saw(ctx context.Context, act, subject string) error {
	if listing, _ := ctx.Value(listKey{}).(bool); listing || d.audit == nil || Door(ctx) == "" {
		return nil
	}
	return d.audit.NoteRead(record.AuditEntry{Who: Who(ctx), Door: Door(ctx), Act: act, Subject: subject})
}

// listKey marks a context in which records are read as lines of a list.
type listKey struct{}

// Listing says that what is read now are lines of a list, which is noted itself: each of them leaves no trace of its own.
func Listing(ctx context.Context) context.Context { return context.WithValue(ctx, listKey{}, true) }

// whoKey finds who acts in a context.
type whoKey struct{}

// WithWho says who came through a door, such as "account 18f3…".
func WithWho(ctx context.Context, who string) context.Context {
	return context.WithValue(ctx, whoKey{}, who)
}

// Who returns what WithWho said; "" = not known.
func Who(ctx context.Context) string {
	who, _ := ctx.Value(whoKey{}).(string)
	return who
}

// CallerEdit changes a card.
type CallerEdit struct {
	Add    []record.Field `json:"add,omitempty"`    // Source and At are set here
	Remove []record.Field `json:"remove,omitempty"` // Kind and Value say which
	Tags   []record.Tag   `json:"tags,omitempty"`   // to be put on
	Untag  []record.Tag   `json:"untag,omitempty"`  // to be taken off
	By     string         `json:"by,omitempty"`
}

// maxField bounds the value of a field, in bytes.
const maxField = 4096

func (e CallerEdit) check() error {
	var ps []knowledge.Problem
	bad := func(path, format string, args ...any) {
		ps = append(ps, knowledge.Problem{Path: path, Text: fmt.Sprintf(format, args...)})
	}
	for i, f := range slices.Concat(e.Add, e.Remove) {
		path := "field " + strconv.Itoa(i+1)
		switch {
		case !slices.Contains(record.FieldKinds(), f.Kind):
			bad(path, "there is no kind %q", f.Kind)
		case strings.TrimSpace(string(f.Value)) == "" || len(f.Value) > maxField:
			bad(path, "write 1 to %d characters", maxField)
		case f.Kind == record.FieldNumber && len(record.PhoneNumber(f.Value).Digits()) < 2:
			bad(path, "a number has digits")
		case f.Basis != "" && !slices.Contains(record.Bases(), f.Basis):
			bad(path, "there is no ground %q", f.Basis)
		}
	}
	for _, t := range slices.Concat(e.Tags, e.Untag) {
		if !slices.Contains(record.Tags(), t) {
			bad("tags", "there is no tag %q", t)
		}
	}
	if len(ps) > 0 {
		return &InvalidError{What: "caller", Problems: ps}
	}
	return nil
}

func (e CallerEdit) apply(c *record.Caller, now time.Time) {
	for _, f := range e.Remove {
		c.Forget(f)
	}
	for _, f := range e.Add {
		if f.Source == "" {
			f.Source = record.SourceOffice
		}
		if f.Basis == "" {
			f.Basis = record.BasisInterest
		}
		f.By, f.At = e.By, now
		c.Learn(f)
	}
	for _, t := range e.Tags {
		c.SetTag(record.Mark{Tag: t, By: e.By, At: now}, true)
	}
	for _, t := range e.Untag {
		c.SetTag(record.Mark{Tag: t}, false)
	}
}

// ChangeCaller changes a card; "" makes a new one. The error is an *InvalidError when it cannot be like that.
func (d *Service) ChangeCaller(ctx context.Context, id string, e CallerEdit) (c record.Caller, err error) {
	_, kept, err := d.rights()
	if err != nil {
		return c, err
	}
	if err := e.check(); err != nil {
		return c, err
	}
	act := "change caller"
	if id == "" {
		act = "add caller"
		e.apply(&c, d.now())
		c, err = kept.AddCaller(c)
	} else {
		c, err = kept.ChangeCaller(id, func(c *record.Caller) error { e.apply(c, d.now()); return nil })
	}
	var taken *store.TakenError
	if errors.As(err, &taken) {
		err = &InvalidError{What: "caller", Problems: []knowledge.Problem{{Path: "number", Text: taken.Error()}}}
	}
	return c, d.did(ctx, act, c.ID, err)
}

// MergeCallers takes the card from, with all that belongs to it, onto another one.
func (d *Service) MergeCallers(ctx context.Context, from, into, by string) error {
	office, _, err := d.rights()
	if err != nil {
		return err
	}
	return d.did(ctx, "merge caller", from+" into "+into, office.Merge(ctx, from, into, by))
}

// SplitCaller makes a new card for some of a caller's calls.
func (d *Service) SplitCaller(ctx context.Context, from string, calls []string, by string) (record.Caller, error) {
	office, _, err := d.rights()
	if err != nil {
		return record.Caller{}, err
	}
	c, err := office.Split(ctx, from, calls, record.Caller{}, by)
	return c, d.did(ctx, "split caller", from, err)
}

// EraseCaller erases a caller with all that belongs to the caller. A [*store.HeldError] says that a legal hold forbids it.
func (d *Service) EraseCaller(ctx context.Context, id, reason, by string) (privacy.Erased, error) {
	office, _, err := d.rights()
	if err != nil {
		return privacy.Erased{}, err
	}
	e, err := office.Erase(ctx, id, reason, by)
	if err == nil {
		d.coverErasure()
	}
	return e, d.did(ctx, "erase caller", id, err)
}

// Erasures returns the receipts of all erasures, the oldest first. Nothing personal is in them.
func (d *Service) Erasures(context.Context) ([]store.Tombstone, error) {
	_, kept, err := d.rights()
	if err != nil {
		return nil, err
	}
	list, err := kept.Tombstones()
	return some(list), err
}

// ProveErasure looks through the raw files for what must not be there.
func (d *Service) ProveErasure(ctx context.Context, receipt string, texts []string) (privacy.Proof, error) {
	office, _, err := d.rights()
	if err != nil {
		return privacy.Proof{}, err
	}
	return office.Prove(ctx, receipt, texts)
}

// HoldCaller puts a legal hold on a caller's records.
func (d *Service) HoldCaller(ctx context.Context, h record.Hold) error {
	_, kept, err := d.rights()
	if err != nil {
		return err
	}
	if strings.TrimSpace(h.Reason) == "" || !h.Until.After(d.now()) {
		return &InvalidError{What: "hold", Problems: []knowledge.Problem{{Path: "hold", Text: "say why, and until which day to come"}}}
	}
	h.At = d.now()
	return d.did(ctx, "hold caller", h.Caller, kept.SetHold(h))
}

// ReleaseCaller ends a legal hold; store.ErrNotFound when there is none.
func (d *Service) ReleaseCaller(ctx context.Context, id string) error {
	_, kept, err := d.rights()
	if err != nil {
		return err
	}
	return d.did(ctx, "end hold of caller", id, kept.DropHold(id))
}

// Holds returns all legal holds.
func (d *Service) Holds(context.Context) ([]record.Hold, error) {
	_, kept, err := d.rights()
	if err != nil {
		return nil, err
	}
	hs, err := kept.Holds()
	return some(hs), err
}

// Requests returns what callers have asked for, open requests first.
func (d *Service) Requests(context.Context) ([]record.Request, error) {
	office, _, err := d.rights()
	if err != nil {
		return nil, err
	}
	rs, err := office.Requests()
	return some(rs), err
}

// FileRequest notes what somebody asks for.
func (d *Service) FileRequest(ctx context.Context, r record.Request) (record.Request, error) {
	office, _, err := d.rights()
	if err != nil {
		return r, err
	}
	r.Door = Door(ctx)
	who := r.Caller
	r, err = office.File(ctx, r)
	return r, d.did(ctx, "note request: "+string(r.Kind), who, invalidRequest(err))
}

func invalidRequest(err error) error {
	if errors.Is(err, privacy.ErrRequest) || errors.Is(err, privacy.ErrIdentity) {
		return &InvalidError{What: "request", Problems: []knowledge.Problem{{Path: "request", Text: err.Error()}}}
	}
	return err
}

// IdentifyRequest notes how it was checked that who asks is whom it is about.
func (d *Service) IdentifyRequest(ctx context.Context, id string, how record.Identity, by string) (record.Request, error) {
	office, _, err := d.rights()
	if err != nil {
		return record.Request{}, err
	}
	r, err := office.Identify(id, how, by)
	return r, d.did(ctx, "check who asks: "+string(how), id, invalidRequest(err))
}

// CompleteRequest does what was asked for, or notes that it was done.
func (d *Service) CompleteRequest(ctx context.Context, id, by string) (record.Request, error) {
	office, _, err := d.rights()
	if err != nil {
		return record.Request{}, err
	}
	r, err := office.Complete(ctx, id, by)
	if err == nil && r.Kind == record.RequestErase && r.State == record.RequestDone {
		d.coverErasure()
	}
	return r, d.did(ctx, "do request: "+string(r.Kind), id, invalidRequest(err))
}

// RefuseRequest ends a request with a reason.
func (d *Service) RefuseRequest(ctx context.Context, id, reason, by string) (record.Request, error) {
	office, _, err := d.rights()
	if err != nil {
		return record.Request{}, err
	}
	r, err := office.Refuse(id, reason, by)
	return r, d.did(ctx, "refuse request", id, invalidRequest(err))
}

// CallerCode is a code for a caller to key in.
type CallerCode struct {
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
}

// NewCallerCode makes a code that the office tells to a caller at the number on the card. It is known to the running appliance alone.
func (d *Service) NewCallerCode(ctx context.Context, id string) (CallerCode, error) {
	office, _, err := d.rights()
	if err != nil {
		return CallerCode{}, err
	}
	if !d.live().Running {
		return CallerCode{}, ErrNotRunning
	}
	c, until, err := office.NewCode(id)
	return CallerCode{c, until}, d.did(ctx, "make code for caller", id, err)
}

// WriteDossier writes a ZIP with all that is kept of a caller, but words of third parties.
func (d *Service) WriteDossier(ctx context.Context, id string, redact []string, w io.Writer) error {
	office, kept, err := d.rights()
	if err != nil {
		return err
	}
	o := privacy.DossierOptions{Redact: redact}
	if b, _, err := d.records.Profile(); err == nil {
		o.Office = b.Name
	}
	if o.Keeping, err = d.keeping(ctx, kept); err != nil {
		return err
	}
	dossier, err := office.Dossier(id, o)
	if err != nil {
		return d.did(ctx, "export caller", id, err)
	}
	if err := d.did(ctx, "export caller", id, nil); err != nil {
		return err
	}
	return dossier.WriteArchive(w, func(call string) (io.ReadCloser, error) {
		if d.recordings == nil {
			return nil, fs.ErrNotExist
		}
		return d.recordings.Sound(call)
	})
}

// keeping says in words how long things are kept.
func (d *Service) keeping(ctx context.Context, kept Kept) (map[string]string, error) {
	r, err := kept.Retention()
	if err != nil {
		return nil, err
	}
	rec, err := d.RecordingSettings(ctx)
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
		"recordings": days(rec.KeepDays, "after the call"), "what was said": days(r.Transcripts, "after the call"), "that there was a call": days(r.Calls, "after it"),
		"messages": days(r.Messages, "after they were dealt with"), "who you are": days(r.Callers, "after the last call, when nothing else is kept"),
	}, nil
}

// Retention tells how long things are kept.
func (d *Service) Retention(context.Context) (record.Retention, error) {
	_, kept, err := d.rights()
	if err != nil {
		return record.Retention{}, err
	}
	return kept.Retention()
}

// maxKeepDays bounds what is kept: ten years.
const maxKeepDays = 3660

// SetRetention changes it from the next sweep on.
func (d *Service) SetRetention(ctx context.Context, r record.Retention) (record.Retention, error) {
	_, kept, err := d.rights()
	if err != nil {
		return r, err
	}
	for _, n := range []int{r.Transcripts, r.Calls, r.Messages, r.Callers, r.Minors} {
		if n < 0 || n > maxKeepDays {
			return r, &InvalidError{What: "setting", Problems: []knowledge.Problem{{Path: "days", Text: fmt.Sprintf("write a number of days from 0 (for ever) to %d", maxKeepDays)}}}
		}
	}
	r.At = d.now()
	return r, d.did(ctx, "change how long things are kept", "", kept.SetRetention(r))
}

// Due lists what will be removed by the sweeps of the next days; 0 = by the next one.
func (d *Service) Due(ctx context.Context, days int) ([]privacy.Due, error) {
	office, kept, err := d.rights()
	if err != nil {
		return nil, err
	}
	tapes := map[string]time.Time{}
	if d.recordings != nil {
		if tapes, err = d.recordings.Made(); err != nil {
			return nil, err
		}
	}
	set, err := d.RecordingSettings(ctx)
	if err != nil {
		return nil, err
	}
	return office.Due(kept, d.now().AddDate(0, 0, max(0, days)), set.KeepDays, tapes)
}

// Sweep removes what is due now.
func (d *Service) Sweep(ctx context.Context) (privacy.Swept, error) {
	office, kept, err := d.rights()
	if err != nil {
		return privacy.Swept{}, err
	}
	due, err := d.Due(ctx, 0)
	if err != nil {
		return privacy.Swept{}, err
	}
	s, err := office.Sweep(ctx, kept, due)
	return s, d.did(ctx, "remove what is due", strconv.Itoa(len(due)), err)
}

// AuditLog returns the newest n entries of the audit chain, newest first; 0 = MaxList.
func (d *Service) AuditLog(_ context.Context, n int) ([]record.AuditEntry, error) {
	_, kept, err := d.rights()
	if err != nil {
		return nil, err
	}
	last, err := kept.LastAudit()
	if err != nil {
		return nil, err
	}
	from := uint64(1)
	if span := uint64(limit(n)); last.Seq > span {
		from = last.Seq - span + 1
	}
	list := []record.AuditEntry{}
	err = kept.AuditEntries(from, func(e record.AuditEntry) error { list = append(list, e); return nil })
	slices.Reverse(list)
	return list, err
}

// VerifyAudit goes through the whole audit chain; noted are heads that were kept elsewhere.
func (d *Service) VerifyAudit(_ context.Context, noted []record.AuditHead) (audit.Report, error) {
	if d.audit == nil {
		return audit.Report{}, ErrNoRights
	}
	return d.audit.Verify(noted...)
}

// AuditHead signs the end of the audit chain, to be kept elsewhere.
func (d *Service) AuditHead(context.Context) (record.AuditHead, error) {
	if d.audit == nil {
		return record.AuditHead{}, ErrNoRights
	}
	return d.audit.Head()
}

// Consents returns what a caller has agreed to and refused, the oldest first.
func (d *Service) Consents(_ context.Context, id string) ([]record.Consent, error) {
	_, kept, err := d.rights()
	if err != nil {
		return nil, err
	}
	cs, err := kept.Consents(id)
	return some(cs), err
}

// NoteConsent notes what a caller has told the office: Caller, Kind, State and By of c are used. It counts from the next call on.
func (d *Service) NoteConsent(ctx context.Context, c record.Consent) (record.Consent, error) {
	_, kept, err := d.rights()
	if err != nil {
		return c, err
	}
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
	if _, err := d.records.Caller(c.Caller); err != nil {
		return c, err
	}
	c, err = kept.AddConsent(record.Consent{Caller: c.Caller, Kind: c.Kind, State: c.State, By: c.By, How: record.ByOffice, At: d.now()})
	if err == nil && c.Kind == record.ConsentContact {
		_, err = kept.ChangeCaller(c.Caller, func(card *record.Caller) error {
			card.SetTag(record.Mark{Tag: record.TagNoContact, By: c.By, At: c.At}, c.State != record.ConsentGiven)
			return nil
		})
	}
	return c, d.did(ctx, "note consent", c.Caller, err)
}
