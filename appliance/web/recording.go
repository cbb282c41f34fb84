package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// waveBars is how many bars a waveform has.
const waveBars = 200

// player is the recording of a call on its page.
type player struct {
	Sound  string // address of the WAV file
	Length string
	Wave   wave
	From   string // when in the call it begins, "0:07"
	Until  string // and ends
	Whole  bool   // nothing of the call is missing
}

// wave is a recording as two paths in a box of 100 by 40: the caller above the middle, Frontdesk below.
type wave struct {
	Caller, Ours string
}

// playerOf returns the player of a call and when its recording begins; nil when there is none.
func (p *pages) playerOf(v *visit, d service.CallDetail) (*player, time.Time, error) {
	w, err := service.ReadWaveform.Do(v.Context(), p.service, service.WaveformFilter{Call: d.ID, Parts: waveBars})
	if errors.Is(err, store.ErrNotFound) || err == nil && w.Seconds == 0 {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	length := time.Duration(w.Seconds * float64(time.Second))
	// It goes on to the end of the call and begins when the notice was over.
	start := d.Recorded
	if start.IsZero() { // the box was cut off from its power in mid-call
		start = d.Ended.Add(-length)
	}
	answered := d.Answered
	if answered.IsZero() {
		answered = d.Started
	}
	from, until := start.Sub(answered), start.Sub(answered)+length
	return &player{
		From: inwords.Length(from), Until: inwords.Length(until), Whole: from < time.Second,
		Sound: "/calls/" + d.ID + "/recording.wav", Length: inwords.Length(length),
		Wave: wave{Caller: bars(w.Caller, -1), Ours: bars(w.Ours, 1)},
	}, start, nil
}

// bars draws peaks from the middle upwards (-1) or downwards (1).
func bars(peaks []float64, direction float64) string {
	if len(peaks) == 0 {
		return ""
	}
	var b strings.Builder
	width := 100 / float64(len(peaks))
	for i, peak := range peaks {
		h := direction * (0.4 + 19*min(1, peak))
		fmt.Fprintf(&b, "M%.2f 20v%.2fh%.2fv%.2fz", float64(i)*width, h, width*0.7, -h)
	}
	return b.String()
}

// sendRecording sends the sound of a call; browsers ask for pieces of it.
func (p *pages) sendRecording(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, staff)
	if !ok {
		return
	}
	sound, err := service.PlayRecording.Do(v.Context(), p.service, r.PathValue("id"))
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	defer func() { _ = sound.Close() }() // it was only read
	h := w.Header()
	h.Set("Content-Type", sound.Type())
	h.Set("Content-Disposition", `inline; filename="call.wav"`)
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(recordingWrite)); err != nil {
		p.fault(w, v, err)
		return
	}
	if rec, ok := sound.(*service.Recording); ok { // a file here: pieces of it can be asked for
		http.ServeContent(w, r, "", rec.Modified, rec)
		return
	}
	if _, err := sound.WriteTo(w); err != nil {
		p.log.Error("send recording", "err", err)
	}
}

// recordingWrite is how long sending a recording may take, to a telephone at the end of the garden too.
const recordingWrite = 5 * time.Minute
