package console

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
)

// signIn asks for the PIN, or has the first one chosen.
type signIn struct {
	state  service.PINState
	known  bool
	typed  input
	first  string // typed once, when the first PIN is chosen
	said   string
	asking pending
	trying pending
	passed bool
}

func (s *signIn) keys() string { return "digits, then Enter" }

// refresh asks whether there is a PIN, and whether one is listened to.
func (s *signIn) refresh(e *env) tea.Cmd {
	return ask(e, &s.asking, quick, service.ReadPINState.From(e.service), func(st service.PINState, err error) tea.Cmd {
		if s.known = err == nil; s.known {
			s.state.Set, s.state.Wait = st.Set, st.Wait
		}
		return nil
	})
}

// key types the PIN.
func (s *signIn) key(e *env, k press) tea.Cmd {
	if !s.known || s.trying.busy || s.state.Wait > 0 {
		return nil
	}
	s.typed.most, s.typed.secret = access.MaxPIN, true
	if !s.typed.key(k) {
		s.said = ""
		return nil
	}
	pin := s.typed.value
	s.typed.value = ""
	if k.name != "enter" || pin == "" {
		s.first, s.said = "", ""
		return nil
	}
	if s.state.Set {
		return s.pass(e, pin)
	}
	return s.choose(e, pin)
}

// pass tries a PIN.
func (s *signIn) pass(e *env, pin string) tea.Cmd {
	return ask(e, &s.trying, quick, func(ctx ctx) (service.PINState, error) {
		return service.PassPIN.Do(ctx, e.service, service.Password(pin))
	}, s.answered)
}

// choose sets the first PIN when it was typed twice.
func (s *signIn) choose(e *env, pin string) tea.Cmd {
	switch s.first {
	case "":
		if err := access.CheckPIN(pin); err != nil {
			s.said = err.Error()
			return nil
		}
		s.first, s.said = pin, ""
		return nil
	case pin:
		s.first = ""
		return ask(e, &s.trying, quick, func(ctx ctx) (service.PINState, error) {
			return service.SetPIN.Do(ctx, e.service, service.NewPIN{PIN: service.Password(pin), First: true})
		}, s.answered)
	}
	s.first, s.said = "", "The two were not the same. Choose again."
	return nil
}

func (s *signIn) answered(st service.PINState, err error) tea.Cmd {
	if err != nil {
		s.said = explain(err)
		return nil
	}
	s.state, s.said, s.passed = st, st.Text, st.OK
	return nil
}

// draw shows the row for the PIN.
func (s *signIn) draw(e *env, p *page) {
	p.gap()
	switch {
	case e.down != nil:
		notRunning(e, p)
		if e.restart != nil && e.notice.text != "" { // of the restart
			p.wrap(e.notice.look, 1, e.notice.text)
		}
		return
	case !s.known:
		p.line(plain, " Asking the box ...")
		return
	case s.state.Wait > 0:
		p.line(warn, " Too many wrong PINs. Wait %d s.", s.state.Wait)
		return
	case !s.state.Set && s.first == "":
		p.wrap(plain, 1, fmt.Sprintf("This box has no PIN for its console yet. Choose one now: at least %d digits. Write it down where "+
			"only technicians look.", access.MinPIN))
		p.gap()
		s.typed.label = "New PIN"
	case !s.state.Set:
		s.typed.label = "The same once more"
	default:
		s.typed.label = "PIN"
	}
	s.typed.secret = true
	s.typed.draw(p)
	p.gap()
	if s.trying.busy {
		p.line(plain, " One moment ...")
	} else if s.said != "" {
		p.wrap(bad, 1, s.said)
	}
}

// notRunning says that nobody answers, and what happens next.
func notRunning(e *env, p *page) {
	p.wrap(bad, 1, explain(e.down)+" Calls are not answered.")
	p.gap()
	if e.cause != "" {
		p.wrap(warn, 1, e.cause)
		p.gap()
	}
	if e.repair {
		p.wrap(strong, 1, "L repairs, behind the PIN: restart, settings, models, log, a shell. This screen comes back by itself.")
		p.gap()
	}
	if e.restart != nil {
		p.wrap(strong, 1, "R restarts the machine. A version that does not start three times is given up, and "+
			"the one before it runs again.")
		if e.sure {
			p.wrap(warn, 1, "Restart the machine? [y]")
		}
		p.gap()
	}
	p.wrap(plain, 1, "On a box the service manager starts it again within seconds. This screen asks every two seconds and goes on by itself.")
	p.gap()
	if e.restart != nil {
		return
	}
	p.wrap(plain, 1, "With a shell: systemctl status frontdesk says why it ended, journalctl -u frontdesk shows its log, frontdesk "+
		"check the settings.")
}
