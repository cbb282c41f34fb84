package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"frontdesk.internal/models"
)

// soundNames names what speaks a language, so that it is noticed when that changes.
type soundNames struct {
	first      string
	byLanguage map[string]string
}

// of returns the name of what speaks a language: it has another one when it is made of other files.
func (s soundNames) of(language string) string {
	if name, ok := s.byLanguage[language]; ok {
		return name
	}
	return s.first // also for what espeak-ng speaks: that it does is decided by the first voice
}

// takeVoices has the child load voices, of which the first for a language speaks it. The first voice of all is the one for no certain
// language, where there is one: it also speaks what nothing else can.
func (f *engineFiles) takeVoices(list []models.Files) error {
	var problems []error
	for _, v := range list {
		voice := voiceFile{cmp.Or(v.Model.Engine, models.Piper), v.Path}
		if voice.engine == models.Piper && v.Beside(filepath.Base(v.Path)+".json") == "" {
			problems = append(problems, fmt.Errorf("voice %s cannot be used: it has no file %s.json", v.Model.Name, filepath.Base(v.Path)))
			continue
		}
		name, general := soundName(v.Model), len(v.Model.Languages) == 0
		if f.voice.file == "" || general {
			f.voice, f.sounds.first = voice, name
		}
		if general {
			continue
		}
		f.voices = append(f.voices, voicesFor{slices.Clone(v.Model.Languages), voice})
		for _, l := range v.Model.Languages {
			if _, taken := f.sounds.byLanguage[l]; taken {
				continue
			}
			if f.sounds.byLanguage == nil {
				f.sounds.byLanguage = map[string]string{}
			}
			f.sounds.byLanguage[l] = name
		}
	}
	return errors.Join(problems...)
}

// firstVoice is the voice that is loaded at the start: the one set up for the language that the voice for no certain one was made for, if
// there is one, since nothing would be left to say for the other; languageOf tells that language.
func (f *engineFiles) firstVoice(languageOf func(voiceFile) (string, error)) voiceFile {
	language, err := languageOf(f.voice)
	if err != nil {
		return f.voice // loading it says what is wrong
	}
	for _, v := range f.voices {
		if slices.Contains(v.languages, language) {
			return v.voiceFile
		}
	}
	return f.voice
}

// soundName is the name of a voice, which changes with its files.
func soundName(m models.Model) string {
	sums := sha256.New()
	for _, file := range m.Files {
		fmt.Fprintln(sums, file.SHA256)
	}
	return fmt.Sprintf("%s@%x", m.Name, sums.Sum(nil)[:4])
}
