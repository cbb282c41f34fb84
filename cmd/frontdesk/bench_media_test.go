package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

func TestBenchMediaResult(t *testing.T) {
	at := time.Now()
	box := counted{Sent: 1000, Received: 990, Late: 1, LeftLate: 2, Wrong: 1}
	theirs := counted{Sent: 1000, Received: 999, Lost: 8, LeftLate: 70, First: []float64{5, 1, 30}, Setup: []float64{2}}
	m := moments{
		idle: spent{goroutines: 5, files: 10, residentKB: 1000}, up: spent{at: at, user: time.Second},
		down:      spent{at: at.Add(10 * time.Second), user: 1200 * time.Millisecond, sys: 200 * time.Millisecond, residentKB: 1800},
		last:      spent{goroutines: 7, files: 9},
		meanwhile: []spent{{residentKB: 1500}, {residentKB: 1800, files: 2}},
	}
	got := mediaBench{calls: 4}.result(box, theirs, m)
	for key, want := range map[string]float64{
		"packets_on_time": 1 - 12.0/2000, "cpu_per_call": 0.01, "mem_per_call_kb": 200, "first_audio_p95_ms": 30, "setup_p95_ms": 2,
		"mem_drift_kb": 300,
	} {
		if v, ok := got[key].(float64); !ok || math.Abs(v-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if got["leaked"] != 2 || got["calls"] != 4 || got["generator_late"] != uint64(70) || got["files_drift"] != 2 {
		t.Errorf("%v", got)
	}
}

// A frame with another sound is noticed, one that begins elsewhere in the period is not one.
func TestBenchMediaHears(t *testing.T) {
	var mouth, ear sounding
	frame := func() audio.PCM {
		pcm := make(audio.PCM, 160)
		mouth.Say(pcm)
		return pcm
	}
	for range settle + 20 {
		ear.Hear(line.Frame{PCM: frame()})
	}
	mouth.n += 13
	ear.Hear(line.Frame{PCM: frame()})
	if ear.faults() != 0 {
		t.Fatalf("%d frames are wrong", ear.faults())
	}
	bad := frame()
	bad[80] = -bad[80] + 3000
	ear.Hear(line.Frame{PCM: bad})
	ear.Hear(line.Frame{PCM: make(audio.PCM, 160)})
	ear.Hear(line.Frame{PCM: frame(), Silence: true})
	ear.Hear(line.Frame{PCM: make(audio.PCM, 160), Concealed: true})
	if ear.faults() != 3 {
		t.Errorf("%d frames are wrong, want 3", ear.faults())
	}
}

// The callers call a telephone, talk, and say what they saw.
func TestBenchMediaCallers(t *testing.T) {
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", MediaIP: "127.0.0.1", MaxCalls: 3, AcceptAnyone: true, Logger: slog.New(slog.DiscardHandler),
	}, &answering{lines: map[*line.Line]*sounding{}})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Run(t.Context()) }()
	var out bytes.Buffer
	b := mediaBench{calls: 2, lasting: time.Second, rate: 20, codec: "PCMA", secure: true, dial: p.Addr().String()}
	if err := b.callers(t.Context(), io.Writer(&out)); err != nil {
		t.Fatal(err)
	}
	var n counted
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &n); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if n.Failed != 0 || len(n.Setup) != 2 || len(n.First) != 2 || n.Received == 0 || n.Sent == 0 {
		t.Errorf("callers saw %+v", n)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	<-ended
}
