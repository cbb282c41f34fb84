package selftest

import (
	"fmt"

	"frontdesk.internal/appliance/record"
)

// What a caller notices.
const (
	enoughSaid     = 0.8    // part of the expected words that must be in a reply
	enoughClear    = 0.6    // part of a reply's words that must be understood
	mostWordErrors = 0.25   // for each word asked
	slowReply      = 3000.0 // ms
	slowGreeting   = 500.0  // ms
	mostLost       = 0.01   // of the packets
)

// judge says what the figures mean. err says that the test came to no end.
func (r *run) judge(s *record.SelfTest, err error) {
	fatal := ""
	advise := func(g record.Grade, format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		if s.Grade != record.GradeFailed {
			s.Grade = g
		}
		if g == record.GradeFailed && fatal == "" {
			fatal = text
		}
		s.Advice = append(s.Advice, text)
	}
	s.Grade = record.GradeGood
	if !r.speech {
		advise(record.GradeFair,
			"Speech is not there now: callers get recorded phrases and the keypad, and no questions could be asked. frontdesk health says "+
				"why; frontdesk models list shows what is missing.")
	} else if !r.mind {
		advise(record.GradeFair,
			"The language model is not there now: questions in unusual words are not understood. frontdesk models list shows what is missing.")
	}
	switch {
	case r.refused != nil:
		advise(record.GradeFailed, "%s", r.t.o.Refusal(r.refused))
	case err != nil:
		advise(record.GradeFailed, "The test broke off: %v. Run it again; if it breaks off again, make a support bundle.", err)
	default:
		r.judgeCall(s, advise)
	}
	if r.others > 0 {
		s.Advice = append(s.Advice,
			fmt.Sprintf("Other calls went on meanwhile (%d): times are longer than on a quiet box. Run the test again when nobody calls.", r.others))
	}
	s.Text = sum(s, fatal)
}

// judgeCall judges a call that was made.
func (r *run) judgeCall(s *record.SelfTest, advise func(g record.Grade, format string, args ...any)) {
	if s.GreetingMS == 0 {
		advise(record.GradeFailed,
			"The call was answered, but no greeting was heard. Restart the box; if it stays silent, make a support bundle.")
		return
	}
	if s.GreetingMS > slowGreeting {
		advise(record.GradeFair, "The greeting came late (%.1f s). The machine is busy with something else: look at its load.", s.GreetingMS/1000)
	}
	lost := max(part(s.Box.Lost+s.Box.Late, s.Box.Received), part(s.Caller.Lost+s.Caller.Late, s.Caller.Received))
	if lost > mostLost {
		advise(record.GradeFair, "%.1f %% of the sound was lost inside the box: the machine is too busy to keep time. Look at its load.",
			lost*100)
	}
	if len(s.Questions) == 0 {
		if r.speech && len(r.plan) == 0 {
			advise(record.GradeFair, "The profile holds no fact that could be asked for. Enter opening hours, an address or a price.")
		}
		return
	}
	r.judgeTalk(s, advise)
}

// judgeTalk judges the questions and their replies.
func (r *run) judgeTalk(s *record.SelfTest, advise func(g record.Grade, format string, args ...any)) {
	right, silent, clarity := 0, 0, 0.0
	for _, q := range s.Questions {
		clarity += q.VoiceClear
		s.ReplyMaxMS = max(s.ReplyMaxMS, q.ReplyMS)
		switch {
		case q.ReplyMS == 0:
			silent++
		case q.Right:
			right++
		}
	}
	s.WordErrors, s.VoiceClear = r.total(s.Questions), clarity/float64(len(s.Questions))
	switch {
	case silent > 0:
		advise(record.GradeFailed, "%d of %d questions got no reply. Restart the box; if it happens again, make a support bundle.", silent,
			len(s.Questions))
	case right == 0:
		advise(record.GradeFailed, "None of the replies held the fact that was asked for. See what was heard in frontdesk calls show %s.", s.Call)
	case right < len(s.Questions):
		advise(record.GradeFair, "%d of %d replies did not hold the fact that was asked for. See what was heard in frontdesk calls show %s.",
			len(s.Questions)-right, len(s.Questions), s.Call)
	}
	if s.WordErrors > mostWordErrors {
		advise(record.GradeFair,
			"The box misheard %.0f %% of the words. Is the speech model the right one for its language? frontdesk models list shows it.",
			s.WordErrors*100)
	}
	if s.VoiceClear < enoughClear && silent == 0 {
		advise(record.GradeFair, "Only %.0f %% of the voice's words were understood at the other end. Try another voice: frontdesk models use.",
			s.VoiceClear*100)
	}
	if s.ReplyMaxMS > slowReply {
		advise(record.GradeFair,
			"A reply took %.1f s. Callers notice pauses above 3 s: choose a smaller model (frontdesk models use), or a faster machine.",
			s.ReplyMaxMS/1000)
	}
}

// sum says the verdict in a sentence or two; fatal is why a caller would not be served.
func sum(s *record.SelfTest, fatal string) string {
	right := 0
	for _, q := range s.Questions {
		if q.Right {
			right++
		}
	}
	switch {
	case s.Grade == record.GradeFailed:
		return "A caller would not be served now. " + fatal
	case len(s.Questions) == 0:
		return fmt.Sprintf("The box answers and greets callers after %.0f ms, but could not be asked anything.", s.GreetingMS)
	case s.Grade == record.GradeGood:
		return fmt.Sprintf("All is well: %d of %d questions were answered right, the longest wait was %.1f s.", right, len(s.Questions),
			s.ReplyMaxMS/1000)
	}
	return fmt.Sprintf("Callers are served, with limits: %d of %d questions were answered right, the longest wait was %.1f s.", right,
		len(s.Questions), s.ReplyMaxMS/1000)
}

func part(n, of uint64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
