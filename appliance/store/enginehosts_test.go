package store_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// There is one computer for each role; its key stays until there is another one, and is in no list.
func TestEngineHosts(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if hs, err := s.EngineHosts(); err != nil || len(hs) != 0 {
		t.Errorf("%+v, %v", hs, err)
	}
	set := func(h record.EngineHost, secret string) {
		t.Helper()
		if got, err := s.SetEngineHost(h, secret); err != nil || !got.HasSecret {
			t.Errorf("%+v, %v", got, err)
		}
	}
	set(record.EngineHost{Role: record.EngineSpeech, URL: "https://a.lan"}, "k3y")
	set(record.EngineHost{Role: record.EngineSpeech, URL: "https://b.lan", On: true}, "")
	set(record.EngineHost{Role: record.EngineText, URL: "https://c.lan"}, "other")
	hs, err := s.EngineHosts()
	if err != nil || len(hs) != 2 || hs[0].URL != "https://b.lan" || !hs[0].On {
		t.Errorf("%+v, %v", hs, err)
	}
	if b, err := json.Marshal(hs); err != nil || strings.Contains(string(b), "k3y") {
		t.Errorf("%s, %v", b, err)
	}
	if h, secret, err := s.EngineHost("speech"); err != nil || secret != "k3y" || h.URL != "https://b.lan" {
		t.Errorf("%+v, %q, %v", h, secret, err)
	}
	if err := s.DropEngineHost("speech"); err != nil {
		t.Error(err)
	}
	if _, _, err := s.EngineHost("speech"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := s.DropEngineHost("speech"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if _, secret, err := s.EngineHost("text"); err != nil || secret != "other" {
		t.Errorf("%q, %v", secret, err)
	}
}
