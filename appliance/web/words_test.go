package web_test

import (
	"html"
	"regexp"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

var (
	tags     = regexp.MustCompile(`(?s)<(?:script|style|pre|code)[^>]*>.*?</(?:script|style|pre|code)>|<[^>]*>`)
	programs = regexp.MustCompile(`\b[a-z]+_[a-z_]+\b|\b0000\b|\b0001\b|-\d{6,}|\b\d+\.\d ms\b|\bNaN\b|\b[0-9a-f]{16,}\b`)
)

// visible is what a person reads of a page.
func visible(body string) string {
	return html.UnescapeString(tags.ReplaceAllString(body, " "))
}

// Nobody in an office reads "caller_hangup", "31 December 0000", "2372.0 ms" or a long ID.
func TestNothingIsShownAsProgramsWriteIt(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	contact, err := b.store.AddCaller(record.Caller{Number: "+12175550199", Fields: []record.Field{
		{Kind: record.FieldName, Value: "Grace Hopper", Source: record.SourceCallerID, Basis: record.BasisInterest},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range []record.Outcome{
		{Result: record.ResultRunning}, {Result: record.ResultAbandoned, Reason: "caller_hangup"},
		{Result: record.ResultNoInput, Reason: "no_input"},
		{Result: record.ResultFailed, Reason: "media_timeout"}, {Result: record.ResultRefused, Reason: "engines_down"},
	} {
		c, err := b.store.BeginCall(record.Call{ID: string(rune('p' + i)), From: "2175550182", Started: noon.Add(-time.Hour), Codec: "PCMU"})
		if err == nil && o.Result != record.ResultRunning {
			c.Ended, c.Outcome = noon, o
			err = b.store.EndCall(c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{
		"/", "/calls", "/calls/c1", "/calls/p", "/calls/q", "/calls/r", "/calls/s", "/calls/t", "/callers", "/callers/" + contact.ID,
		"/callers/" + b.call.CallerID, "/statistics", "/records", "/requests", "/contacts", "/account", "/system", "/business", "/phone",
		"/start", "/egress", "/business/rules", "/records/processing",
	} {
		r, body := s.ask(t, "GET", path)
		if r.StatusCode != 200 {
			t.Errorf("%s: %s", path, r.Status)
		}
		for _, found := range programs.FindAllString(visible(body), -1) {
			if found != "chan_pjsip" { // FreePBX itself calls it so
				t.Errorf("%s shows %q", path, found)
			}
		}
	}
}
