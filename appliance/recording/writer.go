package recording

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
)

// Writer is a recording that is being made.
type Writer struct {
	file     *os.File
	sealed   *seal.Writer
	down     [channels]*resample.Resampler
	narrow   [channels]audio.PCM
	buf      []byte
	scale    int // input samples for one of the file
	finished bool
}

// Begin makes the file of a call; it must not be there yet.
func (a *Archive) Begin(call string) (*Writer, error) {
	path, err := a.path(call)
	if err != nil {
		return nil, err
	}
	owner, err := a.keys.OwnerOf(call)
	if err != nil {
		return nil, fmt.Errorf("begin recording: %w", err)
	}
	k, err := a.keys.KeyOf(owner)
	if err != nil {
		return nil, fmt.Errorf("begin recording: %w", err)
	}
	t := &Writer{scale: a.rate / Rate}
	for i := range t.down {
		if t.down[i], err = resampler(a.rate); err != nil {
			return nil, fmt.Errorf("begin recording: %w", err)
		}
	}
	if t.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("begin recording: %w", err)
	}
	if t.sealed, err = seal.NewWriter(t.file, owner, k, seal.Best()); err != nil {
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
func (t *Writer) Write(gap int, caller, ours audio.PCM) error {
	t.buf = t.buf[:0]
	if n := gap / t.scale * frameBytes; n > 0 {
		t.buf = append(t.buf, make([]byte, n)...)
	}
	left, right := t.convert(0, caller), t.convert(1, ours)
	for i := range min(len(left), len(right)) {
		t.buf = binary.LittleEndian.AppendUint16(t.buf, uint16(left[i]))
		t.buf = binary.LittleEndian.AppendUint16(t.buf, uint16(right[i]))
	}
	if _, err := t.sealed.Write(t.buf); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

func (t *Writer) convert(ch int, pcm audio.PCM) audio.PCM {
	if t.down[ch] == nil {
		return pcm
	}
	t.narrow[ch] = t.down[ch].Append(t.narrow[ch][:0], pcm)
	return t.narrow[ch]
}

// Close keeps the recording; it is on the disk then.
func (t *Writer) Close() error {
	if t.finished {
		return nil
	}
	t.finished = true
	err := errors.Join(t.sealed.Close(), t.file.Sync(), t.file.Close(), statefile.SyncNames(filepath.Dir(t.file.Name())))
	if err != nil {
		return fmt.Errorf("keep recording: %w", err)
	}
	return nil
}

// Discard removes the recording.
func (t *Writer) Discard() error {
	if t.finished {
		return nil
	}
	t.finished = true
	if err := errors.Join(zero(t.file), t.file.Close(), os.Remove(t.file.Name())); err != nil {
		return fmt.Errorf("throw recording away: %w", err)
	}
	return nil
}
