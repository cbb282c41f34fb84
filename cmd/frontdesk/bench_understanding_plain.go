//go:build !native

package main

func openBenchMind(string) (benchMind, error) { return nil, errNoEngines }

func openBenchSpeaker(string) (benchSpeaker, error) { return nil, errNoEngines }

func openBenchVoice(engineFiles, voiceFile) (benchSpeaker, error) { return nil, errNoEngines }
