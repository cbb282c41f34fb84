package callers

// book is what callers of a language say. A %s stands for a name of the profile, a day or a name; "…" for a pause.
type book struct {
	hours, price, offered, answerLead []string
	strange                           []string // things that none of the businesses offers, each a whole question
	two                               []string // day, service
	message, messageFor, transfer     []string
	transferTo, emergency             []string
	right                             []string
	cancel                            []string // with the question about the hours of a day

	distract []string // what somebody asks who does not wait for the answer; it is a long one

	um, sorry                                         string
	name, nameRemark                                  []string
	numberIs, numberOther                             []string
	spelled                                           string // name, letters
	as                                                string // letter, word
	wrongNumber, lastDigits                           string // no, it is …; no, the last digits are …
	wrongName                                         string
	yes, no, yesHelp, notUrgent, partName, partNumber []string
	noMessage, person, nothing, bye, hello, giveUp    string
	names                                             []Name
	reasons                                           []Reason
	alphabet                                          map[rune]string // for letters that sound alike
	digits, tens                                      [10]string
	onesFirst                                         bool   // "dreiundzwanzig"
	oh, double                                        string // another word for zero; "double %s"
}

var books = map[string]*book{"en": &english, "de": &german}

var english = book{
	hours: []string{
		"What time are you open on %s?", "Hi, I just want to know … if I can come by on %s. What are your hours then?",
		"Until when are you there on %s?",
		"When do you open on %s?",
	},
	price: []string{
		"How much is %s?", "Hello, could you tell me … what you charge for %s?", "I'm calling about %s. What would that cost me?",
		"What's your price for %s, please?",
	},
	offered:    []string{"Do you do %s?", "Hi there, I was wondering … whether you offer %s.", "Is %s something that you do?"},
	answerLead: []string{"", "Hello. ", "Quick question. "},
	strange: []string{
		"Do you rent out camper vans?", "Do you repair wristwatches?", "Can you remove a tattoo for me?", "Do you offer helicopter tours?",
		"Do you sell aquarium fish?", "Could you print five hundred business cards for me?",
	},
	two: []string{
		"What time do you close on %s, and how much is %s?", "Two things … are you open on %s, and what does %s cost?",
		"I'd like to know your hours on %s … and also the price for %s.",
	},
	message: []string{
		"Could somebody call me back, please?", "I'd like to leave a message.", "Can you … ask someone to ring me?",
		"Please take a message for me.",
	},
	messageFor: []string{
		"I'd like to leave a message for %s.", "Could you ask %s … to call me back?", "Can you pass something on to %s for me, please?",
	},
	transfer:   []string{"Can I speak to a real person, please?", "I'd rather talk to a human being. Could you put me through?"},
	transferTo: []string{"Could I speak to %s, please?", "Can you put me through to %s?", "Is %s there? I need to talk to them."},
	emergency: []string{
		"Help! My husband has collapsed and he isn't breathing!", "There's a fire here, please, we need help now!",
		"My little girl has swallowed a cleaning tablet and she can't breathe properly!",
		"Somebody has fallen from the roof, there's blood everywhere!",
		"I think I'm having a heart attack, my arm is numb.",
	},
	right: []string{
		"I want you to delete everything you have stored about me.", "What data … do you keep about me?",
		"Please don't ever call me again. Take me off your list.",
	},
	cancel: []string{
		"Actually, forget it, no message. Just tell me … are you open on %s?",
		"No, you know what, I don't want to leave a message. When are you open on %s?",
	},
	distract: []string{"What services do you offer?", "Can you tell me what you do?"},
	um:       "Um", sorry: "no, sorry,",
	name: []string{"My name is %s.", "It's %s.", "%s.", "This is %s speaking."},
	nameRemark: []string{
		"It's %s … I was in last week.", "My name is %s, I've been a customer for years.", "%s, but you won't know me yet.",
	},
	numberIs:    []string{"It's %s.", "%s.", "You can reach me at %s.", "My number is %s."},
	numberOther: []string{"No, please use another number.", "No, call me on %s.", "Not on this one. My number is %s."},
	spelled:     "%s. That's %s.", as: "%s as in %s",
	wrongNumber: "No, that's wrong. It's %s.", lastDigits: "No, the last two digits are %s.",
	wrongName: "No. My name is %s. That's %s.",
	yes:       []string{"Yes, that's right.", "Yes.", "That's correct.", "Yes, please."},
	no:        []string{"No.", "No, that's not it."},
	yesHelp:   []string{"Yes! Please hurry!", "Yes, it is!"},
	notUrgent: []string{"No, it's not urgent.", "No, there's no rush."},
	partName:  []string{"The name."}, partNumber: []string{"The number."},
	noMessage: "No, I don't want to leave a message.", person: "I'd like to speak to a person.", nothing: "No, thank you, that's all.",
	bye: "Thank you, goodbye.", hello: "Hello? Are you still there?", giveUp: "Oh, never mind. Goodbye.",
	names: []Name{
		{Text: "Laura Whitfield", Also: []string{"Laura Witfield", "Laura Whitfeld"}}, {Text: "Daniel Moreno"},
		{Text: "Grace Okafor", Also: []string{"Grace Okafour"}}, {Text: "Peter Novak", Also: []string{"Peter Nowak", "Peter Novack"}},
		{Text: "Emily Carter"}, {Text: "Sanjay Patel"}, {Text: "Martin Brooks", Also: []string{"Martin Brookes"}},
		{Text: "Helen Fairbanks", Also: []string{"Helen Fairbank"}}, {Text: "Thomas Lindqvist", Also: []string{"Thomas Lindquist"}},
		{Text: "Maria Esposito"}, {Text: "Kevin Doyle"},
		{Text: "Catherine Pryce", Also: []string{"Catherine Price", "Katherine Price", "Katherine Pryce"}}, {Text: "Ahmed Rahman"},
		{Text: "Judith Sommers", Also: []string{"Judith Summers", "Judith Somers"}}, {Text: "Oliver Stone"},
		{Text: "Rebecca Hart", Also: []string{"Rebecca Heart"}},
	},
	reasons: []Reason{
		{Say: "I have a question about my last invoice.", Keys: []string{"question", "invoice"}},
		{Say: "I need to move my appointment to next Tuesday.", Keys: []string{"appointment", "tuesday"}},
		{Say: "I left my umbrella at your place yesterday.", Keys: []string{"umbrella", "yesterday"}},
		{Say: "I never received the confirmation that you promised me.", Keys: []string{"confirmation", "promised"}},
		{Say: "I'd like to know whether my order has arrived.", Keys: []string{"order", "arrived|arrive"}},
		{Say: "There was a mistake in the address that you have for me.", Keys: []string{"mistake", "address"}},
	},
	alphabet: map[rune]string{
		'B': "Bravo", 'D': "Delta", 'F': "Foxtrot", 'M': "Mike", 'N': "November", 'P': "Papa", 'S': "Sierra", 'T': "Tango", 'V': "Victor",
	},
	digits: [10]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	tens:   [10]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"},
	oh:     "oh", double: "double %s",
}

var german = book{
	hours: []string{
		"Wann haben Sie am %s geöffnet?", "Guten Tag, ich wollte nur wissen … wie lange Sie am %s offen haben.", "Bis wann sind Sie am %s da?",
		"Ab wann haben Sie am %s auf?",
	},
	price: []string{
		"Was kostet bei Ihnen %s?", "Guten Tag, könnten Sie mir sagen … was Sie für %s verlangen?", "Es geht um %s. Was würde mich das kosten?",
		"Wie teuer ist %s, bitte?",
	},
	offered:    []string{"Machen Sie auch %s?", "Guten Tag, ich wollte fragen … ob Sie %s anbieten.", "Bieten Sie %s an?"},
	answerLead: []string{"", "Guten Tag. ", "Nur eine kurze Frage. "},
	strange: []string{
		"Vermieten Sie Wohnmobile?", "Reparieren Sie auch Armbanduhren?", "Können Sie mir eine Tätowierung entfernen?",
		"Bieten Sie Rundflüge an?", "Verkaufen Sie Zierfische?", "Könnten Sie mir fünfhundert Visitenkarten drucken?",
	},
	two: []string{
		"Bis wann haben Sie am %s auf, und was kostet %s?", "Zwei Sachen … haben Sie am %s offen, und wie teuer ist %s?",
		"Ich wüsste gern Ihre Öffnungszeiten am %s … und auch den Preis für %s.",
	},
	message: []string{
		"Könnte mich bitte jemand zurückrufen?", "Ich möchte eine Nachricht hinterlassen.", "Könnten Sie … bitte jemandem etwas ausrichten?",
	},
	messageFor: []string{
		"Ich möchte eine Nachricht für %s hinterlassen.", "Könnten Sie %s bitten … mich zurückzurufen?",
		"Richten Sie %s bitte etwas von mir aus?",
	},
	transfer: []string{"Ich möchte bitte mit einem Menschen sprechen.", "Können Sie mich mit jemandem verbinden?"},
	transferTo: []string{
		"Könnte ich bitte mit %s sprechen?", "Verbinden Sie mich bitte mit %s.", "Ist %s da? Ich müsste kurz mit ihr oder ihm sprechen.",
	},
	emergency: []string{
		"Hilfe! Mein Mann ist zusammengebrochen und atmet nicht mehr!", "Hier brennt es, bitte, wir brauchen sofort Hilfe!",
		"Meine kleine Tochter hat eine Spülmaschinentablette verschluckt und bekommt keine Luft!",
		"Hier ist jemand vom Dach gestürzt, überall ist Blut!",
		"Ich glaube, ich habe einen Herzinfarkt, mein Arm ist ganz taub.",
	},
	right: []string{
		"Bitte löschen Sie alles, was Sie über mich gespeichert haben.", "Welche Daten … haben Sie eigentlich über mich?",
		"Rufen Sie mich bitte nie wieder an.",
	},
	cancel: []string{
		"Ach, lassen Sie es, doch keine Nachricht. Sagen Sie mir nur … haben Sie am %s geöffnet?",
		"Nein, wissen Sie was, ich möchte keine Nachricht hinterlassen. Wann haben Sie am %s auf?",
	},
	distract: []string{"Was bieten Sie alles an?", "Welche Leistungen haben Sie?"},
	um:       "Äh", sorry: "nein, Entschuldigung,",
	name: []string{"Mein Name ist %s.", "Ich heiße %s.", "%s.", "Hier ist %s."},
	nameRemark: []string{
		"Ich bin %s … ich war letzte Woche bei Ihnen.", "Mein Name ist %s, ich bin schon lange Kunde.", "%s, aber Sie kennen mich noch nicht.",
	},
	numberIs:    []string{"Die Nummer ist %s.", "%s.", "Sie erreichen mich unter %s.", "Das ist die %s."},
	numberOther: []string{"Nein, bitte unter einer anderen Nummer.", "Nein, unter %s.", "Nicht unter dieser. Meine Nummer ist %s."},
	spelled:     "%s. Das ist %s.", as: "%s wie %s",
	wrongNumber: "Nein, das stimmt nicht. Es ist die %s.", lastDigits: "Nein, die letzten zwei Ziffern sind %s.",
	wrongName: "Nein. Mein Name ist %s. Das ist %s.",
	yes:       []string{"Ja, das stimmt.", "Ja.", "Genau.", "Ja, bitte."},
	no:        []string{"Nein.", "Nein, das meine ich nicht."},
	yesHelp:   []string{"Ja! Bitte schnell!", "Ja, natürlich!"},
	notUrgent: []string{"Nein, es eilt nicht.", "Nein, dringend ist es nicht."},
	partName:  []string{"Den Namen."}, partNumber: []string{"Die Nummer."},
	noMessage: "Nein, keine Nachricht.", person: "Ich möchte mit einem Menschen sprechen.", nothing: "Nein danke, das war alles.",
	bye: "Danke, auf Wiederhören.", hello: "Hallo? Sind Sie noch da?", giveUp: "Ach, schon gut. Auf Wiederhören.",
	names: []Name{
		{Text: "Katrin Berger"}, {Text: "Jürgen Pohl", Also: []string{"Jürgen Pol", "Jürgen Pool"}}, {Text: "Stefan Maier", Also: []string{
			"Stefan Meier", "Stefan Meyer", "Stefan Mayer", "Stephan Maier", "Stephan Meier", "Stephan Meyer", "Stephan Mayer",
		}},
		{Text: "Monika Lehmann", Also: []string{"Monika Lemann"}}, {Text: "Ayse Yilmaz"},
		{Text: "Andreas Vogt", Also: []string{"Andreas Voigt", "Andreas Fogt"}}, {Text: "Sabine Krause", Also: []string{"Sabine Krauße"}},
		{Text: "Florian Huber"}, {Text: "Renate Winkler"}, {Text: "Markus Brandt", Also: []string{"Markus Brand"}},
	},
	reasons: []Reason{
		{Say: "Ich habe eine Frage zu meiner letzten Rechnung.", Keys: []string{"frage", "rechnung"}},
		{Say: "Ich muss meinen Termin auf nächsten Dienstag verschieben.", Keys: []string{"termin", "dienstag"}},
		{Say: "Ich habe gestern meinen Schirm bei Ihnen vergessen.", Keys: []string{"schirm", "vergessen"}},
		{Say: "Ich warte noch auf die Bestätigung, die Sie mir schicken wollten.", Keys: []string{"warte", "bestätigung"}},
		{Say: "Ich wüsste gern, ob meine Bestellung angekommen ist.", Keys: []string{"bestellung", "angekommen"}},
	},
	alphabet: map[rune]string{
		'B': "Berta", 'D': "Dora", 'M': "Martha", 'N': "Nordpol", 'P': "Paula", 'T': "Theodor", 'F': "Friedrich", 'S': "Samuel",
	},
	digits: [10]string{"null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"},
	tens:   [10]string{"", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"},
	oh:     "null", onesFirst: true,
}
