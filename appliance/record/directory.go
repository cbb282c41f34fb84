package record

import "time"

// DirectoryKind says how a directory is read.
type DirectoryKind string

// The closed list of kinds.
const (
	DirectoryLookup DirectoryKind = "lookup"  // asked for each number that calls, by a web address
	DirectoryBook   DirectoryKind = "carddav" // an address book that is read now and then (CardDAV, RFC 6352)
)

// NumberForm is how a system writes telephone numbers.
type NumberForm string

// The closed list of forms.
const (
	FormInternational NumberForm = "e164"     // +4930901820
	FormDigits        NumberForm = "digits"   // 4930901820
	FormNational      NumberForm = "national" // 030901820, as it is dialled in the country of the business
)

// Directory is a system of the office's that knows callers. Its password is kept apart.
type Directory struct {
	ID   string        `json:"id"`
	Name string        `json:"name"` // as the owner calls it
	Kind DirectoryKind `json:"kind"`
	On   bool          `json:"on"`

	// URL is what is asked for a number, with {number} where that goes; of an address book its own address.
	URL  string `json:"url"`
	User string `json:"user,omitempty"`
	CA   string `json:"ca,omitempty"` // certificates to believe instead of the system's, PEM
	// Header is the header of HTTP that the secret goes in when there is no user, such as X-API-Key.
	Header string `json:"header,omitempty"`

	// Where in the answer to a look-up something is: names of fields with dots between, "customer.name"; several with blanks between are
	// taken together. "" = it is not there.
	Form        NumberForm `json:"form,omitempty"`
	NameField   string     `json:"name_field,omitempty"`
	PersonField string     `json:"person_field,omitempty"`
	TagsField   string     `json:"tags_field,omitempty"`
	// Tags are what words of the system mean here; without any, words that are called like a tag mean that.
	Tags map[string]Tag `json:"tags,omitempty"`

	// WriteBack has callers whose name is known written into an address book that they do not stand in.
	WriteBack bool `json:"write_back,omitempty"`

	HasSecret bool      `json:"has_secret,omitempty"` // there is one, which is never shown
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// Known is what a directory says of somebody.
type Known struct {
	Fields []Field `json:"fields,omitempty"`
	Tags   []Tag   `json:"tags,omitempty"`
}

// Person is who of the office is named as the caller's own; "" = nobody.
func (k Known) Person() string {
	for _, f := range k.Fields {
		if f.Kind == FieldPerson {
			return string(f.Value)
		}
	}
	return ""
}

// Follow brings onto the card what a directory says now, and takes off what it said before and says no more. What the office has typed
// or the caller has had corrected stays; a tag that guards the person is never taken off, for the caller may have asked for the same since.
// It reports whether anything has changed.
func (c *Caller) Follow(directory string, source Source, k Known, at time.Time) bool {
	before := len(c.Fields)
	said := func(f Field) bool { return f.By == directory && f.Source == SourceLookup }
	var kept []Field
	for _, f := range c.Fields {
		if !said(f) || hasField(k.Fields, f) {
			kept = append(kept, f)
		}
	}
	c.Fields = kept
	changed := len(kept) != before
	for _, f := range k.Fields {
		f.Source, f.By, f.At, f.Basis = source, directory, at, BasisInterest
		if f.Kind.Single() && c.settled(f.Kind) {
			continue
		}
		changed = c.Learn(f) || changed
	}
	for _, m := range append([]Mark(nil), c.Marks...) {
		if m.By == directory && !m.Tag.Guards() && !hasTag(k.Tags, m.Tag) {
			changed = c.SetTag(m, false) || changed
		}
	}
	for _, t := range k.Tags {
		changed = c.SetTag(Mark{Tag: t, By: directory, At: at}, true) || changed
	}
	c.settle()
	return changed
}

// settled reports whether somebody of the office, or the caller, has decided what the card says of a kind.
func (c *Caller) settled(k FieldKind) bool {
	for _, f := range c.Fields {
		if f.Kind == k && (f.Source == SourceOffice || f.Source == SourceRequest) {
			return true
		}
	}
	return false
}

func hasField(list []Field, f Field) bool {
	for _, g := range list {
		if g.Kind == f.Kind && g.same(f) {
			return true
		}
	}
	return false
}

func hasTag(list []Tag, t Tag) bool {
	for _, x := range list {
		if x == t {
			return true
		}
	}
	return false
}
