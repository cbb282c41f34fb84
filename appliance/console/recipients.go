package console

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// recipients shows who of the office is told of messages, and how that goes.
type recipients struct {
	list   []service.RecipientState
	known  bool
	rows   list
	one    *service.RecipientState // that was asked for anew, with its settings
	asking pending
	doing  pending
}

func (n *recipients) command() string { return "frontdesk notify list | show | test | dead | retry" }
func (n *recipients) keys() string {
	return "j down  k up  Enter settings  t send a test  d try dead letters again  b back  ? help"
}

func (n *recipients) refresh(e *env) tea.Cmd {
	return ask(e, &n.asking, quick, service.ListRecipients.From(e.service), func(rs []service.RecipientState, err error) tea.Cmd {
		if err == nil {
			n.list, n.known = rs, true
		}
		return nil
	})
}

func (n *recipients) key(e *env, k press) tea.Cmd {
	n.rows.n = len(n.list)
	chosen := n.rows.key(k)
	if k.name == "r" {
		return n.refresh(e)
	}
	if n.rows.at >= len(n.list) {
		return nil
	}
	id := n.list[n.rows.at].ID
	switch {
	case chosen:
		return ask(e, &n.doing, quick, func(ctx ctx) (service.RecipientState, error) { return service.ReadRecipient.Do(ctx, e.service, id) },
			func(r service.RecipientState, err error) tea.Cmd {
				if err != nil {
					e.fail(err)
					return nil
				}
				n.one = &r
				return nil
			})
	case k.name == "t":
		e.say(plain, "Sending; it takes up to 40 seconds ...")
		return ask(e, &n.doing, slow, func(ctx ctx) (service.RecipientTest, error) { return service.TestRecipient.Do(ctx, e.service, id) },
			func(t service.RecipientTest, err error) tea.Cmd {
				switch {
				case err != nil:
					e.fail(err)
				case !t.OK:
					e.say(bad, "%s", t.Text)
				default:
					e.say(good, "%s", t.Text)
				}
				return nil
			})
	case k.name == "d":
		return ask(e, &n.doing, quick, func(ctx ctx) (int, error) {
			return service.RetryDeliveries.Do(ctx, e.service, service.Resending{Recipient: id})
		}, func(count int, err error) tea.Cmd {
			if err != nil {
				e.fail(err)
				return nil
			}
			e.say(good, "%d tried again.", count)
			return n.refresh(e)
		})
	}
	return nil
}

func (n *recipients) draw(e *env, p *page) {
	switch {
	case !n.known:
		p.line(plain, " Asking the box ...")
		return
	case len(n.list) == 0:
		p.line(plain, " Nobody is told of messages. The owner has somebody told on the page")
		p.line(plain, " Who is told, or frontdesk notify add does.")
		return
	}
	p.line(strong, "  Name                Way        Waiting  Dead  Last sent")
	first, end := p.window(&n.rows, len(n.list), max(1, p.left()-6))
	for i := first; i < end; i++ {
		r := n.list[i]
		l, mark := n.rows.mark(i)
		if r.Problem != "" {
			l = bad
		}
		last := "never"
		if !r.Last.IsZero() {
			last = stamp(e.now(), r.Last)
		}
		p.row(span{l, mark + p.cell(r.Name, 20) + p.cell(string(r.Via), 11) + p.cell(fmt.Sprint(r.Waiting), 9) + p.cell(fmt.Sprint(r.Dead), 6) +
			last})
	}
	p.gap()
	r := n.list[min(n.rows.at, len(n.list)-1)]
	if r.Problem != "" {
		p.wrap(bad, 1, "Not sent: "+r.Problem+". It is tried again by itself.")
	}
	p.wrap(plain, 1, r.Sends)
	if n.one != nil && n.one.ID == r.ID {
		p.field("Server", plain, n.one.Server)
		p.field("Security", plain, string(n.one.Security))
		if n.one.By != "" {
			p.field("Set by", plain, n.one.By+", "+stamp(e.now(), n.one.At))
		}
	}
}
