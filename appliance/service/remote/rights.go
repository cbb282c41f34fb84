package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
)

// Rights are callers' rights, and who did what.
type Rights interface {
	ChangeCaller(ctx context.Context, id string, e service.CallerEdit) (record.Caller, error)
	MergeCallers(ctx context.Context, from, into, by string) error
	SplitCaller(ctx context.Context, from string, calls []string, by string) (record.Caller, error)
	EraseCaller(ctx context.Context, id, reason, by string) (privacy.Erased, error)
	Erasures(ctx context.Context) ([]store.Tombstone, error)
	ProveErasure(ctx context.Context, receipt string, texts []string) (privacy.Proof, error)
	HoldCaller(ctx context.Context, h record.Hold) error
	ReleaseCaller(ctx context.Context, id string) error
	Holds(ctx context.Context) ([]record.Hold, error)
	Requests(ctx context.Context) ([]record.Request, error)
	FileRequest(ctx context.Context, r record.Request) (record.Request, error)
	IdentifyRequest(ctx context.Context, id string, how record.Identity, by string) (record.Request, error)
	CompleteRequest(ctx context.Context, id, by string) (record.Request, error)
	RefuseRequest(ctx context.Context, id, reason, by string) (record.Request, error)
	NewCallerCode(ctx context.Context, id string) (service.CallerCode, error)
	Consents(ctx context.Context, id string) ([]record.Consent, error)
	NoteConsent(ctx context.Context, c record.Consent) (record.Consent, error)
	WriteDossier(ctx context.Context, id string, redact []string, w io.Writer) error
	Retention(ctx context.Context) (record.Retention, error)
	SetRetention(ctx context.Context, r record.Retention) (record.Retention, error)
	Due(ctx context.Context, days int) ([]privacy.Due, error)
	Sweep(ctx context.Context) (privacy.Swept, error)
	AuditLog(ctx context.Context, n int) ([]record.AuditEntry, error)
	VerifyAudit(ctx context.Context, noted []record.AuditHead) (audit.Report, error)
	AuditHead(ctx context.Context) (record.AuditHead, error)
	Processing(ctx context.Context) (service.Processing, error)
	Egress(ctx context.Context, from string) (service.EgressReport, error)
}

// Backups are copies on a medium of the owner's.
type Backups interface {
	SetUpBackup(ctx context.Context) (service.BackupKey, error)
	MakeBackup(ctx context.Context, dir string) (backup.Info, error)
	VerifyBackup(ctx context.Context, dir, name string) (backup.Restored, error)
	Backups(ctx context.Context, dir string) (service.BackupState, error)
}

// Storage is the file of the records and its keys.
type Storage interface {
	CheckStore(ctx context.Context) (store.Report, error)
	CompactStore(ctx context.Context) error
	KeyLock(ctx context.Context) (keyring.Lock, error)
	ChangeLock(ctx context.Context, kind keyring.Kind, file string, phrase service.Password) (keyring.Lock, error)
	RotateKeys(ctx context.Context) (keyring.Lock, error)
}

// act is one thing that can be asked for: its name, what goes there and what comes back.
type act[In, Out any] string

// args are what most of them need.
type args struct {
	ID     string   `json:"id,omitempty"`
	Into   string   `json:"into,omitempty"`
	Reason string   `json:"reason,omitempty"`
	By     string   `json:"by,omitempty"`
	N      int      `json:"n,omitempty"`
	List   []string `json:"list,omitempty"`
}

type none struct{}

// editCaller is a change of a card.
type editCaller struct {
	ID   string             `json:"id"`
	Edit service.CallerEdit `json:"edit"`
}

// identify is how somebody was known.
type identify struct {
	ID  string          `json:"id"`
	How record.Identity `json:"how"`
	By  string          `json:"by"`
}

// lockAs is how keys are to be locked.
type lockAs struct {
	Kind   keyring.Kind     `json:"kind"`
	File   string           `json:"file"`
	Phrase service.Password `json:"phrase"`
}

const (
	actChangeCaller act[editCaller, record.Caller]          = "change-caller"
	actMerge        act[args, none]                         = "merge-callers"
	actSplit        act[args, record.Caller]                = "split-caller"
	actErase        longAct[args, privacy.Erased]           = "erase-caller"
	actErasures     act[none, []store.Tombstone]            = "erasures"
	actProve        longAct[args, privacy.Proof]            = "prove-erasure"
	actHold         act[record.Hold, none]                  = "hold-caller"
	actRelease      act[args, none]                         = "release-caller"
	actHolds        act[none, []record.Hold]                = "holds"
	actRequests     act[none, []record.Request]             = "requests"
	actFile         act[record.Request, record.Request]     = "file-request"
	actIdentify     act[identify, record.Request]           = "identify-request"
	actComplete     longAct[args, record.Request]           = "complete-request"
	actRefuse       act[args, record.Request]               = "refuse-request"
	actCode         act[args, service.CallerCode]           = "caller-code"
	actConsents     act[args, []record.Consent]             = "consents"
	actNoteConsent  act[record.Consent, record.Consent]     = "note-consent"
	actRetention    act[none, record.Retention]             = "retention"
	actSetRetention act[record.Retention, record.Retention] = "set-retention"
	actDue          act[args, []privacy.Due]                = "due"
	actSweep        longAct[none, privacy.Swept]            = "sweep"
	actAuditLog     act[args, []record.AuditEntry]          = "audit-log"
	actVerifyAudit  act[[]record.AuditHead, audit.Report]   = "verify-audit"
	actAuditHead    act[none, record.AuditHead]             = "audit-head"
	actProcessing   act[none, service.Processing]           = "processing"
	actEgress       act[args, service.EgressReport]         = "egress"
	actSetUpBackup  act[none, service.BackupKey]            = "set-up-backup"
	actMakeBackup   longAct[args, backup.Info]              = "make-backup"
	actVerifyBackup longAct[args, backup.Restored]          = "verify-backup"
	actBackups      act[args, service.BackupState]          = "backups"
	actCheckStore   longAct[none, store.Report]             = "check-store"
	actCompact      longAct[none, none]                     = "compact-store"
	actKeyLock      act[none, keyring.Lock]                 = "key-lock"
	actChangeLock   act[lockAs, keyring.Lock]               = "change-lock"
	actRotate       act[none, keyring.Lock]                 = "rotate-keys"
)

// serve answers with fn.
func (a act[In, Out]) serve(route func(pattern string, fn func(r *http.Request) (any, error)), fn func(ctx context.Context, in In) (Out, error)) {
	route("POST /v1/acts/"+string(a), func(r *http.Request) (any, error) {
		in, err := readBody[In](r)
		if err != nil {
			return nil, err
		}
		return fn(r.Context(), in)
	})
}

// ask has the appliance do it. It may take as long as it takes.
func (a act[In, Out]) ask(ctx context.Context, c *Client, in In) (Out, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return ask[Out](ctx, c, http.MethodPost, "/v1/acts/"+string(a), nil, in)
}

// rightsRoutes are those of Rights.
func rightsRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Rights) {
	actChangeCaller.serve(route, func(ctx context.Context, e editCaller) (record.Caller, error) {
		return s.ChangeCaller(ctx, e.ID, e.Edit)
	})
	actMerge.serve(route, func(ctx context.Context, a args) (none, error) {
		return none{}, s.MergeCallers(ctx, a.ID, a.Into, a.By)
	})
	actSplit.serve(route, func(ctx context.Context, a args) (record.Caller, error) {
		return s.SplitCaller(ctx, a.ID, a.List, a.By)
	})
	actErase.serve(mux, toItsEnd(func(ctx context.Context, a args) (privacy.Erased, error) {
		return s.EraseCaller(ctx, a.ID, a.Reason, a.By)
	}))
	actErasures.serve(route, func(ctx context.Context, _ none) ([]store.Tombstone, error) { return s.Erasures(ctx) })
	actProve.serve(mux, func(ctx context.Context, a args) (privacy.Proof, error) { return s.ProveErasure(ctx, a.ID, a.List) })
	actHold.serve(route, func(ctx context.Context, h record.Hold) (none, error) { return none{}, s.HoldCaller(ctx, h) })
	actRelease.serve(route, func(ctx context.Context, a args) (none, error) { return none{}, s.ReleaseCaller(ctx, a.ID) })
	actHolds.serve(route, func(ctx context.Context, _ none) ([]record.Hold, error) { return s.Holds(ctx) })
	actRequests.serve(route, func(ctx context.Context, _ none) ([]record.Request, error) { return s.Requests(ctx) })
	actFile.serve(route, s.FileRequest)
	actIdentify.serve(route, func(ctx context.Context, i identify) (record.Request, error) {
		return s.IdentifyRequest(ctx, i.ID, i.How, i.By)
	})
	actComplete.serve(mux, toItsEnd(func(ctx context.Context, a args) (record.Request, error) { return s.CompleteRequest(ctx, a.ID, a.By) }))
	actRefuse.serve(route, func(ctx context.Context, a args) (record.Request, error) {
		return s.RefuseRequest(ctx, a.ID, a.Reason, a.By)
	})
	actCode.serve(route, func(ctx context.Context, a args) (service.CallerCode, error) { return s.NewCallerCode(ctx, a.ID) })
	actConsents.serve(route, func(ctx context.Context, a args) ([]record.Consent, error) { return s.Consents(ctx, a.ID) })
	actNoteConsent.serve(route, s.NoteConsent)
	actRetention.serve(route, func(ctx context.Context, _ none) (record.Retention, error) { return s.Retention(ctx) })
	actSetRetention.serve(route, s.SetRetention)
	actDue.serve(route, func(ctx context.Context, a args) ([]privacy.Due, error) { return s.Due(ctx, a.N) })
	actSweep.serve(mux, toItsEnd(func(ctx context.Context, _ none) (privacy.Swept, error) { return s.Sweep(ctx) }))
	actAuditLog.serve(route, func(ctx context.Context, a args) ([]record.AuditEntry, error) { return s.AuditLog(ctx, a.N) })
	actVerifyAudit.serve(route, s.VerifyAudit)
	actAuditHead.serve(route, func(ctx context.Context, _ none) (record.AuditHead, error) { return s.AuditHead(ctx) })
	actEgress.serve(route, func(ctx context.Context, a args) (service.EgressReport, error) { return s.Egress(ctx, a.ID) })
	actProcessing.serve(route, func(ctx context.Context, _ none) (service.Processing, error) { return s.Processing(ctx) })
}

// backupRoutes are those of Backups.
func backupRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Backups) {
	actSetUpBackup.serve(route, func(ctx context.Context, _ none) (service.BackupKey, error) { return s.SetUpBackup(ctx) })
	actMakeBackup.serve(mux, toItsEnd(func(ctx context.Context, a args) (backup.Info, error) { return s.MakeBackup(ctx, a.Into) }))
	actVerifyBackup.serve(mux, func(ctx context.Context, a args) (backup.Restored, error) { return s.VerifyBackup(ctx, a.Into, a.ID) })
	actBackups.serve(route, func(ctx context.Context, a args) (service.BackupState, error) { return s.Backups(ctx, a.Into) })
}

// storageRoutes are those of Storage.
func storageRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), mux *http.ServeMux, s Storage) {
	actCheckStore.serve(mux, func(ctx context.Context, _ none) (store.Report, error) { return s.CheckStore(ctx) })
	actCompact.serve(mux, toItsEnd(func(ctx context.Context, _ none) (none, error) { return none{}, s.CompactStore(ctx) }))
	actKeyLock.serve(route, func(ctx context.Context, _ none) (keyring.Lock, error) { return s.KeyLock(ctx) })
	actChangeLock.serve(route, func(ctx context.Context, l lockAs) (keyring.Lock, error) {
		return s.ChangeLock(ctx, l.Kind, l.File, l.Phrase)
	})
	actRotate.serve(route, func(ctx context.Context, _ none) (keyring.Lock, error) { return s.RotateKeys(ctx) })
}

// dossierRoute gives out a dossier as it is written.
func dossierRoute(mux *http.ServeMux, s Rights) {
	mux.HandleFunc("POST /v1/dossier", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		a, err := readBody[args](r)
		if err != nil {
			answer(w, nil, err)
			return
		}
		w.Header().Set("Content-Type", "application/zip")
		out := &lateWriter{to: w}
		ctx := service.WithDoor(r.Context(), r.Header.Get(doorHeader))
		if err := s.WriteDossier(ctx, a.ID, a.List, out); err != nil {
			if out.begun {
				cut(w)
				return
			}
			answer(w, nil, err)
		}
	})
}

// ChangeCaller implements Service.
func (c *Client) ChangeCaller(ctx context.Context, id string, e service.CallerEdit) (record.Caller, error) {
	return actChangeCaller.ask(ctx, c, editCaller{id, e})
}

// MergeCallers implements Service.
func (c *Client) MergeCallers(ctx context.Context, from, into, by string) error {
	_, err := actMerge.ask(ctx, c, args{ID: from, Into: into, By: by})
	return err
}

// SplitCaller implements Service.
func (c *Client) SplitCaller(ctx context.Context, from string, calls []string, by string) (record.Caller, error) {
	return actSplit.ask(ctx, c, args{ID: from, List: calls, By: by})
}

// EraseCaller implements Service.
func (c *Client) EraseCaller(ctx context.Context, id, reason, by string) (privacy.Erased, error) {
	return actErase.ask(ctx, c, args{ID: id, Reason: reason, By: by})
}

// Erasures implements Service.
func (c *Client) Erasures(ctx context.Context) ([]store.Tombstone, error) {
	return actErasures.ask(ctx, c, none{})
}

// ProveErasure implements Service.
func (c *Client) ProveErasure(ctx context.Context, receipt string, texts []string) (privacy.Proof, error) {
	return actProve.ask(ctx, c, args{ID: receipt, List: texts})
}

// HoldCaller implements Service.
func (c *Client) HoldCaller(ctx context.Context, h record.Hold) error {
	_, err := actHold.ask(ctx, c, h)
	return err
}

// ReleaseCaller implements Service.
func (c *Client) ReleaseCaller(ctx context.Context, id string) error {
	_, err := actRelease.ask(ctx, c, args{ID: id})
	return err
}

// Holds implements Service.
func (c *Client) Holds(ctx context.Context) ([]record.Hold, error) {
	return actHolds.ask(ctx, c, none{})
}

// Requests implements Service.
func (c *Client) Requests(ctx context.Context) ([]record.Request, error) {
	return actRequests.ask(ctx, c, none{})
}

// FileRequest implements Service.
func (c *Client) FileRequest(ctx context.Context, r record.Request) (record.Request, error) {
	return actFile.ask(ctx, c, r)
}

// IdentifyRequest implements Service.
func (c *Client) IdentifyRequest(ctx context.Context, id string, how record.Identity, by string) (record.Request, error) {
	return actIdentify.ask(ctx, c, identify{id, how, by})
}

// CompleteRequest implements Service.
func (c *Client) CompleteRequest(ctx context.Context, id, by string) (record.Request, error) {
	return actComplete.ask(ctx, c, args{ID: id, By: by})
}

// RefuseRequest implements Service.
func (c *Client) RefuseRequest(ctx context.Context, id, reason, by string) (record.Request, error) {
	return actRefuse.ask(ctx, c, args{ID: id, Reason: reason, By: by})
}

// NewCallerCode implements Service.
func (c *Client) NewCallerCode(ctx context.Context, id string) (service.CallerCode, error) {
	return actCode.ask(ctx, c, args{ID: id})
}

// Consents implements Service.
func (c *Client) Consents(ctx context.Context, id string) ([]record.Consent, error) {
	return actConsents.ask(ctx, c, args{ID: id})
}

// NoteConsent implements Service.
func (c *Client) NoteConsent(ctx context.Context, n record.Consent) (record.Consent, error) {
	return actNoteConsent.ask(ctx, c, n)
}

// WriteDossier implements Service.
func (c *Client) WriteDossier(ctx context.Context, id string, redact []string, w io.Writer) (err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	resp, err := c.send(ctx, http.MethodPost, "/v1/dossier", nil, args{ID: id, List: redact})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("read the dossier: %w", err)
	}
	return nil
}

// Retention implements Service.
func (c *Client) Retention(ctx context.Context) (record.Retention, error) {
	return actRetention.ask(ctx, c, none{})
}

// SetRetention implements Service.
func (c *Client) SetRetention(ctx context.Context, r record.Retention) (record.Retention, error) {
	return actSetRetention.ask(ctx, c, r)
}

// Due implements Service.
func (c *Client) Due(ctx context.Context, days int) ([]privacy.Due, error) {
	return actDue.ask(ctx, c, args{N: days})
}

// Sweep implements Service.
func (c *Client) Sweep(ctx context.Context) (privacy.Swept, error) {
	return actSweep.ask(ctx, c, none{})
}

// AuditLog implements Service.
func (c *Client) AuditLog(ctx context.Context, n int) ([]record.AuditEntry, error) {
	return actAuditLog.ask(ctx, c, args{N: n})
}

// VerifyAudit implements Service.
func (c *Client) VerifyAudit(ctx context.Context, noted []record.AuditHead) (audit.Report, error) {
	return actVerifyAudit.ask(ctx, c, append([]record.AuditHead{}, noted...))
}

// AuditHead implements Service.
func (c *Client) AuditHead(ctx context.Context) (record.AuditHead, error) {
	return actAuditHead.ask(ctx, c, none{})
}

// Processing implements Service.
func (c *Client) Processing(ctx context.Context) (service.Processing, error) {
	return actProcessing.ask(ctx, c, none{})
}

// Egress implements Service.
func (c *Client) Egress(ctx context.Context, from string) (service.EgressReport, error) {
	return actEgress.ask(ctx, c, args{ID: from})
}

// SetUpBackup implements Service.
func (c *Client) SetUpBackup(ctx context.Context) (service.BackupKey, error) {
	return actSetUpBackup.ask(ctx, c, none{})
}

// MakeBackup implements Service.
func (c *Client) MakeBackup(ctx context.Context, dir string) (backup.Info, error) {
	return actMakeBackup.ask(ctx, c, args{Into: dir})
}

// VerifyBackup implements Service.
func (c *Client) VerifyBackup(ctx context.Context, dir, name string) (backup.Restored, error) {
	return actVerifyBackup.ask(ctx, c, args{Into: dir, ID: name})
}

// Backups implements Service.
func (c *Client) Backups(ctx context.Context, dir string) (service.BackupState, error) {
	return actBackups.ask(ctx, c, args{Into: dir})
}

// CheckStore implements Service.
func (c *Client) CheckStore(ctx context.Context) (store.Report, error) {
	return actCheckStore.ask(ctx, c, none{})
}

// CompactStore implements Service.
func (c *Client) CompactStore(ctx context.Context) error {
	_, err := actCompact.ask(ctx, c, none{})
	return err
}

// KeyLock implements Service.
func (c *Client) KeyLock(ctx context.Context) (keyring.Lock, error) {
	return actKeyLock.ask(ctx, c, none{})
}

// ChangeLock implements Service.
func (c *Client) ChangeLock(ctx context.Context, kind keyring.Kind, file string, phrase service.Password) (keyring.Lock, error) {
	return actChangeLock.ask(ctx, c, lockAs{kind, file, phrase})
}

// RotateKeys implements Service.
func (c *Client) RotateKeys(ctx context.Context) (keyring.Lock, error) {
	return actRotate.ask(ctx, c, none{})
}
