package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// spellUnsure is the confidence below which a name that was spelled is read back.
const spellUnsure = 0.6

func (c *Conversation) namePrompt() []language.Line {
	switch tries := c.draft.nameTries; {
	case c.draft.slowly:
		return one(language.K(language.TextNameSlowly))
	case tries >= 2:
		return one(language.K(language.TextAskNameSpell))
	case tries == 1:
		return one(language.K(language.TextAskNameAgain))
	}
	return one(language.K(language.TextAskName))
}

func (c *Conversation) nameCheck() []language.Line {
	d := &c.draft
	if d.spell == "" {
		return []language.Line{language.K(language.TextNameUnderstood, language.Args{Name: d.name}), language.K(language.TextIsRight)}
	}
	read := language.K(language.TextNameSpelled, language.Args{Name: d.name, Spelled: d.spell})
	return []language.Line{read, language.K(language.TextIsRight)}
}

func (c *Conversation) spellingPrompt() []language.Line {
	if c.draft.slowly {
		return one(language.K(language.TextNameSlowly))
	}
	switch c.draft.doubt {
	case language.NameFirst:
		return one(language.K(language.TextSpellFirst))
	case language.NameLast:
		return one(language.K(language.TextSpellLast))
	}
	return one(language.K(language.TextSpellWhole))
}

// noNameWords is the fewest words with meaning of a turn that says something in the place of the name; fewer are a name that was not
// understood, and would stand in the message as its reason.
const noNameWords = 4

// nameGiven takes the answer to "May I have your name?".
func (c *Conversation) nameGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	n, ok := c.nameIn(c.lang.BeforeNumber(ev.Text))
	if c.lang.WantsToKnow(r.Words) && ok && !c.isName(n) { // "hang on, I only want to know what it costs"
		ok = false
	}
	if said, whole := c.lang.IntroducedName(ev.Text); whole && strings.Contains(said.Text, " ") && (!ok || !strings.Contains(n.Text, " ")) {
		n, ok = said, true // "Siobhan knows us, it's Ellie Marsh"
		n.Remark = ""
	}
	switch {
	case ok && d.nameTries == 0 && !n.Spelled && strings.Contains(" "+strings.ToLower(d.forWhom)+" ", " "+strings.ToLower(n.Text)+" "):
		c.decide("message.ask_name", "rule", "") // "Tom, the lad in the shop": whom he wants, said once more
		d.nameTries++
		c.again()
	case ok:
		c.decide("message.name", "rule", "")
		d.name, d.onFile = n.Text, false
		c.remark(n.Remark, r)
		if d.wrongName != "" {
			d.mend(n)
			c.otherWay()
			c.state = checkName
			c.again()
			return
		}
		c.nameTaken(n, ev)
	case c.noMessageMeant(ev.Text, r):
		c.decide("message.dropped", "rule", "")
		c.draft, c.state = draft{}, idle
		c.open(ev, r)
	case c.lang.Refuses(r.Words):
		c.decide("message.no_name", "rule", "")
		d.noName = true
		c.advance(language.TextAllRight)
	case d.nameTries >= 2:
		c.decide("message.no_name", "fallback", "")
		d.noName = true
		c.noteRemark(ev.Text, r, noNameWords)
		c.advance(language.TextAllRight)
	default:
		c.decide("message.ask_name", "rule", "")
		d.nameTries++
		c.noteRemark(ev.Text, r, noNameWords)
		if c.lang.IsQuestion(ev.Text) || c.lang.WantsToKnow(r.Words) { // nobody likes to be asked for his name in the place of an answer
			c.tell(language.TextCantTell)
		}
		c.again()
	}
}

// noMessageMeant says whether a caller who is asked for a name only wants to know something, and has told nothing for a message yet but
// what it was begun with: "no, I'm just asking about the late fee".
func (c *Conversation) noMessageMeant(text string, r understanding.Reading) bool {
	d := &c.draft
	likely := len(r.Asks) == 0 && len(r.Weak) > 0 && r.Weak[0].Doubt // a mere guess drops no message
	asks := understanding.Informative(firstIntent(r)) || likely
	only := c.lang.YesNo(r.Words) == language.No || c.lang.WantsToKnow(r.Words)
	return asks && only && !d.emergency && !d.carried && d.number == "" && d.note == "" &&
		(c.lang.IsQuestion(text) || len(r.Words) > shortTurn/2)
}

// nameUnclear asks for the name once more, then for its letters, and goes on without it when they can't be understood either.
func (c *Conversation) nameUnclear() {
	d := &c.draft
	if d.nameTries++; d.nameTries > 2 {
		c.decide("message.no_name", "fallback", "")
		d.noName = true
		c.advance(language.TextAllRight)
		return
	}
	c.decide("message.ask_name", "fallback", "")
	if d.nameTries == 1 {
		c.tell(language.TextDidntCatch)
	}
	c.again()
}

// numberBeside takes a telephone number that was said with something else.
func (c *Conversation) numberBeside(text string) {
	d := &c.draft
	if d.number == "" {
		c.noteNumber(text)
	}
}

// nameTaken goes on with a name that was said: it is spelled when nobody can know how it is written, and read back when it was
// heard badly. Of who is in need nothing is asked that can wait.
func (c *Conversation) nameTaken(n language.Name, ev Heard) {
	d := &c.draft
	badly := ev.Confidence > 0 && ev.Confidence < nameUnsure
	doubt := c.lang.NameDoubt(d.name, func(word string) bool { return heardBadly(word, ev.Weak) })
	switch {
	case n.Spelled && (!badly || c.spellsName(n)), d.emergency, c.child:
		c.advance(language.TextThankYou)
	case n.Spelled:
		d.spell = lastWord(n.Text)
		c.state = checkName
		c.again()
	case doubt != language.NameSure && !d.spelled:
		c.decide("message.spell_name", "rule", "")
		d.spelled, d.doubt = true, doubt
		c.state = spellName
		c.tell(language.TextThankYou)
		c.again()
	case badly && d.nameTries == 0:
		d.spell = ""
		c.state = checkName
		c.again()
	default:
		c.advance(language.TextThankYou)
	}
}

// spellsName says whether the letters that were heard are those of usual names: letters that were misheard seldom are.
func (c *Conversation) spellsName(n language.Name) bool {
	return len(n.Letters) > 0 && !slices.ContainsFunc(n.Letters, func(word string) bool {
		return c.lang.NameDoubt(word, func(string) bool { return false }) != language.NameSure
	})
}

// heardBadly says whether a word of a name is one of those that were recognised badly.
func heardBadly(word string, weak []string) bool {
	bare := func(s string) string { return strings.Trim(strings.ToLower(s), " .,!?;:") }
	return slices.ContainsFunc(weak, func(w string) bool { return bare(w) == bare(word) })
}

// nameSpelled takes the answer to "How is the last name spelled?". Whoever does not spell it is not asked more than once again.
func (c *Conversation) nameSpelled(ev Heard, r understanding.Reading) {
	d := &c.draft
	n, ok := c.lang.Respell(d.name, d.doubt, c.lang.BeforeNumber(ev.Text))
	switch {
	case ok && n.Spelled && !c.lang.NamePossible(n.Text):
		c.noLetters()
	case ok && d.slowly && !n.Spelled && c.lang.NamePossible(n.Text):
		c.decide("message.name", "rule", "")
		d.wrongName = d.name
		d.mend(n)
		c.remark(n.Remark, r)
		c.state = checkName
		c.again()
	case ok && n.Spelled && len(n.Letters) > 0 && !d.spelledFits(n):
		c.decide("message.name_spelled", "rule", "")
		d.name, d.onFile, d.spell = n.Text, false, n.Letters[len(n.Letters)-1]
		c.remark(n.Remark, r)
		c.state = checkName
		c.again()
	case ok && n.Spelled:
		c.decide("message.name_spelled", "rule", "")
		d.name, d.onFile = inOrder(d.name, n.Text), false
		c.remark(n.Remark, r)
		if len(n.Letters) > 0 && ev.Confidence > 0 && ev.Confidence < spellUnsure && !c.spellsName(n) {
			d.spell = n.Letters[len(n.Letters)-1]
			c.state = checkName
			c.again()
			return
		}
		c.advance(language.TextThankYou)
	case ok && c.lang.YesNo(r.Words) == language.No && c.resembles(n.Text):
		c.decide("message.name", "rule", "")
		d.wrongName = d.name
		d.mend(n)
		c.remark(n.Remark, r)
		c.state = checkName
		c.again()
	case c.lang.Refuses(r.Words), c.lang.YesNo(r.Words) != language.Neither, d.respelled, c.telephone(ev.Text) != "" && !ok,
		ok && strings.EqualFold(lastWord(n.Text), lastWord(d.name)): // who says it once more, and it is heard the same, does not spell
		c.remarkBeside(c.besideName(ev.Text), r)
		c.nameStands()
	case ok && c.otherName(n, ev):
		c.decide("message.name", "rule", "")
		d.name, d.onFile = n.Text, false
		c.remark(n.Remark, r)
		c.advance(language.TextThankYou)
	default:
		if ok && c.resembles(n.Text) {
			d.name = n.Text
		}
		c.noteRemark(c.besideName(ev.Text), r, reasonWords)
		d.respelled = true
		c.decide("message.spell_name", "rule", "")
		c.again()
	}
}

// otherName says whether a first and a last name were said that need no spelling, where the letters of another one were asked for: that
// one was misheard altogether.
func (c *Conversation) otherName(n language.Name, ev Heard) bool {
	sure := c.lang.NameDoubt(n.Text, func(word string) bool { return heardBadly(word, ev.Weak) }) == language.NameSure
	return sure && !n.Spelled && strings.Contains(n.Text, " ") && !c.resembles(n.Text)
}

// besideName is what is said beside the name of the message, where that is said once more.
func (c *Conversation) besideName(text string) string {
	if n, ok := c.nameIn(c.lang.BeforeNumber(text)); ok && c.resembles(n.Text) {
		return n.Remark
	}
	return text
}

// noLetters asks for the name once more, slowly, when what was heard of its letters can be none; then the name stands as it was heard.
func (c *Conversation) noLetters() {
	if c.draft.slowly {
		c.nameStands()
		return
	}
	c.draft.slowly = true
	c.decide("message.name_slowly", "rule", "")
	c.again()
}

// spelledFits says whether letters spell the name that was heard, more or less: a word of it begins with the first of them, or has
// most of them.
func (d *draft) spelledFits(n language.Name) bool {
	spelled := strings.ToLower(n.Letters[len(n.Letters)-1])
	for _, w := range strings.Fields(strings.ToLower(d.name)) {
		if most := (max(len(w), len(spelled)) + 1) / 2; w[0] == spelled[0] || language.Edits(w, spelled, most) <= most {
			return true
		}
	}
	return false
}

// nameChecked takes the answer to a name that was read back.
func (c *Conversation) nameChecked(ev Heard, r understanding.Reading) {
	d := &c.draft
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.decide("message.name_right", "rule", "")
		c.remarkBeside(ev.Text, r)
		c.advance(language.TextThankYou)
		return
	case language.No:
		d.refuse()
		n, ok := c.nameIn(c.lang.BeforeNumber(ev.Text))
		again := ok && len(r.Words) > 1
		if again {
			d.mend(n)
			c.remark(n.Remark, r)
		}
		switch {
		case len(d.refused) >= refusedMost:
			c.nameNoted()
			return
		case again:
			c.decide("message.name", "rule", "")
			c.otherWay()
			c.again()
			return
		}
		c.decide("message.spell_name", "rule", "")
		c.remarkBeside(ev.Text, r)
		d.name, d.onFile = "", false
		c.deny()
		c.again()
		return
	}
	if n, ok := c.nameIn(c.lang.BeforeNumber(ev.Text)); ok {
		d.nameTries, d.wrongName = 2, d.name
		d.mend(n)
		c.remark(n.Remark, r)
	} else {
		c.remarkBeside(ev.Text, r)
	}
	c.unusable("message.name")
}

// refusedMost is how often a name may be refused; then it stays as it was heard, and the message is kept.
const refusedMost = 3

// refuse notes that the name that was read back is wrong.
func (d *draft) refuse() {
	d.nameTries, d.wrongName = 2, d.name
	if d.name != "" {
		d.refused = append(d.refused, lastWord(d.name))
	}
}

// otherWay takes, where the same letters were refused before, the usual name that lacks one of them or has one more: one was not heard.
func (c *Conversation) otherWay() {
	d := &c.draft
	if !slices.ContainsFunc(d.refused, func(n string) bool { return strings.EqualFold(n, d.spell) }) {
		return
	}
	if like := c.lang.NameLike(d.spell, d.refused); like != "" {
		d.name = strings.TrimSuffix(d.name, lastWord(d.name)) + like
		d.spell = like
	}
}

// nameNoted goes on with a name that could not be heard rightly: better a message with it than none.
func (c *Conversation) nameNoted() {
	c.decide("message.name", "fallback", "")
	c.advance(language.TextNameNoted)
}

// nameStands takes a name as it was understood: the caller says neither yes nor no to it, or does not spell it.
func (c *Conversation) nameStands() {
	c.decide("message.name", "fallback", "")
	c.advance("")
}

// nameIn reads a name; "Yes, that is right" has none.
func (c *Conversation) nameIn(text string) (language.Name, bool) {
	n, ok := c.lang.PersonName(text)
	if ok && !c.lang.NamePossible(n.Text) {
		return language.Name{}, false
	}
	if ok && n.Spelled && !strings.Contains(n.Text, " ") && c.lastName(n.Remark) { // "Priyanka, P R I Y A N K A, Venkataraman"
		return language.Name{Text: n.Text + " " + strings.Trim(n.Remark, " .,!")}, true
	}
	if !ok || n.Spelled {
		return n, ok
	}
	for _, w := range c.lang.Words(n.Text) {
		if c.lang.YesNo([]string{w}) == language.Neither {
			return n, true
		}
	}
	return language.Name{}, false
}

// lastName says whether what is said behind a first name that was spelled is the last name.
func (c *Conversation) lastName(text string) bool {
	n, ok := c.lang.PersonName(text)
	words := c.lang.Words(text)
	return ok && !n.Spelled && n.Remark == "" && len(words) == 1 && c.meaningful(words[0]) && c.lang.NamePossible(n.Text) &&
		language.Capital(text) == text
}

// inOrder is a name that was spelled, in the order in which it was said: "Whitaker, W H I T A K E R, Darnell D A R N E L L".
func inOrder(said, spelled string) string {
	a, b := strings.Fields(said), strings.Fields(spelled)
	if len(b) == 1 && len(a) == 2 && strings.EqualFold(strings.Join(a, ""), spelled) { // spelled in one breath
		return language.Capitals(spelled[:len(a[0])]) + " " + language.Capitals(spelled[len(a[0]):])
	}
	if len(a) != 2 || len(b) != 2 {
		return spelled
	}
	like := func(x, y string) bool {
		most := max(len(x), len(y)) / 3
		return language.Edits(strings.ToLower(x), strings.ToLower(y), most) <= most
	}
	if like(a[0], b[1]) && like(a[1], b[0]) && !like(a[0], b[0]) {
		return b[1] + " " + b[0]
	}
	return spelled
}

// resembles says whether a name is that of the message said once more: one of its words is written nearly as one of the others.
func (c *Conversation) resembles(name string) bool {
	for _, a := range strings.Fields(strings.ToLower(name)) {
		for _, b := range strings.Fields(strings.ToLower(c.draft.name)) {
			if most := max(len(a), len(b)) / 2; min(len(a), len(b)) > 2 && language.Edits(a, b, most) <= most {
				return true
			}
		}
	}
	return false
}

// mend takes a corrected name; it is read back letter by letter where it was corrected.
func (d *draft) mend(n language.Name) {
	d.name, d.onFile = language.MendName(d.wrongName, n), false
	d.spell = lastWord(n.Text)
}

// lastWord is the last word of a name.
func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
