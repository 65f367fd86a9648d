// Package awsops is the only package that knows AWS.
//
// An [Account] makes the AWS actions of a deployment day: [Account.Launch],
// [Account.Credentials], [Account.Assign] and [Account.Alarms], beside the day [Account.Trial],
// before it [Account.Preflight], and the sensors of the Instances and CloudWatch panes. It holds
// connections and nothing else: what a step needs is in its [tasks.Call], which the
// journal alone can rebuild.
//
// Five rules hold everywhere:
//
//   - Only two doors lead to AWS, ask and tell (call.go). What asks goes through
//     reads (api.go) and may be repeated by the SDK; what tells goes through writes, is
//     sent once, and cannot be called back once sent. A lost answer to it is an
//     unknown outcome, never a failure; only an undo that has looked again tells twice.
//   - Everything made carries the tags of its run and of its intent, and is
//     looked for by them. Undo touches only what the journal names and what
//     carries this run's tag.
//   - Before anything is changed, looked for or called gone, the credentials must
//     still be those of the plan's account, and still so afterwards (identity.go): in
//     another account everything of ours is "not found".
//   - Waiting is in run time, with an end, and told (poll.go). What
//     contradicts a change of ours, "not found" or "still there", is an answer when it was
//     given three times and the change is two minutes old.
//   - What a connection or a client knows may be gone at any moment: after a sleep
//     [Account.Wake] replaces them all (account.go).
//
// Read account.go and call.go, then launch.go, credentials.go and assign.go: an
// action each, its steps in the files named by what they make. What the plan wants of
// image, network and key pair is judged once, as findings (preflight.go), for the
// preflight, the launch and the adoption of an instance. prove.go is asked before a
// rollback is offered, stated.go when somebody did a task by hand. What the
// sensors ask is paced, bounded and counted by one poller: sensors.go and poller.go.
// settings.go finds how an account is reached, doctor.go tells it; permission.go is
// the dry door.
package awsops
