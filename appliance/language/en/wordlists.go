package en

import "frontdesk.internal/appliance/language/phrase"

// The lists are read only. They hold normalised words (see Words).
var (
	// stopWords carry no meaning for finding services and answers.
	stopWords = phrase.NewSet(`a an the i you we he she it they me my your our us them his her its their this that these those is are am
		was were be been being do does did done doing have has had having can could will would shall should may might must to of in on
		at for from with by about as into and or but if so than then there here what which who whom whose when where why how not no yes
		please thanks thank hello hi hey okay oh um uh erm well just like also too very really some any all much many more most other
		another such only own same got get going go come want wanted know tell ask asking question questions say said guys you'll let
		see think wondering wonder calling call called would up out now right today one's again because while hear good morning
		afternoon evening sir ma'am maam`)
	// grammatical words only hold a sentence together.
	grammatical = phrase.NewSet(`a an the i you we he she it they my our your his her their its this that these those is are am was were be
		it's i'm he's she's they're there's that's we're`)
	// lightWords say little about which question it is.
	lightWords = phrase.NewSet(`need needed take accept offer provide use make give bring work works help long often kind type sort
		people person someone anyone everything anything something time day days service services office company business place first
		new possible available case cases`)
	titles = phrase.NewSet(`doctor mister missus miss miz attorney lawyer professor counselor dr mr mrs ms prof esq nurse judge`)
	// postNominal stand after a name.
	postNominal = phrase.NewSet(`dds dmd md jd esq phd rn jr sr ii iii`)
	// wordNames are first and last names that are everyday words; alone they name nobody.
	wordNames = phrase.NewSet(`will bill mark may april june art drew frank sue pat hope grace dean chase faith joy rose grant rich rob
		jack mike price long short young old white black brown green gray day week little best good early summer winter bell ford park
		parks banks bank cook page parker carpenter pipe waters water case law miles penny sunny dawn eve holly ivy violet`)
	sameMeaning = map[string]string{
		"accept": "take", "accepts": "take", "accepting": "take", "takes": "take", "taking": "take",
		"kid": "child", "kids": "child", "children": "child", "childs": "child", "toddler": "child", "son": "child", "daughter": "child",
		"insured": "insurance", "insurances": "insurance", "payments": "payment", "pay": "payment", "paying": "payment",
		"cost": "price", "costs": "price", "prices": "price", "fee": "price", "fees": "price", "charge": "price", "charges": "price",
		"tooth": "teeth", "licence": "license", "licenced": "license", "licensed": "license", "attorneys": "lawyer", "attorney": "lawyer",
		"lawyers": "lawyer",
		"hurts":   "pain", "hurt": "pain", "hurting": "pain", "ache": "pain", "aching": "pain", "broke": "broken", "breaks": "broken",
		"bursting": "burst", "bursted": "burst", "leaking": "leak", "leaks": "leak", "leaky": "leak", "clogged": "clog", "blocked": "clog",
		"wheelchairs": "wheelchair", "disabled": "wheelchair", "handicap": "wheelchair", "handicapped": "wheelchair",
		"scared": "afraid", "nervous": "afraid", "anxious": "afraid", "fear": "afraid", "phobia": "afraid",
		"guaranty": "guarantee", "guaranteed": "guarantee", "warranty": "guarantee", "warranties": "guarantee",
		"divorced": "divorce", "divorcing": "divorce",
	}
)

// prices are words for what something costs; besidePrice are those that say no more of which price it is.
var (
	prices      = phrase.NewSet(`price prices pricing pricelist cost costs charge charges charging rate rates fee fees tariff tariffs`)
	besidePrice = phrase.NewSet(`usual usually typical typically average roughly approximately ballpark rough normal normally standard general
		generally current list range figure structure sort kind idea give money expensive cheap start starting lot looking interested`)
)

var heads = phrase.NewSet("person persons people adult adults guest guests us head heads pax friends")

// Heads implements [language.Reader].
func (Language) Heads(w string) bool { return heads[w] }

// PriceAlone implements [language.Reader].
func (Language) PriceAlone(words []string) bool {
	named := false
	for i, w := range words {
		switch {
		case prices[w], w == "much" && i > 0 && words[i-1] == "how", w == "expensive" && len(words) > 2:
			named = true
		case w == "out" && i > 0 && words[i-1] == "call": // "the call-out charge"
			return false
		case stopWords[w], lightWords[w], besidePrice[w]:
		default:
			return false
		}
	}
	return named
}

// StopWord implements [language.Vocabulary].
func (Language) StopWord(w string) bool { return stopWords[w] }

// Grammatical implements [language.Vocabulary].
func (Language) Grammatical(w string) bool { return grammatical[w] }

// LightWord implements [language.Vocabulary].
func (Language) LightWord(w string) bool { return lightWords[w] }

// Title implements [language.Vocabulary].
func (Language) Title(w string) bool { return titles[w] }
