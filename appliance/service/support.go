package service

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// What a bundle holds at most.
const (
	bundleCalls = 200
	bundleLines = logring.DefaultLines
)

const bundleText = `This is a support bundle of Frontdesk.

It holds how the program and the computer are: settings without secrets, state, network addresses, models, the messages of the last
calls between telephone system and box, figures of the last calls, and the newest lines of the log.

It holds nothing that a caller said, no name, no telephone number, no message, no recording, and nothing of the business profile.
Each file can be read with any text program before you send the bundle on.
`

// bundleCall is a call with nothing in it that belongs to a caller.
type bundleCall struct {
	Started   time.Time          `json:"started"`
	Seconds   float64            `json:"seconds"`
	Origin    record.Origin      `json:"origin,omitempty"`
	Result    record.Result      `json:"result"`
	Reason    string             `json:"reason,omitempty"`
	Codec     string             `json:"codec,omitempty"`
	Recording record.Recording   `json:"recording,omitempty"`
	Line      record.LineQuality `json:"line"`
	Turns     []bundleTurn       `json:"turns"`
}

// bundleTurn are the times of one turn, in milliseconds.
type bundleTurn struct {
	DecidedBy   string `json:"decided_by"`
	Endpointing int64  `json:"endpointing_ms"`
	Recognition int64  `json:"recognition_ms"`
	Decision    int64  `json:"decision_ms"`
	Voice       int64  `json:"voice_ms"`
	Media       int64  `json:"media_ms"`
	Total       int64  `json:"total_ms"`
}

// MakeSupportBundle returns a ZIP archive of all that helps somebody elsewhere to find a fault, with no personal data in it. What cannot
// be gathered is told in the archive; without a running appliance most of it still can.
var MakeSupportBundle = define(Op[None, []byte]{
	Name: "make-support-bundle", Role: Technician, Long: true, Needs: needNothing, Audit: Changes("make a support bundle"),
	Run: get((*Service).makeSupportBundle),
})

func (s *Service) makeSupportBundle(ctx context.Context) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	now := s.o.Now()
	add := func(name string, content []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: "frontdesk-support/" + name, Method: zip.Deflate, Modified: now})
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	}
	var missing []string
	for _, part := range s.bundleParts(ctx) {
		err := s.missing(part.needs)
		var v any
		if err == nil {
			v, err = part.get()
		}
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s: %v", part.name, err))
			continue
		}
		text, ok := v.(string)
		if !ok {
			b, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				return nil, fmt.Errorf("make support bundle: %s: %w", part.name, err)
			}
			text = string(b) + "\n"
		}
		if err := add(part.name, []byte(text)); err != nil {
			return nil, fmt.Errorf("make support bundle: %w", err)
		}
	}
	text := bundleText
	if len(missing) > 0 {
		text += "\nThese parts could not be gathered:\n  " + strings.Join(missing, "\n  ") + "\n"
	}
	if err := errors.Join(add("README.txt", []byte(text)), z.Close()); err != nil {
		return nil, fmt.Errorf("make support bundle: %w", err)
	}
	return out.Bytes(), nil
}

// bundlePart is one file of a bundle: text as it is, everything else as JSON.
type bundlePart struct {
	name  string
	needs Need
	get   func() (any, error)
}

func (s *Service) bundleParts(ctx context.Context) []bundlePart {
	return []bundlePart{
		{"status.json", needRecords, func() (any, error) { return s.bundleStatus(ctx) }},
		{"machine.json", needNothing, func() (any, error) { return s.readMachine(ctx) }},
		{"network.json", needNothing, func() (any, error) { return s.readNetwork(ctx) }},
		{"settings.json", needNothing, func() (any, error) {
			if s.o.Platform.Settings == nil {
				return nil, ErrNotRunning
			}
			return s.o.Platform.Settings, nil
		}},
		{"models.json", needModels, func() (any, error) { return s.listModels(ctx) }},
		{"ladders.json", needPhone, func() (any, error) { return s.listLadders(ctx) }},
		{"calls.json", needRecords, func() (any, error) { return s.bundleCalls() }},
		{"log.txt", needLog, func() (any, error) { return s.bundleLog(ctx) }},
	}
}

// bundleStatus is the status without the name of the business.
func (s *Service) bundleStatus(ctx context.Context) (any, error) {
	status, err := s.readStatus(ctx)
	if err == nil && status.Business != "" {
		status.Business = "(not told)"
	}
	return status, err
}

func (s *Service) bundleLog(ctx context.Context) (any, error) {
	lines, err := s.readLogs(ctx, LogFilter{Level: slog.LevelDebug, Limit: bundleLines})
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s %-5s %s\n", l.At.UTC().Format("2006-01-02T15:04:05.000Z"), l.Level, l.Text)
	}
	return b.String(), nil
}

func (s *Service) bundleCalls() (any, error) {
	calls, err := s.o.Records.Calls(store.Filter{Limit: bundleCalls})
	if err != nil {
		return nil, err
	}
	out := []bundleCall{}
	for _, c := range calls {
		turns, err := s.o.Records.Turns(c.ID)
		if err != nil {
			return nil, err
		}
		b := bundleCall{
			Started: c.Started, Origin: c.Origin, Result: c.Outcome.Result, Reason: c.Outcome.Reason, Codec: c.Codec,
			Recording: c.Recording, Line: c.Line, Turns: []bundleTurn{},
		}
		if !c.Answered.IsZero() && !c.Ended.IsZero() {
			b.Seconds = c.Ended.Sub(c.Answered).Seconds()
		}
		for _, t := range turns {
			b.Turns = append(b.Turns, bundleTurn{
				DecidedBy: t.DecidedBy, Endpointing: t.Endpointing.Milliseconds(), Recognition: t.Recognition.Milliseconds(),
				Decision: t.Decision.Milliseconds(), Voice: t.Voice.Milliseconds(), Media: t.Media.Milliseconds(), Total: t.Total.Milliseconds(),
			})
		}
		out = append(out, b)
	}
	return out, nil
}
