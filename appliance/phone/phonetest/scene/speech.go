package scene

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/audio/wav"
)

// PromptsDir is where Debian's asterisk-core-sounds-en-wav keeps its recordings.
const PromptsDir = "/usr/share/asterisk/sounds/en_US_f_Allison"

// Speak returns text in a voice, at Rate, level about −20 dBFS, without leading or trailing silence. A voice is
//
//	flite:NAME    flite's voice NAME (awb, kal16, rms, slt)
//	espeak:NAME   espeak-ng's voice NAME (en-us, en-gb, …)
//	pico:NAME     pico2wave's voice NAME (de-DE, en-GB, …), which not every system has: see Available
//	prompts       recorded speech: the words of text name recordings of asterisk-core-sounds-en-wav ("letters/b digits/4")
//	wav           recorded speech: text is the path of a WAV file
//
// Behind a program's voice may stand how fast it is played, in per cent: "flite:rms@112" is somebody of smaller stature who speaks
// faster and higher.
func Speak(ctx context.Context, voice, text string) (audio.PCM, error) {
	voice, pace, faster := strings.Cut(voice, "@")
	kind, name, _ := strings.Cut(voice, ":")
	var (
		pcm  audio.PCM
		rate int
		err  error
	)
	percent := 100
	if faster {
		if percent, err = strconv.Atoi(pace); err != nil || percent < 50 || percent > 200 {
			return nil, fmt.Errorf("voice %s: %q is no pace between 50 and 200 per cent", voice, pace)
		}
	}
	switch kind {
	case "flite":
		pcm, rate, err = flite(ctx, name, text)
	case "espeak":
		pcm, rate, err = output(ctx, "espeak-ng", "-v", name, "-s", "150", "--stdout", text)
	case "pico":
		pcm, rate, err = pico(ctx, name, text)
	case "prompts":
		return prompts(text)
	case "wav":
		pcm, rate, err = file(text)
	default:
		err = fmt.Errorf("unknown voice %q: use flite:NAME, espeak:NAME, pico:NAME, prompts or wav", voice)
	}
	if err != nil {
		return nil, err
	}
	return level(pcm, rate*percent/100)
}

// Available says why this system cannot speak with a voice; nil means that it can.
func Available(voice string) error {
	kind, name, _ := strings.Cut(voice, ":")
	if kind == "espeak" && strings.HasPrefix(name, "mb-") {
		voice := strings.TrimPrefix(name, "mb-")
		if _, err := os.Stat(filepath.Join(mbrolaDir, voice)); err != nil {
			return fmt.Errorf("there is no voice %s: the Debian package mbrola-%s (component non-free) is missing", voice, voice)
		}
		return nil
	}
	if kind != "pico" {
		return nil // set-up has seen to the others
	}
	if _, err := exec.LookPath(picoProgram); err != nil {
		return fmt.Errorf("there is no voice %s: %s of the Debian package libttspico-utils (component non-free) is missing: %w", voice,
			picoProgram, err)
	}
	return nil
}

// mbrolaDir is where the voices of MBROLA are, which espeak-ng speaks with.
const mbrolaDir = "/usr/share/mbrola"

// flite speaks with the program of that name.
func flite(ctx context.Context, name, text string) (audio.PCM, int, error) {
	return written(func(out string) error {
		if b, err := exec.CommandContext(ctx, "flite", "-voice", name, "-t", text, "-o", out).CombinedOutput(); err != nil {
			return fmt.Errorf("speak with flite (Debian package flite): %w: %s", err, bytes.TrimSpace(b))
		}
		return nil
	})
}

// picoProgram speaks with the voices of SVOX Pico.
const picoProgram = "pico2wave"

// pico speaks a little slower than the program does by itself, as people do on the telephone.
func pico(ctx context.Context, name, text string) (audio.PCM, int, error) {
	return written(func(out string) error {
		if b, err := exec.CommandContext(ctx, picoProgram, "-l", name, "-w", out, picoText(text)).CombinedOutput(); err != nil {
			return fmt.Errorf("speak with %s (Debian package libttspico-utils): %w: %s", picoProgram, err, bytes.TrimSpace(b))
		}
		return nil
	})
}

// picoText marks text for pico2wave, which reads aloud what XML would have for an apostrophe.
func picoText(text string) string {
	return `<speed level="80">` + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text) + `</speed>`
}

// written returns the speech of a program that writes only to files.
func written(speak func(out string) error) (audio.PCM, int, error) {
	dir, err := os.MkdirTemp("", "ringer-")
	if err != nil {
		return nil, 0, fmt.Errorf("make folder for speech: %w", err)
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "speech.wav")
	if err := speak(out); err != nil {
		return nil, 0, err
	}
	return file(out)
}

func output(ctx context.Context, program string, args ...string) (audio.PCM, int, error) {
	b, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		return nil, 0, fmt.Errorf("speak with %s (a Debian package of that name): %w", program, err)
	}
	return wav.Read(bytes.NewReader(b))
}

func file(path string) (audio.PCM, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("open speech: %w", err)
	}
	defer f.Close()
	return wav.Read(f)
}

// prompts joins recordings with a short gap, as a person who spells.
func prompts(text string) (audio.PCM, error) {
	var all audio.PCM
	for name := range strings.FieldsSeq(text) {
		pcm, rate, err := file(filepath.Join(PromptsDir, filepath.Clean("/"+name)+".wav"))
		if err != nil {
			return nil, fmt.Errorf("recorded speech (Debian package asterisk-core-sounds-en-wav): %w", err)
		}
		if pcm, err = level(pcm, rate); err != nil {
			return nil, err
		}
		all = append(append(all, pcm...), make(audio.PCM, Rate/10)...)
	}
	if len(all) == 0 {
		return nil, errors.New("recorded speech: no recording named")
	}
	return all, nil
}

// level brings speech to Rate and to about −20 dBFS RMS and cuts the silence around it.
func level(pcm audio.PCM, rate int) (audio.PCM, error) {
	out, err := resample.All(rate, Rate, pcm)
	if err != nil {
		return nil, fmt.Errorf("resample speech: %w", err)
	}
	from, to := len(out), 0
	sum, n := 0.0, 0
	for i := 0; i+frame <= len(out); i += frame {
		if e := rms(out[i : i+frame]); e > 150 {
			from, to = min(from, i), i+frame
			sum, n = sum+e*e, n+1
		}
	}
	if n == 0 {
		return nil, errors.New("speech: nothing but silence")
	}
	gain := 3000 / math.Sqrt(sum/float64(n))
	out = out[from:to].Clone()
	for i, s := range out {
		out[i] = int16(max(-32000, min(32000, float64(s)*gain)))
	}
	return out, nil
}

// frame is 20 ms at Rate.
const frame = Rate / 50

func rms(p audio.PCM) float64 {
	s := 0.0
	for _, v := range p {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(max(1, len(p))))
}
