package console

import (
	"context"
	"io"
	"time"
	"unicode"
	"unicode/utf8"
)

// escTime is how long an Esc waits for the rest of what an arrow key sends. The bytes of one key follow each other at once, at
// 9600 baud every millisecond.
const escTime = 50 * time.Millisecond

// typing reads keys from in and hands them to send until in ends, which is told to end, or ctx does. It returns at once. The
// reading goroutine ends with in: a read cannot be broken off.
func typing(ctx context.Context, in io.Reader, send func(press), end func()) (wait func()) {
	bytes := make(chan []byte)
	go func() {
		defer close(bytes)
		for {
			buf := make([]byte, 256)
			n, err := in.Read(buf)
			if n > 0 {
				select {
				case bytes <- buf[:n]:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if deliver(ctx, bytes, send) {
			end()
		}
	}()
	return func() { <-done }
}

// deliver turns bytes into keys until there are no more, which it reports, or ctx ends.
func deliver(ctx context.Context, bytes <-chan []byte, send func(press)) (over bool) {
	var d decoder
	timer := time.NewTimer(escTime)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case b, ok := <-bytes:
			if !ok {
				return true
			}
			d.take(b, send)
			timer.Reset(escTime)
		case <-timer.C:
			d.flush(send)
		}
	}
}

// decoder turns the bytes of a terminal into keys. Sequences that it does not know are swallowed whole; none is longer than
// maxSequence.
type decoder struct{ held []byte }

const maxSequence = 32

// take adds bytes, and gives every key that is complete to send.
func (d *decoder) take(b []byte, send func(press)) {
	for _, c := range b {
		d.held = append(d.held, c)
		for len(d.held) > 0 {
			n := d.first(send)
			if n == 0 {
				break
			}
			d.held = d.held[n:]
		}
	}
}

// flush gives out what is held: nothing came after an Esc, so somebody pressed just that.
func (d *decoder) flush(send func(press)) {
	if len(d.held) > 0 && d.held[0] == esc {
		send(press{name: "esc"})
	}
	d.held = nil
}

// first gives out the first key of what is held, and returns how many bytes it was; 0 = it is not complete.
func (d *decoder) first(send func(press)) int {
	h := d.held
	switch {
	case h[0] != esc:
		return character(h, send)
	case len(h) == 1:
		return 0
	case h[1] != '[' && h[1] != 'O':
		send(press{name: "esc"})
		return 1
	case len(h) == 2:
		return 0
	}
	last := h[len(h)-1]
	switch {
	case last == esc: // another key begins; this one is lost
		return len(h) - 1
	case last < '@' || last > '~':
		if len(h) < maxSequence {
			return 0
		}
	case len(h) == 3 && h[2] == '[': // the Linux console's function keys have two brackets
		return 0
	default:
		if name := sequence(string(h[2:])); name != "" {
			send(press{name: name})
		}
	}
	return len(h)
}

// sequence names the key of what comes after "ESC [" or "ESC O"; "" = none that is used.
func sequence(s string) string {
	switch s {
	case "A":
		return "up"
	case "B":
		return "down"
	case "C":
		return "right"
	case "D":
		return "left"
	case "M":
		return "enter" // of a keypad
	case "5~":
		return "pgup"
	case "6~":
		return "pgdown"
	}
	return ""
}

// character gives out the key of one character, and returns how many bytes it was.
func character(h []byte, send func(press)) int {
	switch c := h[0]; {
	case c == '\r' || c == '\n':
		send(press{name: "enter"})
	case c == 0x7f || c == 0x08:
		send(press{name: "backspace"})
	case c == '\t':
		send(press{name: "tab"})
	case c == ' ':
		send(press{"space", " "})
	case c == 0:
	case c < ' ':
		send(press{name: "ctrl+" + string(rune(c-1+'a'))})
	case c < utf8.RuneSelf:
		send(press{string(rune(c)), string(rune(c))})
	case !utf8.FullRune(h):
		return 0
	default:
		r, n := utf8.DecodeRune(h)
		if r != utf8.RuneError && unicode.IsPrint(r) {
			send(press{string(r), string(r)})
		}
		return n
	}
	return 1
}
