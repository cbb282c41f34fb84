package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// learnedRoutes are the pages about what the box has learned from the owner.
func (p *pages) learnedRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /business/learned", owner, p.showLearned)
	p.handle(mux, "POST /business/learned/{id}/remove", owner, p.removeExample)
	p.handle(mux, "POST /business/learned/{id}/keep", owner, p.keepExample)
	p.handle(mux, "POST /calls/{id}/turns/{turn}", owner, p.correctTurn)
	p.handle(mux, "POST /calls/{id}/turns/{turn}/words", owner, p.mendTurn)
}

// learned is the page of what was taught.
type learned struct {
	Examples []service.Learned
	Done     string
}

func (p *pages) showLearned(v *visit) (reply, error) {
	es, err := service.ListExamples.Get(v.Context(), p.service)
	done := map[string]string{
		"removed": "It is taken back: the next call is answered without it.",
		"kept":    "These words stay, whoever is erased.",
		"gone":    "That was taken back already.",
	}[v.URL.Query().Get("done")]
	return reply{page: "learned.html", title: "What it has learned", nav: navBusiness, data: learned{es, done}}, err
}

func (p *pages) removeExample(v *visit) (reply, error) {
	return afterExample("removed", service.RemoveExample.Act(detached(v), p.service, v.PathValue("id")))
}

func (p *pages) keepExample(v *visit) (reply, error) {
	_, err := service.KeepExample.Do(detached(v), p.service, v.PathValue("id"))
	return afterExample("kept", err)
}

// afterExample goes back to the list; another window may have been quicker.
func afterExample(done string, err error) (reply, error) {
	if errors.Is(err, store.ErrNotFound) {
		done, err = "gone", nil
	}
	return goTo("/business/learned?done=" + done), err
}

// correctTurn says what a turn of a call should have been taken for.
func (p *pages) correctTurn(v *visit) (reply, error) {
	id := v.PathValue("id")
	turn, err := strconv.Atoi(v.PathValue("turn"))
	means := v.FormValue("means")
	if err != nil || means == "" { // nothing was chosen
		return goTo("/calls/" + id), nil //nolint:nilerr // The form offers what there is.
	}
	_, err = service.CorrectTurn.Do(detached(v), p.service, service.Correction{Call: id, Turn: turn, Means: means})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return goTo("/calls/" + id), nil
	}
	return goTo(fmt.Sprintf("/calls/%s?taught=%d", id, turn)), err
}

// mendTurn corrects the words of a turn, or takes that back.
func (p *pages) mendTurn(v *visit) (reply, error) {
	id := v.PathValue("id")
	turn, err := strconv.Atoi(v.PathValue("turn"))
	if err != nil {
		return goTo("/calls/" + id), nil //nolint:nilerr // The form offers what there is.
	}
	in := service.Mending{Call: id, Turn: turn, Text: record.Personal(v.PostFormValue("words"))}
	if v.PostFormValue("back") != "" {
		in.Text = ""
	}
	_, err = service.MendTurn.Do(detached(v), p.service, in)
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.callPage(v, func(c *call) {
			c.Misfit, c.Misfitting = problemText(invalid), turn
			for i, l := range c.Lines {
				if l.Mend && l.Turn == turn {
					c.Lines[i].Typed = string(in.Text)
				}
			}
		})
	}
	return goTo(fmt.Sprintf("/calls/%s#turn-%d", id, turn)), err
}

// corrections are what the owner may choose for the turns of a call, and what was chosen: by the turn, in words, with the words that are
// listened for.
func (p *pages) corrections(v *visit, call string) (choice []edit.Meaning, chosen, listens map[int]string, err error) {
	if !v.who.Owner() {
		return nil, nil, nil, nil
	}
	choice, err = service.ListMeanings.Get(v.Context(), p.service)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // nothing is published yet
		return nil, nil, nil, err
	}
	es, err := service.ListExamples.Get(v.Context(), p.service)
	chosen, listens = map[int]string{}, map[int]string{}
	for _, e := range es {
		switch {
		case e.CallID != call:
		case e.Taught == record.TaughtByCorrection:
			chosen[e.Turn] = e.Says
		case e.Taught == record.TaughtByHearing:
			listens[e.Turn] = string(e.Text)
		}
	}
	return choice, chosen, listens, err
}

// offerCorrections has the owner say of the caller's turns what they should have been taken for.
func (p *pages) offerCorrections(v *visit, c *call) error {
	choice, chosen, listens, err := p.corrections(v, c.ID)
	c.Meanings = choice
	for i, l := range c.Lines {
		if l.Mend {
			c.Lines[i].Meant, c.Lines[i].Listens = chosen[l.Turn], listens[l.Turn]
		}
	}
	if turn, wrong := strconv.Atoi(v.URL.Query().Get("taught")); wrong == nil {
		c.Taught = chosen[turn]
	}
	return err
}
