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
)

func TestBenchMediaResult(t *testing.T) {
	at := time.Now()
	box := counted{Sent: 1000, Received: 990, Missed: 1}
	theirs := counted{Sent: 1000, Received: 999, First: []float64{5, 1, 30}, Setup: []float64{2}}
	got := mediaBench{calls: 4}.result(box, theirs, spent{goroutines: 5, files: 10, residentKB: 1000},
		spent{at: at, cpu: time.Second}, spent{at: at.Add(10 * time.Second), cpu: 1400 * time.Millisecond, residentKB: 1800}, spent{goroutines: 7, files: 9})
	for key, want := range map[string]float64{
		"packets_on_time": 1 - 12.0/2000, "cpu_per_call": 0.01, "mem_per_call_kb": 200, "first_audio_p95_ms": 30, "setup_p95_ms": 2,
	} {
		if v, ok := got[key].(float64); !ok || math.Abs(v-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if got["leaked"] != 2 || got["calls"] != 4 {
		t.Errorf("leaked %v, calls %v", got["leaked"], got["calls"])
	}
}

// The callers call a telephone, talk, and say what they saw.
func TestBenchMediaCallers(t *testing.T) {
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", MediaIP: "127.0.0.1", MaxCalls: 3, AcceptAnyone: true, Logger: slog.New(slog.DiscardHandler),
	}, phone.HandlerFunc(mediaBench{}.answer(&counted{}, func(func()) {})))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Run(t.Context()) }()
	var out bytes.Buffer
	b := mediaBench{calls: 2, lasting: time.Second, codec: "PCMA", secure: true, dial: p.Addr().String()}
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
