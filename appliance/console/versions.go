package console

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// versions are the two of a box that was made from the image: what stands where, a new one from a stick, the way back.
type versions struct {
	now    update.Versions
	known  bool
	fault  error // why they cannot be told
	typed  *input
	file   string
	sure   bool // the way back waits for a yes
	asking pending
	doing  pending
}

func (v *versions) command() string { return "frontdesk update status | install FILE | back" }
func (v *versions) typing() bool    { return v.typed != nil }
func (v *versions) keys() string {
	switch {
	case v.typed != nil:
		return "Enter installs it  Esc leaves everything as it was"
	case v.sure:
		return "y yes  any other key no"
	}
	return "i install a new version  t have the next start take the other one  b back  ? help"
}

func (v *versions) refresh(e *env) tea.Cmd {
	return ask(e, &v.asking, quick, service.ReadUpdate.From(e.service), func(now update.Versions, err error) tea.Cmd {
		v.now, v.fault, v.known = now, err, true
		return nil
	})
}

func (v *versions) key(e *env, k press) tea.Cmd {
	switch {
	case v.typed != nil:
		if !v.typed.key(k) {
			return nil
		}
		v.typed = nil
		file := v.file
		if v.file = ""; k.name != "enter" || file == "" {
			return nil
		}
		return v.install(e, file)
	case v.sure:
		v.sure = false
		if k.name != "y" && k.name != "Y" {
			return nil
		}
		return ask(e, &v.doing, quick, service.GoBackVersion.From(e.service), func(slot update.Slot, err error) tea.Cmd {
			if err != nil {
				e.fail(err)
				return nil
			}
			e.say(good, "The next start takes version %s in slot %s. System [9] restarts the box.", slot.Version, slot.Name)
			return v.refresh(e)
		})
	case v.fault != nil || !v.known || v.doing.busy:
	case k.name == "i":
		v.typed = &input{label: "File", value: "/media/usb/", most: 255, done: func(name string) { v.file = name }}
	case k.name == "t":
		v.sure = true
	}
	if k.name == "r" {
		return v.refresh(e)
	}
	return nil
}

func (v *versions) install(e *env, file string) tea.Cmd {
	e.say(plain, "Checking and installing %s; it takes some minutes. Calls are answered meanwhile ...", file)
	return ask(e, &v.doing, hashing, func(ctx ctx) (update.Bundle, error) {
		return service.InstallUpdate.Do(ctx, e.service, service.NewVersion{File: file})
	}, func(b update.Bundle, err error) tea.Cmd {
		if err != nil {
			e.invalid(err)
			return v.refresh(e)
		}
		e.say(good, "Version %s is installed, and the next start takes it. System [9] restarts the box.", b.Version)
		return v.refresh(e)
	})
}

func (v *versions) draw(_ *env, p *page) {
	p.line(strong, " Versions")
	p.gap()
	switch {
	case !v.known:
		p.line(plain, " Asking the box ...")
		return
	case v.fault != nil:
		p.wrap(warn, 1, explain(v.fault))
		return
	case v.now.Busy:
		p.line(warn, " A version is being installed: %d of 100 done", v.now.Percent)
	}
	drawSlots(p, v.now)
	if v.now.Problem != "" {
		p.wrap(warn, column, "The last installation failed: "+v.now.Problem)
	}
	p.gap()
	switch {
	case v.typed != nil:
		v.typed.draw(p)
		p.wrap(plain, 1, "A stick that is plugged in is at /media/usb. What was changed, is signed by somebody else or is not newer is refused.")
	case v.sure:
		p.wrap(warn, 1, "Have the next start take the other version? [y]")
	}
}

// drawSlots says what stands in each slot, and why a version was given up.
func drawSlots(p *page, now update.Versions) {
	for _, slot := range now.Slots {
		p.field("Slot "+slot.Name, plain, slotText(slot))
	}
	if former, ok := now.GivenUp(); ok {
		p.wrap(warn, column, fmt.Sprintf("Version %s is given up: %s. Version %s goes on.", former.Version, former.Why, now.Running()))
	}
}

// slotText says what stands in a slot.
func slotText(slot update.Slot) string {
	text := slot.Version
	switch {
	case slot.Running:
		text += ", runs"
	case slot.Version == "":
		text = "empty"
	case slot.Good:
		text += ", stands by"
	}
	if slot.Next && !slot.Running {
		text += ", the next start takes it"
	}
	return text
}
