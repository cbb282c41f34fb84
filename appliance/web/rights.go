package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// tagRow is one tag that a card may have.
type tagRow struct {
	Tag  record.Tag
	Text string
	On   bool
	Kept bool // it stays: who looks may not take it off
}

// rightsOf adds what only the owner sees on a card.
func (p *pages) rightsOf(v *visit, c *caller) error {
	var err error
	if c.Consents, err = service.ListConsents.Do(v.Context(), p.service, c.ID); err != nil {
		return err
	}
	hs, err := service.ListHolds.Get(v.Context(), p.service)
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
	d, err := service.ReadCaller.Do(v.Context(), p.service, id)
	if err != nil {
		return reply{}, err
	}
	e := service.CallerEdit{}
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
	_, err = service.ChangeCaller.Do(detached(v), p.service, service.CallerChange{ID: id, Edit: e})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.callerPage(v, caller{Fault: problemText(invalid)})
	}
	if errors.Is(err, service.ErrRefused) {
		rep, err := p.callerPage(v, caller{Fault: "Nothing was changed: what this person has asked for is taken back by the owner alone."})
		rep.code = http.StatusForbidden
		return rep, err
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

// eraseWord is typed to have a caller erased.
const eraseWord = "erase"

// useRight does what the owner has chosen about a caller's data.
func (p *pages) useRight(v *visit) (reply, error) {
	id := v.PathValue("id")
	var held *store.HeldError
	var invalid *service.InvalidError
	switch v.PostFormValue("do") {
	case "erase":
		if v.typed(eraseWord) != eraseWord {
			return p.callerPage(v, caller{Fault: "Nothing was erased: type " + eraseWord + " to say that you mean it."})
		}
		e, err := service.EraseCaller.Do(detached(v), p.service, service.Erasure{ID: id, Reason: v.PostFormValue("reason")})
		if errors.As(err, &held) {
			return p.callerPage(v, caller{Fault: "A legal hold keeps these records until " + held.Until.Format("2 January 2006") + "."})
		}
		if err != nil {
			return reply{}, err
		}
		return goTo("/requests?erased=" + e.ID), nil
	case "merge":
		err := service.MergeCallers.Act(detached(v), p.service, service.Merge{From: v.PostFormValue("other"), Into: id})
		if errors.As(err, &invalid) {
			return p.callerPage(v, caller{Fault: problemText(invalid)})
		}
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "The two cards are one now. What was on either of them is here."})
	case "split":
		calls := v.PostForm["call"]
		if len(calls) == 0 {
			return p.callerPage(v, caller{Fault: "Choose the calls that were somebody else’s."})
		}
		other, err := service.SplitCaller.Do(detached(v), p.service, service.Split{From: id, Calls: calls})
		if errors.As(err, &invalid) {
			return p.callerPage(v, caller{Fault: "At least one call has to stay on this card."})
		}
		if err != nil {
			return reply{}, err
		}
		return goTo("/callers/" + other.ID), nil
	case "hold":
		day, err := time.ParseInLocation(time.DateOnly, v.PostFormValue("until"), v.now.Location())
		if err == nil {
			err = service.HoldCaller.Act(detached(v), p.service,
				record.Hold{Caller: id, Reason: v.PostFormValue("reason"), Until: day.AddDate(0, 0, 1).Add(-time.Second)})
		}
		if errors.As(err, &invalid) || err != nil && day.IsZero() {
			return p.callerPage(v, caller{Fault: "Say why the records are held, and until which day to come."})
		}
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "The records are held: nothing of them is removed."})
	case "release":
		if err := service.ReleaseCaller.Act(detached(v), p.service, id); err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "The hold has ended."})
	case "consent":
		kind, state, _ := strings.Cut(v.PostFormValue("consent"), ":")
		_, err := service.NoteConsent.Do(detached(v), p.service,
			record.Consent{Caller: id, Kind: record.ConsentKind(kind), State: record.ConsentState(state)})
		if errors.As(err, &invalid) {
			return p.callerPage(v, caller{Fault: problemText(invalid)})
		}
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Done: "Noted. It counts from the next call on."})
	case "code":
		c, err := service.MakeCallerCode.Do(detached(v), p.service, id)
		if err != nil {
			return reply{}, err
		}
		return p.callerPage(v, caller{Code: &c})
	}
	_, err := service.FileRequest.Do(detached(v), p.service,
		record.Request{Caller: id, Kind: record.RequestKind(v.PostFormValue("do")), What: record.Personal(v.PostFormValue("what"))})
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
	zip, err := service.ExportCaller.Do(v.Context(), p.service, service.DossierWish{ID: v.PathValue("id"), Redact: redact})
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	w.Header().Set("Content-Type", zip.Type())
	w.Header().Set("Content-Disposition", `attachment; filename="dossier.zip"`)
	if err := service.Pour(w, zip); err != nil {
		p.log.Error("write dossier", "err", err) // what was sent is a ZIP without its end, which no program takes for a whole one
	}
}

// requests is what callers have asked for.
type requests struct {
	Open, Closed []asked
	Erased       string // receipt of the erasure that was just made
	Erasures     []store.Tombstone
	Fault        string
	Now          time.Time
	Kinds        []record.FieldKind // of what can be corrected
	Refusals     map[record.RequestKind][]privacy.RefusalText
}

// closedShown is how many requests that are over are shown.
const closedShown = 20

func (p *pages) showRequests(v *visit) (reply, error) { return p.requestsPage(v, "") }

func (p *pages) requestsPage(v *visit, fault string) (reply, error) {
	all, err := service.ListRequests.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	r := requests{Fault: fault, Now: v.now, Kinds: record.FieldKinds(), Erased: v.URL.Query().Get("erased")}
	var open, closed []record.Request
	for _, q := range all {
		switch {
		case q.State == record.RequestOpen:
			open = append(open, q)
		case len(closed) < closedShown:
			closed = append(closed, q)
		}
	}
	r.Open, r.Closed = p.askers(v, open), p.askers(v, closed)
	r.Refusals = map[record.RequestKind][]privacy.RefusalText{}
	for _, q := range open {
		if r.Refusals[q.Kind], err = service.ListRefusals.Do(v.Context(), p.service, q.Kind); err != nil {
			return reply{}, err
		}
	}
	if r.Erasures, err = service.ListErasures.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	return reply{page: "requests.html", title: "Requests", nav: navCallers, data: r}, nil
}

// dealWith does or refuses a request, or notes how the person was known.
func (p *pages) dealWith(v *visit) (reply, error) {
	id := v.PathValue("id")
	var err error
	switch v.PostFormValue("do") {
	case "identify":
		_, err = service.IdentifyRequest.Do(detached(v), p.service, service.Identification{ID: id, How: record.Identity(v.PostFormValue("how"))})
	case "rectify":
		in := service.Rectification{ID: id, Note: v.PostFormValue("note")}
		kind := record.FieldKind(v.PostFormValue("kind"))
		if wrong := strings.TrimSpace(v.PostFormValue("wrong")); wrong != "" {
			in.Remove = []record.Field{{Kind: kind, Value: record.Personal(wrong)}}
		}
		if right := strings.TrimSpace(v.PostFormValue("right")); right != "" {
			in.Add = []record.Field{{Kind: kind, Value: record.Personal(right)}}
		}
		_, err = service.RectifyRequest.Do(detached(v), p.service, in)
	case "more":
		_, err = service.AskRequester.Do(detached(v), p.service, service.MoreWanted{ID: id, What: v.PostFormValue("what")})
	case "resume":
		_, err = service.ResumeRequest.Do(detached(v), p.service, id)
	case "fee":
		price, wrong := edit.ParsePrice(v.PostFormValue("amount"), "EUR")
		if wrong != nil || price.Amount == 0 {
			return p.requestsPage(v, "Write an amount such as 12.50.")
		}
		_, err = service.ChargeRequest.Do(detached(v), p.service, service.RequestFee{
			ID: id, Amount: price.Amount, Reason: record.FeeReason(v.PostFormValue("reason")), Why: record.Personal(v.PostFormValue("why")),
		})
	case "refuse":
		_, err = service.RefuseRequest.Do(detached(v), p.service, service.Refusal{ID: id, Reason: v.PostFormValue("reason")})
	default:
		_, err = service.CompleteRequest.Do(detached(v), p.service, id)
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
