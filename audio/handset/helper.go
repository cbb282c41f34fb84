package handset

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/audio"
)

// Times of a helper.
const (
	openWithin  = 5 * time.Second // a device is open, or its fault is known
	hungAfter   = time.Second     // without a sample or a wish for one it is ended and started again
	endWithin   = 500 * time.Millisecond
	backOff     = 100 * time.Millisecond // before it is started again; twice as long each time
	backOffMost = 5 * time.Second
)

// mostWished bounds how many samples a helper may ask for at once.
const mostWished = Rate

// helper is the driver in a process of its own, one for each open device: a fault of the sound library, a crash or one that never returns,
// ends that process and nothing else. It is started again, later each time, for as long as the device is wanted; the handset's own limit
// says when there is no use in it. Samples are 16 bits, low octet first. The helper begins with a status; then a microphone's writes
// samples, and a speaker's writes how many it wants, 4 octets, and reads them. It ends when its standard input does.
type helper struct {
	command []string
	within  time.Duration // a device is open by then
}

// status is what a helper says first: 4 octets of length, then JSON.
type status struct {
	Devices *Devices `json:"devices,omitempty"`
	Error   string   `json:"error,omitempty"`
	Kind    string   `json:"kind,omitempty"` // of errors that have a name
}

func statusOf(err error) status {
	switch {
	case err == nil:
		return status{}
	case errors.Is(err, ErrNoSound):
		return status{Error: err.Error(), Kind: "no sound"}
	case errors.Is(err, ErrNotBuilt):
		return status{Error: err.Error(), Kind: "not built"}
	}
	return status{Error: err.Error()}
}

// err is the error that statusOf was given, as far as anybody asks.
func (s status) err() error {
	switch {
	case s.Error == "":
		return nil
	case s.Kind == "no sound":
		return &helperError{s.Error, ErrNoSound}
	case s.Kind == "not built":
		return &helperError{s.Error, ErrNotBuilt}
	}
	return errors.New(s.Error)
}

// helperError has the words of another process, and the name of what they say.
type helperError struct {
	text string
	is   error
}

func (e *helperError) Error() string { return e.text }
func (e *helperError) Unwrap() error { return e.is }

// running is one process.
type running struct {
	cmd *exec.Cmd
	in  *os.File // its standard input
	out *os.File
	end sync.Once
}

// devices implements driver.
func (h helper) devices() (Devices, error) {
	p, s, err := h.begin("devices", "")
	if err != nil {
		return Devices{}, err
	}
	p.kill()
	if s.Devices == nil {
		return Devices{}, errors.New("the sound helper names no devices")
	}
	return *s.Devices, nil
}

// capture implements driver.
func (h helper) capture(id string, hear func(audio.PCM)) (func(), error) {
	return h.keep("capture", id, func(p *running) error {
		buf, pcm := make([]byte, 2*frame), make(audio.PCM, frame)
		for {
			if err := p.read(buf); err != nil {
				return err
			}
			hear(decode(pcm, buf))
		}
	})
}

// playback implements driver.
func (h helper) playback(id string, fill func(audio.PCM)) (func(), error) {
	return h.keep("playback", id, func(p *running) error {
		var wish [4]byte
		for {
			if err := p.read(wish[:]); err != nil {
				return err
			}
			n := binary.LittleEndian.Uint32(wish[:])
			if n > mostWished {
				return fmt.Errorf("the sound helper wants %d samples at once", n)
			}
			pcm := make(audio.PCM, n)
			fill(pcm)
			if err := errors.Join(p.in.SetWriteDeadline(time.Now().Add(hungAfter)), write(p.in, pcm)); err != nil {
				return err
			}
		}
	})
}

// keep has a device open until the returned function is called.
func (h helper) keep(kind, id string, carry func(*running) error) (func(), error) {
	p, _, err := h.begin(kind, id)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var now atomic.Pointer[running]
	now.Store(p)
	var over sync.WaitGroup
	over.Go(func() {
		for pause := backOff; ; pause = min(2*pause, backOffMost) {
			if p != nil {
				began := time.Now()
				_ = carry(p) // it is started again whatever it was
				p.kill()
				if time.Since(began) > backOffMost {
					pause = backOff
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			if p, _, err = h.begin(kind, id); err != nil {
				p = nil
				continue
			}
			now.Store(p)
			if ctx.Err() != nil { // it was stopped meanwhile, and another one was ended
				p.kill()
			}
		}
	})
	return func() {
		cancel()
		now.Load().stop()
		over.Wait()
	}, nil
}

// begin starts a process, and waits for its status.
func (h helper) begin(kind, id string) (*running, status, error) {
	var s status
	childIn, in, err := os.Pipe()
	if err != nil {
		return nil, s, fmt.Errorf("start the sound helper: %w", err)
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		return nil, s, errors.Join(fmt.Errorf("start the sound helper: %w", err), childIn.Close(), in.Close())
	}
	p := &running{in: in, out: out}
	p.cmd = exec.Command(h.command[0], slices.Concat(h.command[1:], []string{kind, id})...) //nolint:noctx // our own program; kill ends it
	p.cmd.Stdin, p.cmd.Stdout = childIn, childOut
	err = p.cmd.Start()
	_ = errors.Join(childIn.Close(), childOut.Close()) // they are the child's
	if err != nil {
		return nil, s, errors.Join(fmt.Errorf("start the sound helper: %w", err), in.Close(), out.Close())
	}
	if s, err = p.status(h.within); err == nil {
		err = s.err()
	}
	if err != nil {
		p.kill()
		return nil, s, err
	}
	return p, s, nil
}

func (p *running) status(within time.Duration) (s status, err error) {
	if err := p.out.SetReadDeadline(time.Now().Add(within)); err != nil {
		return s, err
	}
	var size [4]byte
	if _, err = io.ReadFull(p.out, size[:]); err == nil {
		b := make([]byte, min(binary.LittleEndian.Uint32(size[:]), 1<<20))
		if _, err = io.ReadFull(p.out, b); err == nil {
			err = json.Unmarshal(b, &s)
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return s, fmt.Errorf("the sound device does not open within %v", within)
	}
	if err != nil {
		return s, fmt.Errorf("%w (the sound helper ended: %w)", ErrGone, err)
	}
	return s, nil
}

// read fills b; who hangs has ended.
func (p *running) read(b []byte) error {
	if err := p.out.SetReadDeadline(time.Now().Add(hungAfter)); err != nil {
		return err
	}
	_, err := io.ReadFull(p.out, b)
	return err
}

// stop lets it close its device, and ends it when it does not.
func (p *running) stop() {
	p.end.Do(func() {
		_ = p.in.Close() // it ends with this
		timer := time.AfterFunc(endWithin, func() { _ = p.cmd.Process.Kill() })
		defer timer.Stop()
		_ = errors.Join(p.cmd.Wait(), p.out.Close()) // how it ended is no matter
	})
}

// kill ends it.
func (p *running) kill() {
	p.end.Do(func() { _ = errors.Join(p.cmd.Process.Kill(), p.cmd.Wait(), p.in.Close(), p.out.Close()) }) // how it ended is no matter
}

func decode(pcm audio.PCM, b []byte) audio.PCM {
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

func write(w io.Writer, pcm audio.PCM) error {
	b := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	_, err := w.Write(b)
	return err
}

// Serve is the helper: what it does is "devices", "capture" or "playback", with the ID of a device. It ends with in.
func Serve(do, id string, in io.Reader, out io.Writer) error { return serve(native(), do, id, in, out) }

func serve(d driver, do, id string, in io.Reader, out io.Writer) error {
	switch do {
	case "devices":
		found, err := d.devices()
		s := statusOf(err)
		if err == nil {
			s.Devices = &found
		}
		return tell(out, s)
	case "capture":
		return serveCapture(d, id, in, out)
	case "playback":
		return servePlayback(d, id, in, out)
	}
	return fmt.Errorf("the sound helper does devices, capture and playback, not %q", do)
}

func tell(out io.Writer, s status) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = out.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), b...))
	return err
}

func serveCapture(d driver, id string, in io.Reader, out io.Writer) error {
	heard := make(chan audio.PCM, 2*queueMost/frame)
	stop, err := d.capture(id, func(pcm audio.PCM) {
		select {
		case heard <- slices.Clone(pcm):
		default: // nobody takes it
		}
	})
	if err := tell(out, statusOf(err)); err != nil || stop == nil {
		return err
	}
	defer stop()
	ended := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, in); ended <- err }()
	for {
		select {
		case err := <-ended:
			return err
		case pcm := <-heard:
			if err := write(out, pcm); err != nil {
				return err
			}
		}
	}
}

func servePlayback(d driver, id string, in io.Reader, out io.Writer) error {
	var q queue
	q.init()
	var wished atomic.Uint32
	wished.Store(queueRest + frame) // in hand before the first sound
	more := make(chan struct{}, 1)
	more <- struct{}{}
	stop, err := d.playback(id, func(pcm audio.PCM) {
		q.pull(pcm)
		wished.Add(uint32(len(pcm)))
		select {
		case more <- struct{}{}:
		default: // it is known already
		}
	})
	if err := tell(out, statusOf(err)); err != nil || stop == nil {
		return err
	}
	defer stop()
	ended := make(chan error, 1)
	go func() {
		buf, pcm := make([]byte, 2*frame), make(audio.PCM, frame)
		for {
			n, err := io.ReadAtLeast(in, buf, 2)
			if n%2 == 1 && err == nil { // the other octet of a sample
				_, err = io.ReadFull(in, buf[n:n+1])
				n++
			}
			if err != nil {
				ended <- err
				return
			}
			q.push(decode(pcm[:n/2], buf))
		}
	}()
	for {
		select {
		case err := <-ended:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case <-more:
			if _, err := out.Write(binary.LittleEndian.AppendUint32(nil, min(wished.Swap(0), mostWished))); err != nil {
				return err
			}
		}
	}
}
