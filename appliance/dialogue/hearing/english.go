package hearing

import (
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/en"
)

// What is read out of words in every language, and in English where no business says otherwise.
type (
	// Reply is the answer to a yes-or-no question.
	Reply = language.Reply
	// Number is the digits found in what was said.
	Number = language.Number
	// Name is a caller's name as it was said.
	Name = language.Name
	// When is the day and time that the caller's words speak of.
	When = language.When
	// Aspect is what about the opening hours is asked.
	Aspect = language.Aspect
)

// The replies, and the aspects of opening hours.
const (
	Neither        = language.Neither
	Yes            = language.Yes
	No             = language.No
	AspectHours    = language.AspectHours
	AspectIsOpen   = language.AspectIsOpen
	AspectIsClosed = language.AspectIsClosed
	AspectOpens    = language.AspectOpens
	AspectCloses   = language.AspectCloses
)

// Normalise cuts text into the normalised words that the other functions take.
func Normalise(text string) []string { return en.Language{}.Words(text) }

// Meaningful says whether a normalised word carries meaning by itself.
func Meaningful(word string) bool { return !en.Language{}.StopWord(word) }

// YesNo reads the answer to a yes-or-no question.
func YesNo(words []string) Reply { return en.Language{}.YesNo(words) }

// Refuses says whether the caller does not want to tell what was asked.
func Refuses(words []string) bool { return en.Language{}.Refuses(words) }

// ThisNumber says whether the caller means the number he is calling from.
func ThisNumber(words []string) bool { return en.Language{}.ThisNumber(words) }

// SaysWhy says whether a turn that asks for a message also tells what it is about.
func SaysWhy(text string) bool { return en.Language{}.SaysWhy(text) }

// IsQuestion says whether text is put as a question.
func IsQuestion(text string) bool { return en.Language{}.IsQuestion(text) }

// WholeQuestion reports whether words are enough of a question to be answered by somebody who reads them later.
func WholeQuestion(words []string) bool { return en.Language{}.WholeQuestion(words) }

// Backchannel says whether text is only a sign of listening.
func Backchannel(text string) bool { return en.Language{}.Backchannel(text) }

// Digits reads a telephone number.
func Digits(text string) Number { return en.Language{}.ReadDigits(text) }

// PersonName reads the answer to "May I have your name?".
func PersonName(text string) (Name, bool) { return en.Language{}.PersonName(text) }

// IntroducedName finds a name with which the caller introduced himself.
func IntroducedName(text string) (Name, bool) { return en.Language{}.IntroducedName(text) }

// Letters reads a name letter by letter.
func Letters(name string) string { return en.Language{}.Letters(name) }

// MendName puts a corrected name in the place of what was wrong.
func MendName(wrong string, n Name) string { return language.MendName(wrong, n) }

// ReadWhen finds days and times in words.
func ReadWhen(words []string, now time.Time) When { return en.Language{}.When(words, now, "") }
