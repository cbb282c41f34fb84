package en

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/language/phrase"
	"frontdesk.internal/appliance/record"
)

// Words that tell how urgent something is: the strong ones decide, the others are worth asking.
var (
	urgentWords = phrase.NewSet(`urgent urgently asap emergency immediately hurry`)
	hintWords   = phrase.NewSet(`pain hurts hurt hurting ache aching toothache today tonight now soon quickly leak leaking broken broke
		flood water court deadline tomorrow swollen fever bleeding severe bad serious important cold burst stuck overflowing hospital
		police`)
	noHurry = phrase.Compile("no rush|hurry", "whenever")
	soonest = phrase.Compile("as soon as possible", "today or|otherwise|else", "by today|tonight or|otherwise|else",
		"today ... ... or else|otherwise",
		"has|have got? to be today", "must be today|now", "can not|cannot wait", "right away", "straight away",
		"or else|otherwise ... ... lawyer|police|solicitor|court")
)

// Urgency implements [language.Replies].
func (Language) Urgency(words []string) language.Urgency {
	at := slices.IndexFunc(words, func(w string) bool { return urgentWords[w] })
	switch {
	case at >= 0 && phrase.Has(words[max(0, at-4):at], "not", "no", "nothing"), at < 0 && noHurry.In(words):
		return language.UrgencyDenied
	case at >= 0, soonest.In(words):
		return language.UrgencySaid
	case hintWords.Any(words):
		return language.UrgencyHinted
	}
	return language.UrgencyUnknown
}

// Part implements [language.Replies].
func (Language) Part(words []string) language.Part {
	for _, w := range words {
		switch w {
		case "name", "spelling", "spelled":
			return language.PartName
		case "number", "phone", "digits", "digit":
			return language.PartNumber
		case "message", "reason", "text", "rest":
			return language.PartReason
		}
	}
	return language.PartNone
}

// cardPhrases are what payment cards are called, and what stands on them.
var cardPhrases = phrase.Compile("card|cards|visa|mastercard|amex|maestro|cvv|cvc", "american express", "diners club", "master card",
	"security|expiry|expiration code|date|number", "long number", "credit|debit number")

// SpeaksOfCard implements [language.Replies].
func (Language) SpeaksOfCard(words []string) bool { return cardPhrases.In(words) }

// Farewell implements [language.Replies].
func (Language) Farewell(words []string) bool { return phrase.Has(words, "bye", "goodbye") }

// BeforeNumber implements [language.Slots].
func (l Language) BeforeNumber(text string) string {
	i := digits.Begin(text, l.ReadDigits)
	if i <= 0 {
		return text
	}
	text = strings.TrimRight(text[:i], " ,.(+-")
	for _, w := range []string{"and my number is", "my number is", "my phone number is", "number is", "at"} {
		if cut, ok := strings.CutSuffix(strings.ToLower(text), w); ok {
			return strings.TrimRight(text[:len(cut)], " ,.")
		}
	}
	return text
}

// Right implements [language.Replies].
func (Language) Right(words []string) record.RequestKind {
	has := func(list ...string) bool { return phrase.Has(words, list...) }
	own := has("my", "me", "mine")
	switch {
	case has("withdraw", "revoke") && has("consent", "permission", "agreement"):
		return record.RequestWithdraw
	case has("delete", "deleted", "erase", "erased", "forget", "wipe", "destroy") && own, has("remove", "removed") && own && has("data",
		"information", "details", "records", "recordings", "recording"):
		return record.RequestErase
	case has("not", "stop", "never", "no", "quit") && has("call", "calling", "calls", "contact", "contacting", "write", "writing") && own,
		has("list") && has("off") && own:
		return record.RequestNoContact
	case has("object") && has("to") && has("assistant", "machine", "robot", "ai", "computer", "automated"):
		return record.RequestObject
	case own && has("data", "information", "info", "details", "recordings", "record", "records") && has("copy", "have", "keep", "stored",
		"store", "hold", "know", "save", "saved", "kept", "see"),
		own && whatHappens.In(words),
		has("what") && has("about", "on") && has("me") && has("have", "keep", "know", "store", "stored", "hold", "save", "saved"):
		return record.RequestAccess
	}
	return ""
}

// whatHappens are how callers ask what becomes of what they tell.
var whatHappens = phrase.Compile("what happens to|with my phone? number|data|details|information|name|voice|recording|call",
	"what|how do you do|use with? my phone? number|data|details|information|name|voice|recording")

// ofPrivacy are how callers ask what becomes of data, and who answers for them.
var ofPrivacy = phrase.Compile("what happens to|with my|the phone? number|data|details|information|name|voice|recording|call",
	"what|how do|will you do|use with? my|the|our phone? number|data|details|information|name|voice|recording",
	"data protection|privacy officer|contact|person|policy|rules|notice",
	"who ... responsible|answers|charge for|of|about my|the|your? data|privacy|that", "about your|the privacy",
	"how long do|will you keep|store|save my|the|it|that",
	"your privacy policy|rules", "who gets|sees|has my|the phone? number|data|details|information|recording")

// OfPrivacy implements [language.Replies].
func (Language) OfPrivacy(words []string) bool {
	return ofPrivacy.In(words) && phrase.Has(words, "data", "privacy", "details", "information", "recording", "voice", "number", "name",
		"call") &&
		!phrase.Has(words, "delete", "erase", "copy", "remove", "forget")
}

// Word lists are read only.
var (
	against = phrase.NewSet(`not no stop never without nobody refuse object off quit disagree hate dislike uncomfortable against decline`)
	// thingBefore stand before a record that is a thing and not an act: "my medical record".
	records     = phrase.NewSet(`record records recorded recording recordings tape taped taping`)
	thingBefore = phrase.NewSet(`a an any my your our his her their medical of on for`)
)

// SaysRecorded implements [language.Replies].
func (l Language) SaysRecorded(notice string) bool { return records.Any(l.Words(notice)) }

// RefusesRecording implements [language.Replies].
func (Language) RefusesRecording(words []string) bool {
	if !against.Any(words) {
		return false
	}
	for i, w := range words {
		switch w {
		case "recorded", "recording", "recordings", "taped", "taping":
			return true
		case "record", "tape":
			of := i+1 < len(words) && (words[i+1] == "of" || words[i+1] == "for") // "no record of it"
			if !of && (i == 0 || !thingBefore[words[i-1]]) {
				return true
			}
		}
	}
	return false
}
