package api_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
)

// addRecipient has a telephone of the office told.
func (o *office) addRecipient() string {
	o.t.Helper()
	w := o.ask(o.owner, http.MethodPost, "/recipients", map[string]any{"name": "Maria", "via": "telephone", "to": "201"})
	if w.Code != http.StatusCreated {
		o.t.Fatalf("add: %d %s", w.Code, w.Body)
	}
	return get[[]service.RecipientState](o, http.MethodGet, "/recipients", nil)[0].ID
}

// A webhook gets its secret once; what is wrong is told by field; what is not running cannot be tested.
func TestRecipients(t *testing.T) {
	o := open(t)
	w := o.ask(o.owner, http.MethodPost, "/recipients", map[string]any{"name": "CRM", "via": "webhook", "server": "https://crm.lan/hook"})
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"secret":"whsec_`) {
		t.Fatalf("added: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodGet, "/recipients", nil); strings.Contains(w.Body.String(), "whsec_") {
		t.Errorf("told again: %s", w.Body)
	}
	w = o.ask(o.owner, http.MethodPost, "/recipients", map[string]any{"name": "CRM", "via": "webhook", "server": "http://crm.lan"})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"location":"server"`) {
		t.Errorf("without encryption: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.staff, http.MethodGet, "/recipients", nil); w.Code != http.StatusForbidden {
		t.Errorf("staff: %d", w.Code)
	}
	id := get[[]service.RecipientState](o, http.MethodGet, "/recipients", nil)[0].ID
	if w := o.ask(o.owner, http.MethodPost, "/recipients/"+id+"/test", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a test of what is not running: %d", w.Code)
	}
	change := map[string]any{"name": "CRM", "via": "webhook", "server": "https://crm.lan/other", "words": true}
	if w := o.ask(o.owner, http.MethodPut, "/recipients/"+id, change); w.Code != http.StatusOK ||
		!strings.Contains(w.Body.String(), "names, numbers and words") {
		t.Errorf("changed: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodPost, "/recipients/"+id+"/retry", map[string]any{"delivery": "none"}); w.Code != http.StatusNotFound {
		t.Errorf("a dead letter that is none: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/recipients/"+id, nil); w.Code != http.StatusNoContent {
		t.Errorf("removed: %d", w.Code)
	}
}
