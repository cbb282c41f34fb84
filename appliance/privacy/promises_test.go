package privacy_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
)

var update = flag.Bool("update", false, "write PROMISES.md anew")

// promise is something that callers or the office are promised: the operations that keep it ("" = the box by itself), the tests
// that show it, by their packages below appliance, and how it was tried.
type promise struct {
	what, by string
	shown    []string
	tried    string
}

// promises are all that are kept and shown. One without a test, or with a test that is gone, fails.
func promises() []promise {
	return []promise{
		{"Who is erased is erased in every file", "erase-caller prove-erasure",
			[]string{"privacy.TestNothingIsLeftOfWhoIsErased", "privacy.TestAnErasureIsCompletedWhereverThePowerWasCut"},
			"words and numbers looked for in the raw files, also after a stop in between"},
		{"Who is erased does not come back from a backup: media know their age, receipts erase again", "list-media forget-medium erase-again",
			[]string{
				"backup.TestARestoreNeedsTheMediumAndTheWordsAlone", "backup.TestAnOldStickBringsNobodyBackWithTheReceipt",
				"backup.TestEachMediumHasAName", "service.TestTheBoxKnowsItsMedia", "verdict.TestWhatBringsBackIsACondition",
				"web.TestWhoCanComeBackIsOnThePage",
			}, "restored from a stick that was unplugged at the erasure, with the receipt and without"},
		{"Who is erased does not come back from an address book, and what the box has written there is taken out", "erase-caller set-directory",
			[]string{"contacts.TestErasedStaysErased", "contacts.TestWriteBack", "contacts.TestLostAnswers", "contacts.TestRadicaleBook"},
			"cards of the office's own that stay and change; cards of the box; with a server that is gone at the time; four kinds of servers"},
		{"Under a legal hold nobody is told that anything is deleted", "file-request hold-caller",
			[]string{"reception.TestAHoldIsSaidBeforeAnythingIsPromised", "privacy.TestAPromiseOnTheTelephoneIsKept"},
			"by voice and by keys; with a hold that came between word and deed"},
		{"What a caller was told on the telephone is done, after a stop of the box too", "complete-request",
			[]string{"privacy.TestAPromiseOnTheTelephoneIsKept", "reception.TestCallersAskForTheirRights"},
			"requests left open by a stop"},
		{"Only the owner takes back what a caller has asked for", "change-caller",
			[]string{
				"service.TestOnlyTheOwnerTakesBackWhatGuardsAPerson", "web.TestStaffDoesNotLiftAnObjection",
				"web/api.TestKeepingThroughTheInterface",
			}, "every tag, and the number by which the card is found, through service, socket, page and interface"},
		{"A number is one number, however it is written", "change-caller import-contacts",
			[]string{
				"store.TestANumberIsOneNumber", "store.TestCardsOfOneNumberAreJoined", "store.TestNumbersAreBroughtIntoOneForm",
				"service.TestATypedNumberIsTheCallers", "numbering.TestOneForm",
			}, "numbers of five countries in the forms in which people write them; old files with doubled cards"},
		{"An undone import takes back only what it alone has made", "undo-import",
			[]string{"store.TestAnUndoLeavesWhatIsInUse", "store.TestAnImportIsTakenBackAsItCame"},
			"each way of using a card, before and after"},
		{"Names and numbers of third parties are in no field of what is given out, nor in its sounds", "export-caller",
			[]string{"privacy.TestRedactionLeavesNoField", "privacy.TestTheDossierHoldsAllAndNothingOfOthers"},
			"every field filled with them"},
		{"What callers must be told is worded by the owner, heard before it holds, and kept in versions; that no person answers is always said",
			"list-notices hear-notice publish-draft",
			[]string{
				"dialogue.TestNoticesInTheOwnersWords", "knowledge.TestNoticesSayWhatTheyMust", "service.TestNoticesAreHeardBeforeTheyHold",
				"reception.TestACallKeepsTheNoticesInForce", "web.TestNoticesAreWordedOnThePage",
			}, "wordings that leave something out; published heard, unheard and unheard by choice; with each call"},
		{"Who asks hears who answers questions about data", "save-draft", []string{"dialogue.TestThePrivacyContactIsReadOut"},
			"five ways to ask, and by keys; with a contact and without"},
		{"A second factor keeps out who knows the password; browsers that are signed in are listed and ended; sign-ins and refusals age out",
			"start-second-factor confirm-second-factor pass-second-factor drop-second-factor list-sessions revoke-session list-security",
			[]string{
				"access.TestTheSecondFactor", "access.TestTheSecondFactorNeedsThePassword", "access.TestSessionsAreListedAndEnded",
				"service.TestTheLogOfSignInsAgesOut", "service.TestOnesOwnSessionsAndSecondFactor", "web.TestTheSecondFactorOnThePage",
			}, "codes used twice, too late and guessed; without the password; the sessions of others; addresses looked for in the chain"},
		{"Everything can be handed to a successor, who alone can open it, with the list of who must be told", "hand-over",
			[]string{"backup.TestASuccessorGetsEverything"}, "opened and restored with the successor's key; names looked for in the raw files"},
		{"A box can be wiped: keys first, then files, with a receipt", "review-wipe order-wipe",
			[]string{
				"wipe.TestAWipeLeavesNothing", "wipe.TestAWipeIsCompletedByAnotherRun", "wipe.TestAFolderOfSomethingElseIsLeftAlone",
				"wipe.TestAnOrderIsCarriedOutAtTheNextStart", "service.TestAWipeIsOrdered", "web.TestAWipeIsOrderedOnThePage",
			},
			"a copy of the records that was kept; a run that stops half way; a wrong word, another's role, a box that nobody starts again"},
		{"A request can wait for more information, and its deadline with it; a fee and a refusal have their ground, and letters are ready",
			"ask-requester resume-request charge-request list-refusals refuse-request write-letter",
			[]string{"service.TestARequestWaitsForMore", "service.TestAFeeAndARefusalHaveTheirGround"},
			"each letter; fees without a ground that the law knows"},
		{"A dossier says what for, who gets it and how long, as the record of processing does", "export-caller read-processing",
			[]string{"service.TestTheDossierSaysWhatTheRecordSays"}, "every activity, recipient and time in both forms of it"},
		{"A breach is collected with whose data, since when and what was done; 72 hours run, and a draft for the authority is ready",
			"report-breach list-breaches note-breach draft-breach",
			[]string{"service.TestABreachIsCollectedWithItsClock", "verdict.TestABreachRunsAgainstTheClock"},
			"acts, sign-ins and departures of that time; before, at and after the deadline"},
		{"What an authority or a court gets is sealed for it, with who got what from whom", "seal-for-authority",
			[]string{"service.TestASealedExportHasItsChainOfCustody"}, "the hash of the file, looked for in the audit chain"},
		{"What callers say goes to a computer of the office's own network only where the owner has named one, and nothing that it says is spoken",
			"set-engine-host list-engine-hosts", []string{
				"lan.TestOff", "lan.TestOnlyOfTheList", "lan.TestNotBelieved", "lan.TestNotForComputers", "lan.TestBoxTakesOver",
				"egress.TestInHouse", "egress.TestDialHouse", "service.TestEngineHosts",
			}, "other texts than were listed, words that nobody said, addresses outside, keys looked for in lists and logs"},
		{"Nothing is recorded before the notice was heard, or against a refusal", "set-recording-settings note-consent",
			[]string{
				"reception.TestWhoIsAskedIsRecordedOnlyAfterAYes", "reception.TestARefusalThrowsTheRecordingAway",
				"reception.TestAFormerChoiceIsHonoured", "reception.TestAnUnreadableLedgerRecordsNothing",
			}, "by voice, by key, on a former call, with a ledger that cannot be read"},
		{"Not recorded means neither sound nor words, unless the caller is told otherwise", "set-recording-settings",
			[]string{"reception.TestWhoRefusesLeavesNoWords", "dialogue.TestTheKeyThatRefuses"},
			"refused in a call, on a former call, by the card, where nothing is recorded at all"},
		{"Of the restricted nothing new is kept but that there was a call", "change-caller complete-request",
			[]string{"reception.TestOfTheRestrictedOnlyTheCallIsKept", "dialogue.TestWhatIsNotTakenIsNotOffered"},
			"messages, questions and names offered in a call"},
		{"Who objects is not dealt with by the assistant", "file-request",
			[]string{"reception.TestTheCardDecides", "privacy.TestObjectionsHoldAtOnce"}, "each tag on the next call"},
		{"Who does not want to be contacted is listed, can be taken along, and a call back asks first",
			"list-no-contact export-no-contact call-back",
			[]string{"service.TestWhoIsNotToBeContacted", "web.TestRequestsReachSomebody"}, "by the message's card and by the number in it"},
		{"A correction corrects the field", "rectify-request",
			[]string{"privacy.TestACorrectionCorrectsTheCard", "service.TestARequestCorrectsTheField", "web.TestRequestsReachSomebody"},
			"names, numbers, notes; nothing is noted as done before"},
		{"Cards of every kind have their time, and the dry run names them first", "set-retention list-due sweep-records",
			[]string{"privacy.TestCardsOfEveryKindHaveTheirTime", "privacy.TestTheSweepListsBeforeItRemovesAndHoldsWin"},
			"by list, program and office, old, young, used since, tagged"},
		{"Requests reach somebody, and what is overdue is said", "count-requests list-requests",
			[]string{"service.TestRequestsThatWaitAreCounted", "verdict.TestOverdueRequestsAreACondition", "web.TestRequestsReachSomebody"},
			"before, at and after the deadline; for staff without what it is about"},
		{"Nobody gets anything before it is known who asks", "identify-request make-caller-code",
			[]string{"privacy.TestWhoAsksIsCheckedBeforeAnythingIsGivenOrTaken"}, "wrong codes, used codes, five tries"},
		{"A backup can go to a stick: found, named, mounted by one command and chosen, in page, console and command line",
			"list-sticks choose-backup-folder",
			[]string{
				"machine.TestSticks", "service.TestAStickIsFoundAndChosen", "service.TestAFolderThatCannotTakeBackups", "console.TestSticks",
			}, "mounted, unmounted, read-only, somebody else's, without a file system; what it is named"},
		{"What was told to be kept is there after a power cut, and who was erased is not: records, recordings, backups, rotation, import", "",
			[]string{
				"store.TestPowerCuts", "backup.TestPowerCuts", "backup.TestWhatAnInterruptedBackupLeavesGoes", "store.TestKilledWriterLosesNothing",
			}, "any part of what was not waited for lost, at any moment and as soon as something was told"},
		{"Nobody who merely reaches the box keeps callers, owner or staff out, or guesses his way in",
			"sign-in claim-owner change-password pass-pin",
			[]string{
				"phone.TestUnacknowledgedCallsMakeNobodyBusy", "phone.TestOnlyThePBXKnowsWhereWeAre", "phone.TestAFloodInThePBXsNameKeepsNoCallAway",
				"access.TestGuessesAtOnce", "access.TestRightGuessesAreTakenBack", "access.TestNobodyKeepsTheOwnerOut",
				"access.TestTheConsoleLetsTheOwnerIn", "service.TestGuessesAtThePresentPasswordWait", "access.TestTicketsAreThrottled",
				"places.TestGuestsGoFirst", "places.TestNetworks", "web.TestTooManyConnections", "sshdoor.TestTooManyConnections",
				"sshdoor.TestNothingOfYesterday", "imports.TestFilesMadeToCostTime", "imports.TestNobodyWaits",
			}, "frontdesk bench siege: 17 kinds of attack at once, on loopback and in network namespaces, by IPv4 and IPv6, while ten calls go on"},
		{"Text messages that are too many are refused and counted, and any are while the disk is low", "",
			[]string{"phone.TestAFloodOfTexts", "phone.TestTextsInThePBXsName", "verdict.TestFlood", "verdict.TestWhatAFullDiskCosts"},
			"of one sender, of many, in the telephone system's name"},
		{"The machine itself holds the box to whom its settings name, and health says when it does not", "read-filter",
			[]string{"egress/filter.TestGolden", "egress/filter.TestJudge", "firewall.TestNftTakesTheRules", "service.TestReadFilter"},
			"in a Debian that boots (make test-service): a stranger's address, the office, calls; rules taken by nft"},
		{"A box that does not run says why at its serial line, and can be repaired there behind the PIN", "pass-pin",
			[]string{"console.TestLeftToWhoRepairs", "access.TestRescuePIN"},
			"without a PIN, with wrong ones, with a clock that was set back; settings that check refuses"},
		{"Numbers of payment cards are kept nowhere", "",
			[]string{"reception.TestCardNumbersAreKeptNowhere", "reception.TestACardNumberByKeysIsNotKept"},
			"spoken and keyed, in words and in sound"},
		{"Each operation is refused to whom it is not for, and leaves its trace", "list-audit verify-audit",
			[]string{"service.TestWhoMay", "service.TestTraces", "service.TestEveryOperationNamesItsTrace"},
			"every operation for every role, here and through the socket"},
	}
}

// drawn is the table.
func drawn() string {
	var b strings.Builder
	b.WriteString("# What is promised, and what shows it\n\nDrawn by TestPromises from its table; " +
		"`go test ./appliance/privacy -run TestPromises -args -update` draws it anew. A promise whose\noperation or test is not there " +
		"fails that test.\n\n")
	b.WriteString("| Promise | Kept by | Shown by | How it was tried |\n| --- | --- | --- | --- |\n")
	for _, p := range promises() {
		by := "the box"
		if p.by != "" {
			by = "`" + strings.Join(strings.Fields(p.by), "`, `") + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.what, by, "`"+strings.Join(p.shown, "`, `")+"`", p.tried)
	}
	return b.String()
}

// TestPromises: every promise names operations and tests that are there, and the table in PROMISES.md is that of the code.
func TestPromises(t *testing.T) {
	known := map[string]bool{}
	for _, op := range service.Operations() {
		known[op.Facts().Name] = true
	}
	texts := map[string]string{} // of the tests of each package
	for _, p := range promises() {
		if p.what == "" || len(p.shown) == 0 || p.tried == "" {
			t.Errorf("%q is shown by nothing", p.what)
		}
		for op := range strings.FieldsSeq(p.by) {
			if !known[op] {
				t.Errorf("%q: there is no operation %s", p.what, op)
			}
		}
		for _, name := range p.shown {
			dir, test, _ := strings.Cut(name, ".")
			if _, read := texts[dir]; !read {
				texts[dir] = testsOf(t, filepath.Join("..", filepath.FromSlash(dir)))
			}
			if !strings.Contains(texts[dir], "\nfunc "+test+"(t *testing.T)") {
				t.Errorf("%q: there is no test %s", p.what, name)
			}
		}
	}
	if *update {
		if err := os.WriteFile("PROMISES.md", []byte(drawn()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if is, err := os.ReadFile("PROMISES.md"); err != nil || string(is) != drawn() {
		t.Errorf("PROMISES.md is not what the promises are: draw it anew (%v)", err)
	}
}

// testsOf is the text of all tests of a folder.
func testsOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString("\n" + string(b))
	}
	return all.String()
}
