package remote_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// oneCall is a recording of one call.
type oneCall struct {
	service.Recordings
	sound []byte
	fails int // after so many octets; 0 = never
}

// openSound is one that is read; it cannot be sought, which nobody does here.
type openSound struct {
	*bytes.Reader
	fails int64
}

var errTorn = errors.New("the stream is torn")

func (o openSound) Close() error { return nil }

// Read implements io.Reader.
func (o openSound) Read(p []byte) (int, error) {
	if o.fails > 0 && o.Size()-int64(o.Len()) >= o.fails {
		return 0, errTorn
	}
	return o.Reader.Read(p)
}

// Sound implements service.Recordings.
func (p oneCall) Sound(call string) (service.Recording, error) {
	if call != "call-1" {
		return service.Recording{}, fs.ErrNotExist
	}
	return service.Recording{ReadSeekCloser: openSound{bytes.NewReader(p.sound), int64(p.fails)}}, nil
}

func TestRecordingsComeWholeOrNotAtAll(t *testing.T) {
	_, s := office(t)
	sound := bytes.Repeat([]byte("sound"), 100_000)
	at := func(p oneCall) *remote.Client {
		return serve(t, filepath.Join(t.TempDir(), "control.sock"), servicetest.New(t, service.Options{Records: s, Recordings: p}))
	}
	play := func(c *remote.Client, id string, w io.Writer) error {
		content, err := service.PlayRecording.Do(servicetest.Operator(t), c, id)
		if err != nil {
			return err
		}
		if content.Type() != "audio/wav" {
			t.Errorf("it is %s", content.Type())
		}
		return service.Pour(w, content)
	}
	c := at(oneCall{sound: sound})
	var got bytes.Buffer
	if err := play(c, "call-1", &got); err != nil || !bytes.Equal(got.Bytes(), sound) {
		t.Errorf("%d octets, %v, want %d", got.Len(), err, len(sound))
	}
	for _, id := range []string{"call-2", "../calls"} {
		if err := play(c, id, &got); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := play(at(oneCall{sound: sound, fails: 200_000}), "call-1", &got); err == nil {
		t.Error("a torn recording passed for a whole one")
	}
}
