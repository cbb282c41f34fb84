// Package modelstest has scripted engines: the services and backends of package engines without any model, for tests of what is
// built on them and for trying the program without its weights.
//
// [Ears], [Mind], [Mouth] and [Meaning] stand in for the services, [Recognizer], [VoiceDetector], [TurnDetector] and [Voice] (and
// [Mind] again) for the native backends. Their zero values work. Each embeds [Faults], by which a test has it fail, hang or get
// slow and then recover. Nothing here starts a goroutine, reads the clock or calls native code; the ears advance with the frames
// that they are given, and all waiting is on timers that testing/synctest understands. Everything is safe for concurrent use, but the
// exported fields, which are set before the first use.
package modelstest
