package privacy

import (
	"archive/zip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// DossierSchema names the form of a [Dossier] as JSON; the form itself is in dossier.schema.json.
const DossierSchema = "https://frontdesk.internal/schema/dossier-1"

//go:embed dossier.schema.json dossier.html letter.html letter.de.html
var forms embed.FS

// Schema is the published form of a dossier (JSON Schema 2020-12).
func Schema() ([]byte, error) { return forms.ReadFile("dossier.schema.json") }

// Dossier is all that is kept of one caller: what access and portability give out.
type Dossier struct {
	Schema   string            `json:"schema"`
	Made     time.Time         `json:"made"`
	Office   string            `json:"office"`
	Caller   record.Caller     `json:"caller"`
	Calls    []DossierCall     `json:"calls"`
	Messages []record.Message  `json:"messages"`
	Visits   []record.Visit    `json:"appointments"`
	Consents []record.Consent  `json:"consents"`
	Requests []record.Request  `json:"requests"`
	Notices  []record.Notice   `json:"notices"` // the wordings that consents refer to
	Keeping  map[string]string `json:"keeping"` // how long each kind of thing is kept
	Redacted int               `json:"redacted"`

	Purposes   []DossierPurpose `json:"purposes"`            // what for, and on which ground, as the record of processing says it (Art. 30)
	Recipients []string         `json:"recipients"`          // who gets it
	Transfers  string           `json:"transfers,omitempty"` // to other countries
}

// DossierPurpose is one purpose for which data is used.
type DossierPurpose struct {
	Purpose string       `json:"purpose"`
	What    string       `json:"what"`
	Basis   record.Basis `json:"basis"`
}

// DossierCall is a call with what was said.
type DossierCall struct {
	record.Call
	TurnList []record.Turn `json:"turn_list"`
	Sound    string        `json:"sound,omitempty"` // file in the archive
	// Withheld says that there is a recording and that it is not in the archive, because words of third parties are in it.
	Withheld bool `json:"sound_withheld,omitempty"`

	mentions bool // words of third parties were taken out
}

// DossierOptions say what goes into a dossier.
type DossierOptions struct {
	Office  string            // name of the business
	Keeping map[string]string // how long what is kept

	Purposes   []DossierPurpose
	Recipients []string
	Transfers  string

	Redact []string // names and words of third parties that are taken out of texts; case does not matter
}

// Dossier collects all that is kept of a caller.
func (p *Officer) Dossier(caller string, o DossierOptions) (Dossier, error) {
	d := Dossier{
		Schema: DossierSchema, Made: p.o.Now(), Office: o.Office, Keeping: o.Keeping,
		Calls: []DossierCall{}, Messages: []record.Message{}, Visits: []record.Visit{}, Consents: []record.Consent{},
		Requests: []record.Request{}, Notices: []record.Notice{}, Purposes: append([]DossierPurpose{}, o.Purposes...),
		Recipients: append([]string{}, o.Recipients...),
		Transfers:  o.Transfers,
	}
	if d.Keeping == nil {
		d.Keeping = map[string]string{}
	}
	var err error
	if d.Caller, err = p.o.Records.Caller(caller); err != nil {
		return d, err
	}
	calls, err := p.o.Records.Calls(store.Filter{Caller: caller, Limit: allCalls})
	if err != nil {
		return d, err
	}
	for _, c := range calls {
		turns, err := p.o.Records.Turns(c.ID)
		if err != nil {
			return d, err
		}
		d.Calls = append(d.Calls, DossierCall{Call: c, TurnList: append([]record.Turn{}, turns...)})
	}
	ms, err := p.o.Records.MessagesOfCaller(caller)
	if err != nil {
		return d, err
	}
	d.Messages = append(d.Messages, ms...)
	vs, err := p.o.Records.VisitsOf(caller)
	if err != nil {
		return d, err
	}
	d.Visits = append(d.Visits, vs...)
	cs, err := p.o.Records.Consents(caller)
	if err != nil {
		return d, err
	}
	d.Consents = append(d.Consents, cs...)
	rs, err := p.o.Records.Requests()
	if err != nil {
		return d, err
	}
	for _, r := range rs {
		if r.Caller == caller {
			d.Requests = append(d.Requests, r)
		}
	}
	for _, kind := range record.NoticeKinds() {
		ns, err := p.o.Records.Notices(kind)
		if err != nil {
			return d, err
		}
		d.Notices = append(d.Notices, ns...)
	}
	return d, d.redact(o.Redact)
}

// redact takes words and numbers out of what was said, left and noted, in whichever field. Recordings in which they were said are
// left out: nobody can take a word out of them.
func (d *Dossier) redact(words []string) error {
	var parts, numbers []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			parts = append(parts, regexp.QuoteMeta(w))
		}
		if n := strings.TrimLeft(record.PhoneNumber(w).Digits(), "0"); len(n) >= window {
			numbers = append(numbers, n)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	re, err := regexp.Compile(`(?i)(^|[^\pL\pN])(` + strings.Join(parts, "|") + `)($|[^\pL\pN])`)
	if err != nil {
		return fmt.Errorf("words to be taken out: %w", err)
	}
	r := redaction{re: re, numbers: numbers}
	for i := range d.Calls {
		before := r.n
		r.all(reflect.ValueOf(&d.Calls[i]).Elem())
		d.Calls[i].mentions = r.n > before
	}
	for i := range d.Messages {
		r.all(reflect.ValueOf(&d.Messages[i]).Elem())
	}
	for i := range d.Visits {
		r.all(reflect.ValueOf(&d.Visits[i]).Elem())
	}
	for i := range d.Requests {
		r.all(reflect.ValueOf(&d.Requests[i]).Elem())
	}
	for i := range d.Caller.Fields {
		r.all(reflect.ValueOf(&d.Caller.Fields[i]).Elem())
	}
	d.Caller.Name, d.Caller.Number = first(d.Caller, record.FieldName), record.PhoneNumber(first(d.Caller, record.FieldNumber))
	d.Redacted = r.n
	return nil
}

// first is the first value of a kind that a card has.
func first(c record.Caller, k record.FieldKind) record.Personal {
	if vs := c.Values(k); len(vs) > 0 {
		return vs[0]
	}
	return ""
}

// redaction takes words out of everything that is text of people: whatever field it stands in, and those that are added to records later.
type redaction struct {
	re      *regexp.Regexp
	numbers []string // digits of third parties' numbers
	n       int
}

// thirdParty stands in the place of what was taken out.
const thirdParty = "[third party]"

// all goes through a value and what is in it.
func (r *redaction) all(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				r.all(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.all(v.Index(i))
		}
	case reflect.String:
		switch v.Interface().(type) {
		case record.PhoneNumber:
			v.SetString(r.number(v.String()))
		case record.Personal, string: // other types of text are closed lists
			v.SetString(r.words(v.String()))
		}
	}
}

// words takes the words out of a text.
func (r *redaction) words(s string) string {
	if r.of(s) {
		r.n++
		return thirdParty
	}
	for { // two words beside each other share what is between them
		next := r.re.ReplaceAllString(s, "${1}"+thirdParty+"${3}")
		if next == s {
			return s
		}
		r.n++
		s = next
	}
}

// of reports whether a text is one of the numbers, with its country or as it is dialled inside.
func (r *redaction) of(text string) bool {
	digits := record.PhoneNumber(text).Digits()
	return slices.ContainsFunc(r.numbers, func(n string) bool {
		return strings.HasSuffix(digits, n)
	}) && !strings.ContainsFunc(text, unicode.IsLetter)
}

// number takes a number out that is one of those.
func (r *redaction) number(n string) string {
	if r.of(n) {
		r.n++
		return thirdParty
	}
	return n
}

// WriteHTML writes the dossier for people: one file that needs no other, in which nothing runs.
func (d *Dossier) WriteHTML(w io.Writer) error {
	t, err := template.New("dossier.html").Funcs(template.FuncMap{
		"day": func(t time.Time) string {
			if t.IsZero() {
				return "–"
			}
			return t.Format("2 January 2006, 15:04")
		},
	}).ParseFS(forms, "dossier.html")
	if err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	if err := t.Execute(w, d); err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	return nil
}

// WriteArchive writes a ZIP with the dossier for programs (dossier.json with its schema) and for people (dossier.html), and all
// recordings, which sound opens by the call's ID.
func (d *Dossier) WriteArchive(w io.Writer, sound func(call string) (io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	for i := range d.Calls {
		name := "recordings/" + d.Calls[i].ID + ".wav"
		if d.Calls[i].mentions {
			if err := d.withhold(i, sound); err != nil {
				return err
			}
			continue
		}
		err := copySound(z, name, d.Calls[i].ID, sound)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("write dossier: %w", err)
		}
		d.Calls[i].Sound = name
	}
	page, err := z.Create("dossier.html")
	if err == nil {
		err = d.WriteHTML(page)
	}
	if err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	data, err := z.Create("dossier.json")
	if err == nil {
		e := json.NewEncoder(data)
		e.SetIndent("", "  ")
		err = e.Encode(d)
	}
	if err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	schema, err := Schema()
	if err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	form, err := z.Create("dossier.schema.json")
	if err == nil {
		_, err = form.Write(schema)
	}
	return errors.Join(err, z.Close())
}

// withhold notes of a call that its recording is not given out, when there is one.
func (d *Dossier) withhold(i int, sound func(call string) (io.ReadCloser, error)) error {
	in, err := sound(d.Calls[i].ID)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	d.Calls[i].Withheld = true
	return in.Close()
}

func copySound(z *zip.Writer, name, call string, sound func(call string) (io.ReadCloser, error)) (err error) {
	in, err := sound(call)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = io.Copy(out, in)
	}
	return err
}
