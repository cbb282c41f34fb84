package language

import (
	"time"

	"frontdesk.internal/appliance/record"
)

// Reader reads what callers said. Functions that take words want those of Words.
type Reader interface {
	Vocabulary
	Replies
	Slots

	// Sentences cuts what was heard into sentences. Questions keep their mark.
	Sentences(text string) []string
	// IsQuestion says whether text is put as a question.
	IsQuestion(text string) bool
	// WithoutLead is a clause without the words that only lead in a question: "I only wanted to know if you do alterations".
	WithoutLead(clause string) string
	// AsksToDo says whether words ask, as a question, that somebody do something: "could you have a look at it".
	AsksToDo(words []string) bool
	// WantsToKnow says whether a question is put without asking it: "I wanted to know how …".
	WantsToKnow(words []string) bool
	// AskedBeside finds a question beside something else in one turn, see [Beside.Find]: "yes please and how much would it be".
	AskedBeside(text string) (rest, question string)
	// AsksToPassOn says whether words want the office to be told something, or to see to it: "could somebody ring me about it", "put me
	// down for one".
	AsksToPassOn(words []string) bool
	// TellMe says whether words begin by asking to be told something: "could you tell me what that costs".
	TellMe(words []string) bool
	// WholeQuestion reports whether words begin as a question and are enough of one to be answered by somebody who reads them later.
	WholeQuestion(words []string) bool
	// Backchannel says whether text, spoken while we speak, is only a sign of listening ("mhm", "okay", "I see") and no wish to take the
	// floor. An answer such as yes or no is not one.
	Backchannel(text string) bool
	// Hanging says whether a sentence cannot end with word: "and", "the". The word is as a recogniser writes it, in lower case.
	Hanging(word string) bool
	// RefersBack says whether words point at what was spoken of before: "that", "it".
	RefersBack(words []string) bool
	// Heads says whether a word counts persons: "people", "adults", the "us" of "four of us".
	Heads(word string) bool
	// PriceAlone says whether words ask what it costs, and not of what: "what are your rates".
	PriceAlone(words []string) bool
	// Joins says whether a word joins two questions: "and", "also".
	Joins(word string) bool
	// GoesOn says whether a word behind a yes or no begins something more: "and", "but".
	GoesOn(word string) bool
	// Conjunction says whether a word binds a clause to the one before: "and", "but".
	Conjunction(word string) bool
	// Negated says whether the word at position at stands behind a "not".
	Negated(words []string, at int) bool
	// Filler is a word that names no trade, for a place in an example: "service", "person", "role", "day", "time", "thing".
	Filler(place string) string
	// Aspect tells what about the opening hours is asked.
	Aspect(words []string) Aspect
}

// Vocabulary is the words of a language and how they are compared.
type Vocabulary interface {
	// Words cuts text into normalised words, the form in which everything that was said is compared: lower case, contractions written out,
	// accents and punctuation gone. Times keep their colon ("8:30") and amounts lose their sign.
	Words(text string) []string
	// Standard is text with those words of dialects that every reader of the language should know written as the standard language has
	// them: what is compared by meaning was learned from that.
	Standard(text string) string
	// StopWord says whether a word carries no meaning by itself.
	StopWord(word string) bool
	// Grammatical says whether a word only holds a sentence together: an article, a pronoun, a form of "to be".
	Grammatical(word string) bool
	// LightWord says whether a word says little about which question it is: "need", "office".
	LightWord(word string) bool
	// Synonym returns the word that stands for all that mean the same when questions are compared; word itself when there is no other.
	Synonym(word string) string
	// Root returns the stem of a word's synonym: a key that is the same for all forms of all words that mean the same.
	Root(word string) string
	// Alike says how sure it is that the spoken word said is the wanted word, 0 to 1: equal, same stem, same sound, or a slip of the
	// recogniser.
	Alike(said, wanted string) float64
	// AlikeName is Alike for names: they have no stem, and everyday words do not sound like them.
	AlikeName(said, wanted string) float64
	// Particle says whether a stop word can end a compound that callers say as one word or as two: the "up" of "check up".
	Particle(word string) bool
	// Noun says whether the word at position at, which is an everyday word too, is used as a thing: "a will".
	Noun(words []string, at int) bool
	// Title says whether a word stands before a name: "doctor".
	Title(word string) bool
	// NameForms returns the ways in which a person of that name is named, best first: "Dr. Maria Lopez", "maria lopez", "doctor lopez",
	// "lopez".
	NameForms(name string) []string
}

// Replies reads answers to what was asked.
type Replies interface {
	// YesNo reads the answer to a yes-or-no question.
	YesNo(words []string) Reply
	// LeadingReply says whether a word alone, at the beginning of an answer, is a yes or no and nothing else.
	LeadingReply(word string) bool
	// Denies says whether a clause says only what is not meant: "not a pet", "I don't mean the course". answered: it stands in the answer to a
	// question, where less will do: "no stairs".
	Denies(words []string, answered bool) bool
	// Changes says what words want of an appointment that there is: to move it, to call it off, to confirm it.
	Changes(words []string) Change
	// ReplyHeard is the yes or no that a recogniser has written as word, where nothing but a yes or no can be meant: "know" is "no". ""
	// when word sounds like none.
	ReplyHeard(word string) string
	// Refuses says whether the caller does not want to tell what was asked, or has none.
	Refuses(words []string) bool
	// ThisNumber says whether the caller means the number he is calling from.
	ThisNumber(words []string) bool
	// SaysWhy says whether a turn that asks for a message also tells what it is about.
	SaysWhy(text string) bool
	// About says whether words say what a call is about.
	About(words []string) bool
	// Withdraws says whether the caller calls off the message that is being taken ("forget it"), and what else he says behind that.
	Withdraws(text string) (rest string, ok bool)
	// AsksWhy says whether the caller wants to know why something is asked of him.
	AsksWhy(words []string) bool
	// Directs says whether words begin by saying whom to tell or ask something: "just ask him to bring the key".
	Directs(words []string) bool
	// Adds says whether words add something to a message, and do not replace it: "and please tell him …".
	Adds(words []string) bool
	// SendsOff says whether words let a message go as it is, a no among them or not: "no, nothing, pass it on".
	SendsOff(words []string) bool
	// OtherNumber says whether words tell a number that is no telephone number: "the invoice number is".
	OtherNumber(words []string) bool
	// Replaces says whether words stand in the place of what was said before: "actually, it's about the bill".
	Replaces(words []string) bool
	// Addresses says whether the name of a person at position at is that of whom a message is for: "for Maria", "tell Maria".
	Addresses(words []string, at int) bool
	// SpeaksTo says whether words ask to speak to the person whose name or role is at position at: "could I talk to a nurse".
	SpeaksTo(words []string, at int) bool
	// Describes returns what somebody of the office does whom words name by that alone: "for the lady who does the kids' classes". nil =
	// they describe nobody.
	Describes(words []string) []string
	// Relays says whether words ask that something be passed on to the person whose name is at position at: "can you tell Maria that".
	Relays(words []string, at int) bool
	// Acquainted says whether words tell how a caller and the office know each other: "I was in last week".
	Acquainted(words []string) bool
	// Told is what of a turn a message is to tell: without answers, greetings, grumbling, the caller's name, and words to who takes it
	// down. whole says that it stands in the place of what was told before: "what I want is …". "" = nothing.
	Told(text, name string) (told string, whole bool)
	// Brief is what a text tells in so many words at the most, in its own words.
	Brief(text string, most int) string
	// AsksKept says whether words ask what a message that is being read back says: "did you put the address?".
	AsksKept(words []string) bool
	// Requests says whether words ask, as a question, that something be done: "could you call me".
	Requests(words []string) bool
	// Wishes says whether words begin as a wish that stands for itself: "I'd like".
	Wishes(words []string) bool
	// Urgency tells what words say of how urgent something is.
	Urgency(words []string) Urgency
	// Part tells which part of a message words speak of.
	Part(words []string) Part
	// Farewell says whether words take leave.
	Farewell(words []string) bool
	// Seeks says whether the caller asks whether he has reached the right place: "is that the hairdresser's".
	Seeks(words []string) bool
	// Presence says whether the caller asks whether somebody is there, or when: "is Anna in today", "when is he back".
	Presence(words []string) bool
	// CallsFor says whether words ask whether somebody is there, which is how callers ask to speak to him: "is Anna in".
	CallsFor(words []string) bool
	// Grown says whether the caller says that he is no child: "I'm the mother".
	Grown(words []string) bool
	// Someone says whether words speak of a person without a name: "he", "she".
	Someone(words []string) bool
	// AnyPerson says whether the caller asks for a person, whoever it is, and for nothing else: "a real person, please".
	AnyPerson(words []string) bool
	// Endangers says whether words speak of a life in danger in one of the ways that must not be missed: of suicide, of a weapon, of
	// somebody who cannot breathe.
	Endangers(words []string) bool
	// Mourns says whether the caller speaks of somebody of his who has died.
	Mourns(words []string) bool
	// Unsure says whether words answer a question with neither yes nor no: "I'm not sure", "I don't know".
	Unsure(words []string) bool
	// AsksHelp says whether words ask what to do about what is the matter now: "what should we do", "should I be worried".
	AsksHelp(words []string) bool
	// DeniesEmergency says whether words say that there is no emergency.
	DeniesEmergency(words []string) bool
	// Nothing says whether the caller has nothing to say, or nothing more: "no, that's all".
	Nothing(words []string) bool
	// Leaves says whether the caller takes leave with words and says nothing else but courtesy, also where a recogniser has written
	// that otherwise: "auf wie wir hören".
	Leaves(words []string) bool
	// Holds says whether the caller asks for a moment and for nothing else: "hang on, let me get a pen".
	Holds(words []string) bool
	// AsksWho says whether the caller asks who or what he is talking to: a machine, or whom he has reached.
	AsksWho(words []string) bool
	// OfPrivacy says whether words ask in general what becomes of a caller's data, or who answers for them, and make use of no right.
	OfPrivacy(words []string) bool
	// Right tells which of a caller's rights words make use of; "" when it is none.
	Right(words []string) record.RequestKind
	// WantsPerson says whether words ask for a human being in the usual ways: "operator", "a real person".
	WantsPerson(words []string) bool
	// RefusesRecording says whether words refuse to be recorded. It rather takes a question for a refusal than a refusal for something
	// else: then nothing is kept.
	RefusesRecording(words []string) bool
	// SpeaksOfCard says whether words speak of a payment card.
	SpeaksOfCard(words []string) bool
	// Disclosed says whether a greeting tells that no person answers.
	Disclosed(greeting string) bool
	// SaysRecorded says whether a notice speaks of the call being recorded.
	SaysRecorded(notice string) bool
}

// Slots reads what a caller gives us to write down.
type Slots interface {
	// ReadDigits reads a telephone number as people say it and as a recogniser writes it. Digits from all groups are joined in order.
	ReadDigits(text string) Number
	// When finds days and times in words. now is in the business's time zone; days are the next ones from it on.
	When(words []string, now time.Time, region string) When
	// PersonName reads the answer to "May I have your name?". ok is false when the words hold no name.
	PersonName(text string) (n Name, ok bool)
	// CallTime finds when the caller wants to be called, in his words ("after five"), and returns the text without that. loose takes a
	// time for one that does not speak of a call, as behind a telephone number.
	CallTime(text string, loose bool) (when, rest string)
	// MailIn finds an e-mail address, written or spoken ("tom dot baker at example dot com"), and returns the text without it; "" = none.
	MailIn(text string) (address, rest string)
	// Respell reads the answer to the question how a name is spelled that was heard as heard; part is what was asked for. The letters
	// may be said, or only what is particular about them: "with a K". Where the answer is the name once more, Spelled is not set.
	Respell(heard string, part NamePart, text string) (n Name, ok bool)
	// NameDoubt tells which part of a name has to be spelled: what may be written otherwise than it sounds, is no usual name, or was
	// heard badly, as weak says of a word.
	NameDoubt(name string, weak func(word string) bool) NamePart
	// NameLike is the usual name that is written as word but for one letter; not are none. "" when there is none, or several.
	NameLike(word string, not []string) string
	// NamePossible says whether something can be a name: letters without a vowel can't, nor can the words between letters.
	NamePossible(name string) bool
	// IntroducedName finds a name with which the caller introduced himself in the middle of a turn.
	IntroducedName(text string) (n Name, ok bool)
	// Addressee finds the name of somebody for whom a message is, as the caller says it: "a message for Mr. Hoffman".
	Addressee(text string) (name string, ok bool)
	// BeforeNumber cuts a text where a telephone number begins: "Anna Berger, my number is 555 0142".
	BeforeNumber(text string) string
}
