package privacy

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
)

// fill puts a text into every field that holds words of people, however deep it lies, and a number into those of numbers.
func fill(v reflect.Value, text, number string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text, number)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fill(v.Index(i), text, number)
		}
	case reflect.String:
		switch v.Interface().(type) {
		case record.PhoneNumber:
			v.SetString(number)
		case record.Personal:
			v.SetString(text)
		}
	}
}

// TestRedactionLeavesNoField: a name and a number that are to be taken out are in no field of what is given out: not in a message's
// own name, not in a note, not in what a request says, nor in a field that a record will have one day.
func TestRedactionLeavesNoField(t *testing.T) {
	for word, text := range map[string]string{
		"Carla": "tell Carla, carla. CARLA Carla's", "Jörg Müller": "für Jörg Müller", "Weiß": "Frau Weiß-Weiß", "+49 89 123456": "+49 89 123456",
	} {
		var d Dossier
		fill(reflect.ValueOf(&d.Calls).Elem(), text, "+4989123456")
		fill(reflect.ValueOf(&d.Messages).Elem(), text, "+4989123456")
		fill(reflect.ValueOf(&d.Requests).Elem(), text, "+4989123456")
		fill(reflect.ValueOf(&d.Caller).Elem(), text, "+4989123456")
		for i := range d.Caller.Fields {
			d.Caller.Fields[i].Kind = record.FieldNote
		}
		d.Calls[0].TurnList[0].Said, d.Messages[0].For = text, text
		if err := d.redact([]string{word, "+49 89 123456"}); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []string{word, "4989123456", "49 89 123456"} {
			if strings.Contains(strings.ToLower(string(b)), strings.ToLower(x)) {
				t.Errorf("%q is in what is given out: %s", x, b)
			}
		}
		if d.Redacted < 10 || !d.Calls[0].mentions {
			t.Errorf("%q: %d places", word, d.Redacted)
		}
	}
	// Words that are only a part of another one stay.
	d := Dossier{Messages: []record.Message{{Reason: "the Carlaberg, Carla", Name: "Ada"}}}
	if err := d.redact([]string{"Carla"}); err != nil || d.Messages[0].Reason != "the Carlaberg, [third party]" ||
		d.Messages[0].Name != "Ada" || d.Redacted != 1 {
		t.Errorf("%+v, %v", d.Messages, err)
	}
}
