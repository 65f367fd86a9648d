package engine

// conn.go: nothing changes the world while nobody has the conn. What runs goes on as
// far as it only looks, and stops short of its next effect until somebody takes it.

import (
	"context"
	"fmt"
	"strings"

	"tminus/tasks"
)

const waitsForConn = "waits for somebody to take the conn"

// takeConn gives somebody the conn. After a gap it does so only once everything that
// looks at the world has looked again: nobody acts on what was true before.
func (e *Engine) takeConn(ctx context.Context, c tasks.Command) error {
	if waking := e.waking(); len(waking) > 0 {
		return tasks.Refusal{Sentence: fmt.Sprintf("%s: the world is read again first; not heard yet: %s", e.state.Conn.Lost, strings.Join(waking, ", "))}
	}
	if e.record(c.By, tasks.ConnTaken{From: e.state.Conn.Holder}) && e.wants.going {
		e.goOn(ctx)
	}
	return nil
}

// goOn goes on with what stopped short for want of somebody with the conn.
func (e *Engine) goOn(ctx context.Context) {
	if e.state.Rollback.Phase == tasks.RollbackRunning {
		e.undoNext(ctx)
		return
	}
	for t := range e.plan.All() {
		if e.state.Tasks[t.ID].Status == tasks.Active {
			e.proceed(ctx, t.ID)
		}
	}
}

// unmanned reports that nobody has the conn, and tells what the task waits for.
func (e *Engine) unmanned(task string) bool {
	if e.state.Conn.Holder != "" {
		return false
	}
	e.shown.progress[task] = waitsForConn
	return true
}
