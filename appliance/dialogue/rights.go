package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/record"
)

// What callers may ask for about what is kept of them. Objections hold at once; seeing and erasing wait until it is sure who asks: by a code that
// the office has told the person at the number on the card, or by the office itself, which calls back.

const (
	textAskCode     = "To make sure that it is you, please key in the code that you got from our office."
	textWrongCode   = "That code is not right."
	textRightFiled  = "I have noted your request. Someone from the office will call you back at the number we have for you, to make sure that it is you, and then see to it."
	textErased      = "Thank you. Everything that we keep of you is deleted as soon as we hang up."
	textNoContact   = "All right. We will not call you or write to you unless you ask for it. That is noted."
	textWithdrawn   = "All right, your consent is withdrawn, and your calls are not recorded any more."
	textObjected    = "All right. From the next call on I will not take your calls any more; they go to a person."
	textRightFailed = "I'm sorry, I could not note that. Please tell the office directly."
	textRightsMenu  = "It is about your data. To hear what we keep of you, press one. To have it deleted, press two. To not be called any more, press three."
)

// Digits and tries of a code.
const (
	codeDigits = 6
	codeTries  = 3
)

// rightsKey begins the menu of one's own data.
const rightsKey = '8'

// right is a request under way.
type right struct {
	id    int
	kind  record.RequestKind
	text  string
	tries int
}

// rightMeant tells which right words make use of; "" when it is none that can be dealt with on the telephone.
func rightMeant(words []string) record.RequestKind {
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	own := has("my", "me", "mine")
	switch {
	case has("withdraw", "revoke") && has("consent", "permission", "agreement"):
		return record.RequestWithdraw
	case has("delete", "deleted", "erase", "erased", "forget", "wipe", "destroy") && own, has("remove", "removed") && own && has("data", "information", "details", "records", "recordings", "recording"):
		return record.RequestErase
	case has("not", "stop", "never", "no", "quit") && has("call", "calling", "calls", "contact", "contacting", "write", "writing") && own, has("list") && has("off") && own:
		return record.RequestNoContact
	case has("object") && has("to") && has("assistant", "machine", "robot", "ai", "computer", "automated"):
		return record.RequestObject
	case own && has("data", "information", "info", "details", "recordings", "record", "records") && has("copy", "have", "keep", "stored", "store", "hold", "know", "save", "saved", "kept", "see"),
		has("what") && has("about", "on") && has("me") && has("have", "keep", "know", "store", "stored", "hold", "save", "saved"):
		return record.RequestAccess
	}
	return ""
}

// rightAsked begins with a request about the caller's data, and reports false when that has to be a message to the office.
func (c *Conversation) rightAsked(kind record.RequestKind, text, by string) bool {
	if !c.opt.Rights || kind == "" || c.from.Digits() == "" {
		return false
	}
	c.decide("rights."+string(kind), by, "")
	c.right = right{kind: kind, text: strings.TrimSpace(text)}
	if (kind == record.RequestErase || kind == record.RequestAccess) && c.opt.HasCode {
		c.keys, c.state = "", rightsCode
		c.say(textAskCode)
		return true
	}
	c.fileRight("")
	return true
}

// fileRight has the request dealt with; answered by RightDone.
func (c *Conversation) fileRight(code string) {
	c.right.id = c.id()
	c.state = moving // nothing else is said meanwhile; it takes milliseconds
	c.out = append(c.out, Right{ID: c.right.id, Kind: c.right.kind, Text: c.right.text, Code: code})
}

// codeKeyed collects the code.
func (c *Conversation) codeKeyed(k rune) {
	switch {
	case k == '*':
		c.keys = ""
		c.decide("code.restart", "key", "")
		c.say(textAskCode)
	case k == '#':
		c.codeTyped("key")
	case k >= '0' && k <= '9':
		if c.keys += string(k); len(c.keys) == codeDigits {
			c.codeTyped("key")
		}
	}
}

func (c *Conversation) codeTyped(by string) {
	code := c.keys
	c.keys = ""
	c.decide("rights.code", by, "")
	c.fileRight(code)
}

// codeSaid takes a code that is spoken; whoever has none is called back.
func (c *Conversation) codeSaid(text string) {
	digits := hearing.Digits(text).Digits
	if len(digits) == codeDigits {
		c.keys = digits
		c.codeTyped("rule")
		return
	}
	if hearing.YesNo(hearing.Normalise(text)) == hearing.No || strings.Contains(strings.ToLower(text), "have") {
		c.decide("rights.no_code", "rule", "")
		c.fileRight("")
		return
	}
	c.decide("rights.ask_code", "fallback", "")
	c.say(textDidntCatch, textAskCode)
}

// rightsMenu offers by keypad what can be asked for.
func (c *Conversation) rightsMenu() {
	c.decide("rights.menu", "key", "")
	c.state = rightsChoice
	c.say(textRightsMenu)
}

func (c *Conversation) rightsChosen(k rune) {
	c.state = idle
	kind := map[rune]record.RequestKind{'1': record.RequestAccess, '2': record.RequestErase, '3': record.RequestNoContact}[k]
	if kind == "" {
		c.decide("no_such_key", "key", "")
		c.say(textNoSuchKey)
		c.anythingElse(true)
		return
	}
	if !c.rightAsked(kind, "by keypad", "key") {
		c.privacyMessage("by keypad: " + string(kind))
	}
}

// rightDone tells the caller what became of it.
func (c *Conversation) rightDone(ev RightDone) {
	if ev.ID != c.right.id || c.right.id == 0 {
		return
	}
	r := c.right
	c.right.id = 0
	c.state = idle
	switch {
	case ev.Err != nil:
		c.decide("rights.failed", "fallback", "")
		c.say(textRightFailed)
	case ev.Wrong && r.tries+1 < codeTries:
		c.right.tries++
		c.keys, c.state = "", rightsCode
		c.say(textWrongCode, textAskCode)
		return
	case ev.Wrong:
		c.say(textWrongCode)
		c.fileRight("")
		return
	case r.kind == record.RequestErase && ev.Verified:
		c.say(textErased)
		c.hang(completed("rights"))
		return
	case r.kind == record.RequestAccess && ev.Verified:
		c.say(ev.Summary)
	case r.kind == record.RequestNoContact:
		c.say(textNoContact)
	case r.kind == record.RequestWithdraw:
		c.say(textWithdrawn)
		c.out = append(c.out, StopRecording{})
	case r.kind == record.RequestObject:
		c.say(textObjected)
	default:
		c.say(textRightFiled)
	}
	c.anythingElse(true)
}
