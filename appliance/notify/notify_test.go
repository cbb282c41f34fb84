package notify_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sends is a sender that does what the test wants, and remembers what it was given.
type sends struct {
	mu   sync.Mutex
	got  []string
	send func(ctx context.Context, to notify.Target, l notify.Letter) error
}

// Send implements notify.Sender.
func (s *sends) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	if s.send != nil {
		if err := s.send(ctx, to, l); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range l.Items {
		s.got = append(s.got, to.Name+" "+i.Text)
	}
	return nil
}

func (s *sends) all() []string { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.got) }

// While every recipient hangs, calls come, are talked in, leave messages and end as ever: nothing of a call waits for a notifier, and all
// of it is sent when the recipients are back.
func TestCallsGoOnWhileEveryRecipientHangs(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const recipients, calls = 8, 20
	hanging, back := make(chan struct{}, recipients), make(chan struct{})
	other := &sends{send: func(ctx context.Context, _ notify.Target, _ notify.Letter) error {
		select {
		case hanging <- struct{}{}:
		default:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-back:
			return nil
		}
	}}
	for i := range recipients {
		r := record.Recipient{Name: fmt.Sprint(i), Via: record.ViaWebhook, On: true, Tells: record.DefaultTells()}
		if _, err := s.SetRecipient(r, ""); err != nil {
			t.Fatal(err)
		}
	}
	n := notify.New(notify.Options{
		Records: s, Senders: map[record.Via]notify.Sender{record.ViaWebhook: other}, Patience: time.Hour,
		Office: func() notify.Office { return notify.Office{} },
	})
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- n.Run(ctx) }()
	call := func(i int) {
		c, err := s.BeginCall(record.Call{From: record.PhoneNumber(fmt.Sprintf("+1217555%04d", i)), Started: time.Now()})
		_, err2 := s.SaveMessage(record.Message{CallID: c.ID, At: time.Now(), Reason: "a toothache"})
		c.Ended, c.Messages = time.Now(), 1
		if err := errors.Join(err, err2, s.AddTurn(c.ID, record.Turn{Heard: "hello"}), s.EndCall(c)); err != nil {
			t.Fatal(err)
		}
	}
	call(0)
	for range recipients {
		<-hanging
	}
	for i := range calls - 1 {
		call(i + 1)
	}
	if got := other.all(); len(got) != 0 {
		t.Errorf("sent already: %q", got)
	}
	close(back)
	wait(t, "everything is sent", func() bool { return len(other.all()) == recipients*calls })
	stop()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("Run() = %v", err)
	}
}

// Quiet hours hold back what is not urgent, the day's letter goes once at its time, and a recipient of one person gets that one's messages.
func TestRulesInTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 1, 3, 19, 0, 0, 0, time.UTC))) // the bubble's clock: an evening
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		other := &sends{}
		for _, r := range []record.Recipient{
			{Name: "quiet", Quiet: record.Quiet{From: "18:00", To: "08:00"}, Tells: record.DefaultTells(), Daily: "17:30"},
			{Name: "lopez", For: "Dr. Lopez", Tells: map[record.OccasionKind]record.When{record.OccasionMessage: record.WhenAtOnce}},
			{Name: "off", Tells: record.DefaultTells()},
		} {
			r.Via, r.On = record.ViaWebhook, r.Name != "off"
			if _, err := s.SetRecipient(r, ""); err != nil {
				t.Fatal(err)
			}
		}
		n := notify.New(notify.Options{
			Records: s, Senders: map[record.Via]notify.Sender{record.ViaWebhook: other},
			Office: func() notify.Office { return notify.Office{Zone: time.UTC} },
		})
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan error, 1)
		go func() { over <- n.Run(ctx) }()
		leave := func(to string, u record.Urgency) {
			if _, err := s.SaveMessage(record.Message{At: time.Now(), For: to, Urgency: u, Reason: "x"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
		}
		expect := func(when string, want ...string) {
			t.Helper()
			if got := other.all(); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		leave("", record.Normal)
		expect("in the evening")
		leave("", record.Urgent)
		urgent := "quiet A caller has left an urgent message."
		expect("something urgent", urgent)
		leave("dr. lopez", record.Normal)
		lopez := "lopez A caller has left a message."
		expect("for one person", urgent, lopez)
		for range 2 {
			if err := s.Occur(record.Occasion{Kind: record.OccasionUpdate, Text: "A new version can be installed."}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Until(time.Date(2000, 1, 4, 7, 59, 0, 0, time.UTC)))
		expect("before eight", urgent, lopez)
		time.Sleep(2 * time.Minute)
		message := "quiet A caller has left a message."
		expect("after eight", urgent, lopez, message, message)
		time.Sleep(time.Until(time.Date(2000, 1, 4, 17, 31, 0, 0, time.UTC)))
		update := "quiet A new version can be installed."
		expect("after half past five", urgent, lopez, message, message, update, update)
		stop()
		<-over // it was stopped
	})
}
