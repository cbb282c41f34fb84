package store_test

import (
	"fmt"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// The same thing again within ten minutes of the last time is one entry that counts, whatever comes between; later it is another one.
func TestSignInsAreFolded(t *testing.T) {
	s := fresh(t)
	wrong := record.SecurityEvent{Act: "sign in", Who: "Maria", From: "192.0.2.7", Failed: true}
	right := wrong
	right.Failed = false
	add := func(e record.SecurityEvent, after time.Duration) {
		t.Helper()
		e.At = t0.Add(after)
		if err := s.AddSecurity(e); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		add(wrong, time.Duration(i)*9*time.Minute)
		add(right, time.Duration(i)*9*time.Minute+time.Second)
	}
	list, err := s.Security(10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, e := range list {
		if e.Times != 6 || e.Failed != (i == 1) || !e.At.Equal(t0.Add(45*time.Minute+time.Duration(1-i)*time.Second)) {
			t.Errorf("%d: %+v", i, e)
		}
	}
	add(wrong, 55*time.Minute) // just ten minutes after the last one
	add(wrong, 65*time.Minute+1)
	if list, err = s.Security(10); err != nil || len(list) != 3 || list[0].Times != 1 || list[1].Times != 7 {
		t.Errorf("%+v, %v", list, err)
	}
}

// The newest are first, however they came, and no more than are asked for; what is older than a moment is forgotten, and counted.
func TestTheLogOfSignIns(t *testing.T) {
	s := fresh(t)
	if list, err := s.Security(5); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	for _, day := range []int{3, 0, 4, 1, 2} {
		e := record.SecurityEvent{At: t0.AddDate(0, 0, day), Act: "sign in", Who: fmt.Sprint("day ", day)}
		if err := s.AddSecurity(e); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Security(4)
	if err != nil || len(list) != 4 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, e := range list {
		if e.Who != fmt.Sprint("day ", 4-i) {
			t.Errorf("%d: %+v", i, e)
		}
	}
	for want, before := range map[int]time.Time{0: t0, 2: t0.AddDate(0, 0, 2)} {
		if n, err := s.DropSecurity(before); err != nil || n != want {
			t.Errorf("%d forgotten, %v; want %d", n, err, want)
		}
	}
	if list, err = s.Security(10); err != nil || len(list) != 3 || list[2].Who != "day 2" {
		t.Errorf("%+v, %v", list, err)
	}
}
