package main

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// A table that a spreadsheet opens runs nothing that a caller has written, and holds every call with its times.
func TestCallsCSV(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 3600))
	var out strings.Builder
	err := writeCallsCSV(&out, []record.Call{
		{
			ID: "a", From: "+12175550123", DisplayName: `=HYPERLINK("http://x")`, Started: at, Answered: at, Ended: at.Add(90 * time.Second),
			Outcome: record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}, Messages: 1,
		},
		{ID: "b", DisplayName: "Byron, Ada \"the first\"", Started: at, Outcome: record.Outcome{Result: record.ResultRefused}},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%q, %v", rows, err)
	}
	a := map[string]string{}
	for i, name := range rows[0] {
		a[name] = rows[1][i]
	}
	if a["started"] != "2026-03-02T08:00:00Z" || a["seconds"] != "90" || a["from"] != "+12175550123" ||
		!strings.HasPrefix(a["display_name"], "'=") || a["result"] != "completed" || a["messages"] != "1" {
		t.Errorf("%v", a)
	}
	if b := rows[2]; b[2] != "" || b[6] != "Byron, Ada \"the first\"" {
		t.Errorf("%q", b)
	}
}
