package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/systemd"
)

// settingsOf returns the values of a unit's settings in order, by name; a line "Key=" gives "".
func settingsOf(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := systemd.Unit(name)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			got[key] = append(got[key], value)
		}
	}
	return got
}

// What the units say is what the program knows: commands, flags, paths, the account, the credential.
func TestUnitsMatchProgram(t *testing.T) {
	account := regexp.MustCompile(`(?m)^u (\S+) - "[^"]*" (\S+) `)
	sysusers, err := systemd.Unit("sysusers.conf")
	if err != nil {
		t.Fatal(err)
	}
	user := account.FindStringSubmatch(string(sysusers))
	if user == nil {
		t.Fatalf("no account in:\n%s", sysusers)
	}
	defaults := config.Default()
	main := settingsOf(t, "frontdesk.service")
	for key, want := range map[string]string{
		"User": user[1], "Group": user[1], "Type": "notify", "KillMode": "mixed", "MemoryDenyWriteExecute": "yes",
		"WorkingDirectory": defaults.Storage.Dir, "LoadCredential": config.Credential + ":/etc/frontdesk/" + config.Credential,
		"SetCredential": config.Credential + `:\n`, "LoadCredentialEncrypted": keyCredential,
	} {
		if got := main[key]; !slices.Equal(got, []string{want}) {
			t.Errorf("frontdesk.service: %s = %q, want %q", key, got, want)
		}
	}
	if got := "/var/lib/" + strings.Join(main["StateDirectory"], " "); got != defaults.Storage.Dir || user[2] != got {
		t.Errorf("state is in %s, home is %s, the settings say %s", got, user[2], defaults.Storage.Dir)
	}
	// The calls that are let come to their end need their time, and their goodbye.
	stop, err := time.ParseDuration(strings.Replace(strings.Join(main["TimeoutStopSec"], ""), "min", "m", 1))
	if err != nil {
		t.Fatal(err)
	}
	drain := fmt.Sprintf("[call]\ndrain = \"%v\"\n", stop-20*time.Second)
	if _, problems := config.Parse([]byte(drain)); len(problems) == 0 || defaults.Call.Drain == 0 {
		t.Errorf("the settings take %q, and the service manager kills after %v", drain, stop)
	}
	if _, ok := main["MemoryHigh"]; ok {
		t.Error("MemoryHigh would slow down the audio with the engines")
	}
	if got := settingsOf(t, "frontdesk-console@.service")["User"]; !slices.Equal(got, []string{user[1]}) {
		t.Errorf("the console runs as %q", got)
	}
	files, err := systemd.Unit("tmpfiles.conf")
	if err != nil || !strings.Contains(string(files), "d "+defaults.Storage.Dir+"/models ") {
		t.Errorf("no folder for models in:\n%s", files)
	}
}

// Every command line of the units is one that the program takes.
func TestUnitsCommands(t *testing.T) {
	for name := range systemd.Installed() {
		if !strings.HasSuffix(name, ".service") {
			continue
		}
		for _, line := range settingsOf(t, name)["ExecStart"] {
			words := strings.Fields(line)
			if err := parses(words[1:]); words[0] != "/usr/bin/frontdesk" || err != nil {
				t.Errorf("%s: %q: %v", name, line, err)
			}
			if i := slices.Index(words, "--config"); i >= 0 && words[i+1] != defaultConfig {
				t.Errorf("%s: the settings are in %s, want %s", name, words[i+1], defaultConfig)
			}
		}
	}
}
