// Package progress is what the person who waits is told: how far long work is, as a bar with rate and time left on a terminal and as plain
// lines elsewhere, and when it fails, what to do (a [Fault]).
//
// [Tell] takes how far a piece of work has come from who does it to who waits for it ([With]), by way of the context: who does the
// work need not know whether anybody waits, or behind how many doors. A Reporter shows it to people.
//
// A Reporter shows one bar at a time and draws when it is told of progress, at most ten times a second; it starts no
// goroutines. A Bar may be moved from several goroutines. A nil *Reporter and its bars are silent, so that callers need
// not ask whether anybody looks.
package progress

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Intervals of drawing and of the rate.
const (
	drawEvery  = 100 * time.Millisecond
	plainEvery = 10 * time.Second
	rateWindow = 5 * time.Second
)

// plainLeast is the size below which work in bytes is not worth a plain line.
const plainLeast = 8 << 20

// Unit says what a bar counts.
type Unit int

// Units.
const (
	// Bytes are shown as MB and MB/s.
	Bytes Unit = iota
	// Steps are counted and shown without a rate.
	Steps
)

// Options of a Reporter. The zero value writes plain lines of 80 columns by the system's clock.
type Options struct {
	// Terminal is whether the writer can overwrite its last line.
	Terminal bool
	// Width returns the columns of the terminal.
	Width func() int
	// Now is the clock.
	Now func() time.Time
}

// Reporter writes progress to one writer.
type Reporter struct {
	mu    sync.Mutex
	w     io.Writer
	o     Options
	drawn bool // A bar stands on the last line.
}

// New returns a Reporter that writes to w.
func New(w io.Writer, o Options) *Reporter {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Width == nil {
		o.Width = func() int { return 80 }
	}
	return &Reporter{w: w, o: o}
}

// Say writes one line above whatever bar is shown.
func (r *Reporter) Say(format string, args ...any) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line(fmt.Sprintf(format, args...))
}

// line writes a lasting line. Needs r.mu.
func (r *Reporter) line(text string) {
	if r.drawn {
		fmt.Fprint(r.w, "\r\x1b[K")
		r.drawn = false
	}
	fmt.Fprintln(r.w, text)
}

// Bar is the progress of one piece of work.
type Bar struct {
	r       *Reporter
	name    string
	unit    Unit
	total   int64
	done    int64
	started time.Time
	shown   time.Time
	marks   []mark // Recent positions of bytes, for the rate; steps differ too much and go by their beginning.
	ended   bool
	quiet   bool // Too small for a plain line.
}

// mark is a position at a time.
type mark struct {
	at   time.Time
	done int64
}

// Start begins a bar. done of total is already there, from an earlier run; a total of 0 is not known.
func (r *Reporter) Start(name string, unit Unit, done, total int64) *Bar {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.o.Now()
	b := &Bar{r: r, name: name, unit: unit, total: total, done: done, started: now, shown: now}
	b.marks = []mark{{now, done}}
	if r.o.Terminal {
		b.draw(now)
		return b
	}
	b.quiet = unit == Bytes && total-done < plainLeast
	switch {
	case b.quiet:
	case unit == Bytes:
		r.line(fmt.Sprintf("%s: %s", name, Size(total-done)))
	default:
		r.line(name)
	}
	return b
}

// Add moves the bar on by n.
func (b *Bar) Add(n int64) {
	if b != nil {
		b.move(func() { b.done += n })
	}
}

// Set moves the bar to done of total.
func (b *Bar) Set(done, total int64) {
	if b != nil {
		b.move(func() { b.done, b.total = done, total })
	}
}

func (b *Bar) move(change func()) {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	change()
	now := b.r.o.Now()
	if last := b.marks[len(b.marks)-1]; b.unit == Bytes && now.Sub(last.at) >= drawEvery {
		b.marks = append(b.marks, mark{now, b.done})
		for len(b.marks) > 2 && now.Sub(b.marks[0].at) > rateWindow {
			b.marks = b.marks[1:]
		}
	}
	switch since := now.Sub(b.shown); {
	case b.ended:
	case b.r.o.Terminal && since >= drawEvery:
		b.draw(now)
	case !b.r.o.Terminal && since >= plainEvery:
		b.shown = now
		b.r.line(b.name + ": " + b.state(now))
	}
}

// Done ends the bar with a line that says what was done in how long.
func (b *Bar) Done() {
	if b == nil {
		return
	}
	b.end(func(took time.Duration) string {
		if b.unit == Bytes && b.total > 0 {
			return fmt.Sprintf("%s: done, %s in %s", b.name, Size(b.total), short(took))
		}
		return fmt.Sprintf("%s: done in %s", b.name, short(took))
	})
}

// Stop ends the bar without saying anything; after Done it does nothing. Errors are told by who returns them.
func (b *Bar) Stop() {
	if b != nil {
		b.end(nil)
	}
}

func (b *Bar) end(text func(time.Duration) string) {
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	if b.ended {
		return
	}
	b.ended = true
	if text != nil && !b.quiet {
		b.r.line(text(b.r.o.Now().Sub(b.started)))
	} else if b.r.drawn {
		fmt.Fprint(b.r.w, "\r\x1b[K")
		b.r.drawn = false
	}
}

// draw overwrites the last line with the bar. Needs r.mu.
func (b *Bar) draw(now time.Time) {
	b.shown = now
	const barWidth = 24
	text := b.name
	if b.total > 0 {
		full := int(min(b.done, b.total) * barWidth / b.total)
		text += " [" + strings.Repeat("=", full) + strings.Repeat(" ", barWidth-full) + "] "
	} else {
		text += ": "
	}
	text += b.state(now)
	if width := b.r.o.Width(); width > 1 && utf8.RuneCountInString(text) >= width {
		text = string([]rune(text)[:width-1])
	}
	fmt.Fprint(b.r.w, "\r"+text+"\x1b[K")
	b.r.drawn = true
}

// state is the position in words: part, rate and time left.
func (b *Bar) state(now time.Time) string {
	var s string
	switch {
	case b.unit == Steps && b.total > 0:
		s = fmt.Sprintf("%d of %d", min(b.done, b.total), b.total)
	case b.unit == Steps:
		s = fmt.Sprintf("%d", b.done)
	case b.total > 0:
		s = fmt.Sprintf("%d%% of %s", min(b.done*100/b.total, 100), Size(b.total))
	default:
		s = Size(b.done)
	}
	rate := b.rate(now)
	if rate <= 0 {
		return s
	}
	if b.unit == Bytes {
		s += fmt.Sprintf(", %s/s", Size(int64(rate)))
	}
	if left := b.total - b.done; left > 0 {
		s += fmt.Sprintf(", %s left", short(time.Duration(float64(left)/rate*float64(time.Second))))
	}
	return s
}

// rate is the speed over the last seconds, per second.
func (b *Bar) rate(now time.Time) float64 {
	first := b.marks[0]
	if took := now.Sub(first.at).Seconds(); took >= 0.5 {
		return float64(b.done-first.done) / took
	}
	return 0
}

// Size writes a number of bytes for a person.
func Size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// short writes a duration to the second.
func short(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	if d < time.Hour {
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
