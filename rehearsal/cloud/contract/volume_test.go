package contract

// volume_test.go: the volumes that come with an instance.

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func volumes() []scenario {
	const deletion = "EC2 User Guide: Preserve data when an instance is terminated"
	return []scenario{
		{name: "gp2 has 100 IOPS at least", says: "a gp2 volume has 3 IOPS per GiB and no fewer than 100", source: "EBS User Guide: General Purpose SSD", run: gp2IOPS,
			moto: lack{"tells none", "IOPS told: false, want true"}},
		{name: "gp2 takes no IOPS", says: "Iops is not a parameter of gp2: InvalidParameterCombination", source: "EbsBlockDevice", run: gp2Refuses,
			moto: lack{"takes them", "done, want InvalidParameterCombination"}},
		{name: "a root below its snapshot", says: "a volume is no smaller than the snapshot it is made from: InvalidBlockDeviceMapping", source: "EbsBlockDevice", run: smallRoot,
			moto: lack{"makes it", "done, want InvalidBlockDeviceMapping"}},
		{name: "a root goes with its instance", says: "the root volume of an image is deleted on termination unless said otherwise", source: deletion, run: rootGoes},
		{name: "a volume kept", says: "with DeleteOnTermination false it stays, available", source: deletion, run: volumeKept,
			moto: lack{"does not tell of a volume whether it goes with its instance", "deletion told: false, want true"}},
		{name: "a volume that is not there", says: "it is refused with InvalidVolume.NotFound", source: codes, run: volumeNotFound},
		{name: "the volume of an instance", says: "DescribeVolumes filters by attachment.instance-id", source: "DescribeVolumes", run: volumeOf},
	}
}

// with launches an instance with block devices and waits until it runs.
func (p *place) with(devices ...types.BlockDeviceMapping) string {
	in := p.order("one")
	in.BlockDeviceMappings = devices
	id := *got(p.ec2.RunInstances(p.ctx, in)).Instances[0].InstanceId
	p.wait(settled)
	return id
}

func disk(name string, ebs types.EbsBlockDevice) types.BlockDeviceMapping {
	return types.BlockDeviceMapping{DeviceName: str(name), Ebs: &ebs}
}

func (p *place) volumes(id string) []types.Volume {
	return got(p.ec2.DescribeVolumes(p.ctx, &ec2.DescribeVolumesInput{Filters: []types.Filter{filter("attachment.instance-id", id)}})).Volumes
}

func gp2IOPS(p *place) {
	v := p.volumes(p.with(disk("/dev/xvda", types.EbsBlockDevice{VolumeSize: num(10), VolumeType: types.VolumeTypeGp2})))[0]
	same("size", *v.Size, 10)
	same("type", v.VolumeType, types.VolumeTypeGp2)
	same("IOPS told", v.Iops != nil, true)
	same("IOPS", *v.Iops, 100)
}

func gp2Refuses(p *place) {
	in := p.order("one")
	in.BlockDeviceMappings = []types.BlockDeviceMapping{disk("/dev/xvda", types.EbsBlockDevice{VolumeSize: num(10), VolumeType: types.VolumeTypeGp2, Iops: num(100)})}
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidParameterCombination")
}

func smallRoot(p *place) {
	in := p.order("one")
	in.BlockDeviceMappings = []types.BlockDeviceMapping{disk("/dev/xvda", types.EbsBlockDevice{VolumeSize: num(1)})}
	same("code", code(p.ec2.RunInstances(p.ctx, in)), "InvalidBlockDeviceMapping")
}

func rootGoes(p *place) {
	id := p.launch()
	v := *p.volumes(id)[0].VolumeId
	p.terminate(id)
	same("code", code(p.ec2.DescribeVolumes(p.ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{v}})), "InvalidVolume.NotFound")
}

func volumeKept(p *place) {
	id := p.with(disk("/dev/xvda", types.EbsBlockDevice{VolumeSize: num(10), DeleteOnTermination: new(true)}), disk("/dev/sdf", types.EbsBlockDevice{VolumeSize: num(2), DeleteOnTermination: new(false)}))
	var kept string
	for _, v := range p.volumes(id) {
		a := v.Attachments[0]
		same("deletion told", a.DeleteOnTermination != nil, true)
		if *a.Device == "/dev/xvda" {
			same("of the root", *a.DeleteOnTermination, true)
		} else {
			same("of the other", *a.DeleteOnTermination, false)
			kept = *v.VolumeId
		}
	}
	p.terminate(id)
	v := got(p.ec2.DescribeVolumes(p.ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{kept}})).Volumes[0]
	same("state", v.State, types.VolumeStateAvailable)
	same("attachments", len(v.Attachments), 0)
}

func volumeNotFound(p *place) {
	in := &ec2.DescribeVolumesInput{VolumeIds: []string{"vol-00000000000000000"}}
	same("code", code(p.ec2.DescribeVolumes(p.ctx, in)), "InvalidVolume.NotFound")
}

func volumeOf(p *place) {
	id := p.launch()
	all := p.volumes(id)
	same("volumes", len(all), 1)
	same("state", all[0].State, types.VolumeStateInUse)
	same("instance", *all[0].Attachments[0].InstanceId, id)
	same("zone", *all[0].AvailabilityZone, p.ground.zone)
}
