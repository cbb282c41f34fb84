package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"frontdesk.internal/appliance/knowledge/profile"
)

// untold are the texts of the code that were shown in German and have no translation.
type untold struct {
	mu    sync.Mutex
	texts []string
}

func (u *untold) add(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !slices.Contains(u.texts, text) {
		u.texts = append(u.texts, text)
	}
}

// alike are texts of the code that are the same in both languages, or that a test has made up.
var alike = regexp.MustCompile(`^(?:base|joe|qwen.*|\d+-\d+ per \w+|ntfy|Gotify|Matrix|[A-Z][A-Za-z]+ <?.*>.*|There is no <voice>\.|The disk is full\.)$`)

// check wants each of them translated, but for what the business of the tests is called and what it says.
func (u *untold) check(t *testing.T) {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	var own bytes.Buffer
	if err := profile.Encode(&own, profile.TOML, b); err != nil {
		t.Fatal(err)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, text := range u.texts {
		ours := alike.MatchString(text)
		if !ours {
			ours = !slices.ContainsFunc(strings.Split(text, ", "), func(part string) bool { return !strings.Contains(own.String(), part) })
		}
		if !ours {
			t.Errorf("no translation of %q", text)
		}
	}
}

// english are words that no German text has.
var english = regexp.MustCompile(`\b(?:the|and|is|are|not|of|to|with|for|from|you|your|this|that|it|has|were|be|been|by|nothing|nobody|who|what|when|` +
	`where|which|caller|callers|yet)\b`)

// inGerman asks for a page in German, and wants it in German.
func (s *site) inGerman(t *testing.T, path string) string {
	t.Helper()
	german := func(r *http.Request) { r.Header.Set("Accept-Language", "de-AT,de;q=0.9,en;q=0.5") }
	r, body := s.ask(t, http.MethodGet, path, german)
	if r.StatusCode != http.StatusOK {
		t.Errorf("%s in German: %s", path, r.Status)
	}
	if strings.HasPrefix(body, "<!doctype") && !strings.Contains(body, `<html lang="de">`) {
		t.Errorf("%s does not say that it is in German", path)
	}
	return body
}

// What the office reads is in German, whatever page it is, for the owner and for staff.
func TestEveryPageInGerman(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	said := regexp.MustCompile(`are you &lt;i&gt;open&lt;/i&gt;|<p class="desk">[^<]*</p>|<li value="\d+">[^<]*</li>|Do you take dogs\?|Tooth broke\.|Welcome\.|Yes\.|„no answer“|\[lines\]|Add New SIP|` +
		`(?s:<textarea.*?</textarea>)|<(?:b|dt) translate="no">[^<]*|<option value="(?:price|service|answer|person):[^<]*|<summary>[^<]*</summary>|value="[^"]*"`)
	for _, path := range []string{
		"/", "/calls", "/calls/c1", "/callers", "/callers/" + b.call.CallerID, "/callers/no-contact", "/statistics", "/records", "/requests",
		"/breach", "/contacts", "/account", "/account/security", "/system", "/business", "/business/card", "/business/place", "/business/hours",
		"/business/holidays", "/business/services", "/business/staff", "/business/answers", "/business/emergency", "/business/transfer",
		"/business/notices", "/business/rules", "/business/history", "/business/learned", "/phone", "/start", "/egress", "/records/processing",
		"/recipients", "/calendars", "/feeds", "/trust",
	} {
		body := s.inGerman(t, path)
		text := visible(said.ReplaceAllString(body, " "))
		for line := range strings.Lines(text) {
			if found := english.FindString(line); found != "" {
				t.Errorf("%s says %q: %s", path, found, strings.TrimSpace(line))
			}
		}
	}
}

// The language is chosen once for a browser, without a script, before anybody signs in too; the browser's wish comes after that.
func TestTheLanguageIsChosen(t *testing.T) {
	b := openReal(t)
	wish := func(tongues string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Accept-Language", tongues) }
	}
	_, body := b.ask(t, http.MethodGet, "/setup", wish("de"))
	wantAll(t, body, "Willkommen. Das ist Ihr Empfang.", `name="language" value="en" lang="en">English</button>`)
	b.asOwner(t).secret = ""
	for tongues, want := range map[string]string{
		"": "en", "de": "de", "de-CH,fr;q=0.9": "de", "fr,de;q=0.5": "de", "fr": "en", "en-GB,de;q=0.9": "en", strings.Repeat("de,", 400): "en",
		"\"<script>": "en",
	} {
		_, body = b.ask(t, http.MethodGet, "/signin", wish(tongues))
		wantAll(t, body, `<html lang="`+want+`">`)
	}
	r, _ := b.post(t, "/language", url.Values{"language": {"de"}, "back": {"/signin?back=%2Fcalls"}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/signin?back=%2Fcalls" || len(r.Cookies()) != 1 {
		t.Fatalf("chosen: %s to %q with %v", r.Status, r.Header.Get("Location"), r.Cookies())
	}
	chosen := r.Cookies()[0]
	if !chosen.Secure || !chosen.HttpOnly || chosen.Value != "de" {
		t.Errorf("the cookie is %v", chosen)
	}
	_, body = b.ask(t, http.MethodGet, "/signin", wish("en"), func(r *http.Request) { r.AddCookie(chosen) })
	wantAll(t, body, `<html lang="de">`, "Anmelden", "<title>Anmelden · ")
	if r, _ := b.post(t, "/language", url.Values{"language": {"xx"}}); len(r.Cookies()) != 0 {
		t.Errorf("there is no language xx: %v", r.Cookies())
	}
}

// The word by which somebody shows that they mean it is asked for, and understood, in the language of the page.
func TestTheWordForErasingIsOfTheLanguage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	path := "/callers/" + b.call.CallerID + "/rights"
	german := func(r *http.Request) { r.Header.Set("Accept-Language", "de") }
	wantAll(t, s.inGerman(t, "/callers/"+b.call.CallerID), "Tippen Sie: löschen")
	_, body := s.post(t, path, url.Values{"do": {"erase"}, "word": {"ja"}}, german)
	wantAll(t, body, "Nichts wurde gelöscht: Tippen Sie löschen, wenn Sie es ernst meinen.")
	r, _ := s.post(t, path, url.Values{"do": {"erase"}, "word": {"Löschen"}}, german)
	if r.StatusCode != http.StatusSeeOther {
		t.Errorf("erased: %s", r.Status)
	}
}

// What a caller said stays as it was said, though the page has such words of its own.
func TestWhatCallersSayIsNotTranslated(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, note := keep(t, b.store, "c2", "Today", "normal", noon)
	body := s.inGerman(t, "/")
	wantAll(t, body, ">Today</a>", "Tooth broke.", "Do you take dogs?", "heute 13:00", "Braucht Sie")
	wantAll(t, s.inGerman(t, "/calls/c2"), "<title>(2) Today · ", "<h1>Today</h1>", "Was gesagt wurde")
	if note.Name != "Today" {
		t.Errorf("the name is %q", note.Name)
	}
}
