package cloud

// ec2_volumes.go: volumes, which come with an instance and mostly go with it.

import (
	"slices"
	"strconv"
	"time"
)

type volume struct {
	ID         string    `json:"id"`
	InstanceID string    `json:"instance"`
	Device     string    `json:"device"`
	Type       string    `json:"type"`
	GiB        int       `json:"gib"`
	IOPS       int       `json:"iops"`
	Zone       string    `json:"zone"`
	Encrypted  bool      `json:"encrypted,omitempty"`
	DeleteWith bool      `json:"delete_with_instance"`
	CreatedAt  time.Time `json:"created_at"`
	Tags       []Tag     `json:"tags,omitempty"`
}

// attached reports whether the volume's instance still exists as a machine.
func (c *call) attached(v *volume) bool { return c.s.attached(v, c.now) }

// exists reports whether the volume is still there: with its instance, or kept after it.
func (c *call) exists(v *volume) bool { return c.s.exists(v, c.now) }

func (s *state) attached(v *volume, now time.Time) bool {
	i := s.instance(v.InstanceID)
	return i != nil && i.Life.at(now) != terminatedState()
}

func (s *state) exists(v *volume, now time.Time) bool { return !v.DeleteWith || s.attached(v, now) }

func (s *state) volumeState(v *volume, now time.Time) string {
	if s.attached(v, now) {
		return "in-use"
	}
	return "available"
}

func (c *call) describeVolumes() ([]element, error) {
	if err := c.whole("VolumeId", "volumesSet"); err != nil {
		return nil, err
	}
	if err := c.ids("VolumeId", "vol", "InvalidVolumeID.Malformed"); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(c.s.Volumes), func(v *volume) bool { return !c.exists(v) })
	all, err := selected(c, "VolumeId", all, func(v *volume, id string) bool { return v.ID == id }, func(id string) error {
		return refuse(400, "InvalidVolume.NotFound", "The volume '%s' does not exist.", clip(id))
	})
	if err != nil {
		return nil, err
	}
	attachment := func(get func(*volume) string) field[*volume] {
		return func(v *volume) []string {
			if c.attached(v) {
				return []string{get(v)}
			}
			return nil
		}
	}
	all, err = filtered(c, all, map[string]field[*volume]{
		"volume-id":                        one(func(v *volume) string { return v.ID }),
		"volume-type":                      one(func(v *volume) string { return v.Type }),
		"status":                           one(func(v *volume) string { return c.s.volumeState(v, c.now) }),
		"availability-zone":                one(func(v *volume) string { return v.Zone }),
		"attachment.instance-id":           attachment(func(v *volume) string { return v.InstanceID }),
		"attachment.status":                attachment(func(*volume) string { return "attached" }),
		"attachment.delete-on-termination": attachment(func(v *volume) string { return strconv.FormatBool(v.DeleteWith) }),
		"encrypted":                        one(func(v *volume) string { return strconv.FormatBool(v.Encrypted) }),
		"size":                             one(func(v *volume) string { return strconv.Itoa(v.GiB) }),
		"attachment.device":                attachment(func(v *volume) string { return v.Device }),
	}, func(v *volume) []Tag { return v.Tags })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, v := range all {
		rows = append(rows, c.volumeElements(v))
	}
	return answer(items("volumeSet", rows), next), err
}

func (c *call) volumeElements(v *volume) []element {
	var attachments [][]element
	if c.attached(v) {
		attachments = [][]element{{txt("volumeId", v.ID), txt("instanceId", v.InstanceID), txt("device", v.Device),
			txt("status", "attached"), at("attachTime", v.CreatedAt), yes("deleteOnTermination", v.DeleteWith)}}
	}
	return []element{
		txt("volumeId", v.ID), num("size", v.GiB), txt("volumeType", v.Type), num("iops", v.IOPS), yes("encrypted", v.Encrypted),
		txt("availabilityZone", v.Zone), txt("status", c.s.volumeState(v, c.now)), at("createTime", v.CreatedAt),
		txt("snapshotId", c.rootSnapshot(v)), yes("multiAttachEnabled", false), items("attachmentSet", attachments), tagSet(v.Tags),
	}
}

// rootSnapshot is what a root volume was made from; "" for other volumes.
func (c *call) rootSnapshot(v *volume) string {
	i := c.s.instance(v.InstanceID)
	if i == nil {
		return ""
	}
	if im := c.a.image(i.ImageID); im.RootDevice == v.Device {
		return im.snapshotID()
	}
	return ""
}
