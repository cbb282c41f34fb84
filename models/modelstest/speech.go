package modelstest

import (
	"math"
	"strings"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// Level returns the mean magnitude of the samples, 0 for none.
func Level(pcm audio.PCM) int {
	if len(pcm) == 0 {
		return 0
	}
	sum := 0
	for _, s := range pcm {
		sum += max(int(s), -int(s))
	}
	return sum / len(pcm)
}

// Tone returns a sine of hz, a quarter of full scale, at rate samples a second.
func Tone(rate int, hz float64, d time.Duration) audio.PCM {
	pcm := make(audio.PCM, int(d*time.Duration(rate)/time.Second))
	for i := range pcm {
		pcm[i] = int16(8192 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return pcm
}

// Silence returns d of zero samples at rate samples a second.
func Silence(rate int, d time.Duration) audio.PCM {
	return make(audio.PCM, int(d*time.Duration(rate)/time.Second))
}

// Transcript returns a final Transcribed event for text, each word with probability prob (0 means 0.9). An empty text is
// rejected as "no_speech".
func Transcript(text string, prob float64) engines.ListenEvent {
	if prob == 0 {
		prob = 0.9
	}
	e := engines.ListenEvent{Kind: engines.Transcribed, Final: true, Text: text, AvgLogProb: math.Log(prob), NoSpeechProb: 0.01}
	if text == "" {
		e.Rejected, e.NoSpeechProb = "no_speech", 0.9
	}
	for w := range strings.FieldsSeq(text) {
		e.Words = append(e.Words, engines.Word{Text: w, Prob: prob})
	}
	return e
}
