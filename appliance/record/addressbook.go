package record

// AddressBook is how far an address book of the office's was read.
type AddressBook struct {
	URL    string `json:"url"`              // where it was read
	Region string `json:"region,omitempty"` // of the office then: how numbers without a country code were meant
	Token  string `json:"token,omitempty"`  // of the server: from where to ask for changes (RFC 6578)
	Tag    string `json:"tag,omitempty"`    // of the server: changes with anything in it
}

// AddressCard is a card of such a book, as far as calls need it.
type AddressCard struct {
	Path string `json:"path,omitempty"` // on the server
	ETag string `json:"etag,omitempty"`

	Numbers    []PhoneNumber `json:"numbers,omitempty"`
	Name       Personal      `json:"name,omitempty"`
	Company    Personal      `json:"company,omitempty"`
	Categories []Personal    `json:"categories,omitempty"` // words that may be tags, or who of the staff deals with the person
	Unreadable bool          `json:"unreadable,omitempty"`

	// State says what the box has to do with it.
	State AddressCardState `json:"state,omitempty"`
	// Caller is the ID of the caller for whom the box has written it, Written a keyed hash of what it has written.
	Caller  string `json:"caller,omitempty"`
	Written []byte `json:"written,omitempty"`
}

// AddressCardState says what the box has to do with a card of an address book.
type AddressCardState string

// The closed list of states.
const (
	CardTheirs  AddressCardState = ""        // the office's own
	CardOurs    AddressCardState = "ours"    // the box has written it, and nobody else has since
	CardEdited  AddressCardState = "edited"  // the box has written it, and the office has changed it since, or, without an ETag, taken it away
	CardRemove  AddressCardState = "remove"  // the box has written it, and takes it away as soon as it can
	CardIgnored AddressCardState = "ignored" // whom it is about was erased: it is never read, whatever becomes of it
)

// BookCount is what is kept of an address book.
type BookCount struct {
	Cards      int `json:"cards"`                // that callers are known by
	Unreadable int `json:"unreadable,omitempty"` // that are none, or say nothing
	Written    int `json:"written,omitempty"`    // by the box
	Ignored    int `json:"ignored,omitempty"`    // about people who were erased here
	Removing   int `json:"removing,omitempty"`   // by the box, to be taken away
}
