package understanding

import (
	"context"
	"slices"
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
)

// heard are topics that note what they are asked for.
type heard struct {
	topics
	texts []string
}

func (h *heard) Embed(ctx context.Context, language string, texts []string) (Vectors, error) {
	h.texts = append(h.texts, texts...)
	return h.topics.Embed(ctx, language, texts)
}

// What the profile says may be kept; what callers said goes another way.
func TestLessonsAreNotTheProfiles(t *testing.T) {
	b := testBusiness()
	b.Learned = []knowledge.Example{
		{Text: "my links are rusty", Means: "service:chain replacement"}, {Text: "is plastic fine", Means: "answer:Do you take cards?"},
	}
	var own, said heard
	var steps []float64
	h := testReader(t, nil).head
	r, err := NewMeaningReader(t.Context(), b, all.For("en"), h, &said, &own, func(p float64) { steps = append(steps, p) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"my links are rusty", "is plastic fine", "is plastic fine"}; !slices.Equal(said.texts, want) {
		t.Errorf("embedded as said by callers: %q, want %q", said.texts, want)
	}
	if !slices.Contains(own.texts, "chain replacement") || slices.ContainsFunc(own.texts, func(s string) bool {
		return slices.Contains(said.texts, s)
	}) {
		t.Errorf("embedded as said by the profile: %q", own.texts)
	}
	if len(r.lessons) != 2 || len(r.lessons[0].vecs) != 1 || len(r.lessons[1].vecs) != 1 || len(r.book.answers[0].questions) != 2 {
		t.Errorf("lessons %+v, questions %v", r.lessons, r.book.answers[0].questions)
	}
	if !slices.IsSorted(steps) || len(steps) != 2 || steps[1] != 1 {
		t.Errorf("progress %v", steps)
	}
}
