package privacy

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// feeReasons say why the law allows a fee; Art. 15(3) knows the first for access alone, Art. 12(5) the second for every request.
var feeReasons = map[record.FeeReason]string{
	record.FeeCopy:      "you have had a first copy free of charge, and this is a further one (GDPR Art. 15(3))",
	record.FeeExcessive: "the request is manifestly unfounded or excessive, because it is made again and again (GDPR Art. 12(5))",
}

// Wait notes that a request waits until the person has told more; the deadline waits, too (Art. 12(6)).
func (p *Officer) Wait(id, what, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	if what = strings.TrimSpace(what); what == "" {
		return r, fmt.Errorf("%w: say what the person has to tell", ErrRequest)
	}
	if !r.Waits.IsZero() {
		return r, fmt.Errorf("%w: it waits already", ErrRequest)
	}
	r.Waits, r.Wanted, r.By = p.o.Now(), record.Personal(what), by
	return p.o.Records.SaveRequest(r)
}

// GoOn notes that the person has told what was missing. The deadline is later by the time that was waited.
func (p *Officer) GoOn(id, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	if r.Waits.IsZero() {
		return r, fmt.Errorf("%w: it waits for nothing", ErrRequest)
	}
	r.Due, r.Waits, r.By = r.Due.Add(p.o.Now().Sub(r.Waits)), time.Time{}, by
	return p.o.Records.SaveRequest(r)
}

// Charge notes a fee, where the law allows one.
func (p *Officer) Charge(id string, fee record.Fee, by string) (record.Request, error) {
	p.requests.Lock()
	defer p.requests.Unlock()
	r, err := p.openRequest(id)
	if err != nil {
		return r, err
	}
	switch _, known := feeReasons[fee.Reason]; {
	case !known:
		return r, fmt.Errorf("%w: a fee needs a reason that the law knows: %s or %s", ErrRequest, record.FeeCopy, record.FeeExcessive)
	case fee.Reason == record.FeeCopy && r.Kind != record.RequestAccess:
		return r, fmt.Errorf("%w: copies are of a request to see what is kept", ErrRequest)
	case fee.Reason == record.FeeExcessive && strings.TrimSpace(string(fee.Why)) == "":
		return r, fmt.Errorf("%w: say what shows that it is excessive: you have to prove it", ErrRequest)
	case fee.Amount <= 0 || fee.Amount > 100_000:
		return r, fmt.Errorf("%w: a fee is what the answer costs, in cents", ErrRequest)
	}
	r.Fee, r.By = &fee, by
	return p.o.Records.SaveRequest(r)
}

// RefusalText is a refusal that is ready to be sent.
type RefusalText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// tongue is how letters speak a language.
type tongue struct {
	form     string // the file
	day      func(time.Time) string
	money    func(cents int) string
	asked    map[record.RequestKind]string
	fees     map[record.FeeReason]string
	refusals map[string]string // by name
}

// english is how letters speak English. Refusals are those of [RefusalTexts].
func english() tongue {
	return tongue{
		form:  "letter.html",
		day:   func(t time.Time) string { return t.Format("2 January 2006") },
		money: func(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) },
		fees:  feeReasons,
		asked: map[record.RequestKind]string{
			record.RequestAccess: "to see what we keep about you", record.RequestPortability: "to take along what we keep about you",
			record.RequestRectify: "to correct what we keep about you", record.RequestRestrict: "not to use what we keep about you",
			record.RequestObject: "not to be served by the assistant", record.RequestErase: "to erase what we keep about you",
			record.RequestWithdraw: "to take a consent back", record.RequestNoContact: "not to be contacted",
		},
	}
}

// tongueOf is how letters speak the language with an ISO 639-1 code; English where no letter speaks it.
func tongueOf(code string) tongue {
	if code == "de" {
		return german()
	}
	return english()
}

// RefusalTexts are refusals for a kind of request in a language (ISO 639-1), each with its ground in the GDPR.
func RefusalTexts(kind record.RequestKind, language string) []RefusalText {
	out := refusals(kind)
	in := tongueOf(language).refusals
	for i := range out {
		out[i].Text = cmp.Or(in[out[i].Name], out[i].Text)
	}
	return out
}

func refusals(kind record.RequestKind) []RefusalText {
	all := []RefusalText{
		{"identity", "We could not find out that you are the person whom the data is about, and you have not told us what we asked for " +
			"(Art. 12(2))."},
		{"excessive", "The request is manifestly unfounded or excessive, in particular because it was made again and again (Art. 12(5)(b))."},
	}
	switch kind {
	case record.RequestErase:
		all = append(all,
			RefusalText{"law", "A law obliges us to keep the data (Art. 17(3)(b)). It is erased when that time is over."},
			RefusalText{"claims", "We need the data to establish, exercise or defend legal claims (Art. 17(3)(e))."})
	case record.RequestAccess, record.RequestPortability:
		all = append(all, RefusalText{"others", "The answer would adversely affect the rights and freedoms of others (Art. 15(4), Art. 20(4))."})
	case record.RequestRectify:
		all = append(all, RefusalText{"right", "We have looked into it: what is kept is right as it stands. Your view is noted beside it."})
	case record.RequestObject, record.RequestRestrict:
		all = append(all, RefusalText{"grounds", "We have compelling legitimate grounds that override your interests, or need the data for " +
			"legal claims (Art. 21(1), Art. 18(1))."})
	case record.RequestWithdraw, record.RequestNoContact: // nobody may refuse these
		return nil
	}
	return all
}

// Letter is what is sent to who asks.
type Letter struct {
	Made           time.Time
	Office         string
	Address, Reach []string
	To             []string
	Request        record.Request
	Kind           LetterKind
	Language       string // ISO 639-1
}

// LetterKind is what a letter is about.
type LetterKind string

// The closed list of letters.
const (
	LetterMore    LetterKind = "more"    // the person has to tell more
	LetterFee     LetterKind = "fee"     // what the answer costs, and why
	LetterRefusal LetterKind = "refusal" // why it is not done, and what the person can do
	LetterDone    LetterKind = "done"    // it was done
)

// LetterKinds are all kinds.
func LetterKinds() []LetterKind {
	return []LetterKind{LetterMore, LetterFee, LetterRefusal, LetterDone}
}

// fits says whether a request has what a letter of that kind tells.
func (l Letter) fits() bool {
	switch l.Kind {
	case LetterMore:
		return !l.Request.Waits.IsZero()
	case LetterFee:
		return l.Request.Fee != nil
	case LetterRefusal:
		return l.Request.State == record.RequestRefused
	case LetterDone:
		return l.Request.State == record.RequestDone
	}
	return false
}

// Print makes the letter: a page that is ready to be printed and signed, and that needs no other file.
func (l Letter) Print() ([]byte, error) {
	if !slices.Contains(LetterKinds(), l.Kind) || !l.fits() {
		return nil, fmt.Errorf("%w: there is nothing that this letter could tell", ErrRequest)
	}
	in := tongueOf(l.Language)
	t, err := template.New(in.form).Funcs(template.FuncMap{
		"day": in.day, "money": in.money,
		"law":   func(r record.FeeReason) string { return in.fees[r] },
		"asked": func(k record.RequestKind) string { return in.asked[k] },
	}).ParseFS(forms, in.form)
	if err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, l); err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	return b.Bytes(), nil
}
