package filter_test

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/egress/filter"
)

var update = flag.Bool("update", false, "write the files anew")

// office is what the settings of an office mean.
func office() []filter.Opening {
	return append(filter.Own(),
		filter.Host(netip.MustParseAddr("192.0.2.10"), "the telephone system"),
		filter.Host(netip.MustParseAddr("192.0.2.53"), "the name server"),
		filter.Host(netip.MustParseAddr("::ffff:198.51.100.25"), "e-mail: mail.example\nIPAddressAllow=any"),
		filter.Host(netip.MustParseAddr("2001:db8::25"), "e-mail: mail.example"),
		filter.Opening{Prefix: netip.MustParsePrefix("192.0.2.7/24"), For: "the network of eth0"},
		filter.Host(netip.MustParseAddr("192.0.2.10"), "the name server"),
		filter.Host(netip.MustParseAddr("192.0.2.10"), "the name server"),
	)
}

// What root puts into place is the same as it was, line by line.
func TestGolden(t *testing.T) {
	for name, got := range map[string]string{"egress.conf": filter.Unit(office()), "frontdesk.nft": filter.Rules(office())} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is\n%s", name, got)
		}
	}
}

// A drop-in is read back as it was meant, and what the service manager prints of it is the same.
func TestRead(t *testing.T) {
	made := filter.Read(filter.Unit(office()))
	if !made.Denies || len(made.Allows) != len(filter.Sorted(office())) {
		t.Fatalf("%+v", made)
	}
	var shown strings.Builder
	shown.WriteString("IPAddressAllow=")
	for _, p := range made.Allows {
		shown.WriteString(p.String() + " ")
	}
	shown.WriteString("\nIPAddressDeny=::/0 0.0.0.0/0\n")
	force := filter.Read(shown.String())
	if got := filter.Judge(office(), nil, &made, &force); got != "" {
		t.Errorf("the same is not the same: %s", got)
	}
	for text, denies := range map[string]bool{
		"": false, "IPAddressAllow=\nIPAddressDeny=\n": false, "IPAddressDeny=any": true, "IPAddressDeny=0.0.0.0/0": false,
		"IPAddressDeny=::/0 0.0.0.0/0": true, "# IPAddressDeny=any": false,
	} {
		if got := filter.Read(text); got.Denies != denies {
			t.Errorf("%q denies: %v", text, got.Denies)
		}
	}
	if got := filter.Read("IPAddressAllow=localhost 10.0.0.5/8 10.0.0.1 nonsense"); len(got.Allows) != 4 {
		t.Errorf("%v", got.Allows)
	}
}

func TestJudge(t *testing.T) {
	state := func(list []filter.Opening) *filter.Standing {
		s := filter.Read(filter.Unit(list))
		return &s
	}
	all, none := office(), &filter.Standing{}
	more := append(office(), filter.Host(netip.MustParseAddr("203.0.113.9"), "a server of before"))
	wide := append(office(), filter.Opening{Prefix: netip.MustParsePrefix("192.0.0.0/16"), For: "x"})
	less := office()[:4]
	open := *state(all)
	open.Denies = false
	for name, tt := range map[string]struct {
		made, force *filter.Standing
		names       []string
		want        string
	}{
		"never made":                {nil, nil, nil, ""},
		"never made, and asked":     {nil, none, nil, ""},
		"as meant":                  {state(all), state(all), nil, ""},
		"as meant, in other order":  {state(all), state(append(office()[3:], office()...)), nil, ""},
		"not in force":              {state(all), none, nil, "is not in force yet"},
		"nobody said":               {state(all), nil, nil, "is not in force yet"},
		"another in force":          {state(all), state(less), nil, "is not in force yet"},
		"in force denies nothing":   {state(all), &open, nil, "is not in force yet"},
		"taken away":                {nil, state(all), nil, "was taken away"},
		"denies nothing":            {&open, &open, nil, "denies nothing"},
		"keeps from who is named":   {state(less), state(less), nil, "192.0.2.0/24"},
		"lets out to who is not":    {state(more), state(more), nil, "203.0.113.9/32"},
		"lets out to who may be":    {state(more), state(more), []string{"mail.example"}, ""},
		"lets out to a wider place": {state(wide), state(wide), nil, "192.0.0.0/16"},
	} {
		got := filter.Judge(all, tt.names, tt.made, tt.force)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
