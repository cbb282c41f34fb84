package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frontdesk.internal/appliance/config"
)

// Each testdata/*.bad.toml says in its first lines ("# want: …") what must be reported, all of it and nothing else.
func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.toml")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d bad files, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, l := range strings.Split(string(b), "\n") {
				if w, ok := strings.CutPrefix(l, "# want: "); ok {
					want = append(want, w)
				}
			}
			_, err = config.Load(f)
			var ps *config.Problems
			if !errors.As(err, &ps) {
				t.Fatalf("error %v, want Problems", err)
			}
			if len(ps.List) != len(want) {
				t.Errorf("%d problems, want %d:\n%v", len(ps.List), len(want), err)
			}
			for i, p := range ps.List {
				if i < len(want) && !strings.HasPrefix(p.String(), want[i]) {
					t.Errorf("problem %q, want it to begin with %q", p, want[i])
				}
			}
		})
	}
}

// Every setting is in the sample, and the sample shows the defaults as they are.
func TestSampleIsCompleteAndTrue(t *testing.T) {
	shown := bytes.ReplaceAll(config.Sample, []byte("\n# "), []byte("\n"))
	shown = bytes.Replace(shown, []byte("Settings of this box."), []byte("#"), 1)
	var keep []string
	list := false // tables that are there once more for each: there is none by default
	for _, l := range strings.Split(string(shown), "\n") {
		if strings.HasPrefix(l, "[") {
			list = strings.HasPrefix(l, "[[")
		}
		if list {
			continue
		}
		if strings.HasPrefix(l, "[") || strings.Contains(l, " = ") && !strings.HasPrefix(l, "#") {
			keep = append(keep, l)
		}
	}
	text := strings.Join(keep, "\n")
	text = strings.Replace(text, `password = ""`, `#`, 1)
	got, problems := config.Parse([]byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := config.Default()
	want.SIP.Registrar, want.SIP.User, want.SIP.PasswordFile, want.Business.Profile = "192.0.2.10", "100", "sip-password", "business.toml"
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the sample's commented values give\n%+v\nthe defaults are\n%+v", got, want)
	}
	typ := reflect.TypeFor[config.Config]()
	for i := range typ.NumField() {
		table := typ.Field(i)
		fields := table.Type
		if fields.Kind() == reflect.Slice {
			fields = fields.Elem()
		}
		for _, field := range reflect.VisibleFields(fields) {
			key := field.Tag.Get("toml")
			if !field.Anonymous && !strings.Contains(string(config.Sample), "\n"+key+" = ") &&
				!strings.Contains(string(config.Sample), "\n# "+key+" = ") {
				t.Errorf("%s.%s is not in the sample", table.Tag.Get("toml"), key)
			}
		}
	}
}

// A profile lies beside the settings that name it, wherever the program was started; a sample is no file.
func TestProfileFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for profile, want := range map[string]string{
		"business.toml": filepath.Join(dir, "business.toml"), "/srv/b.toml": "/srv/b.toml", "sample:dental": "sample:dental", "": "",
	} {
		conf := filepath.Join(t.TempDir(), "frontdesk.toml")
		if profile == "business.toml" {
			conf = filepath.Join(dir, "frontdesk.toml")
		}
		text := fmt.Sprintf("[sip]\nregistrar = \"192.0.2.10\"\nuser = \"100\"\n[business]\nprofile = %q\n", profile)
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := config.Load(conf); err != nil || c.Business.Profile != want {
			t.Errorf("%q: %q %v, want %q", profile, c.Business.Profile, err, want)
		}
	}
}

func TestPasswordFile(t *testing.T) {
	dir := t.TempDir()
	conf := filepath.Join(dir, "frontdesk.toml")
	if err := os.WriteFile(conf, config.Sample, 0o600); err != nil {
		t.Fatal(err)
	}
	pass := filepath.Join(dir, "sip-password")
	if _, err := config.Load(conf); err == nil || !strings.Contains(err.Error(), "line 13: sip.password_file: cannot be read") {
		t.Errorf("missing file: %v", err)
	}
	if err := os.WriteFile(pass, []byte("geheim\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(conf); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("readable by others: %v", err)
	}
	if err := os.Chmod(pass, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(conf)
	if err != nil || c.SIP.Password.Reveal() != "geheim" {
		t.Errorf("password %q, %v", c.SIP.Password.Reveal(), err)
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	c := config.Config{SIP: config.SIP{Password: "geheim"}}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%v %+v %#v %s %q", c, c, c, c.SIP.Password, c.SIP.Password)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "password", c.SIP.Password, "sip", c.SIP)
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(j)
	if strings.Contains(b.String(), "geheim") {
		t.Errorf("the secret shows: %s", b.String())
	}
}

func TestMissingFileSaysWhatToDo(t *testing.T) {
	if _, err := config.Load(filepath.Join(t.TempDir(), "none.toml")); err == nil ||
		!strings.Contains(err.Error(), "frontdesk config sample") {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(config.Sample)
	f.Add([]byte("[sip]\nuser = 1\n[[sip]]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, problems := config.Parse(b)
		if len(problems) > 0 {
			for _, p := range problems {
				if p.Text == "" || p.Line < 0 || p.Line > bytes.Count(b, []byte("\n"))+1 {
					t.Errorf("problem %+v", p)
				}
			}
			return
		}
		// No account at all is fine: it can be entered on the page. Half of one is not.
		if (c.SIP.User == "") != (c.SIP.Registrar == "") || c.SIP.MaxCalls < 0 || !filepath.IsAbs(c.Storage.Dir) {
			t.Errorf("accepted %+v", c)
		}
	})
}

func TestFurtherExtensions(t *testing.T) {
	c, problems := config.Parse([]byte(`
[sip]
registrar = "pbx.example, backup.example"
proxy = "proxy.example"
user = "100"
password = "first"
transport = "tls"
text_to = "201"

[[lines]]
user = "101"
password = "second"

[[lines]]
user = "900"
registrar = "trunk.example"
transport = "udp"
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	one, two := c.Lines[0].Over(c.SIP), c.Lines[1].Over(c.SIP)
	if one.User != "101" || one.Password != "second" || one.Registrar != c.SIP.Registrar || one.Proxy != "proxy.example" ||
		one.Transport != "tls" || one.Listen != "0.0.0.0:0" || one.TextTo != "" {
		t.Errorf("%+v", one)
	}
	if two.User != "900" || two.Password != "" || two.Registrar != "trunk.example" || two.Proxy != "" || two.Transport != "udp" {
		t.Errorf("the password and the proxy of one PBX are not for another: %+v", two)
	}
	_, problems = config.Parse([]byte("[sip]\nregistrar = \"pbx.example\"\nuser = \"100\"\n\n[[lines]]\nuser = " +
		"\"101\"\n\n[[lines]]\nuser = \"100\"\ntransport = \"smoke\"\n"))
	if len(problems) != 2 || problems[0].Line != 9 || problems[1].Line != 10 {
		t.Errorf("%v", problems)
	}
}
