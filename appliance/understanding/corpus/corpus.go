// Package corpus holds the judged turns: what callers of small offices say, and what a good receptionist takes it to mean.
//
// Each trade has a folder with a whole profile (business.toml) and its turns (turns.toml). The turns judge how well the
// assistant understands a business that it has never seen, so nothing may be tuned on them by hand. Load reads and checks all of them:
// a label that is not in the closed list, or that names something the profile does not have, is an error. The package is pure; the
// files are part of the program that imports it.
package corpus

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
)

//go:embed */business.toml */turns.toml
var files embed.FS

// Trade is one business with its turns.
type Trade struct {
	Name     string // the folder's: "bicycle"
	Business *knowledge.Business
	Turns    []Turn
}

// Turn is one sentence or two of a caller, and what they mean.
type Turn struct {
	Say    string   `toml:"say"`    // as the recogniser writes it
	Want   []string `toml:"want"`   // any of these is right; one may be several labels joined by " + ", which must all be met
	Never  []string `toml:"never"`  // single labels that would do harm or be embarrassing
	Kind   string   `toml:"kind"`   // one of Kinds
	Before string   `toml:"before"` // what the caller said before, already answered; "" at the beginning of a call
}

// Label is what one part of a turn means: the price of a service, a deed, a remark.
type Label struct {
	Name string // "price"
	Of   string // "chain replacement"; "" when the label stands alone
}

// String gives the label as the files write it.
func (l Label) String() string {
	if l.Of == "" {
		return l.Name
	}
	return l.Name + ":" + l.Of
}

// Kinds lists the kinds of turns.
func Kinds() []string {
	return []string{"fact", "price", "service", "answer", "staff", "person", "message", "matter", "appointment", "harm", "general", "right",
		"child", "talk", "unknown", "multi", "followup"}
}

// argument says what may follow a label's name.
type argument int

const (
	alone   argument = 1 << iota // nothing
	day                          // a day of the week, today or tomorrow
	holiday                      // a holiday of the profile
	service                      // a service of the profile
	person                       // somebody of the staff
	answer                       // a question of the profile
	right                        // one of the rights
)

// labels is the closed list.
var labels = map[string]argument{
	"hours": alone | day, "holidays": alone, "holiday": holiday,
	"price": alone | service, "duration": service, "service": service, "services": alone,
	"address": alone, "directions": alone, "parking": alone, "phone": alone, "email": alone, "website": alone, "business": alone,
	"staff": alone | person, "answer": answer,
	"message": alone | person, "matter": alone, "complaint": alone, "appointment": alone, "person": alone | person,
	"emergency": alone, "harm": alone, "child": alone, "right": right,
	"recorded": alone, "refuse_recording": alone, "robot": alone, "wrong_number": alone, "goodbye": alone, "thanks": alone, "hello": alone,
	"repeat": alone, "slower": alone, "hold": alone, "question": alone, "help": alone, "never_mind": alone, "chitchat": alone,
	"unknown": alone,
}

var (
	days   = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow"}
	rights = []string{"access", "erase", "object", "withdraw", "correct"}
)

// Parse reads the labels of one entry of Want: "price:repair + hours:today" has two.
func Parse(want string) ([]Label, error) {
	var out []Label
	for part := range strings.SplitSeq(want, " + ") {
		name, of, _ := strings.Cut(part, ":")
		l := Label{Name: name, Of: of}
		takes, ok := labels[name]
		switch {
		case !ok || l.String() != part:
			return nil, fmt.Errorf("%q is no label", part)
		case of == "" && takes&alone == 0:
			return nil, fmt.Errorf("%q must say of what", part)
		case of != "" && takes == alone:
			return nil, fmt.Errorf("%q stands alone", name)
		case of != "" && takes&day != 0 && !slices.Contains(days, of), takes&right != 0 && !slices.Contains(rights, of):
			return nil, fmt.Errorf("%q is no label", part)
		}
		out = append(out, l)
	}
	return out, nil
}

// Load returns every trade, sorted by name. The error lists everything that is wrong with the files.
func Load() ([]Trade, error) { return load(files) }

func load(files fs.FS) ([]Trade, error) {
	names, err := fs.Glob(files, "*/turns.toml")
	if err != nil {
		return nil, fmt.Errorf("list trades: %w", err)
	}
	var out []Trade
	var problems []error
	for _, name := range names {
		t, err := loadTrade(files, path.Dir(name))
		if err != nil {
			problems = append(problems, err)
		}
		out = append(out, t)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return out, nil
}

func loadTrade(files fs.FS, name string) (Trade, error) {
	t := Trade{Name: name}
	data, err := fs.ReadFile(files, name+"/business.toml")
	if err != nil {
		return t, fmt.Errorf("read trade: %w", err)
	}
	if t.Business, err = profile.Decode(bytes.NewReader(data), profile.TOML); err != nil {
		return t, fmt.Errorf("read %s/business.toml: %w", name, err)
	}
	if data, err = fs.ReadFile(files, name+"/turns.toml"); err != nil {
		return t, fmt.Errorf("read trade: %w", err)
	}
	var list struct {
		Turn []Turn `toml:"turn"`
	}
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&list); err != nil {
		return t, fmt.Errorf("read %s/turns.toml: %w", name, err)
	}
	t.Turns = list.Turn
	return t, t.Check()
}

// Check returns everything that is wrong with the turns.
func (t *Trade) Check() error {
	var problems []error
	said := map[string]bool{}
	for i, turn := range t.Turns {
		add := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf("%s: turn %d %q: %w", t.Name, i+1, turn.Say, fmt.Errorf(format, args...)))
		}
		switch {
		case strings.TrimSpace(turn.Say) == "" || len(turn.Want) == 0:
			add("needs say and want")
		case said[turn.Before+"\n"+turn.Say]:
			add("is there twice")
		case !slices.Contains(Kinds(), turn.Kind):
			add("%q is no kind", turn.Kind)
		}
		said[turn.Before+"\n"+turn.Say] = true
		for _, want := range turn.Want {
			if err := t.checkLabels(want, true); err != nil {
				add("want: %w", err)
			}
			if slices.Contains(turn.Never, want) {
				add("%q is wanted and must never be", want)
			}
		}
		for _, never := range turn.Never {
			if err := t.checkLabels(never, false); err != nil {
				add("never: %w", err)
			}
			if strings.Contains(never, " + ") {
				add("never: %q has several labels", never)
			}
		}
	}
	return errors.Join(problems...)
}

// checkLabels checks one entry against the list and the profile. What is wanted must be possible with what the profile holds.
func (t *Trade) checkLabels(entry string, wanted bool) error {
	list, err := Parse(entry)
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Of != "" && !t.has(l) {
			return fmt.Errorf("%q is not in the profile", l)
		}
		if wanted && !t.known(l) {
			return fmt.Errorf("the profile does not say what %q needs", l)
		}
	}
	return nil
}

// has reports whether the profile has what the label names.
func (t *Trade) has(l Label) bool {
	b := t.Business
	switch takes := labels[l.Name]; {
	case takes&holiday != 0:
		return slices.ContainsFunc(b.Holidays, func(h knowledge.Holiday) bool { return h.Name == l.Of })
	case takes&service != 0:
		return slices.ContainsFunc(b.Services, func(s knowledge.Service) bool { return s.Name == l.Of })
	case takes&person != 0:
		return slices.ContainsFunc(b.Staff, func(p knowledge.Person) bool { return p.Name == l.Of })
	case takes&answer != 0:
		return slices.ContainsFunc(b.Answers, func(a knowledge.Answer) bool { return a.Question == l.Of })
	}
	return true
}

// known reports whether the profile holds the fact that the label asks for.
func (t *Trade) known(l Label) bool {
	b := t.Business
	switch l.Name {
	case "address":
		return b.Address.Street != ""
	case "directions":
		return b.Address.Directions != ""
	case "parking":
		return b.Address.Parking != ""
	case "phone":
		return b.Contact.Phone != ""
	case "email":
		return b.Contact.Email != ""
	case "website":
		return b.Contact.Website != ""
	case "holidays":
		return len(b.Holidays) > 0
	case "emergency":
		return len(b.Emergency.Words) > 0
	case "duration":
		i := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == l.Of })
		return i >= 0 && b.Services[i].Minutes > 0
	}
	return true
}
