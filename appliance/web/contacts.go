package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// contactsPath is where contacts are taken over.
const contactsPath = "/contacts"

// maxContacts bounds a file of contacts, in bytes; uploadFor how long it may take to come.
const (
	maxContacts = 32 << 20
	uploadFor   = 5 * time.Minute
)

// contactRoutes take contacts over: a file, what would become of it, and then the import.
func (p *pages) contactRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET "+contactsPath, owner, func(v *visit) (reply, error) { return p.contactsPage(v, contacts{}) })
	mux.HandleFunc("POST "+contactsPath, p.upload)
	p.handle(mux, "POST /contacts/plan/{id}", owner, p.goOnWithPlan)
	p.handle(mux, "POST /contacts/imports/{id}/undo", owner, p.undoImport)
}

// contacts is the page.
type contacts struct {
	Job     job
	Plan    *plan
	Imports []record.ImportBatch // the newest first
	Fault   string
}

// plan is what would become of a file.
type plan struct {
	ID      string
	File    string
	N       int
	Form    string
	Columns []column
	Sample  []imports.Row
	Bad     []imports.Bad
	MoreBad int
}

// column is one of a table.
type column struct {
	Name  string
	Field string // of the form
	Kinds []choice
}

// What a page shows of a file.
const (
	sampleRows = 5
	badRows    = 20
)

func (p *pages) contactsPage(v *visit, c contacts) (reply, error) {
	c.Job = p.jobs.show(recordsJob)
	var err error
	if c.Imports, err = service.ListImports.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	slices.Reverse(c.Imports)
	rep := reply{page: "contacts.html", title: "Contacts", nav: navCallers, data: c}
	if c.Fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// waiting are files whose plan somebody looks at. They are in memory only: what is not taken over leaves nothing behind.
type waiting struct {
	mu   sync.Mutex
	file upload
}

// upload is the one file; another one takes its place.
type upload struct {
	id, name string
	at       time.Time
	b        []byte
}

// waitFor is how long a file waits.
const waitFor = 30 * time.Minute

func (w *waiting) put(name string, b []byte, at time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.file = upload{rand.Text(), name, at, b}
	return w.file.id
}

func (w *waiting) get(id string, at time.Time) (upload, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at.Sub(w.file.at) > waitFor {
		w.file = upload{}
	}
	return w.file, id != "" && w.file.id == id
}

func (w *waiting) drop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.file = upload{}
}

// upload takes a file and shows what would become of it. Only the owner's browser gets the time that a large file takes.
func (p *pages) upload(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadFor)); err != nil {
		p.log.Debug("no more time for an upload", "err", err)
	}
	rep, err := p.uploaded(v)
	p.answer(w, v, rep, err)
}

func (p *pages) uploaded(v *visit) (reply, error) {
	// All of it stays in memory: beyond that, parts would go to files that nobody encrypts.
	if err := v.ParseMultipartForm(maxContacts); err != nil {
		return p.contactsPage(v, contacts{Fault: "The file did not come whole, or it is larger than 32 MB. Nothing was changed."})
	}
	f, head, err := v.FormFile("file")
	if err != nil {
		return p.contactsPage(v, contacts{Fault: "Choose a file first."})
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return reply{}, err
	}
	return p.planOf(v, p.waiting.put(head.Filename, b, p.now()), head.Filename, b, nil)
}

// planOf shows what would become of a file.
func (p *pages) planOf(v *visit, id, name string, b []byte, mapping map[string]record.FieldKind) (reply, error) {
	c, err := service.ReadContacts.Do(v.Context(), p.service, service.ContactsFile{Content: b, Mapping: mapping})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) && len(c.Columns) == 0 {
		return p.contactsPage(v, contacts{Fault: problemText(invalid)})
	}
	if err != nil && invalid == nil {
		return reply{}, err
	}
	pl := plan{
		ID: id, File: name, N: len(c.Rows), Form: c.Form, Sample: c.Rows[:min(len(c.Rows), sampleRows)], Bad: c.Bad[:min(len(c.Bad), badRows)],
		MoreBad: max(0, len(c.Bad)-badRows),
	}
	for i, name := range c.Columns {
		col := column{Name: name, Field: "column." + strconv.Itoa(i), Kinds: []choice{{Value: "", Text: "leave it out"}}}
		for _, k := range record.FieldKinds() {
			col.Kinds = append(col.Kinds, choice{Value: string(k), Text: string(k)})
		}
		for j := range col.Kinds {
			col.Kinds[j].Chosen = col.Kinds[j].Value == string(c.Mapping[name])
		}
		pl.Columns = append(pl.Columns, col)
	}
	page := contacts{Plan: &pl}
	if invalid != nil {
		page.Fault = problemText(invalid)
	}
	return p.contactsPage(v, page)
}

// goOnWithPlan shows the plan anew, with other columns, or takes the contacts over.
func (p *pages) goOnWithPlan(v *visit) (reply, error) {
	f, ok := p.waiting.get(v.PathValue("id"), p.now())
	if !ok {
		return p.contactsPage(v, contacts{Fault: "The file is not here any more. Choose it again."})
	}
	c, err := service.ReadContacts.Do(v.Context(), p.service, service.ContactsFile{Content: f.b})
	var invalid *service.InvalidError
	if err != nil && !errors.As(err, &invalid) {
		return reply{}, err
	}
	mapping := map[string]record.FieldKind{}
	for i, name := range c.Columns {
		k := record.FieldKind(v.PostFormValue("column." + strconv.Itoa(i)))
		if k != "" && !slices.Contains(record.FieldKinds(), k) {
			return p.contactsPage(v, contacts{Fault: "There is no such kind of field."})
		}
		mapping[name] = k
	}
	if v.PostFormValue("do") != "import" {
		return p.planOf(v, f.id, f.name, f.b, mapping)
	}
	if c, err = service.ReadContacts.Do(v.Context(), p.service, service.ContactsFile{Content: f.b, Mapping: mapping}); err != nil {
		return p.planOf(v, f.id, f.name, f.b, mapping)
	}
	if !p.jobs.start(v.Context(), recordsJob, "Taking contacts over", func(ctx context.Context) (string, string) {
		b, err := service.ImportContacts.Do(ctx, p.service, service.ImportOf(f.name, c))
		if errors.As(err, &invalid) {
			return "", problemText(invalid)
		}
		if err != nil {
			p.log.Error("import contacts", "err", err)
			return "", "Nothing was taken over: the records cannot be written. The log says why."
		}
		return fmt.Sprintf("%d contacts taken over: %d new cards, %d that learned something; %d rows or parts of rows were bad.", b.Rows, b.New,
			b.Merged, b.Bad), ""
	}) {
		return p.contactsPage(v, contacts{Fault: anotherJob})
	}
	p.waiting.drop()
	return goTo(contactsPath), nil
}

func (p *pages) undoImport(v *visit) (reply, error) {
	id := v.PathValue("id")
	if !p.jobs.start(v.Context(), recordsJob, "Taking the import back", func(ctx context.Context) (string, string) {
		if err := service.UndoImport.Act(ctx, p.service, id); err != nil {
			p.log.Error("undo import", "err", err)
			return "", "The import could not be taken back. The log says why; it is gone on with after the next start."
		}
		return "Taken back: what came with it is gone, and nothing else. Cards that were used since keep their numbers, so that what was " +
			"noted on them still counts.", ""
	}) {
		return p.contactsPage(v, contacts{Fault: anotherJob})
	}
	return goTo(contactsPath), nil
}
