package fit

import (
	"slices"
	"testing"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// TestHearAndScoreSayWhatJudgeSays holds that a turn that is heard as it was written ends as it does when its trade is judged.
func TestHearAndScoreSayWhatJudgeSays(t *testing.T) {
	trades, err := corpus.Load()
	if err != nil {
		t.Fatal(err)
	}
	trades = slices.DeleteFunc(trades, func(x corpus.Trade) bool { return x.Name != "bicycle" && x.Name != "optician" })
	s, err := Read(t.Context(), all.For("en"), Data{Examples: en.Examples, Judged: trades}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const name = "optician"
	h := s.Without(name)
	followed, right := 0, 0
	for i, want := range s.Judge(name, h) {
		turn := s.Trades()[1].Turns[i]
		r, err := s.Hear(t.Context(), name, i, turn.Say, h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Score(name, i, r)
		if err != nil {
			t.Fatal(err)
		}
		if got.Right != want.Right || got.Asked != want.Asked || got.Lost != want.Lost || got.Wrong != want.Wrong || got.Harmful != want.Harmful {
			t.Errorf("%q: got %+v, want %+v", turn.Say, got, want)
		}
		if turn.Before != "" {
			followed++
		}
		if got.Right {
			right++
		}
	}
	if followed == 0 || right == 0 {
		t.Errorf("%d turns followed another, %d were right: nothing was tried", followed, right)
	}
	if r, err := s.Hear(t.Context(), name, 0, "", h); err != nil || len(r.Asks) > 0 {
		t.Errorf("silence was read as %+v, %v", r, err)
	}
	if _, err := s.Score("smithy", 0, understanding.Reading{}); err == nil {
		t.Error("a trade that is not there was scored")
	}
}
