package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// stageExtension is the appliance's number at the practice PBX; people have theirs from the sample profiles.
const stageExtension = "100"

// readyWithin is how long the models and a new business may take until the box answers, on a busy machine.
const readyWithin = 10 * time.Minute

// stage is a whole office on this machine: a practice PBX, and the real appliance registered at it over UDP on the loopback
// interface.
type stage struct {
	dir  string // state
	app  *appliance.Appliance
	pbx  *phonetest.PBX
	stop context.CancelFunc
	done chan error
}

// stageOptions say what office it is.
type stageOptions struct {
	dir      string // state; records in it are removed, what was rendered and computed stays
	sample   string // business profile, published unless one is
	maxCalls int
	drain    time.Duration // how long calls may go on at the end; 0 = as long as by default
	rtpMin   int           // ports for sound; 0 = any
	rtpMax   int
	box, pbx netip.Addr // of box and telephone system; the zero Addr = loopback
	observer reception.Observer
	deps     appliance.Deps      // Logger, and engines for tests; else the program's own
	web      bool                // with page and metrics on their default addresses
	page     string              // address of the page alone, when web is not set
	ssh      string              // address of the console over SSH; "" = off
	keep     bool                // keep the records of a former stage
	persons  []string            // extensions of more people, who take every call
	business *knowledge.Business // instead of the sample
}

// newStage opens the office and returns when it answers.
func newStage(ctx context.Context, o stageOptions) (*stage, error) {
	password := rand.Text()
	persons := map[string]phonetest.Answer{"200": phonetest.PersonAnswers, "201": phonetest.PersonSilent, "202": phonetest.PersonBusy}
	for _, ext := range o.persons {
		persons[ext] = phonetest.PersonAnswers
	}
	pbx, err := phonetest.NewPBX(phonetest.Options{
		Listen: anyPort(cmp.Or(o.pbx, netip.AddrFrom4([4]byte{127, 0, 0, 1}))),
		Users:  map[string]string{stageExtension: password}, Algorithms: []string{"MD5", "SHA-256"}, Persons: persons,
	})
	if err != nil {
		return nil, fmt.Errorf("start practice PBX: %w", err)
	}
	cfg := stageConfig(o, pbx.Addr(), password)
	if !o.keep {
		if err := os.Remove(filepath.Join(o.dir, "frontdesk.db")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, errors.Join(fmt.Errorf("remove former records: %w", err), pbx.Close())
		}
	}
	o.deps.Observer = o.observer
	if o.deps.Logger == nil {
		o.deps.Logger = slog.New(slog.DiscardHandler)
	}
	app, err := newAppliance(cfg, o.deps)
	if err != nil {
		return nil, errors.Join(err, pbx.Close())
	}
	if _, version := app.Business(); version == 0 { // a sample is never published by itself
		b := o.business
		if b == nil {
			b, err = profile.Sample(o.sample)
		}
		if err == nil {
			_, err = service.PublishProfile.Do(asOperator(ctx), app.Service(), *b)
		}
		if err != nil {
			return nil, errors.Join(err, app.Close(), pbx.Close())
		}
	}
	running, stop := context.WithCancel(ctx)
	s := &stage{dir: o.dir, app: app, pbx: pbx, stop: stop, done: make(chan error, 1)}
	go func() { s.done <- app.Run(running) }()
	ready, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	wait := make(chan error, 1)
	go func() { wait <- app.WaitReady(ready) }()
	select {
	case err = <-wait:
	case err = <-s.done:
		s.done <- err
		cancel()
		<-wait
		err = errors.Join(errors.New("the appliance stopped before it was ready"), err)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func stageConfig(o stageOptions, pbx, password string) config.Config {
	cfg := config.Default()
	cfg.Storage.Dir = o.dir
	box := cmp.Or(o.box, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	cfg.SIP.Listen, cfg.SIP.MediaIP, cfg.SIP.Registrar = anyPort(box), box.String(), pbx
	cfg.SIP.User, cfg.SIP.Password = stageExtension, config.Secret(password)
	cfg.SIP.RTPMin, cfg.SIP.RTPMax = o.rtpMin, o.rtpMax
	cfg.Console.SSH = o.ssh
	cfg.Call.Drain = cmp.Or(config.Duration(o.drain), cfg.Call.Drain)
	cfg.SIP.MaxCalls = max(record.DefaultCalls, o.maxCalls)
	cfg.Web.Listen = "127.0.0.1:8443" // a demonstration is for who sits here
	if !o.web {
		cfg.Web.Listen, cfg.Metrics.Listen = o.page, ""
	}
	return cfg
}

// close ends the appliance and the PBX.
func (s *stage) close() error {
	s.stop()
	return errors.Join(<-s.done, s.pbx.Close())
}
