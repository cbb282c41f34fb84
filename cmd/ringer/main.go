// Command ringer is a test caller: it dials through a PBX, plays scripted scenes with real voices, records both sides and
// prints the times of every turn as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const usage = `ringer calls an extension and plays a caller.

Usage: ringer --pbx ADDRESS --dial EXTENSION [--out FOLDER] SCENES.json
       ringer ... -            scenes from standard input

Each line printed is one JSON object: {"turn": …} after every turn, {"call": …} after every call.
With --out the two sides of each call are written as FOLDER/NAME.wav (left: caller, right: office), and the
office alone as FOLDER/NAME-office.wav.
`

// options are the flags.
type options struct {
	pbx, dial, out string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	fs := flag.NewFlagSet("ringer", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage) }
	fs.StringVar(&o.pbx, "pbx", "", "address of the PBX, host:port")
	fs.StringVar(&o.dial, "dial", "100", "extension to call")
	fs.StringVar(&o.out, "out", "", "folder for recordings")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	if o.pbx == "" || fs.NArg() != 1 {
		fs.Usage()
		return 2
	}
	if err := ring(ctx, o, fs.Arg(0), stdin, stdout); err != nil {
		fmt.Fprintln(stderr, "ringer:", err)
		return 1
	}
	return 0
}

// ring plays every scene of the file, one call after the other.
func ring(ctx context.Context, o options, file string, stdin io.Reader, stdout io.Writer) error {
	in := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("open scenes: %w", err)
		}
		defer f.Close()
		in = f
	}
	scenes, err := scene.Read(in)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(stdout)
	for _, s := range scenes {
		if err := call(ctx, o, s, enc); err != nil {
			return fmt.Errorf("scene %q: %w", s.Name, err)
		}
	}
	return nil
}

// call plays one scene.
func call(ctx context.Context, o options, s scene.Scene, enc *json.Encoder) error {
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.pbx, User: s.Caller, DisplayName: s.Display})
	if err != nil {
		return fmt.Errorf("open caller: %w", err)
	}
	defer caller.Close()
	dialing, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	leg, err := caller.Dial(dialing, o.dial)
	if err != nil {
		return fmt.Errorf("dial %s: %w", o.dial, err)
	}
	var encErr error
	report, err := scene.Play(ctx, s, leg, func(t scene.Turn) {
		encErr = errors.Join(encErr, enc.Encode(map[string]any{"turn": t}))
	})
	if o.out != "" {
		err = errors.Join(err, record(o.out, s.Name, report))
	}
	return errors.Join(err, encErr, enc.Encode(map[string]any{"call": report}))
}

// record writes both sides of a call.
func record(dir, name string, r scene.Result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make folder for recordings: %w", err)
	}
	return errors.Join(
		write(filepath.Join(dir, name+".wav"), r.Caller, r.Office),
		write(filepath.Join(dir, name+"-office.wav"), r.Office),
	)
}

func write(path string, channels ...audio.PCM) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return errors.Join(wav.Write(f, scene.Rate, channels...), f.Close())
}
