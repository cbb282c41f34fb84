package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// printer writes what commands show. It keeps the first error.
type printer struct {
	w      io.Writer
	before func() // before something is printed; nil = nothing
	err    error
}

func (p *printer) begin() {
	if p.before != nil {
		p.before()
	}
}

func (p *printer) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}

// json prints v with indentation.
func (p *printer) json(v any) {
	p.begin()
	e := json.NewEncoder(p.w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	p.keep(e.Encode(v))
}

// line prints one line.
func (p *printer) line(format string, args ...any) {
	p.begin()
	_, err := fmt.Fprintf(p.w, format+"\n", args...)
	p.keep(err)
}

// table prints rows below a head in columns; without rows it says none.
func (p *printer) table(none string, head []string, rows [][]string) {
	if len(rows) == 0 {
		p.line("%s", none)
		return
	}
	p.begin()
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = shown(c)
		}
		_, err := fmt.Fprintln(t, strings.TrimRight(strings.Join(cells, "\t"), "\t "))
		p.keep(err)
	}
	p.keep(t.Flush())
}

// fields prints pairs of name and value below each other, and leaves out those without a value.
func (p *printer) fields(pairs ...string) {
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		_, err := fmt.Fprintf(t, "%s\t%s\n", pairs[i], shown(pairs[i+1]))
		p.keep(err)
	}
	p.keep(t.Flush())
}

// shown takes out of a text what could steer a terminal: callers choose their own display names.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// when shows a time as people read it here; "" for none.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// lasted shows a length of time in whole seconds; "" for none.
func lasted(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return d.Round(time.Second).String()
}
