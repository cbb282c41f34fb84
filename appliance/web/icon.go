package web

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// iconSize is the width of the picture for home screens, in pixels.
const iconSize = 192

// drawIcon draws what icon.svg shows, a bell, as a PNG: home screens take no SVG.
func drawIcon() ([]byte, error) {
	ground, ink := color.RGBA{0x1f, 0x5f, 0x5b, 0xff}, color.RGBA{0xfb, 0xf9, 0xf4, 0xff}
	m := image.NewRGBA(image.Rect(0, 0, iconSize, iconSize))
	for y := range iconSize {
		for x := range iconSize {
			// In the units of icon.svg, 32 in width; its strokes are 2.4 wide.
			px, py := (float64(x)+0.5)*32/iconSize, (float64(y)+0.5)*32/iconSize
			d := min(
				fromSegment(px, py, 7, 22, 25, 22), fromSegment(px, py, 16, 12, 16, 15), fromSegment(px, py, 14, 11, 18, 11),
				fromArch(px, py, 16, 22, 7),
			)
			share := min(1, max(0, (1.2-d)*iconSize/32+0.5))
			mix := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share) }
			m.SetRGBA(x, y, color.RGBA{mix(ground.R, ink.R), mix(ground.G, ink.G), mix(ground.B, ink.B), 0xff})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("draw icon: %w", err)
	}
	return b.Bytes(), nil
}

// fromSegment is how far a point is from a line.
func fromSegment(px, py, ax, ay, bx, by float64) float64 {
	t := ((px-ax)*(bx-ax) + (py-ay)*(by-ay)) / ((bx-ax)*(bx-ax) + (by-ay)*(by-ay))
	t = min(1, max(0, t))
	return math.Hypot(px-ax-t*(bx-ax), py-ay-t*(by-ay))
}

// fromArch is how far a point is from the upper half of a circle.
func fromArch(px, py, cx, cy, r float64) float64 {
	if py <= cy {
		return math.Abs(math.Hypot(px-cx, py-cy) - r)
	}
	return min(math.Hypot(px-cx+r, py-cy), math.Hypot(px-cx-r, py-cy))
}
