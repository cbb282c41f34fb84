package web

import (
	"net/url"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
)

// FuzzSectionForm holds that any form can be read, that what is kept is shown, and is the same when it is sent again.
func FuzzSectionForm(f *testing.F) {
	f.Add("services", "services[0].name=x&services[0].price=65&services[299].name=y")
	f.Add("hours", "hours=Mon-Fri+8-12%0D%0ASun+closed")
	f.Add("staff", "staff[0].name=A&staff[0].hours=Mon+9-5&staff[0].remove=1")
	f.Add("answers", "answers[1].question=Why&answers[1].also=a%0Ab")
	f.Add("holidays", "holidays[0].name=A&holidays[0].from=2026-12-24&holidays[0].to=2027-01-06&holidays[0].yearly=1&holidays[1].from=12-25")
	f.Add("card", "name=%00&currency=eur")
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, section, body string) {
		s := edit.Section(section)
		values, err := url.ParseQuery(body)
		if err != nil || !s.Valid() {
			return
		}
		form := formData{values}
		typed, problems := readSection(s, form, knowledge.Business{Currency: "USD"})
		page := newSectionPage(s, service.Draft{}, typed, now)
		page.retype(form)
		page.mark(problems)
		if len(problems) > 0 {
			return
		}
		kept := tidySection(s, form, typed)
		again := formData{url.Values{}}
		for _, set := range newSectionPage(s, service.Draft{}, kept, now).Sets {
			for _, x := range set.Fields {
				if x.Kind != checkField || x.Checked {
					again.values.Set(x.Name, x.Value+map[bool]string{true: "1"}[x.Checked])
				}
			}
		}
		once, problems := readSection(s, again, knowledge.Business{Currency: kept.Currency})
		once = tidySection(s, again, once)
		if len(problems) > 0 || (s != edit.Hours && s != edit.Staff && !edit.Same(s, kept, once)) {
			t.Errorf("%+v came back as %+v with %v", kept, once, problems)
		}
	})
}

func TestSourcesAreNamed(t *testing.T) {
	b := knowledge.Business{Services: []knowledge.Service{{Name: "crown"}}}
	for path, want := range map[string]string{
		"services[0].price": "Services and prices: crown", "services[7].price": "Services and prices", "hours.sunday": "Opening hours",
		"greeting": "Name and greeting",
	} {
		if got := sourceOf(path, b); got.Text != want {
			t.Errorf("sourceOf(%q) = %q", path, got.Text)
		}
	}
}
