package engines

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

func TestFrameRing(t *testing.T) {
	r := newFrameRing()
	frame := make(audio.PCM, FrameSamples)
	number := func(n int) audio.PCM {
		for i := range frame {
			frame[i] = int16(n)
		}
		return frame
	}
	pop := func(limit int) (audio.PCM, uint32) {
		t.Helper()
		request, isNote := r.pop(limit)
		if isNote {
			t.Fatal("a note where frames should be")
		}
		return decodePCM(nil, request.GetFrames().GetPcm()), request.GetFrames().GetLost()
	}
	if pcm, _ := pop(10); pcm != nil {
		t.Error("an empty ring gave frames")
	}
	for n := range ringFrames {
		if !r.push(number(n)) {
			t.Fatalf("frame %d refused", n)
		}
	}
	for range 7 {
		if r.push(number(-1)) {
			t.Fatal("a full ring took a frame")
		}
	}
	pcm, lost := pop(10)
	if lost != 0 || len(pcm) != 10*FrameSamples {
		t.Errorf("pop = %d samples, %d lost", len(pcm), lost)
	}
	number(-2) // the caller reuses its frame
	r.push(number(1000))
	r.push(number(1001))
	next := 10
	for next < ringFrames {
		pcm, lost = pop(ringFrames)
		if lost != 0 {
			t.Fatalf("%d lost before frame %d", lost, next)
		}
		for ; len(pcm) > 0; pcm = pcm[FrameSamples:] {
			if int(pcm[0]) != next {
				t.Fatalf("frame %d where %d should be", pcm[0], next)
			}
			next++
		}
	}
	pcm, lost = pop(10)
	if lost != 7 || len(pcm) != 2*FrameSamples || pcm[0] != 1000 || pcm[FrameSamples] != 1001 {
		t.Errorf("after the gap: %d samples, %d lost", len(pcm), lost)
	}
	if r.push(frame[:100]) {
		t.Error("a frame of the wrong length was taken")
	}
	if got := r.overflow(); got != 8 {
		t.Errorf("overflow = %d, want 8", got)
	}
}

func TestNotesKeepTheirPlace(t *testing.T) {
	r := newFrameRing()
	frame := make(audio.PCM, FrameSamples)
	take := func(u uint64) { r.note(&enginespb.ListenRequest{What: &enginespb.ListenRequest_Take{Take: u}}) }
	take(1)
	for range 3 {
		r.push(frame)
	}
	take(2)
	take(3)
	r.push(frame)
	var got []string
	for {
		request, isNote := r.pop(2)
		if request == nil {
			break
		}
		if isNote {
			got = append(got, fmt.Sprint("take ", request.GetTake()))
		} else {
			got = append(got, fmt.Sprint(len(request.GetFrames().GetPcm())/2/FrameSamples, " frames"))
		}
	}
	want := []string{"take 1", "2 frames", "1 frames", "take 2", "take 3", "1 frames"}
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestFrameRingDoesNotAllocate(t *testing.T) {
	r := newFrameRing()
	frame := make(audio.PCM, FrameSamples)
	if n := testing.AllocsPerRun(2*ringFrames, func() { r.push(frame) }); n != 0 {
		t.Errorf("%v allocations for a frame", n)
	}
}

func TestPCMRoundTrip(t *testing.T) {
	want := audio.PCM{0, 1, -1, 32767, -32768, 256, -257}
	got := decodePCM(nil, append(appendPCM(nil, want), 0x55)) // with an odd byte too many
	if len(got) != len(want) {
		t.Fatalf("%d samples, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("sample %d is %d, want %d", i, got[i], want[i])
		}
	}
}

func TestRelay(t *testing.T) {
	var log strings.Builder
	now := time.Unix(1, 0)
	r := &relay{log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), now: func() time.Time { return now }}
	write := func(s string) {
		t.Helper()
		if n, err := r.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	write("first ")
	write("line\nlevel=ERROR msg=bad\n\nlevel=WARN x\x1b[31m\n")
	write(strings.Repeat("y", 10*maxLine) + "\n")
	for _, want := range []string{`level=INFO msg="engines child" line="first line"`, `level=ERROR`, `level=WARN`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %q:\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "\x1b") || strings.Contains(log.String(), strings.Repeat("y", maxLine+1)) {
		t.Errorf("the log has control characters or a line too long:\n%s", log.String())
	}
	log.Reset()
	write(strings.Repeat("z\n", 1000))
	if got := strings.Count(log.String(), "line=z"); got > linesPerSecond {
		t.Errorf("%d lines in a second", got)
	}
	now = now.Add(time.Second)
	write("later\n")
	if got := log.String(); !strings.Contains(got, "printed more") || !strings.Contains(got, "later") {
		t.Errorf("log:\n%s", got)
	}
	if got := r.why(); got != "later" {
		t.Errorf("why = %q, want the last line", got)
	}
	write("SIGSEGV: segmentation violation\ngoroutine 1:\nunfinished")
	if got := r.why(); got != "SIGSEGV: segmentation violation" {
		t.Errorf("why = %q, want the crash's headline", got)
	}
}

func TestBoardKeepsTheNewest(t *testing.T) {
	b := newBoard(1)
	ctx, cancel := context.WithCancel(t.Context())
	w := b.watch(ctx)
	for i := 2; i <= 5; i++ {
		b.update(func(v *int) { *v = i })
	}
	if got := <-w; got != 5 {
		t.Errorf("got %d, want the newest", got)
	}
	cancel()
	if _, ok := <-w; ok {
		t.Error("a value after the end")
	}
	b.update(func(v *int) { *v = 6 })
	if got := b.get(); got != 6 {
		t.Errorf("get = %d", got)
	}
}
