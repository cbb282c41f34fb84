package imports_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	encoding "golang.org/x/text/encoding/unicode"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
)

func read(t *testing.T, text string, o imports.Options) imports.Contacts {
	t.Helper()
	if o.Region == "" {
		o.Region = "US"
	}
	c, err := imports.Read(context.Background(), strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// of are the values of a kind.
func of(r imports.Row, k record.FieldKind) string {
	var all []string
	for _, f := range r.Fields {
		if f.Kind == k {
			all = append(all, string(f.Value))
		}
	}
	return strings.Join(all, "|")
}

func TestTables(t *testing.T) {
	for name, text := range map[string]string{
		"Outlook": "First Name,Last Name,Company,E-mail Address,Mobile Phone,Business Fax,Notes\r\nAda,Byron,\"Engines, " +
			"Inc.\",ada@example.org,(217) 555-0142,217 555 0999,likes sums\r\n",
		"Google": "Name,Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Value,Organization 1 - Name,Notes\nAda " +
			"Byron,Ada,Byron,Mobile,+1 217-555-0142,ada@example.org,\"Engines, Inc.\",likes sums\n",
		"German, Excel":  "Vorname;Nachname;Firma;E-Mail;Handy;Notizen\nAda;Byron;Engines, Inc.;ada@example.org;2175550142;likes sums\n",
		"tabs, with BOM": "\ufeffName\tFirma\tEmail\tTel\tNote\nAda Byron\tEngines, Inc.\tada@example.org\t217.555.0142\tlikes sums\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, text, imports.Options{})
			if c.Form != "csv" || len(c.Rows) != 1 || len(c.Bad) != 0 {
				t.Fatalf("%+v", c)
			}
			r := c.Rows[0]
			for k, want := range map[record.FieldKind]string{
				record.FieldName: "Ada Byron", record.FieldCompany: "Engines, Inc.", record.FieldEmail: "ada@example.org",
				record.FieldNumber: "+12175550142", record.FieldNote: "likes sums",
			} {
				if got := of(r, k); got != want {
					t.Errorf("%s is %q, want %q", k, got, want)
				}
			}
		})
	}
}

func TestOtherAlphabets(t *testing.T) {
	const text = "Name;Telefon\nJörg Müller;030 901820\n"
	ansi, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := encoding.UTF16(encoding.LittleEndian, encoding.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{"UTF-8": text, "Windows-1252": ansi, "UTF-16": wide} {
		c := read(t, s, imports.Options{Region: "DE"})
		if len(c.Rows) != 1 || of(c.Rows[0], record.FieldName) != "Jörg Müller" || of(c.Rows[0], record.FieldNumber) != "+4930901820" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestBadRowsAreNamedAndGoodOnesKept(t *testing.T) {
	c := read(t, "Name,Phone,Email\nAda,2175550142,ada@example.org\n,,\nBob,12,bob@example.org\nCleo,2175550144,not an "+
		"address\n\"Eve\x1b[31m\",2175550145,\n", imports.Options{})
	if len(c.Rows) != 4 || of(c.Rows[1], record.FieldNumber) != "" || of(c.Rows[3], record.FieldName) != "Eve[31m" {
		t.Errorf("rows %+v", c.Rows)
	}
	lines := map[int]bool{}
	for _, b := range c.Bad {
		lines[b.Line] = true
		if strings.Contains(b.Why, "not an address") {
			t.Errorf("it quotes: %q", b.Why)
		}
	}
	if len(c.Bad) != 3 || !lines[3] || !lines[4] || !lines[5] {
		t.Errorf("bad %+v", c.Bad)
	}
	if _, err := imports.Read(context.Background(), strings.NewReader("Colour,Size\nred,12\n"), imports.Options{}); !errors.Is(err,
		imports.ErrNoColumn) {
		t.Errorf("no column: %v", err)
	}
	c = read(t, "Who,Colour\nAda,red\n", imports.Options{
		Mapping: map[string]record.FieldKind{"Who": record.FieldName, "Colour": record.FieldNote},
	})
	if len(c.Rows) != 1 || of(c.Rows[0], record.FieldNote) != "red" || c.Mapping["Who"] != record.FieldName {
		t.Errorf("with a mapping: %+v", c)
	}
}

func TestCardsAndJSON(t *testing.T) {
	c := read(t, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Byron\r\nTEL;TYPE=CELL:+1 217 555 "+
		"0142\r\nitem1.TEL;TYPE=FAX:+12175550999\r\nORG:Engines\\, Inc.;Sales\r\nNOTE:likes\r\n  sums\r\nEND:VCARD\r\n"+
		"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\n"+
		"TEL:tel:2175550143\nEND:VCARD\nBEGIN:VCARD\nFN:never ended\n", imports.Options{})
	if c.Form != "vcard" || len(c.Rows) != 2 || len(c.Bad) != 1 {
		t.Fatalf("%+v", c)
	}
	if a, b := c.Rows[0], c.Rows[1]; of(a, record.FieldNumber) != "+12175550142" || of(a, record.FieldCompany) != "Engines, Inc. Sales" ||
		of(a, record.FieldNote) != "likes sums" ||
		of(b, record.FieldName) != "Jörg Müller" || of(b, record.FieldNumber) != "+12175550143" {
		t.Errorf("%+v", c.Rows)
	}
	c = read(t, `[{"name":"Ada","numbers":["2175550142","2175550143"]},{"name":"Bob","shoe":"44"},{"email":5}]`, imports.Options{})
	if c.Form != "json" || len(c.Rows) != 2 || of(c.Rows[0], record.FieldNumber) != "+12175550142|+12175550143" || len(c.Bad) != 3 {
		t.Errorf("%+v", c)
	}
}

// A file that was made to cost time costs as much as any of its size, and what is too long is named and left out.
func TestFilesMadeToCostTime(t *testing.T) {
	read(t, "Name,Phone\nAda,2175550142\n", imports.Options{}) // the tables of the world's numbers are read once, whichever file comes first
	var allocated runtime.MemStats
	folds := strings.Repeat("\n         x", 100_000)
	for name, x := range map[string]struct {
		text      string
		rows, bad int
	}{
		"folds of a note":       {"BEGIN:VCARD\nFN:Ada\nNOTE:a" + folds + "\nEND:VCARD\n", 1, 1},
		"folds of a photograph": {"BEGIN:VCARD\nFN:Ada\nPHOTO;ENCODING=b:a" + folds + "\nEND:VCARD\n", 1, 0},
		"folds of nothing":      {"BEGIN:VCARD\nFN:Ada\nX" + folds + "\nEND:VCARD\n", 1, 0},
		"soft breaks": {
			"BEGIN:VCARD\nFN:Ada\nNOTE;ENCODING=QUOTED-PRINTABLE:a" + strings.Repeat("=\nx        ", 100_000) + "\nEND:VCARD\n", 1, 1,
		},
		"many numbers":                {"BEGIN:VCARD\nFN:Ada\n" + strings.Repeat("TEL:2175550142\n", 100_000) + "END:VCARD\n", 1, 1},
		"many lines that say nothing": {"BEGIN:VCARD\nFN:Ada\n" + strings.Repeat("\n", 1_000_000) + "END:VCARD\n", 1, 0},
		"a contact that is too long":  {`[{"name":"` + strings.Repeat("a", 1<<20) + `"},{"name":"Ada"}]`, 1, 1},
		"numbers in one cell":         {"Name,Phone\nAda," + strings.Repeat("2175550142:::", 10_000) + "\n", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.ReadMemStats(&allocated)
			before := allocated.TotalAlloc
			c := read(t, x.text, imports.Options{})
			runtime.ReadMemStats(&allocated)
			if len(c.Rows) != x.rows || len(c.Bad) != x.bad {
				t.Errorf("%d rows, bad: %+v", len(c.Rows), c.Bad)
			}
			// Where each line costs as much as all before it, that is thousands for each octet. The race detector makes some hundred of a
			// few: it has pools forget.
			if got, most := allocated.TotalAlloc-before, uint64(400*len(x.text)+4<<20); got > most {
				t.Errorf("%d octets of memory went through for %d of the file", got, len(x.text))
			}
		})
	}
	_, err := imports.Read(context.Background(), strings.NewReader("Name,Phone\nAda,\""+strings.Repeat("x,\n", 1<<20)), imports.Options{})
	if !errors.Is(err, imports.ErrTooLarge) {
		t.Errorf("a quote that is never closed: %v", err)
	}
}

// Reading stops when nobody waits for it any more.
func TestNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, text := range map[string]string{
		"cards": strings.Repeat("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", 1000),
		"table": "Name,Phone\n" + strings.Repeat("Ada,2175550142\n", 1000),
		"json":  "[" + strings.Repeat(`{"name":"Ada"},`, 1000) + `{"name":"Ada"}]`,
	} {
		if c, err := imports.Read(ctx, strings.NewReader(text), imports.Options{}); !errors.Is(err, context.Canceled) || len(c.Rows) > 300 {
			t.Errorf("%s: %d rows, %v", name, len(c.Rows), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"Name,Phone\nAda,2175550142\n", "BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", `[{"name":"Ada"}]`, "\xff\xfeN\x00", "a;b\n\"",
		"N;ENCODING=QUOTED-PRINTABLE:=\n=",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := imports.Read(context.Background(), strings.NewReader(s), imports.Options{Region: "US"})
		if err != nil {
			return
		}
		for _, r := range c.Rows {
			if len(r.Fields) == 0 || r.Line < 1 {
				t.Errorf("%+v", r)
			}
			for _, x := range r.Fields {
				if x.Value == "" || strings.ContainsAny(string(x.Value), "\x00\x1b\n") {
					t.Errorf("%+v", x)
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var s strings.Builder
	s.WriteString("Name,Phone,Email,Company\n")
	for i := range 100_000 {
		fmt.Fprintf(&s, "Person %d,217%07d,p%d@example.org,Company %d\n", i, i, i, i%500)
	}
	for b.Loop() {
		if c, err := imports.Read(context.Background(), strings.NewReader(s.String()), imports.Options{Region: "US"}); err != nil ||
			len(c.Rows) != 100_000 {
			b.Fatal(len(c.Rows), err)
		}
	}
}

// One card by itself gives its fields and its categories; of several the first counts.
func TestCard(t *testing.T) {
	for name, x := range map[string]struct {
		text       string
		categories string
		fields     int
		ok         bool
	}{
		"a card": {
			"BEGIN:VCARD\r\nFN:Ada\r\nTEL:(217) 555-0142\r\nCATEGORIES:Gold,Smith\\, Jones,,  Anna\r\n  Weber\r\nEND:VCARD\r\n",
			"[Gold Smith, Jones Anna Weber]", 2, true,
		},
		"two cards": {
			"BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Bob\r\nCATEGORIES:x\r\nEND:VCARD\r\n", "[]", 1, true,
		},
		"a group":     {"BEGIN:VCARD\r\nFN:Club\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nEND:VCARD\r\n", "[]", 1, true},
		"nothing":     {"BEGIN:VCARD\r\nEND:VCARD\r\n", "[]", 0, false},
		"no card":     {"hello", "[]", 0, false},
		"a long card": {"BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n" + strings.Repeat("x", 33<<20), "[]", 0, false},
	} {
		fields, categories, ok := imports.Card(t.Context(), []byte(x.text), "US")
		if ok != x.ok || len(fields) != x.fields || fmt.Sprint(categories) != x.categories {
			t.Errorf("%s: %+v %q %v", name, fields, categories, ok)
		}
	}
}
