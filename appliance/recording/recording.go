// Package recording keeps the sound of calls as WAV files with two channels, the caller left and Frontdesk right, in a folder
// of the state.
//
// A file is begun only when there is something to keep, is only for this user, and can be played after a power cut: its head is
// brought up to date every few seconds, and [Open] mends what was cut short. What is older than the owner wants it is removed by
// [Archive.Sweep]. The package starts no goroutine; a [Tape] belongs to one goroutine, an [Archive] may be used by many.
package recording

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/audio/wav"
)

// Rate is that of the files, in samples a second; calls have no more.
const Rate = 8000

const (
	channels   = 2
	frameBytes = 2 * channels
	headBytes  = 44
	suffix     = ".wav"
	// headEvery is after how much sound the head is brought up to date, in frames.
	headEvery = 2 * Rate
)

// Archive is the folder with the recordings.
type Archive struct {
	dir  string
	rate int // of what tapes are given
}

// Open makes the folder if it is not there and mends files that were being written when the box lost its power. rate is that of
// the samples that tapes will be given, in samples a second.
func Open(dir string, rate int) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	if _, err := resampler(rate); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	a := &Archive{dir: dir, rate: rate}
	return a, a.each(mend)
}

// each calls fn with every recording; one that fails does not keep the others from it.
func (a *Archive) each(fn func(path string, info fs.FileInfo) error) error {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fmt.Errorf("list recordings: %w", err)
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || !strings.HasSuffix(e.Name(), suffix)) {
			continue
		}
		if err == nil {
			err = fn(filepath.Join(a.dir, e.Name()), info)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// mend makes the head of a file fit its length; one without sound is removed.
func mend(path string, info fs.FileInfo) (err error) {
	frames := (info.Size() - headBytes) / frameBytes
	if frames <= 0 {
		return os.Remove(path)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("mend recording: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	want := wav.Header(Rate, channels, int(frames))
	have := make([]byte, headBytes)
	if _, err := f.ReadAt(have, 0); err == nil && string(have) == string(want) && info.Size() == headBytes+frames*frameBytes {
		return nil
	}
	if _, err := f.WriteAt(want, 0); err != nil {
		return fmt.Errorf("mend recording: %w", err)
	}
	if err := errors.Join(f.Truncate(headBytes+frames*frameBytes), f.Sync()); err != nil {
		return fmt.Errorf("mend recording: %w", err)
	}
	// Its age counts from the call, not from the repair.
	return os.Chtimes(path, time.Time{}, info.ModTime())
}

// Sweep removes what was last written before t, and returns how many there were.
func (a *Archive) Sweep(t time.Time) (n int, err error) {
	err = a.each(func(path string, info fs.FileInfo) error {
		if !info.ModTime().Before(t) {
			return nil
		}
		n++
		return os.Remove(path)
	})
	return n, err
}

// path is the file of a call; call identifiers of another form than ours have none.
func (a *Archive) path(call string) (string, error) {
	ok := call != "" && len(call) <= 64 && !strings.ContainsFunc(call, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if !ok {
		return "", fmt.Errorf("recording of call %q: %w", call, fs.ErrNotExist)
	}
	return filepath.Join(a.dir, call+suffix), nil
}

// Sound is a recording that is open for reading: the bytes of a WAV file.
type Sound struct {
	io.ReadSeekCloser
	Duration time.Duration
	Size     int64 // bytes
	Modified time.Time
}

// Sound opens the recording of a call. The error wraps fs.ErrNotExist when there is none. One that is being written is read
// as far as it is.
func (a *Archive) Sound(call string) (Sound, error) {
	path, err := a.path(call)
	if err != nil {
		return Sound{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return Sound{}, fmt.Errorf("open recording: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return Sound{}, errors.Join(fmt.Errorf("open recording: %w", err), f.Close())
	}
	return Sound{ReadSeekCloser: f, Duration: length(info.Size()), Size: info.Size(), Modified: info.ModTime()}, nil
}

// Length returns how long the recording of a call is; 0 when there is none.
func (a *Archive) Length(call string) time.Duration {
	path, err := a.path(call)
	if err != nil {
		return 0
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return length(info.Size())
}

func length(size int64) time.Duration {
	return time.Duration(max(0, size-headBytes)/frameBytes) * time.Second / Rate
}

// maxPeaks bounds how fine a waveform is asked for.
const maxPeaks = 4000

// Peaks returns the loudest sample of each of n equal parts of a recording, for the caller and for Frontdesk, from 0 to 1.
func (a *Archive) Peaks(call string, n int) (caller, ours []float64, err error) {
	s, err := a.Sound(call)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	frames := max(0, s.Size-headBytes) / frameBytes
	n = int(min(int64(min(max(n, 1), maxPeaks)), max(frames, 1)))
	caller, ours = make([]float64, n), make([]float64, n)
	if _, err := s.Seek(headBytes, io.SeekStart); err != nil {
		return nil, nil, fmt.Errorf("read recording: %w", err)
	}
	buf := make([]byte, 16<<10)
	for at := int64(0); at < frames; {
		k, err := io.ReadFull(s, buf)
		for i := 0; i+frameBytes <= k && at < frames; i, at = i+frameBytes, at+1 {
			part := at * int64(n) / frames
			caller[part] = max(caller[part], loudness(buf[i:]))
			ours[part] = max(ours[part], loudness(buf[i+2:]))
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read recording: %w", err)
		}
	}
	return caller, ours, nil
}

func loudness(b []byte) float64 {
	v := int(int16(binary.LittleEndian.Uint16(b)))
	return float64(max(v, -v)) / (1 << 15)
}

// Tape is a recording that is being made.
type Tape struct {
	file     *os.File
	frames   int // written
	headed   int // frames that the head tells of
	down     [channels]*resample.Resampler
	narrow   [channels]audio.PCM
	buf      []byte
	scale    int // input samples for one of the file
	finished bool
}

// Begin makes the file of a call; it must not be there yet.
func (a *Archive) Begin(call string) (*Tape, error) {
	path, err := a.path(call)
	if err != nil {
		return nil, err
	}
	t := &Tape{scale: a.rate / Rate}
	for i := range t.down {
		if t.down[i], err = resampler(a.rate); err != nil {
			return nil, fmt.Errorf("begin recording: %w", err)
		}
	}
	if t.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("begin recording: %w", err)
	}
	if _, err := t.file.Write(wav.Header(Rate, channels, 0)); err != nil {
		return nil, errors.Join(fmt.Errorf("begin recording: %w", err), t.Discard())
	}
	return t, nil
}

// resampler brings rate to that of the files; nil when it is the same.
func resampler(rate int) (*resample.Resampler, error) {
	if rate == Rate {
		return nil, nil //nolint:nilnil // nothing is to be done
	}
	return resample.New(rate, Rate)
}

// Write appends what the caller and we said in the same time, after gap samples of silence for what was lost.
func (t *Tape) Write(gap int, caller, ours audio.PCM) error {
	t.buf = t.buf[:0]
	if n := gap / t.scale * frameBytes; n > 0 {
		t.buf = append(t.buf, make([]byte, n)...)
	}
	left, right := t.convert(0, caller), t.convert(1, ours)
	for i := range min(len(left), len(right)) {
		t.buf = binary.LittleEndian.AppendUint16(t.buf, uint16(left[i]))
		t.buf = binary.LittleEndian.AppendUint16(t.buf, uint16(right[i]))
	}
	if _, err := t.file.Write(t.buf); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	t.frames += len(t.buf) / frameBytes
	if t.frames-t.headed < headEvery {
		return nil
	}
	return t.head()
}

func (t *Tape) convert(ch int, pcm audio.PCM) audio.PCM {
	if t.down[ch] == nil {
		return pcm
	}
	t.narrow[ch] = t.down[ch].Append(t.narrow[ch][:0], pcm)
	return t.narrow[ch]
}

// head writes how long the file is.
func (t *Tape) head() error {
	if _, err := t.file.WriteAt(wav.Header(Rate, channels, t.frames), 0); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	t.headed = t.frames
	return nil
}

// Close keeps the recording; it is on the disk then.
func (t *Tape) Close() error {
	if t.finished {
		return nil
	}
	t.finished = true
	err := errors.Join(t.head(), t.file.Sync(), t.file.Close())
	if err != nil {
		return fmt.Errorf("keep recording: %w", err)
	}
	return nil
}

// Discard removes the recording.
func (t *Tape) Discard() error {
	if t.finished {
		return nil
	}
	t.finished = true
	if err := errors.Join(t.file.Close(), os.Remove(t.file.Name())); err != nil {
		return fmt.Errorf("throw recording away: %w", err)
	}
	return nil
}
