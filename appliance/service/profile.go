package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/store"
)

// Profile is the published profile.
type Profile struct {
	Version  int                `json:"version"`
	Business knowledge.Business `json:"business"`
}

// Problem is one thing that is wrong with a profile.
type Problem struct {
	Section edit.Section `json:"section"`
	Path    string       `json:"path"` // the field as files write it: "services[2].price.from"
	Text    string       `json:"text"`
}

// Draft is the one working copy of the profile. Without changes it says what is published.
type Draft struct {
	Revision int                `json:"revision"` // of the draft; to be given back with every change to it
	Base     int                `json:"base"`     // the published version that it is compared with; 0 = none is published
	At       time.Time          `json:"at,omitzero"`
	Business knowledge.Business `json:"business"`
	Changes  []edit.Change      `json:"changes"`  // from what is published; none = there is nothing to publish
	Problems []Problem          `json:"problems"` // that keep it from being published
	Sample   bool               `json:"sample"`   // it still speaks for the business of a sample
}

// Edition is one published state of the profile.
type Edition struct {
	Version  int                `json:"version"`
	At       time.Time          `json:"at,omitzero"` // zero when it was published before times were kept
	Note     string             `json:"note,omitempty"`
	Of       int                `json:"of,omitempty"` // the older version that was gone back to
	Changes  []edit.Change      `json:"changes"`      // from the version before
	Business knowledge.Business `json:"business"`
}

// InvalidError says what is wrong with what was to be published or set.
type InvalidError struct {
	What     string // "" for the profile, else such as "phone account"
	Problems []knowledge.Problem
}

// Error lists all problems, one a line.
func (e *InvalidError) Error() string {
	var b strings.Builder
	what := "the profile was not published"
	if e.What != "" {
		what = "the " + e.What + " was not taken over"
	}
	fmt.Fprintf(&b, "%s, it has %d problem(s):", what, len(e.Problems))
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %v", p)
	}
	return b.String()
}

// ConflictError says that somebody else changed the same part of the draft meanwhile.
type ConflictError struct {
	Section edit.Section // "" = the draft as a whole
}

// Error says what to do.
func (e *ConflictError) Error() string {
	if e.Section == "" {
		return "the draft was changed meanwhile, here or in another window: look at it again, then publish"
	}
	return fmt.Sprintf("%q was changed meanwhile, in another window or by somebody else: look at it again, then change it", e.Section.Title())
}

// ErrUnchanged says that the draft says what is published already.
var ErrUnchanged = errors.New("there is nothing to publish: the draft says what is published already")

// maxNote bounds the note of a version, in characters.
const maxNote = 200

// ReadProfile returns the published profile; store.ErrNotFound when none was published yet.
var ReadProfile = define(Op[None, Profile]{
	Name: "read-profile", Role: Staff, Audit: NoLine("it is what every caller is told"),
	Run: get((*Service).readProfile),
})

func (s *Service) readProfile(context.Context) (Profile, error) {
	b, version, err := s.o.Records.Profile()
	return Profile{Version: version, Business: b}, err
}

// business is what is published; the zero value where nothing is yet.
func (s *Service) business() (knowledge.Business, error) {
	b, _, err := s.o.Records.Profile()
	if errors.Is(err, store.ErrNotFound) {
		return knowledge.Business{}, nil
	}
	return b, err
}

// PublishProfile makes b what callers are told from the next call on, and returns its version. Sections that were changed in the draft
// stay changed there. The error is an *InvalidError when something is wrong with b.
var PublishProfile = define(Op[knowledge.Business, int]{
	Name: "publish-profile", Role: Owner, Audit: Changes("publish profile"),
	About: func(_ knowledge.Business, version int) string { return strconv.Itoa(version) },
	Run:   (*Service).publishProfile,
})

func (s *Service) publishProfile(_ context.Context, b knowledge.Business) (int, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return 0, err
	}
	return s.put(w, store.Edition{Business: b}, edit.Merge(w.published, w.mine, b))
}

// ReadDraft returns the working copy of the profile with its problems and what it changes.
var ReadDraft = define(Op[None, Draft]{
	Name: "read-draft", Role: Staff, Audit: NoLine("it becomes what every caller is told"),
	Run: get((*Service).readDraft),
})

func (s *Service) readDraft(context.Context) (Draft, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	return w.show(), err
}

// DraftChange is a change of the draft as it was at a revision: one section of it, or all with the section "".
type DraftChange struct {
	Revision int                `json:"revision"`
	Section  edit.Section       `json:"section"`
	Business knowledge.Business `json:"business"`
}

// SaveDraft sets a section of the draft, or all of it with section "", as it is in b. Revision is that of the draft that the change
// was made from; the error is a *ConflictError when the same section was changed since. What is wrong with the new text is kept
// and told of in Problems.
var SaveDraft = define(Op[DraftChange, Draft]{
	Name: "save-draft", Role: Owner, Audit: Changes("change draft"),
	About: func(in DraftChange, _ Draft) string { return string(in.Section) },
	Run:   (*Service).saveDraft,
})

func (s *Service) saveDraft(_ context.Context, in DraftChange) (Draft, error) {
	if in.Section != "" && !in.Section.Valid() {
		return Draft{}, fmt.Errorf("the profile has no section %q: %w", in.Section, store.ErrNotFound)
	}
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return Draft{}, err
	}
	if (in.Section == "" && in.Revision != w.draft.Revision) || in.Revision < w.draft.Changed[string(in.Section)] ||
		in.Revision > w.draft.Revision {
		return Draft{}, &ConflictError{Section: in.Section}
	}
	next := in.Business
	if in.Section != "" {
		next = w.mine
		edit.Copy(in.Section, in.Business, &next)
	}
	w.change(next, s.o.Now())
	if err := s.o.Records.SaveDraft(w.draft); err != nil {
		return Draft{}, err
	}
	return w.show(), nil
}

// DiscardDraft makes the draft say what is published.
var DiscardDraft = define(Op[int, Draft]{
	Name: "discard-draft", Role: Owner, Audit: Changes("discard draft"),
	Run: (*Service).discardDraft,
})

func (s *Service) discardDraft(_ context.Context, revision int) (Draft, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return Draft{}, err
	}
	if revision != w.draft.Revision {
		return Draft{}, &ConflictError{}
	}
	w.change(w.published, s.o.Now())
	return w.show(), s.o.Records.SaveDraft(w.draft)
}

// Publication names the draft as it was looked at, with a note for the history.
type Publication struct {
	Revision int    `json:"revision"`
	Note     string `json:"note"`
	Unheard  bool   `json:"unheard"` // also when nobody has listened to a new wording of the notices
}

// PublishDraft makes the draft what callers are told from the next call on, and returns its version. Revision is that of the draft
// as it was looked at. The error is ErrUnchanged, a *ConflictError, or an *InvalidError with all that is wrong.
var PublishDraft = define(Op[Publication, int]{
	Name: "publish-draft", Role: Owner, Audit: Changes("publish profile"),
	About: func(_ Publication, version int) string { return strconv.Itoa(version) },
	Run:   (*Service).publishDraft,
})

func (s *Service) publishDraft(_ context.Context, in Publication) (int, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	switch {
	case err != nil:
		return 0, err
	case in.Revision != w.draft.Revision:
		return 0, &ConflictError{}
	case w.draft.Clean:
		return 0, ErrUnchanged
	}
	if ps := s.unheard(&w); len(ps) > 0 && !in.Unheard {
		return 0, &InvalidError{Problems: ps}
	}
	return s.put(w, store.Edition{Business: w.mine, Note: cleanNote(in.Note)}, w.mine)
}

// EditionFilter chooses published states: those of lower versions than Before, at most so many.
type EditionFilter struct {
	Before int `json:"before"`
	Limit  int `json:"limit"`
}

// ListEditions returns up to n published states of the profile, newest first, each with what it changed; 0 = 50. With before, only those
// of lower versions.
var ListEditions = define(Op[EditionFilter, []Edition]{
	Name: "list-editions", Role: Staff, Audit: NoLine("what every caller was told"),
	Run: (*Service).listEditions,
})

func (s *Service) listEditions(_ context.Context, in EditionFilter) ([]Edition, error) {
	if in.Limit <= 0 || in.Limit > MaxList {
		in.Limit = 50
	}
	es, err := s.o.Records.Editions(in.Before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := []Edition{}
	for i, e := range es[:min(in.Limit, len(es))] {
		shown := Edition{Version: e.Version, At: e.At, Note: e.Note, Of: e.Of, Business: e.Business, Changes: []edit.Change{}}
		if i+1 < len(es) {
			shown.Changes = some(edit.Changes(es[i+1].Business, e.Business))
		}
		out = append(out, shown)
	}
	return out, nil
}

// ReadEdition returns one published state of the profile; store.ErrNotFound when there is none of that version. Its Changes are those that
// going back to it would make.
var ReadEdition = define(Op[int, Edition]{
	Name: "read-edition", Role: Staff, Audit: NoLine("what every caller was told"),
	Run: (*Service).readEdition,
})

func (s *Service) readEdition(_ context.Context, version int) (Edition, error) {
	e, err := s.o.Records.Edition(version)
	if err != nil {
		return Edition{}, err
	}
	now, _, err := s.o.Records.Profile()
	if err != nil {
		return Edition{}, err
	}
	return Edition{Version: e.Version, At: e.At, Note: e.Note, Of: e.Of, Business: e.Business, Changes: some(edit.Changes(now, e.Business))},
		nil
}

// Reversion names the version to go back to, with a note for the history.
type Reversion struct {
	Version int    `json:"version"`
	Note    string `json:"note"`
}

// GoBack publishes an older version anew and returns the version that it has now. Sections that were changed in the draft stay
// changed there.
var GoBack = define(Op[Reversion, int]{
	Name: "go-back", Role: Owner, Audit: Changes("put profile back"),
	About: func(in Reversion, _ int) string { return strconv.Itoa(in.Version) },
	Run:   (*Service).goBack,
})

func (s *Service) goBack(_ context.Context, in Reversion) (int, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return 0, err
	}
	e, err := s.o.Records.Edition(in.Version)
	if err != nil {
		return 0, err
	}
	if in.Note = cleanNote(in.Note); in.Note == "" {
		in.Note = fmt.Sprintf("Back to version %d", in.Version)
	}
	return s.put(w, store.Edition{Business: e.Business, Note: in.Note, Of: in.Version}, edit.Merge(w.published, w.mine, e.Business))
}

// working is the profile and its draft as they are now.
type working struct {
	draft     store.Draft
	mine      knowledge.Business // what the draft says
	published knowledge.Business // what a draft begins with where nothing is published
	version   int                // of published; 0 = none
}

// working reads both; d.profile must be held.
func (s *Service) working() (w working, err error) {
	w.published, w.version, err = s.o.Records.Profile()
	switch {
	case errors.Is(err, store.ErrNotFound):
		w.published = knowledge.Business{Language: "en", Currency: "USD", Region: "US", TimeZone: zoneName(s.o.Now().Location())}
	case err != nil:
		return w, err
	}
	w.draft, err = s.o.Records.Draft()
	switch {
	case errors.Is(err, store.ErrNotFound):
		w.draft = store.Draft{Clean: true}
	case err != nil:
		return w, err
	}
	w.mine = w.draft.Business
	switch {
	case w.draft.Clean:
		w.mine = w.published
	case w.draft.Base != w.version && w.draft.Base > 0: // published past the service
		base, err := s.o.Records.Edition(w.draft.Base)
		if err != nil {
			return w, err
		}
		w.mine = edit.Merge(base.Business, w.mine, w.published)
	}
	w.draft.Base = w.version
	return w, nil
}

// change makes next what the draft says.
func (w *working) change(next knowledge.Business, at time.Time) {
	changed := maps.Clone(w.draft.Changed)
	if changed == nil {
		changed = map[string]int{}
	}
	fresh := false
	for _, s := range edit.Sections() {
		if !edit.Same(s, w.mine, next) {
			changed[string(s)], fresh = w.draft.Revision+1, true
		}
	}
	if fresh {
		w.draft.Revision++
		w.draft.Changed, w.draft.At = changed, at
	}
	w.mine = next
	w.settle(w.published)
}

// settle notes whether the draft differs from what is published.
func (w *working) settle(published knowledge.Business) {
	w.draft.Clean = !slices.ContainsFunc(edit.Sections(), func(s edit.Section) bool { return !edit.Same(s, published, w.mine) })
	w.draft.Business = w.mine
	if w.draft.Clean {
		w.draft.Business = knowledge.Business{}
	}
}

// put publishes e and makes mine what the draft says then.
func (s *Service) put(w working, e store.Edition, mine knowledge.Business) (int, error) {
	if problems := e.Business.Validate(); len(problems) > 0 {
		return 0, &InvalidError{Problems: problems}
	}
	w.change(mine, s.o.Now())
	w.settle(e.Business)
	e.At = s.o.Now()
	version, err := s.o.Records.PublishEdition(e, &w.draft)
	if err == nil {
		if err := s.keepNotices(&e.Business); err != nil { // the first call under them does it, too
			s.o.Logger.Error("keep notices", "err", err)
		}
		s.o.Published(s.joined(e.Business), version)
		if err := s.o.Privacy.Settle(context.Background()); err != nil { // it is gone on with after the next start
			s.o.Logger.Error("join cards that have one number", "err", err)
		}
	}
	return version, err
}

// show is the draft as others see it.
func (w *working) show() Draft {
	out := Draft{
		Revision: w.draft.Revision, Base: w.version, At: w.draft.At, Business: w.mine, Problems: []Problem{}, Sample: profile.IsSample(&w.mine),
	}
	out.Changes = some(edit.Changes(w.published, w.mine))
	for _, p := range w.mine.Validate() {
		out.Problems = append(out.Problems, Problem{Section: edit.Of(p.Path), Path: p.Path, Text: p.Text})
	}
	return out
}

func cleanNote(note string) string {
	r := []rune(strings.Join(strings.Fields(note), " "))
	return string(r[:min(len(r), maxNote)])
}

// zoneName is the name of a time zone, "" where it has none that a profile could hold.
func zoneName(l *time.Location) string {
	if l == time.Local || l.String() == "Local" {
		return ""
	}
	return l.String()
}
