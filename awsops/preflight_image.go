package awsops

// preflight_image.go: image, type and volume of the plan, looked at before the day; and
// where an image is that is not here: its id belongs to one region.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"tminus/tasks"
	"tminus/tasks/plan"
	"tminus/tasks/safe"
)

const (
	abreast    = 4  // regions asked at a time
	maxRegions = 40 // AWS has about 35
)

func (s *survey) machineImage(ctx context.Context) {
	image, l, err := s.a.findImage(ctx, s.t, s.p)
	if err != nil {
		l.unknown("image.found", "there", err)
	} else if image == nil && l.items[0].ID == "image.found" {
		l = s.elsewhere(ctx, l)
	}
	s.image = image
	s.add(l)
}

// elsewhere looks for an image that is not here in the other regions of the account.
func (s *survey) elsewhere(ctx context.Context, here findings) findings {
	id := s.p.Environment.Instance.AMI
	l := findings{group: here.group, source: "aws ec2 describe-regions, describe-images"}
	regions, err := ask(ctx, s.t, []string{"ec2", "describe-regions"}, s.a.read().ec2.DescribeRegions, &ec2.DescribeRegionsInput{})
	if err != nil {
		l.unknown("image.region", "in another region", err)
		here.items = append(here.items, l.items...)
		return here
	}
	var names []string
	for _, r := range regions.Regions {
		if name := aws.ToString(r.RegionName); name != s.a.opt.Region && len(names) < maxRegions {
			names = append(names, name)
		}
	}
	found, unasked := s.inRegions(ctx, names, id)
	switch {
	case len(found) > 0:
		l.judge(false, "image.region", "in this region", fmt.Sprintf("image %s is in %s and not in %s: an image id belongs to one region", id, strings.Join(found, ", "), s.a.opt.Region),
			fmt.Sprintf("copy it (%s), then amend the plan with the copy's id",
				safe.Command([]string{"aws", "ec2", "copy-image", "--source-region", found[0], "--source-image-id", id, "--name", id, "--region", s.a.opt.Region})))
		return l
	case unasked > 0:
		l.add(tasks.Inconclusive, "image.region", "in another region", fmt.Sprintf("%d of %d other regions could not be asked for image %s", unasked, len(names), id), "look again, or ask its owner where it is")
	default:
		l.judge(false, "image.region", "in another region", fmt.Sprintf("none of the %d other regions shows image %s either", len(names), id),
			"compare the id with the developers'; if it is right, they have not shared it: "+s.a.sharing(id, s.p.Environment.Account))
	}
	here.items = append(here.items, l.items...)
	return here
}

// inRegions asks each region for the image, a few at a time. It returns where it is, sorted, and how many regions gave no answer.
func (s *survey) inRegions(ctx context.Context, names []string, id string) (found []string, unasked int) {
	var all sync.WaitGroup
	var mu sync.Mutex
	turn := make(chan struct{}, abreast)
	for _, name := range names {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			there, err := s.a.shows(ctx, name, id)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				unasked++
			} else if there {
				found = append(found, name)
			}
		})
	}
	all.Wait()
	slices.Sort(found)
	return found, unasked
}

// shows reports whether another region has the image. That is another account to talk to, as it were: another host, another signature.
func (a *Account) shows(ctx context.Context, region, id string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	opt := a.opt
	opt.Region = region
	if own := a.live.Load().session; own != nil {
		opt.Credentials = own // as they are: a session of its own would ask for an MFA code in each region
	}
	there := New(opt)
	defer there.Close()
	_, err := ask(ctx, &trail{a: there}, []string{"ec2", "describe-images", "--image-ids", id}, there.read().ec2.DescribeImages, &ec2.DescribeImagesInput{ImageIds: []string{id}})
	switch {
	case err == nil, notShared(err, id):
		return true, nil
	case missing(err):
		return false, nil
	}
	return false, err
}

// machineType looks at the type, then at image and type together, then at the volume.
func (s *survey) machineType(ctx context.Context) {
	want := s.p.Environment.Instance
	kind, l, err := s.a.findType(ctx, s.t, s.p)
	switch s.kind = kind; {
	case err != nil:
		l.unknown("type.known", "known", err)
	case kind != nil:
		var vcpu int
		var memory float64
		if kind.VCpuInfo != nil && kind.MemoryInfo != nil {
			vcpu, memory = int(aws.ToInt32(kind.VCpuInfo.DefaultVCpus)), float64(aws.ToInt64(kind.MemoryInfo.SizeInMiB))/1024
		}
		if want.VCPU == 0 { // what the plan does not say cannot be wrong
			want.VCPU = vcpu
		}
		if want.MemoryGiB == 0 {
			want.MemoryGiB = memory
		}
		l.judge(want.VCPU == vcpu && want.MemoryGiB == memory, "type.size", "size",
			fmt.Sprintf("%s has %d vCPU and %g GiB, planned %d and %g", want.Type, vcpu, memory, want.VCPU, want.MemoryGiB), "amend the type, or vcpu and memory_gib")
	}
	s.add(l)
	if s.image != nil && kind != nil {
		s.add(fit(*s.image, *kind, want, s.now))
	}
	volume := findings{group: "volume", source: "the plan"}
	volume.volume(want.Volume)
	s.add(volume)
	s.encryption(ctx, want.Volume)
}

// volume: what EBS makes of the plan's volume; the launch sends type and size, and no IOPS.
func (l *findings) volume(v plan.Volume) {
	limits := map[string][2]int{"gp2": {1, 16384}, "gp3": {1, 65536}, "standard": {1, 1024}}
	size, known := limits[v.Type]
	if !known {
		l.judge(false, "volume.type", "type", fmt.Sprintf("a root volume of type %s cannot be launched from this plan", v.Type),
			"amend it to gp2 or gp3: io1 and io2 want IOPS to be bought, st1 and sc1 cannot be started from")
		return
	}
	l.judge(v.SizeGB >= size[0] && v.SizeGB <= size[1], "volume.size", "size", fmt.Sprintf("%d GB of %s; EBS makes %d to %d", v.SizeGB, v.Type, size[0], size[1]), "amend size_gb")
	iops := map[string]int{"gp2": min(max(3*v.SizeGB, 100), 16000), "gp3": 3000}[v.Type]
	l.judge(v.BaseIOPS == 0 || iops == 0 || v.BaseIOPS == iops, "volume.iops", "IOPS", fmt.Sprintf("%d GB of %s have %d IOPS as their base; the plan says %d", v.SizeGB, v.Type, iops, v.BaseIOPS),
		fmt.Sprintf("amend iops_baseline to %d, or the volume's type or size", iops))
}

// encryption: an account may encrypt every new volume, whatever is asked for.
func (s *survey) encryption(ctx context.Context, v plan.Volume) {
	l := findings{group: "volume", source: "aws ec2 get-ebs-encryption-by-default"}
	out, err := ask(ctx, s.t, []string{"ec2", "get-ebs-encryption-by-default"}, s.a.read().ec2.GetEbsEncryptionByDefault, &ec2.GetEbsEncryptionByDefaultInput{})
	switch {
	case err != nil:
		l.unknown("volume.encryption", "encryption by default", err)
	case aws.ToBool(out.EbsEncryptionByDefault):
		l.judge(v.Encrypted, "volume.encryption", "encryption by default", "this account encrypts every new volume; the plan says "+yesNo(v.Encrypted, "encrypted", "not encrypted"), "amend the plan to encrypted: true")
	default:
		l.judge(true, "volume.encryption", "encryption by default", "this account encrypts a volume only when asked to; the plan says "+yesNo(v.Encrypted, "encrypted", "not encrypted"), "")
	}
	s.add(l)
}

func yesNo(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
