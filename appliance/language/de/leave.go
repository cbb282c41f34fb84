package de

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// partings is how German takes leave.
var partings = language.Partings{
	Ends: phrase.Compile("^ tschuess|tschuessi|tschues|tschues|tschoe|tschau|ciao|ade|adieu|pfiat|pfueat|baba|"+
		"wiederhoeren|wiedersehen|wiederschauen|wiederluege|adele $", "^ pfiat|pfueat ihnen|euch|gott|di|dich $", "^ servus|wiederschaun $",
		"^ bis bald|dann|spaeter|dahin|demnaechst|die $", "^ einen? schoenen tag|abend|nachmittag|feierabend|wochenende noch? $",
		"^ noch einen schoenen tag|abend|nachmittag $", "^ schoenes wochenende noch? $", "^ machen sie es gut $", "^ machs|mach gut $",
		"^ mach es gut $", "^ ich muss jetzt? los|auflegen|weg|aufhoeren|weiter $", "^ ich lege jetzt|dann? auf $",
		"^ auf wieder|wiede hoeren|sehen|schauen|hoert|hoer|sehn $"),
	Sounds: []string{"aufwiederhoeren", "aufwiedersehen", "aufwiederschauen"},
	Beside: phrase.NewSet(`ja nein okay ok ach so na gut dann danke dankeschoen vielen herzlichen dank schoen schon also und das war es
		wars servus merci vilmal alles ist egal vergessen sie lassen wir passt alles klar bitte super
		prima fuer ihre hilfe auch noch jetzt einfach doch naja nee aeh aehm oh sehr recht hat sich erledigt ihnen gleichfalls entschuldigung`),
}

// Leaves implements [language.Replies].
func (Language) Leaves(words []string) bool { return partings.In(words) }

var (
	nothings      = phrase.NewSet("nein nee ne nichts alles keine keins")
	besideNothing = phrase.NewSet("weiter weiteres mehr sonst das war es ist danke nur eigentlich schon so na ja okay ach im moment " +
		"gerade habe ich hab dazu noch wars gut vielen tschuess auf wiederhoeren")
)

// Nothing implements [language.Replies].
func (Language) Nothing(words []string) bool {
	return nothings.Any(words) && !slices.ContainsFunc(words, func(w string) bool { return !nothings[w] && !besideNothing[w] })
}

const (
	momentWords = "moment|momentchen|augenblick|sekunde|sekuendchen|sekunden|minute|minuetchen|minuten|sek|moemaent|augenblickchen"
	fetching    = "hole|hol|suche|such|nehme|nehm|brauche|brauch|finde|muss|schaue|schau|gucke|guck|sehe|sehen|ueberlege|schreibe|schreib|habe"
)

// holds are how German asks for a moment.
var holds = phrase.Compile("^ "+momentWords+" bitte|noch|mal|kurz|ja? $",
	"^ ein|eine|einen|kleinen|kurzen|kleine|kleinen|halbe|halben kleinen|kurzen|kleine|kurze|klitzekleinen|winzigen? "+momentWords,
	"^ "+momentWords+" bitte|mal|noch|eben|kurz? ich|da|muss|ich "+fetching+"|hab|will|kann|komme",
	"^ "+momentWords+" bitte|mal|noch|eben? ich "+fetching, "^ warten sie bitte|mal|kurz|eben|einen|eine|noch", "^ warten sie $",
	"^ warte mal|kurz|eben|bitte", "^ wart mal|kurz|a|eben", "^ bitte warten", "^ bleiben sie bitte? dran|am",
	"^ koennen|koennten|wuerden sie bitte|kurz|mal|einen? warten", "^ koennen|koennten|wuerden sie ... warten|dranbleiben",
	"^ ich "+fetching+" mal|nur|eben|schnell|kurz|gerade|noch|mir? ... "+
		"stift|zettel|papier|kugelschreiber|brille|unterlagen|nummer|kalender|rechnung|nachsehen|nachschauen|schauen|gucken|suchen|holen",
	"^ ich bin gleich|sofort wieder? da|zurueck|so", "^ lassen sie mich kurz|mal|eben|schnell", "^ geben sie mir einen|eine|ein|noch|bitte",
	"^ gleich|sofort $", "^ mal sehen|schauen $", "^ nicht auflegen", "^ legen sie ... nicht auf", "^ kleinen|kurzen moment|augenblick")

// holdStarts stand before a wish for a moment.
var holdStarts = phrase.NewSet("ach oh aeh aehm ja okay ok gut also na naja hm entschuldigung nein bitte so jetzt und")

// holdNot tell that more is wanted than a moment.
var holdNot = phrase.Compile("verbinden", "sprechen|reden mit",
	"nachricht|termin|preis|kostet|geoeffnet|offen|mensch|menschen|mitarbeiter|jemanden|jemand", "nummer ist|lautet", "name ist|lautet",
	"rufen ... an|zurueck")

// holdMost is the most words of a wish for a moment; more say something else too.
const holdMost = 14

// Holds implements [language.Replies].
func (Language) Holds(words []string) bool {
	for len(words) > 0 && holdStarts[words[0]] {
		words = words[1:]
	}
	return len(words) > 0 && len(words) <= holdMost && holds.In(words) && !holdNot.In(words)
}

const machineWords = "roboter|maschine|computer|automat|ki|bot|mensch|sprachcomputer|" +
	"bandansage|computerstimme|aufnahme|tonband|person|jemand|automatisch|anrufbeantworter"

// whos are how German asks whom it is talking to.
var whos = phrase.Compile("sind|bist sie|du ... "+machineWords+"|echt|echter|echte", "ist das|hier|da ... "+machineWords,
	"spreche|rede|red|sprech|telefoniere ich ... "+machineWords, "mit wem spreche|rede|telefoniere|sprech|red|habe|bin ich?",
	"wer ist da|dran|das|am|hier", "wer sind|bist sie|du", "wer spricht da|hier|dort", "wo bin ich gelandet|da|hier|gelandet",
	"bei wem bin ich", "wen habe ich", "welche firma ist|bin", "was sind sie $", "bin ich ... richtig|verbunden",
	"habe|hab ich ... "+machineWords)

// whoMost is the most words of such a question.
const whoMost = 12

// AsksWho implements [language.Replies].
func (Language) AsksWho(words []string) bool {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return particlesOfTalk[w] })
	return len(words) <= whoMost && whos.In(words)
}

// particlesOfTalk stand in the middle of a question and change nothing.
var particlesOfTalk = phrase.NewSet("denn eigentlich ueberhaupt bloss nun jetzt etwa gerade bitte")

// wantsToKnow are how a question is put without asking it.
var wantsToKnow = phrase.Compile("ich wollte|moechte|will|wuerde|haette ... wissen|fragen|erfahren",
	"mich|ich wuerde? interessiert|interessieren", "frage ... wann|wie|was|ob|wo|welche|wieviel", "sagen|verraten sie mir",
	"koennen|koennten sie mir ... sagen|verraten", "ich frage mich",
	"ich frage|fragte|wollte nur|bloss")

// WantsToKnow implements [language.Reader].
func (Language) WantsToKnow(words []string) bool { return wantsToKnow.In(words) }

// seeks are how a caller asks whether he has reached whom he wanted.
var seeks = phrase.Compile("ist da|dort|das|hier denn? nicht? der|die|das",
	"bin ich da|hier|jetzt|denn? richtig|falsch", "spreche ich mit|da")

// Seeks implements [language.Replies].
func (Language) Seeks(words []string) bool { return seeks.In(words) }

// deniesEmergency are how it is said that there is none, word for word: who does "not know whether he is hurt" denies nothing.
var deniesEmergency = phrase.Compile("kein|keinen|kei|keis|koa|koan|ka|kan notfall", "notfall ist es? keiner|kein|keins|nicht|koana",
	"niemand|keiner|niemandem ist|in|wurde|hat verletzt|gefahr|etwas",
	"niemand|keiner ... gefahr|verletzt|gestochen|gebissen|passiert|krank", "nichts|nein so? schlimm|derart|dergleichen",
	"keine gefahr", "nichts passiert|geschehen|gscheng|schlimmes|gefaehrliches", "nicht gefaehrlich|dramatisch")

// endangers are how a life in danger is spoken of, in words that hardly ever mean anything else.
var endangers = phrase.Compile("bringe|bring mich um", "erschiesse|erhaenge mich",
	"mich|mir umbringen|umzubringen|erschiessen|erhaengen|antun|anzutun",
	"mir ... das leben nehmen", "nehme mir das leben", "selbstmord|suizid|suizidgedanken|selbstmordgedanken", "nicht mehr leben|weiterleben",
	"ueberdosis", "alle tabletten|pillen genommen|geschluckt|nehmen|schlucken", "allem ein ende",
	"mit|hat|habe einer|eine|der waffe|pistole", "mit|hat|habe einem|ein gewehr", "stech|steche|erschiesse ... ab|tot",
	"bekomme|kriege|bekommt|kriegt|krieg keine|kaum luft", "atmet nicht|kaum", "bewusstlos|ohnmaechtig",
	"hals|kehle schwillt|schnuert", "hals|kehle ist|wird|geht eng|dick|zu", "erstickt|ersticke|verblutet|verblute")

// Endangers implements [language.Replies].
func (Language) Endangers(words []string) bool { return endangers.In(words) }

var mourns = phrase.Compile(
	"mann|frau|mutter|vater|mama|papa|oma|opa|sohn|tochter|bruder|schwester|tante|onkel|grossmutter|grossvater|freund|freundin|partner|"+
		"partnerin|hund|katze|kater ... gestorben|verstorben|beerdigt|begraben|eingeschlafen",
	"mein|meine|meiner|meinen|unser|unsere|unserer verstorbener|verstorbene|verstorbenen|seliger|selige",
	"todesfall|trauerfall in|bei|ist|haben",
	"tod meiner|meines|unserer|unseres|von", "er|sie ist ... gestorben|verstorben")

// Mourns implements [language.Replies].
func (Language) Mourns(words []string) bool { return mourns.In(words) }

// unsure are answers that are neither yes nor no.
var unsure = phrase.Compile("^ aeh|hm|also|naja? weiss|ich? ich? nicht", "^ ich weiss nicht|es", "^ ich bin mir? nicht sicher",
	"^ nicht sicher", "^ vielleicht|eventuell|moeglich|moeglicherweise|irgendwie",
	"^ keine ahnung", "^ ich glaube|denke|schaetze", "^ kann sein", "^ schwer zu sagen", "^ bin mir? nicht sicher")

// unsureNot make a no of it: "ich glaube nicht".
var unsureNot = phrase.Compile("^ ich glaube|denke|schaetze eher? nicht|nein|kaum")

// Unsure implements [language.Replies].
func (Language) Unsure(words []string) bool { return unsure.In(words) && !unsureNot.In(words) }

var asksHelp = phrase.Compile("was soll|sollen|muss|muessen|kann|koennen|mach|mache|machen|tun ich|wir|man jetzt|denn? tun|machen",
	"was soll|sollen|muss|muessen|kann|koennen|mach|mache|machen ich|wir|man",
	"muss|soll|sollte|sollten ich|wir|man ... sorgen|raus|warten|gehen",
	"ist das|es schlimm|gefaehrlich|ernst")

// AsksHelp implements [language.Replies].
func (Language) AsksHelp(words []string) bool { return asksHelp.In(words) }

// DeniesEmergency implements [language.Replies].
func (Language) DeniesEmergency(words []string) bool { return deniesEmergency.In(words) }

// presence are how it is asked whether somebody is there, or when.
var presence = phrase.Compile("ist|sind|waere|arbeitet|isch ... da|dran|hier|zurueck|erreichbar|verfuegbar|do",
	"ist|sind ... im haus|dienst|buero|laden",
	"ist|sind ... zu sprechen",
	"wann ist|sind|kommt|arbeitet|waere ... da|zurueck|hier|erreichbar|wieder|haus|do", "arbeitet ... heute|morgen")

// Presence implements [language.Replies].
func (Language) Presence(words []string) bool { return presence.In(words) }

var (
	callsFor = phrase.Compile("ist|waere|ist|sind ... da|hier|erreichbar|frei|greifbar|verfuegbar $",
		"ist|waere|sind ... da|hier|erreichbar|frei|greifbar|verfuegbar heute|gerade|bitte|jetzt|grad", "ist ... zu sprechen|erreichen",
		"ob ... da|hier|erreichbar|frei|greifbar|verfuegbar ist|waere")
	notCalledFor = phrase.Compile("wann|was|wo|welche|welcher|wie|wer")
)

// CallsFor implements [language.Replies].
func (Language) CallsFor(words []string) bool { return callsFor.In(words) && !notCalledFor.In(words) }

// Someone implements [language.Replies].
func (Language) Someone(words []string) bool {
	return phrase.Has(words, "er", "sie", "der", "die", "denn", "ihm", "ihn")
}

// grown are how a caller says that he is no child.
var grown = phrase.Compile("ich bin ja? doch? schon? die|der|seine|ihre|eine|ein mama|mutter|papa|vater|mutti|vati|oma|opa",
	"ich bin ja? doch? schon? eine|ein|die|der erwachsene|erwachsener|lehrerin|lehrer|erzieherin|erzieher|betreuerin|betreuer|"+
		"trainerin|trainer",
	"ich bin ja? doch? schon? eine|ein|die|der chefin|chef|nachbarin|nachbar|verwalterin|verwalter|"+
		"kundin|kunde|pflegerin|pfleger",
	"ich bin ja? doch? schon? erwachsen",
	"hier ist|spricht die|der mama|mutter|papa|vater")

// relatives are children whom a grown-up speaks of.
var relatives = phrase.Compile("mein|meine|meinem|meinen|meiner|unser|unsere|unserem|unseren|unserer ... "+
	"neffe|neffen|nichte|sohn|tochter|enkel|enkelin|kind|kinder|kindern|baby",
	"mein|meine|unser|unsere kleiner|kleine|juengster|juengste|grosser|grosse")

// Grown implements [language.Replies].
func (Language) Grown(words []string) bool { return grown.In(words) || relatives.In(words) }
