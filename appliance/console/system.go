package console

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// system holds what concerns the box as a whole: the owner's way in, the PIN of this console.
type system struct {
	owner  service.OwnerAccess
	known  bool
	sure   string // the key that waits for a yes
	typed  *input
	old    bool   // the PIN until now is typed
	pin    string // the new one, once it was typed
	asking pending
	doing  pending

	versions update.Versions // of a box that was made from the image
	looking  pending
}

func (s *system) command() string {
	return "frontdesk owner code | reset   frontdesk console pin   frontdesk restart"
}
func (s *system) typing() bool { return s.typed != nil }
func (s *system) keys() string {
	switch {
	case s.typed != nil:
		return "Enter takes it over  Esc leaves it as it was"
	case s.sure != "":
		return "y yes  any other key no"
	}
	return "1 password 2 PIN 3 restart 4 notices 5 box 6 versions 7 sticks b back ? help"
}

func (s *system) refresh(e *env) tea.Cmd {
	versions := ask(e, &s.looking, quick, service.ReadUpdate.From(e.service), func(v update.Versions, err error) tea.Cmd {
		if err == nil { // elsewhere there is one version
			s.versions = v
		}
		return nil
	})
	return tea.Batch(versions, ask(e, &s.asking, quick, service.ReadOwnerCode.From(e.service), func(a service.OwnerAccess, err error) tea.Cmd {
		if err == nil {
			s.owner, s.known = a, true
		}
		return nil
	}))
}

func (s *system) key(e *env, k press) tea.Cmd {
	if s.typed != nil {
		return s.typePIN(e, k)
	}
	if s.sure != "" {
		sure := s.sure
		s.sure = ""
		if k.name != "y" && k.name != "Y" {
			return nil
		}
		return s.do(e, sure)
	}
	switch k.name {
	case "1", "3", "5":
		s.sure = k.name
	case "2":
		s.pin = ""
		if s.old = e.login; s.old {
			s.typed = &input{label: "PIN until now", secret: true, most: access.MaxPIN}
		} else {
			s.newPIN()
		}
	case "4":
		return e.open(&recipients{})
	case "6":
		return e.open(&versions{})
	case "7":
		return e.open(&sticks{})
	case "r":
		return s.refresh(e)
	}
	return nil
}

// do does what was asked for twice.
func (s *system) do(e *env, what string) tea.Cmd {
	if what == "3" {
		return ask(e, &s.doing, quick, func(ctx ctx) (bool, error) {
			return true, service.Restart.Act(ctx, e.service, service.None{})
		}, func(_ bool, err error) tea.Cmd {
			if err != nil {
				e.fail(err)
				return nil
			}
			e.say(warn, "Restarting: calls that go on may end first, new ones are refused. This takes some seconds.")
			return nil
		})
	}
	if what == "5" {
		return s.restartBox(e)
	}
	return ask(e, &s.doing, quick, service.ResetOwner.From(e.service), func(a service.OwnerAccess, err error) tea.Cmd {
		if err != nil {
			e.fail(err)
			return nil
		}
		s.owner, s.known = a, true
		e.say(good, "The code was made. The former password holds until the owner uses it.")
		return nil
	})
}

func (s *system) restartBox(e *env) tea.Cmd {
	return ask(e, &s.doing, quick, service.RestartBox.From(e.service), func(r service.Restarting, err error) tea.Cmd {
		switch {
		case err != nil:
			e.fail(err)
		case r.Machine:
			e.say(warn, "The machine restarts: %d calls that go on may end first, new ones are refused. This takes about a minute.", r.Calls)
		default:
			e.say(warn, "Frontdesk restarts: %d calls that go on may end first, new ones are refused. This takes some seconds.", r.Calls)
		}
		return nil
	})
}

func (s *system) newPIN() { s.typed = &input{label: "New PIN", secret: true, most: access.MaxPIN} }

// checkOld lets only go on who knows the PIN until now: somebody may have gone away from a console.
func (s *system) checkOld(e *env, pin string) tea.Cmd {
	s.old = false
	return ask(e, &s.doing, quick, func(ctx ctx) (service.PINState, error) {
		return service.PassPIN.Do(ctx, e.service, service.Password(pin))
	},
		func(st service.PINState, err error) tea.Cmd {
			switch {
			case err != nil:
				e.fail(err)
			case !st.OK:
				e.say(bad, "%s", st.Text)
			default:
				s.newPIN()
			}
			return nil
		})
}

// typePIN has a new PIN typed twice, and sets it.
func (s *system) typePIN(e *env, k press) tea.Cmd {
	in := s.typed
	if !in.key(k) {
		return nil
	}
	s.typed = nil
	switch {
	case k.name != "enter" || in.value == "":
		return nil
	case s.old:
		return s.checkOld(e, in.value)
	case s.pin == "":
		if err := access.CheckPIN(in.value); err != nil {
			e.fail(err)
			return nil
		}
		s.pin = in.value
		s.typed = &input{label: "The same once more", secret: true, most: access.MaxPIN}
		return nil
	case s.pin != in.value:
		e.say(bad, "The two were not the same. The PIN stays as it was.")
		return nil
	}
	pin := service.Password(in.value)
	return ask(e, &s.doing, quick, func(ctx ctx) (service.PINState, error) {
		return service.SetPIN.Do(ctx, e.service, service.NewPIN{PIN: pin})
	},
		func(st service.PINState, err error) tea.Cmd {
			switch {
			case err != nil:
				e.fail(err)
			case !st.OK:
				e.say(bad, "%s", st.Text)
			default:
				e.say(good, "The new PIN holds from now on.")
			}
			return nil
		})
}

func (s *system) draw(e *env, p *page) {
	p.line(strong, " System")
	p.gap()
	p.field("Version", plain, e.status.Version)
	drawSlots(p, s.versions)
	if e.facts.Cores > 0 {
		f := e.facts
		p.row(span{plain, p.cell("  Machine", column)},
			span{plain, fmt.Sprintf("%s  %s  up %s", f.Name, f.System, span2(time.Duration(f.Up)*time.Second))})
		p.field("Memory", plain, fmt.Sprintf("%s free of %s", size(f.Memory.Free), size(f.Memory.Total)))
		p.field("Disk", plain, fmt.Sprintf("%s free of %s", size(f.Disk.Free), size(f.Disk.Total)))
	}
	if !e.status.Started.IsZero() {
		p.field("Running", plain, since(e.now(), e.status.Started)+", since "+e.status.Started.Local().Format("02 Jan 15:04"))
	}
	if s.known {
		owner := s.owner.Account
		if owner == "" {
			owner = "has no account yet"
		}
		p.field("Owner", plain, owner)
		if s.owner.Code != "" {
			p.field("Code", strong, s.owner.Code)
			p.wrap(plain, column, "With it the owner sets name and password on the page, below the sign-in. It works once.")
		}
	}
	p.gap()
	switch {
	case s.typed != nil:
		s.typed.draw(p)
	case s.sure == "1":
		p.wrap(warn, 1, "Make a code by which the owner sets a new password? The former one holds until then. [y]")
	case s.sure == "3":
		p.wrap(warn, 1, "Restart Frontdesk? Calls that go on come to their end first, within the limit of the settings; new calls are "+
			"refused meanwhile. [y]")
	case s.sure == "5":
		p.wrap(warn, 1, "Restart the whole box, so that an installed version takes effect? Calls that go on come to their end first, within "+
			"the limit of the settings; new calls are not answered until it is back. [y]")
	default:
		p.line(plain, " 1 make a code by which the owner sets a new password")
		p.line(plain, " 2 set another PIN for this console")
		p.line(plain, " 3 restart Frontdesk")
		p.line(plain, " 4 see who of the office is told of messages, and how that goes")
		p.line(plain, " 5 restart the whole box; elsewhere Frontdesk alone")
		p.line(plain, " 6 versions of the box: install a new one, go back")
		p.line(plain, " 7 sticks that are plugged in, and which of them takes the backups")
	}
}
