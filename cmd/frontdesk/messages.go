package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// messagesCommand is frontdesk messages.
func messagesCommand() *cobra.Command {
	var f service.MessageFilter
	list := ask("list", "what callers left, newest first", func(ctx context.Context, r *request) error { return listMessages(ctx, r, f) })
	limitFlag(list, &f.Limit)
	list.Flags().BoolVar(&f.Done, "all", false, "also those that are done")

	var extension string
	call := ask("call-back ID", "ring a telephone of the office, and join it with the caller", func(ctx context.Context, r *request) error {
		return callBack(ctx, r, extension)
	})
	call.Flags().StringVar(&extension, "phone", "", "`extension` of the telephone that rings; without it, those that there are are listed")

	return group("messages", "what callers left, and what became of it",
		list, ask("show ID", "one message", showMessage),
		ask("done ID", "mark a message as dealt with", markMessage(true)),
		ask("undo ID", "mark a message as open again", markMessage(false)),
		described(call, "Rings a telephone of the office, and joins it with who left the message.",
			"  frontdesk messages call-back ID --phone 200"))
}

func listMessages(ctx context.Context, r *request, f service.MessageFilter) error {
	messages, err := service.ListMessages.Do(ctx, r.office, f)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range messages {
		rows = append(rows, []string{m.ID, when(m.At), string(m.Urgency), mark(m), m.Number.Masked(), m.For, string(m.Name)})
	}
	none := "There are no open messages."
	if f.Done {
		none = "There are no messages."
	}
	return r.table(messages, none, []string{"ID", "LEFT", "URGENCY", "STATE", "NUMBER", "FOR", "NAME"}, rows)
}

func showMessage(ctx context.Context, r *request) error {
	m, err := service.ReadMessage.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	return r.showMessage(m)
}

func callBack(ctx context.Context, r *request, extension string) error {
	if extension == "" {
		list, err := service.ListHandsets.Get(ctx, r.office)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, h := range list {
			rows = append(rows, []string{h.Extension, h.Name})
		}
		return r.table(list, "The business profile names no telephone.", []string{"EXTENSION", "WHOSE"}, rows)
	}
	if err := service.CallBack.Act(ctx, r.office, service.Ring{Message: r.arg, Extension: extension}); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "phone": extension, "joined": true}, "The two are joined.")
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
	r.print(m, func() { r.out.message(m) })
	return nil
}

// message prints a message in full.
func (p *printer) message(m record.Message) {
	second := ""
	if m.Second != "" {
		second = whole(m.Second)
	}
	p.fields("Message", m.ID, "Left", when(m.At), "State", mark(m), "Urgency", string(m.Urgency), "Name", string(m.Name),
		"Number", whole(m.Number), "Extension", m.Extension, "Second number", second, "Number is", numberFrom(m.NumberFrom), "For", m.For,
		"Reason", string(m.Reason), "Best time", string(m.BestTime), "Call", m.CallID)
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

// unansweredCommand is frontdesk unanswered.
func unansweredCommand() *cobra.Command {
	var reply service.Reply
	answer := ask("answer ID", "answer a question for good, and take it off the list", func(ctx context.Context, r *request) error {
		return answerQuestion(ctx, r, reply)
	})
	fs := answer.Flags()
	fs.StringVar(&reply.Text, "reply", "", "the `words` that are said to who asks this")
	fs.StringVar(&reply.Question, "question", "", "the `question` as it shall stand in the profile; else the caller's words")
	fs.StringVar(&reply.SameAs, "same-as", "", "instead: the `question` in the profile whose answer holds here too")
	return group("unanswered", "questions that the profile has no answer to",
		ask("list", "the questions, those asked most often first", listUnanswered),
		described(answer, "Answers a question for good: in the profile that is published, and off the list.",
			`  frontdesk unanswered answer ID --reply "We only mend pipes."
  frontdesk unanswered answer ID --same-as "Do you mend bikes?"`),
		ask("dismiss ID", "take a question off the list without an answer", dismissQuestion))
}

func listUnanswered(ctx context.Context, r *request) error {
	questions, err := service.ListQuestions.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, u := range questions {
		rows = append(rows, []string{strconv.Itoa(u.Times), when(u.At), u.CallID, u.ID, string(u.Question)})
	}
	return r.table(questions, "There are no unanswered questions.", []string{"TIMES", "LAST", "CALL", "ID", "QUESTION"}, rows)
}

func answerQuestion(ctx context.Context, r *request, reply service.Reply) error {
	got, err := service.AnswerQuestion.Do(ctx, r.office, service.QuestionReply{ID: r.arg, Reply: reply})
	if err != nil {
		return err
	}
	if reply.SameAs != "" {
		return r.told(got, "Learned; who asks the same now hears: %s", shown(got.Check.Said))
	}
	return r.told(got, "Published as version %d; who asks the same now hears: %s", got.Version, shown(got.Check.Said))
}

func dismissQuestion(ctx context.Context, r *request) error {
	if err := service.DismissQuestion.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "dismissed": true}, "The question is off the list.")
}
