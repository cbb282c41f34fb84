package reception_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// What callers are told about recording.
var (
	noticeText = en.Language{}.Text(language.TextNotice, language.Args{})
	askText    = en.Language{}.Text(language.TextAskRecording, language.Args{})
)

// ledger keeps consents in memory.
type ledger struct {
	mu     sync.Mutex
	last   record.ConsentState // what was said before the call
	broken error               // of reading it
	list   []record.Consent
}

func (l *ledger) Consent(string, record.ConsentKind) (record.Consent, bool, error) {
	return record.Consent{State: l.last}, l.last != "", l.broken
}

func (l *ledger) AddConsent(c record.Consent) (record.Consent, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, c)
	return c, nil
}

func (l *ledger) UseNotice(n record.Notice) (record.Notice, error) {
	n.Version = 1
	if n.Text == askText {
		n.Version = 2
	}
	return n, nil
}

// Who is asked is recorded from the moment of the yes; without one nothing is, whatever else is said.
func TestWhoIsAskedIsRecordedOnlyAfterAYes(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		key    rune
		begun  bool
		state  record.ConsentState
		how    record.ConsentHow
		result record.Recording
	}{
		"yes":               {"Yes, that's fine.", 0, true, record.ConsentGiven, record.ByVoice, record.RecordingKept},
		"one":               {"", '1', true, record.ConsentGiven, record.ByKey, record.RecordingKept},
		"no":                {"No, thank you.", 0, false, record.ConsentRefused, record.ByVoice, record.RecordingRefused},
		"nine":              {"", '9', false, record.ConsentRefused, record.ByKey, record.RecordingRefused},
		"something else":    {"Where are you?", 0, false, "", "", record.RecordingRefused},
		"nothing is said":   {"", 0, false, "", "", record.RecordingNotAllowed},
		"do not record it!": {"Please don't record this.", 0, false, record.ConsentRefused, record.ByVoice, record.RecordingRefused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x, l := &fakeRecordings{}, &ledger{}
				o := openWith(t, &office{recordings: x, ask: true, ledger: l}, tt.text)
				o.quiet()
				if x.begun() {
					t.Error("recorded before anything was answered")
				}
				switch {
				case tt.key != 0:
					o.call.line.digits <- line.Digit{Key: tt.key, At: time.Now()}
					o.quiet()
				case tt.text != "":
					o.say(time.Second)
					o.quiet()
				}
				time.Sleep(3 * time.Second)
				o.hangup()
				if x.begun() != tt.begun || x.discarded {
					t.Errorf("begun %v, discarded %v", x.begun(), x.discarded)
				}
				if got := o.recs.call.Recording; got != tt.result {
					t.Errorf("recording = %q, want %q", got, tt.result)
				}
				if tt.state == "" {
					if len(l.list) > 0 {
						t.Errorf("the ledger has %+v", l.list)
					}
					return
				}
				if len(l.list) != 1 || l.list[0].State != tt.state || l.list[0].How != tt.how || l.list[0].Notice != 2 ||
					l.list[0].Caller != "caller-1" || l.list[0].Second <= 0 {
					t.Errorf("the ledger has %+v", l.list)
				}
			})
		})
	}
}

// What was said on a former call is honoured.
func TestAFormerChoiceIsHonoured(t *testing.T) {
	for name, tt := range map[string]struct {
		last  record.ConsentState
		ask   bool
		says  string // in the greeting; "" = no word of recording
		begun bool
	}{
		"refused":           {record.ConsentRefused, false, "", false},
		"withdrawn":         {record.ConsentWithdrawn, true, "", false},
		"agreed once":       {record.ConsentGiven, true, noticeText, true},
		"informed once":     {record.ConsentInformed, false, noticeText, true},
		"asked each time":   {record.ConsentInformed, true, askText, false},
		"never said a word": {"", false, noticeText, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x, l := &fakeRecordings{}, &ledger{last: tt.last}
				o := openWith(t, &office{recordings: x, ask: tt.ask, ledger: l})
				o.quiet()
				time.Sleep(2 * time.Second)
				o.hangup()
				said := o.recs.turn(0).Said
				if tt.says == "" && strings.Contains(said, "record") || !strings.Contains(said, tt.says) {
					t.Errorf("greeting: %s", said)
				}
				if x.begun() != tt.begun {
					t.Errorf("begun %v", x.begun())
				}
				informed := slices.ContainsFunc(l.list, func(c record.Consent) bool {
					return c.State == record.ConsentInformed && c.How == record.ByNotice && c.Notice == 1
				})
				if informed != (tt.says == noticeText) {
					t.Errorf("the ledger has %+v", l.list)
				}
			})
		})
	}
}

// Where nobody can tell whether a caller has refused, nothing is recorded.
func TestAnUnreadableLedgerRecordsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &fakeRecordings{}
		o := openWith(t, &office{recordings: x, ledger: &ledger{last: record.ConsentGiven, broken: errors.New("damaged")}})
		o.quiet()
		time.Sleep(2 * time.Second)
		o.hangup()
		if x.begun() || strings.Contains(o.recs.turn(0).Said, "record") {
			t.Errorf("recorded: %v; greeting: %s", x.begun(), o.recs.turn(0).Said)
		}
	})
}

// What stands on the card decides whether the call is answered here, and whether it is recorded.
func TestTheCardDecides(t *testing.T) {
	for tag, status := range map[record.Tag]int{
		record.TagBlocked: 603, record.TagProtected: 480, record.TagObjects: 480, record.TagMinor: 0, record.TagUnrecorded: 0, record.TagAsked: 0,
		record.TagVIP: 0,
	} {
		t.Run(string(tag), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := &fakeRecordings{}
				recs := newRecords()
				recs.tags = []record.Tag{tag}
				o := openWith(t, &office{recordings: x, recs: recs, ledger: &ledger{}})
				if status != 0 {
					<-o.done
					synctest.Wait()
					if o.call.rejected != status || o.recs.call.Outcome.Result != record.ResultRefused {
						t.Errorf("refused with %d, %+v", o.call.rejected, o.recs.call.Outcome)
					}
					return
				}
				o.quiet()
				time.Sleep(2 * time.Second)
				o.hangup()
				if x.begun() == (tag == record.TagMinor || tag == record.TagUnrecorded || tag == record.TagAsked) {
					t.Errorf("recorded: %v", x.begun())
				}
				if said := o.recs.turn(0).Said; strings.Contains(said, askText) != (tag == record.TagAsked) {
					t.Errorf("greeting: %s", said)
				}
			})
		})
	}
}

// A card number is in no words and in no sound.
func TestCardNumbersAreKeptNowhere(t *testing.T) {
	for name, tt := range map[string]struct {
		texts []string
		loud  bool // the caller's voice is in the recording
	}{
		"at once":            {[]string{"My card is 4111 1111 1111 1111, thank you."}, false},
		"in two parts":       {[]string{"4111 1111", "1111 1111"}, false},
		"a telephone number": {[]string{"I have a tooth that hurts since Monday."}, true},
		"a year and a day":   {[]string{"I was there on 12 March 2019."}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := &fakeRecordings{}
				o := openWith(t, &office{recordings: x, ledger: &ledger{}}, tt.texts...)
				o.quiet()
				for range tt.texts {
					o.say(2 * time.Second)
					o.quiet()
				}
				o.hangup()
				if (x.caller > 0) != tt.loud || !x.closed {
					t.Errorf("%d loud frames of the caller, closed %v", x.caller, x.closed)
				}
				for i := range o.recs.count() {
					turn := o.recs.turn(i)
					if strings.Contains(string(turn.Heard)+turn.Said, "1111") {
						t.Errorf("turn %d: %q, %q", i, string(turn.Heard), turn.Said)
					}
				}
			})
		})
	}
}

func TestACardNumberByKeysIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t)
		o.quiet()
		for _, k := range "4111111111111111" {
			o.call.line.digits <- line.Digit{Key: k, At: time.Now()}
			time.Sleep(200 * time.Millisecond)
		}
		o.quiet()
		o.hangup()
		for i := range o.recs.count() {
			if s := string(o.recs.turn(i).Heard); strings.Contains(s, "41111111111") {
				t.Errorf("turn %d: %q", i, s)
			}
		}
	})
}

// requests notes what callers ask for.
type requests struct {
	mu        sync.Mutex
	code      string
	held      bool // a legal hold keeps everything
	filed     []record.Request
	completed []string
}

func (r *requests) HasCode(string) bool { return r.code != "" }

func (r *requests) File(_ context.Context, q record.Request, code string) (reception.Filed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if code != "" && code != r.code {
		return reception.Filed{Wrong: true}, nil
	}
	r.filed = append(r.filed, q)
	return reception.Filed{
		ID: "request-1", Verified: code != "", Held: r.held && code != "" && q.Kind == record.RequestErase,
		Kept: language.Kept{Kinds: []string{"name"}, Calls: 1},
	}, nil
}

func (r *requests) Complete(_ context.Context, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.completed = append(r.completed, id)
	return nil
}

func TestCallersAskForTheirRights(t *testing.T) {
	for name, tt := range map[string]struct {
		text      string
		code      string // the office has told it
		keys      string
		kind      record.RequestKind
		says      string
		completed bool
	}{
		"erase, without a code": {"Please delete my data.", "", "", record.RequestErase, "call you back", false},
		"erase, with the code": {
			"Please delete my data.", "123456", "123456", record.RequestErase, "is deleted as soon as we hang up", true,
		},
		"erase, with a wrong code": {"Please delete my data.", "123456", "999999", "", "not right", false},
		"what is kept, with a code": {
			"What data do you have about me?", "123456", "123456", record.RequestAccess, "We keep your name, one call, and no messages", false,
		},
		"no more calls":              {"Please stop calling me.", "", "", record.RequestNoContact, "We will not call you", false},
		"withdrawn":                  {"I withdraw my consent.", "", "", record.RequestWithdraw, "not recorded any more", false},
		"by keypad":                  {"", "", "82", record.RequestErase, "call you back", false},
		"a question about the rules": {"Do you sell my data?", "", "", "", "put your question on the list", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &requests{code: tt.code}
				o := openWith(t, &office{rights: r, written: true}, tt.text, "Yes.")
				o.quiet()
				if tt.text != "" {
					o.say(time.Second)
					o.quiet()
				}
				if tt.kind != "" && tt.text != "" || tt.code != "" { // a right is asked back before anything is done
					o.say(time.Second)
					o.quiet()
				}
				for _, k := range tt.keys {
					o.call.line.digits <- line.Digit{Key: k, At: time.Now()}
					time.Sleep(300 * time.Millisecond)
					if tt.text == "" {
						o.quiet()
					}
				}
				if tt.keys != "" && tt.text != "" {
					o.quiet()
				}
				select {
				case <-o.done:
				default:
					if len(r.completed) > 0 {
						t.Error("it was done while the call went on")
					}
					o.hangup()
				}
				synctest.Wait()
				if !strings.Contains(o.recs.said(), tt.says) {
					t.Errorf("said: %s", o.recs.said())
				}
				if tt.kind == "" {
					if len(r.filed) > 0 {
						t.Errorf("filed %+v", r.filed)
					}
				} else if len(r.filed) != 1 || r.filed[0].Kind != tt.kind || r.filed[0].Caller != "caller-1" {
					t.Errorf("filed %+v", r.filed)
				}
				if (len(r.completed) > 0) != tt.completed {
					t.Errorf("completed %v", r.completed)
				}
			})
		})
	}
}

// Who hangs up in mid-sentence is heard to the end, but for what may have been a card number.
func TestTheLastWordsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &fakeRecordings{}
		o := openWith(t, &office{recordings: x, ledger: &ledger{}}, "nobody hears this to its end")
		o.quiet()
		o.call.line.speak(10 * time.Second)
		time.Sleep(4 * time.Second)
		o.hangup()
		if x.caller < 150 || !x.closed {
			t.Errorf("%d loud frames of the caller, closed %v", x.caller, x.closed)
		}
	})
}

// Under a legal hold nobody is told that everything is deleted, and nothing is done after the call: the office deals with it. So by
// voice and by keys.
func TestAHoldIsSaidBeforeAnythingIsPromised(t *testing.T) {
	for name, keys := range map[string]string{"asked for by voice": "123456", "asked for by keys": "82123456"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &requests{code: "123456", held: true}
				o := openWith(t, &office{rights: r}, "Please erase all my data.", "Yes.")
				o.quiet()
				if len(keys) == 6 {
					for range 2 {
						o.say(time.Second)
						o.quiet()
					}
				}
				for _, k := range keys {
					o.call.line.digits <- line.Digit{Key: k, At: time.Now()}
					time.Sleep(300 * time.Millisecond)
				}
				o.quiet()
				o.hangup()
				synctest.Wait()
				said := o.recs.said()
				if !strings.Contains(said, en.Language{}.Text(language.TextHeld, language.Args{})) ||
					strings.Contains(said, en.Language{}.Text(language.TextErased, language.Args{})) {
					t.Errorf("said: %s", said)
				}
				if len(r.filed) != 1 || len(r.completed) != 0 {
					t.Errorf("filed %+v, completed %q", r.filed, r.completed)
				}
			})
		})
	}
}

// spoken are the words that a call has left in its turns.
func (o *office) spoken() string {
	o.recs.mu.Lock()
	defer o.recs.mu.Unlock()
	var all []string
	for _, t := range o.recs.turns {
		all = append(all, string(t.Heard), t.Said)
	}
	return strings.TrimSpace(strings.Join(all, " "))
}

// "Not recorded" means neither sound nor words, whenever the caller says so, with the message alone excepted; and a caller who is
// told that words are kept is told the truth. What was said before the refusal goes, too.
func TestWhoRefusesLeavesNoWords(t *testing.T) {
	const before, after = "Do you have a parking lot?", "Where are you?"
	for name, tt := range map[string]struct {
		written  bool
		recorded bool // calls are recorded
		last     record.ConsentState
		tag      record.Tag
		refuses  string
		words    bool // are kept in the end
		says     language.Key
	}{
		"refuses": {recorded: true, refuses: "Please don't record this.", says: language.TextUnwritten},
		"refuses, words are kept": {
			recorded: true, written: true, refuses: "Please don't record this.", words: true, says: language.TextNotRecorded,
		},
		"refuses where nothing is recorded": {refuses: "Do not record me, please.", says: language.TextUnwritten},
		"refused last time":                 {recorded: true, last: record.ConsentRefused},
		"took it back":                      {last: record.ConsentWithdrawn},
		"refused last time, words are kept": {recorded: true, written: true, last: record.ConsentRefused, words: true},
		"never recorded, by the card":       {recorded: true, tag: record.TagUnrecorded},
		"says nothing of it":                {recorded: true, words: true},
		"has agreed":                        {recorded: true, last: record.ConsentGiven, words: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				recs := newRecords()
				if tt.tag != "" {
					recs.tags = []record.Tag{tt.tag}
				}
				lines := []string{before, after}
				if tt.refuses != "" {
					lines = []string{before, tt.refuses, after}
				}
				o := &office{recs: recs, ledger: &ledger{last: tt.last}, written: tt.written}
				if tt.recorded {
					o.recordings = &fakeRecordings{}
				}
				o = openWith(t, o, lines...)
				o.quiet()
				for range lines {
					o.say(time.Second)
					o.quiet()
				}
				o.hangup()
				synctest.Wait()
				words := o.spoken()
				if tt.words != (strings.Contains(words, before) && strings.Contains(words, after)) || !tt.words && words != "" {
					t.Errorf("kept: %q", words)
				}
				var aloud []string
				for _, r := range o.mouth.Requests() {
					aloud = append(aloud, r.Text)
				}
				if tt.says != "" && !strings.Contains(strings.Join(aloud, " "), en.Language{}.Text(tt.says, language.Args{})) {
					t.Errorf("said %q", aloud)
				}
			})
		})
	}
}

// Of who has what is kept restricted nothing new is kept but that there was a call: no words, no sound, no name, no question, no
// message; and nobody is told that something was noted.
func TestOfTheRestrictedOnlyTheCallIsKept(t *testing.T) {
	for _, text := range []string{
		"I would like to leave a message.", "My name is Anna Berger, please call me back.", "Do you sell shoes?",
		"Can somebody call me back, please?",
	} {
		synctest.Test(t, func(t *testing.T) {
			recs := newRecords()
			recs.tags = []record.Tag{record.TagRestricted}
			x := &fakeRecordings{}
			o := openWith(t, &office{recordings: x, recs: recs, ledger: &ledger{}}, text, "Yes.", "Anna Berger.", "Yes.", "It is about my bill.",
				"Yes.")
			o.quiet()
			for range 6 {
				select {
				case <-o.done:
				default:
					o.say(time.Second)
					o.quiet()
				}
			}
			select {
			case <-o.done:
			default:
				o.hangup()
			}
			synctest.Wait()
			c := o.recs.call
			if words := o.spoken(); words != "" || len(o.recs.turns) > 0 || c.Turns != 0 || c.DisplayName != "" || x.begun() ||
				len(o.recs.messages) > 0 || len(o.recs.asked) > 0 || o.recs.name != "" {
				t.Errorf("%q: kept %q, %+v, messages %+v, questions %+v", text, words, c, o.recs.messages, o.recs.asked)
			}
			if c.Ended.IsZero() || c.From == "" {
				t.Errorf("the fact of the call: %+v", c)
			}
		})
	}
}

// Each call keeps which wordings were in force.
func TestACallKeepsTheNoticesInForce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openWith(t, &office{recordings: &fakeRecordings{}, ask: true, ledger: &ledger{}}, "")
		o.quiet()
		o.hangup()
		want := record.Notices{record.NoticeAssistant: 1, record.NoticeRecording: 2}
		if got := o.recs.call.Notices; !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
