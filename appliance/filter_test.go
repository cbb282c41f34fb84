package appliance_test

import (
	"net/netip"
	"slices"
	"testing"

	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// The outward filter names the telephone system, and a recipient's server as long as it is told of anything.
func TestTheFilterFollowsTheSettings(t *testing.T) {
	o := openOffice(t, &scripted{}, "right")
	ctx := servicetest.Operator(t)
	allows := func(host string) bool {
		r, err := service.ReadFilter.Get(ctx, o.app.Service())
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(r.Wanted, func(w filter.Opening) bool { return w.Prefix.Contains(netip.MustParseAddr(host)) })
	}
	if !allows("127.0.0.1") || allows("203.0.113.25") {
		t.Error("before anybody is named")
	}
	r, err := service.AddRecipient.Do(ctx, o.app.Service(), service.RecipientEdit{Recipient: record.Recipient{
		Name: "CRM", Via: record.ViaWebhook, On: true, Server: "https://203.0.113.25:8443/in", Words: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !allows("203.0.113.25") {
		t.Error("the recipient's server is left out")
	}
	r.Recipient.On = false
	if _, err := service.ChangeRecipient.Do(ctx, o.app.Service(), service.RecipientEdit{Recipient: r.Recipient}); err != nil {
		t.Fatal(err)
	}
	if allows("203.0.113.25") {
		t.Error("a recipient who is told nothing is let in")
	}
	e := service.CalendarEdit{Calendar: record.Calendar{Name: "Practice", URL: "https://203.0.113.26/x/", On: true}}
	st, err := service.SetCalendar.Do(ctx, o.app.Service(), e)
	if err != nil || !allows("203.0.113.26") {
		t.Errorf("the calendar's server is left out: %v", err)
	}
	e.Calendar = st.Calendar
	e.On = false
	if _, err := service.SetCalendar.Do(ctx, o.app.Service(), e); err != nil || allows("203.0.113.26") {
		t.Errorf("a calendar that is off is let in: %v", err)
	}
}
