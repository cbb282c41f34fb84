package console

// list is a choice among rows.
type list struct {
	at  int // chosen, from 0
	top int // first row that is seen
	n   int // rows there are
}

// key moves the choice; chosen tells that somebody wants to open it.
func (l *list) key(k press) (chosen bool) {
	switch k.name {
	case "j", "down":
		l.at++
	case "k", "up":
		l.at--
	case "space", "pgdown":
		l.at += 10
	case "-", "pgup":
		l.at -= 10
	case "enter":
		return l.n > 0
	}
	l.bound()
	return false
}

func (l *list) bound() { l.at = max(0, min(l.at, l.n-1)) }

// window returns which rows of n are seen on height rows, the chosen one among them.
func (l *list) window(n, height int) (from, to int) {
	l.n = n
	l.bound()
	height = max(1, height)
	switch {
	case l.at < l.top:
		l.top = l.at
	case l.at >= l.top+height:
		l.top = l.at - height + 1
	}
	l.top = max(0, min(l.top, n-height))
	return l.top, min(n, l.top+height)
}

// mark shows which row is chosen, without colours too.
func (l *list) mark(i int) (look, string) {
	if i == l.at {
		return strong, "> "
	}
	return plain, "  "
}
