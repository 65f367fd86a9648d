// Package cloud is a pretend AWS account that real AWS clients can talk to.
//
// An [Account] answers EC2, STS, IAM, CloudWatch and Service Quotas over the protocols AWS itself speaks: the form Query
// protocol with XML answers, AWS JSON and Smithy RPC v2 with CBOR. The Go SDK, boto3 and the aws command line work against
// its [Account.Handler] unchanged.
//
// Nothing in it runs by itself. There is no goroutine and no timer: whether an instance is pending, running or gone,
// whether its status checks are done, what its console shows and what CloudWatch knows is derived, at each question,
// from Options.Now and the times at which things were asked for. Pretend time may therefore run at any speed.
//
// It is as strict as AWS and a little stricter: ids, names and states are checked, a client token launches once, a
// security group in use cannot be deleted, and a parameter the account does not know is refused and not ignored.
//
// Every request is one transaction. Its changes are handed to Options.Save before the answer leaves; what cannot be
// saved has not happened. Options.State brings an account back exactly as the last Save left it.
//
// That it does as AWS documents is shown, scenario by scenario, in the folder contract.
//
// The map: account.go holds the account and its transactions, given.go what it is opened with, regions.go what it is
// elsewhere, authority.go what a caller may not do, server.go the routes and faults, form.go, xml.go and
// rpc.go the wire formats, ec2_*.go the operations by noun, life.go the course of an instance, past.go the reads
// that are late, cloudwatch*.go and metrics.go the metrics, alarm*.go the alarms, identity.go, sts.go and iam.go who is
// calling and what they may, quota.go the limits, world.go, public.go and inventory.go what a surrounding world may ask,
// foreign.go what other people do in the account.
package cloud
