package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/update"
)

// Groups of operations in the description.
const (
	tagKeeping  = "Keeping"
	tagContacts = "Contacts"
	tagOffice   = "Office"
)

// done answers without a body.
func (a *interfaces) done(err error) (*empty, error) {
	if err != nil {
		return nil, a.explain(err)
	}
	return nil, nil //nolint:nilnil // huma's way of an answer without a body.
}

// keepingRoutes are what holds of one caller, beside the rights.
func (a *interfaces) keepingRoutes() {
	type export struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Redact []string `json:"redact,omitempty" maxItems:"100" doc:"Names and words of other people, which are taken out of texts."`
		}
	}
	op := may(operation(http.MethodPost, "/callers/{id}/export", "export-caller", tagRights,
		"All that is kept of a caller: a ZIP with JSON, its schema, a page to read, and recordings", service.ExportCaller), http.StatusNotFound)
	op.Responses = fileAnswer("The dossier", "application/zip")
	huma.Register(a.api, op, func(ctx context.Context, in *export) (*huma.StreamResponse, error) {
		zip, err := service.ExportCaller.Do(ctx, a.service, service.DossierWish{ID: in.ID, Redact: in.Body.Redact})
		return a.file(zip, "dossier.zip", err)
	})
	type consent struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Kind  record.ConsentKind  `json:"kind" enum:"recording,contact"`
			State record.ConsentState `json:"state" enum:"given,refused,withdrawn"`
		}
	}
	note := may(operation(http.MethodPost, "/callers/{id}/consents", "note-consent", tagRights,
		"Note what a caller has told the office; it counts from the next call on", service.NoteConsent), http.StatusNotFound,
		http.StatusUnprocessableEntity)
	note.DefaultStatus = http.StatusCreated
	huma.Register(a.api, note, func(ctx context.Context, in *consent) (*body[record.Consent], error) {
		c, err := service.NoteConsent.Do(ctx, a.service, record.Consent{Caller: in.ID, Kind: in.Body.Kind, State: in.Body.State})
		return answer(a, c, err)
	})
	type identity struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			How record.Identity `json:"how" enum:"number,code,call_back,office"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/requests/{id}/identify", "identify-request", tagRights,
		"Note how the person who asks was known", service.IdentifyRequest), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *identity) (*body[record.Request], error) {
			r, err := service.IdentifyRequest.Do(ctx, a.service, service.Identification{ID: in.ID, How: in.Body.How})
			return answer(a, r, err)
		})
	code := may(operation(http.MethodPost, "/callers/{id}/code", "make-code", tagRights,
		"A code by which the caller is known on the telephone; tell it at the number on the card", service.MakeCallerCode), http.StatusNotFound)
	code.DefaultStatus = http.StatusCreated
	huma.Register(a.api, code, func(ctx context.Context, in *byID) (*body[service.CallerCode], error) {
		c, err := service.MakeCallerCode.Do(ctx, a.service, in.ID)
		return answer(a, c, err)
	})
	a.holdRoutes()
	a.cardRoutes()
}

// holdRoutes are legal holds and erasures.
func (a *interfaces) holdRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/holds", "list-holds", tagKeeping,
		"Legal holds, which win over erasure and retention", service.ListHolds),
		func(ctx context.Context, _ *empty) (*body[[]record.Hold], error) {
			hs, err := service.ListHolds.Get(ctx, a.service)
			return answer(a, hs, err)
		})
	type hold struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Reason string    `json:"reason" minLength:"1" maxLength:"300"`
			Until  time.Time `json:"until"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/callers/{id}/hold", "hold-caller", tagKeeping,
		"Hold a caller's records: nothing of them is removed", service.HoldCaller), http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *hold) (*empty, error) {
			return a.done(service.HoldCaller.Act(ctx, a.service, record.Hold{Caller: in.ID, Reason: in.Body.Reason, Until: in.Body.Until}))
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/callers/{id}/hold", "release-caller", tagKeeping,
		"End a hold", service.ReleaseCaller), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			return a.done(service.ReleaseCaller.Act(ctx, a.service, in.ID))
		})
	huma.Register(a.api, operation(http.MethodGet, "/erasures", "list-erasures", tagKeeping,
		"Receipts of erasures; they name nobody", service.ListErasures),
		func(ctx context.Context, _ *empty) (*body[[]store.Tombstone], error) {
			ts, err := service.ListErasures.Get(ctx, a.service)
			return answer(a, ts, err)
		})
	type proof struct {
		ID   string `path:"id" maxLength:"100" doc:"The receipt."`
		Body struct {
			Texts []string `json:"texts,omitempty" maxItems:"100" doc:"Words and numbers of the person, to be looked for in all files; nothing of them is kept."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/erasures/{id}/proof", "prove-erasure", tagKeeping,
		"Look for traces of who was erased in the raw files", service.ProveErasure), http.StatusNotFound),
		func(ctx context.Context, in *proof) (*body[privacy.Proof], error) {
			p, err := service.ProveErasure.Do(ctx, a.service, service.Trace{Receipt: in.ID, Texts: in.Body.Texts})
			return answer(a, p, err)
		})
}

// cardRoutes merge and split cards.
func (a *interfaces) cardRoutes() {
	type merge struct {
		ID   string `path:"id" maxLength:"100" doc:"The card that stays."`
		Body struct {
			From string `json:"from" maxLength:"100" doc:"The card that goes; all that belongs to it is taken over."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/callers/{id}/merge", "merge-callers", tagCalls,
		"Make one card of two", service.MergeCallers, service.ReadCaller), http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *merge) (*body[service.CallerDetail], error) {
			if err := service.MergeCallers.Act(ctx, a.service, service.Merge{From: in.Body.From, Into: in.ID}); err != nil {
				return nil, a.explain(err)
			}
			c, err := service.ReadCaller.Do(ctx, a.service, in.ID)
			return answer(a, c, err)
		})
	type split struct {
		ID   string `path:"id" maxLength:"100"`
		Body struct {
			Calls []string `json:"calls" minItems:"1" maxItems:"1000" doc:"IDs of the calls that were somebody else's."`
		}
	}
	apart := may(operation(http.MethodPost, "/callers/{id}/split", "split-caller", tagCalls,
		"Make a card of its own for calls of somebody else", service.SplitCaller), http.StatusNotFound, http.StatusConflict)
	apart.DefaultStatus = http.StatusCreated
	huma.Register(a.api, apart, func(ctx context.Context, in *split) (*body[record.Caller], error) {
		c, err := service.SplitCaller.Do(ctx, a.service, service.Split{From: in.ID, Calls: in.Body.Calls})
		return answer(a, c, err)
	})
}

// maxContacts bounds contacts that are sent, in bytes.
const maxContacts = 32 << 20

// plan is what an import would do.
type plan struct {
	Contacts int                 `json:"contacts" doc:"That would be taken over, or were."`
	Bad      []imports.Bad       `json:"bad" nullable:"false" doc:"What was not taken, with the number of the contact and why."`
	Import   *record.ImportBatch `json:"import,omitempty" doc:"Missing in a dry run."`
}

// contactRoutes take contacts over.
func (a *interfaces) contactRoutes() {
	type sent struct {
		DryRun  bool   `query:"dry_run" doc:"Only say what would be taken."`
		RawBody []byte `contentType:"application/json"`
	}
	op := may(operation(http.MethodPost, "/contacts", "import-contacts", tagContacts,
		"Take contacts over: a list of objects with name, number (or numbers), email, address, company, language, note, history, each a "+
			"text or a list of texts. A contact "+
			"whose number is known goes onto that card. Good ones are kept, bad ones are named; DELETE /imports/{id} takes all of it back",
		service.ReadContacts, service.ImportContacts), http.StatusUnprocessableEntity)
	op.SkipValidateBody = true // reading it says more, and by the number of the contact
	op.MaxBodyBytes, op.BodyReadTimeout = maxContacts, time.Minute
	huma.Register(a.api, op, func(ctx context.Context, in *sent) (*body[plan], error) {
		c, err := service.ReadContacts.Do(ctx, a.service, service.ContactsFile{Content: in.RawBody})
		if err != nil {
			return nil, a.explain(err)
		}
		p := plan{Contacts: len(c.Rows), Bad: c.Bad}
		if !in.DryRun {
			b, err := service.ImportContacts.Do(ctx, a.service, service.ImportOf("contacts.json", c))
			if err != nil {
				return nil, a.explain(err)
			}
			p.Import = &b
		}
		return &body[plan]{p}, nil
	})
	a.api.OpenAPI().Paths[op.Path].Post.RequestBody.Content["application/json"].Schema = &huma.Schema{
		Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, // huma takes it for a file
	}
	huma.Register(a.api, operation(http.MethodGet, "/imports", "list-imports", tagContacts,
		"What was taken over, the oldest first", service.ListImports),
		func(ctx context.Context, _ *empty) (*body[[]record.ImportBatch], error) {
			bs, err := service.ListImports.Get(ctx, a.service)
			return answer(a, bs, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/imports/{id}", "undo-import", tagContacts,
		"Take back what an import alone has made; a card that was used since keeps its numbers", service.UndoImport), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			return a.done(service.UndoImport.Act(context.WithoutCancel(ctx), a.service, in.ID))
		})
}

// officeRoutes are what is said of the office as a whole: how long things are kept, who did what, where the box speaks to, backups,
// figures.
func (a *interfaces) officeRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/retention", "get-retention", tagKeeping,
		"How long things are kept, in days; 0 = until somebody asks", service.ReadRetention),
		func(ctx context.Context, _ *empty) (*body[record.Retention], error) {
			r, err := service.ReadRetention.Get(ctx, a.service)
			return answer(a, r, err)
		})
	type keep struct{ Body record.Retention }
	huma.Register(a.api, may(operation(http.MethodPut, "/retention", "put-retention", tagKeeping,
		"Change how long things are kept, from the next night on", service.SetRetention), http.StatusUnprocessableEntity),
		func(ctx context.Context, in *keep) (*body[record.Retention], error) {
			r, err := service.SetRetention.Do(ctx, a.service, in.Body)
			return answer(a, r, err)
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/retention/preview", "preview-retention", tagKeeping,
		"What the next night would remove if things were kept so long; nothing is changed", service.PreviewRetention),
		http.StatusUnprocessableEntity),
		func(ctx context.Context, in *keep) (*body[[]privacy.Due], error) {
			ds, err := service.PreviewRetention.Do(ctx, a.service, in.Body)
			return answer(a, ds, err)
		})
	type ahead struct {
		Days int `query:"days" minimum:"0" maximum:"3660" doc:"Look so many days ahead."`
	}
	huma.Register(a.api, operation(http.MethodGet, "/retention/due", "list-due", tagKeeping,
		"What will be removed because its time is over, and what a hold keeps", service.ListDue),
		func(ctx context.Context, in *ahead) (*body[[]privacy.Due], error) {
			ds, err := service.ListDue.Do(ctx, a.service, in.Days)
			return answer(a, ds, err)
		})
	huma.Register(a.api, operation(http.MethodPost, "/retention/sweep", "sweep", tagKeeping,
		"Remove now what is due; the box does it each night", service.SweepRecords),
		func(ctx context.Context, _ *empty) (*body[privacy.Swept], error) {
			s, err := service.SweepRecords.Get(context.WithoutCancel(ctx), a.service)
			return answer(a, s, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/processing", "get-processing", tagKeeping,
		"The record of processing activities (GDPR Art. 30), from the settings", service.ReadProcessing),
		func(ctx context.Context, _ *empty) (*body[service.Processing], error) {
			p, err := service.ReadProcessing.Get(ctx, a.service)
			return answer(a, p, err)
		})
	type noted struct {
		Limit int       `query:"limit" minimum:"1" maximum:"1000" default:"50"`
		Who   string    `query:"who" maxLength:"100" doc:"Part of the name of who did it."`
		About string    `query:"about" maxLength:"100" doc:"Part of the name of what it was about: the ID of a caller, a call, a message."`
		Since time.Time `query:"since" doc:"Done then or later."`
	}
	huma.Register(a.api, operation(http.MethodGet, "/audit", "list-audit", tagOffice,
		"Who read, played, exported, changed and deleted what, newest first", service.ListAudit),
		func(ctx context.Context, in *noted) (*body[[]record.AuditEntry], error) {
			q := service.AuditQuery{Who: in.Who, About: in.About, Since: in.Since, Limit: in.Limit}
			es, err := service.ListAudit.Do(ctx, a.service, q)
			return answer(a, es, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/audit/verify", "verify-audit", tagOffice,
		"Go through the whole chain: nothing was changed, cut or moved", service.VerifyAudit),
		func(ctx context.Context, _ *empty) (*body[audit.Verification], error) {
			r, err := service.VerifyAudit.Do(ctx, a.service, nil)
			return answer(a, r, err)
		})
	type since struct {
		From string `query:"from" maxLength:"10" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"First day, as 2026-03-02."`
	}
	huma.Register(a.api, operation(http.MethodGet, "/egress", "get-egress", tagOffice,
		"Where the box may speak to, and to whom it spoke", service.ReadEgress),
		func(ctx context.Context, in *since) (*body[service.EgressReport], error) {
			r, err := service.ReadEgress.Do(ctx, a.service, in.From)
			return answer(a, r, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/egress/filter", "get-filter", tagOffice,
		"The outward filter: whom the settings mean, what is in force, and what to do when these are not the same", service.ReadFilter),
		http.StatusServiceUnavailable),
		func(ctx context.Context, _ *empty) (*body[service.FilterReport], error) {
			r, err := service.ReadFilter.Get(ctx, a.service)
			return answer(a, r, err)
		})
	type span struct {
		From time.Time `query:"from" doc:"Missing: thirty days ago."`
		To   time.Time `query:"to" doc:"Missing: now."`
	}
	huma.Register(a.api, operation(http.MethodGet, "/statistics", "get-statistics", tagOffice,
		"What calls come to; nobody is named in it", service.ReadStatistics),
		func(ctx context.Context, in *span) (*body[statistics.Report], error) {
			r, err := service.ReadStatistics.Do(ctx, a.service, service.Period{From: in.From, To: in.To})
			return answer(a, r, err)
		})
	a.backupRoutes()
}

// backupRoutes are backups into the folder that the settings name, or that was chosen.
func (a *interfaces) backupRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/backups", "list-backups", tagOffice, "How backups stand", service.ListBackups),
		func(ctx context.Context, _ *empty) (*body[service.BackupState], error) {
			s, err := service.ListBackups.Do(ctx, a.service, "")
			return answer(a, s, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/sticks", "list-sticks", tagOffice, "What is plugged in that could take backups",
		service.ListSticks),
		func(ctx context.Context, _ *empty) (*body[[]service.StickState], error) {
			list, err := service.ListSticks.Get(ctx, a.service)
			return answer(a, list, err)
		})
	type folder struct {
		Body struct {
			Folder string `json:"folder" maxLength:"1000" doc:"A stick's device or name, or a whole path on the box; empty: where the settings say"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/backups/folder", "choose-backup-folder", tagOffice, "Have backups go elsewhere",
		service.ChooseBackupFolder), http.StatusUnprocessableEntity),
		func(ctx context.Context, in *folder) (*body[service.BackupState], error) {
			s, err := service.ChooseBackupFolder.Do(ctx, a.service, in.Body.Folder)
			return answer(a, s, err)
		})
	made := may(operation(http.MethodPost, "/backups", "make-backup", tagOffice, "Make a backup; calls go on", service.MakeBackup),
		http.StatusConflict)
	made.DefaultStatus = http.StatusCreated
	huma.Register(a.api, made, func(ctx context.Context, _ *empty) (*body[backup.Info], error) {
		i, err := service.MakeBackup.Do(context.WithoutCancel(ctx), a.service, "")
		return answer(a, i, err)
	})
	type successor struct {
		Body struct {
			Key string `json:"key" minLength:"1" maxLength:"200" doc:"The successor's public key of age: age1…"`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/handover", "hand-over", tagOffice,
		"Write everything for a successor, who alone can open it, with the list of who must be told; beside the backups", service.HandOver),
		http.StatusConflict),
		func(ctx context.Context, in *successor) (*body[backup.Handover], error) {
			h, err := service.HandOver.Do(context.WithoutCancel(ctx), a.service, service.Succession{Key: in.Body.Key})
			return answer(a, h, err)
		})
	huma.Register(a.api, operation(http.MethodGet, "/wipe", "review-wipe", tagOffice, "What a wipe could not destroy", service.ReviewWipe),
		func(ctx context.Context, _ *empty) (*body[service.WipeReview], error) {
			r, err := service.ReviewWipe.Get(ctx, a.service)
			return answer(a, r, err)
		})
	type wiped struct {
		Body struct {
			Word string `json:"word" maxLength:"30" doc:"\"destroy everything\", so that nobody does it by accident"`
		}
	}
	huma.Register(a.api, operation(http.MethodPost, "/wipe", "order-wipe", tagOffice,
		"End calls, start anew and destroy everything: keys first, then files", service.OrderWipe),
		func(ctx context.Context, in *wiped) (*body[service.WipeReview], error) {
			r, err := service.OrderWipe.Do(context.WithoutCancel(ctx), a.service, in.Body.Word)
			return answer(a, r, err)
		})
	huma.Register(a.api, may(operation(http.MethodGet, "/update", "get-update", tagOffice,
		"Which versions the box has, which one runs and which one the next start takes", service.ReadUpdate), http.StatusConflict),
		func(ctx context.Context, _ *empty) (*body[update.Versions], error) {
			s, err := service.ReadUpdate.Get(ctx, a.service)
			return answer(a, s, err)
		})
	type version struct {
		Body struct {
			File  string `json:"file" minLength:"1" maxLength:"1000" doc:"Whole path on the box, such as /media/usb/frontdesk.raucb"`
			Force bool   `json:"force,omitempty" doc:"Also one that is older than what runs."`
		}
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/update", "install-update", tagOffice,
		"Install a signed version beside what runs; the next start takes it", service.InstallUpdate), http.StatusConflict),
		func(ctx context.Context, in *version) (*body[update.Bundle], error) {
			b, err := service.InstallUpdate.Do(ctx, a.service, service.NewVersion{File: in.Body.File, Force: in.Body.Force})
			return answer(a, b, err)
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/update/back", "go-back-version", tagOffice,
		"Have the next start take the other version", service.GoBackVersion), http.StatusConflict),
		func(ctx context.Context, _ *empty) (*body[update.Slot], error) {
			slot, err := service.GoBackVersion.Get(ctx, a.service)
			return answer(a, slot, err)
		})
	type named struct {
		Name string `path:"name" maxLength:"100" doc:"Of the backup, as the list gives it."`
	}
	huma.Register(a.api, may(operation(http.MethodPost, "/backups/{name}/verify", "verify-backup", tagOffice,
		"Restore a backup into a scratch folder and open every record", service.VerifyBackup), http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *named) (*body[backup.Restored], error) {
			r, err := service.VerifyBackup.Do(ctx, a.service, service.BackupName{Dir: "", Name: in.Name})
			return answer(a, r, err)
		})
}
