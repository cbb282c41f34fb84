package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// bundled is the support bundle of a house, by file.
func bundled(h *house) map[string]string {
	h.Helper()
	b, err := as(h, service.Technician, service.MakeSupportBundle, service.None{})
	if err != nil {
		h.Fatal(err)
	}
	return unpack(h.T, b)
}

// Figures of calls are in a bundle, the newest first and no more than two hundred, with how long each step of a turn took.
func TestTheCallsOfASupportBundle(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if err := h.s.AddTurn("b", record.Turn{
		Index: 1, Heard: "and on sundays", DecidedBy: "meaning", Endpointing: 300 * time.Millisecond, Recognition: 250 * time.Millisecond,
		Decision: 20 * time.Millisecond, Voice: 90 * time.Millisecond, Media: 40 * time.Millisecond, Total: 700 * time.Millisecond,
	}); err != nil {
		t.Fatal(err)
	}
	var calls []struct {
		Started time.Time `json:"started"`
		Seconds float64   `json:"seconds"`
		Result  string    `json:"result"`
		Reason  string    `json:"reason"`
		Turns   []map[string]any
	}
	read := func() {
		t.Helper()
		if err := json.Unmarshal([]byte(bundled(h)["calls.json"]), &calls); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if len(calls) != 2 || !calls[0].Started.Equal(noon.Add(time.Minute)) || calls[0].Seconds != 30 || calls[0].Result != "completed" ||
		calls[0].Reason != "goodbye" || len(calls[0].Turns) != 2 || len(calls[1].Turns) != 1 {
		t.Fatalf("%+v", calls)
	}
	last := calls[0].Turns[1]
	want := map[string]any{
		"decided_by": "meaning", "endpointing_ms": 300.0, "recognition_ms": 250.0, "decision_ms": 20.0, "voice_ms": 90.0, "media_ms": 40.0,
		"total_ms": 700.0,
	}
	if fmt.Sprint(last) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", last, want)
	}
	// One that goes on, or was never answered, lasts no time yet.
	if _, err := h.s.BeginCall(record.Call{ID: "on", Started: noon.Add(time.Hour), From: "5550123"}); err != nil {
		t.Fatal(err)
	}
	read()
	if len(calls) != 3 || calls[0].Seconds != 0 || calls[0].Turns == nil {
		t.Errorf("%+v", calls[0])
	}
}

// Settings go into a bundle as they show themselves, the newest lines of the log with their level; what is not there is told in its place.
func TestWhatASupportBundleTells(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ring := logring.New(0)
	log := slog.New(ring.Beside(slog.DiscardHandler, slog.LevelDebug))
	log.Debug("a small thing", "n", 1)
	log.Error("a bad thing", "n", 2)
	h.d = h.with(func(o *service.Options) {
		o.Platform.LogRing, o.Platform.Settings = ring, map[string]string{"registrar": "192.0.2.10"}
	})
	files := bundled(h)
	if !strings.Contains(files["log.txt"], ` DEBUG "a small thing"`) || !strings.Contains(files["log.txt"], ` ERROR "a bad thing"`) ||
		!strings.Contains(files["settings.json"], "192.0.2.10") || !strings.Contains(files["ladders.json"], `"a1"`) ||
		!strings.Contains(files["models.json"], "ears") {
		t.Errorf("%q", files)
	}
	if strings.Contains(files["README.txt"], "could not be gathered") || !strings.Contains(files["status.json"], "(not told)") {
		t.Errorf("%s\n%s", files["README.txt"], files["status.json"])
	}
	h.d = h.with(func(o *service.Options) { o.Telephone, o.Platform = nil, service.Platform{Dir: t.TempDir()} })
	files = bundled(h)
	for _, part := range []string{"settings.json", "ladders.json", "models.json", "log.txt"} {
		if _, there := files[part]; there || !strings.Contains(files["README.txt"], "\n  "+part+": ") {
			t.Errorf("%s is there, or it is not told that it is missing", part)
		}
	}
	if files["calls.json"] == "" || files["machine.json"] == "" {
		t.Error("what there is was left out, too")
	}
	for _, role := range []service.Role{service.Owner, service.Staff, service.Visitor} {
		if _, err := as(h, role, service.MakeSupportBundle, service.None{}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
}

// Lines of the log are read from one on, by level, and the newest of them.
func TestLinesOfTheLog(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ring := logring.New(0)
	log := slog.New(ring.Beside(slog.DiscardHandler, slog.LevelDebug))
	h.d = h.with(func(o *service.Options) { o.Platform.LogRing = ring })
	for i, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		log.Log(t.Context(), level, "line", "number", i)
	}
	whole := ok(h, service.ReadLogs, service.LogFilter{Level: slog.LevelDebug})
	if len(whole) != 4 || !strings.Contains(whole[0].Text, "number=0") {
		t.Fatalf("%+v", whole)
	}
	for _, x := range []struct {
		filter service.LogFilter
		first  string
		lines  int
	}{
		{service.LogFilter{}, "number=1", 3}, {service.LogFilter{Level: slog.LevelWarn}, "number=2", 2},
		{service.LogFilter{Level: slog.LevelDebug, Limit: 1}, "number=3", 1},
		{service.LogFilter{Level: slog.LevelDebug, Limit: -5}, "number=0", 4},
		{service.LogFilter{Level: slog.LevelDebug, After: whole[1].Number}, "number=2", 2}, {service.LogFilter{After: whole[3].Number}, "", 0},
	} {
		got := ok(h, service.ReadLogs, x.filter)
		if len(got) != x.lines || x.lines > 0 && !strings.Contains(got[0].Text, x.first) {
			t.Errorf("%+v: %+v", x.filter, got)
		}
	}
}

// What is wrong with the weights or the folder comes back as it is, and an empty list is a list.
func TestModelsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	l := &library{}
	h.d = h.with(func(o *service.Options) { o.Platform.Models = l })
	for _, bad := range []string{"", "usb", "./usb", "../media/usb"} {
		if _, err := as(h, service.Technician, service.ImportModels, bad); err == nil || l.from != "" {
			t.Errorf("%q: %v, taken from %q", bad, err, l.from)
		}
	}
	if ms := ok(h, service.ImportModels, "/media/usb"); ms == nil || len(ms) != 0 || l.from != "/media/usb" {
		t.Errorf("%+v from %q", ms, l.from)
	}
	full := errors.New("calls are going on and nothing would start it again")
	h.d = h.with(func(o *service.Options) { o.Platform.Restart = func() error { return full } })
	fails(h, service.Restart, service.None{}, full)
	h.noted("restart", "user tester||failed")
}
