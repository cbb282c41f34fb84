package knowledge_test

import (
	"errors"
	"slices"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

func at(h, m int) int { return h*60 + m }

func TestParseHours(t *testing.T) {
	for text, ends := range map[string][][2]int{
		"8:00-12:00, 13:00-17:00":               {{at(8, 0), at(12, 0)}, {at(13, 0), at(17, 0)}},
		"8-12 and 1pm-5pm":                      {{at(8, 0), at(12, 0)}, {at(13, 0), at(17, 0)}},
		"8-12, 1-5":                             {{at(8, 0), at(12, 0)}, {at(13, 0), at(17, 0)}},
		"9-5":                                   {{at(9, 0), at(17, 0)}},
		"9 to 5":                                {{at(9, 0), at(17, 0)}},
		"from 9am to 5:30pm":                    {{at(9, 0), at(17, 30)}},
		"1-5pm":                                 {{at(13, 0), at(17, 0)}},
		"8-5pm":                                 {{at(8, 0), at(17, 0)}},
		"8 a.m. – 12 p.m.":                      {{at(8, 0), at(12, 0)}},
		"9am-noon":                              {{at(9, 0), at(12, 0)}},
		"18:00-2:00":                            {{at(18, 0), at(26, 0)}},
		"8pm-2am":                               {{at(20, 0), at(26, 0)}},
		"6pm-midnight":                          {{at(18, 0), at(24, 0)}},
		"00:00-24:00":                           {{0, at(24, 0)}},
		"24 hours":                              {{0, at(24, 0)}},
		"open 24/7":                             {{0, at(24, 0)}},
		"12:30pm-1:30pm":                        {{at(12, 30), at(13, 30)}},
		"9:00-12:30; 13:30-17:30 & 19:00-20:00": {{at(9, 0), at(12, 30)}, {at(13, 30), at(17, 30)}, {at(19, 0), at(20, 0)}},
		"07:00-05:00":                           {{at(7, 0), at(29, 0)}},
		"von 8 bis 12 Uhr und 13 bis 17 Uhr":    {{at(8, 0), at(12, 0)}, {at(13, 0), at(17, 0)}},
		"8.30–12 Uhr":                           {{at(8, 30), at(12, 0)}},
		"rund um die Uhr":                       {{0, at(24, 0)}},
		"geschlossen":                           nil,
		"closed":                                nil,
		"Closed":                                nil,
		"":                                      nil,
	} {
		var want []knowledge.Span
		for _, e := range ends {
			want = append(want, knowledge.Span{From: e[0], To: e[1]})
		}
		got, err := knowledge.ParseHours(text)
		if err != nil || !slices.Equal(got.Spans, want) || got.ByAppointment {
			t.Errorf("ParseHours(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

// Hours that have to be agreed on are no hours for whoever just comes, unless the door says that both hold.
func TestParseHoursByAppointment(t *testing.T) {
	for _, text := range []string{
		"by appointment", "By appointment only", "only by appointment", "open by appointment", "by prior arrangement", "appointments only",
		"on request", "closed (by appointment)", "9-12 by appointment", "9-12, only by appointment", "nach Vereinbarung",
		"nur nach Vereinbarung", "Termine nach Vereinbarung", "nach telefonischer Vereinbarung", "nach tel. Vereinbarung", "n. V.", "n.V.",
		"nur mit Termin", "nach vorheriger Terminabsprache", "auf Anfrage", "9-12 (nur mit Termin)",
	} {
		got, err := knowledge.ParseHours(text)
		if err != nil || !got.ByAppointment || len(got.Spans) > 0 {
			t.Errorf("ParseHours(%q) = %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"8-12, by appointment", "8-12 and by appointment", "8-12, otherwise only by appointment", "8–12 Uhr und nach Vereinbarung",
		"8-12, sonst nur nach Vereinbarung", "8-12; and by appointment",
	} {
		got, err := knowledge.ParseHours(text)
		if err != nil || !got.ByAppointment || !slices.Equal(got.Spans, []knowledge.Span{{From: at(8, 0), To: at(12, 0)}}) {
			t.Errorf("ParseHours(%q) = %+v, %v", text, got, err)
		}
	}
}

func TestParseHoursErrors(t *testing.T) {
	for text, want := range map[string]error{
		"9-": knowledge.ErrNotATime, "nine to five": knowledge.ErrNotATime, "8:60-12": knowledge.ErrNotATime, "25-26": knowledge.ErrNotATime,
		"13pm-15pm": knowledge.ErrNotATime, "8-12, 11-17": knowledge.ErrOverlap, "8:00-12:00, 9:00-10:00": knowledge.ErrOverlap,
		"9": knowledge.ErrNotATime, "9-5, ": knowledge.ErrNotATime, "0am-5am": knowledge.ErrNotATime,
		"9:00-12:00, 20:00-10:00": knowledge.ErrTooLong, "nine to five and by appointment": knowledge.ErrNotATime,
		"by": knowledge.ErrNotATime, "appointment": knowledge.ErrNotATime,
	} {
		if got, err := knowledge.ParseHours(text); !errors.Is(err, want) {
			t.Errorf("ParseHours(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

// FuzzParseHours holds that what is accepted is in order, without overlap, and no longer than a day.
func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"8-12 and 1pm-5pm", "22:00-6:00", "24 hours", "noon-midnight", "9–5, 6-7", "8-12 and by appointment"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := knowledge.ParseHours(s)
		if err != nil {
			return
		}
		spans := day.Spans
		for i, sp := range spans {
			if sp.From < 0 || sp.To <= sp.From || sp.To-sp.From > 24*60 {
				t.Errorf("%q: span %v", s, sp)
			}
			if i > 0 && sp.From < spans[i-1].To {
				t.Errorf("%q: %v overlaps", s, spans)
			}
		}
		if n := len(spans); n > 1 && spans[n-1].To-spans[0].From > 24*60 {
			t.Errorf("%q: %v is longer than a day", s, spans)
		}
	})
}
