package dtmf

import (
	"fmt"
	"mime"
	"strings"
)

// maxInfo bounds the body of a SIP INFO that is looked at, in octets.
const maxInfo = 256

// ParseInfo reads the key from the body of a SIP INFO: application/dtmf-relay ("Signal=5", a line of its own) or application/dtmf (the key
// alone). Numbers 10 to 15 stand for *, #, A to D, as event numbers do. The error is an [ErrKey] for everything that is no key, such as a
// hook flash, and never quotes the body.
func ParseInfo(contentType string, body []byte) (rune, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || len(body) > maxInfo {
		return 0, fmt.Errorf("read key in INFO: %w", ErrKey)
	}
	text := string(body)
	switch kind {
	case "application/dtmf-relay":
		if text = signal(text); text == "" {
			return 0, fmt.Errorf("read key in INFO: no signal: %w", ErrKey)
		}
	case "application/dtmf":
		if s := signal(text); s != "" {
			text = s
		}
	default:
		return 0, fmt.Errorf("read key in INFO: neither application/dtmf-relay nor application/dtmf: %w", ErrKey)
	}
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) == 1 && strings.Contains(keys, text) {
		return rune(text[0]), nil
	}
	if len(text) == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5' {
		return rune(keys[10+text[1]-'0']), nil
	}
	return 0, fmt.Errorf("read key in INFO: %w", ErrKey)
}

// signal is the value of the first "Signal=" line.
func signal(text string) string {
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		name, value, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(name), "signal") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
