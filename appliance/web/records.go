package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/wipe"
)

// recordRoutes are how records are kept: backups, how long, who did what.
func (p *pages) recordRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /records", owner, func(v *visit) (reply, error) { return p.recordsPage(v, records{}) })
	p.handle(mux, "GET /records/job", owner, func(v *visit) (reply, error) {
		j := p.jobs.look(recordsJob)
		if !j.Running || !v.isPart() {
			return reply{to: "/records", reload: true}, nil
		}
		return reply{page: "records.html", part: "job", data: records{Job: j}}, nil
	})
	p.handle(mux, "POST /records/backup", owner, p.doBackup)
	p.handle(mux, "POST /records/wipe", owner, p.orderWipe)
	p.handle(mux, "POST /records/medium", owner, func(v *visit) (reply, error) {
		if err := service.ForgetMedium.Act(detached(v), p.service, v.PostFormValue("id")); err != nil {
			return reply{}, err
		}
		return p.recordsPage(v, records{Done: "Noted: that medium is destroyed."})
	})
	p.handle(mux, "POST /records/again", owner, p.eraseAgain)
	p.handle(mux, "POST /records/retention", owner, p.changeRetention)
	p.handle(mux, "GET /records/processing", owner, p.showProcessing)
	p.handle(mux, "POST /records/audit", owner, p.verifyAudit)
}

// records is the page of how records are kept.
type records struct {
	Job       job
	Backups   service.BackupState
	Sticks    []service.StickState
	Media     []service.MediumState
	Wipe      service.WipeReview
	Restored  *record.Restoration // nobody has said yet who came back with it
	Key       *service.BackupKey  // that was just made
	Words     []string            // of it
	Retention record.Retention
	Kept      []keptFor
	Proposed  *record.Retention // what was typed and waits for a second word
	Goes      string            // what it would remove
	Due       []dueRow
	Holds     []record.Hold
	Audit     []auditRow
	Sought    sought
	Report    *audit.Verification
	Done      string
	Fault     string
}

// sought is which entries of the audit chain the page shows, as the form has it.
type sought struct{ Who, About, Since string }

// query reads the form; what is no day is no bound.
func (s sought) query(place *time.Location) service.AuditQuery {
	q := service.AuditQuery{Who: s.Who, About: s.About, Limit: auditShown}
	if day, err := time.ParseInLocation(time.DateOnly, s.Since, place); err == nil {
		q.Since = day
	}
	return q
}

// keptFor is how long one kind of thing is kept, as a field of a form.
type keptFor struct {
	Name, Label string
	Days        int
}

// dueRow is how much of a kind goes in the next days.
type dueRow struct {
	Kind    privacy.DueKind
	N, Held int
}

// auditShown is how many entries of the audit chain the page shows.
const auditShown = 30

func keptDays(r *record.Retention) []struct {
	name, label string
	days        *int
} {
	return []struct {
		name, label string
		days        *int
	}{
		{"transcripts", "What was said on calls", &r.Transcripts},
		{"calls", "That there was a call", &r.Calls},
		{"messages", "Messages, from when they were dealt with", &r.Messages},
		{"callers", "Cards of people who have called, when nothing else is kept of them", &r.Callers},
		{"imported", "Cards that you took over from a list, from their last call or change", &r.Imported},
		{"pushed", "Cards that a program has written, from their last call or change", &r.Pushed},
		{"office", "Cards on which somebody here has written, from their last call or change", &r.Office},
		{"minors", "Everything of children", &r.Minors},
	}
}

// recordsPage is the page, with what r says already.
func (p *pages) recordsPage(v *visit, r records) (reply, error) {
	ctx := v.Context()
	r.Job = p.jobs.show(recordsJob)
	var err error
	if r.Backups, err = service.ListBackups.Do(ctx, p.service, ""); err != nil {
		return reply{}, err
	}
	if r.Sticks, err = service.ListSticks.Get(ctx, p.service); err != nil {
		return reply{}, err
	}
	if r.Media, err = service.ListMedia.Get(ctx, p.service); err != nil {
		return reply{}, err
	}
	if r.Wipe, err = service.ReviewWipe.Get(ctx, p.service); err != nil {
		return reply{}, err
	}
	was, err := service.ReadRestoration.Get(ctx, p.service)
	switch {
	case err == nil && was.Confirmed.IsZero():
		r.Restored = &was
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return reply{}, err
	}
	if r.Retention, err = service.ReadRetention.Get(ctx, p.service); err != nil {
		return reply{}, err
	}
	if r.Proposed != nil {
		r.Retention = *r.Proposed
	}
	for _, k := range keptDays(&r.Retention) {
		r.Kept = append(r.Kept, keptFor{k.name, k.label, *k.days})
	}
	due, err := service.ListDue.Do(ctx, p.service, service.DueAhead)
	if err != nil {
		return reply{}, err
	}
	r.Due = dueRows(due)
	if r.Holds, err = service.ListHolds.Get(ctx, p.service); err != nil {
		return reply{}, err
	}
	form := v.URL.Query()
	r.Sought = sought{Who: form.Get("who"), About: form.Get("about"), Since: form.Get("since")}
	entries, err := service.ListAudit.Do(ctx, p.service, r.Sought.query(v.now.Location()))
	if err != nil {
		return reply{}, err
	}
	if r.Audit, err = p.auditRows(ctx, entries); err != nil {
		return reply{}, err
	}
	rep := reply{page: "records.html", title: "Records", nav: navSystem, data: r}
	if r.Fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// eraseAgain erases who has come back with a backup.
func (p *pages) eraseAgain(v *visit) (reply, error) {
	keys := backup.Receipts(v.PostFormValue("receipts"))
	if len(keys) == 0 && v.PostFormValue("nobody") == "" {
		return p.recordsPage(v, records{Fault: "Write the keys of the receipts, or tick that nobody was erased since."})
	}
	return p.begin(v, "Erasing again", func(ctx context.Context) (string, string) {
		n, err := service.EraseAgain.Do(ctx, p.service, keys)
		if err != nil {
			p.log.Error("erase again", "err", err)
			return "", "Not all were erased again: " + err.Error() + "."
		}
		return fmt.Sprintf("Of %d keys of receipts %d had come back; they are erased again.", len(keys), n), ""
	})
}

// auditRow is a line of the audit chain with whom it is about, as far as that is still known.
type auditRow struct {
	record.AuditEntry
	Name string
	Link string
}

// auditRows names whom entries are about. The records name them, so that an erased caller is an ID here and everywhere.
func (p *pages) auditRows(ctx context.Context, list []record.AuditEntry) ([]auditRow, error) {
	ctx = service.Listing(ctx)
	rows := make([]auditRow, 0, len(list))
	for _, e := range list {
		r := auditRow{AuditEntry: e}
		err := p.nameSubject(ctx, &r)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (p *pages) nameSubject(ctx context.Context, r *auditRow) error {
	about := func(words ...string) bool {
		return r.Subject != "" && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(strings.Fields(r.Act), w) })
	}
	switch {
	case about("message"):
		m, err := service.ReadMessage.Do(ctx, p.service, r.Subject)
		if err != nil {
			return err
		}
		if r.Name, r.Link = string(m.Name), "/callers/"+m.CallerID; m.CallID != "" {
			r.Link = "/calls/" + m.CallID
		}
	case about("call", "recording"):
		c, err := service.ReadCall.Do(ctx, p.service, r.Subject)
		if err != nil {
			return err
		}
		r.Name, r.Link = callerName(c), "/calls/"+c.ID
	case about("caller", "consent", "consents"):
		c, err := service.ReadCaller.Do(ctx, p.service, r.Subject)
		if err != nil {
			return err
		}
		r.Name, r.Link = whole(c), "/callers/"+c.ID
	}
	return nil
}

func dueRows(due []privacy.Due) (rows []dueRow) {
	at := map[privacy.DueKind]int{}
	for _, d := range due {
		i, ok := at[d.Kind]
		if !ok {
			i = len(rows)
			at[d.Kind] = i
			rows = append(rows, dueRow{Kind: d.Kind})
		}
		if d.Held != "" {
			rows[i].Held++
		} else {
			rows[i].N++
		}
	}
	return rows
}

// anotherJob says that one thing is done after the other.
const anotherJob = "Something else is being done. Wait until it is over."

func (p *pages) doBackup(v *visit) (reply, error) {
	switch v.PostFormValue("do") {
	case "setup":
		k, err := service.SetUpBackup.Get(detached(v), p.service)
		if err != nil {
			return p.recordsPage(v, records{Fault: "No recovery key was made: " + err.Error() + "."})
		}
		return p.recordsPage(v, records{Key: &k, Words: strings.Fields(k.Words)})
	case "use":
		s, err := service.ChooseBackupFolder.Do(detached(v), p.service, v.PostFormValue("stick"))
		if err != nil {
			return p.recordsPage(v, records{Fault: "Backups go where they went before: " + err.Error() + "."})
		}
		return p.recordsPage(v, records{Done: "Backups go to " + s.Dir + " from now on."})
	case "handover":
		key := v.PostFormValue("key")
		return p.begin(v, "Handing everything over", func(ctx context.Context) (string, string) {
			h, err := service.HandOver.Do(ctx, p.service, service.Succession{Key: key})
			if err != nil {
				p.log.Error("hand over", "err", err)
				return "", "Nothing was handed over: " + err.Error() + "."
			}
			return fmt.Sprintf("Everything lies beside the backups, in a folder with today's date: %s, the letter and the list of %d people who "+
				"must be told. Only the successor can open it.", h.Backup.Name, h.Told), ""
		})
	case "verify":
		name := v.PostFormValue("name")
		return p.begin(v, "Checking the backup", func(ctx context.Context) (string, string) {
			got, err := service.VerifyBackup.Do(ctx, p.service, service.BackupName{Dir: "", Name: name})
			if err != nil {
				p.log.Error("check backup", "err", err)
				return "", "The backup cannot be used: " + err.Error() + "."
			}
			return fmt.Sprintf("The backup is sound: it was restored into a scratch folder, and %d records and %d recordings could be opened.",
				got.Report.Values, got.Recordings), ""
		})
	}
	return p.begin(v, "Making a backup", func(ctx context.Context) (string, string) {
		i, err := service.MakeBackup.Do(ctx, p.service, "")
		if err != nil {
			p.log.Error("make backup", "err", err)
			return "", "No backup was made: " + err.Error() + "."
		}
		return "The backup is made: " + i.Name + ", " + megabytes(i.Bytes) + ".", ""
	})
}

// begin starts a job and goes to the page that shows it.
func (p *pages) begin(v *visit, what string, fn func(ctx context.Context) (done, fault string)) (reply, error) {
	if !p.jobs.start(v.Context(), recordsJob, what, fn) {
		return p.recordsPage(v, records{Fault: anotherJob})
	}
	return goTo("/records"), nil
}

// orderWipe has everything destroyed, when the words were typed that say so.
func (p *pages) orderWipe(v *visit) (reply, error) {
	got, err := service.OrderWipe.Do(detached(v), p.service, v.typed(wipe.Word))
	var bad *service.InvalidError
	if errors.As(err, &bad) {
		return p.recordsPage(v, records{Fault: "Nothing was destroyed: type " + wipe.Word + " to say that you mean it."})
	}
	if err != nil {
		return p.recordsPage(v, records{Fault: "Nothing was destroyed: " + err.Error() + "."})
	}
	text := "Calls are ended, then the keys are destroyed, then the files. In a minute the box is there as a new one. Beyond this box: " +
		strings.Join(got.Beyond, " ")
	return reply{page: "notice.html", title: "Everything is being destroyed", data: notice{text}}, nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// changeRetention changes how long things are kept; what removes something is told first, and done when it is said again.
func (p *pages) changeRetention(v *visit) (reply, error) {
	r, err := service.ReadRetention.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	for _, k := range keptDays(&r) {
		n, err := strconv.Atoi(strings.TrimSpace(v.PostFormValue(k.name)))
		if err != nil {
			return p.recordsPage(v, records{Fault: "Write a number of days, or 0 for as long as nobody asks."})
		}
		*k.days = n
	}
	due, err := service.PreviewRetention.Do(v.Context(), p.service, r)
	if goes := goesText(due); err == nil && goes != "" && v.PostFormValue("do") != "save" {
		return p.recordsPage(v, records{Proposed: &r, Goes: goes})
	}
	if err == nil {
		_, err = service.SetRetention.Do(detached(v), p.service, r)
	}
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.recordsPage(v, records{Fault: problemText(invalid)})
	}
	if err != nil {
		return reply{}, err
	}
	return p.recordsPage(v, records{Done: "Saved. It holds from the next night on."})
}

// goesText says what goes, as "31 calls, 2 messages"; "" = nothing.
func goesText(due []privacy.Due) string {
	words := map[privacy.DueKind][2]string{
		privacy.DueRecording: {"recording", "recordings"}, privacy.DueTranscript: {"call’s words", "calls’ words"},
		privacy.DueCall:    {"call", "calls"},
		privacy.DueMessage: {"message", "messages"}, privacy.DueVisit: {"appointment", "appointments"},
		privacy.DueCaller: {"caller’s card", "callers’ cards"},
	}
	var list []string
	for _, r := range dueRows(due) {
		if w := words[r.Kind]; r.N == 1 {
			list = append(list, "1 "+w[0])
		} else if r.N > 1 {
			list = append(list, fmt.Sprintf("%d %s", r.N, w[1]))
		}
	}
	return strings.Join(list, ", ")
}

// showProcessing is the record of processing activities, to be printed.
func (p *pages) showProcessing(v *visit) (reply, error) {
	r, err := service.ReadProcessing.Get(v.Context(), p.service)
	return reply{page: "processing.html", title: "Record of processing activities", nav: navSystem, data: r}, err
}

func (p *pages) verifyAudit(v *visit) (reply, error) {
	r, err := service.VerifyAudit.Do(v.Context(), p.service, nil)
	if err != nil {
		return reply{}, err
	}
	return p.recordsPage(v, records{Report: &r})
}
