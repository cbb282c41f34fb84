package console

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
)

// support makes a bundle for somebody elsewhere who helps.
type support struct {
	saved  string
	began  time.Time
	doing  pending
	typed  *input
	folder string
}

func (s *support) command() string      { return "frontdesk support" }
func (s *support) typing() bool         { return s.typed != nil }
func (s *support) refresh(*env) tea.Cmd { return nil }
func (s *support) keys() string {
	if s.typed != nil {
		return "Enter saves there  Esc leaves it"
	}
	return "s save a bundle  o save it in another folder  b back  ? help"
}

// bundleTime is how long gathering may take.
const bundleTime = 30 * time.Second

func (s *support) key(e *env, k press) tea.Cmd {
	if s.typed != nil {
		if !s.typed.key(k) {
			return nil
		}
		s.typed = nil
		folder := s.folder
		if s.folder = ""; folder == "" {
			return nil
		}
		return s.save(e, folder)
	}
	switch k.name {
	case "s":
		if e.folder == "" {
			e.say(warn, "Nothing can be saved from here: frontdesk support does it.")
			return nil
		}
		return s.save(e, e.folder)
	case "o":
		s.typed = &input{label: "Folder", value: "/media/", most: 255, done: func(v string) { s.folder = v }}
	}
	return nil
}

// save gathers a bundle and writes it into a folder.
func (s *support) save(e *env, folder string) tea.Cmd {
	s.began = e.now()
	name := filepath.Join(folder, "frontdesk-support-"+e.now().Format("20060102-150405")+".zip")
	return ask(e, &s.doing, bundleTime, func(ctx ctx) (string, error) {
		b, err := service.MakeSupportBundle.Get(ctx, e.service)
		if err != nil {
			return "", err
		}
		return name, writeNew(name, b)
	}, func(name string, err error) tea.Cmd {
		if err != nil {
			e.fail(err)
			return nil
		}
		s.saved = name
		return nil
	})
}

// writeNew writes a file that is not there yet, for this user only. Its folder is made when it is missing, but not the one above.
func writeNew(name string, b []byte) (err error) {
	if err := os.Mkdir(filepath.Dir(name), 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("save support bundle: %w", err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("save support bundle: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("save support bundle: %w", err), os.Remove(name))
	}
	return nil
}

func (s *support) draw(e *env, p *page) {
	p.line(strong, " Support bundle")
	p.gap()
	p.wrap(plain, 1, "One file for somebody elsewhere who helps: settings without secrets, state of the program and the computer, "+
		"network addresses, "+
		"models, messages of the last calls between telephone system and box, figures of the last calls, the newest lines of the log.")
	p.gap()
	p.wrap(plain, 1, "It holds nothing that a caller said, no name, no telephone number, no message, no recording and nothing of the "+
		"business profile.")
	p.gap()
	switch {
	case s.typed != nil:
		s.typed.draw(p)
	case s.doing.busy:
		p.line(plain, " Gathering ... %s", since(e.now(), s.began))
	case s.saved != "":
		p.wrap(good, 1, "Saved as "+s.saved)
	case e.folder != "":
		p.wrap(plain, 1, "s saves it in "+e.folder)
	}
}
