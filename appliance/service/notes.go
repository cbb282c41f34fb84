package service

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// CallNote is a note that is to be written on a call.
type CallNote struct {
	Call string          `json:"call"`
	Text record.Personal `json:"text"`
}

// MaxNote bounds the text of a note, in characters.
const MaxNote = 2000

// AddNote writes a note of the office on a call; store.ErrNotFound when there is no such call. The note belongs to the caller as
// the call does.
var AddNote = define(Op[CallNote, record.Note]{
	Name: "add-note", Role: Staff | Technician, Audit: Changes("write note on call"),
	About: func(in CallNote, _ record.Note) string { return in.Call },
	Run:   (*Service).addNote,
})

func (s *Service) addNote(ctx context.Context, in CallNote) (record.Note, error) {
	n := record.Note{At: s.o.Now(), By: ActorOf(ctx).By(), Text: record.Personal(strings.TrimSpace(string(in.Text)))}
	wrong := ""
	if l := len([]rune(n.Text)); l == 0 || l > MaxNote {
		wrong = fmt.Sprintf("write 1 to %d characters", MaxNote)
	} else if err := s.o.Records.AddNote(in.Call, n); errors.Is(err, store.ErrManyNotes) {
		wrong = err.Error()
	} else if err != nil {
		return record.Note{}, err
	}
	if wrong != "" {
		return record.Note{}, &InvalidError{What: "note", Problems: []knowledge.Problem{{Path: "text", Text: wrong}}}
	}
	return n, nil
}
