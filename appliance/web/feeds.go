package web

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// feedRoutes are the addresses below which programs of the office read appointments.
func (p *pages) feedRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /feeds", owner, func(v *visit) (reply, error) {
		return p.feedsPage(v, feedsPage{Form: record.Feed{Shows: record.FeedShowsInitial}})
	})
	p.handle(mux, "POST /feeds", owner, p.addFeed)
	p.handle(mux, "POST /feeds/{id}/revoke", owner, p.revokeFeed)
	mux.HandleFunc("GET "+service.FeedPath+"{file}", p.sendFeed)
}

// sendFeed sends a feed to whoever has its address. One that never was and one that was revoked look the same.
func (p *pages) sendFeed(w http.ResponseWriter, r *http.Request) {
	f, err := service.ReadFeed.Do(r.Context(), p.service, r.PathValue("file"))
	switch {
	case errors.Is(err, store.ErrNotFound):
		http.Error(w, "There is no such feed.", http.StatusNotFound)
		return
	case err != nil:
		p.log.Error("a feed cannot be written", "err", err)
		http.Error(w, "The records cannot be read.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("ETag", `"`+f.Tag+`"`)
	h.Set("Cache-Control", "private, no-cache") // who has it may keep it, and asks each time whether it is still so
	h.Set("X-Robots-Tag", "noindex")
	http.ServeContent(w, r, "", f.Since, strings.NewReader(f.Text))
}

// shownPath is a path as the log may have it: the address of a feed opens it.
func shownPath(path string) string {
	if strings.HasPrefix(path, service.FeedPath) {
		return service.FeedPath + "…"
	}
	return path
}

// feedsPage is the list of feeds, and the form for one more.
type feedsPage struct {
	List      []service.FeedState
	Staff     []string
	Calendars []service.CalendarState
	Form      record.Feed
	Faults    map[string]string
	Address   string // of the one that was just made, shown this once
	Done      string
}

func (p *pages) feedsPage(v *visit, page feedsPage) (reply, error) {
	var err error
	if page.List, err = service.ListFeeds.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if page.Calendars, err = service.ListCalendars.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	b, err := service.ReadProfile.Get(v.Context(), p.service)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return reply{}, err
	}
	for _, x := range b.Business.Staff {
		page.Staff = append(page.Staff, x.Name)
	}
	if v.URL.Query().Get("done") == "revoked" {
		page.Done = "Revoked. Its address leads nowhere any more."
	}
	rep := reply{page: "feeds.html", title: "Feeds of appointments", nav: navSystem, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) addFeed(v *visit) (reply, error) {
	f := record.Feed{
		Name: strings.TrimSpace(v.PostFormValue("name")), Shows: record.FeedShows(v.PostFormValue("shows")),
		Number: v.PostFormValue("number") != "", Requests: v.PostFormValue("requests") != "",
	}
	f.For, _ = strings.CutPrefix(v.PostFormValue("of"), "person:")
	if id, ok := strings.CutPrefix(v.PostFormValue("of"), "calendar:"); ok {
		f.For, f.Calendar = "", id
	}
	made, err := service.AddFeed.Do(detached(v), p.service, f)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.feedsPage(v, feedsPage{Form: f, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return p.feedsPage(v, feedsPage{Form: record.Feed{Shows: record.FeedShowsInitial}, Address: "https://" + v.Host + made.Path})
}

func (p *pages) revokeFeed(v *visit) (reply, error) {
	if err := service.RevokeFeed.Act(detached(v), p.service, v.PathValue("id")); err != nil && !errors.Is(err, store.ErrNotFound) {
		return reply{}, err
	}
	return goTo("/feeds?done=revoked"), nil
}
