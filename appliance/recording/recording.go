// Package recording keeps the sound of calls, the caller left and Frontdesk right, as sealed streams in a folder of the state.
//
// A file is begun only when there is something to keep, is only for this user, and is sealed with the key of the caller to whom the call
// belongs: when that key is destroyed, nobody can hear it any more. What is written can be heard and sought at once, a quarter of a
// second behind; after a power cut it can be heard as far as it was written. Who reads gets a WAV file. The package starts no
// goroutine; a [Writer] belongs to one goroutine, an [Archive] may be used by many.
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

	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/audio/wav"
)

// Rate is that of the files, in samples a second; calls have no more.
const Rate = 8000

const (
	channels   = 2
	frameBytes = 2 * channels
	headBytes  = 44
	suffix     = ".sound"
	plain      = ".wav" // what files were before they were sealed
	unfinished = ".new"
)

// Keys finds the keys that recordings are sealed with.
type Keys interface {
	// OwnerOf tells whom a call belongs to; an error when there is no such call.
	OwnerOf(call string) (owner string, err error)
	// KeyOf returns the key of an owner; an error when it is destroyed.
	KeyOf(owner string) (seal.Key, error)
}

// Archive is the folder with the recordings.
type Archive struct {
	dir  string
	rate int // of what writers are given
	keys Keys
}

// Open makes the folder if it is not there. What is of no use any more is removed: files without sound, and those of calls that are
// gone. rate is that of the samples that writers will be given, in samples a second.
func Open(dir string, rate int, keys Keys) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	if err := statefile.SyncNames(filepath.Dir(dir)); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	if _, err := resampler(rate); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	a := &Archive{dir: dir, rate: rate, keys: keys}
	return a, a.tidy()
}

// tidy removes what a power cut or an interrupted erasure has left, and seals what is not sealed yet.
func (a *Archive) tidy() error {
	return a.each("", func(path string, info fs.FileInfo) error {
		switch call, ending, _ := strings.Cut(info.Name(), "."); "." + ending {
		case plain:
			return a.sealPlain(call, path, info)
		case suffix:
			if _, err := a.keys.OwnerOf(call); err != nil {
				return shred(path)
			}
			s, err := a.Sound(call)
			if errors.Is(err, seal.ErrUnwritten) {
				return shred(path)
			}
			if err != nil {
				return fmt.Errorf("recording of call %s: %w", call, err)
			}
			if err := s.Close(); err != nil || s.Duration > 0 {
				return err
			}
			return shred(path)
		case suffix + unfinished:
			return shred(path)
		}
		return nil
	})
}

// each calls fn with every regular file that ends so; one that fails does not keep the others from it.
func (a *Archive) each(ending string, fn func(path string, info fs.FileInfo) error) error {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fmt.Errorf("list recordings: %w", err)
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || !strings.HasSuffix(e.Name(), ending)) {
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

// sealPlain seals a recording as it was kept before, and removes the file that everybody could hear.
func (a *Archive) sealPlain(call, path string, info fs.FileInfo) error {
	owner, err := a.keys.OwnerOf(call)
	if err != nil {
		return shred(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("seal recording: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(headBytes, io.SeekStart); err != nil {
		return fmt.Errorf("seal recording: %w", err)
	}
	sound := io.LimitReader(f, max(0, info.Size()-headBytes)/frameBytes*frameBytes)
	if err := a.write(call, owner, sound, info.ModTime()); err != nil {
		return err
	}
	return shred(path)
}

// write seals a whole recording and puts it in its place.
func (a *Archive) write(call, owner string, sound io.Reader, made time.Time) (err error) {
	path, err := a.path(call)
	if err != nil {
		return err
	}
	k, err := a.keys.KeyOf(owner)
	if err != nil {
		return fmt.Errorf("seal recording: %w", err)
	}
	temp := path + unfinished
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("seal recording: %w", err)
	}
	w, err := seal.NewWriter(f, owner, k, seal.Best())
	if err == nil {
		_, err = io.Copy(w, sound)
		err = errors.Join(err, w.Close(), f.Sync())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("seal recording: %w", err), os.Remove(temp))
	}
	if err := os.Chtimes(temp, time.Time{}, made); err != nil { // its age counts from the call
		return fmt.Errorf("seal recording: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("seal recording: %w", err)
	}
	return statefile.SyncNames(a.dir) // before anybody throws away what had the name until now
}

// Move seals the recording of a call for another owner, to whom the call belongs now. Without a recording, or when that has
// happened before, nothing is done.
func (a *Archive) Move(call, owner string) error {
	s, err := a.Sound(call)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, seal.ErrUnwritten) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.Close()
	if s.owner == owner {
		return nil
	}
	old, err := os.OpenFile(s.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("move recording: %w", err)
	}
	defer old.Close()
	if _, err := s.Seek(headBytes, io.SeekStart); err != nil {
		return fmt.Errorf("move recording: %w", err)
	}
	if err := a.write(call, owner, s, s.Modified); err != nil {
		return err
	}
	return zero(old) // it has no name any more
}

// Remove removes the recording of a call; that there is none is no error. What it held is written over.
func (a *Archive) Remove(call string) error {
	path, err := a.path(call)
	if err != nil {
		return nil //nolint:nilerr // a call of such a name has none
	}
	if err := shred(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Sweep removes what was last written before t and keeps says nothing against, and returns how many there were.
func (a *Archive) Sweep(t time.Time, keeps func(call string) bool) (n int, err error) {
	err = a.each(suffix, func(path string, info fs.FileInfo) error {
		if !info.ModTime().Before(t) || keeps != nil && keeps(strings.TrimSuffix(info.Name(), suffix)) {
			return nil
		}
		n++
		return shred(path)
	})
	return n, err
}

// Entry is a recording that is there.
type Entry struct {
	Call  string
	Made  time.Time // when it was last written
	Bytes int64
}

// List returns all recordings.
func (a *Archive) List() (list []Entry, err error) {
	err = a.each(suffix, func(_ string, info fs.FileInfo) error {
		list = append(list, Entry{Call: strings.TrimSuffix(info.Name(), suffix), Made: info.ModTime(), Bytes: info.Size()})
		return nil
	})
	return list, err
}

// shred overwrites a file and removes it. The error wraps fs.ErrNotExist when it is not there.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("remove recording: %w", err)
	}
	if err := errors.Join(zero(f), f.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("remove recording: %w", err)
	}
	return nil
}

// zero overwrites the head of a file: the salt in it makes the key, without it the rest is noise.
func zero(f *os.File) error {
	if _, err := f.WriteAt(make([]byte, 512), 0); err != nil {
		return fmt.Errorf("overwrite recording: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("overwrite recording: %w", err)
	}
	return nil
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
	Whole    bool // false: it is being written, or was cut short by a power cut
	owner    string
	path     string
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
	s, err := a.open(f)
	if err != nil {
		return Sound{}, errors.Join(fmt.Errorf("open recording: %w", err), f.Close())
	}
	s.path = path
	return s, nil
}

func (a *Archive) open(f *os.File) (Sound, error) {
	info, err := f.Stat()
	if err != nil {
		return Sound{}, err
	}
	var whose string
	r, err := seal.NewReader(f, info.Size(), func(owner string) (seal.Key, error) {
		whose = owner
		return a.keys.KeyOf(owner)
	})
	if err != nil {
		return Sound{}, err
	}
	frames := r.Size() / frameBytes
	return Sound{
		ReadSeekCloser: &wavFile{Reader: r, file: f, head: wav.Header(Rate, channels, int(frames)), size: headBytes + frames*frameBytes},
		Duration:       time.Duration(frames) * time.Second / Rate, Size: headBytes + frames*frameBytes, Modified: info.ModTime(),
		Whole: r.Whole(), owner: whose,
	}, nil
}

// wavFile is a head and the sound behind it.
type wavFile struct {
	*seal.Reader
	file *os.File
	head []byte
	size int64
	at   int64
}

// Read implements io.Reader.
func (w *wavFile) Read(p []byte) (int, error) {
	if w.at >= w.size {
		return 0, io.EOF
	}
	if w.at < headBytes {
		n := copy(p, w.head[w.at:])
		w.at += int64(n)
		return n, nil
	}
	if _, err := w.Reader.Seek(w.at-headBytes, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := w.Reader.Read(p[:min(int64(len(p)), w.size-w.at)])
	w.at += int64(n)
	return n, err
}

// Seek implements io.Seeker.
func (w *wavFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += w.at
	case io.SeekEnd:
		offset += w.size
	}
	if offset < 0 {
		return 0, errors.New("seek in recording: before its beginning")
	}
	w.at = offset
	return offset, nil
}

// Close implements io.Closer.
func (w *wavFile) Close() error { return w.file.Close() }

// Length returns how long the recording of a call is; 0 when there is none.
func (a *Archive) Length(call string) time.Duration {
	s, err := a.Sound(call)
	if err != nil {
		return 0
	}
	_ = s.Close() // it was only read
	return s.Duration
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
