package notify

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/health"
)

// settledAfter is how long a condition has to hold before somebody is told of it, and to be over: what comes and goes is no news.
const settledAfter = 3 * time.Minute

// Troubles finds, among the conditions of the box, what somebody is told of: that calls are not answered, and what ends in losing
// records. It is for one goroutine.
type Troubles struct {
	told map[string]string    // text by name
	over map[string]time.Time // since when one that was told of does not hold
}

// News returns the sentences that are to be told now; the conditions are those that hold.
func (t *Troubles) News(now time.Time, conditions []health.Condition) (news []string) {
	if t.told == nil {
		t.told, t.over = map[string]string{}, map[string]time.Time{}
	}
	holds := map[string]bool{}
	for _, c := range conditions {
		holds[c.Name] = true
		delete(t.over, c.Name)
		if _, known := t.told[c.Name]; known || !matters(c) || now.Sub(c.Since) < settledAfter {
			continue
		}
		t.told[c.Name] = c.Text
		news = append(news, c.Text)
	}
	for name, was := range t.told {
		switch since, known := t.over[name]; {
		case holds[name]:
		case !known:
			t.over[name] = now
		case now.Sub(since) >= settledAfter:
			delete(t.told, name)
			delete(t.over, name)
			news = append(news, "This is over: "+was)
		}
	}
	return news
}

// matters reports whether somebody has to be told of a condition who does not look at the page.
func matters(c health.Condition) bool {
	first, _, _ := strings.Cut(c.Name, ".")
	return c.Severity == health.Failed || first == "disk" || first == "backup" || first == "records" || first == "requests"
}
