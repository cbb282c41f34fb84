//go:build native

package handset

/*
#include <dlfcn.h>
#include <stdlib.h>

// quiet takes the place of the ALSA library's error handler, which writes to standard error.
static void quiet(const char *file, int line, const char *function, int err, const char *fmt, ...) {}

// silence_alsa makes the ALSA library silent; nothing happens without it.
static void silence_alsa(void) {
	void *lib = dlopen("libasound.so.2", RTLD_NOW | RTLD_GLOBAL);
	if (lib == 0) return;
	int (*set)(void (*)(const char *, int, const char *, int, const char *, ...)) = dlsym(lib, "snd_lib_error_set_handler");
	if (set != 0) set(quiet);
}
*/
import "C"

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"unsafe"

	"github.com/gen2brain/malgo"

	"frontdesk.internal/audio"
)

// alsa opens devices through miniaudio. Only ALSA is ever tried: left to itself the library would go on with a device that is
// silent and say nothing.
type alsa struct{}

func native() driver { return alsa{} }

// context opens the library.
func (alsa) context() (*malgo.AllocatedContext, error) {
	C.silence_alsa()
	ctx, err := malgo.InitContext([]malgo.Backend{malgo.BackendAlsa}, malgo.ContextConfig{}, nil)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoSound, err)
	}
	return ctx, nil
}

func closeContext(ctx *malgo.AllocatedContext) {
	_ = ctx.Uninit() // nothing can be done about it
	ctx.Free()
}

// devices implements driver. ALSA also names a device that discards everything, and its plugins without any card; they are left out.
func (a alsa) devices() (Devices, error) {
	ctx, err := a.context()
	if err != nil {
		return Devices{}, err
	}
	defer closeContext(ctx)
	list := func(kind malgo.DeviceType) ([]Device, error) {
		found, err := ctx.Devices(kind)
		if err != nil {
			return nil, fmt.Errorf("list sound devices: %w", err)
		}
		var ds []Device
		for _, d := range found {
			if id := d.ID.String(); hardware(d.ID) {
				ds = append(ds, Device{ID: id, Name: d.Name(), Default: d.IsDefault != 0})
			}
		}
		return ds, nil
	}
	mics, err := list(malgo.Capture)
	if err != nil {
		return Devices{}, err
	}
	speakers, err := list(malgo.Playback)
	return Devices{Microphones: mics, Speakers: speakers}, err
}

// hardware reports whether id is the default device, or one of a card: "plughw:CARD=Headset,DEV=0".
func hardware(id malgo.DeviceID) bool {
	name, _, _ := bytes.Cut(id[:], []byte{0})
	return string(name) == "default" || bytes.IndexByte(name, ':') >= 0
}

// capture implements driver.
func (a alsa) capture(id string, hear func(audio.PCM)) (func(), error) {
	c := malgo.DefaultDeviceConfig(malgo.Capture)
	c.Capture.Format, c.Capture.Channels = malgo.FormatS16, 1
	return a.open(id, &c, &c.Capture, func(_, in []byte, _ uint32) { hear(samples(in)) })
}

// playback implements driver.
func (a alsa) playback(id string, fill func(audio.PCM)) (func(), error) {
	c := malgo.DefaultDeviceConfig(malgo.Playback)
	c.Playback.Format, c.Playback.Channels = malgo.FormatS16, 1
	return a.open(id, &c, &c.Playback, func(out, _ []byte, _ uint32) { fill(samples(out)) })
}

// samples are the bytes of the library as samples, in the machine's order, without a copy.
func samples(b []byte) audio.PCM {
	if len(b) < 2 {
		return nil
	}
	return unsafe.Slice((*int16)(unsafe.Pointer(&b[0])), len(b)/2)
}

// open opens and starts one device.
func (a alsa) open(id string, c *malgo.DeviceConfig, side *malgo.SubConfig, data malgo.DataProc) (func(), error) {
	ctx, err := a.context()
	if err != nil {
		return nil, err
	}
	c.SampleRate, c.PeriodSizeInMilliseconds, c.Periods, c.Alsa.NoMMap = Rate, 20, 3, 1
	if id != "" {
		raw, err := hex.DecodeString(id)
		var whole malgo.DeviceID
		if err != nil || len(raw) > len(whole) {
			closeContext(ctx)
			return nil, fmt.Errorf("there is no sound device %q: frontdesk sound devices lists them", id)
		}
		copy(whole[:], raw)
		side.DeviceID = whole.Pointer()
		defer C.free(side.DeviceID)
	}
	dev, err := malgo.InitDevice(ctx.Context, *c, malgo.DeviceCallbacks{Data: data})
	if err != nil {
		closeContext(ctx)
		if errors.Is(err, malgo.ErrFailedToOpenBackendDevice) || errors.Is(err, malgo.ErrNoDevice) {
			return nil, fmt.Errorf("%w (%w)", ErrNoSound, err)
		}
		return nil, err
	}
	if err := dev.Start(); err != nil {
		dev.Uninit()
		closeContext(ctx)
		return nil, fmt.Errorf("start the sound device: %w", err)
	}
	return func() {
		dev.Uninit() // waits for the library's thread
		closeContext(ctx)
	}, nil
}
