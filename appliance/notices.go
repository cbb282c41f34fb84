package appliance

import (
	"context"
	"time"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
)

// Telling the office's telephones of messages: a lamp at the PBX, a text to one of them.
const (
	lampEvery   = 3 * time.Second // how often open messages are counted, whatever door deals with one
	textTimeout = 40 * time.Second
	textsMost   = 16 // calls with messages that wait to be told of
	// mailboxSubscribers is how many telephones may have themselves told of messages.
	mailboxSubscribers = 16
)

// messageNotices is a reception.Observer that has messages told to the extension of the settings.
type messageNotices struct {
	to    string
	calls chan string // with messages
	asks  chan record.Request
}

func newMessageNotices(to string) *messageNotices {
	return &messageNotices{to: to, calls: make(chan string, textsMost), asks: make(chan record.Request, textsMost)}
}

// asked has it told that a caller has asked for something that the office has to deal with.
func (t *messageNotices) asked(r record.Request) {
	if t.to == "" {
		return
	}
	select {
	case t.asks <- r:
	default: // the PBX takes none; the request itself is safe
	}
}

// CallStarted implements reception.Observer.
func (*messageNotices) CallStarted(record.Call) {}

// TurnHeard implements reception.Observer.
func (*messageNotices) TurnHeard(string, string, bool) {}

// TurnDone implements reception.Observer.
func (*messageNotices) TurnDone(string, record.Turn) {}

// CallEnded implements reception.Observer.
func (t *messageNotices) CallEnded(c record.Call) {
	if t.to == "" || c.Messages == 0 || c.Origin != record.OriginLine {
		return
	}
	select {
	case t.calls <- c.ID:
	default: // the PBX takes none; the message itself is safe
	}
}

// tellOfMessages runs until ctx ends.
func (a *Appliance) tellOfMessages(ctx context.Context) error {
	every := time.NewTicker(lampEvery)
	defer every.Stop()
	if !a.cfg.SIP.MessageLamp {
		every.Stop()
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case id := <-a.notices.calls:
			a.sendTexts(ctx, id)
		case r := <-a.notices.asks:
			limited, cancel := context.WithTimeout(ctx, textTimeout)
			if err := a.phone.SendText(limited, a.notices.to, requestText(r)); err != nil {
				a.log.Warn("a request could not be told by text; it is on the list all the same", "err", err)
			}
			cancel()
		case <-every.C:
			if n, err := a.store.CountOpen(); err == nil {
				a.phone.ShowWaiting(n)
			}
		}
	}
}

// sendTexts sends a text for each message of a call.
func (a *Appliance) sendTexts(ctx context.Context, call string) {
	messages, err := a.store.MessagesOf(call)
	if err != nil {
		a.log.Error("read messages to tell of", "call", call, "err", err)
		return
	}
	for _, m := range messages {
		limited, cancel := context.WithTimeout(ctx, textTimeout)
		err := a.phone.SendText(limited, a.notices.to, noticeText(m))
		cancel()
		if err != nil {
			a.log.Warn("a message could not be told by text; it is on the list all the same", "call", call, "err", err)
		}
	}
}

// requestText is the text of a request; it names nobody, for who asks is not checked yet.
func requestText(r record.Request) record.Personal {
	return record.Personal("A caller asks about their data (" + string(r.Kind) + "). It is due on " + r.Due.Format("2 January") +
		": see Requests on the page.")
}

// noticeText is the text of a message.
func noticeText(m record.Message) record.Personal {
	who := string(m.Name)
	if who == "" {
		who = "a caller"
	}
	text := "Message from " + who
	if m.Number != "" {
		text += ", " + numbering.Shown(m.Number)
	}
	if m.Extension != "" {
		text += ", extension " + m.Extension
	}
	if m.Second != "" {
		text += ", or " + numbering.Shown(m.Second)
	}
	if m.For != "" {
		text += ", for " + m.For
	}
	if m.Urgency == record.Urgent {
		text += ", urgent"
	}
	if m.BestTime != "" {
		text += ", best time to call: " + string(m.BestTime)
	}
	if m.Reason != "" {
		text += ": " + string(m.Reason)
	}
	return record.Personal(text)
}

// keepText keeps a text that somebody has sent to the extension as a message: one that was written instead of spoken.
func (a *Appliance) keepText(_ context.Context, t phone.Text) error {
	b, _ := a.Business()
	_, err := a.store.SaveMessage(record.Message{
		At: time.Now(), Name: t.Name, Number: numbering.E164(t.From, b.Region), NumberFrom: "text", Reason: t.Body, Urgency: record.Normal,
		Text: true,
	})
	return err
}
