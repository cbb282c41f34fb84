package web

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
)

// signInRoutes are the pages by which people get in and out, and the one that tells how to trust the box.
func (p *pages) signInRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /setup", anybody, p.showSetup)
	p.handle(mux, "POST /setup", anybody, p.setUp)
	p.handle(mux, "GET /signin", anybody, p.showSignIn)
	p.handle(mux, "POST /signin", anybody, p.signIn)
	p.handle(mux, "POST /signout", anybody, p.signOut)
	p.handle(mux, "GET /trust", anybody, func(v *visit) (reply, error) {
		return reply{page: "trust.html", title: "Trust this box", data: v.Host}, nil
	})
}

// form is what somebody typed, and what is wrong with it.
type form struct {
	Name, Code, Back string
	Kept             string // the form that was typed before the session ended
	Fault            string // of the whole form
	Field            string // the field that the fault is about
	Reset            bool   // the owner's account is there: a new password is set
	Answering        bool
}

func (p *pages) showSetup(v *visit) (reply, error) {
	wanted, err := p.gate.CodeWanted()
	if err != nil {
		return reply{}, err
	}
	if !wanted {
		return goTo("/signin"), nil
	}
	if _, err := p.gate.Code(detached(v)); err != nil { // there is one to be shown on the console from now on
		return reply{}, err
	}
	return p.setupForm(form{})
}

func (p *pages) setupForm(f form) (reply, error) {
	fresh, err := p.gate.Fresh()
	if err != nil {
		return reply{}, err
	}
	f.Reset = !fresh
	title := "Welcome"
	if f.Reset {
		title = "Set a new password"
	}
	rep := reply{page: "setup.html", title: title, data: f}
	if f.Fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// setUp makes the owner's account.
func (p *pages) setUp(v *visit) (reply, error) {
	f := form{Name: strings.TrimSpace(v.PostFormValue("name")), Code: strings.TrimSpace(v.PostFormValue("code"))}
	password := v.PostFormValue("password")
	if password != v.PostFormValue("again") {
		f.Field, f.Fault = "again", "The two passwords are not the same."
		return p.setupForm(f)
	}
	got, err := service.ClaimOwner.Do(v.Context(), p.service, service.OwnerClaim{
		Browser: v.browser(), Code: service.Password(f.Code), Name: f.Name, Password: service.Password(password),
	})
	var weak *access.WeakError
	var wait *access.WaitError
	switch {
	case err == nil:
		to := "/start"
		if v.status.Profile > 0 { // somebody has set it up, by a file or before the password was lost
			to = "/"
		}
		return reply{to: to, cookies: p.signedIn(v, string(got.Secret))}, nil
	case errors.Is(err, access.ErrOwnerExists):
		return goTo("/signin"), nil
	case errors.Is(err, access.ErrCode):
		f.Field, f.Fault = "code", "That is not the code. It is on the box’s console, in the terminal of make run, and printed by "+
			"frontdesk owner code."
	case errors.Is(err, access.ErrName):
		f.Field, f.Fault = "name", "Write a name of up to 40 characters that no other account has."
	case errors.As(err, &weak):
		f.Field, f.Fault = "password", weak.Why
	case errors.As(err, &wait):
		f.Fault = "Too many wrong codes. Wait " + access.Spoken(wait.For) + ", then try again."
	default:
		return reply{}, err
	}
	return p.setupForm(f)
}

func (p *pages) showSignIn(v *visit) (reply, error) {
	if v.who.Account != "" {
		return goTo("/"), nil
	}
	fresh, err := p.gate.Fresh()
	if err != nil {
		return reply{}, err
	}
	if fresh {
		return goTo("/setup"), nil
	}
	return p.signInForm(v, form{Back: v.FormValue("back"), Kept: p.keptName(v)}, http.StatusOK)
}

// keptName is the name of the form that waits for this sign-in; "" when none does.
func (p *pages) keptName(v *visit) string {
	token := v.FormValue("kept")
	if p.kept.get(token, v.now) == nil {
		return ""
	}
	return token
}

func (p *pages) signInForm(v *visit, f form, code int) (reply, error) {
	wanted, err := p.gate.CodeWanted()
	f.Reset, f.Answering = wanted, v.status.Answering
	return reply{page: "signin.html", title: "Sign in", data: f, code: code}, err
}

func (p *pages) signIn(v *visit) (reply, error) {
	f := form{Name: strings.TrimSpace(v.PostFormValue("name")), Back: v.PostFormValue("back"), Kept: p.keptName(v)}
	got, err := service.SignIn.Do(v.Context(), p.service, service.SignInTry{
		Browser: v.browser(), Name: f.Name, Password: service.Password(v.PostFormValue("password")),
	})
	var wait *access.WaitError
	switch {
	case err == nil && got.Half != "":
		return secondReply(secondForm{Name: f.Name, Half: string(got.Half), Back: withKept(v.back(), f.Kept)}, http.StatusOK), nil
	case err == nil:
		return reply{to: withKept(v.back(), f.Kept), cookies: p.signedIn(v, string(got.Secret))}, nil
	case errors.Is(err, access.ErrWrong):
		f.Fault = "Name or password is wrong. Caps lock on?"
		return p.signInForm(v, f, http.StatusUnauthorized)
	case errors.As(err, &wait):
		f.Fault = "Too many attempts. Wait " + access.Spoken(wait.For) + ", then try again."
		return p.signInForm(v, f, http.StatusTooManyRequests)
	}
	return reply{}, err
}

func (p *pages) signOut(v *visit) (reply, error) {
	if v.secret != "" {
		if err := service.SignOut.Act(detached(v), p.service, service.Password(v.secret)); err != nil {
			return reply{}, err
		}
	}
	return reply{to: "/signin", cookies: []*http.Cookie{sessionCookie("")}}, nil
}
