// Package sayings holds what callers of many trades say when they mean a service, one of the owner's questions, or somebody of the
// staff: a file for each trade, with an invented business.
//
// They teach, where the judged turns (corpus) judge: the embedding model's adapter is trained on what is said of services and answers
// (appliance/understanding/adapt), and the heads are fitted on the rest beside the judged turns (appliance/understanding/fit). No
// trade is in both. Load reads all of them; what they must hold is checked by the tests. The package is pure; the files are part of
// the program that imports it.
package sayings

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/understanding/corpus"
)

//go:embed *.toml
var files embed.FS

// Trade is one business and what its callers say.
type Trade struct {
	File     string `toml:"-"`     // "garden-centre"; German ones begin with "de-"
	Trade    string `toml:"trade"` // "garden centre"
	Name     string `toml:"name"`
	Place    string `toml:"place"`
	Unknown  []string
	Services []struct {
		Name        string
		Also        []string
		Description string
		Price       []string // they want to know what it costs
		Offered     []string // they want to know whether it is done, or say that they need it
	}
	Answers []struct {
		Question, Reply string
		Says            []string
	}
	Staff []struct {
		Name, Role, About      string
		Staff, Person, Message []string // they ask who that is, want to speak to them, want something passed on
	}
	Follow []struct {
		Before, Say, Want string
		Kind              string // "same": about what was just named; "other"
	}
	Two []struct {
		Say  string
		Want []string // two labels
	}
	Turns []struct { // all else: harm and what only sounds like it, wishes, facts, rights, courtesy
		Say, Want string
	} `toml:"turn"`
}

// Load returns every trade of a language, "en" or "de", sorted by file. The error lists every file that can't be read.
func Load(language string) ([]Trade, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list sayings: %w", err)
	}
	var out []Trade
	var problems []error
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "de-") != (language == "de") {
			continue
		}
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read sayings: %w", err)
		}
		t := Trade{File: strings.TrimSuffix(e.Name(), ".toml")}
		if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&t); err != nil {
			problems = append(problems, fmt.Errorf("read %s: %w", e.Name(), err))
			continue
		}
		out = append(out, t)
	}
	return out, errors.Join(problems...)
}

// minutes is how long every service takes for whom that matters: the files do not say.
const minutes = 30

// Business is the profile of the business, as far as the file has one.
func (t *Trade) Business() *knowledge.Business {
	b := &knowledge.Business{Name: t.Name, Language: "en", TimeZone: "Europe/London", Region: "GB", Currency: "GBP"}
	if strings.HasPrefix(t.File, "de-") {
		b.Language, b.TimeZone, b.Region, b.Currency = "de", "Europe/Berlin", "DE", "EUR"
	}
	// Where it is is asked beside other things; what the answer is does not matter.
	b.Address = knowledge.Address{Street: "1 High Street", City: "Newtown", Directions: "Turn left at the station.", Parking: "In the yard."}
	b.Contact = knowledge.Contact{Phone: "555 0100", Email: "office@business.example", Website: "business.example"}
	b.Holidays = []knowledge.Holiday{{Name: "New Year", From: "12-31", To: "01-02"}}
	for _, s := range t.Services {
		b.Services = append(b.Services, knowledge.Service{Name: s.Name, Also: s.Also, Description: s.Description, Minutes: minutes})
	}
	for _, a := range t.Answers {
		b.Answers = append(b.Answers, knowledge.Answer{Question: a.Question, Reply: a.Reply})
	}
	for _, p := range t.Staff {
		b.Staff = append(b.Staff, knowledge.Person{Name: p.Name, Role: p.Role, About: p.About})
	}
	return b
}

// Beside is the trade with what is said as turns, by which heads are fitted; items says whether what is said of services and
// answers is among them. It is not where an embedding model was trained on it (English): it knows that by heart, and a head would
// trust its vectors too much.
func (t *Trade) Beside(items bool) corpus.Trade {
	out := corpus.Trade{Name: t.File, Business: t.Business()}
	add := func(kind, before, want string, says ...string) {
		for _, say := range says {
			out.Turns = append(out.Turns, corpus.Turn{Say: say, Want: []string{want}, Kind: kind, Before: before})
		}
	}
	if items {
		t.addItems(add)
	}
	for _, p := range t.Staff {
		add("staff", "", "staff:"+p.Name, p.Staff...)
		add("person", "", "person:"+p.Name, p.Person...)
		add("message", "", "message:"+p.Name, p.Message...)
	}
	for _, f := range t.Follow {
		add("followup", f.Before, f.Want, f.Say)
	}
	for _, two := range t.Two {
		add("multi", "", strings.Join(two.Want, " + "), two.Say)
	}
	for _, turn := range t.Turns {
		add(kind(turn.Want), "", turn.Want, turn.Say)
	}
	return out
}

// addItems adds what is said of services and answers, and of what is neither.
func (t *Trade) addItems(add func(kind, before, want string, says ...string)) {
	for _, s := range t.Services {
		add("price", "", "price:"+s.Name, s.Price...)
		add("service", "", "service:"+s.Name, s.Offered...)
	}
	for _, a := range t.Answers {
		add("answer", "", "answer:"+a.Question, a.Says...)
	}
	add("unknown", "", "unknown", t.Unknown...)
}

// kind is that of a turn which wants a label: a question that nothing answers is one that sounds like harm.
func kind(want string) string {
	name, _, _ := strings.Cut(want, ":")
	switch name {
	case "price", "service", "answer", "staff", "person", "message", "appointment", "harm", "right", "child":
		return name
	case "matter", "complaint":
		return "matter"
	case "unknown":
		return "general"
	case "hours", "holidays", "address", "directions", "parking", "phone", "email", "website", "business", "services":
		return "fact"
	}
	return "talk"
}
