package hearing_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/language"
)

// now is a Monday, three days before Thanksgiving.
var now = time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)

func readers(t testing.TB) map[string]*hearing.Reader {
	t.Helper()
	out := map[string]*hearing.Reader{}
	for _, n := range profile.SampleNames() {
		b, err := profile.Sample(n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = hearing.NewReader(b)
	}
	return out
}

// describe writes a reading as the table does.
func describe(r hearing.Reading) string {
	var asks []string
	for _, a := range r.Asks {
		d := string(a.Intent)
		switch a.Intent {
		case hearing.Answer:
			d += fmt.Sprint(a.Answer)
		case hearing.Price, hearing.Service, hearing.Duration, hearing.Appointment:
			for _, m := range a.Services {
				d += fmt.Sprintf("#%v", m.Items)
			}
			if len(a.Unknown) > 0 {
				d += "?" + strings.Join(a.Unknown, ",")
			}
		case hearing.Staff, hearing.Person:
			for _, m := range a.Staff {
				d += fmt.Sprintf("@%v", m.Items)
			}
		case hearing.Hours:
			for _, x := range a.When.Days {
				d += "/" + x.Format("0102")
			}
			if a.When.Has {
				d += fmt.Sprintf("@%d", a.When.Clock)
			}
		}
		asks = append(asks, d)
	}
	return strings.Join(asks, " ")
}

func TestRead(t *testing.T) {
	rs := readers(t)
	f, err := os.Open("testdata/utterances.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	count := 0
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		p := strings.SplitN(sc.Text(), "|", 3)
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		if len(p) != 3 {
			t.Fatalf("line %d: %q", line, sc.Text())
		}
		name, want, text := strings.TrimSpace(p[0]), strings.TrimSpace(p[1]), strings.TrimSpace(p[2])
		count++
		if got := describe(rs[name].Read(text, now)); got != want {
			t.Errorf("line %d: %s: %q\n got %q\nwant %q", line, name, text, got, want)
		}
	}
	if count < 250 {
		t.Errorf("only %d utterances", count)
	}
}

// TestReadAspect tells what about the hours is asked.
func TestReadAspect(t *testing.T) {
	r := readers(t)["dental"]
	for text, want := range map[string]language.Aspect{
		"What are your hours?":              language.AspectHours,
		"Are you open?":                     language.AspectIsOpen,
		"Are you still open right now?":     language.AspectIsOpen,
		"Are you closed tomorrow?":          language.AspectIsClosed,
		"When do you close?":                language.AspectCloses,
		"How late are you open on Friday?":  language.AspectCloses,
		"What time do you open tomorrow?":   language.AspectOpens,
		"What time do you open and close?":  language.AspectHours,
		"What are your hours on Wednesday?": language.AspectHours,
	} {
		a, ok := r.Read(text, now).Get(hearing.Hours)
		if !ok || a.Aspect != want {
			t.Errorf("%q: aspect %q (found %v), want %q", text, a.Aspect, ok, want)
		}
	}
}

// FuzzRead holds that no utterance breaks the reader, and that what it reports lies inside the profile.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"What are your hours and how much is a cleaning?", "Dr. Lopez. p.m. 8:30", "……??", "will will a will the will", "\x00\xff É 12:99 the 31st of February"} {
		f.Add(s)
	}
	b, err := profile.Sample("dental")
	if err != nil {
		f.Fatal(err)
	}
	r := hearing.NewReader(b)
	f.Fuzz(func(t *testing.T, s string) {
		got := r.Read(s, now)
		for _, a := range got.Asks {
			if a.Score < 0.7 || a.Score > 1.1 {
				t.Errorf("score %v of %s", a.Score, a.Intent)
			}
			if a.Intent == hearing.Answer && (a.Answer < 0 || a.Answer >= len(b.Answers)) {
				t.Errorf("answer %d", a.Answer)
			}
			for _, m := range a.Services {
				for _, i := range m.Items {
					if i < 0 || i >= len(b.Services) {
						t.Errorf("service %d", i)
					}
				}
			}
			for _, d := range a.When.Days {
				if d.Before(now.AddDate(0, 0, -2)) || d.After(now.AddDate(1, 1, 0)) {
					t.Errorf("day %v is not ahead", d)
				}
			}
			if a.When.Has && (a.When.Clock < 0 || a.When.Clock >= 24*60) {
				t.Errorf("clock %d", a.When.Clock)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r := readers(b)["dental"]
	for b.Loop() {
		r.Read("Hi, what are your opening hours on Saturday, and how much is a teeth cleaning?", now)
	}
}
