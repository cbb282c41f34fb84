// Package statistics sums up calls for the owner: when people call, why, what becomes of it, and how long they wait. It is computed
// on the box, from records that stay there, and holds nothing of anybody: no number, name, word or ID. A reason that fewer than
// three people had is counted among the others, for a single one may be known by it.
//
// It is pure: records in, figures out.
package statistics

import (
	"maps"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/summary"
)

// least is how many different people a cell by reason must have.
const least = 3

// Other is where the rest is counted.
const Other = "other"

// Report is a period in figures.
type Report struct {
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to"`
	Calls     int            `json:"calls"`
	Answered  int            `json:"answered"`
	Callers   int            `json:"callers"`       // different ones, who are known by a number
	Repeat    float64        `json:"repeat_share"`  // of them, who called more than once
	Days      []Day          `json:"days"`          // with calls, the oldest first
	Hours     [24]int        `json:"by_hour"`       // calls
	Weekdays  [7]int         `json:"by_weekday"`    // calls, from Sunday on
	Results   map[string]int `json:"results"`       //
	Reasons   map[string]int `json:"reasons"`       // calls by what they were about, in words; few ones are in "other"
	Duration  Spread         `json:"duration_s"`    // of answered calls
	Response  Spread         `json:"response_ms"`   // from the caller's last word to our first
	Messages  int            `json:"messages"`      //
	Open      int            `json:"messages_open"` //
	DoneAfter Spread         `json:"done_after_h"`  // hours until a message was dealt with
	Questions int            `json:"unanswered"`    // questions without an answer, now
	Lost      float64        `json:"packets_lost"`  // share of all packets
}

// Clone is a report that shares nothing with r.
func (r Report) Clone() Report {
	r.Days, r.Results, r.Reasons = slices.Clone(r.Days), maps.Clone(r.Results), maps.Clone(r.Reasons)
	return r
}

// Day is one day.
type Day struct {
	Day      string `json:"day"`
	Calls    int    `json:"calls"`
	Answered int    `json:"answered"`
}

// Spread is how values lie.
type Spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

// Input is what is summed up.
type Input struct {
	From, To  time.Time
	Place     *time.Location // of the business: days and hours are its own
	Calls     []record.Call  // of the period
	Messages  []record.Message
	Turns     func(call string) ([]record.Turn, error)
	Questions int
}

// Compute sums up.
func Compute(in Input) (Report, error) {
	r := Report{From: in.From, To: in.To, Results: map[string]int{}, Reasons: map[string]int{}, Days: []Day{}, Questions: in.Questions}
	s := summing{
		r: &r, in: in, days: map[string]*Day{}, callers: map[string]int{}, reasons: map[string]map[string]bool{}, counts: map[string]int{},
	}
	for _, c := range in.Calls {
		if err := s.call(c); err != nil {
			return r, err
		}
	}
	for _, m := range in.Messages {
		s.message(m)
	}
	s.finish()
	return r, nil
}

// summing is one computation.
type summing struct {
	r       *Report
	in      Input
	days    map[string]*Day
	callers map[string]int             // calls by caller
	reasons map[string]map[string]bool // callers by reason
	counts  map[string]int             // calls by reason

	durations, responses, done []float64
	received, lost             uint64
}

func (s *summing) call(c record.Call) error {
	at := c.Started.In(s.in.Place)
	s.r.Calls++
	s.r.Hours[at.Hour()]++
	s.r.Weekdays[at.Weekday()]++
	day := s.days[at.Format(time.DateOnly)]
	if day == nil {
		day = &Day{Day: at.Format(time.DateOnly)}
		s.days[day.Day] = day
	}
	day.Calls++
	who := c.CallerID
	if who == "" {
		who = "withheld " + c.ID // whoever it was
	} else {
		s.callers[who]++
	}
	s.r.Results[string(c.Outcome.Result)]++
	s.received, s.lost = s.received+c.Line.Received, s.lost+c.Line.Lost
	if c.Answered.IsZero() {
		return nil
	}
	s.r.Answered++
	day.Answered++
	if !c.Ended.IsZero() {
		s.durations = append(s.durations, c.Ended.Sub(c.Answered).Seconds())
	}
	turns, err := s.in.Turns(c.ID)
	for _, reason := range summary.Topics(summary.Decisions(turns)) {
		s.counts[reason]++
		if s.reasons[reason] == nil {
			s.reasons[reason] = map[string]bool{}
		}
		s.reasons[reason][who] = true
	}
	for _, t := range turns {
		if t.Total > 0 {
			s.responses = append(s.responses, float64(t.Total.Milliseconds()))
		}
	}
	return err
}

func (s *summing) message(m record.Message) {
	s.r.Messages++
	switch {
	case !m.Done:
		s.r.Open++
	case m.DoneAt.After(m.At):
		s.done = append(s.done, m.DoneAt.Sub(m.At).Hours())
	}
}

func (s *summing) finish() {
	for reason, n := range s.counts {
		if len(s.reasons[reason]) < least {
			reason = Other
		}
		s.r.Reasons[reason] += n
	}
	repeat := 0
	for _, n := range s.callers {
		if n > 1 {
			repeat++
		}
	}
	s.r.Callers = len(s.callers)
	s.r.Repeat = share(float64(repeat), float64(len(s.callers)))
	s.r.Lost = share(float64(s.lost), float64(s.received+s.lost))
	s.r.Duration, s.r.Response, s.r.DoneAfter = spread(s.durations), spread(s.responses), spread(s.done)
	for _, d := range s.days {
		s.r.Days = append(s.r.Days, *d)
	}
	slices.SortFunc(s.r.Days, func(a, b Day) int {
		if a.Day < b.Day {
			return -1
		}
		return 1
	})
}

func share(part, of float64) float64 {
	if of == 0 {
		return 0
	}
	return float64(int(part/of*1e6+0.5)) / 1e6
}

// spread takes quantiles by nearest rank.
func spread(v []float64) Spread {
	if len(v) == 0 {
		return Spread{}
	}
	slices.Sort(v)
	at := func(q float64) float64 {
		return float64(int(v[min(len(v)-1, int(q*float64(len(v))))]*10+0.5)) / 10
	}
	return Spread{at(0.5), at(0.95), at(0.99)}
}
