package record

import "time"

// EngineRole is what a computer of the office does for the box.
type EngineRole string

// The closed list of roles.
const (
	EngineSpeech EngineRole = "speech" // turns what callers say into words
	EngineText   EngineRole = "text"   // chooses among listed meanings, where the words leave it open
)

// EngineRoles are all roles, in the order in which they are shown.
func EngineRoles() []EngineRole { return []EngineRole{EngineSpeech, EngineText} }

// EngineHost is a computer of the office's network that helps the box in one role; there is one for each at the most. Its key is kept
// apart.
type EngineHost struct {
	Role EngineRole `json:"role"`
	On   bool       `json:"on"`

	URL   string `json:"url"`             // what the paths of the OpenAI interface begin with, such as http://192.0.2.20:8080/v1
	Model string `json:"model,omitempty"` // as the server calls it; "" = the first that it lists
	CA    string `json:"ca,omitempty"`    // certificates to believe instead of the system's, PEM

	HasSecret bool      `json:"has_secret,omitempty"` // there is a key, which is never shown
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
}
