package edit_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
)

func TestPrices(t *testing.T) {
	for text, want := range map[string]knowledge.Price{
		"":                     {},
		"65":                   {Amount: 6500},
		"$65.50":               {Amount: 6550},
		"65.5":                 {Amount: 6550},
		"1,100":                {Amount: 110000},
		"1100 dollars":         {Amount: 110000},
		"from 80":              {From: 8000},
		"From $80":             {From: 8000},
		"up to 90":             {To: 9000},
		"80-120":               {From: 8000, To: 12000},
		"$80 – $120":           {From: 8000, To: 12000},
		"from 80 to 120":       {From: 8000, To: 12000},
		"between 80 and 120":   {From: 8000, To: 12000},
		"80 per hour":          {Amount: 8000, Unit: "per hour"},
		"80/hour":              {Amount: 8000, Unit: "/ hour"},
		"200-320 per quadrant": {From: 20000, To: 32000, Unit: "per quadrant"},
		"5 each":               {Amount: 500, Unit: "each"},
		"free":                 {Free: true},
	} {
		if got, err := edit.ParsePrice(text, "USD"); err != nil || got != want {
			t.Errorf("ParsePrice(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	if got, err := edit.ParsePrice("1,200", "JPY"); err != nil || got.Amount != 1200 {
		t.Errorf("yen: %+v, %v", got, err)
	}
	for _, text := range []string{"a lot", "0", "65,5", "1.234.567", "80-", "-5", "12 34", "99999999999", "65.555", "per hour"} {
		if got, err := edit.ParsePrice(text, "USD"); err == nil || got != (knowledge.Price{}) {
			t.Errorf("ParsePrice(%q) = %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]knowledge.Price{
		"65,50 €": {Amount: 6550}, "65,5": {Amount: 6550}, "1.250,- €": {Amount: 125000}, "€ 1'250.50": {Amount: 125050},
		"65.50": {Amount: 6550}, "1,100": {Amount: 110000}, "20.– €": {Amount: 2000}, "viel": {}, "80 bis": {},
		"ab 80 Euro": {From: 8000}, "80 bis 120": {From: 8000, To: 12000}, "zwischen 80 und 120 €": {From: 8000, To: 12000},
		"von 80 bis 120": {From: 8000, To: 12000}, "bis zu 90": {To: 9000},
		"65 € pro Stunde": {Amount: 6500, Unit: "pro Stunde"}, "65 €/Stunde": {Amount: 6500, Unit: "/ Stunde"},
		"ab 65,50 je Person": {From: 6550, Unit: "je Person"}, "kostenlos": {Free: true},
	} {
		got, err := edit.ParsePrice(text, "EUR")
		if (err != nil) != (want == knowledge.Price{}) || got != want {
			t.Errorf("ParsePrice(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	if got, err := edit.ParsePrice("Fr. 20.–", "CHF"); err != nil || got.Amount != 2000 {
		t.Errorf("francs: %+v, %v", got, err)
	}
	if _, err := edit.ParsePrice("12.50", "JPY"); err == nil {
		t.Error("yen have no hundredths")
	}
}

func TestDoor(t *testing.T) {
	for text, want := range map[string]knowledge.Hours{
		"Mon-Thu 8-12, 13-17\nFri 8:00-14:00\nSat 9-1": {Monday: "8-12, 13-17", Tuesday: "8-12, 13-17", Wednesday: "8-12, 13-17",
			Thursday: "8-12, 13-17", Friday: "8:00-14:00", Saturday: "9-1"},
		"Monday to Wednesday: 9am-5pm\r\n\r\nSun closed": {Monday: "9am-5pm", Tuesday: "9am-5pm", Wednesday: "9am-5pm", Sunday: "closed"},
		"Sat & Sun 10-4":        {Saturday: "10-4", Sunday: "10-4"},
		"mon, wed and fri 8-12": {Monday: "8-12", Wednesday: "8-12", Friday: "8-12"},
		"Fri–Mon 8–12":          {Friday: "8–12", Saturday: "8–12", Sunday: "8–12", Monday: "8–12"},
		"daily 24 hours": {Monday: "24 hours", Tuesday: "24 hours", Wednesday: "24 hours", Thursday: "24 hours",
			Friday: "24 hours", Saturday: "24 hours", Sunday: "24 hours"},
		"Weekdays from 9 to 5": {Monday: "from 9 to 5", Tuesday: "from 9 to 5", Wednesday: "from 9 to 5", Thursday: "from 9 to 5",
			Friday: "from 9 to 5"},
		"Mo-Mi 8-12, 13-17 Uhr\nDo und Fr 8-14 Uhr\nSo geschlossen": {Monday: "8-12, 13-17 Uhr", Tuesday: "8-12, 13-17 Uhr",
			Wednesday: "8-12, 13-17 Uhr", Thursday: "8-14 Uhr", Friday: "8-14 Uhr", Sunday: "closed"},
		"Samstag bis Montag von 8 bis 12": {Saturday: "von 8 bis 12", Sunday: "von 8 bis 12",
			Monday: "von 8 bis 12"},
		"täglich rund um die Uhr": {Monday: "rund um die Uhr", Tuesday: "rund um die Uhr",
			Wednesday: "rund um die Uhr", Thursday: "rund um die Uhr", Friday: "rund um die Uhr", Saturday: "rund um die Uhr",
			Sunday: "rund um die Uhr"},
		"": {},
		"Mon-Thu 8-12, 13-17; Fri 8am-1pm": {Monday: "8-12, 13-17", Tuesday: "8-12, 13-17", Wednesday: "8-12, 13-17",
			Thursday: "8-12, 13-17", Friday: "8am-1pm"},
		"Fri 8-12 and by appointment; Sat by appointment only": {Friday: "8-12 and by appointment", Saturday: "by appointment only"},
		"Mo-Fr 8-12, sonst nach Vereinbarung\nSa nur nach Vereinbarung\nSo n.V.": {Monday: "8-12, sonst nach Vereinbarung",
			Tuesday: "8-12, sonst nach Vereinbarung", Wednesday: "8-12, sonst nach Vereinbarung",
			Thursday: "8-12, sonst nach Vereinbarung", Friday: "8-12, sonst nach Vereinbarung", Saturday: "nur nach Vereinbarung",
			Sunday: "n.V."},
		"24/7": {Monday: "0-24", Tuesday: "0-24", Wednesday: "0-24", Thursday: "0-24", Friday: "0-24", Saturday: "0-24", Sunday: "0-24"},
	} {
		if got, err := edit.ParseDoor(text); err != nil || got != want {
			t.Errorf("ParseDoor(%q) = %+v, %v", text, got, err)
		}
	}
	_, err := edit.ParseDoor("Mon 8-12\nFoo 8-12\nMon-Tue 9-5\nwhenever\nSat 8-8-8")
	problems, ok := err.(edit.RowErrors) //nolint:errorlint // It is never wrapped.
	if !ok || !slices.Equal(rows(problems), []int{2, 3, 4, 5}) {
		t.Errorf("problems: %v", err)
	}
}

func TestDoubtfulHoursAreAskedAbout(t *testing.T) {
	for text, want := range map[string]string{
		"Mon-Fri 17-9":                     "through the night until 9:00",
		"Mon 6:00-23:00":                   "17 hours",
		"Sun closed":                       "no day",
		"":                                 "no day",
		"24/7":                             "",
		"Mon-Thu 8-12, 13-17; Fri 8am-1pm": "",
		"daily by appointment":             "",
	} {
		h, err := edit.ParseDoor(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(edit.Doubts(h), " "); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("Doubts(%q) = %q, want %q", text, got, want)
		}
	}
}

func rows(es edit.RowErrors) (out []int) {
	for _, e := range es {
		out = append(out, e.Row)
	}
	return out
}

func TestHoursAreShownBack(t *testing.T) {
	h, err := edit.ParseDoor("Mon-Thu 8-12, 1-5\nFri 8-14\nSat 9-1")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := edit.Sentence(h),
		"Monday to Thursday 8:00–12:00 and 13:00–17:00, Friday 8:00–14:00, Saturday 9:00–13:00; closed on Sunday."; got != want {
		t.Errorf("Sentence() = %q", got)
	}
	if got, want := edit.FormatDoor(h), "Mon-Thu 8-12, 1-5\nFri 8-14\nSat 9-1\nSun closed"; got != want {
		t.Errorf("FormatDoor() = %q", got)
	}
}

func TestByAppointmentIsShownBack(t *testing.T) {
	h, err := edit.ParseDoor("Mon-Thu 8-12\nFri 8-12, otherwise by appointment\nSat by appointment")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := edit.Sentence(h), "Monday to Thursday 8:00–12:00, Friday 8:00–12:00 (otherwise by appointment), "+
		"Saturday by appointment only; closed on Sunday."; got != want {
		t.Errorf("Sentence() = %q", got)
	}
	if got, want := edit.FormatDoor(h), "Mon-Thu 8-12\nFri 8-12, otherwise by appointment\nSat by appointment\nSun closed"; got != want {
		t.Errorf("FormatDoor() = %q", got)
	}
}

// TestSamplesSurviveTheForms holds that what the forms show of the samples is read back as the same.
func TestSamplesSurviveTheForms(t *testing.T) {
	for _, name := range profile.SampleNames() {
		b := sample(t, name)
		h, err := edit.ParseDoor(edit.FormatDoor(b.Hours))
		if err != nil || !reflect.DeepEqual(h.Week(), b.Hours.Week()) {
			t.Errorf("%s: hours %q: %v", name, edit.FormatDoor(b.Hours), err)
		}
		for _, s := range b.Services {
			p, err := edit.ParsePrice(edit.FormatPrice(s.Price, b.Currency), b.Currency)
			if p.Note = s.Price.Note; err != nil || p != s.Price {
				t.Errorf("%s, %s: %+v came back as %+v, %v", name, s.Name, s.Price, p, err)
			}
		}
	}
}

func sample(t *testing.T, name string) knowledge.Business {
	t.Helper()
	b, err := profile.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	return *b
}

func TestChanges(t *testing.T) {
	a, b := sample(t, "dental"), sample(t, "dental")
	if got := edit.Changes(a, b); len(got) != 0 {
		t.Fatalf("no change: %v", got)
	}
	b.Name = "Brighter Smile"
	b.Hours.Monday = "8:00-17:00"
	b.Services[0].Price.Amount = 7000
	b.Services = append(b.Services, knowledge.Service{Name: "night guard"})
	b.Answers = b.Answers[1:]
	b.Emergency.Words = nil
	b.Transfer.Always = !a.Transfer.Always
	var got []string
	for _, c := range edit.Changes(a, b) {
		got = append(got, string(c.Section)+"|"+c.Text)
	}
	for _, want := range []string{
		"card|Name: Bright Smile Dental → Brighter Smile", "hours|Monday: 8:00-12:00, 13:00-17:00 → 8:00-17:00",
		"services|check-up, price: 65 → 70",
		"services|Service added: night guard", "transfer|Outside opening hours too: ",
	} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%q is missing in\n%s", want, strings.Join(got, "\n"))
		}
	}
	if len(got) != 7 {
		t.Errorf("%d changes:\n%s", len(got), strings.Join(got, "\n"))
	}
	swapped := sample(t, "dental")
	swapped.Services[0], swapped.Services[1] = swapped.Services[1], swapped.Services[0]
	if got := edit.Changes(a, swapped); len(got) != 1 || got[0].Section != edit.Services {
		t.Errorf("another order: %v", got)
	}
}

func TestMerge(t *testing.T) {
	base, mine, theirs := sample(t, "dental"), sample(t, "dental"), sample(t, "dental")
	mine.Name, theirs.Hours.Sunday, theirs.Name = "Mine", "9-12", "Theirs"
	got := edit.Merge(base, mine, theirs)
	if got.Name != "Mine" || got.Hours.Sunday != "9-12" {
		t.Errorf("merged: %q, %q", got.Name, got.Hours.Sunday)
	}
	base.Holidays, mine.Holidays = nil, []knowledge.Holiday{}
	if !edit.Same(edit.Holidays, base, mine) {
		t.Error("no list and an empty one differ")
	}
}

func TestEveryFieldHasASection(t *testing.T) {
	var all knowledge.Business
	fill(reflect.ValueOf(&all).Elem())
	all.Passages, all.Learned, all.Listen = nil, nil, nil // they are kept beside the profile
	var copied knowledge.Business
	for _, s := range edit.Sections() {
		if !s.Valid() || edit.Same(s, all, copied) {
			t.Errorf("section %s holds nothing", s)
		}
		edit.Copy(s, all, &copied)
	}
	if !reflect.DeepEqual(all, copied) {
		t.Errorf("a field is in no section:\n%+v\n%+v", all, copied)
	}
	if edit.Section("x").Valid() {
		t.Error("x is a section")
	}
	for path, want := range map[string]edit.Section{"name": edit.Card, "address.city": edit.Place,
		"services[2].price.from": edit.Services, "hours.monday": edit.Hours} {
		if got := edit.Of(path); got != want {
			t.Errorf("Of(%q) = %s", path, got)
		}
	}
}

// fill sets every field to something.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// FuzzPrice holds that what is read is valid and is read again from what is shown.
func FuzzPrice(f *testing.F) {
	for _, s := range []string{"65", "$65.50", "from 80", "80-120 per hour", "free", "up to 5 each", "1,100/h", "5 per - per 6"} {
		f.Add(s, "USD")
		f.Add(s, "JPY")
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		p, err := edit.ParsePrice(text, currency)
		if err != nil {
			if err.Error() == "" || p != (knowledge.Price{}) {
				t.Errorf("%q: %+v with error %v", text, p, err)
			}
			return
		}
		if p.Amount < 0 || p.From < 0 || p.To < 0 || p.Amount > 100_000_000 || p.From > 100_000_000 || p.To > 100_000_000 {
			t.Errorf("%q: %+v", text, p)
		}
		if again, err := edit.ParsePrice(edit.FormatPrice(p, currency), currency); err != nil || again != p {
			t.Errorf("%q is %+v, shown as %q, read as %+v, %v", text, p, edit.FormatPrice(p, currency), again, err)
		}
	})
}

// FuzzDoor holds that what is read is valid hours and is read again from what is shown.
func FuzzDoor(f *testing.F) {
	for _, s := range []string{"Mon-Thu 8-12, 13-17\nFri 8-2", "daily 24 hours", "Sat & Sun closed", "Fri–Mon 8–12", "mon,,tue 9-5",
		"Mon 9 to 5 and 6-7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := edit.ParseDoor(text)
		if err != nil {
			return
		}
		for _, row := range h.Rows() {
			if _, err := knowledge.ParseHours(row); err != nil {
				t.Errorf("%q: row %q: %v", text, row, err)
			}
		}
		again, err := edit.ParseDoor(edit.FormatDoor(h))
		if err != nil || !reflect.DeepEqual(again.Week(), h.Week()) {
			t.Errorf("%q is shown as %q, read as %+v, %v", text, edit.FormatDoor(h), again, err)
		}
		if edit.Sentence(h) == "" {
			t.Errorf("%q has no sentence", text)
		}
	})
}
