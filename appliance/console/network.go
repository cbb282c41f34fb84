package console

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// network shows how the box is connected.
type network struct {
	now    service.Network
	known  bool
	asking pending
}

func (n *network) command() string { return "frontdesk network" }
func (n *network) keys() string {
	return "1 phone  l registration's messages  p the page's address  r again  b back  ? help"
}

func (n *network) refresh(e *env) tea.Cmd {
	return ask(e, &n.asking, quick, service.ReadNetwork.From(e.service), func(now service.Network, err error) tea.Cmd {
		if err == nil {
			n.now, n.known = now, true
		} else if !n.known {
			e.fail(err)
		}
		return nil
	})
}

func (n *network) key(e *env, k press) tea.Cmd {
	switch k.name {
	case "1":
		return e.open(&account{})
	case "l":
		return e.open(&ladder{call: service.RegistrationLadder})
	case "p":
		if n.now.Page != "" {
			return e.open(&address{n.now.Page})
		}
	case "r":
		return n.refresh(e)
	}
	return nil
}

func (n *network) draw(e *env, p *page) {
	if !n.known {
		p.line(plain, " Asking the box ...")
		return
	}
	x := n.now
	p.line(strong, " Network")
	p.gap()
	if len(x.Interfaces) == 0 {
		p.field("Cards", bad, "there are none: is the network card known to the system?")
	}
	var down []string
	for _, i := range x.Interfaces {
		var as []string
		for _, a := range i.Addresses {
			as = append(as, a.String())
		}
		switch {
		case !i.Up:
			down = append(down, i.Name)
		case len(as) == 0:
			p.field(i.Name, warn, "up, without an address: does somebody give addresses here (DHCP)?")
		default:
			p.field(i.Name, plain, strings.Join(as, "  "))
		}
	}
	if len(down) > 0 {
		p.field("Down", warnIf(len(down) == len(x.Interfaces)), strings.Join(down, ", ")+": no cable at one of its ends, or not used")
	}
	var gateways []string
	for _, g := range x.Gateways {
		gateways = append(gateways, g.Address.String()+" by "+g.Interface)
	}
	listed(p, "Gateway", gateways, "none: only this network is reached")
	var names []string
	for _, a := range x.Resolvers {
		names = append(names, a.String())
	}
	listed(p, "Names", names, "nobody is asked for names: use the telephone system's IP address")
	if x.Clock.Synchronised {
		p.field("Time", good, fmt.Sprintf("set by the network, off by %.0f ms at most", x.Clock.OffMS))
	} else {
		p.field("Time", warn, "the clock is not set by the network: times of calls may be wrong")
	}
	if x.Page != "" {
		p.field("Page", plain, x.Page+" [p]")
	}
	p.gap()
	l, text := phoneLine(e.now(), x.Phone)
	p.field("Phone", l, text+map[bool]string{true: "", false: " [1]"}[x.Phone.Registered()])
	if x.Phone.Contact != "" {
		p.field("", plain, "the telephone system finds this box as "+x.Phone.Contact)
	}
}

func warnIf(b bool) look {
	if b {
		return bad
	}
	return plain
}

// listed writes a list in one field, or what it means that it is empty.
func listed(p *page, name string, list []string, none string) {
	if len(list) == 0 {
		p.field(name, warn, none)
		return
	}
	p.field(name, plain, strings.Join(list, ", "))
}
