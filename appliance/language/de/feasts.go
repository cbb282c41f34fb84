package de

import (
	"time"

	"frontdesk.internal/appliance/language/feast"
)

func called(names ...string) [][]string {
	var out [][]string
	for _, n := range names {
		out = append(out, Language{}.Words(n))
	}
	return out
}

// Countries whose holidays have names or days of their own.
var (
	germany     = []string{"DE"}
	austria     = []string{"AT"}
	switzerland = []string{"CH", "LI"}
)

// feasts the callers name; longer names stand before shorter ones that they hold. Read only.
var feasts = []feast.Feast{
	// Names that mean another day in each country.
	{Name: "Nationalfeiertag", Called: called("nationalfeiertag", "staatsfeiertag"), On: feast.Fixed(time.October, 26), Regions: austria},
	{Name: "Bundesfeiertag", Called: called("bundesfeiertag", "bundesfeier", "nationalfeiertag"), On: feast.Fixed(time.August, 1),
		Regions: switzerland},
	{Name: "Tag der Deutschen Einheit", Called: called("tag der deutschen einheit", "tag der einheit", "einheitstag", "nationalfeiertag"),
		On: feast.Fixed(time.October, 3), Regions: germany},
	{Name: "Eidgenössischer Bettag", Called: called("eidgenössischer bettag", "eidgenössischen bettag", "bettag"),
		On: feast.Nth(time.September, time.Sunday, 3), Regions: switzerland},
	{Name: "Vatertag", Called: called("vatertag"), On: feast.Nth(time.June, time.Sunday, 2), Regions: austria},
	{Name: "Vatertag", Called: called("vatertag"), On: feast.Nth(time.June, time.Sunday, 1), Regions: switzerland},
	{Name: "Christi Himmelfahrt", Called: called("christi himmelfahrt", "auffahrt"), On: feast.Easter(39), Regions: switzerland},
	{Name: "Stephanstag", Called: called("stephanstag", "zweiter weihnachtstag", "zweiten weihnachtstag"), On: feast.Fixed(time.December,
		26), Regions: switzerland},
	{Name: "Stefanitag", Called: called("stefanitag", "stephanitag", "stefanietag", "zweiter weihnachtsfeiertag",
		"zweiten weihnachtsfeiertag"), On: feast.Fixed(time.December, 26), Regions: austria},
	{Name: "Christtag", Called: called("christtag"), On: feast.Fixed(time.December, 25), Regions: austria},
	{Name: "Maria Empfängnis", Called: called("mariä empfängnis", "maria empfängnis"), On: feast.Fixed(time.December, 8)},
	{Name: "Berchtoldstag", Called: called("berchtoldstag", "bärzelistag"), On: feast.Fixed(time.January, 2)},

	{Name: "Heiligabend", Called: called("heiligabend", "heiliger abend", "heiligen abend", "heilig abend", "weihnachtsabend"),
		On: feast.Fixed(time.December, 24)},
	{Name: "zweiter Weihnachtstag", Called: called("zweiter weihnachtstag", "zweiten weihnachtstag", "zweiter weihnachtsfeiertag",
		"zweiten weihnachtsfeiertag", "zweiter feiertag", "zweiten feiertag", "2. weihnachtstag", "2. weihnachtsfeiertag"),
		On: feast.Fixed(time.December, 26)},
	{Name: "erster Weihnachtstag", Called: called("erster weihnachtstag", "ersten weihnachtstag", "erster weihnachtsfeiertag",
		"ersten weihnachtsfeiertag", "erster feiertag", "ersten feiertag", "1. weihnachtstag", "1. weihnachtsfeiertag"),
		On: feast.Fixed(time.December, 25)},
	{Name: "Weihnachten", Called: called("weihnachten", "weihnachtsfeiertag", "weihnachtstag"), On: feast.Fixed(time.December, 25)},
	{Name: "Silvester", Called: called("silvester", "sylvester", "altjahrestag"), On: feast.Fixed(time.December, 31)},
	{Name: "Neujahr", Called: called("neujahr", "neujahrstag", "neues jahr", "neuen jahr"), On: feast.Fixed(time.January, 1)},
	{Name: "Dreikönigstag", Called: called("heilige drei könige", "heiligen drei könige", "heilige dreikönige", "heilig drei könig",
		"dreikönigstag", "dreikönig", "drei könige", "epiphanias"), On: feast.Fixed(time.January, 6)},
	{Name: "Valentinstag", Called: called("valentinstag"), On: feast.Fixed(time.February, 14)},
	{Name: "Weiberfastnacht", Called: called("weiberfastnacht", "altweiber", "schmutziger donnerstag", "schmutzigen donnerstag"),
		On: feast.Easter(-52)},
	{Name: "Rosenmontag", Called: called("rosenmontag"), On: feast.Easter(-48)},
	{Name: "Faschingsdienstag", Called: called("faschingsdienstag", "fastnachtsdienstag", "veilchendienstag", "fasching", "fastnacht"),
		On: feast.Easter(-47)},
	{Name: "Aschermittwoch", Called: called("aschermittwoch"), On: feast.Easter(-46)},
	{Name: "Josefstag", Called: called("josefstag", "josefitag", "sankt josef"), On: feast.Fixed(time.March, 19)},
	{Name: "Gründonnerstag", Called: called("gründonnerstag"), On: feast.Easter(-3)},
	{Name: "Karfreitag", Called: called("karfreitag"), On: feast.Easter(-2)},
	{Name: "Karsamstag", Called: called("karsamstag", "ostersamstag"), On: feast.Easter(-1)},
	{Name: "Ostermontag", Called: called("ostermontag"), On: feast.Easter(1)},
	{Name: "Ostersonntag", Called: called("ostersonntag", "ostern"), On: feast.Easter(0)},
	{Name: "Tag der Arbeit", Called: called("tag der arbeit", "maifeiertag", "erster mai", "ersten mai", "1. mai"),
		On: feast.Fixed(time.May, 1)},
	{Name: "Muttertag", Called: called("muttertag"), On: feast.Nth(time.May, time.Sunday, 2)},
	{Name: "Christi Himmelfahrt", Called: called("christi himmelfahrt", "himmelfahrtstag", "vatertag", "herrentag"), On: feast.Easter(39)},
	{Name: "Pfingstmontag", Called: called("pfingstmontag"), On: feast.Easter(50)},
	{Name: "Pfingstsonntag", Called: called("pfingstsonntag", "pfingsten"), On: feast.Easter(49)},
	{Name: "Fronleichnam", Called: called("fronleichnam"), On: feast.Easter(60)},
	{Name: "Mariä Himmelfahrt", Called: called("mariä himmelfahrt", "maria himmelfahrt"), On: feast.Fixed(time.August, 15)},
	{Name: "Himmelfahrt", Called: called("himmelfahrt"), On: feast.Easter(39)},
	{Name: "Tag der Deutschen Einheit", Called: called("tag der deutschen einheit"), On: feast.Fixed(time.October, 3)},
	{Name: "Halloween", Called: called("halloween"), On: feast.Fixed(time.October, 31)},
	{Name: "Reformationstag", Called: called("reformationstag"), On: feast.Fixed(time.October, 31)},
	{Name: "Allerheiligen", Called: called("allerheiligen"), On: feast.Fixed(time.November, 1)},
	{Name: "Allerseelen", Called: called("allerseelen"), On: feast.Fixed(time.November, 2)},
	{Name: "Martinstag", Called: called("martinstag", "sankt martin", "martini"), On: feast.Fixed(time.November, 11)},
	{Name: "Buß- und Bettag", Called: called("buß- und bettag", "bußtag", "bettag"), On: feast.Before(time.November, 23, time.Wednesday)},
	{Name: "Totensonntag", Called: called("totensonntag", "ewigkeitssonntag"), On: feast.After(feast.Advent(1), -7)},
	{Name: "Nikolaus", Called: called("nikolaustag", "nikolaus", "samichlaus"), On: feast.Fixed(time.December, 6)},
	{Name: "erster Advent", Called: called("erster advent", "ersten advent"), On: feast.Advent(1)},
	{Name: "zweiter Advent", Called: called("zweiter advent", "zweiten advent"), On: feast.Advent(2)},
	{Name: "dritter Advent", Called: called("dritter advent", "dritten advent"), On: feast.Advent(3)},
	{Name: "vierter Advent", Called: called("vierter advent", "vierten advent"), On: feast.Advent(4)},
}
