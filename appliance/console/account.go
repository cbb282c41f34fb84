package console

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// account shows the account at the telephone system, changes, tests and saves it.
type account struct {
	now     service.PhoneAccount
	known   bool
	edit    service.PhoneAccountEdit
	changed bool                     // edit differs from what is in use, or may
	warned  bool                     // it was told that it is not saved
	refused service.PhoneAccountEdit // the edit that the telephone system did not accept
	typed   *input
	test    *service.PhoneTest
	asking  pending
	trying  pending
	saving  pending
}

func (a *account) command() string { return "frontdesk phone show | test | set | ladder registration" }
func (a *account) typing() bool    { return a.typed != nil }

func (a *account) unsaved() bool {
	first := a.changed && !a.warned
	a.warned = a.changed
	return first
}

func (a *account) keys() string {
	if a.typed != nil {
		return "Enter takes it over  Esc leaves it as it was  Ctrl-U empties it"
	}
	return "1-6 change a row  t test  s save  u undo  l messages  b back  ? help"
}

// refresh asks for the account that is in use.
func (a *account) refresh(e *env) tea.Cmd {
	return ask(e, &a.asking, quick, service.ReadPhoneAccount.From(e.service), func(now service.PhoneAccount, err error) tea.Cmd {
		if err != nil {
			return nil
		}
		a.now, a.known = now, true
		if !a.changed {
			a.reset()
		}
		return nil
	})
}

func (a *account) reset() {
	a.changed, a.warned, a.test = false, false, nil
	a.edit = service.PhoneAccountEdit{Extension: a.now.Extension}
}

// fields are the rows of the form.
func (a *account) fields() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"System", &a.edit.Registrar}, {"Transport", &a.edit.Transport}, {"Extension", &a.edit.User},
		{"User name", &a.edit.AuthUser}, {"Domain", &a.edit.Domain}, {"Password", nil},
	}
}

func (a *account) key(e *env, k press) tea.Cmd {
	if a.typed != nil {
		if a.typed.key(k) {
			a.typed = nil
		}
		return nil
	}
	a.warned = false
	switch k.name {
	case "1", "3", "4", "5", "6":
		if a.known {
			a.open(int(k.name[0] - '1'))
		}
	case "2":
		a.edit.Transport = map[string]string{"": "tcp", "udp": "tcp", "tcp": "tls", "tls": "udp"}[a.edit.Transport]
		a.changed, a.test = true, nil
	case "t":
		return a.try(e)
	case "s":
		return a.save(e)
	case "u":
		a.reset()
		e.say(plain, "")
	case "l":
		return e.open(&ladder{call: service.RegistrationLadder})
	case "r":
		return a.refresh(e)
	}
	return nil
}

// open has one field typed.
func (a *account) open(i int) {
	f := a.fields()[i]
	in := &input{label: f.name, most: 255}
	if f.value == nil {
		in.secret, in.most = true, 200
		in.done = func(v string) { a.edit.Password, a.changed, a.test = service.Password(v), true, nil }
	} else {
		in.value = clean(*f.value, false)
		in.done = func(v string) { *f.value, a.changed, a.test = strings.TrimSpace(v), true, nil }
	}
	a.typed = in
}

func (a *account) try(e *env) tea.Cmd {
	if !a.known || a.trying.busy {
		return nil
	}
	edit := a.edit
	a.test = nil
	e.say(plain, "Registering once with this account; it takes up to 15 seconds ...")
	return ask(e, &a.trying, slow, func(ctx ctx) (service.PhoneTest, error) { return service.TestPhoneAccount.Do(ctx, e.service, edit) },
		func(t service.PhoneTest, err error) tea.Cmd {
			if err != nil {
				e.invalid(err)
				return nil
			}
			a.test = &t
			e.say(plain, "")
			return nil
		})
}

func (a *account) save(e *env) tea.Cmd {
	if !a.known || a.saving.busy {
		return nil
	}
	edit := a.edit
	edit.Anyway = a.refused == edit
	e.say(plain, "Trying it before it is saved; it takes up to 15 seconds ...")
	return ask(e, &a.saving, slow, func(ctx ctx) (service.PhoneAccount, error) { return service.SetPhoneAccount.Do(ctx, e.service, edit) },
		func(now service.PhoneAccount, err error) tea.Cmd {
			var wrong *service.InvalidError
			if errors.As(err, &wrong) && wrong.What == service.RefusedAccount {
				a.refused = a.edit
				e.say(bad, "Not saved: %s. Press s again to save it all the same.", wrong.Problems[0].Text)
				return nil
			}
			if err != nil {
				e.invalid(err)
				return nil
			}
			a.now = now
			a.reset()
			e.say(good, "Saved. The box registers with it from now on.")
			return nil
		})
}

// invalid says the first thing that is wrong with what was typed.
func (e *env) invalid(err error) {
	var wrong *service.InvalidError
	if errors.As(err, &wrong) && len(wrong.Problems) > 0 {
		p := wrong.Problems[0]
		e.say(bad, "%s: %s.", strings.ReplaceAll(p.Path, "_", " "), p.Text)
		return
	}
	e.fail(err)
}

func (a *account) draw(e *env, p *page) {
	if !a.known {
		p.line(plain, " Asking the box ...")
		return
	}
	title := " Account at the telephone system"
	if a.changed {
		title += ", changed but not saved"
	}
	p.line(strong, "%s", title)
	for i, f := range a.fields() {
		value := ""
		switch {
		case f.value != nil:
			value = *f.value
		case a.edit.Password != "":
			value = "a new one was typed"
		case a.now.HasPassword:
			value = "kept, not shown"
		}
		switch {
		case i == 1:
			value = strings.ToUpper(value)
		case value == "" && i == 3:
			value = "as the extension"
		case value == "" && i == 4:
			value = "as the system"
		case value == "":
			value = "not set"
		}
		p.row(span{strong, fmt.Sprintf(" %d ", i+1)}, span{plain, p.cell(f.name, column-3)}, span{plain, value})
	}
	p.gap()
	if a.typed != nil {
		a.typed.draw(p)
		return
	}
	l, text := phoneLine(e.now(), a.now.Now)
	p.field("In use", l, text)
	if a.test != nil {
		a.drawTest(p)
		return
	}
	p.gap()
	for _, c := range a.now.Changes {
		if p.full() {
			return
		}
		text := c.Text
		if c.Code > 0 && c.Verdict != "" {
			text += fmt.Sprintf(" (SIP %d)", c.Code)
		}
		p.line(plain, "  %s %s", stamp(e.now(), c.At), text)
	}
}

// drawTest shows how the test went: in plain words first, then what was exchanged.
func (a *account) drawTest(p *page) {
	t := a.test
	l := bad
	if t.OK {
		l = good
	}
	p.field("Test", l, t.Text+" "+t.Advice)
	detail := fmt.Sprintf("%s  %d ms", t.Address, t.TookMS)
	if t.Code > 0 {
		detail = fmt.Sprintf("SIP %d  ", t.Code) + detail
	}
	if t.Algorithm != "" {
		detail += "  " + t.Algorithm
	}
	p.field("", plain, detail)
	drawSteps(p, t.Steps)
}
