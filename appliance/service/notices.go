package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"sync"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Voice speaks a text in a language, and returns it as a WAV file.
type Voice interface {
	Speak(ctx context.Context, text, language string) ([]byte, error)
}

// heard are the wordings that somebody has listened to, by their hash.
type heard struct {
	mu  sync.Mutex
	all map[string]bool
}

func (h *heard) add(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[string]bool{}
	}
	h.all[textHash(text)] = true
}

func (h *heard) has(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all[textHash(text)]
}

func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// NoticeState is what callers are told about one kind of thing.
type NoticeState struct {
	Kind     record.NoticeKind `json:"kind"`
	Draft    string            `json:"draft"`    // as the draft says it
	Changed  bool              `json:"changed"`  // that is not what is published
	Heard    bool              `json:"heard"`    // somebody has listened to it since the box was started
	Versions []record.Notice   `json:"versions"` // that were in force, the oldest first
}

// wording is what a profile tells callers about one kind of thing.
func wording(b *knowledge.Business, kind record.NoticeKind) string {
	switch kind {
	case record.NoticeAssistant:
		return strings.TrimSpace(b.Told(language.TextGreetingHead) + " " + b.Told(language.TextGreetingTail))
	case record.NoticeRecording:
		return b.Told(language.TextNotice) + " " + b.Told(language.TextAskRecording)
	case record.NoticePrivacy:
		return b.AboutPrivacy()
	}
	return ""
}

// ListNotices tells what callers are told about the assistant, recording and privacy, with all former wordings and since when they held.
var ListNotices = define(Op[None, []NoticeState]{
	Name: "list-notices", Role: Owner, Audit: NoLine("what every caller is told"),
	Run: get((*Service).listNotices),
})

func (s *Service) listNotices(context.Context) ([]NoticeState, error) {
	s.profile.Lock()
	w, err := s.working()
	s.profile.Unlock()
	if err != nil {
		return nil, err
	}
	out := []NoticeState{}
	for _, kind := range record.NoticeKinds() {
		n := NoticeState{Kind: kind, Draft: wording(&w.mine, kind)}
		n.Changed, n.Heard = n.Draft != wording(&w.published, kind), s.heard.has(n.Draft)
		vs, err := s.o.Records.Notices(kind)
		if err != nil {
			return nil, err
		}
		n.Versions = some(vs)
		out = append(out, n)
	}
	return out, nil
}

// HearNotice speaks what the draft tells callers about one kind of thing, with the box's voice. A new wording can be published then.
var HearNotice = define(Stream[record.NoticeKind]{
	Name: "hear-notice", Role: Owner, Needs: needVoice, Audit: NoLine("it speaks what stands in the draft"),
	Run: (*Service).hearNotice,
})

func (s *Service) hearNotice(ctx context.Context, kind record.NoticeKind) (Content, error) {
	s.profile.Lock()
	w, err := s.working()
	s.profile.Unlock()
	if err != nil {
		return nil, err
	}
	text := wording(&w.mine, kind)
	if text == "" { // nothing is told, or there is no such kind
		return nil, store.ErrNotFound
	}
	wav, err := s.o.Voice.Speak(ctx, text, w.mine.Speech().Tag())
	if err != nil {
		return nil, err
	}
	return &said{Reader: bytes.NewReader(wav), done: func() { s.heard.add(text) }}, nil
}

// said is a spoken text. It was heard once it was given out to its end.
type said struct {
	*bytes.Reader
	done func()
}

// Type implements Content.
func (*said) Type() string { return "audio/wav" }

// WriteTo implements Content.
func (c *said) WriteTo(w io.Writer) (int64, error) {
	n, err := c.Reader.WriteTo(w)
	if err == nil {
		c.done()
	}
	return n, err
}

// Close implements Content.
func (*said) Close() error { return nil }

// unheard are the wordings that the owner has changed in the draft and nobody has listened to.
func (s *Service) unheard(w *working) []knowledge.Problem {
	a, b := w.published.Notices, w.mine.Notices
	changed := map[record.NoticeKind]bool{
		record.NoticeAssistant: a.Assistant != b.Assistant, record.NoticeRecording: a.Recording != b.Recording || a.Ask != b.Ask,
		record.NoticePrivacy: a.Privacy != b.Privacy || a.Contact != b.Contact,
	}
	var out []knowledge.Problem
	for _, kind := range record.NoticeKinds() {
		if text := wording(&w.mine, kind); changed[kind] && text != "" && !s.heard.has(text) {
			out = append(out, knowledge.Problem{
				Path: "notices." + string(kind), Text: "hear the new wording before you publish it, or say that it goes unheard",
			})
		}
	}
	return out
}

// keepNotices keeps the wordings of a profile that is published as versions with their date; a call keeps which of them was in force.
func (s *Service) keepNotices(b *knowledge.Business) error {
	texts := map[record.NoticeKind]string{
		record.NoticeAssistant: b.Told(language.TextGreetingHead), record.NoticePrivacy: b.AboutPrivacy(),
	}
	switch set, err := s.o.Records.RecordingSettings(); {
	case err == nil && set.Mode == record.RecordingAnnounce:
		texts[record.NoticeRecording] = b.Told(language.TextNotice)
	case err == nil && set.Mode == record.RecordingAsk:
		texts[record.NoticeRecording] = b.Told(language.TextAskRecording)
	}
	for _, kind := range record.NoticeKinds() {
		if texts[kind] == "" {
			continue
		}
		if _, err := s.o.Records.UseNotice(record.Notice{Kind: kind, Text: texts[kind], At: s.o.Now()}); err != nil {
			return err
		}
	}
	return nil
}
