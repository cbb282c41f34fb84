package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// systemRoutes are the state of the box, and the accounts.
func (p *pages) systemRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /system", staff, p.showSystem)
	p.handle(mux, "POST /system/restart", owner, p.restartBox)
	p.handle(mux, "GET /account", staff, func(v *visit) (reply, error) { return p.accountPage(v, account{}) })
	p.handle(mux, "POST /account/password", staff, p.changePassword)
	p.handle(mux, "POST /account/people", owner, p.addPerson)
	p.handle(mux, "POST /account/people/{id}/remove", owner, p.removePerson)
}

func (p *pages) showSystem(v *visit) (reply, error) {
	s := viewOf(v.status, v.now)
	if !v.who.Owner() {
		for i := range s.Troubles {
			s.Troubles[i].Link = staffLink(s.Troubles[i].Link)
		}
	}
	s.Parts = append(s.Parts, p.versions(v)...)
	if at := v.status.Page; at != "" {
		var err error
		if s.Path, s.Width, err = picture(at); err != nil {
			return reply{}, err
		}
		s.Address = at
	}
	return reply{page: "system.html", title: "System", nav: navSystem, data: s}, nil
}

// restartBox has the box start anew.
func (p *pages) restartBox(v *visit) (reply, error) {
	got, err := service.RestartBox.Do(detached(v), p.service, service.RestartOrder{Now: v.PostFormValue("now") != ""})
	if err != nil {
		text := "Nothing has changed: " + err.Error() + "."
		return reply{page: "notice.html", title: "The box does not restart", data: notice{text}, code: http.StatusInternalServerError}, nil
	}
	text := "This takes some seconds. Meanwhile new calls are not answered."
	if got.Machine {
		text = "This takes about a minute. Meanwhile new calls are not answered."
	}
	if got.Calls > 0 && v.PostFormValue("now") == "" {
		text += " It begins when the calls that go on have ended, or after some minutes."
	}
	return reply{page: "notice.html", title: "The box restarts", data: notice{text}}, nil
}

// versions are the two roots of a box, as parts of it; none where the machine has no such thing.
func (p *pages) versions(v *visit) []part {
	s, err := service.ReadUpdate.Get(v.Context(), p.service)
	if errors.Is(err, update.ErrNoBox) {
		return nil
	}
	if err != nil {
		return []part{{"Versions", toneWarn, "cannot be told", "The technician's command frontdesk update status says why."}}
	}
	if s.Busy {
		return []part{{"Versions", toneWarn, "a new one is being installed", fmt.Sprintf("%d of 100 done", s.Percent)}}
	}
	former, failed := s.GivenUp()
	var list []part
	for _, slot := range s.Slots {
		it := part{"Version in slot " + slot.Name, toneIdle, "stands by", slot.Version}
		switch {
		case slot.Running:
			it.Tone, it.State = toneGood, "runs"
		case failed && slot.Name == former.Name:
			it.Tone, it.State = toneWarn, "given up"
			it.Note += ": " + former.Why + ". Version " + s.Running() + " goes on."
		case slot.Version == "":
			it.State, it.Note = "empty", "The next version goes there."
		}
		if slot.Next && !slot.Running {
			it.Note += ", the next start takes it"
		}
		list = append(list, it)
	}
	return list
}

// account is the page of one's own password and, for the owner, of everybody's accounts.
type account struct {
	People []access.Person
	Name   string // typed for a new account
	Fault  string
	Field  string
	Done   string

	Second   service.SecondState
	Sessions []access.OpenSession
}

func (p *pages) accountPage(v *visit, a account) (reply, error) {
	var err error
	if a.People, err = service.ListPeople.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if a.Second, err = service.ReadSecondFactor.Do(v.Context(), p.service, v.who); err != nil {
		return reply{}, err
	}
	mine := service.SessionQuery{Secret: service.Password(v.secret)}
	if a.Sessions, err = service.ListSessions.Do(v.Context(), p.service, mine); err != nil {
		return reply{}, err
	}
	switch v.URL.Query().Get("done") {
	case "second":
		a.Done = "The password alone lets you in again."
	case "revoked":
		a.Done = "That browser was signed out."
	case "password":
		a.Done = "The password was changed. Other browsers were signed out."
	case "added":
		a.Done = "The account was added. Tell the person the name and the password."
	case "removed":
		a.Done = "The account was removed."
	}
	rep := reply{page: "account.html", title: "Accounts", nav: navSystem, data: a}
	if a.Fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) changePassword(v *visit) (reply, error) {
	password := v.PostFormValue("password")
	if password != v.PostFormValue("again") {
		return p.accountPage(v, account{Field: "again", Fault: "The two passwords are not the same."})
	}
	err := service.ChangePassword.Act(v.Context(), p.service, service.PasswordChange{
		Browser: v.browser(), Account: v.who, Secret: service.Password(v.secret), Old: service.Password(v.PostFormValue("old")),
		New: service.Password(password),
	})
	var weak *access.WeakError
	var wait *access.WaitError
	switch {
	case err == nil:
		return reply{to: "/account?done=password", cookies: p.signedIn(v, v.secret)}, nil
	case errors.Is(err, access.ErrWrong):
		return p.accountPage(v, account{Field: "old", Fault: "The present password is wrong."})
	case errors.As(err, &weak):
		return p.accountPage(v, account{Field: "password", Fault: weak.Why})
	case errors.As(err, &wait):
		return p.accountPage(v, account{Field: "old", Fault: "Too many attempts. Wait " + access.Spoken(wait.For) + ", then try again."})
	}
	return reply{}, err
}

func (p *pages) addPerson(v *visit) (reply, error) {
	a := account{Name: strings.TrimSpace(v.PostFormValue("name"))}
	_, err := service.AddPerson.Do(v.Context(), p.service,
		service.NewPerson{Name: a.Name, Password: service.Password(v.PostFormValue("new-password"))})
	var weak *access.WeakError
	switch {
	case err == nil:
		return goTo("/account?done=added"), nil
	case errors.Is(err, access.ErrName):
		a.Field, a.Fault = "name", "Write a name of up to 40 characters that no other account has."
	case errors.As(err, &weak):
		a.Field, a.Fault = "new-password", weak.Why
	default:
		return reply{}, err
	}
	return p.accountPage(v, a)
}

func (p *pages) removePerson(v *visit) (reply, error) {
	if err := service.RemovePerson.Act(detached(v), p.service, v.PathValue("id")); err != nil && !errors.Is(err, access.ErrNotAllowed) {
		return reply{}, err
	}
	return goTo("/account?done=removed"), nil
}
