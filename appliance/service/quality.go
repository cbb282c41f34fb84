package service

import (
	"fmt"
	"math"

	"frontdesk.internal/appliance/record"
)

// How the sound of a call was, as a person would say it.
const (
	QualityUnknown = "unknown" // no sound came in
	QualityGood    = "good"
	QualityFair    = "fair"
	QualityPoor    = "poor"
	QualityBad     = "bad"
)

// Quality is how the sound of a call was.
type Quality struct {
	Verdict     string  `json:"verdict"`      // one of Quality…
	Text        string  `json:"text"`         // one plain sentence
	MOS         float64 `json:"mos"`          // estimated, 1 to 4.4; 0 when it is not known
	R           float64 `json:"r"`            // transmission rating of the E-model, 0 to 93.2; of a G.722 call on the same scale
	LossPercent float64 `json:"loss_percent"` // of the caller's sound: packets that did not come, or came too late
	SentPercent float64 `json:"sent_loss_percent"`
	JitterMS    float64 `json:"jitter_ms"`
	RoundTripMS float64 `json:"round_trip_ms"`    // of the network, from RTCP; 0 when the other side does not report
	Concealed   uint64  `json:"concealed_frames"` // 20 ms each, filled in
}

// Figures of the E-model for G.711 with 20 ms packets and packet loss concealment.
const (
	// A wideband call is rated by ITU-T G.107.1: the best R is 129, G.722 at 64 kbit/s takes 13 of it (G.113 Appendix IV), and R is divided by
	// 1.29 for the scale of MOS. How loss is heard depends on the concealment, which is the same for both codecs, so Bpl is that of G.711.
	ratingWide = 129.0
	wideG722   = 13.0
	wideScale  = 1.29

	slow        = 200.0 // ms of round trip, from which on people notice it
	ratingClear = 93.2  // R with all defaults of ITU-T G.107 (03/2005 and later), table 3
	lossRobust  = 25.1  // Bpl of G.711 with concealment after its Appendix I: ITU-T G.113 Appendix I, table I.4
	fixedDelay  = 50.0  // ms: packet, path in the house, half a frame of mixing; what the jitter buffer adds comes on top
)

// JudgeLine estimates how the sound of a call was from what the line measured, in both directions the worse one. It is the
// E-model of ITU-T G.107 with everything at its default but delay and random loss: R = 93.2 − Id − Ie,eff, where Id is the
// piecewise line of Cole and Rosenbluth ("Voice over IP performance monitoring", 2001) and Ie,eff is G.107 equation 7-29
// with Ie = 0 (G.711; for G.722 see wideG722) and BurstR = 1; MOS is equation B-4 of its Annex B.
func JudgeLine(codec string, l record.LineQuality) Quality {
	q := Quality{
		Verdict: QualityUnknown, Text: "No sound came in.", JitterMS: l.JitterMS, Concealed: l.Concealed,
		RoundTripMS: float64(l.RoundTrip.Microseconds()) / 1000,
	}
	if l.Received == 0 {
		return q
	}
	expected := float64(l.Received + l.Lost)
	q.LossPercent = min(100, 100*float64(l.Lost+l.Late)/expected)
	q.SentPercent = min(100, max(0, 100*l.RemoteLoss))
	worst := max(q.LossPercent, q.SentPercent)
	delay := fixedDelay + 2*max(0, l.JitterMS) + max(0, q.RoundTripMS)/2
	impaired := 0.024 * delay
	if delay > 177.3 {
		impaired += 0.11 * (delay - 177.3)
	}
	q.R = math.Max(0, rating(codec, impaired, worst))
	q.MOS = math.Round(10*mos(q.R)) / 10
	q.R = math.Round(10*q.R) / 10
	// The steps are those of G.107 Annex B, table B.1: R 80 "satisfied", 70 "some dissatisfied", 60 "many dissatisfied".
	switch {
	case q.R >= 80 && worst > 1:
		q.Verdict, q.Text = QualityGood, "Good: a little was lost, which hardly anybody hears."
	case q.R >= 80:
		q.Verdict, q.Text = QualityGood, "Good: nothing was lost that anybody would hear."
	case q.R >= 70:
		q.Verdict, q.Text = QualityFair, "Fair: a word here and there was harder to hear."
	case q.R >= 60:
		q.Verdict, q.Text = QualityPoor, "Poor: some words were lost."
	default:
		q.Verdict, q.Text = QualityBad, "Bad: much was lost; look at the network between this box and the telephone system."
	}
	if q.Verdict != QualityGood && worst < 1 && q.RoundTripMS > slow {
		q.Text = "Slow: the sound is long on its way, so that both talk at once."
	}
	if q.Verdict != QualityGood && q.SentPercent > q.LossPercent {
		q.Text = fmt.Sprintf("%s It was what the caller heard; %.0f %% did not arrive there.", q.Text, q.SentPercent)
	}
	return q
}

// rating is R for a codec, what delay takes of it, and the loss in percent.
func rating(codec string, delayed, loss float64) float64 {
	spread := loss / (loss + lossRobust)
	if codec == "G722" {
		return (ratingWide - delayed - wideG722 - (95-wideG722)*spread) / wideScale
	}
	return ratingClear - delayed - 95*spread
}

// mos is the mean opinion score of a rating (ITU-T G.107 Annex B).
func mos(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return math.Max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}
