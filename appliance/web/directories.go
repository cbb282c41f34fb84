package web

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// directoryRoutes are the office's systems that know callers.
func (p *pages) directoryRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /directories", owner, p.showDirectories)
	for path, kind := range map[string]record.DirectoryKind{
		"GET /directories/new": record.DirectoryLookup, "GET /directories/new-book": record.DirectoryBook,
	} {
		p.handle(mux, path, owner, func(*visit) (reply, error) {
			return directoryForm(directoryPage{New: true, Form: record.Directory{On: true, Kind: kind}})
		})
	}
	p.handle(mux, "POST /directories", owner, p.saveDirectory)
	p.handle(mux, "GET /directories/{id}", owner, func(v *visit) (reply, error) { return p.directoryPage(v, directoryPage{}) })
	p.handle(mux, "POST /directories/{id}", owner, p.saveDirectory)
	p.handle(mux, "POST /directories/{id}/try", owner, p.tryDirectory)
	p.handle(mux, "POST /directories/{id}/remove", owner, p.removeDirectory)
}

type directoriesPage struct {
	List []service.DirectoryState
	Done string
}

func (p *pages) showDirectories(v *visit) (reply, error) {
	ds, err := service.ListDirectories.Get(v.Context(), p.service)
	page := directoriesPage{List: ds}
	if v.URL.Query().Get("done") == "removed" {
		page.Done = "Removed. Nothing is asked there any more, and what it alone had said is off the callers’ cards."
	}
	return reply{page: "directories.html", title: "Systems that know callers", nav: navSystem, data: page}, err
}

// directoryPage is one directory: the form, and how it is doing.
type directoryPage struct {
	New    bool
	Book   bool // it is an address book
	Form   record.Directory
	Tags   string // one a line
	State  service.DirectoryState
	Faults map[string]string
	Done   string
	Number string // that was tried
	Trial  *service.DirectoryTrial
}

func directoryForm(page directoryPage) (reply, error) {
	page.Tags = service.TagLines(page.Form.Tags)
	page.Book = page.Form.Kind == record.DirectoryBook
	rep := reply{page: "directory.html", title: "System that knows callers", nav: navSystem, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) directoryPage(v *visit, page directoryPage) (reply, error) {
	ds, err := service.ListDirectories.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	id, found := v.PathValue("id"), false
	for _, d := range ds {
		if d.ID == id {
			page.State, found = d, true
		}
	}
	if !found {
		return goTo("/directories"), nil
	}
	if page.Form.ID == "" {
		page.Form = page.State.Directory
	}
	switch {
	case v.URL.Query().Get("done") != "saved":
	case page.Form.Kind == record.DirectoryBook:
		page.Done = "Saved. Try it to see whether it can be read."
	default:
		page.Done = "Saved. Try it with the number of somebody who stands in it."
	}
	return directoryForm(page)
}

func (p *pages) saveDirectory(v *visit) (reply, error) {
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	e := service.DirectoryEdit{
		Directory: record.Directory{
			ID: v.PathValue("id"), Name: text("name"), Kind: record.DirectoryKind(text("kind")), On: text("on") != "",
			URL: text("url"), User: text("user"), Header: text("header"), CA: text("ca"), Form: record.NumberForm(text("form")),
			NameField: text("name_field"), PersonField: text("person_field"), TagsField: text("tags_field"),
			Tags: service.ParseTagLines(v.PostFormValue("tags")), WriteBack: text("write_back") != "",
		},
		Secret: service.Password(v.PostFormValue("secret")),
	}
	st, err := service.SetDirectory.Do(detached(v), p.service, e)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid) && e.ID == "":
		return directoryForm(directoryPage{New: true, Form: e.Directory, Faults: byField(invalid.Problems)})
	case errors.As(err, &invalid):
		return p.directoryPage(v, directoryPage{Form: e.Directory, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return goTo("/directories/" + st.ID + "?done=saved"), nil
}

func (p *pages) tryDirectory(v *visit) (reply, error) {
	q := service.DirectoryQuestion{ID: v.PathValue("id"), Number: record.PhoneNumber(strings.TrimSpace(v.PostFormValue("number")))}
	page := directoryPage{Number: string(q.Number)}
	t, err := service.TryDirectory.Do(v.Context(), p.service, q)
	var invalid *service.InvalidError
	switch {
	case errors.Is(err, service.ErrNotRunning):
		t = service.DirectoryTrial{Text: "Frontdesk is not running, so nothing can be asked."}
	case errors.As(err, &invalid):
		page.Faults = byField(invalid.Problems)
		return p.directoryPage(v, page)
	case err != nil:
		return reply{}, err
	}
	page.Trial = &t
	return p.directoryPage(v, page)
}

func (p *pages) removeDirectory(v *visit) (reply, error) {
	if err := service.RemoveDirectory.Act(detached(v), p.service, v.PathValue("id")); err != nil {
		return reply{}, err
	}
	return goTo("/directories?done=removed"), nil
}

// sendContacts sends the cards of all callers as a file.
func (p *pages) sendContacts(form service.ContactsForm, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.admit(w, r, owner)
		if !ok {
			return
		}
		c, err := service.ExportContacts.Do(v.Context(), p.service, form)
		if err != nil {
			p.answer(w, v, reply{}, err)
			return
		}
		w.Header().Set("Content-Type", c.Type())
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		if err := service.Pour(w, c); err != nil {
			p.log.Error("write all contacts", "err", err)
		}
	}
}
