package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/tryout"
)

// businessRoutes are the pages about what callers are told. They are the owner's.
func (p *pages) businessRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /business", owner, p.showBusiness)
	p.handle(mux, "GET /business/{section}", owner, p.showSection)
	mux.HandleFunc("GET /business/notices/{kind}/sound.wav", p.sendNotice)
	p.handle(mux, "POST /business/{section}", owner, p.saveSection)
	p.handle(mux, "GET /business/try", owner, p.showBusiness)
	p.holidayRoutes(mux)
	p.handle(mux, "POST /business/publish", owner, p.publishDraft)
	p.handle(mux, "POST /business/discard", owner, p.discardDraft)
	p.handle(mux, "GET /business/history", owner, p.showHistory)
	p.handle(mux, "GET /business/history/{version}", owner, p.showEdition)
	p.handle(mux, "POST /business/history/{version}", owner, p.goBack)
	p.handle(mux, "POST /business/sample", owner, p.takeSample)
	p.handle(mux, "POST /business/import", owner, p.importProfile)
	p.handle(mux, "GET /business/answers/new", owner, p.showQuestion)
	p.handle(mux, "POST /business/answers/new", owner, p.answerQuestion)
	p.handle(mux, "POST /business/answers/dismiss", owner, p.dismissQuestion)
	mux.HandleFunc("GET /business/export", p.exportProfile)
}

// business is the page about what callers are told.
type business struct {
	Draft    service.Draft
	Fresh    bool // nothing is published, and the draft is empty
	Parts    []chapter
	Problems []string // that belong to no section, or to an import
	Done     string   // what was just done
	Samples  []string
	Try      trial

	Documents    string // what documents there are
	HasDocuments bool   // there can be some

	Unheard bool // a new wording of the notices was not listened to
}

// chapter is one section of the profile in the overview.
type chapter struct {
	Section  edit.Section
	Title    string
	Says     string
	Changed  bool
	Problems int
}

// trial is the box in which a question is tried.
type trial struct {
	Question string
	At       string // as the browser's field has it, in the time of the business
	Asked    bool
	Problem  string
	Result   tryout.Result
	Why      string
	Sources  []source
}

// source is a field that an answer came from.
type source struct {
	Section edit.Section
	Text    string
}

func (p *pages) showBusiness(v *visit) (reply, error) {
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	return p.overview(v, d, nil, 0)
}

// overview makes the page; code 0 is 200.
func (p *pages) overview(v *visit, d service.Draft, problems []string, code int) (reply, error) {
	b := business{Draft: d, Problems: problems, Samples: profile.SampleNames(), Done: donePlain(v.URL.Query())}
	b.Fresh = d.Base == 0 && d.Business.Name == "" && len(d.Business.Services) == 0
	for _, s := range edit.Sections() {
		one := chapter{Section: s, Title: s.Title(), Says: says(s, d.Business)}
		for _, c := range d.Changes {
			one.Changed = one.Changed || c.Section == s
		}
		for _, pr := range d.Problems {
			if pr.Section == s {
				one.Problems++
			}
		}
		if s == edit.Notices && one.Changed {
			ns, err := p.hearables(v)
			if err != nil {
				return reply{}, err
			}
			b.Unheard = slices.ContainsFunc(ns, func(n hearable) bool { return n.Changed && !n.Heard && n.Draft != "" })
		}
		b.Parts = append(b.Parts, one)
	}
	var err error
	if b.Documents, b.HasDocuments, err = p.documentsSay(v.Context()); err != nil {
		return reply{}, err
	}
	b.Try, err = p.try(v, d.Business)
	return reply{page: "business.html", part: "tried", title: "Business", nav: navBusiness, data: b, code: code}, err
}

// donePlain says what was just done, by the address that the form went on to.
func donePlain(q url.Values) string {
	version, _ := strconv.Atoi(q.Get("version"))
	switch q.Get("done") {
	case "published":
		return fmt.Sprintf("Published as version %d. It holds from the next call on.", version)
	case "learned":
		return "Learned: who asks that hears this answer from the next call on, and the question is off the list."
	case "answered":
		return fmt.Sprintf("The answer is published as version %d, and the question is off the list.", version)
	case "discarded":
		return "The draft says again what is published."
	case "taken":
		return "This is a draft now. Look through it, try it, then publish it."
	}
	return ""
}

// localTime is how a browser's field for date and time writes it.
const localTime = "2006-01-02T15:04"

// try asks what the visit's question gets, if it has one.
func (p *pages) try(v *visit, b knowledge.Business) (trial, error) {
	q := v.URL.Query()
	t := trial{Question: strings.TrimSpace(q.Get("q")), At: q.Get("at"), Asked: q.Has("q")}
	if !t.Asked {
		return t, nil
	}
	ask := service.Trial{Question: t.Question}
	if t.At != "" {
		var err error
		if ask.At, err = time.ParseInLocation(localTime, t.At, v.now.Location()); err != nil {
			t.Problem = "That is no date and time. Choose one from the calendar, or leave it empty for now."
			return t, nil
		}
	}
	var err error
	if t.Result, err = service.TryQuestion.Do(v.Context(), p.service, ask); err != nil {
		return t, err
	}
	t.Why = decided(t.Result)
	for _, s := range strings.Fields(t.Result.Source) {
		if from, ok := p.documentSource(v.Context(), s); ok {
			t.Sources = append(t.Sources, from)
			continue
		}
		t.Sources = append(t.Sources, sourceOf(s, b))
	}
	return t, nil
}

// decided says in plain words who decided what is said.
func decided(r tryout.Result) string {
	var out string
	switch r.Outcome {
	case tryout.Unanswered:
		out = "Nothing here answers this. On a call it goes on your list."
	case tryout.AsksBack:
		out = "It is not sure, and asks back."
	case tryout.Message:
		out = "It takes a message."
	case tryout.Transfer:
		out = "It puts the caller through to extension " + r.Extension + "."
	case tryout.Ends:
		out = "It ends the call."
	case tryout.Right:
		out = "It takes a request about the caller's own data. On a call that is filed for you."
	case tryout.Answered, tryout.Talks:
	}
	switch {
	case r.Model == tryout.ModelMissing:
		out += " The rules are not sure; the language model would be asked, but is not free now."
	case r.By == "model":
		out += " The language model understood the question; the words come from here."
	case r.By == "rule" && r.Outcome == tryout.Answered:
		out += " Understood directly."
	}
	if r.Example != "" {
		out += " It is like what was told before: “" + r.Example + "”."
	}
	if r.Sure > 0 {
		out += fmt.Sprintf(" It is %.0f %% sure.", 100*r.Sure)
	}
	return strings.TrimSpace(out)
}

// publishDraft makes the draft hold.
func (p *pages) publishDraft(v *visit) (reply, error) {
	revision, _ := strconv.Atoi(v.FormValue("revision"))
	version, err := service.PublishDraft.Do(detached(v), p.service, service.Publication{
		Revision: revision, Note: v.FormValue("note"), Unheard: v.FormValue("unheard") != "",
	})
	rep, err := p.afterPublishing(v, "published", version, err)
	return toStart(v, rep), err
}

// afterPublishing goes back to the overview, or shows there what keeps the profile from being published.
func (p *pages) afterPublishing(v *visit, done string, version int, err error) (reply, error) {
	var invalid *service.InvalidError
	var conflict *service.ConflictError
	var problems []string
	switch {
	case err == nil:
		p.statusCache.forget()
		return goTo(fmt.Sprintf("/business?done=%s&version=%d", done, version)), nil
	case errors.As(err, &invalid):
		problems = []string{"It was not published: something has to be mended first."}
		for _, pr := range invalid.Problems {
			problems = append(problems, edit.Of(pr.Path).Title()+": "+pr.Error())
		}
	case errors.As(err, &conflict), errors.Is(err, service.ErrUnchanged):
		problems = []string{inwords.Capital(err.Error()) + "."}
	default:
		return reply{}, err
	}
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	return p.overview(v, d, problems, http.StatusConflict)
}

func (p *pages) discardDraft(v *visit) (reply, error) {
	revision, _ := strconv.Atoi(v.FormValue("revision"))
	if _, err := service.DiscardDraft.Do(detached(v), p.service, revision); err != nil {
		return p.afterPublishing(v, "", 0, err)
	}
	p.statusCache.forget()
	return goTo("/business?done=discarded"), nil
}

// takeSample makes a sample the draft.
func (p *pages) takeSample(v *visit) (reply, error) {
	b, err := profile.Sample(v.FormValue("name"))
	if err != nil {
		return goTo("/business"), nil //nolint:nilerr // The form offers those that there are.
	}
	rep, err := p.takeAll(v, *b)
	return toStart(v, rep), err
}

// takeAll makes b the draft.
func (p *pages) takeAll(v *visit, b knowledge.Business) (reply, error) {
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err == nil {
		_, err = service.SaveDraft.Do(detached(v), p.service, service.DraftChange{Revision: d.Revision, Section: "", Business: b})
	}
	if err != nil {
		return p.afterPublishing(v, "", 0, err)
	}
	p.statusCache.forget()
	return goTo("/business?done=taken"), nil
}

// importProfile makes a file the draft.
func (p *pages) importProfile(v *visit) (reply, error) {
	b, problems := readUpload(v)
	if b != nil {
		return p.takeAll(v, *b)
	}
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	return p.overview(v, d, problems, http.StatusUnprocessableEntity)
}

// readUpload reads the profile in a form's file, or says what is wrong with it.
func readUpload(v *visit) (*knowledge.Business, []string) {
	file, head, err := v.FormFile("file")
	if err != nil {
		return nil, []string{"Choose a file that ends in .toml or .json."}
	}
	defer func() { _ = file.Close() }() // only read
	format, err := profile.FormatOf(head.Filename)
	if err != nil {
		return nil, []string{"Choose a file that ends in .toml or .json."}
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, []string{"The file did not come through whole. Try again."}
	}
	b, err := profile.Decode(bytes.NewReader(data), format)
	var all profile.Problems
	if errors.As(err, &all) {
		out := []string{"The file was not taken:"}
		for _, pr := range all {
			out = append(out, pr.String())
		}
		return nil, out
	}
	if err != nil {
		return nil, []string{"The file cannot be read."}
	}
	return b, nil
}

// exportProfile sends what is published as a file.
func (p *pages) exportProfile(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	got, err := service.ReadProfile.Get(v.Context(), p.service)
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	format, kind := profile.TOML, "application/toml"
	if r.URL.Query().Get("format") == string(profile.JSON) {
		format, kind = profile.JSON, "application/json"
	}
	var b bytes.Buffer
	if err := profile.Encode(&b, format, &got.Business); err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="business-%d.%s"`, got.Version, format))
	send(w, http.StatusOK, kind, b.Bytes())
}

// history is the list of versions.
type history struct {
	Editions []service.Edition
	Older    int // before which version the next page begins; 0 = there is none
}

// historyPage is how many versions are shown at a time.
const historyPage = 25

func (p *pages) showHistory(v *visit) (reply, error) {
	before, _ := strconv.Atoi(v.URL.Query().Get("before"))
	es, err := service.ListEditions.Do(v.Context(), p.service, service.EditionFilter{Before: before, Limit: historyPage})
	h := history{Editions: es}
	if len(es) == historyPage && es[len(es)-1].Version > 1 {
		h.Older = es[len(es)-1].Version
	}
	return reply{page: "history.html", title: "What was published", nav: navBusiness, data: h}, err
}

func (p *pages) showEdition(v *visit) (reply, error) {
	version, _ := strconv.Atoi(v.PathValue("version"))
	e, err := service.ReadEdition.Do(v.Context(), p.service, version)
	return reply{page: "edition.html", title: fmt.Sprintf("Version %d", version), nav: navBusiness, data: e}, err
}

func (p *pages) goBack(v *visit) (reply, error) {
	version, _ := strconv.Atoi(v.PathValue("version"))
	now, err := service.GoBack.Do(detached(v), p.service, service.Reversion{Version: version, Note: ""})
	return p.afterPublishing(v, "published", now, err)
}

// question is the page that answers an open question.
type question struct {
	record.Unanswered
	Typed   service.Reply
	Known   []string // questions that have an answer
	Problem string
}

func (p *pages) showQuestion(v *visit) (reply, error) {
	return p.questionPage(v, v.URL.Query().Get("question"), service.Reply{}, "")
}

// questionPage shows an open question; one that is not open any more leads back to what is.
func (p *pages) questionPage(v *visit, id string, typed service.Reply, problem string) (reply, error) {
	open, err := service.ListQuestions.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	got, err := service.ReadProfile.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	for _, u := range open {
		if u.ID != id {
			continue
		}
		q := question{Unanswered: u, Typed: typed, Problem: problem}
		if q.Typed.Question == "" {
			q.Typed.Question = inwords.Capital(string(u.Question))
		}
		for _, a := range got.Business.Answers {
			q.Known = append(q.Known, a.Question)
		}
		rep := reply{page: "question.html", title: "Answer it once", nav: navBusiness, data: q}
		if problem != "" {
			rep.code = http.StatusUnprocessableEntity
		}
		return rep, nil
	}
	return goTo("/"), nil
}

func (p *pages) answerQuestion(v *visit) (reply, error) {
	id := v.FormValue("id")
	r := service.Reply{Question: v.FormValue("question"), Text: v.FormValue("reply"), SameAs: v.FormValue("same_as")}
	if strings.TrimSpace(r.Text) == "" && r.SameAs == "" {
		return p.questionPage(v, id, r, "Write what is said to who asks this, or choose an answer that holds here too.")
	}
	got, err := service.AnswerQuestion.Do(detached(v), p.service, service.QuestionReply{ID: id, Reply: r})
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.questionPage(v, id, r, "The answer was not published: "+invalid.Problems[0].Text+".")
	}
	if err != nil {
		return reply{}, err
	}
	done := "answered"
	if r.SameAs != "" {
		done = "learned"
	}
	return p.afterPublishing(v, done, got.Version, nil)
}

func (p *pages) dismissQuestion(v *visit) (reply, error) {
	if err := service.DismissQuestion.Act(detached(v), p.service, v.FormValue("id")); err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	return goTo("/"), nil
}
