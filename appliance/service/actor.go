package service

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"frontdesk.internal/appliance/record"
)

// Role is a set of those who may do something.
type Role uint8

// Roles. Who has the command line or is the box itself may do everything; what the staff may do the owner may, too.
const (
	Staff       Role = 1 << iota // with an account or a token of the staff
	Owner                        // with an account or a token of the owner
	Technician                   // at the console
	PhoneCaller                  // a caller, on the telephone
	Visitor                      // nobody known, at the page
	Operator                     // whoever may open the records or the control socket
	Box                          // the box itself

	// Anybody is everyone, known or not.
	Anybody = Staff | Owner | Technician | PhoneCaller | Visitor
)

// Admits reports whether somebody of that one role may do what r is the role of. Who has none, or claims several, may nothing.
func (r Role) Admits(one Role) bool {
	if one&(one-1) != 0 {
		return false
	}
	if r&Staff != 0 {
		r |= Owner
	}
	return (r|Operator|Box)&one != 0
}

// RoleOf is the role of an account or a token.
func RoleOf(r record.Role) Role {
	switch r {
	case record.RoleOwner:
		return Owner
	case record.RoleStaff:
		return Staff
	}
	return Visitor
}

// Actor is who acts, and through which door.
type Actor struct {
	Kind string `json:"kind"`           // "account", "token", "technician", "caller", "user" of the machine, "visitor", "box", "nobody"
	Name string `json:"name,omitempty"` // as people know it; of a caller the ID
	Door string `json:"door"`           // "page", "api", "console ttyS0", "ssh", "command line", "telephone"
	Role Role   `json:"role"`
}

// Who is the actor as the audit chain names it: "account Maria".
func (a Actor) Who() string { return strings.TrimSpace(a.Kind + " " + a.Name) }

// By is the actor as people are told who did something.
func (a Actor) By() string {
	if a.Role == PhoneCaller { // whose name an ID is not
		return "telephone"
	}
	return cmp.Or(a.Name, a.Kind)
}

// actorKey finds the actor in a context.
type actorKey struct{}

// WithActor says who acts. A door that lets people in sets it before it knows them, as [Visitor]: who is not named is refused everything.
func WithActor(ctx context.Context, a Actor) context.Context {
	a.Door, a.Name = plain(a.Door), plain(a.Name)
	return context.WithValue(ctx, actorKey{}, a)
}

// AsBox says that the box itself acts, and why: "retention", "schedule". What it reads for itself leaves no line.
func AsBox(ctx context.Context, why string) context.Context {
	return WithActor(ctx, Actor{Kind: "box", Door: why, Role: Box})
}

// ActorOf returns who acts; where nobody was named, somebody without a role, who may do nothing.
func ActorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: "nobody"}
}

// maxPlain bounds the names in an audit line, in runes.
const maxPlain = 80

// plain takes out of a name what could break a line.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '=' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > maxPlain {
		s = string(r[:maxPlain])
	}
	return s
}

// Audit is the line that an operation leaves in the audit chain: one of [Changes], [Reads] and [NoLine].
type Audit struct {
	Act    string // "erase caller"; "" = no line
	Reads  bool   // reading the same thing again within some minutes is one line
	Reason string // why there is no line
}

// Changes is the line of an operation that changes something. An attempt that fails leaves one, too.
func Changes(act string) Audit { return Audit{Act: act} }

// Reads is the line of an operation that shows a person's words or data.
func Reads(act string) Audit { return Audit{Act: act, Reads: true} }

// NoLine says why an operation leaves no line: it changes nothing that lasts, and shows nothing of a person.
func NoLine(reason string) Audit { return Audit{Reason: reason} }

// listKey marks a context in which records are read as lines of a list.
type listKey struct{}

// Listing says that what is read now are lines of a list, which is noted itself: each of them leaves no trace of its own.
func Listing(ctx context.Context) context.Context { return context.WithValue(ctx, listKey{}, true) }

// note leaves an operation's line in the audit chain, and in the log. It returns why it could not.
func (s *Service) note(ctx context.Context, kind Audit, line record.AuditEntry, err error) error {
	a := ActorOf(ctx)
	line.Who, line.Door = a.Who(), a.Door
	refused := errors.Is(err, ErrRefused)
	switch listing, _ := ctx.Value(listKey{}).(bool); {
	case kind.Act == "" && !refused:
		return nil
	case kind.Reads && !refused && (err != nil || listing || a.Role == Box):
		return nil // what the box reads for itself nobody sees
	case kind.Reads && !refused && s.o.Audit != nil:
		return s.o.Audit.NoteRead(line)
	}
	if line.Failed {
		s.o.Logger.WarnContext(ctx, "refused or failed", "act", line.Act, "door", line.Door, "err", err)
	} else {
		s.o.Logger.InfoContext(ctx, "done", "act", line.Act, "door", line.Door)
	}
	if s.o.Audit == nil {
		return nil
	}
	return s.o.Audit.Note(line)
}
