package phonetest

// Line is the audio of a leg.
type Line struct{}

func (l *Leg) openLine() (*Line, error) { return &Line{}, nil }
