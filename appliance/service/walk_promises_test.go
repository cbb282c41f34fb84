package service_test

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/wipe"
)

// promiseWalks are operations that keep what was promised to callers and owners.
func promiseWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.ListNotices:  {nothing, nil},
		service.ListSecurity: {is(5), nil},
		service.ListBreaches: {nothing, nil},
		service.ReportBreach: {is(service.BreachReport{What: "a stick was lost"}), is(service.BreachReport{})},
		service.NoteBreach: {func(h *house) any {
			return service.BreachStep{ID: ok(h, service.ReportBreach, service.BreachReport{What: "a stick was lost"}).ID, Text: "found"}
		}, is(service.BreachStep{ID: "none", Text: "x"})},
		service.DraftBreach: {func(h *house) any {
			return ok(h, service.ReportBreach, service.BreachReport{What: "a stick was lost"}).ID
		}, is("none")},
		service.SealForAuthority: {func(h *house) any {
			return service.AuthorityWish{Callers: []string{h.who}, Authority: "court", Reference: "1 C 2/26", Ground: "order", Key: successor}
		}, func(h *house) any { return service.AuthorityWish{Callers: []string{h.who}, Key: successor} }},
		service.ListRefusals: {is(record.RequestErase), nil},
		service.AskRequester: {func(h *house) any {
			return service.MoreWanted{ID: h.request(record.RequestAccess), What: "your address"}
		}, is(service.MoreWanted{ID: "none", What: "x"})},
		service.ResumeRequest: {func(h *house) any {
			id := h.request(record.RequestAccess)
			ok(h, service.AskRequester, service.MoreWanted{ID: id, What: "your address"})
			return id
		}, func(h *house) any { return h.request(record.RequestAccess) }},
		service.ChargeRequest: {func(h *house) any {
			return service.RequestFee{ID: h.request(record.RequestAccess), Amount: 1250, Reason: record.FeeCopy}
		}, func(h *house) any {
			return service.RequestFee{ID: h.request(record.RequestErase), Amount: 1250, Reason: record.FeeCopy}
		}},
		service.WriteLetter: {func(h *house) any {
			id := h.request(record.RequestAccess)
			ok(h, service.AskRequester, service.MoreWanted{ID: id, What: "your address"})
			return service.LetterWish{ID: id, Kind: privacy.LetterMore}
		}, func(h *house) any {
			return service.LetterWish{ID: h.request(record.RequestAccess), Kind: privacy.LetterFee}
		}},
		service.HandOver: {func(*house) any { return service.Succession{Key: successor} },
			is(service.Succession{Key: "age1nobody"})},
		service.ReviewWipe:   {nothing, nil},
		service.OrderWipe:    {is(wipe.Word), is("yes")},
		service.ListSessions: {is(service.SessionQuery{}), nil},
		service.RevokeSession: {func(h *house) any {
			h.claim()
			return ok(h, service.ListSessions, service.SessionQuery{})[0].ID
		}, is("none")},
		service.ReadSecondFactor:  {func(h *house) any { return h.maria() }, is(access.Identity{Account: "none"})},
		service.StartSecondFactor: {func(h *house) any { return h.maria() }, is(access.Identity{Account: "none"})},
		service.ConfirmSecondFactor: {func(h *house) any {
			who := h.maria()
			s := ok(h, service.StartSecondFactor, who)
			return service.SecondConfirm{Browser: browser(), Account: who, Key: s.Key, Password: good, Code: h.appCode(s.Secret)}
		}, is(service.SecondConfirm{})},
		service.DropSecondFactor: {func(h *house) any {
			who, codes := h.second()
			return service.SecondDrop{Browser: browser(), Account: who, Password: good, Code: codes[0]}
		}, is(service.SecondDrop{})},
		service.PassSecondFactor: {func(h *house) any {
			_, codes := h.second()
			in := ok(h, service.SignIn, service.SignInTry{Browser: browser(), Name: "Maria", Password: good})
			return service.SecondTry{Browser: browser(), Name: "Maria", Half: in.Half, Code: codes[0]}
		}, is(service.SecondTry{})},
		service.HearNotice: {is(record.NoticeAssistant), is(record.NoticeKind("shoes"))},
	}
}

// successor is a public key of age, of the test vectors of its library.
const successor = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

// maria is the owner.
func (h *house) maria() access.Identity {
	h.Helper()
	who, err := h.gate.Session(h.Context(), string(h.claim().Secret))
	if err != nil {
		h.Fatal(err)
	}
	return who
}

// appCode is what an authenticator app shows now.
func (h *house) appCode(secret service.Password) service.Password {
	h.Helper()
	return appCode(h.T, secret, h.now)
}

func appCode(t *testing.T, secret service.Password, at time.Time) service.Password {
	t.Helper()
	code, err := totp.GenerateCode(string(secret), at)
	if err != nil {
		t.Fatal(err)
	}
	return service.Password(code)
}

// second gives the owner a second factor; the codes for recovery are returned.
func (h *house) second() (access.Identity, []service.Password) {
	h.Helper()
	who := h.maria()
	s := ok(h, service.StartSecondFactor, who)
	return who, ok(h, service.ConfirmSecondFactor, service.SecondConfirm{
		Browser: browser(), Account: who, Key: s.Key, Password: good, Code: h.appCode(s.Secret),
	}).Codes
}
