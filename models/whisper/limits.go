package whisper

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/transcript"
)

const (
	// framesPerSecond is the rate of the encoder's positions: 1500 in the model's full window of 30 s.
	framesPerSecond = 50
	// contextStep is the granularity of the context. It must be this and nothing less: with flash attention the engine
	// rounds its rows up to 256 and attends to the surplus ones too, in which lies what an earlier utterance, perhaps of
	// another caller, left behind.
	contextStep = 256
	// longestContext is the largest multiple of contextStep within the model's own 1500.
	longestContext = 1280
	// contextMargin is silence after the speech that the encoder must see, in positions; without it the last word is
	// often lost or repeated.
	contextMargin = 64
	// maxSamples is the longest audio that the context holds: 25.6 s.
	maxSamples = longestContext * engines.Rate / framesPerSecond
)

// audioContext returns how many of the encoder's positions samples of audio get. The encoder's cost grows with it, but
// below a floor the model, which was trained on 1500 positions only, falls into loops: see secondFloor.
func audioContext(samples, floor int) int {
	frames := (samples*framesPerSecond + engines.Rate - 1) / engines.Rate
	n := (max(frames+contextMargin, floor) + contextStep - 1) / contextStep * contextStep
	return min(n, longestContext)
}

// tokenLimit returns how many tokens samples of audio may give: fast speech has five or six a second, spoken digits
// up to eight. A decoder that wants more is in a loop.
func tokenLimit(samples, limit int) int {
	n := 16 + 8*samples/engines.Rate
	return min(n, limit)
}

// PhysicalCores counts the cores that do not share their arithmetic units with another one listed before. Two threads
// on one core make a matrix product slower, not faster.
func PhysicalCores() int {
	seen := map[string]bool{}
	for cpu := range runtime.NumCPU() {
		name := "/sys/devices/system/cpu/cpu" + strconv.Itoa(cpu) + "/topology/thread_siblings_list"
		siblings, err := os.ReadFile(name)
		if err != nil {
			return runtime.NumCPU()
		}
		seen[strings.TrimSpace(string(siblings))] = true
	}
	return max(1, len(seen))
}

// secondFloor is the context of a second look at what the first one made nothing of. With 512 positions the encoder does a third
// less than with 768 and gives the same words, but for one clip in some hundred, over which it falls into a loop; with 256 it is
// one in ten.
const secondFloor = 768

// Defaults of Options.
const (
	DefaultAudioCtxFloor = 512
	DefaultMaxTokens     = 200
	// DefaultBeam is greedy search. Five beams take a fifth longer, their candidates are drawn at random, and over telephone
	// prompts they make no fewer errors.
	DefaultBeam = 1
)

// doubtful says whether a result may be the fault of a short context: a loop, or a guess that is not believed. Silence and noise
// are what they are.
func doubtful(r engines.Recognition) bool {
	return r.Rejected == transcript.RejectedRepetition || r.Rejected == transcript.RejectedLowProbability
}

// promptText bounds a hint to what the decoder is to be biased with.
func promptText(hint string) string {
	const most = 200
	hint = strings.TrimSpace(strings.ReplaceAll(hint, "\x00", " "))
	if runes := []rune(hint); len(runes) > most {
		hint = string(runes[:most])
	}
	return hint
}
