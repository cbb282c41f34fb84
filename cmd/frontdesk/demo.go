package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/cpucheck"
)

// checkBeam is the width of the search by which replies are checked.
const checkBeam = 5

// demoScenes are the callers.
//
//go:embed scenes/demo.json
var demoScenes []byte

// demoOptions are the flags of frontdesk demo.
type demoOptions struct {
	dir, ringer, scenes string
	keep, logs, all     bool
}

// demo plays practice calls against the real appliance and checks what was heard and kept.
type demo struct{ stdout, stderr io.Writer }

// demoCommand is frontdesk demo.
func demoCommand() *cobra.Command {
	var o demoOptions
	cmd := command("demo", "practice calls with the real models", func(cmd *cobra.Command, _ []string) error {
		return (&demo{cmd.OutOrStdout(), cmd.ErrOrStderr()}).play(cmd.Context(), o)
	})
	fs := cmd.Flags()
	fs.StringVar(&o.dir, "dir", filepath.Join("build", "demo"), "`folder` for recordings and state")
	fs.StringVar(&o.ringer, "ringer", "", "test caller `program`; beside this one when not given")
	fs.StringVar(&o.scenes, "scenes", "", "other callers from this JSON `file`")
	fs.BoolVar(&o.keep, "keep", false, "keep the appliance running afterwards, with its page")
	fs.BoolVar(&o.all, "all", false, "a caller whose voice this machine does not have is a failure")
	fs.BoolVar(&o.logs, "log", false, "show the appliance's log")
	return fit(cpucheck.Check, described(cmd, `Has test callers ring the real appliance with the real models, and checks what
was heard and kept. It ends with 1 when that was not what it should be.`, "  frontdesk demo --keep"))
}

// play opens the office, lets the callers ring, and shows and checks what came of it.
func (c *demo) play(ctx context.Context, o demoOptions) error {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return fmt.Errorf("find folder: %w", err)
	}
	text := demoScenes
	if o.scenes != "" {
		if text, err = os.ReadFile(o.scenes); err != nil {
			return fmt.Errorf("read scenes: %w", err)
		}
	}
	var scenes []demoScene
	if err := json.Unmarshal(text, &scenes); err != nil {
		return fmt.Errorf("read scenes: %w", err)
	}
	logs := io.Discard
	if o.logs {
		logs = c.stderr
	}
	fmt.Fprintln(c.stdout, "Opening a practice office: loading the models, rendering the greeting …")
	began := time.Now()
	show := newShow(c.stdout)
	st, err := newStage(ctx, stageOptions{
		dir: filepath.Join(dir, "state"), sample: "dental", observer: show, web: o.keep,
		deps: appliance.Deps{Logger: newLogger(logs, config.Log{Level: "info", Format: "text"})},
	})
	if err != nil {
		return err
	}
	home, _ := st.app.Business()
	fmt.Fprintf(c.stdout, "%s answers at extension %s of the practice PBX (ready after %.1f s).\n", home.Name, stageExtension,
		time.Since(began).Seconds())
	failures, err := c.calls(ctx, st, o, dir, scenes)
	if err == nil {
		err = c.records(st.app.Store())
	}
	fmt.Fprintf(c.stdout, "\nRecordings (left ear: caller, right ear: Frontdesk):\n")
	for _, s := range scenes {
		if scene.Available(s.Voice) == nil {
			fmt.Fprintf(c.stdout, "  %s\n", filepath.Join(o.dir, s.Name+".wav"))
		}
	}
	if err == nil && len(failures) == 0 {
		fmt.Fprintln(c.stdout, "\nEverything was as it should be.")
		if o.keep {
			if err = c.answerAs(ctx, st, home); err == nil {
				c.keepOpen(ctx, st)
			}
		}
	}
	err = errors.Join(err, st.close())
	if len(failures) > 0 {
		err = errors.Join(fmt.Errorf("%d thing(s) were not as they should be:\n  %s", len(failures), strings.Join(failures, "\n  ")), err)
	}
	return err
}

// keepOpen lets the appliance run until ctx ends.
func (c *demo) keepOpen(ctx context.Context, st *stage) {
	if page := st.app.Page(); page != nil {
		_, port, _ := net.SplitHostPort(page.String()) // it is an address
		fmt.Fprintf(c.stdout, "The appliance keeps running; its page is at https://localhost:%s. Ctrl-C stops it.\n", port)
	} else {
		fmt.Fprintln(c.stdout, "The appliance keeps running, without its page: its port is taken by another program. Ctrl-C stops it.")
	}
	if owner, err := service.ReadOwnerCode.Get(asOperator(ctx), st.app.Service()); err == nil && owner.Code != "" {
		fmt.Fprintf(c.stdout, "Your first visit there asks for this one-time code: %s\n", owner.Code)
	}
	fmt.Fprintf(c.stdout, "Ask it from another terminal: bin/frontdesk calls list --state %s\n", st.dir)
	<-ctx.Done()
}

// demoScene is a scene with the business that is called and what must be kept of the call.
type demoScene struct {
	scene.Scene
	Business string   `json:"business"` // see demoBusiness; "" = whoever answers
	Want     demoWant `json:"want"`
}

// demoWant are expectations on the records of a call.
type demoWant struct {
	Result  record.Result   `json:"result"`
	Message *record.Message `json:"message,omitempty"`
}

// calls plays every scene with the ringer and returns what was wrong.
func (c *demo) calls(ctx context.Context, st *stage, o demoOptions, dir string, scenes []demoScene) ([]string, error) {
	model, err := asrModel()
	if err != nil {
		return nil, err
	}
	ears, err := newListener(model, checkBeam)
	if err != nil {
		return nil, err
	}
	defer ears.close()
	var failures []string
	for i, s := range scenes {
		fmt.Fprintf(c.stdout, "\nCall %d of %d: %s\n", i+1, len(scenes), s.Name)
		if missing := scene.Available(s.Voice); missing != nil {
			fmt.Fprintf(c.stdout, "  left out: %v\n", missing)
			if o.all {
				failures = append(failures, fmt.Sprintf("%s: %v", s.Name, missing))
			}
			continue
		}
		if err := c.open(ctx, st, s.Business); err != nil {
			return failures, err
		}
		wrong, err := c.call(ctx, st, o, dir, ears, s)
		if len(wrong) > 0 && err == nil && ctx.Err() == nil {
			// A word that is misheard through line noise is no fault of the office alone: people say it again, test callers cannot.
			fmt.Fprintf(c.stdout, "\nThat call was not as it should be:\n  %s\nThe caller tries once more.\n", strings.Join(wrong, "\n  "))
			if err := forget(ctx, st.app); err != nil {
				return append(failures, wrong...), err
			}
			wrong, err = c.call(ctx, st, o, dir, ears, s)
		}
		failures = append(failures, wrong...)
		if err != nil {
			return failures, err
		}
	}
	return failures, nil
}

// call plays one scene and returns what was wrong with it.
func (c *demo) call(ctx context.Context, st *stage, o demoOptions, dir string, ears *listener, s demoScene) ([]string, error) {
	biz, _, err := st.app.Store().Profile()
	if err != nil {
		return nil, err
	}
	report, err := ring(ctx, o.ringer, st.pbx.Addr(), dir, fillWeekday(s.Scene, &biz, time.Now()))
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", s.Name, err)}, nil
	}
	heard, err := checkHeard(ctx, ears, dir, report)
	if err != nil {
		return nil, err
	}
	said, err := checkSaid(st.app.Store(), report)
	if err != nil {
		return nil, err
	}
	kept, err := checkKept(st.app.Store(), s)
	return slices.Concat(heard, said, kept), err
}

// ring runs the test caller for one scene and returns its report.
func ring(ctx context.Context, program, pbx, dir string, s scene.Scene) (scene.Result, error) {
	var report scene.Result
	if program == "" {
		self, err := os.Executable()
		if err != nil {
			return report, fmt.Errorf("find the test caller: %w", err)
		}
		program = filepath.Join(filepath.Dir(self), "ringer")
	}
	in, err := json.Marshal([]scene.Scene{s})
	if err != nil {
		return report, fmt.Errorf("write scene: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "--pbx", pbx, "--dial", stageExtension, "--out", dir, "-")
	cmd.Stdin = bytes.NewReader(in)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l struct{ Call *scene.Result }
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.Call != nil {
			report = *l.Call
		}
	}
	if err != nil {
		return report, fmt.Errorf("test caller: %w: %s", err, bytes.TrimSpace(problems.Bytes()))
	}
	return report, nil
}

// records prints what the box has kept.
func (c *demo) records(s *store.Store) error {
	calls, err := s.Calls(store.Filter{})
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, "\nWhat the box has kept")
	for _, k := range calls {
		fmt.Fprintf(c.stdout, "  call %s  %s  %s  %d turns  %s  %s  %d packets lost\n", k.Started.Format("15:04:05"), k.From.Masked(),
			inwords.Outcome(k.Outcome), k.Turns, inwords.Length(k.Ended.Sub(k.Started)), k.Codec, k.Line.Lost)
	}
	messages, err := s.Messages(0, true)
	if err != nil {
		return err
	}
	for _, m := range messages {
		fmt.Fprintf(c.stdout, "  message (%s) from %s, %s: %s\n", m.Urgency, m.Name, m.Number, m.Reason)
	}
	unanswered, err := s.UnansweredList()
	if err != nil {
		return err
	}
	for _, u := range unanswered {
		fmt.Fprintf(c.stdout, "  could not answer: %s\n", u.Question)
	}
	return nil
}
