package privacy

import (
	"fmt"
	"time"

	"frontdesk.internal/appliance/record"
)

// monate are the months as letters have them.
var monate = [...]string{
	"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
}

// german is how letters speak German.
func german() tongue {
	return tongue{
		form:  "letter.de.html",
		day:   func(t time.Time) string { return fmt.Sprintf("%d. %s %d", t.Day(), monate[t.Month()-1], t.Year()) },
		money: func(cents int) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) },
		asked: map[record.RequestKind]string{
			record.RequestAccess:      "auf Auskunft darüber, was wir über Sie gespeichert haben",
			record.RequestPortability: "auf Herausgabe dessen, was wir über Sie gespeichert haben",
			record.RequestRectify:     "auf Berichtigung", record.RequestRestrict: "auf Einschränkung der Verarbeitung",
			record.RequestObject: "nicht vom Assistenten bedient zu werden", record.RequestErase: "auf Löschung",
			record.RequestWithdraw: "auf Widerruf einer Einwilligung", record.RequestNoContact: "nicht angerufen oder angeschrieben zu werden",
		},
		fees: map[record.FeeReason]string{
			record.FeeCopy:      "Sie haben eine erste Kopie unentgeltlich erhalten, und dies ist eine weitere (Art. 15 Abs. 3 DSGVO)",
			record.FeeExcessive: "der Antrag ist offenkundig unbegründet oder exzessiv, weil er häufig wiederholt wird (Art. 12 Abs. 5 DSGVO)",
		},
		refusals: map[string]string{
			"identity": "Wir konnten nicht feststellen, dass Sie die betroffene Person sind, und Sie haben uns nicht mitgeteilt, worum wir " +
				"gebeten haben (Art. 12 Abs. 2 DSGVO).",
			"excessive": "Der Antrag ist offenkundig unbegründet oder exzessiv, insbesondere weil er häufig wiederholt wird (Art. 12 Abs. 5 " +
				"Buchst. b DSGVO).",
			"law": "Ein Gesetz verpflichtet uns, die Daten aufzubewahren (Art. 17 Abs. 3 Buchst. b DSGVO). Sie werden gelöscht, sobald " +
				"die Frist abgelaufen ist.",
			"claims": "Wir brauchen die Daten, um Rechtsansprüche geltend zu machen, auszuüben oder zu verteidigen (Art. 17 Abs. 3 " +
				"Buchst. e DSGVO).",
			"others": "Die Auskunft würde die Rechte und Freiheiten anderer beeinträchtigen (Art. 15 Abs. 4, Art. 20 Abs. 4 DSGVO).",
			"right":  "Wir haben es geprüft: Was gespeichert ist, ist richtig. Ihre Auffassung ist dabei vermerkt.",
			"grounds": "Wir haben zwingende schutzwürdige Gründe, die Ihre Interessen überwiegen, oder brauchen die Daten für " +
				"Rechtsansprüche (Art. 21 Abs. 1, Art. 18 Abs. 1 DSGVO).",
		},
	}
}
