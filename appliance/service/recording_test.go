package service_test

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// Whether calls are recorded is off until somebody turns it on, is changed by the owner alone, and what is left out stays as it was.
func TestWhetherCallsAreRecorded(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var told []record.RecordingSettings
	h.d = h.with(func(o *service.Options) {
		o.RecordingChanged = func(s record.RecordingSettings) { told = append(told, s) }
	})
	off := record.RecordingSettings{Mode: record.RecordingOff, KeepDays: service.KeepDaysDefault, Refusal: record.RefusalNothing}
	if got := ok(h, service.ReadRecordingSettings, service.None{}); got != off {
		t.Errorf("a new box: %+v", got)
	}
	for _, x := range []struct{ set, want record.RecordingSettings }{
		{record.RecordingSettings{Mode: record.RecordingAsk}, record.RecordingSettings{KeepDays: 30, Refusal: record.RefusalNothing}},
		{
			record.RecordingSettings{Mode: record.RecordingAnnounce, KeepDays: 7, Refusal: record.RefusalWords},
			record.RecordingSettings{KeepDays: 7, Refusal: record.RefusalWords},
		},
		{record.RecordingSettings{Mode: record.RecordingOff}, record.RecordingSettings{KeepDays: 7, Refusal: record.RefusalWords}},
	} {
		h.now = h.now.Add(time.Minute)
		x.want.Mode, x.want.By, x.want.At = x.set.Mode, "Maria", h.now
		x.set.By, x.set.At = "somebody else", noon.AddDate(-1, 0, 0) // who sets it stands in the actor
		got, err := as(h, service.Owner, service.SetRecordingSettings, x.set)
		if err != nil || got != x.want || told[len(told)-1] != x.want {
			t.Errorf("%+v: %+v, told of %+v, %v; want %+v", x.set, got, told, err, x.want)
		}
		if kept := ok(h, service.ReadRecordingSettings, service.None{}); kept != x.want {
			t.Errorf("%+v is kept as %+v", x.set, kept)
		}
	}
	before := ok(h, service.ReadRecordingSettings, service.None{})
	invalid(h, service.SetRecordingSettings, record.RecordingSettings{Mode: "sometimes", KeepDays: -1, Refusal: "shout"},
		"mode", "refusal", "keep_days")
	invalid(h, service.SetRecordingSettings, record.RecordingSettings{Mode: record.RecordingAsk, KeepDays: 3651}, "keep_days")
	if _, err := as(h, service.Staff, service.SetRecordingSettings, off); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if now := ok(h, service.ReadRecordingSettings, service.None{}); now != before || len(told) != 3 {
		t.Errorf("refused, and now %+v, told %d times", now, len(told))
	}
	ok(h, service.SetRecordingSettings, record.RecordingSettings{Mode: record.RecordingAsk, KeepDays: 3650})
	h.noted("change whether calls are recorded", "account Maria|", "account Maria|", "account Maria|", "user tester||failed",
		"user tester||failed", "account Maria||failed", "user tester|")
}

// Settings from before refusals could be chosen keep nothing of what is refused.
func TestRecordingSettingsOfAnOlderBox(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if err := h.s.SetRecordingSettings(record.RecordingSettings{Mode: record.RecordingAsk, KeepDays: 9}); err != nil {
		t.Fatal(err)
	}
	if got := ok(h, service.ReadRecordingSettings, service.None{}); got.Refusal != record.RefusalNothing || got.KeepDays != 9 {
		t.Errorf("%+v", got)
	}
}

// wav is a recording whose reading may fail, and that notes whether it was closed.
type wav struct {
	io.ReadSeeker
	fails  error
	closed int
}

func (x *wav) Read(b []byte) (int, error) {
	if x.fails != nil {
		return 0, x.fails
	}
	return x.ReadSeeker.Read(b)
}

func (x *wav) Close() error { x.closed++; return nil }

// oneSound is the recordings with one of call "a"; everything else goes wrong by fails, when it is set.
type oneSound struct {
	sounds
	wav   *wav
	fails error
}

func (x oneSound) Sound(call string) (service.Recording, error) {
	if call == "a" {
		return service.Recording{ReadSeekCloser: x.wav}, nil
	}
	return service.Recording{}, x.fails
}

func (x oneSound) Peaks(call string, n int) (a, b []float64, err error) {
	if call == "a" {
		return []float64{0.5, 1}[:n], nil, nil
	}
	return nil, nil, x.fails
}

// Who plays a recording stands in the chain with the call, once for a look; the file is closed, whether it could be read or not.
func TestARecordingIsPlayed(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	x := &wav{ReadSeeker: strings.NewReader("RIFF and what was said")}
	h.d = h.with(func(o *service.Options) { o.Recordings = oneSound{wav: x, fails: fs.ErrNotExist} })
	c, err := as(h, service.Staff, service.PlayRecording, "a")
	if err != nil || c.Type() != "audio/wav" {
		t.Fatal(err)
	}
	if got := string(poured(t, c)); got != "RIFF and what was said" || x.closed != 1 {
		t.Errorf("%q, closed %d times", got, x.closed)
	}
	x.fails = errors.New("the disk is gone")
	if c, err = as(h, service.Staff, service.PlayRecording, "a"); err != nil {
		t.Fatal(err)
	}
	if err := service.Pour(io.Discard, c); !errors.Is(err, x.fails) || x.closed != 2 {
		t.Errorf("%v, closed %d times", err, x.closed)
	}
	fails(h, service.PlayRecording, "b", store.ErrNotFound)
	for _, role := range []service.Role{service.Technician, service.Visitor, service.PhoneCaller} {
		if _, err := as(h, role, service.PlayRecording, "a"); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	h.noted("play recording", "account Maria|a", "account Maria|a|failed", "account Maria|a|failed", "account Maria|a|failed")
	broken := errors.New("the folder cannot be read")
	h.d = h.with(func(o *service.Options) { o.Recordings = oneSound{fails: broken} })
	fails(h, service.PlayRecording, "b", broken)
}

// How loud a recording is over its time is told of what is kept; a list of nothing is a list.
func TestTheWaveformOfARecording(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) { o.Recordings = oneSound{fails: fs.ErrNotExist} })
	w, err := as(h, service.Staff, service.ReadWaveform, service.WaveformFilter{Call: "a", Parts: 2})
	if err != nil || w.Seconds != 1 || len(w.Caller) != 2 || w.Caller[1] != 1 || w.Ours == nil || len(w.Ours) != 0 {
		t.Errorf("%+v, %v", w, err)
	}
	fails(h, service.ReadWaveform, service.WaveformFilter{Call: "b", Parts: 2}, store.ErrNotFound)
	broken := errors.New("the folder cannot be read")
	h.d = h.with(func(o *service.Options) { o.Recordings = oneSound{fails: broken} })
	fails(h, service.ReadWaveform, service.WaveformFilter{Call: "b", Parts: 2}, broken)
}

// A box that keeps no recordings says of each call that there is none, and has nothing that is due.
func TestABoxWithoutRecordings(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = h.with(func(o *service.Options) { o.Recordings = nil })
	fails(h, service.PlayRecording, "a", store.ErrNotFound)
	fails(h, service.ReadWaveform, service.WaveformFilter{Call: "a", Parts: 10}, store.ErrNotFound)
	if c := ok(h, service.ReadCall, "a"); c.RecordingSeconds != 0 {
		t.Errorf("a recording of %v s", c.RecordingSeconds)
	}
	if due := ok(h, service.ListDue, 36500); len(due) == 0 {
		t.Error("nothing is ever due")
	} else {
		for _, d := range due {
			if d.Kind == "recording" {
				t.Errorf("%+v", d)
			}
		}
	}
	if _, err := service.PlayRecording.Do(servicetest.As(t.Context(), service.Staff), service.New(service.Options{}), "a"); !errors.Is(err,
		service.ErrNoRecords) {
		t.Errorf("without records: %v", err)
	}
}
