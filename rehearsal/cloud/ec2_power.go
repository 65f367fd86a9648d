package cloud

// ec2_power.go: start, stop, reboot and terminate. One bad id, or one instance in the
// wrong state, refuses them all: the transaction takes back what was done to the others.

func (c *call) startInstances() ([]element, error) {
	return c.power(func(i *instance) error {
		switch i.Life.at(c.now) {
		case runningState(), pendingState():
			return nil
		case stoppedState():
		default:
			return c.wrongState(i, "be started")
		}
		m, _ := machineNamed(i.Type)
		if _, err := c.fits(m, 1); err != nil {
			return err
		}
		i.Life.give(orderRun, c.now, c.s.between(pendingLow, pendingHigh, "pending"))
		if !i.Net.PrivateOnly && c.s.elastic(i.ID) == nil {
			i.Net.AutoIP = c.s.freePublicIP() // a start brings a new one; only an Elastic IP stays
		}
		return nil
	})
}

func (c *call) stopInstances() ([]element, error) {
	if _, err := c.flag("Force", false); err != nil {
		return nil, err
	}
	return c.power(func(i *instance) error {
		switch i.Life.at(c.now) {
		case stoppedState(), stoppingState():
			return nil
		case runningState():
		default:
			return c.wrongState(i, "be stopped")
		}
		if i.Options.Unstoppable {
			return refuse(400, "OperationNotPermitted", "The instance '%s' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.", i.ID)
		}
		i.Life.give(orderStop, c.now, c.s.between(stoppingLow, stoppingHigh, "stopping"))
		i.Net.AutoIP = ""
		return nil
	})
}

func (c *call) rebootInstances() ([]element, error) {
	_, err := c.power(func(i *instance) error {
		if i.Life.at(c.now) != runningState() {
			return c.wrongState(i, "be rebooted")
		}
		i.Life.Rebooted = c.now
		return nil
	})
	return []element{yes("return", true)}, err
}

func (c *call) terminateInstances() ([]element, error) {
	return c.power(func(i *instance) error {
		if i.Life.Order == orderTerminate {
			return nil
		}
		if i.Options.Protected {
			return refuse(400, "OperationNotPermitted", "The instance '%s' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.", i.ID)
		}
		i.Life.give(orderTerminate, c.now, c.s.between(shuttingLow, shuttingHigh, "shutting-down"))
		i.Net.AutoIP = ""
		if e := c.s.elastic(i.ID); e != nil {
			e.free()
		}
		return nil
	})
}

// power gives an order to the instances named in the request and answers with the change of state of each.
func (c *call) power(do func(*instance) error) ([]element, error) {
	all, err := c.instancesByID()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter InstanceId")
	}
	var rows [][]element
	for _, i := range all {
		before := i.Life.at(c.now)
		if err := do(i); err != nil {
			return nil, err
		}
		rows = append(rows, []element{txt("instanceId", i.ID), stateElement("currentState", i.Life.at(c.now)), stateElement("previousState", before)})
	}
	return []element{items("instancesSet", rows)}, nil
}

func (c *call) wrongState(i *instance, to string) error {
	return refuse(400, "IncorrectInstanceState", "The instance '%s' is not in a state from which it can %s (it is %s).", i.ID, to, i.Life.at(c.now).name)
}
