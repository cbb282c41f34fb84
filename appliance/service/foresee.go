package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Foresight is a call that somebody thinks of.
type Foresight struct {
	Number record.PhoneNumber `json:"number,omitempty"` // "" = somebody unknown
	At     time.Time          `json:"at,omitzero"`      // zero = now
}

// Foreseen is what would happen on such a call, in sentences, the first one the shortest.
type Foreseen struct {
	Text  string   `json:"text"`
	Steps []string `json:"steps"`
	Open  bool     `json:"open"` // within the opening hours
}

// ForeseeCall tells what would happen if somebody called, by what is published and by the caller's card. Nothing is done.
var ForeseeCall = define(Op[Foresight, Foreseen]{
	Name: "foresee-call", Role: Owner, Audit: Reads("foresee a call"),
	Run: (*Service).foreseeCall,
})

func (s *Service) foreseeCall(ctx context.Context, in Foresight) (Foreseen, error) {
	b, err := s.business()
	if err != nil {
		return Foreseen{}, err
	}
	out := Foreseen{Steps: []string{}}
	var card record.Caller
	if in.Number != "" {
		number := numbering.Canonical(in.Number, b.Region)
		card, err = s.o.Records.FindCaller(number)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return out, err
		}
	}
	set, err := s.readRecordingSettings(ctx)
	if err != nil {
		return out, err
	}
	now := s.o.Now().In(b.Location())
	at := now
	if !in.At.IsZero() {
		at = in.At.In(b.Location())
	}
	away := ""
	if phone := s.o.Runtime().Phone; in.At.IsZero() && !phone.Registered() {
		away = "Just now no call comes in: the box is not connected to the telephone system."
	}
	switch {
	case card.Has(record.TagBlocked):
		out.Text = "The call is refused: this number is blocked."
		return out, nil
	case card.Has(record.TagProtected), card.Has(record.TagObjects):
		out.Text = "The assistant does not take the call: the telephone system goes on to a person, as the card of this number says."
		return out, nil
	case b.Nobody():
		out.Text = "The caller hears the number that was reached, and can leave a message: nothing is published yet."
		return out, nil
	}
	out.Open = b.OpenAt(at)
	out.Text = "Frontdesk answers for " + b.Name + " and says what callers ask; " + afterwards(&b, at)
	if away != "" {
		out.Steps = append(out.Steps, away)
	}
	out.Steps = append(out.Steps, hoursNow(&b, at, now), recordingNow(card, set), personNow(&b, at), emergencyNow(&b))
	return out, nil
}

// afterwards is what becomes of who wants a person, in half a sentence.
func afterwards(b *knowledge.Business, at time.Time) string {
	if !b.Transfer.Always && !b.OpenAt(at) || len(waterfall(b, at)) == 0 {
		return "who wants a person leaves a message."
	}
	return "who wants a person is put through."
}

func hoursNow(b *knowledge.Business, at, now time.Time) string {
	if b.OpenAt(at) {
		if end, ok := b.NextClosing(at); ok {
			return "It is open then, until " + inwords.Moment(end, now) + "."
		}
		return "It is open then."
	}
	if next, ok := b.NextOpening(at); ok {
		return "It is closed then; callers hear that it opens " + inwords.Moment(next, now) + "."
	}
	return "It is closed then."
}

// recordingNow says whether the call would be recorded, by the settings and the card.
func recordingNow(card record.Caller, set record.RecordingSettings) string {
	switch {
	case set.Mode == record.RecordingOff || set.Mode == "":
		return "The call is not recorded."
	case card.Has(record.TagUnrecorded), card.Has(record.TagMinor), card.Has(record.TagRestricted):
		return "The call is not recorded: the card of this number says so."
	case set.Mode == record.RecordingAsk, card.Has(record.TagAsked):
		return "The caller is asked whether the call may be recorded."
	}
	return "The caller is told that the call is recorded, and can refuse."
}

// waterfall are the telephones that ring for who wants a person, one after the other, each by whose it is.
func waterfall(b *knowledge.Business, at time.Time) (list []string) {
	for _, extension := range append([]string{b.Transfer.Extension}, b.Transfer.Next...) {
		if extension == "" {
			continue
		}
		name := "extension " + extension
		if i := slices.IndexFunc(b.Staff, func(p knowledge.Person) bool { return p.Extension == extension }); i >= 0 {
			if b.AwayAt(b.Staff[i], at) {
				continue
			}
			name = b.Staff[i].Name + " (" + extension + ")"
		}
		list = append(list, name)
	}
	return list
}

func personNow(b *knowledge.Business, at time.Time) string {
	list := waterfall(b, at)
	switch {
	case len(list) == 0:
		return "Nobody can be put through to: a message is taken."
	case !b.Transfer.Always && !b.OpenAt(at):
		return "Outside opening hours nobody is put through: a message is taken."
	}
	text := "Who asks for a person is put through to " + list[0]
	if b.Transfer.Announce {
		text += ", who hears first who calls and why"
	}
	if len(list) > 1 {
		text += "; then it rings at " + strings.Join(list[1:], ", then at ")
	}
	return text + ". When nobody takes the call, a message is taken."
}

func emergencyNow(b *knowledge.Business) string {
	if len(b.Emergency.Words) == 0 {
		return "No words for an emergency are set beside those that everybody knows."
	}
	text := "Who says “" + b.Emergency.Words[0] + "” or another word for an emergency hears what to do at once, "
	if b.Emergency.Extension != "" {
		return text + "and is put through to extension " + b.Emergency.Extension + "."
	}
	return text + "and an urgent message is taken."
}
