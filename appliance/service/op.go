package service

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/update"
)

// Op is one operation: what may be asked of the appliance or what it can be told to do, the same through every door. Run does it; doors
// call [Op.Do], [Op.Get] or [Op.Act], which come to Run by way of an [Invoker].
type Op[In, Out any] struct {
	Name  string // "erase-caller"
	Role  Role   // who may
	Audit Audit  // the line that it leaves in the audit chain, or why it leaves none
	// About names what the line is about, by an ID; nil = nothing.
	About func(in In, out Out) string
	// Doing is the act of the line where it depends on what was asked for; nil = as Audit says.
	Doing func(in In) string
	Needs Need // what has to be there besides the records
	Long  bool // it may take long; who waits is told how far it is
	Whole bool // it goes to its end when who asked is gone
	Run   func(s *Service, ctx context.Context, in In) (Out, error)
}

// Stream is an operation that gives out a file.
type Stream[In any] = Op[In, Content]

// Content is a file that is given out: written to its end once, and closed.
type Content interface {
	io.WriterTo
	io.Closer
	// Type is its media type, "audio/wav".
	Type() string
}

// Pour writes content to its end, and closes it.
func Pour(w io.Writer, c Content) error {
	_, err := c.WriteTo(w)
	return errors.Join(err, c.Close())
}

// None is what operations take that need nothing, and answer that have nothing to tell.
type None struct{}

// Operation is an Op whatever it takes and answers.
type Operation interface {
	Facts() Facts
	// Decode reads from JSON what the operation takes.
	Decode(r io.Reader) (in any, err error)
	// Answer is a pointer to what it answers, to be filled.
	Answer() any

	invoke(ctx context.Context, s *Service, in, out any) error
}

// Facts are what is known of an operation before it is asked for.
type Facts struct {
	Name  string
	Role  Role
	Audit Audit
	Long  bool
	File  bool // it is a [Stream]
}

// Invoker has operations done: a *Service by itself, the client of package remote by the running appliance. in is what op takes, out a
// pointer to what it answers.
type Invoker interface {
	Invoke(ctx context.Context, op Operation, in, out any) error
}

// Do has the operation done.
func (o *Op[In, Out]) Do(ctx context.Context, by Invoker, in In) (Out, error) {
	var out Out
	err := by.Invoke(ctx, o, in, &out)
	return out, err
}

// Get is Do for an operation that needs nothing but to be asked.
func (o *Op[In, Out]) Get(ctx context.Context, by Invoker) (Out, error) {
	var in In
	return o.Do(ctx, by, in)
}

// Act is Do for an operation that has nothing to tell but whether it was done.
func (o *Op[In, Out]) Act(ctx context.Context, by Invoker, in In) error {
	_, err := o.Do(ctx, by, in)
	return err
}

// From is Get as a function, for who asks later.
func (o *Op[In, Out]) From(by Invoker) func(ctx context.Context) (Out, error) {
	return func(ctx context.Context) (Out, error) { return o.Get(ctx, by) }
}

// Facts implements Operation.
func (o *Op[In, Out]) Facts() Facts {
	_, file := any(new(Out)).(*Content)
	return Facts{Name: o.Name, Role: o.Role, Audit: o.Audit, Long: o.Long, File: file}
}

// Decode implements Operation.
func (o *Op[In, Out]) Decode(r io.Reader) (any, error) {
	var in In
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, fmt.Errorf("read what %s is to do: %w", o.Name, err)
	}
	return in, nil
}

// Answer implements Operation.
func (o *Op[In, Out]) Answer() any { return new(Out) }

// invoke checks who asks, does it, and notes it.
func (o *Op[In, Out]) invoke(ctx context.Context, s *Service, in, out any) error {
	asked, ok := in.(In)
	answer, fits := out.(*Out)
	if !ok || !fits {
		return fmt.Errorf("%s takes %T and answers %T, not %T and %T", o.Name, asked, answer, in, out)
	}
	err := ErrRefused
	if o.Role.Admits(ActorOf(ctx).Role) {
		if err := s.missing(o.Needs); err != nil {
			return err
		}
		if o.Whole {
			ctx = context.WithoutCancel(ctx)
		}
		*answer, err = o.Run(s, ctx, asked)
	}
	line := record.AuditEntry{Act: cmp.Or(o.Audit.Act, o.Name), Failed: err != nil}
	if o.Doing != nil {
		line.Act = o.Doing(asked)
	}
	if o.About != nil {
		line.Subject = o.About(asked, *answer)
	}
	if r, ok := any(*answer).(interface{ refused() bool }); ok {
		line.Failed = line.Failed || r.refused()
	}
	if s.o.Calls != nil && o.Audit.Act != "" && !o.Audit.Reads && err == nil {
		s.o.Calls.Changed() // who looks on may have it on the screen
	}
	noted := s.note(ctx, o.Audit, line, err)
	s.secure(ctx, o.Name, asked, line, err)
	if noted != nil { // what leaves no trace is not shown
		err = errors.Join(err, noted)
		if c, ok := any(*answer).(Content); ok && c != nil {
			err = errors.Join(err, c.Close())
		}
		*answer = *new(Out)
	}
	return err
}

// Invoke implements Invoker.
func (s *Service) Invoke(ctx context.Context, op Operation, in, out any) error {
	return op.invoke(ctx, s, in, out)
}

// get makes a Run of a method that needs nothing but to be asked.
func get[Out any](fn func(s *Service, ctx context.Context) (Out, error)) func(*Service, context.Context, None) (Out, error) {
	return func(s *Service, ctx context.Context, _ None) (Out, error) { return fn(s, ctx) }
}

// act makes a Run of a method that has nothing to tell.
func act[In any](fn func(s *Service, ctx context.Context, in In) error) func(*Service, context.Context, In) (None, error) {
	return func(s *Service, ctx context.Context, in In) (None, error) { return None{}, fn(s, ctx, in) }
}

// alone makes a Run of a method that neither needs nor tells anything.
func alone(fn func(s *Service, ctx context.Context) error) func(*Service, context.Context, None) (None, error) {
	return func(s *Service, ctx context.Context, _ None) (None, error) { return None{}, fn(s, ctx) }
}

// of names an operation's subject by the one thing that it takes.
func of[Out any](id string, _ Out) string { return id }

// operations are all that [define] was told of; nothing changes them once the program runs.
var operations []Operation

// define enters an operation into the list of all.
func define[In, Out any](o Op[In, Out]) *Op[In, Out] {
	operations = append(operations, &o)
	return &o
}

// Operations returns all operations.
func Operations() []Operation { return slices.Clone(operations) }

// Need is what an operation needs to be there.
type Need uint8

// Needs. The zero value is the records.
const (
	needRecords   Need = iota
	needNothing        // a command without records does it
	needPhone          // the running phone
	needTests          // calls of the box to itself
	needTalks          // who talks at the box
	needSound          // microphone and speaker
	needModels         // the weights
	needReader         // who reads documents
	needLog            // the log of the running appliance
	needRestart        // somebody who starts the program anew
	needAppliance      // the running appliance
	needCalls          // the calls that go on
	needVoice          // the voice
	needNotifier       // who tells the office
	needDiary          // the office's calendars, at hand
	needContacts       // the office's systems that know callers
	needHosts          // the computers that help the box
	needBox            // a machine that was made from the box's image
)

// missing says what is not there.
func (s *Service) missing(n Need) error {
	here, other := false, ErrNotRunning
	switch n {
	case needRecords:
		here, other = s.o.Records != nil, ErrNoRecords
	case needNothing:
		here = true
	case needPhone:
		here = s.o.Telephone != nil
	case needTests:
		here = s.o.SelfTests != nil
	case needTalks:
		here = s.o.Talks != nil
	case needSound:
		here = s.o.Sound != nil
	case needModels:
		here, other = s.o.Platform.Models != nil, errNoModels
	case needReader:
		here, other = s.o.Documents != nil, ErrNoDocuments
	case needLog:
		here, other = s.o.Platform.LogRing != nil, fmt.Errorf("%w; what it wrote before: journalctl -u frontdesk", ErrNotRunning)
	case needRestart:
		here = s.o.Platform.Restart != nil
	case needAppliance:
		here = s.o.Runtime().Running
	case needCalls:
		here = s.o.Calls != nil
	case needVoice:
		here = s.o.Voice != nil
	case needNotifier:
		here = s.o.Notifier != nil
	case needDiary:
		here = s.o.Diary != nil
	case needContacts:
		here = s.o.Contacts != nil
	case needHosts:
		here = s.o.Hosts != nil
	case needBox:
		here, other = s.o.Platform.Updates != nil, update.ErrNoBox
	}
	if here {
		return nil
	}
	return other
}
