package inwords_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/record"
)

func TestMoments(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 25, 13, 0, 0, 0, berlin) // a Wednesday
	for _, c := range []struct {
		t           time.Time
		moment, day string
	}{
		{time.Time{}, "not known", "not known"},
		{now.UTC(), "today 13:00", "today"},
		{time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC), "today 00:30", "today"}, // past midnight at the office
		{now.Add(-24 * time.Hour), "yesterday 13:00", "yesterday"},
		{now.Add(24 * time.Hour), "tomorrow 13:00", "tomorrow"},
		{now.Add(-48 * time.Hour), "Monday 13:00", "Monday"},
		{now.Add(5 * 24 * time.Hour), "Monday 13:00", "Monday"},
		{now.Add(-9 * 24 * time.Hour), "16 November 13:00", "16 November"},
		{now.Add(-370 * 24 * time.Hour), "20 November 2025", "20 November 2025"},
		{now.Add(90 * 24 * time.Hour), "23 February 2027", "23 February 2027"},
	} {
		if got := inwords.Moment(c.t, now); got != c.moment {
			t.Errorf("Moment(%v) = %q, want %q", c.t, got, c.moment)
		}
		if got := inwords.Day(c.t, now); got != c.day {
			t.Errorf("Day(%v) = %q, want %q", c.t, got, c.day)
		}
	}
	if got := inwords.Clock(time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC), berlin); got != "00:30" {
		t.Errorf("Clock = %q", got)
	}
}

func TestLengths(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "0:00", 0: "0:00", 107*time.Second + 600*time.Millisecond: "1:48", 3723 * time.Second: "1:02:03",
		time.Until(time.Time{}): "0:00", // a call that has not ended
	} {
		if got := inwords.Length(d); got != want {
			t.Errorf("Length(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		-time.Second: "0.0 s", 2372 * time.Millisecond: "2.4 s", 48 * time.Second: "48 s", 3 * time.Minute: "3 min", 5 * time.Hour: "5 h",
		50 * time.Hour: "2 days",
	} {
		if got := inwords.Took(d); got != want {
			t.Errorf("Took(%v) = %q, want %q", d, got, want)
		}
	}
}

// constants are the values of the closed lists of package record, by type.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	files, err := filepath.Glob("../record/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok || v.Type == nil || len(v.Values) != 1 {
					continue
				}
				kind, named := v.Type.(*ast.Ident)
				lit, quoted := v.Values[0].(*ast.BasicLit)
				if !named || !quoted || lit.Kind != token.STRING {
					continue
				}
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out[kind.Name] = append(out[kind.Name], text)
			}
		}
	}
	return out
}

// Every value of a closed list has words of its own: what programs write is never shown to the office.
func TestEveryValueHasWords(t *testing.T) {
	lists := constants(t)
	for kind, say := range map[string]func(string) string{
		"Result":       func(v string) string { return inwords.Result(record.Result(v)) },
		"Tag":          func(v string) string { return inwords.Tag(record.Tag(v)) },
		"RequestKind":  func(v string) string { return inwords.Asked(record.RequestKind(v)) },
		"RequestState": func(v string) string { return inwords.RequestState(record.RequestState(v)) },
		"Identity":     func(v string) string { return inwords.Identity(record.Identity(v)) },
		"ConsentKind": func(v string) string {
			return inwords.Consent(record.Consent{Kind: record.ConsentKind(v), State: record.ConsentGiven})
		},
		"ConsentState": func(v string) string {
			return inwords.Consent(record.Consent{Kind: record.ConsentRecording, State: record.ConsentState(v)})
		},
		"ConsentHow":  func(v string) string { return inwords.ConsentHow(record.ConsentHow(v)) },
		"FieldKind":   func(v string) string { return inwords.Field(record.FieldKind(v)) },
		"Source":      func(v string) string { return inwords.Source(record.Source(v)) },
		"ImportState": func(v string) string { return inwords.Import(record.ImportState(v)) },
		"Basis":       func(v string) string { return inwords.Basis(record.Basis(v)) },
	} {
		if len(lists[kind]) == 0 {
			t.Errorf("package record has no constants of type %s", kind)
		}
		for _, v := range lists[kind] {
			if got := say(v); got == strings.ReplaceAll(v, "_", " ") && v != "done" && v != "refused" && v != "consent" {
				t.Errorf("%s %q has no words: %q", kind, v, got)
			}
		}
	}
}

// Every reason that any part of the appliance gives a call's end has words.
func TestEveryReasonHasWords(t *testing.T) {
	given := regexp.MustCompile(`record\.Outcome\{[^}]*Reason: "([a-z_]+)"|(?:completed|reached|leave)\("([a-z_]+)"|return \d{3}, "([a-z_]+)"`)
	seen := map[string]bool{}
	for _, dir := range []string{"../dialogue", "../reception", "../phone", "../store"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range given.FindAllStringSubmatch(string(text), -1) {
				seen[m[1]+m[2]+m[3]] = true
			}
		}
	}
	if len(seen) < 15 {
		t.Fatalf("only %d reasons were found: %v", len(seen), seen)
	}
	for reason := range seen {
		if got := inwords.Reason(reason); got == strings.ReplaceAll(reason, "_", " ") {
			t.Errorf("the reason %q has no words", reason)
		}
	}
	over := record.Outcome{Result: record.ResultCompleted, Reason: "caller_hangup"}
	if got := inwords.Outcome(over); got != "Answered to its end, the caller hung up" {
		t.Errorf("Outcome = %q", got)
	}
}

func TestCapital(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "the box": "The box", "über was redet ihr": "Über was redet ihr", "éclair": "Éclair", "Monday": "Monday", "24 hours": "24 hours",
		"\xff broken": "\xff broken", "ß": "ß",
	} {
		if got := inwords.Capital(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
