package logring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"unicode/utf8"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/record"
)

func texts(ls []logring.Line) []string {
	var out []string
	for _, l := range ls {
		out = append(out, l.Text)
	}
	return out
}

func TestTheNewestLinesAreKept(t *testing.T) {
	j := logring.New(3)
	var out bytes.Buffer
	log := slog.New(j.Beside(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}), slog.LevelInfo))
	if got := j.After(0, slog.LevelDebug, 0); got == nil || len(got) != 0 {
		t.Errorf("empty: %v", got)
	}
	log.Debug("nobody wants this")
	for i := range 4 {
		log.With("part", "phone").Info("call came in", "n", i)
	}
	log.Error("it broke", "caller", record.PhoneNumber("+4917255501444"))
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "it broke") {
		t.Errorf("the log itself: %q", got)
	}
	all := j.After(0, slog.LevelDebug, 0)
	if len(all) != 3 || all[0].Number != 3 || all[2].Number != 5 || all[0].Text != `"call came in" part=phone n=2` ||
		all[2].Level != slog.LevelError || all[0].At.IsZero() {
		t.Errorf("%+v", all)
	}
	if strings.Contains(fmt.Sprint(all), "555014") {
		t.Errorf("a number is in %v", texts(all))
	}
	if got := texts(j.After(0, slog.LevelError, 0)); len(got) != 1 || !strings.Contains(got[0], "it broke") {
		t.Errorf("errors: %q", got)
	}
	if got := texts(j.After(4, slog.LevelDebug, 0)); len(got) != 1 {
		t.Errorf("after the fourth: %q", got)
	}
	if got := j.After(0, slog.LevelDebug, 2); len(got) != 2 || got[1].Number != 5 {
		t.Errorf("the last two: %+v", got)
	}
}

func TestALongLineIsCut(t *testing.T) {
	j := logring.New(0)
	slog.New(j.Beside(slog.DiscardHandler, slog.LevelInfo)).Info("it said", "what", strings.Repeat("é", 3000))
	if got := j.After(0, slog.LevelInfo, 0)[0].Text; len(got) > 2000 || !utf8.ValidString(got) {
		t.Errorf("%d bytes, valid %v", len(got), utf8.ValidString(got))
	}
}

func TestManyAtOnce(t *testing.T) {
	j := logring.New(100)
	log := slog.New(j.Beside(slog.DiscardHandler, slog.LevelInfo))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				log.Info("x", "a", 1)
				j.After(0, slog.LevelInfo, 10)
			}
		})
	}
	wg.Wait()
	if got := j.After(0, slog.LevelInfo, 0); len(got) != 100 || got[99].Number != 1600 || got[99].Text != "x a=1" {
		t.Errorf("%d lines, the last %+v", len(got), got[len(got)-1])
	}
}

func parse(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// The log itself is what it would be without the ring.
func TestTheLogIsAHandlerLikeAnyOther(t *testing.T) {
	var buf bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		buf.Reset()
		return logring.New(5).Beside(slog.NewJSONHandler(&buf, nil), slog.LevelInfo)
	}, func(t *testing.T) map[string]any {
		t.Helper()
		return parse(t, buf.Bytes())
	})
}
