package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"golang.org/x/text/language"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/web/translation"
)

// tongue is a language that the page is shown in.
type tongue struct {
	Tag  string // BCP 47, of the HTML element
	Name string // in the language itself

	texts     *translation.Catalogue // nil: English
	templates map[string]*template.Template
}

// say says a text of the code; one of a caller is never handed to it.
func (t *tongue) say(text string) string {
	if t == nil {
		return text
	}
	return t.texts.Say(text)
}

// catalogueFile has the texts in German, beside the templates.
const catalogueFile = "ui/de.txt"

// readTongues reads the templates in each language, English first; missed is told of each text of the code that has no translation.
func readTongues(missed func(string)) ([]*tongue, error) {
	file, err := ui.ReadFile(catalogueFile)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	german, err := translation.Read(string(file))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", catalogueFile, err)
	}
	all := []*tongue{{Tag: "en", Name: "English"}, {Tag: "de", Name: "Deutsch", texts: german.OnMiss(missed)}}
	for _, t := range all {
		if err := t.readTemplates(func(_, _ []string) {}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readTemplates reads each page's template with the frame and the parts that pages share. seen is told which texts have a translation and
// which have none.
func (t *tongue) readTemplates(seen func(used, missing []string)) error {
	translate := func(files *template.Template, name string) {
		if t.texts != nil {
			seen(t.texts.Template(files, name))
		}
	}
	shared, err := template.New("").Funcs(functions(t.say)).ParseFS(ui, "ui/frame.html", "ui/parts.html")
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	translate(shared, "frame.html")
	translate(shared, "parts.html")
	found, err := fs.Glob(ui, "ui/pages/*.html")
	if err != nil {
		return fmt.Errorf("read pages: %w", err)
	}
	t.templates = map[string]*template.Template{}
	for _, f := range found {
		one, err := shared.Clone()
		if err == nil {
			one, err = one.ParseFS(ui, f)
		}
		if err != nil {
			return fmt.Errorf("read page: %w", err)
		}
		translate(one, path.Base(f))
		t.templates[path.Base(f)] = one
	}
	return nil
}

// tongueName is the cookie with the language that somebody chose in this browser.
const tongueName = "__Host-frontdesk-language"

// longestWish bounds what is read of a browser's wish for a language, in bytes.
const longestWish = 200

// tongueOf is the language for a request: the one that was chosen in this browser, or the first that the browser asks for and the page
// has; English else.
func (p *pages) tongueOf(r *http.Request) *tongue {
	if c, err := r.Cookie(tongueName); err == nil {
		for _, t := range p.tongues {
			if t.Tag == c.Value {
				return t
			}
		}
	}
	wish := r.Header.Get("Accept-Language")
	if wish == "" || len(wish) > longestWish {
		return p.tongues[0]
	}
	_, at := language.MatchStrings(p.matcher, wish)
	return p.tongues[at]
}

// matcherOf finds the best of the languages for what a browser asks for.
func matcherOf(all []*tongue) language.Matcher {
	tags := make([]language.Tag, len(all))
	for i, t := range all {
		tags[i] = language.Make(t.Tag)
	}
	return language.NewMatcher(tags)
}

// typed is what somebody typed to say that they mean it: word itself when it is that in the language of the page.
func (v *visit) typed(word string) string {
	got := strings.TrimSpace(v.PostFormValue("word"))
	if strings.EqualFold(got, word) || strings.EqualFold(got, v.tongue.say(word)) {
		return word
	}
	return got
}

// others are the languages that somebody can change to.
func (p *pages) others(now *tongue) (out []*tongue) {
	for _, t := range p.tongues {
		if t != now {
			out = append(out, t)
		}
	}
	return out
}

// chooseTongue keeps in which language somebody wants the page in this browser.
func (p *pages) chooseTongue(v *visit) (reply, error) {
	rep := goTo(v.back())
	for _, t := range p.tongues {
		if t.Tag == v.PostFormValue("language") {
			rep.cookies = []*http.Cookie{{
				Name: tongueName, Value: t.Tag, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: access.DeviceLife,
			}}
		}
	}
	return rep, nil
}
