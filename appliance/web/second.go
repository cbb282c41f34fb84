package web

import (
	"errors"
	"html/template"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/label"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// secondRoutes are the second factor of an account, the browsers that are signed in, and the log of sign-ins.
func (p *pages) secondRoutes(mux *http.ServeMux) {
	p.handle(mux, "POST /signin/code", anybody, p.passSecond)
	p.handle(mux, "POST /account/second/start", staff, p.startSecond)
	p.handle(mux, "POST /account/second", staff, p.confirmSecond)
	p.handle(mux, "POST /account/second/drop", staff, p.dropSecond)
	p.handle(mux, "POST /account/sessions/{id}/revoke", staff, p.revokeSession)
	p.handle(mux, "GET /account/security", owner, p.showSecurity)
}

// secondForm asks for the code of a sign-in.
type secondForm struct{ Name, Half, Back, Fault string }

func secondReply(f secondForm, code int) reply {
	return reply{page: "second.html", title: "Code", data: f, code: code}
}

// passSecond ends a sign-in that waits for a code.
func (p *pages) passSecond(v *visit) (reply, error) {
	f := secondForm{Name: v.PostFormValue("name"), Half: v.PostFormValue("half"), Back: v.PostFormValue("back")}
	got, err := service.PassSecondFactor.Do(v.Context(), p.service, service.SecondTry{
		Browser: v.browser(), Name: f.Name, Half: service.Password(f.Half), Code: service.Password(v.PostFormValue("code")),
	})
	var wait *access.WaitError
	switch {
	case err == nil:
		return reply{to: v.back(), cookies: p.signedIn(v, string(got.Secret))}, nil
	case errors.Is(err, access.ErrNoSecond):
		return p.signInForm(v, form{Name: f.Name, Back: f.Back, Fault: "That took too long. Sign in again."}, http.StatusUnauthorized)
	case errors.Is(err, access.ErrSecondCode):
		f.Fault = "That is not the code that the app shows now. Each code counts once: wait for the next one."
		return secondReply(f, http.StatusUnauthorized), nil
	case errors.As(err, &wait):
		f.Fault = "Too many attempts. Wait " + access.Spoken(wait.For) + ", then try again."
		return secondReply(f, http.StatusTooManyRequests), nil
	}
	return reply{}, err
}

// enrolment is a second factor that is being set up, or the codes for recovery.
type enrolment struct {
	Key, Secret, Fault string
	Path               template.HTMLAttr
	Width              int
	Codes              []string
}

// startSecond shows the secret for an app.
func (p *pages) startSecond(v *visit) (reply, error) { return p.enrol(v, "", 0) }

func (p *pages) enrol(v *visit, fault string, code int) (reply, error) {
	s, err := service.StartSecondFactor.Do(detached(v), p.service, v.who)
	if err != nil {
		return reply{}, err
	}
	e := enrolment{Key: string(s.Key), Secret: spaced(string(s.Secret)), Fault: fault}
	if e.Path, e.Width, err = picture(string(s.URL)); err != nil {
		return reply{}, err
	}
	return reply{page: "enrol.html", title: "Second factor", nav: navSystem, data: e, code: code}, nil
}

// spaced parts a secret so that it can be typed.
func spaced(s string) string {
	var parts []string
	for len(s) > 4 {
		parts, s = append(parts, s[:4]), s[4:]
	}
	return strings.Join(append(parts, s), " ")
}

// picture draws a text as a QR code: the path of an SVG, a unit a module, and its width with the quiet zone of four.
func picture(text string) (path template.HTMLAttr, width int, err error) {
	d, width, err := label.QR(text)
	return template.HTMLAttr(`d="` + d + `"`), width, err //nolint:gosec // numbers of ours alone
}

// confirmSecond puts a second factor in force, and shows the codes for recovery.
func (p *pages) confirmSecond(v *visit) (reply, error) {
	got, err := service.ConfirmSecondFactor.Do(detached(v), p.service, service.SecondConfirm{
		Browser: v.browser(), Account: v.who, Session: service.Password(v.secret), Key: service.Password(v.PostFormValue("key")),
		Password: service.Password(v.PostFormValue("password")), Code: service.Password(v.PostFormValue("code")),
	})
	if fault := secondFault(err); fault != "" {
		return p.enrol(v, fault, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return reply{}, err
	}
	e := enrolment{}
	for _, c := range got.Codes {
		e.Codes = append(e.Codes, string(c))
	}
	return reply{page: "enrol.html", title: "Codes for recovery", nav: navSystem, data: e}, nil
}

// secondFault says what is wrong with a password or a code; "" = nothing that who typed it can mend.
func secondFault(err error) string {
	var wait *access.WaitError
	switch {
	case errors.Is(err, access.ErrWrong):
		return "The password is wrong."
	case errors.Is(err, access.ErrSecondCode):
		return "That is not the code that the app shows now. Is the clock of the telephone right?"
	case errors.Is(err, access.ErrNoSecond):
		return "That took too long. Begin again."
	case errors.As(err, &wait):
		return "Too many attempts. Wait " + access.Spoken(wait.For) + ", then try again."
	}
	return ""
}

func (p *pages) dropSecond(v *visit) (reply, error) {
	err := service.DropSecondFactor.Act(detached(v), p.service, service.SecondDrop{
		Browser: v.browser(), Account: v.who, Password: service.Password(v.PostFormValue("password")),
		Code: service.Password(v.PostFormValue("code")),
	})
	if fault := secondFault(err); fault != "" {
		return p.accountPage(v, account{Field: "second", Fault: fault})
	}
	if err != nil {
		return reply{}, err
	}
	return goTo("/account?done=second"), nil
}

func (p *pages) revokeSession(v *visit) (reply, error) {
	if err := service.RevokeSession.Act(detached(v), p.service, v.PathValue("id")); err != nil {
		return reply{}, err
	}
	return goTo("/account?done=revoked"), nil
}

// securityShown is how many sign-ins and refusals are shown.
const securityShown = 200

// security is the log of sign-ins and refusals.
type security struct{ Events []record.SecurityEvent }

func (p *pages) showSecurity(v *visit) (reply, error) {
	list, err := service.ListSecurity.Do(v.Context(), p.service, securityShown)
	return reply{page: "security.html", title: "Sign-ins and refusals", nav: navSystem, data: security{list}}, err
}
