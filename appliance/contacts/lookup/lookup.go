// Package lookup asks a system of the office's who a telephone number is: one GET to the address that the owner has named, and what the
// fields of the JSON mean that the owner has named, too. It starts no goroutine. What the system says is in no error.
package lookup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// Placeholder stands in an address where the number goes.
const Placeholder = "{number}"

// NameMost bounds a name, in characters.
const NameMost = 80

// Bounds of one answer.
const (
	answerMost = 256 << 10 // octets
	patience   = 5 * time.Second
	tagsMost   = 50 // words that may be tags
)

// Staff finds somebody of the staff by what the system calls the person, and returns the name in the profile; "" = nobody.
type Staff func(called string) string

// Found is what a system has said.
type Found struct {
	Raw   []byte // the whole answer, JSON; nil when the system does not know the number
	Known record.Known
	Words []string // of the field of tags, as the system writes them
}

// Ask asks who a number is. Nobody known is no error. The error is a *notify.Error.
func Ask(ctx context.Context, gate *egress.Gate, d record.Directory, secret string, n record.PhoneNumber, region string,
	staff Staff) (Found, error) {
	address, err := Address(d, n, region)
	if err != nil {
		return Found{}, &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	c, err := httpout.New(gate, httpout.Server{
		Purpose: egress.Contacts, URL: address, User: d.User, Password: secret, Header: d.Header, CA: d.CA, AnswerMost: answerMost,
		Patience: patience,
	})
	if err != nil {
		return Found{}, err
	}
	a, err := c.Do(ctx, http.MethodGet, address, http.Header{"Accept": {"application/json"}}, nil)
	switch {
	case err != nil:
		return Found{}, err
	case a.Code == http.StatusNotFound || a.Code == http.StatusNoContent:
		return Found{}, nil
	case a.Code != http.StatusOK:
		return Found{}, httpout.Judge(a.Code)
	}
	return Read(a.Body, d, staff)
}

// Address is what is asked for a number.
func Address(d record.Directory, n record.PhoneNumber, region string) (string, error) {
	text := string(numbering.E164(n, region))
	switch d.Form {
	case record.FormDigits:
		text = record.PhoneNumber(text).Digits()
	case record.FormNational:
		text = numbering.National(n, region).Digits()
	case record.FormInternational:
	}
	if text == "" {
		return "", errors.New("there is no number")
	}
	before, query, asked := strings.Cut(d.URL, "?")
	before = strings.ReplaceAll(before, Placeholder, url.PathEscape(text))
	if asked {
		before += "?" + strings.ReplaceAll(query, Placeholder, url.QueryEscape(text))
	}
	return before, nil
}

// Read finds in an answer what the fields of d name. The error is a *notify.Error.
func Read(body []byte, d record.Directory, staff Staff) (Found, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Found{}, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("no JSON")}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Found{}, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("more than one value of JSON")}
	}
	f := Found{Raw: body}
	if name := joined(v, d.NameField); name != "" {
		f.Known.Fields = append(f.Known.Fields, record.Field{Kind: record.FieldName, Value: record.Personal(name)})
	}
	if called := joined(v, d.PersonField); called != "" && staff != nil {
		if name := staff(called); name != "" {
			f.Known.Fields = append(f.Known.Fields, record.Field{Kind: record.FieldPerson, Value: record.Personal(name)})
		}
	}
	for _, path := range strings.Fields(d.TagsField) {
		f.Words = append(f.Words, words(v, path)...)
	}
	f.Words = f.Words[:min(len(f.Words), tagsMost)]
	f.Known.Tags = Tags(d, f.Words)
	return f, nil
}

// Tags are what words of a system mean.
func Tags(d record.Directory, words []string) (tags []record.Tag) {
	for _, w := range words {
		t := record.Tag("")
		for word, tag := range d.Tags {
			if strings.EqualFold(strings.TrimSpace(word), w) {
				t = tag
			}
		}
		if len(d.Tags) == 0 {
			t = record.Tag(strings.ToLower(w))
		}
		if slices.Contains(record.Tags(), t) && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// joined are the texts at paths with blanks between, taken together.
func joined(v any, paths string) string {
	var parts []string
	for _, p := range strings.Fields(paths) {
		if s := text(at(v, p)); s != "" {
			parts = append(parts, s)
		}
	}
	s := strings.Join(parts, " ")
	if utf8.RuneCountInString(s) > NameMost {
		s = strings.TrimSpace(string([]rune(s)[:NameMost]))
	}
	return s
}

// at is the value at a path such as "data.0.name"; nil = there is none.
func at(v any, path string) any {
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// text is a value as one line without anything that is no sign of writing.
func text(v any) string {
	var s string
	switch x := v.(type) {
	case string:
		s = x
	case json.Number:
		s = x.String()
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// words are the words at a path: a text, each text of a list, or the path's own last name where it says true.
func words(v any, path string) (out []string) {
	switch x := at(v, path).(type) {
	case bool:
		if x {
			out = append(out, path[strings.LastIndexByte(path, '.')+1:])
		}
	case []any:
		for _, y := range x {
			if s := text(y); s != "" {
				out = append(out, s)
			}
		}
	default:
		if s := text(x); s != "" {
			out = append(out, s)
		}
	}
	return out
}
