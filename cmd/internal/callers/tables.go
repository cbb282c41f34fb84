package callers

import "time"

// Persona is how a caller behaves.
type Persona struct {
	Name       string
	Wait       time.Duration // before he answers
	Pause      time.Duration // where he hesitates or takes breath
	Hesitates  bool          // begins with "um" and stops in the middle
	Talks      bool          // says more than was asked
	Restarts   bool          // puts right in the same breath what he has said
	Interrupts bool          // speaks over the office
	Slow       bool          // says numbers group by group
}

// personas are all of them.
var personas = []Persona{
	{Name: "plain", Wait: 400 * time.Millisecond, Pause: 200 * time.Millisecond},
	{Name: "brisk", Wait: 200 * time.Millisecond, Pause: 100 * time.Millisecond},
	{Name: "hesitant", Wait: 700 * time.Millisecond, Pause: 650 * time.Millisecond, Hesitates: true},
	{Name: "slow", Wait: 900 * time.Millisecond, Pause: 500 * time.Millisecond, Slow: true},
	{Name: "talkative", Wait: 300 * time.Millisecond, Pause: 250 * time.Millisecond, Talks: true},
	{Name: "restarting", Wait: 400 * time.Millisecond, Pause: 350 * time.Millisecond, Restarts: true},
	{Name: "interrupting", Wait: 300 * time.Millisecond, Pause: 150 * time.Millisecond, Interrupts: true},
}

// Line is the way between a caller and the office.
type Line struct {
	Name  string
	Codec string
	SNR   float64 // of the caller's noise, dB; 0 is none
	Loss  float64 // fraction of the caller's packets
	Echo  float64 // how far below its level the office comes back, dB; 0 is not at all
}

// lines are all of them.
var lines = []Line{
	{Name: "clean", Codec: "PCMU"},
	{Name: "noise", Codec: "PCMU", SNR: 15},
	{Name: "loss", Codec: "PCMA", Loss: 0.03},
	{Name: "speakerphone", Codec: "PCMU", SNR: 35, Echo: 22},
	{Name: "g722", Codec: "G722", SNR: 40},
	{Name: "alaw", Codec: "PCMA", SNR: 35},
}

// Lines are the names of all lines.
func Lines() []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Name)
	}
	return out
}

// side is what is tuned on, or what is held out from that.
type side struct {
	trades []string
	voices map[string][]string // by language
}

// The two sides share neither a trade nor a voice.
var (
	open = side{
		trades: []string{
			"garage", "de-autowerkstatt", "hairdresser", "pharmacy", "property-management", "de-friseur", "driving-school", "bicycle",
			"music-school", "de-fahrradladen", "tax-adviser", "physiotherapy", "fitness-studio",
		},
		voices: map[string][]string{
			"en": {"flite:slt", "flite:rms", "pico:en-US", "flite:awb", "espeak:en-gb", "flite:kal16"},
			"de": {"pico:de-DE", "pico:de-DE@108"},
		},
	}
	held = side{
		trades: []string{"veterinary", "restaurant", "de-hausarzt", "moving-company", "optician", "de-baeckerei", "guesthouse"},
		voices: map[string][]string{
			"en": {"pico:en-GB", "flite:rms@112", "pico:en-GB@90", "espeak:en-us-nyc", "flite:slt@90"},
			"de": {"pico:de-DE@90", "espeak:mb-de6", "espeak:mb-de7"},
		},
	}
)

// numbers are telephone numbers that belong to nobody, by region, as they are dialled there.
var numbers = map[string][]string{
	"US": {"2175550142", "4065550113", "5035550177", "8025550164", "6465550129", "3125550188"},
	"CA": {"6135550147", "4165550132", "6045550119", "5145550186"},
	"GB": {"07700900461", "02079460958", "07700900135", "01632960722"},
	"IE": {"0872225513", "0861234407", "0853338842"},
	"AU": {"0491570156", "0491570110", "0255504213", "0491570737"},
	"NZ": {"0212345671", "0274445120"},
	"DE": {"017139200417", "03023125548", "015112345682", "017604069044"},
	"AT": {"06641234417", "06605550128", "06767788331"},
	"CH": {"0795550123", "0446681842", "0782229914"},
}
