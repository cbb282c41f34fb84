package jitter_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/audio/jitter"
)

var t0 = time.Unix(1700000000, 0)

// sim plays packets into a buffer on a virtual clock and pulls every 20 ms.
type sim struct {
	b      *jitter.Buffer
	events []event
	out    []byte // first octet of each frame played, 0 for a lost one, 1 for silence
	now    time.Duration
	next   int // event
}

type event struct {
	at time.Duration
	p  jitter.Packet
}

func loud([]byte) bool { return false }

func packet(seq int, ts int, v byte) jitter.Packet {
	p := make([]byte, 160)
	for i := range p {
		p[i] = v
	}
	return jitter.Packet{Seq: uint16(seq), TS: uint32(ts), SSRC: 7, Payload: p}
}

// value of the nth packet: never 0 or 1.
func value(n int) byte { return byte(n%250) + 2 }

func (s *sim) run(d time.Duration) {
	slices.SortStableFunc(s.events, func(a, b event) int { return int(a.at - b.at) })
	s.resume(d)
}

// resume goes on until d after the beginning.
func (s *sim) resume(d time.Duration) {
	dst := make([]byte, 160)
	for ; s.now < d; s.now += 20 * time.Millisecond {
		at := s.now
		for ; s.next < len(s.events) && s.events[s.next].at <= at; s.next++ {
			s.b.Push(s.events[s.next].p, t0.Add(s.events[s.next].at))
		}
		switch s.b.Pull(dst, t0.Add(at)) {
		case jitter.Audio:
			s.out = append(s.out, dst[0])
		case jitter.Lost:
			s.out = append(s.out, 0)
		case jitter.Silence:
			s.out = append(s.out, 1)
		}
	}
}

// speech returns the frames without the silence around them.
func (s *sim) speech() []byte {
	o := s.out
	for len(o) > 0 && o[0] == 1 {
		o = o[1:]
	}
	for len(o) > 0 && o[len(o)-1] <= 1 {
		o = o[:len(o)-1]
	}
	return o
}

func stream(n, seq0, ts0 int, delay func(i int) time.Duration) []event {
	var ev []event
	for i := range n {
		d := delay(i)
		if d < 0 {
			continue
		}
		ev = append(ev, event{at: time.Duration(i)*20*time.Millisecond + d, p: packet(seq0+i, ts0+160*i, value(i))})
	}
	return ev
}

func want(n int, lost ...int) []byte {
	var w []byte
	for i := range n {
		if slices.Contains(lost, i) {
			w = append(w, 0)
		} else {
			w = append(w, value(i))
		}
	}
	return w
}

func steady(int) time.Duration { return 10 * time.Millisecond }

func TestInOrder(t *testing.T) {
	for name, start := range map[string][2]int{"plain": {100, 5000}, "sequence wraps": {65500, 5000}, "timestamp wraps": {1, 1<<32 - 160*30}} {
		s := &sim{b: jitter.New(loud), events: stream(100, start[0], start[1], steady)}
		s.run(3 * time.Second)
		if got := s.speech(); !slices.Equal(got, want(100)) {
			t.Errorf("%s: played %v", name, got)
		}
		if st := s.b.Stats(); st.Lost != 0 || st.Received != 100 || st.Concealed > 3 {
			t.Errorf("%s: %+v", name, st)
		}
	}
}

func TestLossIsConcealedInPlace(t *testing.T) {
	s := &sim{b: jitter.New(loud), events: stream(60, 1, 0, func(i int) time.Duration {
		if i == 20 || i == 31 || i == 32 {
			return -1
		}
		return 10 * time.Millisecond
	})}
	s.run(2 * time.Second)
	if got := s.speech(); !slices.Equal(got, want(60, 20, 31, 32)) {
		t.Errorf("played %v", got)
	}
	if st := s.b.Stats(); st.Lost != 3 {
		t.Errorf("lost %d, want 3", st.Lost)
	}
}

func TestReorderAndDuplicatesWithinTheDelay(t *testing.T) {
	ev := stream(60, 65530, 0, steady)
	ev[30].at += 25 * time.Millisecond // behind the next one
	ev = append(ev, ev[10], ev[40])
	s := &sim{b: jitter.New(loud), events: ev}
	s.run(2 * time.Second)
	if got := s.speech(); !slices.Equal(got, want(60)) {
		t.Errorf("played %v", got)
	}
	if st := s.b.Stats(); st.Duplicate != 2 || st.Lost != 0 {
		t.Errorf("%+v, want 2 duplicates and no loss", st)
	}
}

func TestDelayFollowsTheNetwork(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	jittery := func(int) time.Duration { return time.Duration(rng.IntN(100)) * time.Millisecond }
	quiet := func([]byte) bool { return true }
	s := &sim{b: jitter.New(quiet), events: stream(1500, 1, 0, jittery)}
	s.run(31 * time.Second)
	st := s.b.Stats()
	if st.Target < 80*time.Millisecond || st.Target > 160*time.Millisecond {
		t.Errorf("target %v with 0–100 ms of jitter, want about 100 ms", st.Target)
	}
	if late := float64(st.Late) / float64(st.Received); late > 0.06 {
		t.Errorf("%.1f %% of packets late", 100*late)
	}
	calm := &sim{b: jitter.New(quiet), events: stream(500, 1, 0, steady)}
	calm.run(10 * time.Second)
	if got := calm.b.Stats().Target; got > 30*time.Millisecond {
		t.Errorf("target %v on a calm network, want ≤ 30 ms", got)
	}
}

func TestSilenceIsNotLoss(t *testing.T) {
	ev := stream(20, 1, 0, steady)
	for i := range 20 { // the next talkspurt: contiguous numbers, two seconds later
		ev = append(ev, event{at: 2*time.Second + time.Duration(i)*20*time.Millisecond, p: packet(21+i, 16000+160*i, value(20+i))})
	}
	s := &sim{b: jitter.New(loud), events: ev}
	s.run(3 * time.Second)
	if st := s.b.Stats(); st.Lost != 0 || st.Late != 0 || st.Resets != 0 {
		t.Errorf("%+v, want no loss", st)
	}
	var heard []byte
	for _, v := range s.out {
		if v > 1 {
			heard = append(heard, v)
		}
	}
	if !slices.Equal(heard, want(40)) {
		t.Errorf("heard %v", heard)
	}
}

func TestNewStreamTakesOver(t *testing.T) {
	ev := stream(30, 1, 0, steady)
	for i := range 30 {
		p := packet(9000+i, 777777+160*i, value(30+i))
		p.SSRC = 8
		ev = append(ev, event{at: 600*time.Millisecond + time.Duration(i)*20*time.Millisecond, p: p})
	}
	for i := range 30 { // the same source starts its timestamps anew
		p := packet(20000+i, 1<<30+160*i, value(60+i))
		p.SSRC = 8
		ev = append(ev, event{at: 1300*time.Millisecond + time.Duration(i)*20*time.Millisecond, p: p})
	}
	s := &sim{b: jitter.New(loud), events: ev}
	s.run(3 * time.Second)
	st := s.b.Stats()
	if st.Resets != 2 || st.Lost != 0 {
		t.Errorf("%+v, want 2 resets and no loss", st)
	}
	if last := s.speech(); last[len(last)-1] != value(89) {
		t.Errorf("the last stream was not played to its end: %v", last)
	}
}

func TestOtherPacketTimes(t *testing.T) {
	for _, ms := range []int{5, 10, 20, 30, 40, 60} {
		n := 8 * ms
		b := jitter.New(loud)
		var sent, got []byte
		dst := make([]byte, 160)
		next := 0
		for at := range 1500 {
			if at%ms == 0 && at < 1200 {
				p := make([]byte, n)
				for i := range p {
					p[i] = byte((len(sent)+i)%251) + 1
				}
				sent = append(sent, p...)
				b.Push(jitter.Packet{Seq: uint16(next), TS: uint32(at * 8), SSRC: 1, Payload: p}, t0.Add(time.Duration(at)*time.Millisecond))
				next++
			}
			if at%20 == 0 && b.Pull(dst, t0.Add(time.Duration(at)*time.Millisecond)) == jitter.Audio {
				got = append(got, dst...)
			}
		}
		if len(got) < len(sent)*9/10 || !slices.Equal(got, sent[:len(got)]) {
			t.Errorf("%d ms packets: %d of %d samples came out, or changed", ms, len(got), len(sent))
		}
	}
}

func TestNoAllocationAndNoHold(t *testing.T) {
	b := jitter.New(loud)
	p := packet(0, 0, 9)
	dst := make([]byte, 160)
	i := 0
	if n := testing.AllocsPerRun(500, func() {
		p.Seq, p.TS = uint16(i), uint32(160*i)
		for k := range p.Payload {
			p.Payload[k] = value(i)
		}
		b.Push(p, t0.Add(time.Duration(i)*20*time.Millisecond))
		for k := range p.Payload { // the caller may overwrite what it gave
			p.Payload[k] = 1
		}
		if b.Pull(dst, t0.Add(time.Duration(i)*20*time.Millisecond)) == jitter.Audio && dst[0] == 1 {
			t.Error("the buffer kept the caller's slice")
		}
		i++
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func FuzzPush(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := jitter.New(func(f []byte) bool { return f[0]&1 == 0 })
		now := t0
		dst := make([]byte, 160)
		payload := make([]byte, 500)
		for len(raw) >= 6 {
			p := jitter.Packet{
				Seq: uint16(raw[0])<<8 | uint16(raw[1]), TS: uint32(raw[2])<<24 | uint32(raw[3])<<7, SSRC: uint32(raw[4] & 1),
				Payload: payload[:int(raw[5])*2%500],
			}
			b.Push(p, now)
			b.Pull(dst, now)
			now = now.Add(time.Duration(raw[5]) * time.Millisecond)
			raw = raw[6:]
		}
		st := b.Stats()
		if st.Target < jitter.MinDelay || st.Target > jitter.MaxDelay || st.Late > st.Received {
			t.Errorf("impossible figures %+v", st)
		}
	})
}

// Packets that others have overtaken are waited for when there are many of them, and few of them are not.
func TestOvertakenPackets(t *testing.T) {
	for _, x := range []struct {
		name      string
		share     int // of a thousand
		by        time.Duration
		most      float64 // of those that were overtaken, too late
		delayMost time.Duration
	}{
		{"5 % by 30 ms", 50, 30 * time.Millisecond, 0.05, 70 * time.Millisecond},
		{"3 % by 50 ms", 30, 50 * time.Millisecond, 0.05, 90 * time.Millisecond},
		{"0.2 % by 80 ms", 2, 80 * time.Millisecond, 1, 50 * time.Millisecond},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		overtaken := 0
		ev := stream(6000, 1, 0, func(i int) time.Duration {
			if i > 500 && rng.IntN(1000) < x.share {
				if i > 1500 { // it has learned by then
					overtaken++
				}
				return 10*time.Millisecond + x.by
			}
			return 10 * time.Millisecond
		})
		s := &sim{b: jitter.New(func([]byte) bool { return true }), events: ev}
		s.run(29 * time.Second)
		before := s.b.Stats().Late
		s.out = nil
		s.resume(2 * time.Minute)
		st := s.b.Stats()
		if late := float64(st.Late-before) / float64(overtaken); late > x.most {
			t.Errorf("%s: %.0f %% of %d are too late", x.name, 100*late, overtaken)
		}
		if st.Delay > x.delayMost || st.Target > x.delayMost {
			t.Errorf("%s: delay %v, target %v", x.name, st.Delay, st.Target)
		}
		t.Logf("%s: %d of %d too late, delay %v, target %v", x.name, st.Late-before, overtaken, st.Delay, st.Target)
	}
}
