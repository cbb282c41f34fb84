package service_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"html"
	"io"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// letterOf is a letter as text.
func letterOf(h *house, id string, kind privacy.LetterKind) string {
	h.Helper()
	var b bytes.Buffer
	if err := service.Pour(&b, ok(h, service.WriteLetter, service.LetterWish{ID: id, Kind: kind})); err != nil {
		h.Fatal(err)
	}
	return b.String()
}

// A request that waits is not overdue, its deadline moves on by the wait, and a letter says what is wanted.
func TestARequestWaitsForMore(t *testing.T) {
	h := openHouse(t)
	id := h.request(record.RequestAccess)
	due := ok(h, service.AskRequester, service.MoreWanted{ID: id, What: "Which <calls> do you mean?"}).Due
	text := letterOf(h, id, privacy.LetterMore)
	if !strings.Contains(text, "Which &lt;calls&gt; do you mean?") || !strings.Contains(text, id) {
		t.Errorf("the letter: %s", text)
	}
	r, err := h.s.Request(id)
	if err != nil || r.Overdue(due.AddDate(0, 0, 1)) {
		t.Errorf("overdue while it waits: %+v, %v", r, err)
	}
	r.Waits = noon.Add(-48 * time.Hour) // two days ago
	if _, err := h.s.SaveRequest(r); err != nil {
		t.Fatal(err)
	}
	got := ok(h, service.ResumeRequest, id)
	if !got.Due.Equal(due.Add(48*time.Hour)) || !got.Waits.IsZero() || !got.Overdue(got.Due.Add(time.Hour)) {
		t.Errorf("%+v; it was due %s", got, due)
	}
}

// A fee is charged with a reason that the law knows alone; refusals that are ready name their ground, and how to complain.
func TestAFeeAndARefusalHaveTheirGround(t *testing.T) {
	h := openHouse(t)
	access, erase := h.request(record.RequestAccess), h.request(record.RequestErase)
	for name, in := range map[string]service.RequestFee{
		"no reason": {ID: access, Amount: 100}, "a copy of an erasure": {ID: erase, Amount: 100, Reason: record.FeeCopy},
		"not shown": {ID: erase, Amount: 100, Reason: record.FeeExcessive}, "nothing": {ID: access, Reason: record.FeeCopy},
		"a fortune": {ID: access, Amount: 1_000_000, Reason: record.FeeCopy},
	} {
		if _, err := service.ChargeRequest.Do(servicetest.Operator(t), h.d, in); err == nil {
			t.Errorf("%s was charged", name)
		}
	}
	ok(h, service.ChargeRequest, service.RequestFee{ID: access, Amount: 1250, Reason: record.FeeCopy})
	if text := letterOf(h, access, privacy.LetterFee); !strings.Contains(text, "12.50 USD") || !strings.Contains(text, "Art. 15(3)") {
		t.Errorf("the letter: %s", text)
	}
	for _, kind := range record.RequestKinds() {
		texts := ok(h, service.ListRefusals, kind)
		if free := kind == record.RequestWithdraw || kind == record.RequestNoContact; free != (len(texts) == 0) {
			t.Errorf("%s: %d texts", kind, len(texts))
		}
	}
	ok(h, service.RefuseRequest, service.Refusal{ID: erase, Reason: ok(h, service.ListRefusals, record.RequestErase)[2].Text})
	if text := letterOf(h, erase, privacy.LetterRefusal); !strings.Contains(text, "Art. 17(3)(b)") || !strings.Contains(text, "complain") {
		t.Errorf("the letter: %s", text)
	}
}

// The dossier says what for, who gets it and how long, in the words of the record of processing.
func TestTheDossierSaysWhatTheRecordSays(t *testing.T) {
	h := openHouse(t)
	p := ok(h, service.ReadProcessing, service.None{})
	var b bytes.Buffer
	if err := service.Pour(&b, ok(h, service.ExportCaller, service.DossierWish{ID: h.who})); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dossier.html", "dossier.json"} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		text := html.UnescapeString(string(raw))
		for _, a := range p.Activities {
			if !strings.Contains(text, a.Purpose) || !strings.Contains(text, string(a.Basis)) {
				t.Errorf("%s lacks %q on %q", name, a.Purpose, a.Basis)
			}
		}
		for _, r := range append([]string{p.Keeping["messages"]}, p.Recipients...) {
			if !strings.Contains(text, r) {
				t.Errorf("%s lacks %q", name, r)
			}
		}
	}
}

// Who asks for more, and what for, stands on the request; what cannot be is told at the request and changes nothing of it.
func TestARequestThatCannotWait(t *testing.T) {
	h := openHouse(t)
	id := h.request(record.RequestAccess)
	before, err := h.s.Request(id)
	if err != nil {
		t.Fatal(err)
	}
	invalid(h, service.AskRequester, service.MoreWanted{ID: id, What: " \n"}, "request")
	invalid(h, service.ResumeRequest, id, "request")
	fails(h, service.AskRequester, service.MoreWanted{ID: "none", What: "x"}, store.ErrNotFound)
	fails(h, service.ResumeRequest, "none", store.ErrNotFound)
	for _, role := range []service.Role{service.Staff, service.Technician, service.PhoneCaller} {
		_, asked := as(h, role, service.AskRequester, service.MoreWanted{ID: id, What: "x"})
		_, resumed := as(h, role, service.ResumeRequest, id)
		_, charged := as(h, role, service.ChargeRequest, service.RequestFee{ID: id, Amount: 100, Reason: record.FeeCopy})
		_, written := as(h, role, service.WriteLetter, service.LetterWish{ID: id, Kind: privacy.LetterDone})
		for _, err := range []error{asked, resumed, charged, written} {
			if !errors.Is(err, service.ErrRefused) {
				t.Errorf("role %b: %v", role, err)
			}
		}
	}
	if now, err := h.s.Request(id); err != nil || now != before {
		t.Errorf("refused, and yet: %+v, %v", now, err)
	}
	h.now = noon.Add(time.Hour)
	r, err := as(h, service.Owner, service.AskRequester, service.MoreWanted{ID: id, What: " your address "})
	if err != nil || !r.Waits.Equal(h.now) || r.Wanted != "your address" || r.By != "Maria" || !r.Due.Equal(before.Due) {
		t.Errorf("%+v, %v", r, err)
	}
	invalid(h, service.AskRequester, service.MoreWanted{ID: id, What: "more"}, "request") // it waits already
	h.now = noon.Add(49 * time.Hour)
	if r, err = as(h, service.Owner, service.ResumeRequest, id); err != nil || !r.Due.Equal(before.Due.Add(48*time.Hour)) ||
		!r.Waits.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	ok(h, service.RefuseRequest, service.Refusal{ID: id, Reason: "a law"})
	invalid(h, service.AskRequester, service.MoreWanted{ID: id, What: "x"}, "request")
	invalid(h, service.ResumeRequest, id, "request")
	invalid(h, service.ChargeRequest, service.RequestFee{ID: id, Amount: 100, Reason: record.FeeCopy}, "request")
	h.noted("go on with request", "user tester|"+id+"|failed", "user tester|none|failed", "account Maria|"+id+"|failed",
		"account Maria|"+id+"|failed", "account Maria|"+id+"|failed", "account Maria|"+id, "user tester|"+id+"|failed")
}

// Several who deal with one request at once are all heard, and a refusal is not taken back by who has looked before it.
func TestSeveralDealWithARequestAtOnce(t *testing.T) {
	h := openHouse(t)
	id := h.request(record.RequestAccess)
	owner := servicetest.As(t.Context(), service.Owner)
	errs := make(chan error, 3)
	go func() { errs <- service.AskRequester.Act(owner, h.d, service.MoreWanted{ID: id, What: "your address"}) }()
	go func() {
		errs <- service.ChargeRequest.Act(owner, h.d, service.RequestFee{ID: id, Amount: 100, Reason: record.FeeCopy})
	}()
	go func() {
		errs <- service.IdentifyRequest.Act(owner, h.d, service.Identification{ID: id, How: record.IdentityCode})
	}()
	for range 3 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if r, err := h.s.Request(id); err != nil || r.Waits.IsZero() || r.Fee == nil || r.Identity != record.IdentityCode {
		t.Errorf("somebody was not heard: %+v, %v", r, err)
	}
	go func() { errs <- service.RefuseRequest.Act(owner, h.d, service.Refusal{ID: id, Reason: "a law"}) }()
	go func() { errs <- service.ResumeRequest.Act(owner, h.d, id) }()
	if refused, resumed := <-errs, <-errs; refused != nil && resumed != nil {
		t.Errorf("%v; %v", refused, resumed)
	}
	if r, err := h.s.Request(id); err != nil || r.State != record.RequestRefused {
		t.Errorf("the refusal was taken back: %+v, %v", r, err)
	}
}

// A fee is in the currency of the profile; before one is published it is in euros.
func TestTheCurrencyOfAFee(t *testing.T) {
	h := openHouse(t)
	id := h.request(record.RequestErase)
	charge := service.RequestFee{ID: id, Amount: 99_999, Reason: record.FeeExcessive, Why: "the ninth time <this year>"}
	for _, currency := range []string{"USD", "GBP", "CHF"} {
		h.biz.Currency = currency
		ok(h, service.PublishProfile, h.biz)
		r, err := as(h, service.Owner, service.ChargeRequest, charge)
		if err != nil || r.Fee == nil || r.Fee.Currency != currency || r.Fee.Amount != 99_999 || r.By != "Maria" {
			t.Errorf("%s: %+v, %v", currency, r.Fee, err)
		}
	}
	if text := letterOf(h, id, privacy.LetterFee); !strings.Contains(text, "999.99 CHF") ||
		!strings.Contains(text, "the ninth time &lt;this year&gt;") {
		t.Errorf("the letter: %s", text)
	}
	fails(h, service.ChargeRequest, service.RequestFee{ID: "none", Amount: 1, Reason: record.FeeCopy}, store.ErrNotFound)
	invalid(h, service.ChargeRequest, service.RequestFee{ID: id, Amount: 100_001, Reason: record.FeeExcessive, Why: "x"}, "request")

	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	call := keepCall(t, s, "a", noon)
	r, err := service.FileRequest.Do(servicetest.Operator(t), d, record.Request{Caller: call.CallerID, Kind: record.RequestAccess})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = service.ChargeRequest.Do(servicetest.Operator(t), d,
		service.RequestFee{ID: r.ID, Amount: 100, Reason: record.FeeCopy}); err != nil || r.Fee.Currency != "EUR" {
		t.Errorf("without a profile: %+v, %v", r.Fee, err)
	}
}

// A letter goes to the agent or the person at their address, comes from the office, and says whom to ask; it is a page by itself.
func TestToWhomALetterGoes(t *testing.T) {
	h := openHouse(t)
	who := h.person(service.CallerEdit{Add: []record.Field{
		{Kind: record.FieldName, Value: "Ann <b>Berger</b>"}, {Kind: record.FieldAddress, Value: "Elm Street 4, 62704  Springfield,, IL "},
	}})
	r := ok(h, service.FileRequest, record.Request{
		Caller: who, Kind: record.RequestAccess, Identity: record.IdentityOffice, Agent: "Lawyer & Sons", Proof: "a signed paper",
	})
	wish := service.LetterWish{ID: r.ID, Kind: privacy.LetterDone}
	invalid(h, service.WriteLetter, wish, "request") // nothing was done yet
	ok(h, service.CompleteRequest, r.ID)
	c, err := as(h, service.Owner, service.WriteLetter, wish)
	if err != nil || c.Type() != "text/html; charset=utf-8" {
		t.Fatal(err)
	}
	text := string(poured(t, c))
	for _, want := range []string{
		`<address class="to">Lawyer &amp; Sons<br>Ann &lt;b&gt;Berger&lt;/b&gt;<br>Elm Street 4<br>62704  Springfield<br>IL<br></address>`,
		"<address>" + h.biz.Name + "<br>1420 Elm Street, Suite 200<br>62704 Springfield<br>IL</address>", "<p>2 March 2026</p>",
		"If you have questions: &#43;1 217-555-0142, hello@brightsmile.example.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter lacks %q:\n%s", want, text)
		}
	}
	h.biz.Notices.Contact = knowledge.PrivacyContact{Name: "Dr. Data", Phone: "217 555 0177"}
	ok(h, service.PublishProfile, h.biz)
	if text := letterOf(h, r.ID, privacy.LetterDone); !strings.Contains(text, "If you have questions: Dr. Data, 217 555 0177.") {
		t.Errorf("the letter: %s", text)
	}
	for _, kind := range []privacy.LetterKind{privacy.LetterMore, privacy.LetterFee, privacy.LetterRefusal, "love", ""} {
		invalid(h, service.WriteLetter, service.LetterWish{ID: r.ID, Kind: kind}, "request")
	}
	fails(h, service.WriteLetter, service.LetterWish{ID: "none", Kind: privacy.LetterDone}, store.ErrNotFound)
	failed := "user tester|" + r.ID + "|failed"
	h.noted("write letter about request", failed, "account Maria|"+r.ID, "user tester|"+r.ID, failed, failed, failed, failed, failed,
		"user tester|none|failed")
}
