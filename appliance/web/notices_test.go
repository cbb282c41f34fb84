package web_test

import (
	"net/http"
	"testing"
)

// The owner words the notices on a page of their own; what nobody has heard is published by a further tick alone.
func TestNoticesAreWordedOnThePage(t *testing.T) {
	s, _, _ := shop(t, "dental")
	_, page := s.ask(t, http.MethodGet, "/business/notices")
	wants(t, page, "That no person answers", "/business/notices/assistant/sound.wav", "AI assistant")
	f := inputs(t, page, "/business/notices")
	f.Set("notices.assistant", "Maria answers in person.")
	f.Set("notices.contact.name", "Ada Lane")
	s.post(t, "/business/notices", f)
	_, page = s.ask(t, http.MethodGet, "/business/notices")
	wants(t, page, "Does not say that no person answers: name")
	f.Set("notices.assistant", "A machine answers for us.")
	f.Set("revision", inputs(t, page, "/business/notices").Get("revision"))
	s.post(t, "/business/notices", f)
	_, page = s.ask(t, http.MethodGet, "/business")
	wants(t, page, "though nobody has heard them")
	f = inputs(t, page, "/business/publish")
	f.Del("unheard")
	r, page := s.post(t, "/business/publish", f)
	if wants(t, page, "hear the new wording"); r.StatusCode != http.StatusConflict {
		t.Errorf("unheard: %s", r.Status)
	}
	f.Set("unheard", "1")
	if r, _ := s.post(t, "/business/publish", f); r.Header.Get("Location") != "/business?done=published&version=2" {
		t.Errorf("unheard by choice: %s", r.Status)
	}
	_, page = s.ask(t, http.MethodGet, "/business/notices")
	wants(t, page, "A machine answers for us.", "Former and present wordings")
}
