package console

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// input is one row that somebody types into.
type input struct {
	label  string
	value  string
	secret bool // shows stars
	most   int  // characters
	done   func(value string)
}

// key takes one key; closed tells that the row is finished, by Enter or by Esc.
func (i *input) key(k press) (closed bool) {
	switch k.name {
	case "enter":
		if i.done != nil {
			i.done(i.value)
		}
		return true
	case "esc", "ctrl+c", "ctrl+d":
		return true
	case "backspace":
		if i.value != "" {
			_, n := utf8.DecodeLastRuneInString(i.value)
			i.value = i.value[:len(i.value)-n]
		}
	case "ctrl+u":
		i.value = ""
	default:
		for _, r := range k.text {
			if unicode.IsPrint(r) && r != utf8.RuneError && utf8.RuneCountInString(i.value) < i.most {
				i.value += string(r)
			}
		}
	}
	return false
}

// draw writes the row, and puts the cursor behind what was typed.
func (i *input) draw(p *page) {
	shown := i.value
	if i.secret {
		shown = strings.Repeat("*", utf8.RuneCountInString(shown))
	}
	label := " " + i.label + ": "
	room := max(4, p.width-len(label)-2)
	if n := utf8.RuneCountInString(shown); n > room { // the end is what is typed at
		shown = string([]rune(shown)[n-room:])
	}
	p.row(span{strong, label}, span{plain, shown})
	p.cursor = &cursor{min(p.width-1, len(label)+utf8.RuneCountInString(shown)), len(p.rows) - 1}
}
