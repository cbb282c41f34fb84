package main

import (
	"context"
	"flag"
	"io"
	"strconv"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// messagesCommand are messages list, show, done, undo and call-back.
func messagesCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "messages", verbs: []verb{
		{name: "list", summary: "what callers left, newest first", run: listMessages, flags: func(fs *flag.FlagSet, r *request) {
			limitFlag(fs, r)
			fs.BoolVar(&r.all, "all", false, "also those that are done")
		}},
		{name: "show", args: "ID", summary: "one message", run: showMessage},
		{name: "done", args: "ID", summary: "mark a message as dealt with", run: markMessage(true)},
		{name: "undo", args: "ID", summary: "mark a message as open again", run: markMessage(false)},
		{name: "call-back", args: "ID", summary: "ring a telephone of the office, and join it with who left the message", run: callBack, flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.note, "phone", "", "`extension` of the telephone that rings; without it, those that there are are listed")
		}},
	}}
}

func listMessages(ctx context.Context, r *request) error {
	messages, err := service.ListMessages.Do(ctx, r.office, service.MessageFilter{Limit: r.limit, Done: r.all})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(messages)
		return nil
	}
	var rows [][]string
	for _, m := range messages {
		rows = append(rows, []string{m.ID, when(m.At), string(m.Urgency), mark(m), m.Number.Masked(), m.For, string(m.Name)})
	}
	none := "There are no open messages."
	if r.all {
		none = "There are no messages."
	}
	r.out.table(none, []string{"ID", "LEFT", "URGENCY", "STATE", "NUMBER", "FOR", "NAME"}, rows)
	return nil
}

func showMessage(ctx context.Context, r *request) error {
	m, err := service.ReadMessage.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	return r.showMessage(m)
}

func callBack(ctx context.Context, r *request) error {
	if r.note == "" {
		list, err := service.ListHandsets.Get(ctx, r.office)
		if err != nil {
			return err
		}
		if r.json {
			r.out.json(list)
			return nil
		}
		var rows [][]string
		for _, h := range list {
			rows = append(rows, []string{h.Extension, h.Name})
		}
		r.out.table("The business profile names no telephone.", []string{"EXTENSION", "WHOSE"}, rows)
		return nil
	}
	if err := service.CallBack.Act(ctx, r.office, service.Ring{Message: r.arg, Extension: r.note}); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "phone": r.note, "joined": true}, "The two are joined.")
}

func markMessage(done bool) func(ctx context.Context, r *request) error {
	return func(ctx context.Context, r *request) error {
		m, err := service.MarkMessage.Do(ctx, r.office, service.MessageMark{ID: r.arg, Done: done})
		if err != nil {
			return err
		}
		return r.showMessage(m)
	}
}

func (r *request) showMessage(m record.Message) error {
	if r.json {
		r.out.json(m)
	} else {
		r.out.message(m)
	}
	return nil
}

// message prints a message in full.
func (p *printer) message(m record.Message) {
	second := ""
	if m.Second != "" {
		second = whole(m.Second)
	}
	p.fields("Message", m.ID, "Left", when(m.At), "State", mark(m), "Urgency", string(m.Urgency), "Name", string(m.Name),
		"Number", whole(m.Number), "Extension", m.Extension, "Second number", second, "Number is", numberFrom(m.NumberFrom), "For", m.For, "Reason", string(m.Reason), "Best time", string(m.BestTime), "Call", m.CallID)
}

func mark(m record.Message) string {
	switch {
	case m.Done:
		return "done"
	case m.Partial:
		return "incomplete" // hung up before confirming
	}
	return "open"
}

func numberFrom(s string) string {
	switch s {
	case "caller_id":
		return "the one called from"
	case "spoken", "keyed":
		return s + " by the caller"
	case "text":
		return "the one that the text came from"
	}
	return s
}

// unansweredCommand are unanswered list, answer and dismiss.
func unansweredCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "unanswered", verbs: []verb{
		{name: "list", summary: "questions that the profile has no answer to, those asked most often first", run: listUnanswered},
		{name: "answer", args: "ID", summary: "answer a question for good: in the profile that is published, and off the list", flags: replyFlags, run: answerQuestion},
		{name: "dismiss", args: "ID", summary: "take a question off the list without an answer", run: dismissQuestion},
	}}
}

func listUnanswered(ctx context.Context, r *request) error {
	questions, err := service.ListQuestions.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(questions)
		return nil
	}
	var rows [][]string
	for _, u := range questions {
		rows = append(rows, []string{strconv.Itoa(u.Times), when(u.At), u.CallID, u.ID, string(u.Question)})
	}
	r.out.table("There are no unanswered questions.", []string{"TIMES", "LAST", "CALL", "ID", "QUESTION"}, rows)
	return nil
}

func replyFlags(fs *flag.FlagSet, r *request) {
	fs.StringVar(&r.reply, "reply", "", "the `words` that are said to who asks this")
	fs.StringVar(&r.note, "question", "", "the `question` as it shall stand in the profile; else the caller's words")
	fs.StringVar(&r.sameAs, "same-as", "", "instead: the `question` in the profile whose answer holds here too")
}

func answerQuestion(ctx context.Context, r *request) error {
	got, err := service.AnswerQuestion.Do(ctx, r.office, service.QuestionReply{ID: r.arg, Reply: service.Reply{Question: r.note, Text: r.reply, SameAs: r.sameAs}})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(got)
		return nil
	}
	if r.sameAs != "" {
		r.out.line("Learned; who asks the same now hears: %s", shown(got.Check.Said))
		return nil
	}
	r.out.line("Published as version %d; who asks the same now hears: %s", got.Version, shown(got.Check.Said))
	return nil
}

func dismissQuestion(ctx context.Context, r *request) error {
	if err := service.DismissQuestion.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "dismissed": true}, "The question is off the list.")
}
