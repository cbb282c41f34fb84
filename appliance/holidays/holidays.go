// Package holidays knows the public holidays of countries and of their regions, for the owner to choose from. What callers are told
// is what the profile says; this is where its entries come from. It is pure, and needs no network: the rules are in the program.
//
// The days are reckoned by github.com/rickar/cal. Countries whose list there was found wrong or old are left out: none is better than
// one that an owner cannot rely on.
package holidays

import (
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/us"
)

// Day is one public holiday.
type Day struct {
	Name   string    // in the country's own words
	Date   time.Time // midnight, UTC
	Yearly bool      // it falls on the same date every year
}

// Place is a country or a region of one.
type Place struct {
	Country, Region string // "Germany", "Bavaria"; Region "" = the whole country, as far as all its regions agree
	Regions         bool   // the country's regions have holidays of their own

	days []*cal.Holiday
}

// region is a part of a country with a list of its own.
type region struct {
	name string // in English
	also string // other names and the code, small, with | between them
	days []*cal.Holiday
}

// country is one whose holidays are known.
type country struct {
	name    string
	days    []*cal.Holiday // nil = those that all regions have
	regions []region
}

// In finds a place by its country's code, "DE", and by what the profile has for the state; ok is false when the country's holidays are not
// known.
func In(code, state string) (p Place, ok bool) {
	c, ok := countries()[strings.ToUpper(code)]
	if !ok {
		return Place{}, false
	}
	p = Place{Country: c.name, Regions: len(c.regions) > 0, days: c.days}
	state = strings.ToLower(strings.TrimSpace(state))
	for _, r := range c.regions {
		if state != "" && (state == strings.ToLower(r.name) || slices.Contains(strings.Split(r.also, "|"), state)) {
			p.Region, p.days = r.name, r.days
			return p, true
		}
	}
	if p.days == nil {
		p.days = slices.DeleteFunc(slices.Clone(c.regions[0].days), func(h *cal.Holiday) bool {
			return slices.ContainsFunc(c.regions, func(r region) bool { return !slices.Contains(r.days, h) })
		})
	}
	return p, true
}

// Year returns the holidays of the year that begins with a day, in order. Where one is kept on another day because it falls on a weekend,
// both are there: which of them an office keeps is its own choice.
func (p Place) Year(from time.Time) []Day {
	y, m, d := from.Date()
	first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(1, 0, -1)
	var out []Day
	for _, h := range p.days {
		for year := y - 1; year <= y+2; year++ { // one that is moved may be kept in another year
			actual, observed := h.Calc(year)
			if actual.IsZero() { // not that year
				continue
			}
			out = append(out, Day{Name: name(h), Date: date(actual), Yearly: fixed(h)})
			if !date(observed).Equal(date(actual)) {
				out = append(out, Day{Name: name(h) + " (observed)", Date: date(observed)})
			}
		}
	}
	out = slices.DeleteFunc(out, func(d Day) bool { return d.Date.Before(first) || d.Date.After(last) })
	slices.SortStableFunc(out, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return out
}

// date is the calendar day of t, which the library has in the machine's zone.
func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// fixed reports whether a holiday falls on the same date every year. Its rule does not tell: one that counts back from a Sunday has a date,
// too.
func fixed(h *cal.Holiday) bool {
	seen := ""
	for year := 2031; year < 2044; year++ { // every weekday and two leap years
		actual, _ := h.Calc(year)
		on := actual.Format("01-02")
		if actual.IsZero() || seen != "" && on != seen {
			return false
		}
		seen = on
	}
	return true
}

// name is what the holiday is called.
func name(h *cal.Holiday) string {
	switch h {
	case gb.EarlyMay:
		return "Early May Bank Holiday"
	case ie.FirstMondayMay:
		return "May Bank Holiday"
	case ie.FirstMondayJune:
		return "June Bank Holiday"
	case ie.FirstMondayAugust:
		return "August Bank Holiday"
	case ie.LastMondayInOctober:
		return "October Bank Holiday"
	}
	return h.Name
}

// countries are those whose holidays are known, by their ISO code.
func countries() map[string]country {
	return map[string]country{
		"AT": {name: "Austria", days: at.Holidays},
		"AU": {name: "Australia", regions: []region{
			{"Australian Capital Territory", "act", au.HolidaysACT}, {"New South Wales", "nsw", au.HolidaysNSW},
			{"Northern Territory", "nt", au.HolidaysNT}, {"Queensland", "qld", au.HolidaysQLD}, {"South Australia", "sa", au.HolidaysSA},
			{"Tasmania", "tas", au.HolidaysTAS}, {"Victoria", "vic", au.HolidaysVIC}, {"Western Australia", "wa", au.HolidaysWA},
		}},
		"BE": {name: "Belgium", days: be.Holidays},
		"CA": {name: "Canada", days: ca.Holidays},
		"CH": {name: "Switzerland", regions: cantons()},
		"DE": {name: "Germany", days: de.Holidays, regions: states()},
		"DK": {name: "Denmark", days: dk.Holidays},
		"ES": {name: "Spain", days: es.Holidays},
		"FR": {name: "France", days: fr.Holidays},
		"GB": {name: "England and Wales", days: gb.Holidays},
		"IE": {name: "Ireland", days: ie.Holidays},
		"IT": {name: "Italy", days: it.Holidays},
		"LU": {name: "Luxembourg", days: lu.Holidays},
		"NL": {name: "the Netherlands", days: nl.Holidays},
		"US": {name: "the United States", days: us.Holidays},
	}
}

// states are those of Germany. Two lists lack a day: Mecklenburg-Vorpommern has kept the eighth of March since 2023, and Bavaria the
// fifteenth of August in seven of ten towns.
func states() []region {
	bavaria := append(slices.Clone(de.HolidaysBY), de.MariaHimmelfahrt)
	mecklenburg := append(slices.Clone(de.HolidaysMV), de.Frauentag)
	return []region{
		{"Baden-Württemberg", "bw|baden-wuerttemberg", de.HolidaysBW}, {"Bavaria", "by|bayern|freistaat bayern", bavaria},
		{"Berlin", "be", de.HolidaysBE}, {"Brandenburg", "bb", de.HolidaysBB}, {"Bremen", "hb", de.HolidaysHB},
		{"Hamburg", "hh", de.HolidaysHH}, {"Hesse", "he|hessen", de.HolidaysHE},
		{"Mecklenburg-Vorpommern", "mv|mecklenburg-western pomerania", mecklenburg},
		{"Lower Saxony", "ni|niedersachsen", de.HolidaysNI}, {"North Rhine-Westphalia", "nw|nrw|nordrhein-westfalen", de.HolidaysNW},
		{"Rhineland-Palatinate", "rp|rheinland-pfalz", de.HolidaysRP}, {"Saarland", "sl", de.HolidaysSL},
		{"Saxony", "sn|sachsen", de.HolidaysSN}, {"Saxony-Anhalt", "st|sachsen-anhalt", de.HolidaysST},
		{"Schleswig-Holstein", "sh", de.HolidaysSH}, {"Thuringia", "th|thüringen|thueringen", de.HolidaysTH},
	}
}

// cantons are those of Switzerland.
func cantons() []region {
	return []region{
		{"Zurich", "zh|zürich|zuerich", ch.HolidaysZH}, {"Bern", "be|berne", ch.HolidaysBE}, {"Lucerne", "lu|luzern", ch.HolidaysLU},
		{"Uri", "ur", ch.HolidaysUR}, {"Schwyz", "sz", ch.HolidaysSZ}, {"Obwalden", "ow", ch.HolidaysOW}, {"Nidwalden", "nw", ch.HolidaysNW},
		{"Glarus", "gl", ch.HolidaysGL}, {"Zug", "zg", ch.HolidaysZG}, {"Fribourg", "fr|freiburg", ch.HolidaysFR},
		{"Solothurn", "so", ch.HolidaysSO}, {"Basel-Stadt", "bs", ch.HolidaysBS}, {"Basel-Landschaft", "bl|baselland", ch.HolidaysBL},
		{"Schaffhausen", "sh", ch.HolidaysSH}, {"Appenzell Ausserrhoden", "ar", ch.HolidaysAR},
		{"Appenzell Innerrhoden", "ai", ch.HolidaysAI}, {"St. Gallen", "sg|sankt gallen|st gallen", ch.HolidaysSG},
		{"Grisons", "gr|graubünden|graubuenden", ch.HolidaysGR}, {"Aargau", "ag", ch.HolidaysAG}, {"Thurgau", "tg", ch.HolidaysTG},
		{"Vaud", "vd|waadt", ch.HolidaysVD}, {"Ticino", "ti|tessin", ch.HolidaysTI}, {"Valais", "vs|wallis", ch.HolidaysVS},
		{"Neuchâtel", "ne|neuenburg", ch.HolidaysNE}, {"Geneva", "ge|genf|genève", ch.HolidaysGE}, {"Jura", "ju", ch.HolidaysJU},
	}
}
