package service_test

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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
