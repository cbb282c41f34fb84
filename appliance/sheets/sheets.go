// Package sheets says what to type where so that a telephone system has an extension for the box: one table, from which the command
// line, the owner's page and [PBX.md] are drawn. It is pure.
//
// [PBX.md]: ./PBX.md
package sheets

import (
	"fmt"
	"slices"
	"strings"
)

// Sheet is what one telephone system needs.
type Sheet struct {
	Name   string // by which it is asked for, "asterisk"
	Title  string
	Where  string // the page of the system's own, or the file
	Fields []Field
	Text   string // what goes into a file, "" = nothing
	Notes  []string
	Tried  string // with which version the tests of the tree have tried it; "" = written from the maker's documents alone
}

// Field is one thing to fill in at the system.
type Field struct {
	Name  string // as the system has it
	Value string // with the names of Values in braces
}

// Values are put into a sheet. What is empty stays as its name in braces.
type Values struct {
	Extension string // of the box
	PBX       string // address of the telephone system
	Box       string // address of the box
	Transport string // udp, tcp or tls
}

// Fill puts values into a text of a sheet.
func (v Values) Fill(text string) string {
	for name, value := range map[string]string{"extension": v.Extension, "pbx": v.PBX, "box": v.Box, "transport": v.Transport} {
		if value != "" {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
	}
	return text
}

// Filled returns a sheet with values in it.
func (s Sheet) Filled(v Values) Sheet {
	s.Where, s.Text, s.Fields = v.Fill(s.Where), v.Fill(s.Text), slices.Clone(s.Fields)
	for i := range s.Fields {
		s.Fields[i].Value = v.Fill(s.Fields[i].Value)
	}
	return s
}

// Box is what is filled in at the box, whatever the system.
func Box() []Field {
	return []Field{
		{"Address of the telephone system", "{pbx}"}, {"Extension", "{extension}"}, {"Password of the extension", "the same as there"},
	}
}

// All are all sheets.
func All() []Sheet {
	return []Sheet{
		{
			Name: "asterisk", Title: "Asterisk", Where: "/etc/asterisk/pjsip.conf", Tried: "Asterisk 22",
			Text: "[{extension}]\ntype=endpoint\ncontext=from-internal\ndisallow=all\nallow=g722,alaw,ulaw\nauth={extension}\naors={extension}\n" +
				"direct_media=no\ndtmf_mode=rfc4733\ntrust_id_outbound=yes\nsend_pai=yes\n\n[{extension}]\ntype=auth\nauth_type=userpass\n" +
				"username={extension}\npassword=PASSWORD\n\n[{extension}]\ntype=aor\nmax_contacts=2\nqualify_frequency=60\n" +
				"; then: asterisk -rx \"pjsip reload\"\n",
			Notes: []string{
				"Keys and transfers stay with Asterisk, and the box hears who calls.",
				"Two contacts: a test of the account takes the second.",
			},
		},
		{
			Name: "freepbx", Title: "FreePBX",
			Where: "Applications (Connectivity in FreePBX 17), Extensions, Add Extension, Add New SIP [chan_pjsip] Extension",
			Fields: []Field{
				{"User Extension", "{extension}"}, {"Display Name", "Frontdesk"}, {"Secret", "the password"},
				{"Voicemail: Enabled", "No"}, {"Advanced: DTMF Signaling", "RFC 4733"}, {"Advanced: Max Contacts", "2"},
				{"Advanced: Direct Media", "No"}, {"Advanced: Trust RPID", "Yes"}, {"Advanced: Send RPID", "Send P-Asserted-Identity header"},
				{"Advanced: Qualify Frequency", "60"},
			},
			Notes: []string{"Two contacts: a test of the account takes the second.", "Submit, then Apply Config."},
		},
		{
			Name: "3cx", Title: "3CX", Where: "Users (Extensions before version 20), Add",
			Fields: []Field{
				{"Extension Number", "{extension}"}, {"First Name", "Frontdesk"}, {"Voicemail: Enable voicemail", "off"},
				{"IP Phone: Authentication ID", "as 3CX has made it; at the box it is the user name"},
				{"IP Phone: Authentication Password", "as 3CX has made it; at the box it is the password"},
				{"Options: PBX Delivers Audio", "on"},
			},
			Notes: []string{
				"The Authentication ID is not the extension: at the box it goes into \"User name, if it is not the extension\".",
			},
		},
		{
			Name: "yeastar", Title: "Yeastar P-Series and S-Series", Where: "Extension and Trunk, Extension, Add",
			Fields: []Field{
				{"Extension Number", "{extension}"}, {"Caller ID Name", "Frontdesk"}, {"Registration Name", "{extension}"},
				{"Registration Password", "the password"}, {"Concurrent Registrations", "2"}, {"Voicemail", "off"},
				{"Advanced: DTMF Mode", "RFC4733 (RFC2833)"}, {"Advanced: Transport", "UDP"}, {"Advanced: Qualify", "on"},
			},
			Notes: []string{
				"Where the Registration Name is another one, it goes at the box into \"User name, if it is not the extension\".",
			},
		},
		{
			Name: "fritzbox", Title: "FRITZ!Box", Where: "Telephony, Telephony Devices, Configure New Device, Telephone, LAN/WLAN (IP telephone)",
			Fields: []Field{
				{"Name", "Frontdesk"}, {"Username", "{extension}"}, {"Password", "the password"},
				{"Incoming calls", "the numbers that the box is to answer"},
			},
			Notes: []string{
				"The user name is the extension at the box. Newer versions want eight characters of it, and of the password.",
				"The address of the telephone system is that of the FRITZ!Box, such as 192.168.178.1.",
				"A telephone of the FRITZ!Box rings together with the box: have the box answer alone, or let it come after a call diversion.",
			},
		},
		{
			Name: "grandstream", Title: "Grandstream UCM", Where: "Extension/Trunk (PBX, Basic/Call Routes before), Extensions, Add, SIP Extension",
			Fields: []Field{
				{"Extension", "{extension}"}, {"SIP/IAX Password", "the password"}, {"AuthID", "leave it empty, or as at the box"},
				{"Enable Voicemail", "off"}, {"Media: DTMF Mode", "RFC2833"}, {"Media: Codec Preference", "G.722, PCMA, PCMU"},
				{"Concurrent Registrations", "2"}, {"Media: Enable Keep-alive", "on, 60"},
			},
			Notes: []string{"Save, then Apply Changes."},
		},
		{
			Name: "freeswitch", Title: "FreeSWITCH", Where: "/etc/freeswitch/directory/default/{extension}.xml",
			Text: "<include>\n  <user id=\"{extension}\">\n    <params>\n      <param name=\"password\" value=\"PASSWORD\"/>\n    </params>\n" +
				"    <variables>\n      <variable name=\"user_context\" value=\"default\"/>\n" +
				"      <variable name=\"effective_caller_id_name\" value=\"Frontdesk\"/>\n" +
				"      <variable name=\"effective_caller_id_number\" value=\"{extension}\"/>\n    </variables>\n  </user>\n</include>\n" +
				"<!-- then: fs_cli -x reloadxml -->\n",
			Notes: []string{
				"The profile internal must take the codecs G722, PCMA and PCMU, and keys as RFC 2833, as it comes.",
			},
		},
		{
			Name: "kamailio", Title: "Kamailio", Where: "kamctl", Tried: "Kamailio 5.6",
			Text: "kamctl add {extension} PASSWORD\n",
			Notes: []string{
				"kamailio.cfg must have authentication and a registrar: #!define WITH_MYSQL and WITH_AUTH in the configuration that comes with it.",
			},
		},
	}
}

// Find returns the sheet with a name.
func Find(name string) (Sheet, bool) {
	for _, s := range All() {
		if s.Name == strings.ToLower(strings.TrimSpace(name)) {
			return s, true
		}
	}
	return Sheet{}, false
}

// Names are the names of all sheets.
func Names() (names []string) {
	for _, s := range All() {
		names = append(names, s.Name)
	}
	return names
}

// Tested says how it is known that a sheet is right.
func (s Sheet) Tested() string {
	if s.Tried == "" {
		return "Written from the maker's documents; not tried. Names differ a little between versions."
	}
	return "Tried with " + s.Tried + "."
}

// Markdown is the file PBX.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# What to type where\n\nDrawn by `go test ./appliance/sheets -args -update`. `frontdesk pbx sheet NAME` shows the same " +
		"with the extension and\nthe address in place.\n")
	for _, s := range All() {
		fmt.Fprintf(&b, "\n## %s\n\n`frontdesk pbx sheet %s`. %s\n\nAt the telephone system: %s\n\n", s.Title, s.Name, s.Tested(), s.Where)
		if len(s.Fields) > 0 {
			b.WriteString("| Field | Value |\n|---|---|\n")
		}
		for _, f := range s.Fields {
			fmt.Fprintf(&b, "| %s | %s |\n", f.Name, f.Value)
		}
		if s.Text != "" {
			fmt.Fprintf(&b, "```\n%s```\n", s.Text)
		}
		b.WriteString("\n")
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "- %s\n", n)
		}
	}
	return b.String()
}
