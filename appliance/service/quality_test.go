package service_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

func TestJudgeLine(t *testing.T) {
	tests := map[string]struct {
		line    record.LineQuality
		verdict string
		mos     float64
	}{
		"nothing came":        {record.LineQuality{Sent: 500}, service.QualityUnknown, 0},
		"clear":               {record.LineQuality{Received: 5000, JitterMS: 1}, service.QualityGood, 4.4},
		"1 % lost":            {record.LineQuality{Received: 990, Lost: 10}, service.QualityGood, 4.3},
		"3 % lost":            {record.LineQuality{Received: 970, Lost: 30}, service.QualityGood, 4.1},
		"5 % lost":            {record.LineQuality{Received: 950, Lost: 50}, service.QualityFair, 3.8},
		"10 % lost":           {record.LineQuality{Received: 900, Lost: 100}, service.QualityPoor, 3.3},
		"late counts":         {record.LineQuality{Received: 1000, Late: 100}, service.QualityPoor, 3.3},
		"30 % lost":           {record.LineQuality{Received: 700, Lost: 300}, service.QualityBad, 2.0},
		"all lost":            {record.LineQuality{Received: 1, Lost: 9999}, service.QualityBad, 1.0},
		"heavy jitter":        {record.LineQuality{Received: 1000, JitterMS: 120}, service.QualityFair, 3.7},
		"the caller's side":   {record.LineQuality{Received: 1000, RemoteLoss: 0.1}, service.QualityPoor, 3.3},
		"figures out of hand": {record.LineQuality{Received: 10, Late: 1 << 40, RemoteLoss: 7, JitterMS: -3}, service.QualityBad, 1.0},
	}
	for name, tt := range tests {
		q := service.JudgeLine("PCMU", tt.line)
		if q.Verdict != tt.verdict || q.MOS < tt.mos-0.11 || q.MOS > tt.mos+0.11 || !strings.HasSuffix(q.Text, ".") {
			t.Errorf("%s: %+v, want %s %.1f", name, q, tt.verdict, tt.mos)
		}
	}
}

// A wideband call is judged on its own scale, and a slow network counts.
func TestJudgeLineCodecAndRoundTrip(t *testing.T) {
	for name, x := range map[string]struct {
		codec string
		line  record.LineQuality
		mos   float64
	}{
		"wide, clear":         {"G722", record.LineQuality{Received: 5000, JitterMS: 1}, 4.3},
		"wide, 5 % lost":      {"G722", record.LineQuality{Received: 950, Lost: 50}, 4.0},
		"near":                {"PCMA", record.LineQuality{Received: 5000, RoundTrip: 4 * time.Millisecond}, 4.4},
		"far":                 {"PCMA", record.LineQuality{Received: 5000, RoundTrip: 600 * time.Millisecond}, 3.4},
		"figures out of hand": {"G722", record.LineQuality{Received: 5000, RoundTrip: -time.Hour}, 4.3},
	} {
		if q := service.JudgeLine(x.codec, x.line); q.MOS < x.mos-0.11 || q.MOS > x.mos+0.11 {
			t.Errorf("%s: %+v, want MOS %.1f", name, q, x.mos)
		}
	}
	if q := service.JudgeLine("PCMU", record.LineQuality{Received: 5000, RoundTrip: 600 * time.Millisecond}); !strings.HasPrefix(q.Text,
		"Slow") {
		t.Errorf("nothing was lost: %s", q.Text)
	}
	before := 5.0
	for lost := uint64(0); lost <= 1000; lost += 5 {
		q := service.JudgeLine("G722", record.LineQuality{Received: 1001 - lost, Lost: lost})
		if q.MOS > before || q.MOS < 1 {
			t.Fatalf("%d lost: MOS %.2f after %.2f", lost, q.MOS, before)
		}
		before = q.MOS
	}
}

// More loss never sounds better.
func TestJudgeLineFalls(t *testing.T) {
	before := 5.0
	for lost := uint64(0); lost <= 1000; lost += 5 {
		q := service.JudgeLine("PCMA", record.LineQuality{Received: 1001 - lost, Lost: lost})
		if q.MOS > before || q.MOS < 1 {
			t.Fatalf("%d lost: MOS %.2f after %.2f", lost, q.MOS, before)
		}
		before = q.MOS
	}
}
