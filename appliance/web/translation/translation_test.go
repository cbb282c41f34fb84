package translation_test

import (
	"html/template"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/web/translation"
)

const catalogue = `# a comment
 and 
	 und 
Today
	Heute
today {#}
	heute {}
{#} December
	{}. Dezember
since {}
	seit {~}
Done: {}.
	Erledigt: {}.
{} of {} are done
	Von {2} sind {1} erledigt
{#} s
	{} s
asked about {}
	fragte nach {!}
prices
	Preisen
parking
	Parkplätzen
left a message
	hinterließ eine Nachricht
Calls are answered.
	Anrufe werden angenommen.
call
	Anruf
calls
	Anrufe
Signed in as {} · <a>password</a>
	<a>Passwort</a>, angemeldet als {}
Name or number
	Name oder Nummer
Remove {}
	{} entfernen
[other.html]
Today
	An diesem Tag
[]
`

func read(t *testing.T) *translation.Catalogue {
	t.Helper()
	c, err := translation.Read(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSay(t *testing.T) {
	var missed []string
	c := read(t).OnMiss(func(text string) { missed = append(missed, text) })
	for in, want := range map[string]string{
		"": "", "12:00": "12:00", "Today": "Heute", "today 14:02": "heute 14:02", "3 December": "3. Dezember",
		"Since today 14:02": "Seit heute 14:02", "since a while": "seit a while", "0.4 s": "0,4 s",
		"Done: Anna and Today.": "Erledigt: Anna and Today.", // what was put in stays as it is
		"3 of 7 are done":       "Von 7 sind 3 erledigt",
		"Calls are answered":    "Anrufe werden angenommen", "calls are answered.": "calls are answered.",
		"Calls are answered. Done: Tom.":                        "Anrufe werden angenommen. Erledigt: Tom.",
		"Asked about prices.":                                   "Fragte nach Preisen.",
		"Asked about prices, parking and left a message.":       "Fragte nach Preisen, Parkplätzen und hinterließ eine Nachricht.",
		"Asked about prices and left a message.":                "Fragte nach Preisen und hinterließ eine Nachricht.",
		"Asked about the weather.":                              "Asked about the weather.",
		"Calls are answered. The weather is not known to many.": "Calls are answered. The weather is not known to many.",
	} {
		if got := c.Say(in); got != want {
			t.Errorf("Say(%q) = %q, want %q", in, got, want)
		}
	}
	if !slices.Contains(missed, "Asked about the weather.") || slices.Contains(missed, "Today") {
		t.Errorf("missed %q", missed)
	}
	if got := (*translation.Catalogue)(nil).Say("Today"); got != "Today" {
		t.Errorf("without a catalogue: %q", got)
	}
}

func TestTemplate(t *testing.T) {
	const page = `<p class="Today"{{if .X}} title="Name or number"{{end}}>Signed in as {{.Name}} · <a href="/{{.X}}">password</a></p>
<button aria-label="Remove {{.Name}}">{{if .X}}Today{{else}}call{{end}}</button> {{plural .N "call" "calls"}}
<title>Today</title><pre>Today</pre> <b>{{.Name}}</b> · {{.X}}{{with .Name}}, Today {{.}}{{end}}`
	c := read(t)
	render := func(name string) (string, []string, []string) {
		one := template.Must(template.New("").Funcs(template.FuncMap{"plural": func(n int, one, many string) string {
			if n == 1 {
				return "1 " + one
			}
			return "2 " + many
		}}).New(name).Parse(page))
		used, missing := c.Template(one, name)
		var b strings.Builder
		if err := one.Execute(&b, map[string]any{"Name": "Today", "X": "call", "N": 2}); err != nil {
			t.Fatal(err)
		}
		return b.String(), used, missing
	}
	got, used, missing := render("page.html")
	want := `<p class="Today" title="Name oder Nummer"><a href="/call">Passwort</a>, angemeldet als Today</p>
<button aria-label="Today entfernen">Heute</button> 2 Anrufe
<title>Heute</title><pre>Today</pre> <b>Today</b> · call, Today Today`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !slices.Equal(missing, []string{"Today {}"}) || !slices.Contains(used, "Signed in as {} · <a>password</a>") {
		t.Errorf("used %q, missing %q", used, missing)
	}
	if got, _, _ := render("other.html"); !strings.Contains(got, ">An diesem Tag</button>") {
		t.Errorf("a text of one template: %s", got)
	}
}

func TestCataloguesThatAreWrong(t *testing.T) {
	for name, text := range map[string]string{
		"no German": "Today\n", "German first": "\tHeute\n", "English twice": "Today\nTomorrow\n\tMorgen\n", "twice": "A\n\tB\nA\n\tB\n",
		"a place too many": "A\n\tB {}\n", "a place too few": "A {}\n\tB\n", "no such place": "A {}\n\tB {2}\n",
		"a tag too few": "<b>A</b>\n\tB\n",
	} {
		if _, err := translation.Read(text); err == nil {
			t.Errorf("%s is no fault", name)
		}
	}
}

// Whatever is said, nothing panics, and what the catalogue does not have stays as it is.
func FuzzSay(f *testing.F) {
	f.Add("Since today 14:02, Done: . and ")
	f.Add("Asked about prices, parking and left a message.")
	c, err := translation.Read(catalogue)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		known := true
		if got := c.OnMiss(func(string) { known = false }).Say(text); !known && got != text {
			t.Errorf("Say(%q) = %q", text, got)
		}
	})
}

// Whatever stands in a catalogue, it is read or refused, and what was read can be said.
func FuzzRead(f *testing.F) {
	f.Add(catalogue)
	f.Fuzz(func(_ *testing.T, text string) {
		c, err := translation.Read(text)
		if err != nil {
			return
		}
		for english := range c.Keys() {
			c.Say(english)
		}
	})
}
