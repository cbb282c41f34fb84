package language

// Key names one text that callers, or people of the office on the telephone, hear. Every language has every key. The constants
// below are all of them; the comment of each says when it is said and, in braces, which fields of [Args] it uses beside the setting.
type Key string

// How a call begins and ends.
const (
	TextThanksCalling Key = "greeting.thanks"     // the greeting of a business whose owner has written none {Business}
	TextDisclosure    Key = "greeting.disclosure" // an assistant answers, for a greeting that does not say so {Notice}
	// the greeting, the owner's or one with the name or the number, and that an assistant answers; without its closing question {Text,
	// else Business, else Number; Notice}.
	TextGreetingHead Key = "greeting.head"
	TextGreetingTail Key = "greeting.tail" // the closing question of the same greeting {Text, Business}
	TextHello        Key = "hello"         // said between the two to a caller who is known {Name}
	TextGoodbye      Key = "goodbye"       // the last sentence of a call; the name may be missing {Business}
	TextTooLong      Key = "too_long"      // before a call that reached its longest time is ended
	TextStopping     Key = "stopping"      // before a call is ended because the appliance stops
	TextWrongNumber  Key = "wrong_number"  // the caller wanted somebody else; the call ends
)

// What is said in place of others while the box was not told yet for whom it answers.
const (
	TextNobodyReached   Key = "nobody.reached"    // the greeting, and the answer to whom the caller has reached {Number}
	TextNobodyLeave     Key = "nobody.leave"      // asks at once what the message is about that the caller may leave
	TextNobodyHelp      Key = "nobody.help"       // what can be done here
	TextNobodyRobot     Key = "nobody.robot"      // the caller asked whether this is a machine
	TextNobodyBadLine   Key = "nobody.bad_line"   // the caller could not be understood for the second time: the keypad is offered
	TextNobodyKeys      Key = "nobody.keys"       // which keys there are
	TextNobodyKeysMore  Key = "nobody.keys_more"  // the same with the key for one's own data
	TextNobodyMenu      Key = "nobody.menu"       // the assistant cannot listen; which keys there are
	TextNobodyMenuAgain Key = "nobody.menu_again" // which keys there are
)

// Small words and the frame of the conversation.
const (
	TextHowHelp      Key = "how_help"        // an open question, when nothing is asked
	TextYesHelp      Key = "yes_help"        // the caller said hello, or a word without a wish
	TextStillThere   Key = "still_there"     // nothing was heard for a while
	TextAnythingElse Key = "anything_else"   // after a wish was dealt with
	TextWelcome      Key = "welcome"         // the caller said thanks
	TextGoAhead      Key = "go_ahead"        // the caller announced a question
	TextTakeTime     Key = "take_time"       // the caller needs a moment
	TextAllRight     Key = "all_right"       // lead: a no is taken
	TextOfCourse     Key = "of_course"       // lead: a yes is taken
	TextThankYou     Key = "thank_you"       // lead: an answer is taken
	TextSorry        Key = "sorry"           // lead: a mistake of ours is taken
	TextDidntCatch   Key = "didnt_catch"     // something was said that could not be recognised
	TextBadLine      Key = "bad_line"        // the same for the second time: the keypad is offered
	TextOfferHelp    Key = "offer_help"      // the same for the third time: a message is offered
	TextNotSure      Key = "not_sure"        // recognised, but not understood
	TextKeypad       Key = "keypad"          // which keys there are
	TextKeypadMore   Key = "keypad.more"     // the same with the key for one's own data
	TextNoSuchKey    Key = "no_such_key"     // a key without a meaning was pressed
	TextRobot        Key = "robot"           // the caller asked whether this is a machine
	TextWritesDown   Key = "writes_down"     // the caller asked whether the call is recorded, and it is not
	TextHelp         Key = "help"            // the caller asked what can be done here
	TextDontHave     Key = "dont_have"       // the profile does not say
	TextListed       Key = "listed"          // the question was put on the owner's list
	TextOfferMessage Key = "offer_message"   // a message is offered, yes or no
	TextOwner        Key = "owner"           // words of the owner, spoken as written {Text}
	QuoteDocument    Key = "quote.document"  // sentences of a document of the business, which has a name {Document, Text}
	TextIsRight      Key = "is_right"        // asks whether what was just read back is right
	WordYes          Key = "word.yes"        // what a caller says who presses the key for yes; it is not spoken
	WordNo           Key = "word.no"         // what a caller says who presses the key for no; it is not spoken
	WordAccess       Key = "word.access"     // what a message says whose caller keyed that he wants to know what is kept of him
	WordErase        Key = "word.erase"      // the same for having it deleted
	WordNoContact    Key = "word.no_contact" // the same for not being called any more
	WordWhoKeepsData Key = "word.who_data"   // how callers ask who answers questions about their data, a sentence each
	WordWhatOfData   Key = "word.what_data"  // how callers ask what becomes of what they say, a sentence each
)

// Questions back: what is probably wanted, for a yes or no.
const (
	TextGuessHours     Key = "guess.hours"
	TextGuessPrices    Key = "guess.prices"
	TextGuessPrice     Key = "guess.price"    // of one service {Service}
	TextGuessService   Key = "guess.service"  // about one service {Service}
	TextGuessServices  Key = "guess.services" // what is offered
	TextGuessPlace     Key = "guess.place"    // how to find the business
	TextGuessStaff     Key = "guess.staff"
	TextGuessContact   Key = "guess.contact"
	TextGuessAnswer    Key = "guess.answer"  // a question that the owner has answered {Question}
	TextCondolence     Key = "condolence"    // to a caller who speaks of somebody who has died, once
	TextGuessTold      Key = "guess.told"    // whether what was told just now was wanted
	TextGuessOffered   Key = "guess.offered" // a service that may be meant is offered: no yes to what may be another question {Service}
	TextGuessMatter    Key = "guess.matter"  // that the office is to see to something, or is to hear a complaint
	TextGuessVisit     Key = "guess.visit"   // an appointment
	TextGuessPerson    Key = "guess.person"
	TextGuessGoodbye   Key = "guess.goodbye"
	TextGuessAccess    Key = "guess.access"     // before anything is done about a right: what is kept of the caller is to be told
	TextGuessErase     Key = "guess.erase"      // the same: everything is to be deleted
	TextGuessNoContact Key = "guess.no_contact" // the same: no calls and letters any more
	TextGuessWithdraw  Key = "guess.withdraw"   // the same: a consent is withdrawn
	TextGuessRectify   Key = "guess.rectify"    // the same: something is wrong in what is kept
	TextGuessObject    Key = "guess.object"     // the same: no assistant is to take the caller's calls
	TextEither         Key = "either"           // whether one of several things was meant {Topics}
	TopicHours         Key = "topic.hours"      // what TextEither names, as it stands behind "about"
	TopicPrices        Key = "topic.prices"
	TopicPrice         Key = "topic.price"   // {Service}
	TopicService       Key = "topic.service" // {Service}
	TopicServices      Key = "topic.services"
	TopicPlace         Key = "topic.place"
	TopicStaff         Key = "topic.staff"
	TopicContact       Key = "topic.contact"
	TopicAnswer        Key = "topic.answer" // {Question}
	TopicPerson        Key = "topic.person"
	TopicMessage       Key = "topic.message"
	TopicAppointment   Key = "topic.appointment"
	TextCallHelp       Key = "call_help"     // somebody is in danger, and the owner has not said what to tell: whom to call {Digits}
	TextHarm           Key = "harm"          // somebody may be in danger: the number to call, and whether it is an emergency {Digits}
	TextChild          Key = "child"         // a child calls: asks for an adult
	WordChild          Key = "word.child"    // what a message says that a child has left
	TextChoose         Key = "choose"        // which of several names of the profile is meant {Items}
	TextWhichPrice     Key = "which_price"   // the price of what; with examples {Items}
	TextForExample     Key = "for_example"   // the examples again {Items}
	TextWhichService   Key = "which_service" // the same for a profile without services
)

// Facts of the profile.
const (
	TextBusiness     Key = "business"       // whom the caller has reached {Business}
	TextAddress      Key = "address"        // {Address}
	TextPhone        Key = "phone"          // {Number}
	TextEmail        Key = "email"          // {Text}
	TextWebsite      Key = "website"        // {Text}
	TextServices     Key = "services"       // what is offered {Items, More}
	TextOffered      Key = "offered"        // a service is offered {Service}
	TextPrice        Key = "price"          // what a service costs {Service, Price}; the note follows as TextOwner
	TextSum          Key = "sum"            // what several units cost together {Count, Price}
	TextNoPrice      Key = "no_price"       // the profile has no price for a service {Service}
	TextDuration     Key = "duration"       // how long a service takes {Service, Minutes}
	TextStaff        Key = "staff"          // who works there {People}
	TextRole         Key = "role"           // who has a role, when several have {People}
	TextIntroduce    Key = "introduce"      // who somebody is {Person, Role}
	TextWeek         Key = "week"           // the weekly hours {Week}
	TextDay          Key = "day"            // what holds on one day {Day, Polar}
	TextUnlisted     Key = "unlisted"       // a holiday by which a day was called is not in the profile: the usual hours {Day}
	TextHoliday      Key = "holiday"        // what holds on the days of a holiday {Day, Days}
	TextNote         Key = "note"           // lead: a holiday that is near follows
	TextOpenNow      Key = "open_now"       // open at this moment {Polar, At: closing time, zero when it does not close soon}
	TextClosedNow    Key = "closed_now"     // closed at this moment {Polar}
	TextReopens      Key = "reopens"        // when it opens again {At}
	TextOpens        Key = "opens"          // when it opens {At}
	TextClosedForNow Key = "closed_for_now" // it does not open again within a year
)

// Persons and putting through.
const (
	TextTransfer     Key = "transfer"      // the caller is put through
	TextTransferFail Key = "transfer_fail" // nobody took the call
	TextTransferNext Key = "transfer_next" // nobody took the call, the next one is tried
	TextCanTake      Key = "can_take"      // lead: a message can be taken
	TextNobody       Key = "nobody"        // nobody can be reached now
	TextClosedNobody Key = "nobody.closed" // the same, because the office is closed
	TextPersonBusy   Key = "person.busy"   // somebody is on the phone {Person}
	TextPersonAway   Key = "person.away"   // somebody cannot be reached, and when he can; zero: not known {Person, At}
	TextPersonHours  Key = "person.hours"  // when somebody works on a day {Person, Day}
	TextPersonBack   Key = "person.back"   // when somebody is back {Person, At}
	TextPersonOffice Key = "person.office" // somebody has no telephone of his own, the office is rung {Person}
	// a message is for somebody whom the profile does not name; it is written down for that name {Person}.
	TextNotListed Key = "person.not_listed"
	TextBrief     Key = "brief" // to the person who is to take the call: who calls, why, and which key takes it {Name, Urgent, Words}
)

// Taking a message.
const (
	TextTakeMessage    Key = "message"             // lead: a message is taken
	TextCalendar       Key = "message.appointment" // lead: an appointment is taken down as a message
	TextTimes          Key = "times"               // lead: times that are free follow
	TextTime           Key = "times.one"           // one of them {At}
	TextWhichTime      Key = "times.which"         // which of them
	TextTimeNamed      Key = "times.named"         // lead: one was chosen, and what is needed follows {At}
	TextOtherTimes     Key = "times.taken"         // lead: it was taken meanwhile
	TextVisitSummary   Key = "times.summary"       // reads it back before it is booked {At, Service, Name, Digits: the number's end}
	TextBookIt         Key = "times.book_it"       // whether to book it
	TextBooked         Key = "times.booked"        // it stands in the calendar {At, Service}
	TextCalendarGone   Key = "times.gone"          // the calendar cannot be reached: it becomes a request
	TextForTime        Key = "times.reason"        // in a message: what time is wished for what {At, Service}
	TextFindVisit      Key = "visit.find"          // lead: an appointment that there is will be looked for, by the name that follows
	TextVisitUnknown   Key = "visit.unknown"       // lead: none was found by name and number; the office gets the request
	TextVisitIs        Key = "visit.is"            // an appointment that was found {At, Service}
	TextWhichChange    Key = "visit.which"         // whether to move it, to call it off, or neither
	TextCancelIt       Key = "visit.cancel_it"     // whether to call it off
	TextMoveIt         Key = "visit.move_it"       // whether to move it to another time {At}
	TextCancelled      Key = "visit.cancelled"     // it is called off {At}
	TextMoved          Key = "visit.moved"         // it was moved {At: the new time}
	TextStays          Key = "visit.stays"         // it is left as it was
	TextNotChanged     Key = "visit.not_changed"   // lead: the calendar cannot be reached; the office gets the request
	TextOfVisit        Key = "visit.reason"        // in a message: which appointment a request is about {At, Service}
	TextAboutService   Key = "message.about"       // in a message: what was spoken of before {Service}
	TextCantTell       Key = "message.cant_tell"   // lead: a question in the middle of a message goes into it
	TextMatter         Key = "message.matter"      // lead: something that the office must see to
	TextComplaint      Key = "message.complaint"   // lead: the caller is not content
	TextPrivacy        Key = "message.privacy"     // lead: a request about the caller's data is taken down
	TextEmergency      Key = "message.emergency"   // lead: an urgent message is taken
	TextAskName        Key = "name"                // asks for the name
	TextAskNameAgain   Key = "name.again"          // asks for it once more
	TextAskNameSpell   Key = "name.spell"          // asks to spell it
	TextNameSlowly     Key = "name.slowly"         // the letters could not be understood: asks for the name once more, slowly
	TextSpellLast      Key = "name.spell_last"     // asks how the last name is spelled
	TextSpellFirst     Key = "name.spell_first"    // asks how the first name is spelled
	TextSpellWhole     Key = "name.spell_whole"    // asks how the name is spelled
	TextWhyName        Key = "why.name"            // the caller wanted to know why the name is asked for
	TextWhyNumber      Key = "why.number"          // the same for the number
	TextWhyReason      Key = "why.reason"          // the same for what it is about
	TextNameUnderstood Key = "name.understood"     // a name that was recognised badly {Name}
	TextNameNoted      Key = "name.noted"          // the name was refused again and again: it stays as it was heard
	TextNameSpelled    Key = "name.spelled"        // a name and one word of it letter by letter {Name, Spelled}
	TextOfferNumber    Key = "number.offer"        // whether to call back the number the call comes from {Digits: its end}
	TextAskNumber      Key = "number"              // asks for the number
	TextAskNumberAgain Key = "number.again"        // asks for it digit by digit
	TextNumberKeys     Key = "number.keys"         // asks to type it
	TextNumberPart     Key = "number.part"         // the part of a number that was heard {Digits}
	TextNumberRest     Key = "number.rest"         // asks for the other digits
	TextNumberShort    Key = "number.short"        // a number is too short
	TextNumberLong     Key = "number.long"         // a number is too long
	TextNumberIs       Key = "number.is"           // reads a number back {Number}
	TextAskReason      Key = "reason"              // asks what it is about
	TextAskReasonAgain Key = "reason.again"        // asks what to pass on instead
	TextAskUrgent      Key = "urgent"              // whether it is urgent
	// reads the message back {Person: for whom, Name, Digits: the number's end, Words, When, Urgent}.
	TextSummary     Key = "summary"
	TextNowName     Key = "now.name"        // what was changed after the message was read back: the name {Name}
	TextNowNumber   Key = "now.number"      // the number, or that there is none {Digits: its end}
	TextNowSays     Key = "now.says"        // what it says {Words}
	TextNowAlso     Key = "now.also"        // what was added to it {Words}
	TextNowUrgent   Key = "now.urgent"      // how urgent it is {Urgent}
	TextNowTime     Key = "now.time"        // when to call {When}
	TextNowFor      Key = "now.for"         // for whom it is {Person}
	TextPassOn      Key = "pass_on"         // whether to pass it on
	TextWhatChange  Key = "what_change"     // what of the message is wrong
	TextNoted       Key = "noted"           // the message is saved, somebody calls back
	TextNotedNoCall Key = "noted.no_number" // the message is saved, there is no number to call back
	TextNotNoted    Key = "not_noted"       // the message could not be saved
	TextTryAgain    Key = "try_again"       // whether to try to save it again
	TextDropped     Key = "dropped"         // the message is thrown away
)

// Recording, and the caller's rights.
const (
	TextNotice       Key = "recording.notice"    // the call is recorded, and how to refuse that {Notice}
	TextAskRecording Key = "recording.ask"       // whether the call may be recorded {Notice}
	TextNotRecorded  Key = "recording.refused"   // the call is not recorded any more; what is said is kept in writing
	TextUnwritten    Key = "recording.unwritten" // the call is not recorded any more, and what is said is not kept either
	TextIsRecorded   Key = "recording.is"        // the caller asked whether the call is recorded, and it is
	TextAskCode      Key = "rights.code"         // asks for the code that shows who the caller is
	TextWrongCode    Key = "rights.wrong_code"   // the code is not right
	TextRightFiled   Key = "rights.filed"        // the request was noted, the office calls back
	TextErased       Key = "rights.erased"       // everything is deleted after the call
	TextHeld         Key = "rights.held"         // the request was noted, and nothing can be deleted now, because a legal hold keeps it
	TextNothingKept  Key = "rights.restricted"   // nothing new is kept of the caller, so no message is taken
	TextNoContact    Key = "rights.no_contact"   // the caller is not called any more
	TextWithdrawn    Key = "rights.withdrawn"    // a consent is withdrawn
	TextObjected     Key = "rights.objected"     // the assistant takes no more calls of this caller
	TextRightNoted   Key = "rights.noted"        // asked for once more in the same call
	TextRightFailed  Key = "rights.failed"       // the request could not be noted
	TextRightsMenu   Key = "rights.menu"         // which keys there are for one's own data
	TextKept         Key = "rights.kept"         // what is kept of the caller {Kept}

	TextPrivacyContact Key = "rights.contact"      // who answers questions about data {Person, Number, Text}
	TextContactKey     Key = "rights.contact_key"  // which key tells that
	TextNoPrivacy      Key = "rights.contact_none" // nobody is named for that: the office
)

// Without recognition and voice: rendered ahead, answered with keys.
const (
	TextMenu        Key = "menu"          // the assistant cannot listen; which keys there are
	TextMenuAgain   Key = "menu.again"    // which keys there are
	TextCallback    Key = "menu.callback" // whether to call back the number the call comes from
	TextNumberRead  Key = "menu.read"     // lead: the digits of a typed number follow
	TextNumberCheck Key = "menu.check"    // which key says that it is right
	TextDigit       Key = "menu.digit"    // one digit of a number that is read back {Digits}
	TextUnheard     Key = "menu.unheard"  // the caller spoke, but cannot be heard
	TextBack        Key = "menu.back"     // recognition and voice are there again
)

// Questions as callers put them. The box asks them itself: to find out what will be said, and when it tests itself.
const (
	AskHours    Key = "ask.hours"
	AskHoursOn  Key = "ask.hours_on" // {Weekday}
	AskOpenOn   Key = "ask.open_on"  // {Weekday}
	AskOpenNow  Key = "ask.open_now"
	AskToday    Key = "ask.today"
	AskTomorrow Key = "ask.tomorrow"
	AskCloses   Key = "ask.closes"
	AskAddress  Key = "ask.address"
	AskParking  Key = "ask.parking"
	AskPhone    Key = "ask.phone"
	AskEmail    Key = "ask.email"
	AskWebsite  Key = "ask.website"
	AskServices Key = "ask.services"
	AskPrice    Key = "ask.price"   // {Service}
	AskService  Key = "ask.service" // {Service}
	AskStaff    Key = "ask.staff"
	AskPerson   Key = "ask.person" // who is {Person}
	AskMessage  Key = "ask.message"
	AskHuman    Key = "ask.human"
	AskRobot    Key = "ask.robot"
	AskGoodbye  Key = "ask.goodbye"
)
