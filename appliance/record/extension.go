package record

import "time"

// Extension is the account at the office's telephone system, without its password.
type Extension struct {
	Registrar string    `json:"registrar"`           // the telephone system, host or host:port
	Transport string    `json:"transport"`           // "udp", "tcp" or "tls"
	User      string    `json:"user"`                // the extension, such as 100
	AuthUser  string    `json:"auth_user,omitempty"` // name for the password when it is not the extension
	Domain    string    `json:"domain,omitempty"`    // domain of the address when it is not the registrar's host
	By        string    `json:"by,omitempty"`        // who set it, as shown to people
	At        time.Time `json:"at,omitzero"`         // when
}

// PhoneChange is one change of a registration at the telephone system.
type PhoneChange struct {
	At        time.Time `json:"at"`
	Extension string    `json:"extension,omitempty"` // whose registration
	State     string    `json:"state"`
	Verdict   string    `json:"verdict,omitempty"`
	Text      string    `json:"text"` // a plain sentence
	Code      int       `json:"code,omitempty"`
}
