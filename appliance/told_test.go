package appliance_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// The whole appliance tells a webhook of a message, lets nothing out by that way before and after, and puts it into the ledger.
func TestTheOfficeIsTold(t *testing.T) {
	o := openOffice(t, &scripted{}, "right")
	ctx := servicetest.Operator(t)
	on := func() (on []string) {
		r, err := service.ReadEgress.Do(ctx, o.app.Service(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Destinations {
			if d.On {
				on = append(on, d.Name)
			}
		}
		return on
	}
	if got := on(); len(got) != 1 || got[0] != "telephone" {
		t.Errorf("before anybody is named: %q", got)
	}
	cert, ca := notifytest.Certificate(t)
	bodies := make(chan string, 5)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err == nil {
			bodies <- r.Header.Get("webhook-signature") + " " + string(b)
		}
	}))
	s.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	r, err := service.AddRecipient.Do(ctx, o.app.Service(), service.RecipientEdit{Recipient: record.Recipient{
		Name: "CRM", Via: record.ViaWebhook, On: true, Server: s.URL, CA: ca, Words: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if test, err := service.TestRecipient.Do(ctx, o.app.Service(), r.ID); err != nil || !test.OK {
		t.Fatalf("%+v, %v", test, err)
	}
	<-bodies
	if _, err := o.app.Store().SaveMessage(record.Message{At: time.Now(), Number: "+12175550123", Reason: "a toothache"}); err != nil {
		t.Fatal(err)
	}
	if got := <-bodies; !strings.HasPrefix(got, "v1,") || !strings.Contains(got, `"type":"frontdesk.message"`) ||
		!strings.Contains(got, "a toothache") {
		t.Errorf("told: %s", got)
	}
	if got := on(); len(got) != 3 { // names, too: a recipient may have one
		t.Errorf("with a webhook: %q", got)
	}
	if err := service.RemoveRecipient.Act(ctx, o.app.Service(), r.ID); err != nil {
		t.Fatal(err)
	}
	if got := on(); len(got) != 1 {
		t.Errorf("after it was removed: %q", got)
	}
	report, err := service.ReadEgress.Do(ctx, o.app.Service(), "")
	if err != nil {
		t.Fatal(err)
	}
	sent := uint64(0)
	for _, e := range report.Ledger {
		if e.Purpose == "webhook" {
			sent += e.Sent
		}
	}
	if sent == 0 {
		t.Errorf("the ledger knows nothing of it: %+v", report.Ledger)
	}
}
