package api_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// A key is never told; what is wrong is told by field; what is not running cannot be tried.
func TestEngineHosts(t *testing.T) {
	o := open(t)
	const at = "/engine-hosts/speech"
	w := o.ask(o.owner, http.MethodPut, at, map[string]any{"url": "http://gpu.example/v1", "secret": "hunter2"})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"location":"url"`) {
		t.Errorf("without encryption: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.owner, http.MethodPut, "/engine-hosts/cook", map[string]any{"url": "https://gpu.lan"}); w.Code/100 != 4 {
		t.Errorf("no such role: %d %s", w.Code, w.Body)
	}
	st := get[service.EngineHostState](o, http.MethodPut, at, map[string]any{"url": "https://gpu.lan/v1", "secret": "hunter2", "model": "m"})
	if st.Role != record.EngineSpeech || !st.HasSecret || !st.On || !strings.Contains(st.Sends, "sound of what callers say") {
		t.Errorf("set: %+v", st)
	}
	w = o.ask(o.owner, http.MethodGet, "/engine-hosts", nil)
	if !strings.Contains(w.Body.String(), "https://gpu.lan/v1") || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("told: %s", w.Body)
	}
	if w := o.ask(o.staff, http.MethodGet, "/engine-hosts", nil); w.Code != http.StatusForbidden {
		t.Errorf("staff: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodPost, at+"/try", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a trial of what is not running: %d", w.Code)
	}
	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		if w := o.ask(o.owner, http.MethodDelete, at, nil); w.Code != want {
			t.Errorf("removed: %d, want %d", w.Code, want)
		}
	}
}
