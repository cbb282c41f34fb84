package privacy_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
)

// Every letter and every refusal is there in each language, with nothing left of the other one; a language that no letter speaks gets
// English.
func TestLettersSpeakGerman(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for kind, want := range map[privacy.LetterKind]string{
		privacy.LetterMore: "Bis dahin ruht Ihr Antrag", privacy.LetterFee: "12,50 EUR, denn Sie haben eine erste Kopie",
		privacy.LetterRefusal: "Art. 12 Abs. 4 DSGVO", privacy.LetterDone: "wurde am 2. März 2026 entsprochen",
	} {
		for _, asked := range []record.RequestKind{record.RequestAccess, record.RequestErase, record.RequestNoContact} {
			l := privacy.Letter{Made: at, Office: "Zahnarztpraxis", Language: "de", Kind: kind, Request: record.Request{
				ID: "r1", Kind: asked, At: at, Finished: at, Fee: &record.Fee{Amount: 1250, Currency: "EUR", Reason: record.FeeCopy},
			}}
			switch kind {
			case privacy.LetterMore:
				l.Request.Waits = at
			case privacy.LetterRefusal:
				l.Request.State = record.RequestRefused
			case privacy.LetterDone:
				l.Request.State = record.RequestDone
			}
			b, err := l.Print()
			if err != nil {
				t.Fatal(err)
			}
			text := string(b)
			if !strings.Contains(text, want) || !strings.Contains(text, "Ihr Antrag vom 2. März 2026 ") || strings.Contains(text, "request") ||
				strings.Contains(text, "2026  </b>") || strings.Contains(text, "2026 </b>") {
				t.Errorf("%s, %s:\n%s", kind, asked, text)
			}
			l.Language = "fr"
			if b, err = l.Print(); err != nil || !strings.Contains(string(b), "Your request of 2 March 2026") {
				t.Errorf("%s, in a language that no letter speaks: %v", kind, err)
			}
		}
	}
	for _, kind := range []record.RequestKind{
		record.RequestAccess, record.RequestErase, record.RequestRectify, record.RequestObject, record.RequestRestrict, record.RequestPortability,
	} {
		de, en := privacy.RefusalTexts(kind, "de"), privacy.RefusalTexts(kind, "en")
		if len(de) != len(en) || len(de) < 3 {
			t.Errorf("%s: %d and %d refusals", kind, len(de), len(en))
		}
		for i := range de {
			if de[i].Name != en[i].Name || de[i].Text == en[i].Text {
				t.Errorf("%s: %q is not German", kind, de[i].Text)
			}
		}
	}
	if got := privacy.RefusalTexts(record.RequestWithdraw, "de"); len(got) != 0 {
		t.Errorf("nobody may refuse this: %v", got)
	}
}
