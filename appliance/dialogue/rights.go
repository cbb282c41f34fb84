package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// What callers may ask for about what is kept of them. Objections hold at once; seeing and erasing wait until it is sure who asks:
// by a code that the office has told the person at the number on the card, or by the office itself, which calls back.

// Digits and tries of a code.
const (
	codeDigits = 6
	codeTries  = 3
)

// rightsKey begins the menu of one's own data.
const rightsKey = '8'

// contactKey, in that menu, tells who answers questions about data.
const contactKey = '4'

// right is a request under way.
type right struct {
	id    int
	kind  record.RequestKind
	text  string
	tries int
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
		c.tell(language.TextAskCode)
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
		c.tell(language.TextAskCode)
	case k == '#':
		c.codeTyped("key")
	case k >= '0' && k <= '9':
		if c.keys += string(k); len(c.keys) == codeDigits {
			c.codeTyped("key")
		}
	}
}

// codePaused takes what was typed of the code.
func (c *Conversation) codePaused() { c.codeTyped("key") }

func (c *Conversation) codeTyped(by string) {
	code := c.keys
	c.keys = ""
	if code == "0" {
		c.wantPerson(by)
		return
	}
	c.decide("rights.code", by, "")
	c.fileRight(code)
}

// codeSaid takes a code that is spoken; whoever has none is called back.
func (c *Conversation) codeSaid(ev Heard, r understanding.Reading) {
	digits := c.lang.ReadDigits(ev.Text).Digits
	if len(digits) == codeDigits {
		c.keys = digits
		c.codeTyped("rule")
		return
	}
	if c.lang.YesNo(r.Words) == language.No || c.lang.Refuses(r.Words) {
		c.noCode()
		return
	}
	c.unusable("rights.ask_code")
}

// noCode leaves it to the office to find out who calls.
func (c *Conversation) noCode() {
	c.decide("rights.no_code", "rule", "")
	c.fileRight("")
}

// rightsMenu offers by keypad what can be asked for.
func (c *Conversation) rightsMenu() {
	c.decide("rights.menu", "key", "")
	c.state = rightsChoice
	c.say(c.rightsPrompt()...)
}

// rightsPrompt says which keys there are for one's own data.
func (c *Conversation) rightsPrompt() []language.Line {
	lines := one(language.K(language.TextRightsMenu))
	if c.tellsOfPrivacy() {
		lines = append(lines, language.K(language.TextContactKey))
	}
	return lines
}

// tellsOfPrivacy says whether the owner has told who answers questions about data, or what becomes of them.
func (c *Conversation) tellsOfPrivacy() bool {
	return c.biz.Notices.Privacy != "" || c.biz.Notices.Contact.Name != ""
}

// tellOfPrivacy says who answers questions about data, and what the owner has written about them.
func (c *Conversation) tellOfPrivacy() {
	c.decide("rights.contact", "key", "notices")
	if text := c.biz.Notices.Privacy; text != "" {
		c.say(owner(text))
	}
	if at := c.biz.Notices.Contact; at.Name != "" {
		c.say(language.K(language.TextPrivacyContact, language.Args{Person: at.Name, Number: at.Phone, Text: at.Email}))
	} else {
		c.tell(language.TextNoPrivacy)
	}
	c.anythingElse(true)
}

// privacyTold answers who asks in general what becomes of his data: what is kept of the call, what the owner has written, and whom to ask.
func (c *Conversation) privacyTold(t turn) {
	c.small(understanding.Ask{Intent: understanding.Recorded})
	if c.inMessage() {
		c.again()
		return
	}
	c.state = idle
	switch {
	case c.tellsOfPrivacy():
		c.tellOfPrivacy()
	case c.opt.Rights && c.from.Digits() != "":
		c.askBack(understanding.Ask{Intent: understanding.Privacy, Right: record.RequestAccess, Text: t.Text}, t.Text, "rule")
	default:
		c.anythingElse(true)
	}
}

// rightsSpoken takes words where a key was offered.
func (c *Conversation) rightsSpoken(ev Heard, r understanding.Reading) {
	if len(r.Asks) == 0 && c.lang.YesNo(r.Words) == language.No {
		c.noneOfThem()
		return
	}
	c.state = idle
	c.open(ev, r)
}

func (c *Conversation) rightsChosen(k rune) {
	if c.commonKey(k) {
		return
	}
	c.state = idle
	if k == contactKey && c.tellsOfPrivacy() {
		c.tellOfPrivacy()
		return
	}
	kind, wish := keyedRight(k)
	if kind == "" {
		c.decide("no_such_key", "key", "")
		c.tell(language.TextNoSuchKey)
		c.anythingElse(true)
		return
	}
	if text := c.words(wish); !c.rightAsked(kind, text, "key") {
		c.privacyMessage(text)
	}
}

// keyedRight is what a key of the menu stands for, and the words that the office reads then; "" = nothing.
func keyedRight(k rune) (record.RequestKind, language.Key) {
	switch k {
	case '1':
		return record.RequestAccess, language.WordAccess
	case '2':
		return record.RequestErase, language.WordErase
	case '3':
		return record.RequestNoContact, language.WordNoContact
	}
	return "", ""
}

// rightDone tells the caller what became of it.
func (c *Conversation) rightDone(ev RightDone) {
	if ev.ID != c.right.id || c.right.id == 0 {
		return
	}
	r := c.right
	c.right.id = 0
	c.state = idle
	if c.degraded {
		c.rightDoneUnheard(r, ev)
		return
	}
	switch {
	case ev.Err != nil:
		c.decide("rights.failed", "fallback", "")
		c.tell(language.TextRightFailed)
	case ev.Wrong && r.tries+1 < codeTries:
		c.right.tries++
		c.keys, c.state = "", rightsCode
		c.tell(language.TextWrongCode, language.TextAskCode)
		return
	case ev.Wrong:
		c.tell(language.TextWrongCode)
		c.fileRight("")
		return
	case r.kind == record.RequestErase && ev.Held:
		c.tell(language.TextHeld)
	case r.kind == record.RequestErase && ev.Verified:
		c.tell(language.TextErased)
		c.hang(completed("rights"))
		return
	case r.kind == record.RequestAccess && ev.Verified:
		c.say(language.K(language.TextKept, language.Args{Kept: ev.Kept}))
	case r.kind == record.RequestNoContact:
		c.tell(language.TextNoContact)
	case r.kind == record.RequestWithdraw:
		c.tell(language.TextWithdrawn)
		c.consentWithdrawn()
	case r.kind == record.RequestObject:
		c.tell(language.TextObjected)
	default:
		c.tell(language.TextRightFiled)
	}
	c.noted = append(c.noted, r.kind)
	if other := c.otherRight(r.text); other != "" && ev.Err == nil {
		c.askBack(understanding.Ask{Intent: understanding.Privacy, Right: other, Text: r.text}, r.text, "rule")
		return
	}
	if !c.resume() {
		c.anythingElse(true)
	}
}

// otherRight is a right that a part of text makes use of and that was not yet dealt with; "" for none.
func (c *Conversation) otherRight(text string) record.RequestKind {
	for _, part := range language.Parts(text) {
		if kind := c.lang.Right(c.lang.Words(part)); kind != "" && !slices.Contains(c.noted, kind) {
			return kind
		}
	}
	return ""
}

// resume goes on with a message where something else came between. It reports whether there is one.
func (c *Conversation) resume() bool {
	at := c.draft.left
	c.draft.left = idle
	if at == idle {
		return false
	}
	c.state = at
	c.again()
	return true
}

// rightDoneUnheard goes on where the voice is gone: what became of the request cannot be said, for none of it is rendered ahead.
func (c *Conversation) rightDoneUnheard(r right, ev RightDone) {
	c.decide("rights.done", "rule", "")
	switch {
	case r.kind == record.RequestErase && ev.Verified && !ev.Held:
		c.hang(completed("rights"))
		return
	case r.kind == record.RequestWithdraw && ev.Err == nil:
		c.consentWithdrawn()
	}
	c.openMenu()
}

// consentWithdrawn ends the recording of a caller who has just taken the consent back; that stands in the ledger already.
func (c *Conversation) consentWithdrawn() {
	c.refused, c.unwritten = true, c.unwritten || c.opt.NotWritten
	c.out = append(c.out, StopRecording{Unwritten: c.unwritten})
}
