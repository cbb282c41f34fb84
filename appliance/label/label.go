// Package label draws the label that is stuck on a box: what it is called, where its page is, and that address as a QR code for a phone.
// It is pure.
package label

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"strings"

	"rsc.io/qr"
)

// Facts are what stands on a label.
type Facts struct {
	Name string   `json:"name"`           // of the machine
	Page string   `json:"page"`           // address of the page
	MACs []string `json:"macs"`           // of its network cards
	Code string   `json:"code,omitempty"` // makes the owner's account, once; "" = there is an owner
}

//go:embed label.svg
var drawing string

// Draw writes the label as SVG, for paper of 62 by 29 mm.
func Draw(w io.Writer, f Facts) error {
	t, err := template.New("label").Parse(drawing)
	if err != nil {
		return fmt.Errorf("read label: %w", err)
	}
	path, width, err := QR(f.Page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	data := struct {
		Facts
		Path  string
		Width int
		Size  int // of the address's letters, so that it fits
	}{f, path, width, min(26, 560/max(1, len(f.Page)))}
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("draw label: %w", err)
	}
	_, err = b.WriteTo(w)
	return err
}

// QR draws a text as a QR code: the path of an SVG, a unit a module, and its width with the quiet zone of four.
func QR(text string) (path string, width int, err error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, fmt.Errorf("draw QR code: %w", err)
	}
	const quiet = 4
	var b strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String(), c.Size + 2*quiet, nil
}

// Blocks draws a text as a QR code for a terminal, light on dark, two modules a character.
func Blocks(text string) (string, error) {
	c, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	const quiet = 2
	var b strings.Builder
	for y := -quiet; y < c.Size+quiet; y += 2 {
		for x := -quiet; x < c.Size+quiet; x++ {
			switch top, bottom := c.Black(x, y), c.Black(x, y+1); {
			case top && bottom:
				b.WriteByte(' ')
			case top:
				b.WriteString("▄")
			case bottom:
				b.WriteString("▀")
			default:
				b.WriteString("█")
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
