package en

import (
	"regexp"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
)

// states expands the codes of states and provinces, by country: addresses have them in North America and Australia.
var states = map[string]map[string]string{
	"US": {
		"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado", "CT": "Connecticut",
		"DE": "Delaware", "DC": "D C", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana",
		"IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
		"MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
		"NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
		"OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina",
		"SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
		"WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
	},
	"CA": {
		"AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick", "NL": "Newfoundland and Labrador",
		"NS": "Nova Scotia",
		"NT": "Northwest Territories", "NU": "Nunavut", "ON": "Ontario", "PE": "Prince Edward Island", "QC": "Quebec",
		"SK": "Saskatchewan", "YT": "Yukon",
	},
	"AU": {
		"ACT": "A C T", "NSW": "New South Wales", "NT": "Northern Territory", "QLD": "Queensland", "SA": "South Australia",
		"TAS": "Tasmania",
		"VIC": "Victoria", "WA": "Western Australia",
	},
}

// place is the country in which a region without a name lies.
func place(region string) string {
	if region == "" {
		return "US"
	}
	return region
}

// reHouse is the house number at the start of a street line.
var reHouse = regexp.MustCompile(`^(\d+)\b`)

// Address reads street, city and state: "fourteen twenty Elm Street, Suite two hundred, Springfield, Illinois". It is empty when nothing
// is known.
func (l Language) Address(a language.Address, region string) string {
	street := reHouse.ReplaceAllStringFunc(strings.TrimSpace(a.Street), l.houseNumber)
	state := a.State
	if full, ok := states[place(region)][strings.ToUpper(state)]; ok {
		state = full
	}
	var parts []string
	for _, p := range []string{l.Aloud(street, region), l.Aloud(a.City, region), state} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// houseNumber reads a house number as people do: "fourteen twenty", "ten oh five", "four twelve".
func (l Language) houseNumber(s string) string {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || len(s) > 4:
		return l.Digits(s)
	case n < 100 || n%1000 == 0:
		return l.Number(n)
	case n%100 == 0:
		return l.Number(n/100) + " hundred"
	case n%100 < 10:
		return l.Number(n/100) + " oh " + l.Number(n%100)
	}
	return l.Number(n/100) + " " + l.Number(n%100)
}
