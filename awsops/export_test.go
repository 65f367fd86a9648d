package awsops

// export_test.go: what the tests of the outside need of the inside.

import (
	"time"

	"tminus/tasks"
	"tminus/tasks/plan"
)

// SensorsBy are the sensors with real time told by a clock of the test's.
func (a *Account) SensorsBy(p *plan.Plan, run string, real func() time.Time) []tasks.Sensor {
	return a.sensors(p, run, real)
}
