package record_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
)

func TestExtensionFaults(t *testing.T) {
	good := record.Extension{Registrar: "pbx", Transport: "udp", User: "100"}
	with := func(change func(*record.Extension)) record.Extension {
		e := good
		change(&e)
		return e
	}
	for name, tt := range map[string]struct {
		e    record.Extension
		want string // fields
	}{
		"none":                  {record.Extension{Transport: "udp"}, ""},
		"good":                  {good, ""},
		"no user":               {with(func(e *record.Extension) { e.User = "" }), "user"},
		"address as user":       {with(func(e *record.Extension) { e.User = "100@pbx" }), "user"},
		"header in user":        {with(func(e *record.Extension) { e.User = "100>\r\nX: y" }), "user"},
		"long user":             {with(func(e *record.Extension) { e.User = strings.Repeat("1", 129) }), "user"},
		"address as auth user":  {with(func(e *record.Extension) { e.AuthUser = "100@office.example" }), ""},
		"quote in auth user":    {with(func(e *record.Extension) { e.AuthUser = `100", realm="x` }), "auth_user"},
		"escape in auth user":   {with(func(e *record.Extension) { e.AuthUser = `100\` }), "auth_user"},
		"line end in auth user": {with(func(e *record.Extension) { e.AuthUser = "100\nX: y" }), "auth_user"},
		"no transport":          {with(func(e *record.Extension) { e.Transport = "" }), "transport"},
		"transport in capitals": {with(func(e *record.Extension) { e.Transport = "UDP" }), "transport"},
		"domain with parameter": {with(func(e *record.Extension) { e.Domain = "office;lr" }), "domain"},
		"URI as registrar":      {with(func(e *record.Extension) { e.Registrar = "sip:pbx" }), "registrar"},
		"all at once": {
			record.Extension{Registrar: " ", Transport: "x", User: "a b", AuthUser: `"`, Domain: "/"}, "registrar transport user auth_user domain",
		},
	} {
		var got []string
		for _, f := range tt.e.Faults() {
			got = append(got, f.Field)
			if f.Text == "" {
				t.Errorf("%s: %s has no text", name, f.Field)
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: faults of %q, want %q", name, s, tt.want)
		}
	}
}

func TestGoodHosts(t *testing.T) {
	for _, ok := range []string{
		"pbx", "pbx.office.example:5062", "192.0.2.1", "192.0.2.1:1", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:5060", "a, b:5060 ,c",
		strings.TrimSuffix(strings.Repeat("a,", 16), ","),
	} {
		if !record.GoodHosts(ok) {
			t.Errorf("%q is refused", ok)
		}
	}
	for _, bad := range []string{
		"", ",", "pbx,", "a,,b", "pbx:", "pbx:0", "pbx:65536", "pbx:sip", ":5060", "a b", "a\r\nb", "[2001:db8::1", "2001:db8::1]",
		"[2001:db8::1]x", "[2001:db8::1]:", "[pbx]", "a:b:c", "[", "[]", "[192.0.2.1]:5060",
		"sip:pbx", "<pbx>", "a@b", "a;lr",
		"pbx/x", "a\x7f",
		strings.Repeat("a", 256), strings.TrimSuffix(strings.Repeat("a,", 17), ","),
	} {
		if record.GoodHosts(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestExtensionHosts(t *testing.T) {
	for list, want := range map[string][]string{
		"": nil, "pbx": {"pbx"}, "pbx:5062": {"pbx"}, "a ,b:1": {"a", "b"}, "a, b": {"a", "b"},
		"[2001:db8::1]:5060,2001:db8::2": {"2001:db8::1", "2001:db8::2"},
	} {
		if got := (record.Extension{Registrar: list}).Hosts(); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
	}
}

// A password may go only where it was typed for: what stands in for the PBX counts as much as the PBX.
func TestExtensionKnows(t *testing.T) {
	e := record.Extension{Registrar: "PBX.example:5060, spare"}
	for list, want := range map[string]bool{
		"pbx.example": true, "spare:5062": true, "spare,pbx.example": true, "pbx.example,elsewhere": false, "elsewhere": false,
		"elsewhere,pbx.example": false, "example": false,
	} {
		if got := e.Knows(record.Extension{Registrar: list}.Hosts()); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

// What is filled in can be taken out again, and nothing that somebody wrote is.
func TestExtensionDefaults(t *testing.T) {
	for _, e := range []record.Extension{
		{Transport: "udp"},
		{Registrar: "pbx:5062,spare", Transport: "tls", User: "100"},
		{Registrar: "pbx", Transport: "tcp", User: "100", AuthUser: "a100", Domain: "office.example"},
		{Transport: "udp", User: "100", Domain: "office.example"},
	} {
		full := e.WithDefaults()
		if full.AuthUser == "" && e.User != "" || full.Domain == "" && e.Registrar != "" {
			t.Errorf("%+v becomes %+v", e, full)
		}
		if got := full.Bare(); got != e {
			t.Errorf("%+v comes back as %+v", e, got)
		}
	}
	if got := (record.Extension{Transport: "TCP"}).WithDefaults().Transport; got != "tcp" {
		t.Errorf("transport %q", got)
	}
}

// The names are those of the API and of the records: neither may change.
func TestSavedExtensionInJSON(t *testing.T) {
	b, err := json.Marshal(record.SavedExtension{Extension: record.Extension{Registrar: "pbx", Transport: "udp", User: "100"}, By: "console"})
	if want := `{"registrar":"pbx","transport":"udp","user":"100","by":"console"}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}
