// Package appliance is the composition root: it joins phone, reception, engines, records and doors into one running receptionist.
//
// [New] wires, [Appliance.Run] lives. Commands and tests use the same New; nothing else imports this package. Goroutines: one for
// each part with a Run of its own (phone, engines, page, control), one that renders phrases ahead and one that judges the health;
// Run waits for all.
//
// # Glossary of the field
//
//   - account: user, password and registrar with which the box is an extension of the PBX.
//   - ACK: the caller's telephone confirms that it got our answer; the call is up from here.
//   - barge-in: the caller speaks while the box does; the box stops and listens.
//   - dialog: one call as SIP sees it, from INVITE to BYE. A conversation is the same call as dialogue sees it.
//   - DTMF: the tones of the keypad, sent as telephone events (RFC 4733), as sound or by SIP INFO.
//   - endpointing: deciding that the caller has finished, from the pause, the words and smart-turn's estimate.
//   - jitter buffer: holds packets for as long as the network's delay varies, so that sound plays evenly.
//   - latch: symmetric RTP; the source of packets that is believed. A candidate is a source that is not believed yet.
//   - leg: the box's own call to a person of the office, before it is joined with the caller's.
//   - registration: the PBX is told where the extension is, and told again before that lapses.
//   - smart-turn, VAD: the model that hears whether a sentence is complete, and the one that hears whether anybody speaks.
//   - transaction: one SIP request with its responses and retransmissions. A wire is the socket that carries them.
//   - utterance: what a caller says between two pauses. A turn is one or more of them, with the box's reply.
//
// # Glossary of the house
//
//   - business: what the owner has told of the office, in effect for callers. Its versions are editions; the unpublished one is the draft.
//   - caller: the person, known by number; the card is what is kept of them. A caller's key encrypts all of it.
//   - chain: the audit lines, each with the hash of the one before. A head is its newest line, signed.
//   - clause: the piece of a sentence that is spoken at once. A phrase is one that was rendered before any call.
//   - directory: a system of the office's own that knows callers (contacts): it is asked who calls, or it is an address book that is read.
//   - door: what people and programs come in through: page, API, console, SSH, control socket, command line. Each calls service.
//   - dossier: all that is kept of a caller, in one file for that caller.
//   - edition, example, answer: a published business; words whose meaning the owner has taught; a question with the owner's reply.
//   - engine host: a computer of the office's network that helps the engines (lan): it writes down what is said, or chooses what is meant.
//   - engines: the child process with the models. Ears recognise, the mind completes, the mouth speaks, meaning embeds.
//   - gate: the only way out of the box (egress). The guard says who may come in (access).
//   - occasion, recipient, delivery, letter: something that happened; who of the office is told of it, and by which way; the one on its
//     way to the other; what is sent. The outbox holds deliveries. A dead letter is a delivery that is not tried any more.
//   - officer: does what callers may ask for: access, erasure, objection, consent (privacy).
//   - hub: who calls now and what is said, for the page (package callhub); the hub of engines/hear shares one recogniser among calls.
//   - ladder: the SIP messages of a call, redacted, as the console draws them.
//   - log ring (package logring): the newest lines of the program's log, in memory, for a technician without a shell.
//   - message: what a caller leaves for somebody. Recipients are told of it, and the lamps of the office\'s telephones.
//   - operation: one entry of service: who may, which audit line, what it does. An invoker has it done, here or over the socket.
//   - recording: the sound of a call, sealed with the caller's key. Archive holds them.
//   - receipt, tombstone: what is left of an erased caller; it names nobody.
//
// # How a voice frame goes through the house
//
//   - line.Line.receive reads a packet, and line.Line.incoming parses it; line.latch.accept says whether its sender is believed.
//   - jitter.Buffer.Push keeps it until it is due; line.Line.clock wakes every 20 ms and calls line.Line.tick.
//   - line.Line.pull takes it out with jitter.Buffer.Pull, decodes or conceals it, and cancels our own echo in line.early.next.
//   - reception.patch.Hear gives it to the assistant, or to the person whom the caller was joined with.
//   - reception.recorder.Hear keeps it when the call is recorded; reception.ear.Hear cuts it into engines.FrameSamples.
//   - engines.RemoteListening.Frame sends it to the child, where hear.stream.hear looks for speech and hear.stream.recognise transcribes.
//   - Back: reception.voice.Say fills 20 ms of what reception.speaker.render has rendered, and line.Line.send encodes and sends it.
//
// # How a caller's sentence goes through the house
//
//   - reception.live.loop gets each event of recognition; reception.live.heard notes pauses and transcripts, and ducks the voice.
//   - reception.live.consider asks reception.endpointing.wait how long to wait for more, and reception.live.take makes it a turn.
//   - reception.live.meaning has the words read ahead by appliance.meanings.Read, which asks understanding.Reader.ReadAfter.
//   - reception.live.handle gives dialogue.Heard to dialogue.Conversation.Handle, which finds the state's row: dialogue.Conversation.heard.
//   - What is unclear goes to the model as dialogue.Ask: reception.live.ask, with a grammar from dialogue.Grammar.
//     Where a computer of the office helps, lan.Hosts.Complete asks it beside the box's own model, and the first answer counts.
//   - dialogue.Conversation.speak makes dialogue.Say of text keys; the words come from language.Language.
//   - reception.live.perform does the actions; reception.speaker.prepare takes phrases ready made from phrasebook.Book.Clause.
//   - reception.turnLog.keep has the turn written by reception.scribe.turn with store.Store.AddTurn.
//
// # How a message goes through the house
//
//   - dialogue.Conversation.commit emits dialogue.Commit when all was asked and read back.
//   - reception.live.commit saves it on the goroutine of reception.scribe.do with store.Store.SaveMessage, which seals it for its caller.
//   - dialogue.Conversation.committed tells the caller that it is noted, only now; reception.live.finish ends the call's record.
//   - The same transaction notes an occasion, when there is a recipient; after the call notify.Notifier.post makes it deliveries.
//   - notify.Notifier.one has notify.Compose write the letter, and a sender bring it: email.Sender.Send, hook.Way.Send, or a text by
//     phone.Phone.SendText. What became of it is kept by store.Store.SettleDelivery; appliance.Appliance.showLamp lights the lamp.
//   - service.Service.RunIndex hears of it by store.Store.Watch and makes it findable for service.SearchCalls.
//   - A door shows it by service.ListMessages and marks it done by service.MarkMessage, which leaves an audit line.
//
// # How a setting goes through the house
//
//   - web.pages.saveSection reads the form and calls service.SaveDraft; other doors do the same by service.PublishProfile.
//   - service.Op.invoke checks the role, does it, and notes its line by service.Service.note in the chain of audit.Log.Note.
//   - service.PublishDraft comes to service.Service.put: knowledge.Business.Validate, then store.Store.PublishEdition.
//   - appliance.Appliance.published puts it in effect; appliance.readiness.published makes phrases and meaning due.
//   - appliance.Appliance.render renders its phrases, and appliance.Appliance.understand has it embedded.
//   - The next call gets it from appliance.Appliance.Business; calls that are up keep theirs.
//   - What is the machine's (network, account, engines) stands in the file that config.Load reads at the start.
//
// # How an erasure goes through the house
//
//   - A door calls service.EraseCaller; the telephone comes by appliance.callRights.Complete and privacy.Officer.Complete.
//   - privacy.Officer.Erase notes what traces to look for, and store.Store.NoteErasure refuses when a hold keeps the caller.
//   - Once the job is noted, store.Store.DestroyKey calls keyring.Ring.Destroy, and nothing of the caller can be read any more.
//   - store.Store.RemoveRecords removes calls, messages and card, and leaves a store.Tombstone.
//   - privacy.Officer.carry drives the rest: recordings, store.Store.Compact, which writes the file anew, and store.Store.FinishJob.
//   - privacy.Officer.scan looks through the raw files; service.Service.coverErasure keeps backups from bringing the caller back.
//   - What a power cut interrupts is completed by privacy.Officer.Resume, and what a restore brings back by privacy.EraseGone.
package appliance
