package appliance_test

// What the tree allows. Each list is complete: what is not in it is a fault, and so is an entry that nothing needs any more.

const module = "frontdesk.internal/"

// inward lists, for each part of the program, the parts that it may import. The longest entry that a package lies in counts;
// a part includes the packages below it. Tests may import more, within tests' own rule.
func inward() map[string][]string {
	return map[string][]string{
		"audio":               {"audio"},
		"models":              {"models", "audio"},
		"appliance/record":    {},
		"appliance/health":    {},
		"appliance/capacity":  {"appliance/phone", "appliance/record"},
		"appliance/verdict":   {"appliance/health", "appliance/phone", "models/engines"},
		"appliance/config":    {"appliance/record"},
		"appliance/logring":   {"appliance/statefile"},
		"appliance/machine":   {},
		"appliance/firewall":  {"appliance/config"},
		"appliance/update":    {},
		"appliance/knowledge": {"appliance/knowledge", "appliance/language", "appliance/record"},
		"appliance/language":  {"appliance/language", "appliance/numbering", "appliance/record"},
		"appliance/numbering": {"appliance/record"},
		"appliance/dialogue": {
			"appliance/dialogue", "appliance/knowledge", "appliance/language", "appliance/numbering", "appliance/record", "appliance/understanding",
		},
		"appliance/seal": {},
		"appliance/store": {
			"appliance/knowledge", "appliance/numbering", "appliance/record", "appliance/seal", "appliance/statefile", "appliance/store/keyring",
			"appliance/store/pages",
		},
		"appliance/store/keyring":  {"appliance/seal", "appliance/statefile", "appliance/store/pages"},
		"appliance/store/pages":    {},
		"appliance/phone":          {"appliance/egress", "appliance/phone", "appliance/record", "audio"},
		"appliance/egress":         {"appliance/record"},
		"appliance/egress/httpout": {"appliance/egress", "appliance/notify", "appliance/record"},
		"appliance/egress/dav":     {"appliance/egress/httpout", "appliance/notify"},
		"appliance/egress/rounds":  {"appliance/egress"},
		"appliance/notify": {
			"appliance/notify", "appliance/egress", "appliance/health", "appliance/numbering", "appliance/record", "appliance/store",
		},
		"appliance/calendar": {
			"appliance/calendar", "appliance/egress", "appliance/knowledge", "appliance/notify", "appliance/record", "appliance/store",
		},
		"appliance/calendar/ics": {},
		"appliance/contacts": {
			"appliance/contacts", "appliance/egress", "appliance/imports", "appliance/knowledge", "appliance/notify", "appliance/numbering",
			"appliance/record", "appliance/store",
		},
		"appliance/lan": {
			"appliance/egress", "appliance/lan", "appliance/notify", "appliance/record", "audio", "models/asrbench", "models/engines",
			"models/transcript",
		},
		"appliance/notify/texting": {"appliance/notify", "appliance/phone", "appliance/record"},
		"appliance/reception": {
			"appliance/reception", "appliance/dialogue", "appliance/knowledge", "appliance/language", "appliance/numbering", "appliance/record",
			"audio", "models/engines", "appliance/understanding",
		},
		"appliance/recording":            {"appliance/seal", "appliance/statefile", "audio"},
		"appliance/reception/phrasebook": {"audio", "models/engines"},
		"appliance/access":               {"appliance/record", "appliance/statefile", "appliance/store"},
		"appliance/search":               {},
		"appliance/audit":                {"appliance/record", "appliance/seal"},
		"appliance/places":               {},
		"appliance/statefile":            {},
		"appliance/privacy":              {"models/progress", "appliance/record", "appliance/store"},
		"appliance/tracing":              {"appliance/egress", "appliance/egress/httpout", "appliance/record"},
		"appliance/statistics":           {"appliance/record", "appliance/summary"},
		"appliance/inwords":              {"appliance/record"},
		"appliance/nearby":               {},
		"appliance/sheets":               {},
		"appliance/holidays":             {},
		"appliance/documents":            {"appliance/language", "appliance/record"},
		"appliance/imports":              {"appliance/numbering", "appliance/record"},
		"appliance/backup": {
			"appliance/label", "appliance/privacy", "appliance/record", "appliance/seal", "appliance/statefile", "appliance/store",
			"models/progress",
		},
		"appliance/selftest": {
			"appliance/knowledge", "appliance/language", "appliance/record", "appliance/tryout", "audio", "models/asrbench", "models/engines",
		},
		"appliance/tryout":                {"appliance/dialogue", "appliance/knowledge", "appliance/understanding"},
		"appliance/understanding/corpus":  {"appliance/knowledge"},
		"appliance/understanding/sayings": {"appliance/knowledge", "appliance/understanding/corpus"},
		"appliance/understanding":         {"appliance/knowledge", "appliance/language", "appliance/record"},
		"appliance/understanding/fit":     {"appliance/language", "appliance/understanding"},
		"appliance/callhub":               {"appliance/record"},
		"appliance/summary":               {"appliance/record"},
		"appliance/vectorfile":            {"models/cachedir"},
		"appliance/service": {
			"appliance/service", "appliance/numbering", "appliance/access", "appliance/audit", "appliance/backup", "appliance/documents",
			"appliance/calendar", "appliance/calendar/caldav", "appliance/calendar/ics", "appliance/contacts", "appliance/contacts/lookup",
			"appliance/contacts/vcard", "appliance/egress/dav", "appliance/egress/filter",
			"appliance/health", "appliance/imports", "appliance/inwords", "appliance/lan",
			"appliance/logring", "appliance/knowledge", "appliance/language",
			"appliance/callhub",
			"appliance/machine", "appliance/notify", "appliance/privacy", "models/progress", "appliance/record", "appliance/search",
			"appliance/statistics", "appliance/store", "appliance/summary", "appliance/tryout", "appliance/understanding", "appliance/update",
			"appliance/wipe",
		},
		"appliance/console": {
			"appliance/access", "appliance/service/remote", "appliance/service", "appliance/health", "appliance/label", "appliance/logring",
			"appliance/callhub", "appliance/machine", "appliance/record", "appliance/store", "appliance/update",
		},
		"appliance/sshdoor": {"appliance/console", "appliance/places", "appliance/statefile"},
		"appliance/service/remote": {
			"appliance/access", "appliance/audit", "appliance/backup", "appliance/service", "appliance/logring", "appliance/knowledge",
			"appliance/machine", "appliance/privacy", "models/progress", "appliance/record", "appliance/statistics", "appliance/store",
			"appliance/tryout", "appliance/update",
		},
		"appliance/web/api": {
			"appliance/audit", "appliance/backup", "appliance/service", "appliance/health", "appliance/imports", "appliance/knowledge",
			"appliance/callhub", "appliance/privacy", "appliance/record", "appliance/statistics", "appliance/store", "appliance/tryout",
			"appliance/update",
		},
		"appliance/web": {
			"appliance/access", "appliance/audit", "appliance/backup", "appliance/callhub", "appliance/service", "appliance/documents",
			"appliance/health", "appliance/holidays", "appliance/imports", "appliance/inwords", "appliance/knowledge", "appliance/label",
			"appliance/numbering", "appliance/places", "appliance/privacy", "models/progress", "appliance/record", "appliance/sheets",
			"appliance/statefile", "appliance/statistics", "appliance/store",
			"appliance/summary", "appliance/tryout", "appliance/update", "appliance/wipe", "appliance/web/translation",
		},
		"appliance":    {"appliance", "audio/handset", "audio/line", "models/engines", "models/progress"},
		"cmd":          {"cmd/internal", "appliance", "audio", "models", "systemd"},
		"cmd/internal": {},
		"cmd/internal/callers": {
			"appliance/knowledge", "appliance/language", "appliance/numbering", "appliance/record", "appliance/understanding/corpus",
		},
		"cmd/setup": {"cmd/internal", "models"},
		"systemd":   {},
		"firmware":  {},
		".ci":       {},
	}
}

// outside lists who may import which module of others; "test:" before a package allows it to its tests alone.
func outside() map[string][]string {
	return map[string][]string{
		"charm.land/bubbletea":                  {"appliance/console"},
		"github.com/charmbracelet/colorprofile": {"appliance/console"},
		"github.com/charmbracelet/x/ansi":       {"appliance/console"},
		"github.com/coreos/go-systemd":          {"systemd"}, // The service manager of the same machine: a Unix socket only.
		"github.com/cpuguy83/go-md2man":         {"cmd/frontdesk"},
		"github.com/godbus/dbus":                {"appliance/update"}, // RAUC on the same machine: a Unix socket only.
		"github.com/danielgtaylor/huma":         {"appliance/web/api"},
		"github.com/gen2brain/malgo":            {"audio/handset"},
		"github.com/wneessen/go-mail":           {"appliance/notify/email"},
		"github.com/emiago/sipgo":               {"appliance/phone", "appliance/phone/phonetest", "appliance/phone/transaction"},
		"github.com/icholy/digest": {
			"appliance/egress/httpout", "appliance/egress/dav/davtest", "appliance/phone", "appliance/phone/phonetest",
		},
		"github.com/teambition/rrule-go":    {"appliance/calendar/ics"},
		"github.com/nyaruka/phonenumbers":   {"appliance/numbering"},
		"github.com/pion/rtp":               {"audio/line", "audio/srtp"},
		"github.com/pion/srtp":              {"audio/srtp"},
		"github.com/pion/rtcp":              {"audio/line", "audio/srtp"},
		"filippo.io/age":                    {"appliance/backup", "test:appliance/service"},
		"github.com/pquerna/otp":            {"appliance/access", "test:appliance/service", "test:appliance/web"},
		"github.com/spf13/cobra":            {"cmd/frontdesk"},
		"github.com/spf13/pflag":            {"cmd/frontdesk"},
		"github.com/tyler-smith/go-bip39":   {"appliance/backup"},
		"github.com/rickar/cal":             {"appliance/holidays"},
		"rsc.io/qr":                         {"appliance/label"},
		"github.com/pion/mdns":              {"appliance/nearby"}, // Answers in the same network alone; see nearby.
		"github.com/pion/logging":           {"appliance/nearby"},
		"golang.org/x/net":                  {"appliance/nearby"},
		"github.com/CycloneDX/cyclonedx-go": {"cmd/frontdesk"},
		"github.com/pion/dtls":              {"audio/dtls"},
		"github.com/pion/transport":         {"audio/dtls"},
		"github.com/pion/sdp":               {"test:appliance/phone/sdp"},
		"go.etcd.io/bbolt":                  {"appliance/store", "appliance/store/keyring", "test:appliance/store/pages"},
		"github.com/pelletier/go-toml": {
			"appliance/config", "appliance/knowledge/profile", "appliance/understanding/corpus", "appliance/understanding/fit",
			"appliance/understanding/sayings", "models", "test:appliance/language",
		},
		"github.com/prometheus/client_golang":          {"appliance/web"},
		"go.opentelemetry.io/otel":                     {"appliance/tracing"},
		"go.opentelemetry.io/proto/otlp":               {"appliance/tracing"},
		"github.com/ggerganov/whisper.cpp/bindings/go": {"models/whisper"},
		"github.com/yalue/onnxruntime_go":              {"models/onnx"},
		"google.golang.org/grpc":                       {"models/engines", "models/engines/enginespb"},
		"google.golang.org/protobuf": {
			"appliance/tracing", "models/build/e5conv", "models/engines", "models/engines/enginespb", "models/build/onnxfile",
			"models/build/useconv",
		},
		"gonum.org/v1/gonum":        {"audio/audiotest", "models/hibari", "models/turn", "test:audio/resample"},
		"golang.org/x/crypto":       {"appliance/access", "appliance/seal", "appliance/sshdoor", "appliance/store/keyring"},
		"github.com/gliderlabs/ssh": {"appliance/sshdoor"},
		"golang.org/x/sync":         {"appliance"},
		"golang.org/x/sys": {
			"appliance/console", "appliance/machine", "appliance/seal", "models/cachedir", "models/cpucheck", "models/engines",
			"test:appliance/phone/interop", "test:cmd/frontdesk", "test:firmware",
		},
		"golang.org/x/time":         {"appliance/phone"},
		"golang.org/x/term":         {"appliance/console", "cmd/frontdesk", "models/progress"},
		"github.com/ledongthuc/pdf": {"appliance/documents"},
		"github.com/yuin/goldmark":  {"appliance/documents"},
		"golang.org/x/text": {
			"appliance/documents", "appliance/imports", "appliance/web", "models/embed/tokenizer", "models/hibari", "models/piper",
		},
		"go.uber.org/goleak": {"test:"},
	}
}

// doors lists who may open a connection, listen or look a name up, and with which names of which packages: the promise that
// what callers say stays in the house rests on it. Packages of others that open sockets are in outside.
func doors() map[string][]string {
	return map[string][]string{
		// The way out of the appliance, for SIP and RTP: the registrar, the callers' media, the name of the registrar.
		"appliance/egress": {
			"crypto/tls.Client", "net.Dial", "net.Dialer", "net.Listen", "net.ListenPacket", "net.ListenUDP", "net.DefaultResolver",
		},
		// What tells the office of messages; its connections are egress's.
		"appliance/notify/hook":        {"net/http.Client", "net/http.Transport"},
		"appliance/egress/httpout":     {"net/http.Client", "net/http.Transport"},                 // Its connections are egress's.
		"appliance/egress/dav/davtest": {"net/http.DefaultClient"},                                // Puts entries into a calendar of the test.
		"appliance/notify/notifytest":  {"crypto/tls.Server", "net.Listen"},                       // The other end of what is sent, for tests.
		"appliance/phone/phonetest":    {"net.ListenConfig", "net.ListenPacket", "net.ListenUDP"}, // The other end of test calls.
		"appliance/web":                {"net.Listen", "net/http.Server"},                         // The owner's page; listens only.
		// The name of the box for computers of the same private network: multicast DNS, which says addresses and nothing else.
		"appliance/nearby": {"net.ListenUDP"},
		// The technician's console; listens only, and only when told to.
		"appliance/sshdoor": {"net.Listen"},
		// Commands on the same machine: a Unix socket only.
		"appliance/service/remote": {"net.Dialer", "net.ListenUnix", "net/http.Client", "net/http.Server", "net/http.Transport"},
		// Weights; what is fetched is pinned by hash, nothing is sent.
		"models": {"net/http.Client"},
		// bench web loads the page of the appliance that it started.
		"cmd/internal/browser": {"net.Dialer", "net/http.Client", "net/http.Transport"},
		// bench siege attacks the appliance that it started.
		"cmd/internal/siege": {"crypto/tls.Dialer", "net.Dialer", "net.ListenUDP", "net/http.Client", "net/http.Transport"},
		// The child with the engines: a Unix socket only.
		"models/engines": {"google.golang.org/grpc.NewClient", "google.golang.org/grpc.NewServer", "net.Dial", "net.Dialer", "net.Listen"},
	}
}

// programs lists who may start other programs, and which.
func programs() map[string][]string {
	const command, withContext = "os/exec.Command", "os/exec.CommandContext"
	return map[string][]string{
		"audio/handset":                   {command},     // the child that has a sound device open, the same program
		"appliance/documents":             {withContext}, // the child that reads a document, the same program
		"appliance/egress/dav/davtest":    {withContext}, // radicale, the calendar server of tests
		"appliance/store/powertest":       {withContext}, // the writer whose power goes, below strace
		"appliance/phone/phonetest/scene": {withContext}, // flite and espeak-ng speak for test callers
		"cmd/frontdesk":                   {withContext}, // cmd/ringer, the caller of the demonstration; itself, for benches; systemctl
		"cmd/internal/notice":             {withContext}, // go list, during the build
		"cmd/setup":                       {withContext}, // go build, git and npm, during the build
		".ci":                             {},
		"models/engines":                  {command},     // the child with the engines, the same program
		"models/build/native":             {withContext}, // cmake and compilers, during the build
		"models/build/pip":                {withContext}, // pip
		// espeak-ng tells how words are pronounced, and speaks languages without a voice
		"models/piper": {command, withContext},
	}
}

// pure lists packages that must not read clocks, files or the network, and what they are allowed of these all the same.
func pure() map[string][]string {
	return map[string][]string{
		"appliance/record":               {},
		"appliance/numbering":            {"appliance/record"},
		"appliance/calendar/ics":         {},
		"appliance/dialogue":             {},
		"appliance/understanding":        {},
		"appliance/knowledge":            {},
		"appliance/language":             {},
		"appliance/language/all":         {},
		"appliance/language/de":          {},
		"appliance/language/en":          {},
		"appliance/language/feast":       {},
		"appliance/language/phrase":      {},
		"appliance/holidays":             {},
		"appliance/knowledge/profile":    {"os"}, // Load reads one file for the commands.
		"appliance/knowledge/edit":       {},
		"appliance/sheets":               {},
		"appliance/contacts/vcard":       {"appliance/record"},
		"appliance/search":               {},
		"appliance/tryout":               {},
		"appliance/understanding/corpus": {},
		"audio":                          {},
		"audio/conceal":                  {},
		"audio/dtmf":                     {},
		"audio/g711":                     {},
		"audio/jitter":                   {},
		"audio/resample":                 {},
		"audio/stretch":                  {},
		"audio/vad":                      {},
	}
}

// foreign lists the packages that may hold C or import C by way of others; their files need the tag native.
func foreign() []string {
	return []string{"audio/handset", "models/llama", "models/onnx", "models/whisper"}
}

// variables lists variables of packages that change, and why.
func variables() map[string]string {
	return map[string]string{
		"models/cpucheck.baseline":     "set by the linker; the test of that sets it in its place",
		"appliance/service.operations": "the operations enter themselves while their variables are set, before main",
		"models/onnx.opened":           "ONNX Runtime is one for the process: it is opened once, from one place",
	}
}

// waits lists files in which time.Sleep is right, and why: there are none.
func waits() map[string]string { return nil }

// topLevel is what the top folder holds.
func topLevel() []string {
	return []string{"appliance", "audio", "cmd", "firmware", "models", "systemd", "LICENSE", "Makefile", "README.md", "go.mod", "go.sum"}
}

// ownPaths lists files in which paths such as of a home folder are data.
func ownPaths() map[string]string {
	return map[string]string{
		"cmd/setup/setup_test.go":       "names of pretended disks",
		"firmware/image/root/etc/fstab": "where a box itself mounts",
	}
}
