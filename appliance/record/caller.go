package record

import (
	"slices"
	"strings"
	"time"
)

// Caller is the card of who calls. ID is stable and says nothing about the person. Number and Name are those of Fields that are used first.
type Caller struct {
	ID        string      `json:"id"`
	Number    PhoneNumber `json:"number,omitempty"`
	Name      Personal    `json:"name,omitempty"`
	FirstSeen time.Time   `json:"first_seen"`         // when the card was made
	LastSeen  time.Time   `json:"last_seen,omitzero"` // zero: never called
	Calls     int         `json:"calls"`
	Fields    []Field     `json:"fields,omitempty"` // all that is known, by kind in the order in which it is used
	Marks     []Mark      `json:"marks,omitempty"`
}

// FieldKind is a kind of thing that is known about a caller.
type FieldKind string

// The closed list of kinds.
const (
	FieldNumber   FieldKind = "number" // in the form of E.164 where it is a number of the public plan
	FieldName     FieldKind = "name"
	FieldEmail    FieldKind = "email"
	FieldAddress  FieldKind = "address"
	FieldCompany  FieldKind = "company"
	FieldLanguage FieldKind = "language" // BCP 47, "en"
	FieldPerson   FieldKind = "person"   // who of the staff deals with the caller, by the name in the profile
	FieldNote     FieldKind = "note"
	FieldHistory  FieldKind = "history" // former communications and transactions that the business has brought along
)

// FieldKinds are all kinds, in the order of a card.
func FieldKinds() []FieldKind {
	return []FieldKind{FieldName, FieldNumber, FieldEmail, FieldAddress, FieldCompany, FieldLanguage, FieldPerson, FieldNote, FieldHistory}
}

// Single says of which kinds a card holds one value at a time.
func (k FieldKind) Single() bool {
	return k == FieldName || k == FieldLanguage || k == FieldCompany || k == FieldPerson
}

// Source says where something that is known comes from.
type Source string

// The closed list of sources.
const (
	SourceCallerID Source = "caller_id" // the telephone system named it
	SourceSaid     Source = "said"      // the caller said it
	SourceKeyed    Source = "keyed"     // the caller keyed it in
	SourceOffice   Source = "office"    // somebody of the office typed it
	SourceImport   Source = "import"    // By names the import
	SourceAPI      Source = "api"       // a program; By names it
	SourceRequest  Source = "request"   // rectified at the caller's request
	SourceLookup   Source = "lookup"    // a system of the office's was asked when a call came; By is the directory
)

// Basis is the legal basis on which something may be kept (GDPR Art. 6).
type Basis string

// The closed list of bases.
const (
	BasisConsent    Basis = "consent"
	BasisContract   Basis = "contract"            // or what leads to one
	BasisObligation Basis = "legal_obligation"    //
	BasisInterest   Basis = "legitimate_interest" //
)

// Bases are all of them.
func Bases() []Basis { return []Basis{BasisConsent, BasisContract, BasisObligation, BasisInterest} }

// Field is one thing that is known about a caller.
type Field struct {
	Kind   FieldKind `json:"kind"`
	Value  Personal  `json:"value"`
	Source Source    `json:"source"`
	By     string    `json:"by,omitempty"` // who typed it, or which import brought it
	At     time.Time `json:"at,omitzero"`
	Basis  Basis     `json:"basis,omitempty"`
}

// Tag says how somebody is to be treated.
type Tag string

// The closed list of tags.
const (
	TagVIP        Tag = "vip"
	TagBlocked    Tag = "blocked"    // calls are refused
	TagProtected  Tag = "protected"  // the assistant never handles their calls
	TagNoContact  Tag = "no_contact" // nobody calls back or writes unasked
	TagRestricted Tag = "restricted" // what is kept is not used (GDPR Art. 18)
	TagObjects    Tag = "objects"    // objects to being dealt with by an assistant (GDPR Art. 21)
	TagMinor      Tag = "minor"      // a child: no data is taken but a call-back to an adult
	TagUnrecorded Tag = "unrecorded" // never recorded, whatever the business does
	TagAsked      Tag = "asked"      // is asked before each recording, where the business only announces it
)

// Tags are all tags.
func Tags() []Tag {
	return []Tag{TagVIP, TagBlocked, TagProtected, TagNoContact, TagRestricted, TagObjects, TagMinor, TagUnrecorded, TagAsked}
}

// Guards reports whether the tag keeps a right of the person or protects the person: who takes it off takes that away.
func (t Tag) Guards() bool {
	switch t {
	case TagProtected, TagNoContact, TagRestricted, TagObjects, TagMinor, TagUnrecorded, TagAsked:
		return true
	case TagVIP, TagBlocked:
	}
	return false
}

// Mark is a tag that somebody has.
type Mark struct {
	Tag Tag       `json:"tag"`
	By  string    `json:"by,omitempty"`
	At  time.Time `json:"at,omitzero"`
}

// Has reports whether the caller has a tag.
func (c Caller) Has(t Tag) bool {
	return slices.ContainsFunc(c.Marks, func(m Mark) bool { return m.Tag == t })
}

// Guarded reports whether the caller has a tag that guards.
func (c Caller) Guarded() bool {
	return slices.ContainsFunc(c.Marks, func(m Mark) bool { return m.Tag.Guards() })
}

// Values returns what is known of a kind, in the order of use.
func (c Caller) Values(k FieldKind) []Personal {
	var vs []Personal
	for _, f := range c.Fields {
		if f.Kind == k {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// Numbers returns all numbers.
func (c Caller) Numbers() []PhoneNumber {
	var ns []PhoneNumber
	for _, v := range c.Values(FieldNumber) {
		ns = append(ns, PhoneNumber(v))
	}
	return ns
}

// Learn adds f to what is known. A value that is there already keeps its place and its source; of kinds that have one value at a time the
// new one takes the place of the former. It reports whether anything has changed.
func (c *Caller) Learn(f Field) bool {
	f.Value = Personal(strings.TrimSpace(string(f.Value)))
	if f.Value == "" || slices.ContainsFunc(c.Fields, func(g Field) bool { return g.Kind == f.Kind && g.same(f) }) {
		return false
	}
	if f.Kind.Single() {
		c.Fields = slices.DeleteFunc(c.Fields, func(g Field) bool { return g.Kind == f.Kind })
	}
	c.Fields = append(c.Fields, f)
	c.settle()
	return true
}

// Renumber brings all numbers into the form that form gives them, each of them once. It reports whether anything has changed.
func (c *Caller) Renumber(form func(n PhoneNumber) PhoneNumber) bool {
	fields := make([]Field, 0, len(c.Fields))
	changed := false
	for _, f := range c.Fields {
		if f.Kind == FieldNumber {
			n := Personal(form(PhoneNumber(f.Value)))
			changed = changed || n != f.Value
			f.Value = n
			if slices.ContainsFunc(fields, func(g Field) bool { return g.Kind == f.Kind && g.same(f) }) {
				changed = true
				continue
			}
		}
		fields = append(fields, f)
	}
	if changed {
		c.Fields = fields
		c.settle()
	}
	return changed
}

// same reports whether two fields of a kind say the same.
func (f Field) same(g Field) bool {
	if f.Kind == FieldNumber {
		return PhoneNumber(f.Value).Digits() == PhoneNumber(g.Value).Digits()
	}
	return strings.EqualFold(string(f.Value), string(g.Value))
}

// Forget takes what f says off the card. It reports whether it was there.
func (c *Caller) Forget(f Field) bool {
	n := len(c.Fields)
	c.Fields = slices.DeleteFunc(c.Fields, func(g Field) bool { return g.Kind == f.Kind && g.same(f) })
	c.settle()
	return len(c.Fields) < n
}

// Prefer makes f, which is on the card, the first one of its kind.
func (c *Caller) Prefer(f Field) {
	i := slices.IndexFunc(c.Fields, func(g Field) bool { return g.Kind == f.Kind && g.same(f) })
	if i < 0 {
		return
	}
	f = c.Fields[i]
	c.Fields = append([]Field{f}, slices.Delete(c.Fields, i, i+1)...)
	c.settle()
}

// settle orders the fields by kind and sets Number and Name to the ones that are used first.
func (c *Caller) settle() {
	order := FieldKinds()
	slices.SortStableFunc(c.Fields, func(a, b Field) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	c.Number, c.Name = "", ""
	for _, f := range slices.Backward(c.Fields) {
		switch f.Kind {
		case FieldNumber:
			c.Number = PhoneNumber(f.Value)
		case FieldName:
			c.Name = f.Value
		}
	}
}

// SetTag gives the caller a tag, or takes it away. It reports whether anything has changed.
func (c *Caller) SetTag(m Mark, on bool) bool {
	if c.Has(m.Tag) == on {
		return false
	}
	if on {
		c.Marks = append(c.Marks, m)
	} else {
		c.Marks = slices.DeleteFunc(c.Marks, func(x Mark) bool { return x.Tag == m.Tag })
	}
	return true
}

// Absorb takes all that is known of another card onto this one; what both say stays as it is here.
func (c *Caller) Absorb(o Caller) {
	c.Fields, c.Marks = slices.Clone(c.Fields), slices.Clone(c.Marks)
	for _, f := range o.Fields {
		if f.Kind.Single() && len(c.Values(f.Kind)) > 0 {
			if !slices.ContainsFunc(c.Fields, func(g Field) bool { return g.Kind == f.Kind && g.same(f) }) {
				f.Kind, f.Value = FieldNote, Personal(string(f.Kind)+": ")+f.Value // nothing is lost
				c.Learn(f)
			}
			continue
		}
		c.Learn(f)
	}
	for _, m := range o.Marks {
		c.SetTag(m, true)
	}
	c.Calls += o.Calls
	if !o.FirstSeen.IsZero() && (c.FirstSeen.IsZero() || o.FirstSeen.Before(c.FirstSeen)) {
		c.FirstSeen = o.FirstSeen
	}
	if o.LastSeen.After(c.LastSeen) {
		c.LastSeen = o.LastSeen
	}
	c.settle()
}
