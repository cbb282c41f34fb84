package service

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Contacts are the office's systems that know callers; *contacts.Contacts is the real one.
type Contacts interface {
	// Changed says that directories have changed.
	Changed()
	// State tells how a directory is doing, and what it was asked last.
	State(id string) (contacts.State, []contacts.Asked)
	// Try asks a directory for a number, or looks at an address book; the error is a *notify.Error.
	Try(ctx context.Context, d record.Directory, secret string, n record.PhoneNumber) (contacts.Trial, error)
}

// DirectoryEdit is a directory that is to be added, or changed when it has an ID.
type DirectoryEdit struct {
	record.Directory
	Secret Password `json:"secret,omitempty"` // "" keeps the one there is
}

// DirectoryState is a directory, what goes there, and how it is doing.
type DirectoryState struct {
	record.Directory
	contacts.State
	Sends string           `json:"sends"`          // what goes there, in a sentence or two
	Sent  []contacts.Asked `json:"sent,omitempty"` // last, the newest first; numbers are masked
}

// ListDirectories returns all directories, the oldest first.
var ListDirectories = define(Op[None, []DirectoryState]{
	Name: "list-directories", Role: Owner | Technician, Audit: NoLine("which systems there are; nobody who stands in them, no password"),
	Run: get((*Service).listDirectories),
})

func (s *Service) listDirectories(context.Context) ([]DirectoryState, error) {
	ds, err := s.o.Records.Directories()
	out := []DirectoryState{}
	for _, d := range ds {
		out = append(out, s.directoryState(d))
	}
	return out, err
}

func (s *Service) directoryState(d record.Directory) DirectoryState {
	st := DirectoryState{Directory: d, Sends: DirectorySends(d)}
	if s.o.Contacts != nil {
		st.State, st.Sent = s.o.Contacts.State(d.ID)
	}
	return st
}

// DirectorySends says what goes to a directory, and comes from it.
func DirectorySends(d record.Directory) string {
	if !d.On {
		return "Nothing: it is switched off."
	}
	if d.Kind == record.DirectoryBook {
		if d.WriteBack {
			return "Its cards are read every five minutes. Callers whose name is known and who do not stand in it are written there, with " +
				"name, numbers, e-mail, company and address; never over anything that the office has written, changed or taken away."
		}
		return "Nothing of a caller goes there. Its cards are read every five minutes, and what they say of a caller is kept on the " +
			"caller's card."
	}
	return "While a call rings, the number that calls is sent there, and nothing else. What comes back is kept on the caller's card: the " +
		"name, who of the staff deals with the caller, and tags. A call waits for it for 300 milliseconds at the most."
}

// SetDirectory adds or changes a directory; it is asked from now on. The error is an *InvalidError when it cannot be, store.ErrNotFound
// when there is no such directory.
var SetDirectory = define(Op[DirectoryEdit, DirectoryState]{
	Name: "set-directory", Role: Owner, Audit: Changes("set directory"),
	About: func(_ DirectoryEdit, out DirectoryState) string { return out.ID },
	Run:   (*Service).setDirectory,
})

func (s *Service) setDirectory(ctx context.Context, e DirectoryEdit) (DirectoryState, error) {
	all, err := s.o.Records.Directories()
	if err != nil {
		return DirectoryState{}, err
	}
	d, problems := tidyDirectory(e.Directory, string(e.Secret))
	i := slices.IndexFunc(all, func(x record.Directory) bool { return x.ID == e.ID })
	switch {
	case e.ID == "" && len(all) >= contacts.MaxDirectories:
		problems = append(problems, knowledge.Problem{Text: fmt.Sprintf("there are %d already: remove one first", contacts.MaxDirectories)})
	case e.ID != "" && i < 0:
		return DirectoryState{}, store.ErrNotFound
	case e.ID != "" && e.Secret == "" && all[i].HasSecret && !sameServer(all[i].URL, d.URL):
		problems = append(problems, knowledge.Problem{Path: "secret", Text: "type the secret again: the server is another one"})
	case (d.User != "" || d.Header != "") && e.Secret == "" && (i < 0 || !all[i].HasSecret):
		problems = append(problems, knowledge.Problem{Path: "secret", Text: "write the password or key that belongs to it"})
	}
	if len(problems) > 0 {
		return DirectoryState{}, &InvalidError{What: "directory", Problems: problems}
	}
	d.At, d.By = s.o.Now(), ActorOf(ctx).By()
	if d, err = s.o.Records.SetDirectory(d, string(e.Secret)); err != nil {
		return DirectoryState{}, err
	}
	s.contactsChanged()
	return s.directoryState(d), nil
}

func (s *Service) contactsChanged() {
	if s.o.Contacts != nil {
		s.o.Contacts.Changed()
	}
}

// Bounds of a directory's settings.
const (
	maxPaths  = 200 // characters of the fields of one thing
	maxTagged = 50  // words that are tags
)

// reservedHeaders are headers that requests have anyway, or that would change what is asked.
var reservedHeaders = []string{"host", "accept", "user-agent", "connection", "content-length", "transfer-encoding", "upgrade", "te",
	"trailer"}

// tidyDirectory fills in what was left out and returns what is wrong, by field of the form.
func tidyDirectory(d record.Directory, secret string) (record.Directory, []knowledge.Problem) {
	var ps []knowledge.Problem
	check := func(ok bool, path, text string) {
		if !ok {
			ps = append(ps, knowledge.Problem{Path: path, Text: text})
		}
	}
	d.Name, d.URL, d.User, d.Header = tidy(d.Name), strings.TrimSpace(d.URL), strings.TrimSpace(d.User), strings.TrimSpace(d.Header)
	d.Kind = cmp.Or(d.Kind, record.DirectoryLookup)
	check(d.Name != "" && len([]rune(d.Name)) <= maxName, "name", "write a name of up to 80 characters: what the office calls it")
	for path, v := range map[string]string{"url": d.URL, "user": d.User} {
		check(len(v) <= maxTyped && !strings.ContainsAny(v, "\r\n\x00"), path, "use one line of at most 500 characters")
	}
	check(len(secret) <= maxSecret && !strings.ContainsAny(secret, "\r\n\x00"), "secret", "use one line")
	switch d.Kind {
	case record.DirectoryLookup:
		tidyLookup(&d, check)
	case record.DirectoryBook:
		d.Form, d.NameField, d.PersonField, d.TagsField = "", "", "", ""
		u, err := url.Parse(d.URL)
		checkServer(u, err, "https://cloud.lan/addressbooks/office/", check)
	default:
		check(false, "kind", "there is no such kind")
	}
	check(d.Header == "" || isToken(d.Header) && !slices.Contains(reservedHeaders, strings.ToLower(d.Header)), "header",
		"write the name of a header of HTTP, such as X-API-Key or Authorization")
	check(d.Header == "" || d.User == "", "header", "use a user name or a header, not both")
	checkCA(d.CA, check)
	check(len(d.Tags) <= maxTagged, "tags", "name 50 words at the most")
	for word, tag := range d.Tags {
		check(strings.TrimSpace(word) != "" && len([]rune(word)) <= maxName && slices.Contains(record.Tags(), tag), "tags",
			"write lines such as premium = vip; the tags are "+tagNames())
	}
	return d, ps
}

// tidyLookup is tidyDirectory for what only a system has that is asked for each number.
func tidyLookup(d *record.Directory, check func(ok bool, path, text string)) {
	d.Form, d.WriteBack = cmp.Or(d.Form, record.FormInternational), false
	check(slices.Contains([]record.NumberForm{record.FormInternational, record.FormDigits, record.FormNational}, d.Form), "form",
		"there is no such form of numbers")
	u, err := url.Parse(strings.ReplaceAll(d.URL, lookup.Placeholder, "1"))
	ok := checkServer(u, err, "https://crm.lan/api/customers?phone={number}", check)
	check(!ok || strings.HasPrefix(strings.ReplaceAll(d.URL, lookup.Placeholder, ""), u.Scheme+"://"+u.Host) &&
		strings.Contains(d.URL, lookup.Placeholder), "url", "write {number} where the number goes, behind the name of the server")
	for path, v := range map[string]*string{"name_field": &d.NameField, "person_field": &d.PersonField, "tags_field": &d.TagsField} {
		*v = strings.Join(strings.Fields(*v), " ")
		check(len(*v) <= maxPaths && utf8.ValidString(*v), path, "use at most 200 characters")
	}
	check(d.NameField != "" || d.PersonField != "" || d.TagsField != "", "name_field",
		"write where in the answer the name stands, such as customer.name")
}

// tagNames are all tags, for a sentence.
func tagNames() string {
	var names []string
	for _, t := range record.Tags() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// isToken reports whether s may be the name of a header (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	const signs = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return s != "" && len(s) <= maxName && strings.Trim(s, signs) == ""
}

// RemoveDirectory forgets a directory, and takes off the cards what it alone has brought.
var RemoveDirectory = define(Op[string, None]{
	Name: "remove-directory", Role: Owner, Long: true, Whole: true, Audit: Changes("remove directory"),
	About: of[None],
	Run:   act((*Service).removeDirectory),
})

func (s *Service) removeDirectory(_ context.Context, id string) error {
	if err := s.o.Records.DropDirectory(id); err != nil {
		return err
	}
	s.contactsChanged()
	return nil
}

// DirectoryQuestion is what a directory is asked to see what it says.
type DirectoryQuestion struct {
	ID     string             `json:"id"`
	Number record.PhoneNumber `json:"number"`
}

// DirectoryTrial is what a directory says when it is tried.
type DirectoryTrial struct {
	OK     bool         `json:"ok"`
	Text   string       `json:"text"`             // in plain sentences
	Sent   string       `json:"sent"`             // the address that was asked
	Sample string       `json:"sample,omitempty"` // what came back, JSON, the beginning of it
	Known  record.Known `json:"known"`            // what is made of it
	Words  []string     `json:"words,omitempty"`  // of the field of tags, as the system writes them
	Others []dav.Other  `json:"others,omitempty"` // address books of the same user, when the address is that of none
	TookMS int          `json:"took_ms"`
}

// TryDirectory asks a directory for a number, or looks at an address book, also one that is off, and keeps nothing of the answer. Its line
// in the audit chain is that of a reading: what the system says of somebody is shown.
var TryDirectory = define(Op[DirectoryQuestion, DirectoryTrial]{
	Name: "try-directory", Role: Owner, Long: true, Needs: needContacts, Audit: Changes("try directory"),
	About: func(q DirectoryQuestion, _ DirectoryTrial) string { return q.ID },
	Run:   (*Service).tryDirectory,
})

// sampleMost is how much of an answer is shown, in octets.
const sampleMost = 4096

func (s *Service) tryDirectory(ctx context.Context, q DirectoryQuestion) (DirectoryTrial, error) {
	d, secret, err := s.o.Records.Directory(q.ID)
	if err != nil {
		return DirectoryTrial{}, err
	}
	b, err := s.business()
	if err != nil {
		return DirectoryTrial{}, err
	}
	n := numbering.E164(q.Number, b.Region)
	if len(n.Digits()) < 2 && d.Kind == record.DirectoryLookup {
		return DirectoryTrial{}, &InvalidError{
			What: "trial", Problems: []knowledge.Problem{{Path: "number", Text: "write the number of somebody who stands in it"}},
		}
	}
	x, err := s.o.Contacts.Try(ctx, d, secret, n)
	t := DirectoryTrial{Sent: x.Sent, TookMS: x.TookMS, Sample: sample(x.Raw), Known: x.Known, Words: x.Words}
	var fault *notify.Error
	switch {
	case errors.As(err, &fault):
		t.Text = "It cannot be asked: " + fault.Error() + "."
		return t, nil
	case err != nil:
		return DirectoryTrial{}, err
	}
	if x.Book != nil {
		t.OK, t.Text, t.Others = x.Book.Is, saysBook(*x.Book), x.Book.Others
		return t, nil
	}
	t.OK, t.Text = true, saysWho(x)
	if t.TookMS > 300 {
		t.Text += fmt.Sprintf(" It took %d milliseconds: a call does not wait that long, and knows it the next time.", t.TookMS)
	}
	return t, nil
}

// saysBook puts what an address book shows into sentences.
func saysBook(b contacts.BookTrial) string {
	switch {
	case !b.Is && len(b.Others) == 0:
		return "There is a server at this address, but no address book. Look in the address book's own settings for its CardDAV address."
	case !b.Is:
		return "This is not the address of an address book. These are there; take the address of one:"
	}
	text := fmt.Sprintf("The address book can be read. It has %s.", count(b.Cards, "card", "cards"))
	if b.Sampled > 0 {
		text += fmt.Sprintf(" Of the first %d, callers can be known by %d.", b.Sampled, b.Usable)
	}
	return text
}

// saysWho puts what a directory said into a sentence.
func saysWho(x contacts.Trial) string {
	if x.Raw == nil {
		return "It answers, and knows nobody with this number."
	}
	var parts []string
	for _, f := range x.Known.Fields {
		parts = append(parts, strings.ToLower(inwords.Field(f.Kind))+" "+string(f.Value))
	}
	for _, t := range x.Known.Tags {
		parts = append(parts, inwords.Tag(t))
	}
	if len(parts) == 0 {
		return "It answers, but nothing is where the fields say. Look at the answer, and name the fields as they stand there."
	}
	return "It answers. Taken from it: " + strings.Join(parts, "; ") + "."
}

// sample is the beginning of an answer, in lines.
func sample(raw []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		b.Reset()
		b.Write(raw)
	}
	text := strings.ToValidUTF8(b.String(), "")
	if len(text) > sampleMost {
		text = strings.ToValidUTF8(text[:sampleMost], "") + "\n…"
	}
	return text
}

// TagLines are what words of a directory mean, one a line.
func TagLines(tags map[string]record.Tag) string {
	var lines []string
	for _, word := range slices.Sorted(maps.Keys(tags)) {
		lines = append(lines, word+" = "+string(tags[word]))
	}
	return strings.Join(lines, "\n")
}

// ParseTagLines is the opposite of [TagLines]; a line that is none becomes a word without a tag, which cannot be saved.
func ParseTagLines(text string) map[string]record.Tag {
	tags := map[string]record.Tag{}
	for line := range strings.Lines(text) {
		if word, tag, _ := strings.Cut(strings.TrimSpace(line), "="); word != "" {
			tags[strings.TrimSpace(word)] = record.Tag(strings.TrimSpace(tag))
		}
	}
	return tags
}
