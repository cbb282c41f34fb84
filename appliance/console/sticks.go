package console

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// sticks are what is plugged in, and which of them takes the backups.
type sticks struct {
	list   []service.StickState
	known  bool
	fault  error
	rows   list
	asking pending
	doing  pending
}

func (n *sticks) command() string { return "frontdesk backup sticks | mount DEVICE | use STICK" }
func (n *sticks) keys() string    { return "j down  k up  Enter backups go there  b back  ? help" }

func (n *sticks) refresh(e *env) tea.Cmd {
	return ask(e, &n.asking, quick, service.ListSticks.From(e.service), func(list []service.StickState, err error) tea.Cmd {
		n.list, n.fault, n.known = list, err, true
		return nil
	})
}

func (n *sticks) key(e *env, k press) tea.Cmd {
	n.rows.n = len(n.list)
	chosen := n.rows.key(k)
	if k.name == "r" {
		return n.refresh(e)
	}
	if !chosen || n.rows.at >= len(n.list) {
		return nil
	}
	device := n.list[n.rows.at].Device
	return ask(e, &n.doing, quick, func(ctx ctx) (service.BackupState, error) {
		return service.ChooseBackupFolder.Do(ctx, e.service, device)
	}, func(s service.BackupState, err error) tea.Cmd {
		if err != nil {
			e.invalid(err)
			return nil
		}
		text := "Backups go to " + s.Dir + " from now on."
		if !s.HasKey {
			text += " There is no recovery key yet: the owner makes it on the page, below Records."
		}
		e.say(good, "%s", text)
		return n.refresh(e)
	})
}

func (n *sticks) draw(_ *env, p *page) {
	p.line(strong, " Sticks for backups")
	p.gap()
	switch {
	case !n.known:
		p.line(plain, " Asking the box ...")
		return
	case n.fault != nil:
		p.wrap(warn, 1, explain(n.fault))
		return
	case len(n.list) == 0:
		p.wrap(plain, 1, "Nothing is plugged in. A stick (FAT, exFAT, ext4) is seen here within seconds.")
		return
	}
	first, last := p.window(&n.rows, len(n.list), max(1, p.left()-4))
	for i := first; i < last; i++ {
		s := n.list[i]
		text := s.Device + "  " + cmp.Or(s.Name, "without a name") + "  " + size(s.Space.Total) + "  " + cmp.Or(s.At, "not mounted")
		if s.Chosen {
			text += "  backups go there"
		}
		l, mark := n.rows.mark(i)
		p.row(span{l, mark + text})
	}
	if n.rows.at < len(n.list) && n.list[n.rows.at].Advice != "" {
		p.gap()
		p.wrap(warn, 1, n.list[n.rows.at].Advice)
	}
}
