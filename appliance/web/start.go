package web

import (
	"context"
	"errors"
	"net/http"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// startRoutes are the first steps: from a new box to the owner's telephone ringing.
func (p *pages) startRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /start", owner, func(v *visit) (reply, error) { return p.startPage(v, "") })
	p.handle(mux, "POST /start/ring", owner, p.ringMe)
	p.handle(mux, "GET /start/ring", owner, func(v *visit) (reply, error) {
		j := p.jobs.look(ringJob)
		if !j.Running || !v.isPart() {
			return reply{to: "/start#ring", reload: true}, nil
		}
		return reply{page: "start.html", part: "ring", data: startPage{Job: j}}, nil
	})
	p.handle(mux, "POST /start/{step}", owner, p.markStep)
}

// ringJob is the key of the call to who tries the assistant.
const ringJob = "ring me"

// startPage is the list of the steps.
type startPage struct {
	Steps    []startStep
	Done     int
	Samples  []sampleChoice
	Handsets []service.Handset
	Draft    service.Draft
	Job      job
	Fault    string
}

// All is how many steps there are.
func (s startPage) All() int { return len(s.Steps) }

// startStep is one of them.
type startStep struct {
	service.FirstStep
	Title, Text string
	Link, To    string // where it is done, and what that is called; "" = here
	Next        bool   // the first that is open
}

// Closed reports whether nothing is left to do.
func (s startStep) Closed() bool { return s.State != service.StepOpen }

// sampleChoice is a sample by the trade it is for.
type sampleChoice struct{ Name, Trade string }

// stepText says what a step is.
func stepText(s record.FirstStep) (title, text, link, to string) {
	switch s {
	case record.StepTrade:
		return "What you are", "Take what is most like you. It becomes a draft with the usual questions of your trade; no caller hears it " +
			"before you publish it.", "/business", "Begin with an empty one instead"
	case record.StepHours:
		return "Your name and your hours", "How the business is called, where it is, and the hours as they stand on your door.", "/business/card",
			"Enter name and hours"
	case record.StepPrices:
		return "What you do, and what it costs", "Prices that are empty are never said, and none is guessed.", "/business/services",
			"Look through the services"
	case record.StepPeople:
		return "Who can be reached", "The people who work here with their extensions. Callers are put through to nobody else.", "/business/staff",
			"Enter the people"
	case record.StepPhone:
		return "The telephone account", "Your telephone system has an extension for this box. It is tried before it is saved.", "/phone",
			"Enter the account"
	case record.StepGreeting:
		return "Hear the greeting", "These are the first words that a caller hears, with your name in them.", "/business/card", "Change the words"
	case record.StepPublish:
		return "Publish", "From the next call on, callers are told what your draft says. It can be taken back at any time.", "/business",
			"Look through the draft first"
	case record.StepRing:
		return "Let it ring you", "The box calls your telephone. Pick up, and talk with your assistant as a caller would.", "", ""
	}
	return string(s), "", "", ""
}

// startPage shows the steps; fault says why the last thing was not done.
func (p *pages) startPage(v *visit, fault string) (reply, error) {
	page := startPage{Fault: fault, Job: p.jobs.show(ringJob)}
	got, err := service.ReadFirstSteps.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	page.Done = got.Done
	next := false
	for _, s := range got.Steps {
		one := startStep{FirstStep: s}
		one.Title, one.Text, one.Link, one.To = stepText(s.Name)
		if !next && !one.Closed() {
			next, one.Next = true, true
		}
		page.Steps = append(page.Steps, one)
	}
	for _, name := range profile.SampleNames() {
		b, err := profile.Sample(name)
		if err != nil {
			return reply{}, err
		}
		page.Samples = append(page.Samples, sampleChoice{Name: name, Trade: b.Trade})
	}
	if page.Draft, err = service.ReadDraft.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	page.Handsets = service.HandsetsOf(&page.Draft.Business)
	rep := reply{page: "start.html", title: "First steps", nav: navStart, data: page}
	if fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// markStep says of a step that it is right as it is, left out, or open again.
func (p *pages) markStep(v *visit) (reply, error) {
	step := record.FirstStep(v.PathValue("step"))
	_, err := service.MarkFirstStep.Do(detached(v), p.service, service.FirstStepMark{Step: step, State: v.PostFormValue("mark")})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) || errors.Is(err, store.ErrNotFound) {
		return goTo("/start"), nil // the form offers what there is
	}
	return goTo("/start"), err
}

// ringMe rings a telephone of the office, and lets who picks up talk with the assistant.
func (p *pages) ringMe(v *visit) (reply, error) {
	extension := v.PostFormValue("extension")
	if !p.jobs.start(v.Context(), ringJob, "Calling you", func(ctx context.Context) (string, string) {
		err := service.RingMe.Act(ctx, p.service, extension)
		var invalid *service.InvalidError
		var failed *service.CallError
		switch {
		case errors.As(err, &invalid):
			return "", problemText(invalid)
		case errors.As(err, &failed):
			return "", failed.Error() + "."
		case errors.Is(err, service.ErrNotRunning):
			return "", "The telephone is not running here."
		case err != nil:
			p.log.Error("ring who tries the assistant", "err", err)
			return "", "The call could not be made. The log says why."
		}
		return "That was your assistant. What was said stands under Calls.", ""
	}) {
		return p.startPage(v, "A telephone rings just now, or somebody talks.")
	}
	rep := goTo("/start#ring")
	rep.cookies = rememberHandset(extension)
	return rep, nil
}

// toStart goes back to the first steps when a form came from there; else to where it leads usually.
func toStart(v *visit, usual reply) reply {
	if v.PostFormValue("from") == navStart && usual.to != "" {
		return goTo("/start")
	}
	return usual
}
