package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// helper is a computer that is faster than the box for who has the key.
type helper struct{}

func (helper) Changed() {}

func (helper) State(record.EngineRole) lan.State {
	return lan.State{Standing: lan.StandingUsed, Asked: 4, First: 3, Late: 1, TookMS: 120, OwnMS: 640}
}

func (helper) Try(_ context.Context, _ record.EngineHost, secret string) (lan.Trial, error) {
	if secret != "k3y" {
		return lan.Trial{}, &notify.Error{Fault: notify.FaultCredentials, Code: 401}
	}
	return lan.Trial{
		Standing: lan.StandingUsed, Model: "large-v3", Said: "hello", Took: 120 * time.Millisecond, Own: 640 * time.Millisecond,
	}, nil
}

func engineHostEdit() service.EngineHostEdit {
	return service.EngineHostEdit{
		EngineHost: record.EngineHost{Role: record.EngineSpeech, On: true, URL: "https://gpu.lan/v1"}, Secret: "k3y",
	}
}

func (h *house) engineHost() string {
	h.Helper()
	return string(ok(h, service.SetEngineHost, engineHostEdit()).Role)
}

func engineHostWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.SetEngineHost: {is(engineHostEdit()), func(*house) any {
			e := engineHostEdit()
			e.URL = "gpu"
			return e
		}},
		service.RemoveEngineHost: {func(h *house) any { return h.engineHost() }, is("text")},
		service.TryEngineHost:    {func(h *house) any { return h.engineHost() }, is("text")},
	}
}

// What cannot be is told by field, and a key goes to no other server than the one it was typed for.
func TestWhatAnEngineHostMayBe(t *testing.T) {
	h := openHouse(t)
	for name, x := range map[string]struct {
		change func(e *service.EngineHostEdit)
		path   string // that is wrong; "" = nothing
	}{
		"as it is":         {change: func(*service.EngineHostEdit) {}},
		"in the house":     {func(e *service.EngineHostEdit) { e.URL = "http://192.168.1.9:8080" }, ""},
		"read along":       {func(e *service.EngineHostEdit) { e.URL = "http://gpu.example/v1" }, "url"},
		"elsewhere":        {func(e *service.EngineHostEdit) { e.URL = "https://203.0.113.9/v1" }, "url"},
		"a question":       {func(e *service.EngineHostEdit) { e.URL = "https://gpu.lan/v1?key=7" }, "url"},
		"a user in it":     {func(e *service.EngineHostEdit) { e.URL = "https://a:b@gpu.lan/v1" }, "url"},
		"two lines":        {func(e *service.EngineHostEdit) { e.Model = "a\r\nb" }, "model"},
		"a key in lines":   {func(e *service.EngineHostEdit) { e.Secret = "a\nb" }, "secret"},
		"no such role":     {func(e *service.EngineHostEdit) { e.Role = "cook" }, "role"},
		"no certificate":   {func(e *service.EngineHostEdit) { e.CA = "hello" }, "ca"},
		"the key goes on":  {func(e *service.EngineHostEdit) { e.Secret, e.URL = "", "https://gpu.lan/v2" }, ""},
		"but not to other": {func(e *service.EngineHostEdit) { e.Secret, e.URL = "", "https://gpu2.lan/v1" }, "secret"},
	} {
		h.engineHost()
		e := engineHostEdit()
		x.change(&e)
		_, err := service.SetEngineHost.Do(servicetest.Operator(t), h.d, e)
		var invalid *service.InvalidError
		switch {
		case x.path == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case x.path != "" && (!errors.As(err, &invalid) || invalid.Problems[0].Path != x.path):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The page says plainly what goes there; the key is in nothing that is told.
func TestEngineHosts(t *testing.T) {
	h := openHouse(t)
	h.engineHost()
	e := engineHostEdit()
	e.Role, e.URL = record.EngineText, "http://10.0.0.9:8080/v1"
	ok(h, service.SetEngineHost, e)
	hs := ok(h, service.ListEngineHosts, service.None{})
	if len(hs) != 2 || hs[0].Role != record.EngineSpeech || !hs[0].HasSecret || hs[0].First != 3 ||
		!strings.Contains(hs[0].Sends, "The sound of what callers say") || strings.Contains(hs[0].Sends, "encryption") ||
		!strings.Contains(hs[1].Sends, "without encryption") || !strings.Contains(hs[0].Now, "first answer") {
		t.Errorf("%+v", hs)
	}
	if b, err := json.Marshal(hs); err != nil || strings.Contains(string(b), "k3y") {
		t.Errorf("%s, %v", b, err)
	}
	x := ok(h, service.TryEngineHost, "speech")
	if !x.OK || x.TookMS != 120 || x.Text != "It answers in 120 milliseconds; the box itself takes 640." {
		t.Errorf("%+v", x)
	}
	p := ok(h, service.ReadProcessing, service.None{})
	told := strings.Join(p.Recipients, "\n")
	if !strings.Contains(told, "sound of what callers say: gpu.lan") || !strings.Contains(told, "single sentences of callers: 10.0.0.9:8080") {
		t.Errorf("the record of processing does not name it: %s", told)
	}
	e.On = false
	if st := ok(h, service.SetEngineHost, e); st.Sends != "Nothing: it is switched off." || st.Standing != "" {
		t.Errorf("%+v", st)
	}
}
