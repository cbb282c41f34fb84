package inwords

import (
	"strings"

	"frontdesk.internal/appliance/record"
)

// word looks a value up. One that has no words yet is shown as it is kept, without what only programs write.
func word[T ~string](words map[T]string, v T) string {
	if w, ok := words[v]; ok {
		return w
	}
	return strings.ReplaceAll(string(v), "_", " ")
}

// Result says what became of a call.
func Result(r record.Result) string {
	return word(map[record.Result]string{
		record.ResultCompleted: "answered to its end", record.ResultAbandoned: "hung up before asking anything",
		record.ResultNoInput: "nobody spoke", record.ResultTransfer: "put through to a person", record.ResultRefused: "not taken",
		record.ResultCancelled: "hung up while it rang", record.ResultFailed: "went wrong", record.ResultRunning: "goes on",
		record.ResultCut: "cut off: the box stopped",
	}, r)
}

// Reason says how a call came to its end; "" when the result says it all.
func Reason(reason string) string {
	return word(map[string]string{
		"": "", "caller_hangup": "the caller hung up", "goodbye": "after a goodbye", "caller_cancelled": "the caller gave up",
		"answered_elsewhere": "somebody else took it", "refused": "", "transferred": "", "no_input": "", "stopped": "",
		"media_timeout": "no sound came from the line any more", "media": "the sound failed",
		"session_expired": "the telephone system gave it up", "no_ack": "the telephone system did not confirm the answer",
		"no_media": "no kind of sound was agreed on", "shutdown": "the box was stopped", "internal_error": "a fault in the box",
		"no_answer": "nothing could be answered", "engines_down": "speech was not ready yet", "answer": "it could not be answered",
		"too_long": "it reached the longest time of a call", "busy": "all lines were busy", "blocked": "the caller is blocked",
		"protected": "calls of this caller go to a person", "objects": "the caller wants no assistant",
		"office_hangup": "the office hung up", "rights": "after a request about their data", "wrong_number": "a wrong number",
	}, reason)
}

// Outcome says how a call ended: "Answered to its end, the caller hung up".
func Outcome(o record.Outcome) string {
	out := Result(o.Result)
	if why := Reason(o.Reason); why != "" {
		out += ", " + why
	}
	return strings.ToUpper(out[:min(1, len(out))]) + out[min(1, len(out)):]
}

// Tag says what a tag on a caller's card does.
func Tag(t record.Tag) string {
	return word(map[record.Tag]string{
		record.TagVIP: "Important", record.TagBlocked: "Blocked: calls are refused",
		record.TagProtected:  "Protected: the assistant never takes the call, it goes on to a person",
		record.TagNoContact:  "Does not want to be called or written to unasked",
		record.TagRestricted: "Restricted: what is kept is not used",
		record.TagObjects:    "Objects to the assistant: calls go on to a person",
		record.TagUnrecorded: "Never recorded", record.TagAsked: "Asked before each recording",
		record.TagMinor: "A child: never recorded, and kept for a short time",
	}, t)
}

// Asked says what somebody asks for about what is kept of them.
func Asked(k record.RequestKind) string {
	return word(map[record.RequestKind]string{
		record.RequestAccess: "Wants to see what is kept", record.RequestPortability: "Wants to take along what is kept",
		record.RequestRectify: "Says that something is wrong", record.RequestRestrict: "Wants what is kept not to be used",
		record.RequestObject: "Wants no assistant", record.RequestErase: "Wants to be erased",
		record.RequestWithdraw: "Takes a consent back", record.RequestNoContact: "Does not want to be contacted",
	}, k)
}

// RequestState says how far a request is.
func RequestState(s record.RequestState) string {
	return word(map[record.RequestState]string{
		record.RequestOpen: "waits", record.RequestDone: "done", record.RequestRefused: "refused",
	}, s)
}

// Identity says how it was checked who asks.
func Identity(i record.Identity) string {
	return word(map[record.Identity]string{
		record.IdentityNone: "not yet", record.IdentityNumber: "called from the number on the card",
		record.IdentityCode: "keyed in the code", record.IdentityCallBack: "called back at the number on the card",
		record.IdentityOffice: "known to the office",
	}, i)
}

// Consent says what somebody has agreed to or refused.
func Consent(c record.Consent) string {
	about := word(map[record.ConsentKind]string{
		record.ConsentRecording: "being recorded", record.ConsentContact: "being called or written to",
	}, c.Kind)
	return word(map[record.ConsentState]string{
		record.ConsentGiven: "Agreed to ", record.ConsentRefused: "Refused ", record.ConsentWithdrawn: "Took back the consent to ",
		record.ConsentInformed: "Was told of, and did not object to, ",
	}, c.State) + about
}

// ConsentHow says by which way somebody agreed or refused.
func ConsentHow(h record.ConsentHow) string {
	return word(map[record.ConsentHow]string{
		record.ByVoice: "said on a call", record.ByKey: "by a key on a call", record.ByNotice: "after the notice on a call",
		record.ByOffice: "noted by the office",
	}, h)
}

// Field names what a line of a caller's card is.
func Field(k record.FieldKind) string {
	return word(map[record.FieldKind]string{
		record.FieldNumber: "Number", record.FieldName: "Name", record.FieldEmail: "E-mail", record.FieldAddress: "Address",
		record.FieldCompany: "Company", record.FieldLanguage: "Language", record.FieldPerson: "Own person", record.FieldNote: "Note",
		record.FieldHistory: "History",
	}, k)
}

// Source says where a line of a caller's card comes from.
func Source(s record.Source) string {
	return word(map[record.Source]string{
		record.SourceCallerID: "shown by the telephone system", record.SourceSaid: "said on a call", record.SourceKeyed: "keyed in on a call",
		record.SourceOffice: "typed by the office", record.SourceImport: "brought in from a file", record.SourceAPI: "from another program",
		record.SourceRequest: "corrected at the caller’s request", record.SourceLookup: "from the office’s system, asked on a call",
	}, s)
}

// Basis names the legal basis on which something is kept.
func Basis(b record.Basis) string {
	return word(map[record.Basis]string{
		record.BasisConsent: "consent", record.BasisContract: "a contract", record.BasisObligation: "a legal obligation",
		record.BasisInterest: "a legitimate interest",
	}, b)
}

// Role says who somebody is at the box.
func Role(r record.Role) string {
	return word(map[record.Role]string{record.RoleOwner: "owner", record.RoleStaff: "staff"}, r)
}

// Import says how far an import of contacts is.
func Import(s record.ImportState) string {
	return word(map[record.ImportState]string{
		record.ImportRunning: "goes on", record.ImportDone: "taken over", record.ImportUndone: "taken back",
	}, s)
}
