package web

import (
	"crypto/rand"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of forms that are kept while somebody signs in again.
const (
	keptTime  = 30 * time.Minute
	keptMost  = 32
	keptBytes = 64 << 10
)

// keptForms are forms that came when their session had ended: what was typed waits until its author has signed in again. They are in
// memory alone, under a name that only the browser knows that sent them, and hold no password.
type keptForms struct {
	mu    sync.Mutex
	forms []keptForm // the oldest first
}

// keptForm is one of them.
type keptForm struct {
	token  string
	at     time.Time
	Action string
	Fields []keptField
}

// keptField is one value that was typed.
type keptField struct{ Name, Value string }

// keep keeps the form of r and returns its name; "" when it is none that can be kept.
func (k *keptForms) keep(r *http.Request, now time.Time) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		return ""
	}
	size := 0
	f := keptForm{token: rand.Text(), at: now, Action: r.URL.RequestURI()}
	for name, values := range r.PostForm {
		if isSecretField(name) {
			continue
		}
		for _, v := range values {
			size += len(name) + len(v)
			f.Fields = append(f.Fields, keptField{name, v})
		}
	}
	if len(f.Fields) == 0 || size > keptBytes {
		return ""
	}
	slices.SortStableFunc(f.Fields, func(a, b keptField) int { return strings.Compare(a.Name, b.Name) })
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forms = append(k.forms, f)
	k.forms = k.forms[max(0, len(k.forms)-keptMost):]
	return f.token
}

// isSecretField reports whether a field may hold a password or a code.
func isSecretField(name string) bool {
	return name == "again" || name == "old" || name == "code" || strings.Contains(name, "password")
}

// get returns a form that is kept; nil when it is not.
func (k *keptForms) get(token string, now time.Time) *keptForm {
	if token == "" {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forms = slices.DeleteFunc(k.forms, func(f keptForm) bool { return now.Sub(f.at) > keptTime })
	for _, f := range k.forms {
		if f.token == token {
			return &f
		}
	}
	return nil
}

// cameFrom is the page of ours from which a form was sent, without what was said there before; "/" when that is not known.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return u.Path
}

// withKept is the address of a page that has a kept form in it.
func withKept(to, token string) string {
	if token == "" {
		return to
	}
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("kept", token)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
