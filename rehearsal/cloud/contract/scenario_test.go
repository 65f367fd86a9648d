package contract

// scenario_test.go: what a scenario is, and the words it is written in.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"tminus/rehearsal/cloud"
)

// scenario is one demand on an AWS account. Each is played in an account of its own.
type scenario struct {
	name   string
	says   string // what AWS documents,
	source string // and on which page: of the API reference where it is an operation's name
	run    func(*place)
	moto   lack                 // why moto cannot play it; none if it can
	given  func(*cloud.Options) // what the pretend account is opened with beyond the usual; moto has no such door
}

// lack is something that moto does otherwise than AWS, and a part of the sentence in which the scenario then fails.
type lack struct{ why, shows string }

// area is the scenarios about one matter.
type area struct {
	name string
	all  []scenario
}

// place is an account that scenarios are played in, with the clients of one caller.
type place struct {
	ctx    context.Context
	url    string
	http   *http.Client
	ec2    *ec2.Client
	sts    *sts.Client
	iam    *iam.Client
	cw     *cloudwatch.Client
	quotas *servicequotas.Client
	now    func() time.Time
	wait   func(time.Duration) // for so long AWS is given time; moto does everything at once
	ground ground
}

// ground is what an account has before anything is done in it.
type ground struct {
	account, vpc, subnet, zone string
	image                      string // x86_64, hvm, starts on t2.micro
	arm, pv, plain, uefi       string // for arm64; paravirtual; without ENA; that starts by UEFI only
	closed, tokens             string // of somebody who did not share it; that wants tokens of the metadata service
}

// broken ends a scenario: something was not as AWS documents it.
type broken struct{ error }

// play runs a scenario and returns what was wrong.
func (s scenario) play(p *place) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case broken:
			err = r.error
		case runtime.Error: // a field, or a row, that the answer does not have
			err = fmt.Errorf("an answer lacks something: %w", r)
		default:
			panic(r)
		}
	}()
	s.run(p)
	return nil
}

// got is the answer of a call that must succeed.
func got[T any](out T, err error) T {
	if err != nil {
		panic(broken{err})
	}
	return out
}

// code is the code of a call's refusal, "done" if it was not refused.
func code[T any](_ T, err error) string {
	var api smithy.APIError
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &api):
		return api.ErrorCode()
	default:
		return "no answer: " + err.Error()
	}
}

// same ends the scenario unless what is there is what AWS documents.
func same[T any](what string, have, want T) {
	if !cmp.Equal(have, want) {
		panic(broken{fmt.Errorf("%s: %v, want %v", what, have, want)})
	}
}

func str(s string) *string { return aws.String(s) }

func num(n int32) *int32 { return aws.Int32(n) }

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: str(name), Values: values}
}

func tag(key, value string) types.Tag { return types.Tag{Key: str(key), Value: str(value)} }

// settled is longer than anything takes that is asked of an instance.
const settled = 5 * time.Minute

// order is a launch that nothing is wrong with.
func (p *place) order(token string) *ec2.RunInstancesInput {
	return &ec2.RunInstancesInput{
		ClientToken: str(token), ImageId: str(p.ground.image), InstanceType: types.InstanceTypeT2Micro, MinCount: num(1), MaxCount: num(1),
		SubnetId: str(p.ground.subnet),
	}
}

// launch starts an instance and waits until it runs.
func (p *place) launch() string {
	id := *got(p.ec2.RunInstances(p.ctx, p.order("launch"+p.now().String()[:19]))).Instances[0].InstanceId
	p.wait(settled)
	return id
}

// found are the instances that pass the filters.
func (p *place) found(filters ...types.Filter) (all []types.Instance) {
	for _, r := range got(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{Filters: filters})).Reservations {
		all = append(all, r.Instances...)
	}
	return all
}

func (p *place) instance(id string) types.Instance {
	out := got(p.ec2.DescribeInstances(p.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}}))
	return out.Reservations[0].Instances[0]
}

func (p *place) state(id string) types.InstanceStateName { return p.instance(id).State.Name }

func (p *place) stop(id string) {
	got(p.ec2.StopInstances(p.ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}}))
	p.wait(settled)
}

func (p *place) terminate(id string) {
	got(p.ec2.TerminateInstances(p.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))
	p.wait(settled)
}
