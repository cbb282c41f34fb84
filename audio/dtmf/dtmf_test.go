package dtmf_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"frontdesk.internal/audio/dtmf"
)

type sent struct {
	p  dtmf.Packet
	ts uint32
}

func send(t *testing.T, text string, start uint32) []sent {
	t.Helper()
	var s dtmf.Sender
	if err := s.Queue(text); err != nil {
		t.Fatal(err)
	}
	var out []sent
	for ts := start; s.Busy(); ts += 160 {
		if p, ok := s.Next(); ok {
			for range p.Copies {
				out = append(out, sent{p, ts - p.Offset})
			}
		}
	}
	return out
}

func receive(packets []sent) string {
	var r dtmf.Receiver
	got := ""
	for _, s := range packets {
		if k, ok := r.Packet(s.p.Payload[:], s.ts, s.p.Marker); ok {
			got += string(k)
		}
	}
	return got
}

func TestKeysArriveOnceEach(t *testing.T) {
	for _, start := range []uint32{0, 5000, 1<<32 - 1000} {
		if got := receive(send(t, "1199*#0d", start)); got != "1199*#0D" {
			t.Errorf("from timestamp %d: got %q", start, got)
		}
	}
}

func TestFormOfAnEvent(t *testing.T) {
	out := send(t, "7", 1600)
	if len(out) != 8 {
		t.Fatalf("%d packets for a key, want 5 and 3 ends", len(out))
	}
	for i, s := range out {
		e, err := dtmf.Parse(s.p.Payload[:])
		if err != nil {
			t.Fatal(err)
		}
		if s.ts != 1600 || e.Code != 7 || s.p.Marker != (i == 0) || e.End != (i >= 5) || e.Duration != uint16(min(i+1, 6)*160) {
			t.Errorf("packet %d: %+v at %d, marker %v", i, e, s.ts, s.p.Marker)
		}
	}
}

func TestLostPacketsLoseNoKey(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		all := send(t, "4711", 100)
		var kept []sent
		for i, s := range all {
			if rng.IntN(2) == 0 || i%8 == 7 { // at least the last end packet of each key
				kept = append(kept, s)
			}
		}
		if got := receive(kept); got != "4711" {
			t.Fatalf("with half of the packets: %q", got)
		}
	}
}

func TestLongPressIsOneKey(t *testing.T) {
	var r dtmf.Receiver
	n := 0
	put := func(ts uint32, dur uint16, end, marker bool) {
		var p [4]byte
		dtmf.Event{Code: 5, Duration: dur, End: end}.Put(p[:])
		if _, ok := r.Packet(p[:], ts, marker); ok {
			n++
		}
	}
	put(1000, 160, false, true)
	put(1000, 0xffff, false, false)
	put(1000+0xffff, 160, false, false)
	put(1000+0xffff, 320, true, false)
	if n != 1 {
		t.Errorf("a long press was reported %d times", n)
	}
}

func TestOtherEventsAreNoKeys(t *testing.T) {
	var r dtmf.Receiver
	for _, p := range [][]byte{{16, 0, 0, 160}, {255, 0, 0, 160}, {1, 0, 0}, nil} {
		if k, ok := r.Packet(p, 77, true); ok {
			t.Errorf("% x reported as %q", p, k)
		}
	}
	var s dtmf.Sender
	if err := s.Queue("12x"); !errors.Is(err, dtmf.ErrKey) || s.Busy() {
		t.Errorf("bad key: %v, busy %v", err, s.Busy())
	}
}

func FuzzReceiver(f *testing.F) {
	f.Add([]byte{1, 0x0a, 0, 160}, uint32(5), true)
	f.Fuzz(func(t *testing.T, p []byte, ts uint32, marker bool) {
		var r dtmf.Receiver
		k, ok := r.Packet(p, ts, marker)
		if ok && (len(p) < 4 || p[0] > 15 || k == 0) {
			t.Errorf("% x gave %q", p, k)
		}
		if _, again := r.Packet(p, ts, marker); again {
			t.Error("the same packet gave a key twice")
		}
	})
}
