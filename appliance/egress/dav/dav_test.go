package dav_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
)

const multistatus = `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:a="urn:ietf:params:xml:ns:carddav">` +
	`<d:response><d:href>/b/1.vcf</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag>` +
	`<a:address-data>BEGIN:VCARD</a:address-data></d:prop>` +
	`<d:status>HTTP/1.1 200 OK</d:status></d:propstat><d:propstat><d:prop><d:getetag>"9"</d:getetag></d:prop>` +
	`<d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>` +
	`<d:response><d:href>/b/2.vcf</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>` +
	`<d:response><d:href>/b/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>` +
	`<d:sync-token>t2</d:sync-token></d:multistatus>`

func TestParse(t *testing.T) {
	got, err := dav.Parse([]byte(multistatus))
	if err != nil || len(got.Found) != 1 || got.Found[0].At != "/b/1.vcf" || got.Found[0].ETag != `"1"` ||
		got.Found[0].AddressData != "BEGIN:VCARD" || !reflect.DeepEqual(got.Gone, []string{"/b/2.vcf"}) || got.Token != "t2" || !got.More {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "<html/>", "<multistatus/>", multistatus[:len(multistatus)-5],
		`<multistatus xmlns="DAV:">` + strings.Repeat("<response/>", 20_001) + `</multistatus>`,
	} {
		var fault *notify.Error
		if _, err := dav.Parse([]byte(bad)); !errors.As(err, &fault) || fault.Fault != notify.FaultGarbage {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// Whatever a server answers: it is read or refused, in the same way each time, and all that is found has stood in it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(multistatus))
	f.Add([]byte(`<multistatus xmlns="DAV:"><response><href>a</href><propstat><prop><displayname>&amp;x</displayname></prop>` +
		`<status> 200 </status></propstat></response></multistatus>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:"><sync-token>&a;</sync-token></multistatus>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := dav.Parse(body)
		again, err2 := dav.Parse(body)
		if !reflect.DeepEqual(got, again) || (err == nil) != (err2 == nil) {
			t.Fatal("read twice, it is another thing")
		}
		var fault *notify.Error
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("%v", err)
		}
		if n := strings.Count(string(body), "status"); len(got.Found)+len(got.Gone) > n {
			t.Fatalf("%d things are found in %d answers", len(got.Found)+len(got.Gone), n)
		}
	})
}

// What a condition forbids is told as such, and what is gone is removed.
func TestConditions(t *testing.T) {
	code := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
	t.Cleanup(s.Close)
	c, err := dav.New(httpout.New(egress.New(nil, egress.Contacts), httpout.Server{Purpose: egress.Contacts, URL: s.URL + "/b/"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		code       int
		put, taken bool // it was put; something else is there
		removed    bool
	}{
		{http.StatusCreated, true, false, true}, {http.StatusNoContent, true, false, true}, {http.StatusPreconditionFailed, false, true, false},
		{http.StatusLocked, false, true, false}, {http.StatusNotFound, false, false, true}, {http.StatusForbidden, false, false, false},
		{http.StatusInternalServerError, false, false, false},
	} {
		code = x.code
		_, err := c.Write(t.Context(), "/b/1", http.Header{}, "text/x", []byte("x"))
		if (err == nil) != x.put || errors.Is(err, dav.ErrTaken) != x.taken {
			t.Errorf("%d: put: %v", code, err)
		}
		if err := c.Remove(t.Context(), "/b/1", `"1"`); (err == nil) != x.removed || errors.Is(err, dav.ErrTaken) != x.taken {
			t.Errorf("%d: removed: %v", code, err)
		}
	}
}
