package llama

import (
	"fmt"
	"strings"
)

// Placeholders stand for the texts while the chat template is applied, so that the places of the texts are known and
// nothing in the texts themselves can be taken for part of the template.
const (
	systemPlace = "SYSTEMx7f3aTEXT"
	userPlace   = "USERx91c2TEXT"
)

// layout is a chat template taken apart at the texts: head system middle user tail.
type layout struct {
	head, middle, tail string
}

// newLayout takes a rendered template apart. withSystem says whether it was rendered with a system text; without one
// all that stands before the user's text is the head.
func newLayout(rendered string, withSystem bool) (layout, error) {
	before, tail, ok := strings.Cut(rendered, userPlace)
	if !ok || strings.Contains(tail, userPlace) {
		return layout{}, fmt.Errorf("take chat template apart: it does not hold the user's text once")
	}
	if !withSystem {
		return layout{head: before, tail: tail}, nil
	}
	head, middle, ok := strings.Cut(before, systemPlace)
	if !ok || strings.Contains(middle, systemPlace) || strings.Contains(tail, systemPlace) {
		return layout{}, fmt.Errorf("take chat template apart: it does not hold the system text once, ahead of the user's")
	}
	return layout{head: head, middle: middle, tail: tail}, nil
}
