package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/sheets"
	"frontdesk.internal/appliance/store"
)

// phoneRoutes are the account at the telephone system, the ladders of the last calls and whether calls are recorded.
func (p *pages) phoneRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /phone", owner, func(v *visit) (reply, error) { return p.phonePage(v, phonePage{}) })
	p.handle(mux, "POST /phone", owner, p.savePhone)
	p.handle(mux, "POST /phone/undo", owner, p.undoPhone)
	p.handle(mux, "POST /phone/test", owner, p.testPhone)
	p.handle(mux, "GET /phone/test", owner, func(*visit) (reply, error) { return goTo("/phone"), nil })
	p.handle(mux, "POST /phone/recording", owner, p.saveRecording)
	p.handle(mux, "GET /phone/ladder/{call}", owner, p.showLadder)
}

// phonePage is the page about the telephone system.
type phonePage struct {
	Tone, Headline, Text, Since string
	Account                     service.PhoneAccount
	Form                        service.PhoneAccountEdit // what is typed; never with a password
	Faults                      map[string]string        // by field
	Done                        string
	Test                        *phoneTest
	Registration                []ladderStep
	Ladders                     []service.Ladder
	Recording                   record.RecordingSettings
	Refused                     bool   // the telephone system did not accept what was to be saved
	Undo                        bool   // the former account can be brought back
	Port                        string // where the telephone system finds this box, host:port; "" when it is not known
	Sheets                      []sheets.Sheet
}

// phoneTest is the answer to a test.
type phoneTest struct {
	service.PhoneTest
	Tone   string
	Steps  []ladderStep
	Faults []string // what cannot be tried
	Retype bool     // the page is a new one: it does not hold the password that was typed
}

// ladderStep is one message, as a technician reads it.
type ladderStep struct {
	Clock string
	Arrow string // from where to where
	Text  string
	Note  string
}

func ladderOf(steps []service.LadderMessage, v *visit) []ladderStep {
	var out []ladderStep
	for _, s := range steps {
		l := ladderStep{Clock: s.At.In(v.now.Location()).Format("15:04:05.000"), Arrow: "PBX → box", Text: s.Text, Note: s.Note}
		if s.Sent {
			l.Arrow = "box → PBX"
		}
		out = append(out, l)
	}
	return out
}

func (p *pages) phonePage(v *visit, page phonePage) (reply, error) {
	a, err := service.ReadPhoneAccount.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	page.Account = a
	page.Undo = !a.Undo.IsZero() && !page.Refused
	if page.Form == (service.PhoneAccountEdit{}) {
		page.Form.Extension = a.Extension
	}
	page.Form.Password, page.Form.Anyway = "", false
	page.Tone, page.Headline, page.Text = phoneState(a)
	if !a.Now.Since.IsZero() {
		page.Since = "since " + inwords.Moment(a.Now.Since, v.now)
	}
	page.Port = a.Now.Contact
	if page.Recording, err = service.ReadRecordingSettings.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	// Without a running phone there are no ladders; the page shows the rest.
	if l, err := service.ReadLadder.Do(v.Context(), p.service, service.RegistrationLadder); err == nil {
		page.Registration = ladderOf(l.Steps, v)
	}
	if ls, err := service.ListLadders.Get(v.Context(), p.service); err == nil {
		page.Ladders = ls
	}
	values := sheets.Values{Extension: a.User, PBX: a.Registrar, Transport: a.Transport}
	if values.Extension == "" {
		values.Extension = "100"
	}
	for _, s := range sheets.All() {
		page.Sheets = append(page.Sheets, s.Filled(values))
	}
	switch v.URL.Query().Get("done") {
	case "saved":
		page.Done = "The telephone system accepted the account. It is saved and used from now on; calls that were up go on."
	case "undone":
		page.Done = "The former account is used again."
	case "recording":
		page.Done = "Saved. It holds from the next call on."
	}
	rep := reply{page: "phone.html", title: "Phone", nav: navPhone, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// phoneState says whether calls come in, and if not, what to do.
func phoneState(a service.PhoneAccount) (tone, headline, text string) {
	switch {
	case a.From == service.FromNowhere:
		return toneWarn, "Not connected yet", "Enter the account that your telephone system has for this box. How to make one there stands below."
	case a.Now.Registered():
		return toneGood, "Connected", fmt.Sprintf("Extension %s is registered at %s. Calls sent there are answered here.", a.User, a.Registrar)
	case a.Now.Verdict != "":
		text, advice := service.ExplainVerdict(a.Now.Verdict, a.Extension)
		return toneBad, "Not connected", strings.TrimSpace(text + " " + advice)
	case a.Now.State == "registering":
		return toneWarn, "Connecting", "The telephone system was asked; there is no answer yet."
	}
	return toneWarn, "Not connected", "The telephone is not running here."
}

// phoneForm reads what was typed.
func phoneForm(v *visit) service.PhoneAccountEdit {
	typed := func(field string) string { return strings.TrimSpace(v.PostFormValue(field)) }
	return service.PhoneAccountEdit{
		Extension: record.Extension{
			Registrar: typed("registrar"), Transport: typed("transport"), User: typed("extension"), AuthUser: typed("auth_user"),
			Domain: typed("domain"),
		},
		Password: service.Password(v.PostFormValue("pbx_password")),
		Anyway:   v.PostFormValue("anyway") != "",
	}
}

func (p *pages) savePhone(v *visit) (reply, error) {
	form := phoneForm(v)
	_, err := service.SetPhoneAccount.Do(detached(v), p.service, form)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.phonePage(v, phonePage{Form: form, Faults: byField(invalid.Problems), Refused: invalid.What == service.RefusedAccount})
	case err != nil:
		p.log.Error("the telephone account cannot be used", "err", err)
		return p.phonePage(v, phonePage{
			Form: form, Faults: map[string]string{"": "The account could not be taken over; nothing was changed. The log says why."},
		})
	}
	p.statusCache.forget()
	return goTo("/phone?done=saved"), nil
}

// undoPhone brings the former account back.
func (p *pages) undoPhone(v *visit) (reply, error) {
	_, err := service.UndoPhoneAccount.Get(detached(v), p.service)
	if errors.Is(err, store.ErrNotFound) { // its time is over, or somebody was faster
		return goTo("/phone"), nil
	}
	p.statusCache.forget()
	return goTo("/phone?done=undone"), err
}

func (p *pages) testPhone(v *visit) (reply, error) {
	form := phoneForm(v)
	got, err := service.TestPhoneAccount.Do(v.Context(), p.service, form)
	page := phonePage{
		Form: form, Test: &phoneTest{PhoneTest: got, Tone: toneBad, Retype: form.Password != "" && !v.isPart(), Steps: ladderOf(got.Steps, v)},
	}
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		page.Test.Text = "This cannot be tried yet."
		for _, x := range invalid.Problems {
			page.Test.Faults = append(page.Test.Faults, inwords.Capital(x.Text)+".")
		}
		if !v.isPart() {
			page.Faults = byField(invalid.Problems)
		}
	case err != nil:
		p.log.Error("the telephone account cannot be tried", "err", err)
		page.Test.Text = "The test could not be made. The log says why."
	case got.OK:
		page.Test.Tone = toneGood
	}
	rep, err := p.phonePage(v, page)
	rep.part = "tested"
	return rep, err
}

func (p *pages) saveRecording(v *visit) (reply, error) {
	days, err := strconv.Atoi(strings.TrimSpace(v.PostFormValue("keep_days")))
	if err != nil {
		days = -1 // the service says what is possible
	}
	set := record.RecordingSettings{
		Mode: record.RecordingMode(v.PostFormValue("mode")), KeepDays: days, Refusal: record.RefusalMode(v.PostFormValue("refusal")),
	}
	_, err = service.SetRecordingSettings.Do(detached(v), p.service, set)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.phonePage(v, phonePage{Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return goTo("/phone?done=recording"), nil
}

// ladderPage is the messages of one call.
type ladderPage struct {
	service.Ladder
	Steps []ladderStep
	When  string
}

func (p *pages) showLadder(v *visit) (reply, error) {
	l, err := service.ReadLadder.Do(v.Context(), p.service, v.PathValue("call"))
	if err != nil {
		return reply{}, err
	}
	return reply{
		page: "ladder.html", title: "Messages of a call", nav: navPhone,
		data: ladderPage{Ladder: l, Steps: ladderOf(l.Steps, v), When: inwords.Moment(l.Began, v.now)},
	}, nil
}

// byField sorts problems by the field that they are about.
func byField(problems []knowledge.Problem) map[string]string {
	out := map[string]string{}
	for _, x := range problems {
		out[x.Path] = inwords.Capital(x.Text) + "."
	}
	return out
}
