package cloud

// ec2_devices.go: the block devices asked for at launch: the image's root, and more.

import "slices"

// device is one block device to be made with an instance.
type device struct {
	name, volumeType      string
	gib, iops             int
	encrypted, deleteWith bool
}

func (c *call) launchDevices(im Image) ([]device, error) {
	root := device{name: im.RootDevice, volumeType: "gp2", gib: im.RootGiB, encrypted: im.Encrypted || c.a.opt.Encrypted, deleteWith: true}
	out := []device{root}
	var named []string
	for _, f := range c.list("BlockDeviceMapping") {
		name := f.text("DeviceName")
		if name == "" {
			return nil, refuse(400, "MissingParameter", "The request must contain the parameter BlockDeviceMapping.DeviceName")
		}
		d := device{name: name, volumeType: "gp2", encrypted: c.a.opt.Encrypted}
		if name == root.name {
			d = root
		}
		if slices.Contains(named, name) {
			return nil, refuse(400, "InvalidBlockDeviceMapping", "The device '%s' is used in more than one block-device mapping", clip(name))
		}
		named = append(named, name)
		if snapshot := f.text("Ebs.SnapshotId"); snapshot != "" && (name != root.name || snapshot != im.snapshotID()) {
			return nil, refuse(400, "InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", clip(snapshot))
		}
		if err := d.read(f); err != nil {
			return nil, err
		}
		if name == root.name {
			if d.gib < root.gib {
				return nil, refuse(400, "InvalidBlockDeviceMapping", "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB", d.gib, im.snapshotID(), root.gib)
			}
			out[0] = d
			continue
		}
		if d.gib == 0 {
			return nil, refuse(400, "MissingParameter", "The request must contain the parameter size or snapshotId")
		}
		out = append(out, d)
	}
	return out, nil
}

func (d *device) read(f *form) (err error) {
	if d.gib, err = f.number("Ebs.VolumeSize", d.gib); err != nil {
		return err
	}
	if f.has("Ebs.VolumeType") {
		d.volumeType = f.text("Ebs.VolumeType")
	}
	if d.deleteWith, err = f.flag("Ebs.DeleteOnTermination", true); err != nil {
		return err
	}
	encrypted, err := f.flag("Ebs.Encrypted", d.encrypted)
	if err != nil {
		return err
	}
	d.encrypted = d.encrypted || encrypted // what comes from an encrypted snapshot, or by the account's default, stays so
	if d.iops, err = f.number("Ebs.Iops", 0); err != nil {
		return err
	}
	switch d.volumeType {
	case "gp2":
		if d.iops != 0 {
			return refuse(400, "InvalidParameterCombination", "The parameter iops is not supported for gp2 volumes.")
		}
		d.iops = min(max(100, 3*d.gib), 16000)
	case "gp3":
		d.iops = max(3000, d.iops)
	default:
		return refuse(400, "InvalidParameterValue", "Invalid value '%s' for VolumeType; the pretend account makes gp2 and gp3", clip(d.volumeType))
	}
	if d.gib < 0 || d.gib > 16384 {
		return refuse(400, "InvalidParameterValue", "Volume of %dGiB is too large; maximum is 16384GiB.", d.gib)
	}
	return nil
}
