package reception_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/record"
)

// knower is a system that puts on the card what it knows, after a while.
type knower struct {
	recs   *records
	after  time.Duration
	fields []record.Field
	tags   []record.Tag
	asked  []string
}

// Look implements reception.Contacts.
func (k *knower) Look(_ context.Context, caller string, n record.PhoneNumber) {
	k.asked = append(k.asked, caller+" "+string(n))
	time.Sleep(k.after)
	k.recs.fields, k.recs.tags = k.fields, append(k.recs.tags, k.tags...)
}

// Who is known by the office's system is greeted by name, and treated as with a card on file; who has restricted the use of their data,
// or does not talk with the assistant, is not even asked for.
func TestKnownByTheOfficesSystem(t *testing.T) {
	for name, x := range map[string]struct {
		on, said []record.Tag // on the card before, and what the system says
		status   int          // the call is refused with; 0 = answered
		asked    bool
		greeted  bool
	}{
		"known":      {asked: true, greeted: true},
		"blocked":    {said: []record.Tag{record.TagBlocked}, status: 603, asked: true},
		"restricted": {on: []record.Tag{record.TagRestricted}},
		"objects":    {on: []record.Tag{record.TagObjects}, status: 480},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				recs := newRecords()
				recs.tags = slices.Clone(x.on)
				k := &knower{
					recs: recs, after: 250 * time.Millisecond, tags: x.said,
					fields: []record.Field{{Kind: record.FieldName, Value: "Ada Byron"}},
				}
				o := openWith(t, &office{recs: recs, contacts: k, ledger: &ledger{}})
				if x.status != 0 {
					<-o.done
					synctest.Wait()
					if o.call.rejected != x.status {
						t.Errorf("refused with %d", o.call.rejected)
					}
				} else {
					o.quiet()
					time.Sleep(2 * time.Second)
					o.hangup()
					if said := o.recs.turn(0).Said; strings.Contains(said, "Ada Byron") != x.greeted {
						t.Errorf("greeting: %s", said)
					}
				}
				if (len(k.asked) == 1) != x.asked {
					t.Errorf("asked: %v", k.asked)
				}
			})
		})
	}
}
