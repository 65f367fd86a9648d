package engine

// desk.go: questions that a worker has for whoever sits at the cockpit. The question is in
// the snapshot, for everybody to see; the answer goes from the screen straight to the
// asker and is neither a command nor an event, so that no journal can ever hold it.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tminus/tasks"
	"tminus/tasks/safe"
)

// mostQuestions is how many questions wait at once; one person answers them one by one.
const mostQuestions = 8

// mostQuestion bounds a question's title and its detail, in bytes: they may name what a
// configuration file says.
const mostQuestion = 300

// longestAnswer is how long, in real time, an open question keeps readings from being cut
// short: a code is looked up on a telephone, and typed.
const longestAnswer = 5 * time.Minute

// Desk is where workers ask and a person answers. It may be asked from any goroutine, also
// before a run is flown: the question then waits for its cockpit.
type Desk struct {
	book chan *book    // holds the one book; who takes it out writes in it and puts it back
	news chan struct{} // the oldest question may be another one
}

// book is the open questions, oldest first.
type book struct {
	open   []*asked
	asked  int   // ever
	closed error // why nobody can be asked any more
}

// asked is one open question. answer and err are written before done is closed.
type asked struct {
	question tasks.Question
	askers   int
	done     chan struct{}
	answer   tasks.Secret
	err      error
}

// NewDesk returns a desk without questions.
func NewDesk() *Desk {
	d := &Desk{book: make(chan *book, 1), news: make(chan struct{}, 1)}
	d.book <- &book{}
	return d
}

// Ask puts a question to whoever sits at the cockpit and waits for the answer; it is a
// tasks.Ask. Who asks the same as somebody who waits already shares the question and its
// answer. The error is tasks.ErrDeclined, the context's, or says why nobody can be asked.
func (d *Desk) Ask(ctx context.Context, q tasks.Question) (tasks.Secret, error) {
	if d == nil {
		return tasks.Secret{}, fmt.Errorf("%s: nobody can be asked here: there is no cockpit", safe.Line(q.Title))
	}
	a, err := d.put(q)
	if err != nil {
		return tasks.Secret{}, err
	}
	select {
	case <-a.done:
		return a.answer, a.err
	case <-ctx.Done():
		d.leave(a)
		return tasks.Secret{}, ctx.Err()
	}
}

// Answer gives the answer to the askers of a question; an empty one declines it. An error
// says that the question is no longer open.
func (d *Desk) Answer(id string, s tasks.Secret) error {
	if d == nil {
		return tasks.Refusal{Sentence: "nobody has asked anything"}
	}
	b := <-d.book
	defer d.back(b)
	n := slices.IndexFunc(b.open, func(a *asked) bool { return a.question.ID == id })
	if n < 0 {
		return tasks.Refusal{Sentence: "the question is no longer open: whoever asked it did not wait"}
	}
	var declined error
	if s.Reveal() == "" {
		declined = tasks.ErrDeclined
	}
	b.close(n, s, declined)
	return nil
}

// put writes a question into the book, or joins the one that is there.
func (d *Desk) put(q tasks.Question) (*asked, error) {
	q.Title, q.Detail = cut(safe.Line(q.Title), mostQuestion), cut(safe.Line(q.Detail), mostQuestion)
	b := <-d.book
	defer d.back(b)
	if b.closed != nil {
		return nil, b.closed
	}
	for _, a := range b.open {
		if a.question.Title == q.Title && a.question.Detail == q.Detail {
			a.askers++
			return a, nil
		}
	}
	if len(b.open) == mostQuestions {
		return nil, fmt.Errorf("%s: %d questions wait for an answer already: answer those first", q.Title, mostQuestions)
	}
	b.asked++
	q.ID, q.Since = fmt.Sprintf("q%d", b.asked), time.Now()
	a := &asked{question: q, askers: 1, done: make(chan struct{})}
	b.open = append(b.open, a)
	return a, nil
}

// leave is one asker who no longer waits; the last one takes the question away.
func (d *Desk) leave(a *asked) {
	b := <-d.book
	defer d.back(b)
	n := slices.Index(b.open, a)
	if a.askers--; n >= 0 && a.askers == 0 {
		b.close(n, tasks.Secret{}, tasks.ErrDeclined)
	}
}

// close ends the nth open question.
func (b *book) close(n int, s tasks.Secret, err error) {
	a := b.open[n]
	a.answer, a.err = s, err
	b.open = slices.Delete(b.open, n, n+1)
	close(a.done)
}

// back puts the book back and tells that it may have changed.
func (d *Desk) back(b *book) {
	d.book <- b
	select {
	case d.news <- struct{}{}:
	default: // told already
	}
}

// oldest is the question to be shown, or nil.
func (d *Desk) oldest() *tasks.Question {
	if d == nil {
		return nil
	}
	b := <-d.book
	defer func() { d.book <- b }()
	if len(b.open) == 0 {
		return nil
	}
	q := b.open[0].question
	return &q
}

// changed tells when the oldest question may be another one; nil without a desk.
func (d *Desk) changed() <-chan struct{} {
	if d == nil {
		return nil
	}
	return d.news
}

// Why a question ended that nobody answered.
var (
	errLeft    = errors.New("the question was not answered: the cockpit was left")
	errAborted = errors.New("the question was not answered: everything was aborted")
)

// dismiss ends all questions with an error. For good = nobody can be asked after it.
func (d *Desk) dismiss(err error, forGood bool) {
	if d == nil {
		return
	}
	b := <-d.book
	defer d.back(b)
	for len(b.open) > 0 {
		b.close(0, tasks.Secret{}, err)
	}
	if forGood {
		b.closed = err
	}
}
