package engines

import (
	"encoding/binary"
	"fmt"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

// appendPCM appends the samples of p to dst, 16 bit little endian.
func appendPCM(dst []byte, p audio.PCM) []byte {
	for _, s := range p {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(s))
	}
	return dst
}

// decodePCM appends the samples in b to dst; an odd last byte is left out.
func decodePCM(dst audio.PCM, b []byte) audio.PCM {
	for ; len(b) >= 2; b = b[2:] {
		dst = append(dst, int16(binary.LittleEndian.Uint16(b)))
	}
	return dst
}

func eventToPB(e ListenEvent) *enginespb.ListenEvent {
	p := &enginespb.ListenEvent{
		Kind:         enginespb.EventKind(e.Kind),
		Utterance:    e.Utterance,
		At:           int64(e.At),
		Now:          int64(e.Now),
		TurnProb:     e.TurnProb,
		Speech:       int64(e.Speech),
		Final:        e.Final,
		Text:         e.Text,
		Rejected:     e.Rejected,
		AvgLogProb:   e.AvgLogProb,
		NoSpeechProb: e.NoSpeechProb,
		Took:         int64(e.Took),
		Waited:       int64(e.Waited),
		Language:     e.Language,
	}
	for _, w := range e.Words {
		p.Words = append(p.Words, &enginespb.Word{Text: w.Text, Prob: w.Prob})
	}
	return p
}

func eventFromPB(p *enginespb.ListenEvent) ListenEvent {
	e := ListenEvent{
		Kind:         EventKind(p.GetKind()),
		Utterance:    p.GetUtterance(),
		At:           time.Duration(p.GetAt()),
		Now:          time.Duration(p.GetNow()),
		TurnProb:     p.GetTurnProb(),
		Speech:       time.Duration(p.GetSpeech()),
		Final:        p.GetFinal(),
		Text:         p.GetText(),
		Rejected:     p.GetRejected(),
		AvgLogProb:   p.GetAvgLogProb(),
		NoSpeechProb: p.GetNoSpeechProb(),
		Took:         time.Duration(p.GetTook()),
		Waited:       time.Duration(p.GetWaited()),
		Language:     p.GetLanguage(),
	}
	for _, w := range p.GetWords() {
		e.Words = append(e.Words, Word{Text: w.GetText(), Prob: w.GetProb()})
	}
	return e
}

func requestToPB(r CompleteRequest) *enginespb.CompleteRequest {
	return &enginespb.CompleteRequest{
		Call:      r.Call,
		Prefix:    r.Prefix,
		Prompt:    r.Prompt,
		Begin:     r.Begin,
		Grammar:   r.Grammar,
		MaxTokens: int32(min(max(r.MaxTokens, 0), 1<<20)),
		Stop:      r.Stop,
		Scores:    r.Scores,
	}
}

func requestFromPB(p *enginespb.CompleteRequest) CompleteRequest {
	return CompleteRequest{
		Call:      p.GetCall(),
		Prefix:    p.GetPrefix(),
		Prompt:    p.GetPrompt(),
		Begin:     p.GetBegin(),
		Grammar:   p.GetGrammar(),
		MaxTokens: int(p.GetMaxTokens()),
		Stop:      p.GetStop(),
		Scores:    p.GetScores(),
	}
}

func completionToPB(c Completion) *enginespb.CompleteReply {
	p := &enginespb.CompleteReply{
		Text:      c.Text,
		Scores:    c.Scores,
		Truncated: c.Truncated,
		Prefilled: int32(c.Prefilled),
		Waited:    int64(c.Waited),
		Prefill:   int64(c.Prefill),
		Decode:    int64(c.Decode),
	}
	for _, t := range c.Tokens {
		p.Tokens = append(p.Tokens, &enginespb.Token{Text: t.Text, LogProb: t.LogProb, Margin: t.Margin})
	}
	return p
}

func completionFromPB(p *enginespb.CompleteReply) Completion {
	c := Completion{
		Text:      p.GetText(),
		Scores:    p.GetScores(),
		Truncated: p.GetTruncated(),
		Prefilled: int(p.GetPrefilled()),
		Waited:    time.Duration(p.GetWaited()),
		Prefill:   time.Duration(p.GetPrefill()),
		Decode:    time.Duration(p.GetDecode()),
	}
	for _, t := range p.GetTokens() {
		c.Tokens = append(c.Tokens, Token{Text: t.GetText(), LogProb: t.GetLogProb(), Margin: t.GetMargin()})
	}
	return c
}

func vectorsToPB(v Vectors) (*enginespb.EmbedReply, error) {
	p := &enginespb.EmbedReply{Model: v.Model}
	dim := 0
	for _, d := range v.Dims {
		p.Dims = append(p.Dims, int32(d))
		dim += d
	}
	p.Vectors = make([]float32, 0, len(v.Vectors)*dim)
	for _, x := range v.Vectors {
		if len(x) != dim || len(x) == 0 {
			return nil, fmt.Errorf("model %s gave vectors of %d and %d numbers", v.Model, dim, len(x))
		}
		p.Vectors = append(p.Vectors, x...)
	}
	return p, nil
}

// vectorsFromPB cuts the numbers into n vectors.
func vectorsFromPB(p *enginespb.EmbedReply, n int) (Vectors, error) {
	v, dim, all := Vectors{Model: p.GetModel()}, 0, p.GetVectors()
	for _, d := range p.GetDims() {
		if d < 1 {
			return Vectors{}, fmt.Errorf("model %s gave a part of %d numbers", v.Model, d)
		}
		v.Dims, dim = append(v.Dims, int(d)), dim+int(d)
	}
	if n > 0 && dim == 0 || len(all) != n*dim {
		return Vectors{}, fmt.Errorf("model %s gave %d numbers for %d texts, %d each", v.Model, len(all), n, dim)
	}
	for i := range n {
		v.Vectors = append(v.Vectors, all[i*dim:(i+1)*dim:(i+1)*dim])
	}
	return v, nil
}

func engineToPB(e EngineState) *enginespb.EngineState {
	return &enginespb.EngineState{
		Phase: enginespb.Phase(e.Phase), Progress: e.Progress, Model: e.Model, Version: e.Version, Problem: e.Problem,
	}
}

func engineFromPB(p *enginespb.EngineState) EngineState {
	return EngineState{
		Phase: Phase(p.GetPhase()), Progress: p.GetProgress(), Model: p.GetModel(), Version: p.GetVersion(), Problem: p.GetProblem(),
	}
}
