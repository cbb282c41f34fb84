package sheets_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"frontdesk.internal/appliance/sheets"
)

var update = flag.Bool("update", false, "draw PBX.md anew")

func TestDrawn(t *testing.T) {
	if *update {
		if err := os.WriteFile("PBX.md", []byte(sheets.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile("PBX.md")
	if err != nil || string(is) != sheets.Markdown() {
		t.Errorf("PBX.md says otherwise (%v): go test ./appliance/sheets -args -update", err)
	}
}

func TestSheets(t *testing.T) {
	v := sheets.Values{Extension: "200", PBX: "192.0.2.10", Box: "192.0.2.20", Transport: "udp"}
	for _, name := range []string{"asterisk", "freepbx", "3cx", "yeastar", "fritzbox", "grandstream", "freeswitch", "kamailio"} {
		s, ok := sheets.Find(strings.ToUpper(name))
		if !ok || s.Title == "" || s.Where == "" || len(s.Fields) == 0 && s.Text == "" {
			t.Errorf("%s: %+v", name, s)
		}
		texts := []string{s.Where, s.Text}
		for _, f := range append(s.Fields, sheets.Box()...) {
			texts = append(texts, f.Value)
		}
		all := v.Fill(strings.Join(texts, "\n"))
		if strings.ContainsAny(all, "{}") || !strings.Contains(all, "200") {
			t.Errorf("%s: %s", name, all)
		}
	}
	if _, ok := sheets.Find("meridian"); ok || len(sheets.Names()) != len(sheets.All()) {
		t.Error("a system that nobody knows")
	}
}
