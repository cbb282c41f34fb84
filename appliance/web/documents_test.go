package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// hereReader reads documents without a child.
type hereReader struct{}

func (hereReader) Read(_ context.Context, name, language string, file []byte) (documents.Content, error) {
	return documents.Read(name, language, file)
}

var _ service.DocumentReader = hereReader{}

// document uploads a file with other fields of the form, and returns the page when the file was read.
func (s *site) document(t *testing.T, file, text string, fields map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, body := s.ask(t, http.MethodPost, "/business/documents", func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Body = io.NopCloser(&b)
	})
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("sent %s: %s %s", file, r.Status, body)
	}
	for range 500 {
		if _, body = s.ask(t, http.MethodGet, "/business/documents"); !strings.Contains(body, `hx-get="/business/documents/job"`) {
			return body
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatal("the document is read without end")
	return ""
}

func TestDocumentsOnThePage(t *testing.T) {
	s, d, _ := shop(t, "dental")
	body := s.document(t, "house_rules.md", "# Pets\n\nDogs & <b>cats</b> are welcome.\n\nBirds are not.\n", map[string]string{"name": ""})
	wants(t, body, "“house rules” is there", "house_rules.md", "2 of 2 passages")
	if _, again := s.ask(t, http.MethodGet, "/business/documents"); strings.Contains(again, "is there, cut") {
		t.Error("what came of the file is told twice")
	}
	_, overview := s.ask(t, http.MethodGet, "/business")
	wants(t, overview, `href="/business/documents"`, "house rules")
	link := regexp.MustCompile(`href="(/business/documents/[0-9a-f]+)"`).FindStringSubmatch(body)
	if link == nil {
		t.Fatal("the document is not listed")
	}
	at := link[1]
	_, page := s.ask(t, http.MethodGet, at)
	wants(t, page, "<h3>Pets</h3>", "Dogs & cats are welcome.", "Birds are not.", "Switch off")
	passage := regexp.MustCompile(`id="p-([^"]+)"`).FindAllStringSubmatch(page, -1)[1][1]
	if r, _ := s.post(t, at+"/passages", url.Values{"passage": {passage}, "told": {"no"}}); r.StatusCode != http.StatusSeeOther ||
		r.Header.Get("Location") != at+"#p-"+passage {
		t.Fatalf("switched off: %s to %q", r.Status, r.Header.Get("Location"))
	}
	_, page = s.ask(t, http.MethodGet, at)
	wants(t, page, "<s>Birds are not.</s>", "Switch on", "told 1 of 2")
	if r, page := s.post(t, at+"/passages", url.Values{"passage": {"none"}, "told": {"no"}}); r.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(page, "Nothing was changed") {
		t.Errorf("a passage that is not there: %s", r.Status)
	}
	if r, _ := s.post(t, at+"/name", url.Values{"name": {"rules of the house"}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("named: %s", r.Status)
	}
	id := strings.TrimPrefix(at, "/business/documents/")
	wants(t, s.document(t, "new.md", "# Pets\n\nBirds are not.\n", map[string]string{"replace": id}), "rules of the house", "new.md",
		"0 of 1 passage")
	for file, text := range map[string]string{"a.pdf": "%PDF-1.4 nonsense", "a.doc": "\xd0\xcf\x11\xe0", "b.txt": "\x00\x01\x02"} {
		wants(t, s.document(t, file, text, nil), file+" was not taken", "Nothing was changed", "new.md")
	}
	if r, _ := s.post(t, at+"/remove", nil); r.StatusCode != http.StatusSeeOther ||
		r.Header.Get("Location") != "/business/documents?removed="+id {
		t.Fatalf("removed: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, "/business/documents?removed="+id)
	wants(t, body, "Undo", "No document yet")
	if r, _ := s.ask(t, http.MethodGet, at); r.StatusCode != http.StatusSeeOther {
		t.Errorf("the page of a document that was removed: %s", r.Status)
	}
	if r, _ := s.post(t, at+"/restore", nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("restored: %s", r.Status)
	}
	if ds, err := service.ListDocuments.Get(servicetest.Operator(t), d); err != nil || len(ds) != 1 || !ds[0].Removed.IsZero() {
		t.Errorf("%+v, %v", ds, err)
	}
	if r, _ := s.post(t, "/business/documents", nil); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing sent: %s", r.Status)
	}
}

func TestStaffHasNoDocuments(t *testing.T) {
	_, d, _ := shop(t, "dental")
	s := open(t, d).asStaff(t)
	for method, path := range map[string]string{http.MethodGet: "/business/documents", http.MethodPost: "/business/documents"} {
		if r, _ := s.ask(t, method, path, func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %s", method, path, r.Status)
		}
	}
}
