// Package config is the site's settings: network, SIP account, storage, engines, listeners. What the owner edits (profile, hours,
// answers) is not here but in the store.
//
// [Load] reads one TOML file and returns every problem at once with its line: unknown keys, wrong types, values out of
// range. It reads secrets from their files. It keeps nothing and starts nothing.
package config

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"time"

	"frontdesk.internal/appliance/record"
)

// Secret is a text that never shows itself: not in logs, not in %v, not in JSON. Reveal gives it to who needs it.
type Secret string

// Reveal returns the text.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// Duration is a time.Duration that is written "5m" in the file.
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Config is the whole file.
type Config struct {
	Storage  Storage  `toml:"storage"`
	SIP      SIP      `toml:"sip"`
	Lines    []Line   `toml:"lines"`
	Engines  Engines  `toml:"engines"`
	Models   Models   `toml:"models"`
	Web      Web      `toml:"web"`
	Console  Console  `toml:"console"`
	Metrics  Metrics  `toml:"metrics"`
	Call     Call     `toml:"call"`
	Business Business `toml:"business"`
	Backup   Backup   `toml:"backup"`
	Egress   Egress   `toml:"egress"`
	Log      Log      `toml:"log"`
}

// Storage is where the state is.
type Storage struct {
	Dir     string `toml:"dir"`      // state directory, made with mode 0700
	KeyFile string `toml:"key_file"` // the key of the records; "" = where it was put, frontdesk.key below Dir at first
	Lock    string `toml:"lock"`     // of new records: "", "file", "credential" or "passphrase"
}

// SIP is the extension at the office PBX.
type SIP struct {
	record.Extension
	Listen       string   `toml:"listen"`          // address for signalling, host:port
	TLSCA        string   `toml:"tls_ca"`          // PEM file of the authority that vouches for the PBX; "" = those of the system
	TLSCert      string   `toml:"tls_certificate"` // PEM file that is shown to a PBX that asks who we are; "" = none
	TLSKey       string   `toml:"tls_key"`         // PEM file of its key, mode 0600
	Proxy        string   `toml:"proxy"`           // where everything is sent instead of to the registrar; written like it
	Password     Secret   `toml:"password"`        // better: password_file
	PasswordFile string   `toml:"password_file"`   // one line, mode 0600
	Expires      Duration `toml:"expires"`
	WatchStaff   bool     `toml:"watch_staff"`  // the PBX is asked who of the profile is in a call
	MessageLamp  bool     `toml:"message_lamp"` // the PBX is told how many messages are open
	TextTo       string   `toml:"text_to"`      // the extension whose telephone gets a text for each message; "" = none
	Outside      string   `toml:"outside"`      // what is dialled in the place of the plus of a number outside, "+" or "9"
	KeepAlive    Duration `toml:"keep_alive"`   // how often the PBX is asked whether it is there; 0 = not
	Codecs       []string `toml:"codecs"`       // that are taken, the preferred one first
	SRTP         string   `toml:"srtp"`         // whether audio is encrypted: "off", "preferred", "required"
	CallerID     string   `toml:"caller_id"`    // who calls: "from", or "asserted" where the PBX vouches for it in headers of its own
	MediaIP      string   `toml:"media_ip"`     // default: the address that faces the PBX
	RTPMin       int      `toml:"rtp_min"`
	RTPMax       int      `toml:"rtp_max"`
	Allow        string   `toml:"allow"`       // who may call: "registrar" or "any"
	MaxCalls     int      `toml:"max_calls"`   // 0 = as many as the box has been measured to hold
	Busy         int      `toml:"busy"`        // what further callers' PBX is told: 486, busy, or 503, try later
	RetryAfter   Duration `toml:"retry_after"` // when later is, with 503
}

// AudioPorts is how many UDP ports there are for audio; 0 = as many as are wanted.
func (s SIP) AudioPorts() int {
	if s.RTPMax == 0 {
		return 0
	}
	return s.RTPMax - s.RTPMin + 1
}

// Line is a further extension, at the same PBX or at another. What is empty and says nothing else is as in [sip]; everything else of [sip]
// holds for it, too.
type Line struct {
	record.Extension        // the user must be there; registrar and transport are as in [sip] where they are empty
	Listen           string `toml:"listen"`        // address for signalling, "0.0.0.0:0" by default: any free port
	Proxy            string `toml:"proxy"`         // as in [sip] with the same registrar
	Password         Secret `toml:"password"`      // better: password_file
	PasswordFile     string `toml:"password_file"` // one line, mode 0600
}

// Over puts l over the first extension: the whole account of a further one.
func (l Line) Over(s SIP) SIP {
	s.Listen, s.User, s.AuthUser, s.Password, s.PasswordFile = cmp.Or(l.Listen, "0.0.0.0:0"), l.User, l.AuthUser, l.Password, l.PasswordFile
	if l.Registrar != "" && l.Registrar != s.Registrar {
		s.Registrar, s.Proxy, s.Domain = l.Registrar, "", ""
	}
	s.Proxy, s.Domain, s.Transport = cmp.Or(l.Proxy, s.Proxy), cmp.Or(l.Domain, s.Domain), cmp.Or(l.Transport, s.Transport)
	s.MessageLamp, s.TextTo, s.WatchStaff = false, "", false // the first does it
	return s
}

// Engines is the child process with the models.
type Engines struct {
	Enabled bool `toml:"enabled"` // false: rendered phrases and keypad only
	Threads int  `toml:"threads"` // 0 = chosen
}

// Models is where the weights are.
type Models struct {
	Dir string `toml:"dir"` // default: <storage.dir>/models, or the folder of make setup
}

// Web is the page.
type Web struct {
	Listen      string `toml:"listen"`      // "" = off
	Certificate string `toml:"certificate"` // PEM file of the office's own; "" = the box makes one
	Key         string `toml:"key"`         // PEM file of its key
	Discover    bool   `toml:"discover"`    // found as frontdesk.local in private networks
}

// Console is the technician's way in from elsewhere in the office.
type Console struct {
	SSH string `toml:"ssh"` // address of its SSH server, host:port; "" = off
}

// Metrics are the listener for Prometheus, and the collector of traces.
type Metrics struct {
	Listen string `toml:"listen"` // "" = off
	Traces string `toml:"traces"` // collector of OpenTelemetry that is told how long the steps of calls take (OTLP over HTTP); "" = none
}

// Call bounds calls.
type Call struct {
	MaxMinutes int      `toml:"max_minutes"`
	Drain      Duration `toml:"drain"` // how long calls may go on when the appliance is told to stop
}

// Business is the profile to start from.
type Business struct {
	Profile string `toml:"profile"` // file published when none was yet; "sample:dental" becomes the draft; "" = none
}

// Backup is where copies go.
type Backup struct {
	Dir   string   `toml:"dir"`   // folder on a stick or a mounted share; "" = no backups
	Every Duration `toml:"every"` // how often
	Keep  int      `toml:"keep"`  // so many stay
}

// Egress is for the outward filter.
type Egress struct {
	Networks []string `toml:"networks"` // of the office, behind a router: "10.20.0.0/16"
}

// Log is how logs are written.
type Log struct {
	Level  string `toml:"level"`  // debug, info, warn, error
	Format string `toml:"format"` // text, json
}

// Default returns the settings that hold where the file says nothing.
func Default() Config {
	return Config{
		Storage: Storage{Dir: "/var/lib/frontdesk"},
		SIP: SIP{
			Extension: record.Extension{Transport: "udp"}, Listen: "0.0.0.0:5060", Expires: Duration(5 * time.Minute), WatchStaff: true,
			Outside:   "+",
			KeepAlive: Duration(30 * time.Second), Busy: 486, RetryAfter: Duration(30 * time.Second), Codecs: []string{"G722", "PCMU", "PCMA"},
			SRTP: "preferred", CallerID: "from", RTPMin: 16384, RTPMax: 16483, Allow: "registrar",
		},
		Engines: Engines{Enabled: true},
		Web:     Web{Listen: "0.0.0.0:8443", Discover: true},
		Metrics: Metrics{Listen: "127.0.0.1:9464"},
		Call:    Call{MaxMinutes: 15, Drain: Duration(20 * time.Second)},
		Backup:  Backup{Every: Duration(24 * time.Hour), Keep: 14},
		Egress:  Egress{Networks: []string{}},
		Log:     Log{Level: "info", Format: "text"},
	}
}
