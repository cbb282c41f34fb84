package hear

import (
	"context"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// past keeps the newest samples, from which an utterance gets what came before its first voiced window was certain.
type past struct {
	pcm  audio.PCM
	most int
}

func newPast(t Tuning, window int) past {
	most := int((t.Lead+t.PreRoll+t.Start+t.Resume)*engines.Rate/time.Second) + 2*window
	return past{pcm: make(audio.PCM, 0, 2*most), most: most}
}

// add appends a window; the memory is moved only once in a while.
func (p *past) add(window audio.PCM) {
	if len(p.pcm)+len(window) > cap(p.pcm) {
		n := copy(p.pcm, p.pcm[max(0, len(p.pcm)-p.most):])
		p.pcm = p.pcm[:n]
	}
	p.pcm = append(p.pcm, window...)
}

// newest returns the last n samples, or as many as there are.
func (p *past) newest(n int) audio.PCM {
	return p.pcm[max(0, len(p.pcm)-min(n, p.most)):]
}

func (p *past) clear() { p.pcm = p.pcm[:0] }

// utterance is what a caller said, or says, without having been answered.
type utterance struct {
	number uint64
	pcm    audio.PCM // its audio, long pauses shortened
	upTo   int       // position after the last sample of pcm
	lasts  bool      // SpeechSustained was sent
	joined int       // where in pcm the caller went on after the last pause
	looked int       // position at which the last partial was asked for
	look   *task     // partial under way

	words    *task                // recognition under way or done for this pause
	held     *engines.ListenEvent // its result while the pause is not reported yet
	turn     *task                // turn detection under way
	judged   bool                 // it has come to an opinion of this silence
	opinion  float64              // that it has
	reported bool                 // SpeechPaused was sent for this pause
	pausedAt time.Duration
	voiced   time.Duration
}

// hear follows the state machine with one window.
func (s *stream) hear(window audio.PCM) {
	s.past.add(window)
	change := s.seg.window(s.scorer.score(window))
	if s.utt != nil && change != resumed {
		s.extend()
	}
	switch change {
	case started:
		s.begin(nil)
		s.fill()
	case fellSilent:
		s.recognise(false)
		s.ask()
	case spokeAgain:
		s.abort()
	case paused:
		s.pause()
	case resumed:
		s.resume()
	case nothing:
	}
	switch {
	case s.utt == nil:
	case span(len(s.utt.pcm)) >= s.tuning.Longest:
		s.cut()
	case s.seg.phase == speaking && s.seg.quiet == 0:
		s.sustained()
		s.peek()
	}
}

// at is the position of a window's start.
func (s *stream) at(window int) int { return s.scored - (s.seg.n-window)*len(s.window) }

// begin opens an utterance at the segmenter's first window, with the audio that an earlier one must leave to it.
func (s *stream) begin(inherited audio.PCM) {
	s.number++
	s.utt = &utterance{number: s.number, looked: s.scored, pcm: inherited.Clone(), upTo: s.heard}
	s.emit(engines.ListenEvent{Kind: engines.SpeechStarted, Utterance: s.number, At: span(s.at(s.seg.first)), Speech: s.voiced()})
}

// fill adds the audio from shortly before the segmenter's first window, or before the sound that led to it, that the utterance does
// not have yet.
func (s *stream) fill() {
	from := s.at(s.seg.lead) - int(s.tuning.PreRoll*engines.Rate/time.Second)
	s.utt.pcm = append(s.utt.pcm, s.past.newest(s.scored-max(from, s.utt.upTo))...)
	s.utt.upTo = s.scored
}

// extend adds the newest window, unless the pause is long and nothing would be lost.
func (s *stream) extend() {
	if s.scored-s.at(s.seg.last) > int(s.tuning.Tail*engines.Rate/time.Second) {
		return
	}
	s.utt.pcm = append(s.utt.pcm, s.past.newest(len(s.window))...)
	s.utt.upTo = s.scored
}

// voiced is the voiced time of the utterance.
func (s *stream) voiced() time.Duration { return span(s.seg.total * len(s.window)) }

// pause asks for what a pause needs.
func (s *stream) pause() {
	u := s.utt
	u.pausedAt, u.voiced = span(s.at(s.seg.last)), s.voiced()
	if u.words == nil {
		s.recognise(false)
	}
	if u.turn == nil && !u.judged {
		s.ask()
	}
	switch {
	case u.judged:
		s.report(u, u.opinion)
	case u.turn == nil:
		s.report(u, -1)
	default:
		s.judge.Reset(s.tuning.JudgeWithin)
	}
}

// resume goes on with the same utterance.
func (s *stream) resume() {
	reported := s.utt.reported
	s.abort()
	s.utt.joined = len(s.utt.pcm)
	s.fill()
	if reported {
		s.emit(engines.ListenEvent{
			Kind: engines.SpeechResumed, Utterance: s.utt.number, At: span(s.at(s.seg.first)), Speech: s.voiced(),
		})
	}
}

// abort stops all work for the utterance; what is under way was overtaken by the caller.
func (s *stream) abort() {
	u := s.utt
	for _, t := range []*task{u.words, u.look, u.turn} {
		if t != nil {
			t.cancel(errEnded)
		}
	}
	s.judge.Stop()
	u.words, u.look, u.turn, u.held, u.reported, u.judged = nil, nil, nil, nil, false, false
}

// finish ends the utterance after a Take. A caller who has gone on since is in the next one already, with all that was
// said since the pause.
func (s *stream) finish() {
	u := s.utt
	s.abort()
	s.leave(u.pcm[u.joined:])
}

// leave closes the utterance; in mid-speech the next one starts with the given audio if the speaker went on after a
// pause, else with what comes now.
func (s *stream) leave(since audio.PCM) {
	continued := s.seg.continued
	s.utt, s.heard = nil, s.at(s.seg.last)
	if !s.seg.end() {
		return
	}
	s.heard = s.scored
	if !continued {
		since = nil
	}
	s.begin(since)
}

// drop forgets the utterance when the stream ends.
func (s *stream) drop() {
	if s.utt != nil {
		s.abort()
	}
	s.utt = nil
}

// cut ends an utterance that is too long. Its recognition goes on beside the next utterance, and its final comes.
func (s *stream) cut() {
	u := s.utt
	if s.seg.phase == speaking {
		s.abort()
		u.pausedAt, u.voiced = span(s.at(s.seg.last)), s.voiced()
	}
	if u.words == nil {
		s.recognise(false)
	}
	s.report(u, 0) // goes on
	s.seg.continued = false
	s.leave(nil)
}

// sustained says that the utterance has become more than a sound of listening.
func (s *stream) sustained() {
	if s.utt.lasts || s.voiced() < s.tuning.Sustained {
		return
	}
	s.utt.lasts = true
	s.emit(engines.ListenEvent{Kind: engines.SpeechSustained, Utterance: s.utt.number, At: span(s.at(s.seg.first)), Speech: s.voiced()})
}

// peek asks for a partial when one is due and the recogniser is idle.
func (s *stream) peek() {
	if s.tuning.Partials < 0 || span(s.scored-s.utt.looked) < s.tuning.Partials || s.utt.words != nil || s.utt.look != nil {
		return
	}
	s.recognise(true)
}

// recognise asks for the words so far. At a pause the answer is the final one.
func (s *stream) recognise(partial bool) {
	u := s.utt
	s.mu.Lock()
	hint := s.hint
	s.mu.Unlock()
	var (
		pcm     = u.pcm.Clone()
		options = engines.RecognizeOptions{Language: s.language, Prompt: hint, Partial: partial}
		event   = engines.ListenEvent{
			Kind: engines.Transcribed, Utterance: u.number, At: span(s.at(s.seg.last)), Speech: s.voiced(), Final: !partial,
		}
		others = s.others
		t      *task
	)
	t = newTask(s.ctx, func(ctx context.Context, waited time.Duration) {
		e := event
		begun := time.Now()
		r, language, err := recogniseIn(ctx, s.hub.o.Recognizer, pcm, options, others)
		e.Took, e.Waited = time.Since(begun), waited
		e.Language, e.Text, e.Rejected, e.Words = language, r.Text, r.Rejected, r.Words
		e.AvgLogProb, e.NoSpeechProb = r.AvgLogProb, r.NoSpeechProb
		s.deliver(func() { s.transcribed(u, t, e, err) })
	})
	t.optional = partial
	switch err := s.hub.words.submit(t); {
	case err != nil && partial:
		return
	case err != nil:
		event.Rejected = RejectedBusy
		s.deliver(func() { s.transcribed(u, t, event, nil) })
	}
	if partial {
		u.looked, u.look = s.scored, t
		return
	}
	u.words = t
}

// transcribed takes a result of the recogniser.
func (s *stream) transcribed(u *utterance, t *task, e engines.ListenEvent, err error) {
	overtaken := t.ctx.Err() != nil
	t.cancel(errEnded) // frees the context
	if u.look == t {
		u.look = nil
	}
	if overtaken {
		return
	}
	if e.Final && e.Rejected == "" && err == nil {
		s.language = e.Language
	}
	if err != nil {
		s.log.Error("recognition failed", "err", err)
		e.Rejected = RejectedFailed
	}
	switch {
	case !e.Final && (e.Rejected != "" || u.words != nil):
		// a look at half a sentence is worth nothing when it is doubtful or when the whole one is coming
	case e.Final && !u.reported:
		u.held = &e
	default:
		s.emit(e)
	}
}

// ask has it judged whether the speaker is done, as soon as recognition starts: both are needed at the end of the pause. The detector
// knows speech that a pause has followed; what is missing of it is silence.
func (s *stream) ask() {
	u := s.utt
	if s.hub.turns == nil {
		return
	}
	missing := s.tuning.Pause - span(s.seg.quiet*len(s.window))
	pcm := append(u.pcm.Clone(), make(audio.PCM, max(0, int(missing*engines.Rate/time.Second)))...)
	var t *task
	t = newTask(s.ctx, func(ctx context.Context, _ time.Duration) {
		p, err := s.hub.o.Turn.EndOfTurn(ctx, pcm)
		s.deliver(func() {
			switch {
			case u.turn != t || t.ctx.Err() != nil:
				return
			case err != nil:
				s.log.Warn("turn detection failed", "err", err)
				p = -1
			}
			t.cancel(errEnded) // frees the context
			u.turn, u.judged, u.opinion = nil, true, p
			if s.utt == u && s.seg.phase == waiting {
				s.report(u, p)
			}
		})
	})
	if err := s.hub.turns.submit(t); err != nil {
		s.log.Warn("turn detection not asked", "err", err)
		return
	}
	u.turn = t
}

// report reports the pause, and the words if they came first.
func (s *stream) report(u *utterance, p float64) {
	s.judge.Stop()
	if u == nil || u.reported {
		return
	}
	if u.turn != nil {
		u.turn.cancel(errEnded)
		u.turn = nil
	}
	u.reported = true
	s.emit(engines.ListenEvent{
		Kind: engines.SpeechPaused, Utterance: u.number, At: u.pausedAt, TurnProb: p, Speech: u.voiced,
	})
	if u.held != nil {
		s.emit(*u.held)
		u.held = nil
	}
}
