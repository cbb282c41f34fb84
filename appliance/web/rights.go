package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// tagRow is one tag that a card may have.
type tagRow struct {
	Tag  record.Tag
	Text string
	On   bool
}

// tagText says what a tag does.
func tagText(t record.Tag) string {
	switch t {
	case record.TagVIP:
		return "Important"
	case record.TagBlocked:
		return "Blocked: calls are refused"
	case record.TagProtected:
		return "Protected: the assistant never takes the call, it goes on to a person"
	case record.TagNoContact:
		return "Does not want to be called or written to unasked"
	case record.TagRestricted:
		return "Restricted: what is kept is not used"
	case record.TagObjects:
		return "Objects to the assistant: calls go on to a person"
	case record.TagUnrecorded:
		return "Never recorded"
	case record.TagAsked:
		return "Asked before each recording"
	case record.TagMinor:
		return "A child: never recorded, and kept for a short time"
	}
	return string(t)
}

// rightsOf adds what only the owner sees on a card.
func (p *pages) rightsOf(v *visit, c *caller) error {
	var err error
	if c.Consents, err = p.service.Consents(v.Context(), c.ID); err != nil {
		return err
	}
	hs, err := p.service.Holds(v.Context())
	if err != nil {
		return err
	}
	for _, h := range hs {
		if h.Caller == c.ID && h.Holds(v.now) {
			c.Hold = &h
		}
	}
	return nil
}

// changeCard saves what somebody of the office knows of a caller.
func (p *pages) changeCard(v *visit) (reply, error) {
	id := v.PathValue("id")
	d, err := p.service.Caller(v.Context(), id)
	if err != nil {
		return reply{}, err
	}
	e := service.CallerEdit{By: v.who.Name}
	for _, k := range []record.FieldKind{record.FieldName, record.FieldEmail, record.FieldCompany, record.FieldAddress, record.FieldNote} {
		typed := record.Personal(strings.TrimSpace(v.PostFormValue(string(k))))
		known := d.Values(k)
		switch {
		case len(known) > 0 && typed == known[0]:
		case typed != "":
			if len(known) > 0 {
				e.Remove = append(e.Remove, record.Field{Kind: k, Value: known[0]})
			}
			e.Add = append(e.Add, record.Field{Kind: k, Value: typed})
		case len(known) > 0:
			e.Remove = append(e.Remove, record.Field{Kind: k, Value: known[0]})
		}
	}
	for _, t := range record.Tags() {
		on := v.PostFormValue("tag."+string(t)) != ""
		if on && !d.Has(t) {
			e.Tags = append(e.Tags, t)
		}
		if !on && d.Has(t) {
			e.Untag = append(e.Untag, t)
		}
	}
	_, err = p.service.ChangeCaller(detached(v), id, e)
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.callerPage(v, caller{Fault: problemText(invalid)})
	}
	if err != nil {
		return reply{}, err
	}
	return p.callerPage(v, caller{Done: "Saved."})
}

// problemText is all that is wrong, in sentences.
func problemText(e *service.InvalidError) string {
	var all []string
	for _, x := range e.Problems {
		all = append(all, x.Text)
	}
	return strings.Join(all, "; ") + "."
}

// useRight does what the owner has chosen about a caller's data.
func (p *pages) useRight(v *visit) (reply, error) {
	id, by := v.PathValue("id"), v.who.Name
	var held *store.HeldError
	var invalid *service.InvalidError
	switch v.PostFormValue("do") {
	case "erase":
		if v.PostFormValue("sure") == "" {
			return p.callerPage(v, caller{Fault: "Tick that you are sure: nothing of it comes back."})
		}
		e, err := p.service.EraseCaller(detached(v), id, v.PostFormValue("reason"), by)
		if errors.As(err, &held) {
			return p.callerPage(v, caller{Fault: "A legal hold keeps these records until " + held.Until.Format("2 January 2006") + "."})
		}
		if err != nil {
			return reply{}, err
		}
		return goTo("/requests?erased=" + e.ID), nil
	case "hold":
		day, err := time.ParseInLocation(time.DateOnly, v.PostFormValue("until"), v.now.Location())
		if err == nil {
			err = p.service.HoldCaller(detached(v), record.Hold{Caller: id, Reason: v.PostFormValue("reason"), Until: day.AddDate(0, 0, 1).Add(-time.Second), By: by})
		}
		if errors.As(err, &invalid) || err != nil && day.IsZero() {
			return p.callerPage(v, caller{Fault: "Say why the records are held, and until which day to come."})
		}
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "The records are held: nothing of them is removed."})
	case "release":
		if err := p.service.ReleaseCaller(detached(v), id); err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "The hold has ended."})
	case "consent":
		kind, state, _ := strings.Cut(v.PostFormValue("consent"), ":")
		_, err := p.service.NoteConsent(detached(v), record.Consent{Caller: id, Kind: record.ConsentKind(kind), State: record.ConsentState(state), By: by})
		if errors.As(err, &invalid) {
			return p.callerPage(v, caller{Fault: problemText(invalid)})
		}
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "Noted. It counts from the next call on."})
	case "code":
		c, err := p.service.NewCallerCode(detached(v), id)
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Code: &c})
	}
	_, err := p.service.FileRequest(detached(v), record.Request{Caller: id, Kind: record.RequestKind(v.PostFormValue("do")), What: record.Personal(v.PostFormValue("what")), By: by})
	if errors.As(err, &invalid) {
		return p.callerPage(v, caller{Fault: problemText(invalid)})
	}
	if err != nil {
		return reply{}, err
	}
	return goTo("/requests"), nil
}

// exportCaller sends the dossier.
func (p *pages) exportCaller(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	var redact []string
	for s := range strings.SplitSeq(v.PostFormValue("redact"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			redact = append(redact, s)
		}
	}
	if _, err := p.service.Caller(v.Context(), v.PathValue("id")); err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="dossier.zip"`)
	if err := p.service.WriteDossier(v.Context(), v.PathValue("id"), redact, w); err != nil {
		p.log.Error("write dossier", "err", err) // what was sent is a ZIP without its end, which no program takes for a whole one
	}
}

// requests is what callers have asked for.
type requests struct {
	Open, Closed []record.Request
	Erased       string // receipt of the erasure that was just made
	Erasures     []store.Tombstone
	Fault        string
	Now          time.Time
}

// closedShown is how many requests that are over are shown.
const closedShown = 20

func (p *pages) showRequests(v *visit) (reply, error) { return p.requestsPage(v, "") }

func (p *pages) requestsPage(v *visit, fault string) (reply, error) {
	all, err := p.service.Requests(v.Context())
	if err != nil {
		return reply{}, err
	}
	r := requests{Fault: fault, Now: v.now, Erased: v.URL.Query().Get("erased")}
	for _, q := range all {
		switch {
		case q.State == record.RequestOpen:
			r.Open = append(r.Open, q)
		case len(r.Closed) < closedShown:
			r.Closed = append(r.Closed, q)
		}
	}
	if r.Erasures, err = p.service.Erasures(v.Context()); err != nil {
		return reply{}, err
	}
	return reply{page: "requests.html", title: "Requests", nav: navCallers, data: r}, nil
}

// dealWith does or refuses a request, or notes how the person was known.
func (p *pages) dealWith(v *visit) (reply, error) {
	id, by := v.PathValue("id"), v.who.Name
	var err error
	switch v.PostFormValue("do") {
	case "identify":
		_, err = p.service.IdentifyRequest(detached(v), id, record.Identity(v.PostFormValue("how")), by)
	case "refuse":
		_, err = p.service.RefuseRequest(detached(v), id, v.PostFormValue("reason"), by)
	default:
		_, err = p.service.CompleteRequest(detached(v), id, by)
	}
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.requestsPage(v, problemText(invalid))
	}
	if err != nil {
		return reply{}, err
	}
	return goTo("/requests"), nil
}
