package run

// decode.go: a journal's records as events, decoded beside the reading of the next ones: together that is most of what
// opening a long run takes, and so neither the file nor its records are ever in memory as a whole.

import (
	"runtime"
	"sync"

	"tminus/tasks"
	"tminus/tasks/journal"
)

// batch is how many records are decoded in one go.
const batch = 512

// decoder takes records one by one and decodes them in batches, as many at once as there are processors.
type decoder struct {
	next    []journal.Record // not yet a batch
	batches []*decoded       // in the journal's order
	busy    chan struct{}    // one for each batch under way
	work    sync.WaitGroup
}

// decoded is what became of a batch.
type decoded struct {
	events []tasks.Event
	err    error
}

func newDecoder() *decoder {
	return &decoder{busy: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// add takes the next record. It waits while every processor has a batch.
func (d *decoder) add(r journal.Record) {
	d.next = append(d.next, r)
	if len(d.next) == batch {
		d.begin()
	}
}

func (d *decoder) begin() {
	records, into := d.next, new(decoded)
	d.next, d.batches = make([]journal.Record, 0, batch), append(d.batches, into)
	d.busy <- struct{}{}
	d.work.Go(func() {
		into.events, into.err = decode(records)
		<-d.busy
	})
}

// events waits for all that was added. The error is that of the first record that is no event.
func (d *decoder) events() ([]tasks.Event, error) {
	d.begin()
	d.work.Wait()
	events := make([]tasks.Event, 0, len(d.batches)*batch)
	for _, b := range d.batches {
		if b.err != nil {
			return nil, b.err
		}
		events = append(events, b.events...)
	}
	return events, nil
}

func decode(records []journal.Record) ([]tasks.Event, error) {
	events := make([]tasks.Event, len(records))
	for i, r := range records {
		var err error
		if events[i], err = tasks.Decode(r.Seq, r.Payload); err != nil {
			return nil, err
		}
	}
	return events, nil
}
