package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/web/api"
)

// hereReader reads documents without a child.
type hereReader struct{}

func (hereReader) Read(_ context.Context, name, language string, file []byte) (documents.Content, error) {
	return documents.Read(name, language, file)
}

// sendDocument sends a file as it is.
func (o *office) sendDocument(token, replace, file, content string) *httptest.ResponseRecorder {
	o.t.Helper()
	query := url.Values{"file": {file}}
	if replace != "" {
		query.Set("replace", replace)
	}
	r := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, api.Base+"/documents?"+query.Encode(), strings.NewReader(content))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/octet-stream")
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

func (o *office) addDocument(replace, file, content string) (d record.Document) {
	o.t.Helper()
	w := o.sendDocument(o.owner, replace, file, content)
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusCreated {
		o.t.Fatalf("%d %s, %v", w.Code, w.Body, err)
	}
	return d
}

func TestDocumentsThroughTheInterface(t *testing.T) {
	o := open(t)
	d := o.addDocument("", "house-rules.md", "# Pets\n\nDogs are welcome.\n\nCats are not.\n")
	if d.Name != "house rules" || len(d.Passages) != 2 || d.By == "" {
		t.Fatalf("%+v", d)
	}
	off := get[record.Document](o, http.MethodPatch, "/documents/"+d.ID,
		map[string]any{"name": "rules of the house", "off": []string{d.Passages[1].ID}})
	if off.Name != "rules of the house" || !off.Passages[1].Off {
		t.Errorf("%+v", off)
	}
	if d := o.addDocument(d.ID, "new.md", "# Pets\n\nCats are not.\n"); !d.Passages[0].Off || d.ID != off.ID {
		t.Errorf("a new version: %+v", d)
	}
	if w := o.sendDocument(o.staff, "", "a.txt", "Dogs are welcome."); w.Code != http.StatusForbidden {
		t.Errorf("by staff: %d", w.Code)
	}
	for what, w := range map[string]*httptest.ResponseRecorder{
		"a bad file":          o.sendDocument(o.owner, "", "a.pdf", "%PDF-1.4 nonsense"),
		"one that is no text": o.sendDocument(o.owner, "", "a.txt", "\x00\x01\x02"),
		"too large a file":    o.sendDocument(o.owner, "", "a.txt", strings.Repeat("x", documents.MaxFile+1)),
	} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Nothing was changed") {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	if w := o.sendDocument(o.owner, "none", "a.txt", "Dogs are welcome."); w.Code != http.StatusNotFound {
		t.Errorf("in place of none: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/documents/"+d.ID, nil); w.Code != http.StatusNoContent {
		t.Errorf("DELETE: %d %s", w.Code, w.Body)
	}
	if list := get[[]record.Document](o, http.MethodGet, "/documents", nil); len(list) != 1 || list[0].Removed.IsZero() {
		t.Errorf("%+v", list)
	}
	if d := get[record.Document](o, http.MethodPost, "/documents/"+d.ID+"/restore", nil); !d.Removed.IsZero() {
		t.Errorf("%+v", d)
	}
	if es := get[[]record.AuditEntry](o, http.MethodGet, "/audit", nil); len(es) < 6 || es[0].Act != "restore document" ||
		es[0].Subject != d.ID {
		t.Errorf("the audit chain: %+v", es)
	}
}

var _ service.DocumentReader = hereReader{}
