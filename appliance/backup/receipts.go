package backup

import (
	"encoding/json"
	"regexp"
	"strings"
)

// keyForm is the form of the IDs of keys, by which receipts name them.
var keyForm = regexp.MustCompile(`\b[0-9a-f]{20}\b`)

// Receipts reads which keys were destroyed out of receipts of erasures: the list that frontdesk privacy erasures --json writes,
// or a text in which the keys stand. What else stands there and has that form does no harm: no key has its name.
func Receipts(text string) []string {
	keys := []string{}
	var list []struct {
		Key string `json:"key"`
	}
	if err := json.Unmarshal([]byte(strings.TrimSpace(text)), &list); err == nil {
		for _, r := range list {
			if r.Key != "" {
				keys = append(keys, r.Key)
			}
		}
		return keys
	}
	return append(keys, keyForm.FindAllString(strings.ToLower(text), -1)...)
}
