package line_test

import (
	"context"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/line"
)

// keypad says the tones of keys: 100 ms each, 100 ms apart.
type keypad struct {
	keys string
	rate int
	said int
}

func (k *keypad) Say(dst audio.PCM) int {
	for i := range dst {
		at := k.said + i
		n, within := at/(k.rate/5), at%(k.rate/5)
		dst[i] = 0
		if n < len(k.keys) && within < k.rate/10 {
			pos := strings.IndexByte("123A456B789C*0#D", k.keys[n])
			low, high := [...]float64{697, 770, 852, 941}[pos/4], [...]float64{1209, 1336, 1477, 1633}[pos%4]
			x := 2 * math.Pi * float64(at) / float64(k.rate)
			dst[i] = int16(6000*math.Sin(low*x) + 6000*math.Sin(high*x))
		}
	}
	k.said += len(dst)
	return len(dst)
}

func (*keypad) Hear(line.Frame) {}

// Without telephone-event keys are found in the audio, in each codec; with it they are not, unless that is wanted, and a key that is sent
// both ways counts once.
func TestKeysInTheAudio(t *testing.T) {
	for name, x := range map[string]struct {
		codec line.Codec
		event uint8
		tones bool
		send  string // by telephone events, too
		info  string // by signalling, too
		want  string
	}{
		"PCMU":           {codec: pcmu, want: "159D0"},
		"PCMA":           {codec: pcma, want: "159D0"},
		"G722":           {codec: g722, want: "159D0"},
		"events instead": {codec: pcmu, event: 101, want: ""},
		// An event takes the place of the audio: the 1 is not sent.
		"both":          {codec: pcmu, event: 101, tones: true, send: "7", want: "759D0"},
		"by INFO too":   {codec: pcmu, info: "159D0", want: "159D0"},
		"by INFO alone": {codec: pcmu, event: 101, info: "12", want: "12"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				link := audiotest.NewLink(audiotest.Faults{Delay: 20 * time.Millisecond, Jitter: 10 * time.Millisecond, Seed: 2})
				near, far := link.Socket(1), link.Socket(2)
				open := func(own, other *audiotest.Socket, rate int) *line.Line {
					l, err := line.New(line.Config{
						RTP: own, Remote: other.Addr(), Codec: x.codec, EventPT: x.event, Tones: x.tones, Rate: rate, Logger: slog.New(slog.DiscardHandler),
					})
					if err != nil {
						t.Fatal(err)
					}
					return l
				}
				box, phone := open(near, far, 16000), open(far, near, 8000)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 2)
				go func() { ended <- box.Run(ctx, &keypad{rate: 16000}, &keypad{rate: 16000}) }()
				go func() { ended <- phone.Run(ctx, &keypad{rate: 8000}, &keypad{keys: "159D0", rate: 8000}) }()
				for _, k := range x.info {
					box.Press(k)
					time.Sleep(200 * time.Millisecond)
				}
				if x.send != "" {
					if err := phone.SendKeys(ctx, x.send); err != nil {
						t.Error(err)
					}
				}
				time.Sleep(3 * time.Second)
				cancel()
				<-ended
				<-ended
				got := ""
				for len(box.Digits()) > 0 {
					got += string((<-box.Digits()).Key)
				}
				if got != x.want {
					t.Errorf("keys %q, want %q", got, x.want)
				}
			})
		})
	}
}
