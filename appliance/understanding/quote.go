package understanding

// Passage returns the passage of the owner's documents that lies nearest to an utterance, and how near; -1 when there are none.
func (r *Reader) Passage(s Seen) (at int, nearness float64) {
	if r.book == nil {
		return -1, 0
	}
	at = -1
	for i, vecs := range r.book.passages {
		if n := s.near(vecs); at < 0 || n > nearness {
			at, nearness = i, n
		}
	}
	return at, nearness
}

// Reply returns how near an utterance lies to the nearest reply of the owner's answers, and to which: what a passage is to a question that
// has no answer of its own.
func (r *Reader) Reply(s Seen) (at int, nearness float64) {
	if r.book == nil {
		return -1, 0
	}
	at = -1
	for i, e := range r.book.answers {
		if n := s.near(e.reply); at < 0 || n > nearness {
			at, nearness = i, n
		}
	}
	return at, nearness
}

// quote is a passage near enough to be quoted, for an utterance that nothing else of the profile answers.
func (r *Reader) quote(s Seen) (Ask, bool) {
	at, nearness := r.Passage(s)
	if at < 0 || r.head.Quote == 0 || nearness < r.head.Quote {
		return Ask{}, false
	}
	m := meaning(Quote)
	m.Passage = at
	return r.ask(Candidate{Meaning: m, P: nearness}, s.whole), true
}
