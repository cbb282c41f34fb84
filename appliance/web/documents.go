package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// documentsPath is the section of the business in which the documents are.
const documentsPath = "/business/documents"

// maxDocument bounds a document that is sent, in bytes: a little more than is taken, so that it is said what is wrong.
const maxDocument = documents.MaxFile + 1<<20

// documentJob is the key of the document that is being read: one at a time is.
const documentJob = "document"

// documentRoutes are the pages about documents. They are the owner's.
func (p *pages) documentRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET "+documentsPath, owner, func(v *visit) (reply, error) { return p.documentsPage(v, "") })
	mux.HandleFunc("POST "+documentsPath, p.sendDocument)
	p.handle(mux, "GET "+documentsPath+"/job", owner, p.documentJob)
	p.handle(mux, "GET "+documentsPath+"/{id}", owner, func(v *visit) (reply, error) { return p.documentPage(v, v.PathValue("id"), "") })
	p.handle(mux, "POST "+documentsPath+"/{id}/name", owner, p.nameDocument)
	p.handle(mux, "POST "+documentsPath+"/{id}/passages", owner, p.switchPassage)
	p.handle(mux, "POST "+documentsPath+"/{id}/remove", owner, p.removeDocument)
	p.handle(mux, "POST "+documentsPath+"/{id}/restore", owner, p.restoreDocument)
}

// documentList is the page of all documents.
type documentList struct {
	Job     job
	There   []record.Document
	Removed []record.Document // that can be had back
	Undo    string            // the one that was just removed
	Fault   string
}

func (p *pages) documentsPage(v *visit, fault string) (reply, error) {
	list := documentList{Job: p.jobs.show(documentJob), Fault: fault, Undo: v.URL.Query().Get("removed")}
	ds, err := service.ListDocuments.Get(v.Context(), p.service)
	if err != nil && !errors.Is(err, service.ErrNoDocuments) {
		return reply{}, err
	}
	for _, d := range ds {
		if d.Removed.IsZero() {
			list.There = append(list.There, d)
		} else {
			list.Removed = append(list.Removed, d)
		}
	}
	if !slices.ContainsFunc(list.Removed, func(d record.Document) bool { return d.ID == list.Undo }) {
		list.Undo = ""
	}
	rep := reply{page: "documents.html", title: "Documents", nav: navBusiness, data: list}
	if fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// documentJob shows how far the reading is; when it is over, the page is shown anew.
func (p *pages) documentJob(v *visit) (reply, error) {
	j := p.jobs.look(documentJob)
	if !j.Running || !v.isPart() {
		return reply{to: documentsPath, reload: true}, nil
	}
	return reply{page: "documents.html", part: "job", data: documentList{Job: j}}, nil
}

// sendDocument takes a file. Only the owner's browser gets the time that a large file takes.
func (p *pages) sendDocument(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadFor)); err != nil {
		p.log.Debug("no more time for an upload", "err", err)
	}
	rep, err := p.sentDocument(v)
	p.answer(w, v, rep, err)
}

func (p *pages) sentDocument(v *visit) (reply, error) {
	// All of it stays in memory: beyond that, parts would go to files that nobody encrypts.
	if err := v.ParseMultipartForm(maxDocument); err != nil {
		return p.documentsPage(v, "The file did not come whole, or it is larger than 20 MB. Nothing was changed.")
	}
	f, head, err := v.FormFile("file")
	if err != nil {
		return p.documentsPage(v, "Choose a file first.")
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return reply{}, err
	}
	file := service.DocumentFile{File: head.Filename, Name: v.PostFormValue("name"), Replace: v.PostFormValue("replace"), Content: b}
	if !p.jobs.start(v.Context(), documentJob, "Taking the document", func(ctx context.Context) (string, string) {
		return p.takeDocument(ctx, file)
	}) {
		return p.documentsPage(v, "Another document is being read. Wait until it is there, then try again.")
	}
	return goTo(documentsPath), nil
}

// takeDocument says what became of a file.
func (p *pages) takeDocument(ctx context.Context, f service.DocumentFile) (done, fault string) {
	d, err := service.AddDocument.Do(ctx, p.service, f)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return "", fmt.Sprintf("%s was not taken: %s. Nothing was changed.", f.File, strings.TrimSuffix(invalid.Problems[0].Text, "."))
	case errors.Is(err, store.ErrNotFound):
		return "", "The document that it was to replace is not there any more. Nothing was changed."
	case err != nil:
		p.log.Error("take document", "err", err)
		return "", "The document was not taken. The log says why. Nothing was changed."
	}
	done = fmt.Sprintf("“%s” is there, cut into passages: %d. Callers may be told of it from the next call on; look through it.", d.Name,
		len(d.Passages))
	return strings.Join(append([]string{done}, d.Notes...), " "), ""
}

// documentView is the page of one document.
type documentView struct {
	record.Document
	Groups []passageGroup
	Fault  string
}

// passageGroup are the passages that stand under one heading.
type passageGroup struct {
	Heading  string
	Passages []record.DocumentPassage
}

func (p *pages) documentPage(v *visit, id, fault string) (reply, error) {
	d, err := service.ReadDocument.Do(v.Context(), p.service, id)
	if errors.Is(err, service.ErrNoDocuments) || err == nil && !d.Removed.IsZero() {
		return goTo(documentsPath), nil
	}
	if err != nil {
		return reply{}, err
	}
	view := documentView{Document: d, Fault: fault}
	for _, x := range d.Passages {
		if n := len(view.Groups); n == 0 || view.Groups[n-1].Heading != x.Heading {
			view.Groups = append(view.Groups, passageGroup{Heading: x.Heading})
		}
		g := &view.Groups[len(view.Groups)-1]
		g.Passages = append(g.Passages, x)
	}
	rep := reply{page: "document.html", title: d.Name, nav: navBusiness, data: view}
	if fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) nameDocument(v *visit) (reply, error) {
	return p.changeDocument(v, service.DocumentEdit{Name: v.PostFormValue("name")}, "")
}

// switchPassage has callers told of a passage, or not.
func (p *pages) switchPassage(v *visit) (reply, error) {
	passage, e := v.PostFormValue("passage"), service.DocumentEdit{}
	if v.PostFormValue("told") == "no" {
		e.Off = []string{passage}
	} else {
		e.On = []string{passage}
	}
	return p.changeDocument(v, e, "#p-"+url.PathEscape(passage))
}

// changeDocument changes a document and shows it at a place.
func (p *pages) changeDocument(v *visit, e service.DocumentEdit, at string) (reply, error) {
	id := v.PathValue("id")
	_, err := service.ChangeDocument.Do(detached(v), p.service, service.DocumentChange{ID: id, Edit: e})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.documentPage(v, id, "Nothing was changed: "+invalid.Problems[0].Text+".")
	}
	if err != nil {
		return reply{}, err
	}
	return goTo(documentsPath + "/" + url.PathEscape(id) + at), nil
}

func (p *pages) removeDocument(v *visit) (reply, error) {
	id := v.PathValue("id")
	if err := service.RemoveDocument.Act(detached(v), p.service, id); err != nil {
		return reply{}, err
	}
	return goTo(documentsPath + "?removed=" + url.QueryEscape(id)), nil
}

func (p *pages) restoreDocument(v *visit) (reply, error) {
	id := v.PathValue("id")
	_, err := service.RestoreDocument.Do(detached(v), p.service, id)
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.documentsPage(v, "It was not brought back: "+invalid.Problems[0].Text+".")
	}
	if err != nil {
		return reply{}, err
	}
	return goTo(documentsPath), nil
}

// documentSource is the place in a document that an answer came from: "documents[ID].page[2]".
func (p *pages) documentSource(ctx context.Context, path string) (source, bool) {
	rest, ok := strings.CutPrefix(path, "documents[")
	id, page, found := strings.Cut(rest, "]")
	if !ok || !found {
		return source{}, false
	}
	out := source{Section: edit.Section("documents/" + url.PathEscape(id)), Text: "Documents"}
	if d, err := service.ReadDocument.Do(ctx, p.service, id); err == nil {
		out.Text += ": " + d.Name
	}
	if n, ok := strings.CutPrefix(page, ".page["); ok {
		out.Text += ", page " + strings.TrimSuffix(n, "]")
	}
	return out, true
}

// documentsSay says for the overview of the business what documents there are; ok is false where none can be.
func (p *pages) documentsSay(ctx context.Context) (says string, ok bool, err error) {
	ds, err := service.ListDocuments.Get(ctx, p.service)
	if errors.Is(err, service.ErrNoDocuments) {
		return "", false, nil
	}
	var names []string
	for _, d := range ds {
		if d.Removed.IsZero() {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return "House rules, terms, a price list: none yet", true, err
	}
	return strings.Join(names, ", "), true, err
}
