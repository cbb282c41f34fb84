package privacy_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// bench is an officer over real records with recordings.
type bench struct {
	dir        string
	store      *store.Store
	recordings *recording.Archive
	officer    *privacy.Officer
	now        time.Time
}

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), now: noon}
	var err error
	if b.store, err = store.Open(filepath.Join(b.dir, "frontdesk.db"), store.Options{Now: func() time.Time { return b.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if b.recordings, err = recording.Open(filepath.Join(b.dir, "recordings"), 16000, b.store); err != nil {
		t.Fatal(err)
	}
	b.officer = privacy.New(privacy.Options{Records: b.store, Recordings: b.recordings, Dir: b.dir, Now: func() time.Time { return b.now }})
	return b
}

// call is a call of somebody with words, a message and a recording; it returns the caller's ID.
func (b *bench) call(t *testing.T, id string, from record.PhoneNumber, at time.Time, words record.Personal) string {
	t.Helper()
	c, err := b.store.BeginCall(record.Call{ID: id, From: from, Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	w, err := b.recordings.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if err := w.Write(0, make(audio.PCM, 320), make(audio.PCM, 320)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.store.AddNote(id, record.Note{At: at, By: "Maria", Text: "rang back: " + words}); err != nil {
		t.Fatal(err)
	}
	c.Ended, c.Turns, c.Outcome = at.Add(time.Minute), 1, record.Outcome{Result: record.ResultCompleted}
	if err := errors.Join(w.Close(), b.store.AddTurn(id, record.Turn{Heard: words, Said: "I will tell the doctor."}),
		b.store.EndCall(c)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.SaveMessage(record.Message{CallID: id, At: at, Name: "Anna Bergmann", Number: from, Reason: words}); err != nil {
		t.Fatal(err)
	}
	return c.CallerID
}

const words = "my daughter Carla has a terrible toothache since yesterday"

func TestNothingIsLeftOfWhoIsErased(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	other := b.call(t, "call-2", "+12175550199", noon, "please move my appointment to Thursday morning")
	if _, err := b.store.ChangeCaller(who, func(c *record.Caller) error {
		c.Learn(record.Field{Kind: record.FieldName, Value: "Anna Bergmann", Source: record.SourceSaid})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// A plain copy that somebody has left about is found; so the search can find something.
	leak := filepath.Join(b.dir, "notes.txt")
	if err := os.WriteFile(leak, []byte(strings.Repeat("x", 1<<20-7)+"Anna Bergmann said: "+words+strings.Repeat("y", 9000)),
		0o600); err != nil {
		t.Fatal(err)
	}
	e, err := b.officer.Erase(t.Context(), who, "asked", "test")
	if err != nil {
		t.Fatal(err)
	}
	if e.Calls != 1 || e.Messages != 1 || e.Turns != 1 || e.Finished.IsZero() {
		t.Errorf("receipt %+v", e.Tombstone)
	}
	if e.Proof.Clean() || slices.ContainsFunc(e.Proof.Found, func(f privacy.Found) bool { return f.File != "notes.txt" }) {
		t.Errorf("with a copy about: %+v", e.Proof)
	}
	if err := os.Remove(leak); err != nil {
		t.Fatal(err)
	}
	p, err := b.officer.Prove(t.Context(), e.ID, []string{words, "Anna Bergmann", "2175550142"})
	if err != nil || !p.Clean() || p.Files < 3 || p.Traces != 4 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := b.recordings.Sound("call-1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the recording: %v", err)
	}
	if _, err := b.store.Caller(who); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the card: %v", err)
	}
	if _, err := b.recordings.Sound("call-2"); err != nil {
		t.Errorf("the recording of somebody else: %v", err)
	}
	if ms, err := b.store.MessagesOfCaller(other); err != nil || len(ms) != 1 {
		t.Errorf("the messages of somebody else: %v, %v", ms, err)
	}
}

func TestWhoAsksIsCheckedBeforeAnythingIsGivenOrTaken(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	r, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: record.RequestErase, Door: "telephone"})
	if err != nil || r.State != record.RequestOpen || !r.Due.Equal(noon.AddDate(0, 1, 0)) {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := b.officer.Complete(t.Context(), r.ID, "test"); !errors.Is(err, privacy.ErrIdentity) {
		t.Fatalf("without a check: %v", err)
	}
	if _, err := b.officer.Identify(r.ID, "by looks", "test"); !errors.Is(err, privacy.ErrRequest) {
		t.Errorf("an unknown way: %v", err)
	}
	code, until, err := b.officer.NewCode(who)
	if err != nil || len(code) != 6 || !until.After(noon) {
		t.Fatalf("%q, %v, %v", code, until, err)
	}
	wrong := "000000"
	if wrong == code {
		wrong = "000001"
	}
	if b.officer.CheckCode(who, wrong) || !b.officer.CheckCode(who, code) || b.officer.CheckCode(who, code) {
		t.Error("a wrong code was taken, the right one was not, or it was taken twice")
	}
	if code, _, err = b.officer.NewCode(who); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		b.officer.CheckCode(who, wrong)
	}
	if b.officer.CheckCode(who, code) {
		t.Error("a code is good after five wrong ones")
	}
	// A legal hold wins over it, and says so.
	if err := b.store.SetHold(record.Hold{Caller: who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.officer.Identify(r.ID, record.IdentityCode, "test"); err != nil {
		t.Fatal(err)
	}
	if r, err = b.officer.Complete(t.Context(), r.ID, "test"); err != nil || r.State != record.RequestRefused ||
		!strings.Contains(r.Reason, "a law suit") {
		t.Errorf("under a hold: %+v, %v", r, err)
	}
	if _, err := b.officer.Complete(t.Context(), r.ID, "test"); !errors.Is(err, privacy.ErrRequest) {
		t.Errorf("a request that is over: %v", err)
	}
	if err := b.store.DropHold(who); err != nil {
		t.Fatal(err)
	}
	if r, err = b.officer.File(t.Context(), record.Request{
		Caller: who, Kind: record.RequestErase, Identity: record.IdentityOffice,
	}); err != nil {
		t.Fatal(err)
	}
	if r, err = b.officer.Complete(t.Context(), r.ID, "test"); err != nil || r.State != record.RequestDone {
		t.Fatalf("%+v, %v", r, err)
	}
	if stone, err := b.store.Tombstone(r.ID); err != nil || stone.Caller != who {
		t.Errorf("the receipt: %+v, %v", stone, err)
	}
}

func TestObjectionsHoldAtOnce(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	for kind, tag := range map[record.RequestKind]record.Tag{
		record.RequestObject: record.TagObjects, record.RequestNoContact: record.TagNoContact,
	} {
		r, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: kind, Call: "call-1"})
		if err != nil || r.State != record.RequestDone {
			t.Fatalf("%+v, %v", r, err)
		}
		if c, err := b.store.Caller(who); err != nil || !c.Has(tag) {
			t.Errorf("%s: %+v, %v", kind, c, err)
		}
	}
	if r, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: record.RequestWithdraw, Call: "call-1"}); err != nil ||
		r.State != record.RequestDone {
		t.Fatalf("%+v, %v", r, err)
	}
	if c, ok, err := b.store.Consent(who, record.ConsentRecording); err != nil || !ok || c.State != record.ConsentWithdrawn {
		t.Errorf("%+v, %v", c, err)
	}
	for name, bad := range map[string]record.Request{
		"an agent without proof": {Caller: who, Kind: record.RequestAccess, Agent: "Dora"},
		"nothing to be mended":   {Caller: who, Kind: record.RequestRectify},
		"no such right":          {Caller: who, Kind: "sell"},
	} {
		if _, err := b.officer.File(t.Context(), bad); !errors.Is(err, privacy.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheDossierHoldsAllAndNothingOfOthers(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	b.call(t, "call-2", "+12175550199", noon, "please move my appointment to Thursday morning")
	if _, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: record.RequestAccess}); err != nil {
		t.Fatal(err)
	}
	b.call(t, "call-3", "+12175550142", noon.Add(time.Hour), "I would like to come on Friday")
	d, err := b.officer.Dossier(who, privacy.DossierOptions{
		Office: "Bright <Smile>", Redact: []string{"Carla"}, Keeping: map[string]string{"recordings": "30 days"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	err = d.WriteArchive(&buf, func(call string) (io.ReadCloser, error) {
		s, err := b.recordings.Sound(call)
		return s.ReadSeekCloser, err
	})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	if !strings.HasPrefix(files["recordings/call-3.wav"], "RIFF") || len(files) != 4 {
		t.Errorf("files %v", len(files))
	}
	if !strings.Contains(files["dossier.json"], `"sound_withheld": true`) || !strings.Contains(files["dossier.html"], "not given out") {
		t.Error("it is not said that the recording with the name of somebody else is left out")
	}
	page, data := files["dossier.html"], files["dossier.json"]
	for _, s := range []string{"terrible toothache", "Bright &lt;Smile&gt;", "recordings/call-3.wav", "[third party] has", "30 days"} {
		if !strings.Contains(page, s) {
			t.Errorf("the page does not have %q", s)
		}
	}
	for _, s := range []string{"Carla", "Thursday", "5550199"} {
		if strings.Contains(page+data, s) {
			t.Errorf("%q is of somebody else", s)
		}
	}
	// Everything that the schema calls required is there.
	var got map[string]any
	var schema struct {
		Required   []string       `json:"required"`
		Properties map[string]any `json:"properties"`
	}
	form, err := privacy.Schema()
	if err := errors.Join(err, json.Unmarshal([]byte(data), &got), json.Unmarshal(form, &schema)); err != nil {
		t.Fatal(err)
	}
	for _, name := range schema.Required {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for name := range got {
		if _, ok := schema.Properties[name]; !ok {
			t.Errorf("%s is not in the schema", name)
		}
	}
}

func TestTheSweepListsBeforeItRemovesAndHoldsWin(t *testing.T) {
	b := open(t)
	old := b.call(t, "call-old", "+12175550142", noon.AddDate(0, 0, -100), words)
	held := b.call(t, "call-held", "+12175550143", noon.AddDate(0, 0, -100), words)
	child := b.call(t, "call-child", "+12175550144", noon.AddDate(0, 0, -40), words)
	gone := b.call(t, "call-gone", "+12175550145", noon.AddDate(0, 0, -400), words)
	b.call(t, "call-new", "+12175550146", noon.AddDate(0, 0, -2), words)
	if err := b.store.SetHold(record.Hold{Caller: held, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.ChangeCaller(child, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: record.TagMinor}, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	made := map[string]time.Time{}
	list, err := b.recordings.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		made[k.Call] = k.Made
	}
	due, err := b.officer.Due(b.store, noon, 60, made)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, d := range due {
		got[string(d.Kind)+" "+d.ID] = true
		if (d.Held != "") != (d.Caller == held) {
			t.Errorf("%+v", d)
		}
	}
	want := []string{
		"recording call-old", "transcript call-old", "recording call-held", "transcript call-held",
		"recording call-child", "call call-child", "recording call-gone", "call call-gone",
	}
	for _, w := range want {
		if !got[w] {
			t.Errorf("%s is not due", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("due are %v", due)
	}
	swept, err := b.officer.Sweep(t.Context(), b.store, due)
	if err != nil || swept.Held != 2 || swept.Removed[privacy.DueRecording] != 3 || swept.Removed[privacy.DueCall] != 2 ||
		swept.Removed[privacy.DueTranscript] != 1 {
		t.Errorf("%+v, %v", swept, err)
	}
	if c, err := b.store.Call("call-old"); err != nil || c.Forgotten.IsZero() {
		t.Errorf("%+v, %v", c, err)
	}
	if ts, err := b.store.Turns("call-old"); err != nil || len(ts) != 0 {
		t.Errorf("what was said: %v, %v", ts, err)
	}
	if ts, err := b.store.Turns("call-held"); err != nil || len(ts) != 1 {
		t.Errorf("what is held: %v, %v", ts, err)
	}
	for _, id := range []string{old, gone} {
		if _, err := b.store.Caller(id); err != nil {
			t.Errorf("a card with an open message: %v", err)
		}
	}
	// Once the message is dealt with and its time is over, the card is the last that goes.
	ms, err := b.store.MessagesOfCaller(gone)
	if err != nil || len(ms) != 1 {
		t.Fatal(ms, err)
	}
	if err := b.store.MarkDone(ms[0].ID, true); err != nil {
		t.Fatal(err)
	}
	for _, days := range []int{200, 0, 800} {
		b.now = b.now.AddDate(0, 0, days)
		if due, err = b.officer.Due(b.store, b.now, 60, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := b.officer.Sweep(t.Context(), b.store, due); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.store.Caller(gone); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the card of somebody long gone: %v", err)
	}
	if rep, err := b.store.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestTheDossierHoldsAllCallsOfWhoCallsOften(t *testing.T) {
	b := open(t)
	var many []store.Full
	who := record.Caller{ID: "caller-1", Number: "+12175550142", FirstSeen: noon}
	for i := range 1100 {
		at := noon.Add(time.Duration(i) * time.Minute)
		many = append(many, store.Full{
			Caller: who, Call: record.Call{
				ID: "call-" + at.Format("150405.000") + at.Format("02"), CallerID: who.ID, Started: at, Ended: at.Add(time.Second),
			},
		})
	}
	if err := b.store.Import(many); err != nil {
		t.Fatal(err)
	}
	d, err := b.officer.Dossier(who.ID, privacy.DossierOptions{})
	if err != nil || len(d.Calls) != 1100 {
		t.Errorf("%d calls, %v", len(d.Calls), err)
	}
}

// What a caller is told on the telephone is asked first: under a hold nothing is promised; what was promised is done, after a stop
// of the box too, or stays with the office when a hold came in between.
func TestAPromiseOnTheTelephoneIsKept(t *testing.T) {
	b := open(t)
	hold := func(who string) error {
		return b.store.SetHold(record.Hold{Caller: who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)})
	}
	file := func(who string, id record.Identity, call string) record.Request {
		r, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: record.RequestErase, Identity: id, Call: call})
		if err != nil || r.State != record.RequestOpen {
			t.Fatalf("%+v, %v", r, err)
		}
		return r
	}
	held := b.call(t, "call-1", "+12175550142", noon, words)
	if err := hold(held); err != nil {
		t.Fatal(err)
	}
	if r := file(held, record.IdentityCode, "call-1"); !r.Promised.IsZero() {
		t.Errorf("promised under a hold: %+v", r)
	}
	free := b.call(t, "call-2", "+12175550143", noon, words)
	for _, r := range []record.Request{file(free, record.IdentityNone, "call-2"), file(free, record.IdentityOffice, "")} {
		if !r.Promised.IsZero() {
			t.Errorf("promised to whom nobody has told it: %+v", r)
		}
	}
	kept := file(free, record.IdentityCode, "call-2")
	late := b.call(t, "call-3", "+12175550144", noon, words)
	broken := file(late, record.IdentityCode, "call-3")
	if err := hold(late); err != nil {
		t.Fatal(err)
	}
	list, err := b.officer.Promised()
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, r := range list {
		_, err := b.officer.Complete(t.Context(), r.ID, "box")
		var is *store.HeldError
		if (r.ID == broken.ID) != errors.As(err, &is) || r.ID == kept.ID && err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
	}
	if _, err := b.store.Caller(free); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who was promised to be erased: %v", err)
	}
	if r, err := b.store.Request(broken.ID); err != nil || r.State != record.RequestOpen || !r.Promised.IsZero() {
		t.Errorf("what could not be kept is with the office: %+v, %v", r, err)
	}
	if list, err := b.officer.Promised(); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// A request to correct is done when the card says it right, with the request as its source; nothing is noted as done before.
func TestACorrectionCorrectsTheCard(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	learn := func(k record.FieldKind, v record.Personal) error {
		_, err := b.store.ChangeCaller(who, func(c *record.Caller) error {
			c.Learn(record.Field{Kind: k, Value: v, Source: record.SourceSaid, At: noon})
			return nil
		})
		return err
	}
	if err := errors.Join(learn(record.FieldName, "Jon Smyth"), learn(record.FieldEmail, "jon@example.org"),
		learn(record.FieldNote, "owes money")); err != nil {
		t.Fatal(err)
	}
	for kind, x := range map[record.FieldKind][2]record.Personal{
		record.FieldName: {"Jon Smyth", "John Smith"}, record.FieldEmail: {"jon@example.org", "john@example.org"},
		record.FieldNote: {"owes money", ""},
	} {
		r, err := b.officer.File(t.Context(), record.Request{Caller: who, Kind: record.RequestRectify, What: "that is not me"})
		if err != nil {
			t.Fatal(err)
		}
		fix := func(c *record.Caller) {
			c.Forget(record.Field{Kind: kind, Value: x[0]})
			c.Learn(record.Field{Kind: kind, Value: x[1], Source: record.SourceRequest, By: "request " + r.ID, At: noon})
		}
		if _, err := b.officer.Rectify(r.ID, fix, "", "test"); !errors.Is(err, privacy.ErrIdentity) {
			t.Errorf("%s before it is known who asks: %v", kind, err)
		}
		if _, err := b.officer.Identify(r.ID, record.IdentityOffice, "test"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.officer.Complete(t.Context(), r.ID, "test"); !errors.Is(err, privacy.ErrRequest) {
			t.Errorf("%s noted as done with nothing done: %v", kind, err)
		}
		if _, err := b.officer.Rectify(r.ID, nil, "", "test"); !errors.Is(err, privacy.ErrRequest) {
			t.Errorf("%s noted as done with nothing said: %v", kind, err)
		}
		done, err := b.officer.Rectify(r.ID, fix, "", "test")
		if err != nil || done.State != record.RequestDone {
			t.Errorf("%s: %+v, %v", kind, done, err)
		}
		c, err := b.store.Caller(who)
		if err != nil || slices.Contains(c.Values(kind), x[0]) || x[1] != "" && !slices.Contains(c.Values(kind), x[1]) {
			t.Errorf("%s: the card is %+v, %v", kind, c, err)
		}
	}
}

// A card that came from a list, from a program or from the office has a time of its own, and the dry run names it first.
func TestCardsOfEveryKindHaveTheirTime(t *testing.T) {
	for name, x := range map[string]struct {
		fields []record.Field
		marks  []record.Mark
		called time.Time
		rule   record.Retention
		due    bool
	}{
		"from a list, old":      {fields: of(record.SourceImport, -200), rule: record.Retention{Imported: 100}, due: true},
		"from a list, young":    {fields: of(record.SourceImport, -50), rule: record.Retention{Imported: 100}},
		"from a list, for ever": {fields: of(record.SourceImport, -4000), rule: record.Retention{Callers: 10, Pushed: 10, Office: 10}},
		"from a list, called since": {
			fields: of(record.SourceImport, -200), called: noon.AddDate(0, 0, -20), rule: record.Retention{Imported: 100, Calls: 10},
		},
		"from a program, old":     {fields: of(record.SourceAPI, -200), rule: record.Retention{Pushed: 100}, due: true},
		"from a program, young":   {fields: of(record.SourceAPI, -50), rule: record.Retention{Pushed: 100}},
		"by the office, old":      {fields: of(record.SourceOffice, -200), rule: record.Retention{Office: 100}, due: true},
		"by the office, for ever": {fields: of(record.SourceOffice, -4000), rule: record.Retention{Callers: 10, Imported: 10}},
		"of two kinds, the longer": {
			fields: append(of(record.SourceImport, -200), of(record.SourceOffice, -200)...), rule: record.Retention{Imported: 10, Office: 300},
		},
		"of two kinds, both over": {
			fields: append(of(record.SourceImport, -400), of(record.SourceOffice, -400)...), rule: record.Retention{Imported: 10, Office: 300},
			due: true,
		},
		"from a list, objects": {
			fields: of(record.SourceImport, -200), marks: []record.Mark{{Tag: record.TagObjects}}, rule: record.Retention{Imported: 100},
		},
		"from a list, of a child": {
			fields: of(record.SourceImport, -40), marks: []record.Mark{{Tag: record.TagMinor}}, rule: record.Retention{Imported: 100, Minors: 30},
			due: true,
		},
		"of who has called, old": {fields: of(record.SourceSaid, -200), rule: record.Retention{Callers: 100, Imported: 1000}, due: true},
		"put right by request, young": {
			fields: append(of(record.SourceImport, -400), of(record.SourceRequest, -5)...), rule: record.Retention{Imported: 100, Office: 100},
		},
		"put right by request, though": {
			fields: append(of(record.SourceImport, -400), of(record.SourceRequest, -105)...), rule: record.Retention{Imported: 100, Office: 100},
			due: true,
		},
	} {
		b := open(t)
		c := record.Caller{FirstSeen: noon.AddDate(-20, 0, 0), LastSeen: x.called, Marks: x.marks, Fields: x.fields}
		c, err := b.store.AddCaller(c)
		if err := errors.Join(err, b.store.SetRetention(x.rule)); err != nil {
			t.Fatal(err)
		}
		due, err := b.officer.Due(b.store, noon, 30, nil)
		if err != nil || (len(due) == 1) != x.due || x.due && (due[0].Kind != privacy.DueCaller || due[0].ID != c.ID) {
			t.Errorf("%s: %+v, %v", name, due, err)
		}
		if _, err := b.store.Caller(c.ID); err != nil {
			t.Errorf("%s: the dry run removed it: %v", name, err)
		}
		if _, err := b.officer.Sweep(t.Context(), b.store, due); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.Caller(c.ID); errors.Is(err, store.ErrNotFound) != x.due {
			t.Errorf("%s: after the sweep %v", name, err)
		}
	}
}

// of is a note from a source, so many days from noon.
func of(from record.Source, days int) []record.Field {
	return []record.Field{{Kind: record.FieldNote, Value: record.Personal("from " + string(from)), Source: from, At: noon.AddDate(0, 0, days)}}
}
