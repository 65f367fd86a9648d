package rehearsal_test

// bubble_test.go: the whole world inside testing/synctest, where time jumps and real sockets hang: AWS is served on a
// listener of in-memory pipes.

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/rehearsal"
	"tminus/rehearsal/pipe"
)

// pipes is a listener that hands out the far ends of pipes.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes {
	return &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := pipe.New(p.Addr(), p.Addr())
	select {
	case p.accept <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestWorldInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleep := func(ctx context.Context, d time.Duration) error {
			select {
			case <-time.After(d):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		w, err := rehearsal.Open(rehearsal.Options{Now: time.Now, Sleep: sleep, Seed: 3, Faults: []string{rehearsal.EIPTaken}})
		if err != nil {
			t.Fatal(err)
		}
		wires := newPipes()
		served := make(chan error, 1)
		go func() { served <- w.ServeAWS(wires) }()
		transport := &http.Transport{DialContext: wires.dial}
		id, secret := w.Credentials()
		client := ec2.New(ec2.Options{Region: rehearsal.Region, BaseEndpoint: aws.String("http://pretend.aws"), HTTPClient: &http.Client{Transport: readOnly{transport}},
			Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")})
		all, err := client.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
		if err != nil || len(all.Reservations) != 1 {
			t.Fatalf("%v %v", all, err)
		}
		foreign := aws.ToString(all.Reservations[0].Instances[0].PublicIpAddress)
		asked := time.Now()
		if _, err := w.Dial(t.Context(), "tcp", foreign+":22"); !timedOut(err) || time.Since(asked) != 20*time.Second {
			t.Fatalf("a machine that lets nobody in answered after %v: %v", time.Since(asked), err)
		}
		transport.CloseIdleConnections()
		w.Close()
		if err := <-served; err != nil {
			t.Fatal(err)
		}
	})
}
