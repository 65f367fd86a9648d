package cloud

// ec2_snapshots.go: snapshots. There are those that images start from; sharing an image does not share its snapshot.

import (
	"slices"
	"strconv"
)

func (c *call) describeSnapshots() ([]element, error) {
	if err := c.ids("SnapshotId", "snap", "InvalidSnapshotID.Malformed"); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(c.a.images(), func(im Image) bool { return im.Owner != c.a.opt.AccountID && !im.Public })
	all, err := selected(c, "SnapshotId", all, func(im Image, id string) bool { return im.snapshotID() == id }, func(id string) error {
		return refuse(400, "InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", clip(id))
	})
	if err != nil {
		return nil, err
	}
	for _, list := range []string{"Owner", "RestorableBy"} {
		for _, who := range c.texts(list) {
			if err := party(who); err != nil {
				return nil, err
			}
		}
	}
	all = keepImages(all, c.texts("Owner"), c.owned)
	all = keepImages(all, c.texts("RestorableBy"), func(im Image, who string) bool {
		return who == "all" && im.Public || who == "self" || who == c.a.opt.AccountID
	})
	all, err = filtered(c, all, map[string]field[Image]{
		"snapshot-id": one(Image.snapshotID),
		"owner-id":    one(func(im Image) string { return im.Owner }),
		"owner-alias": one(func(im Image) string { return im.OwnerAlias }),
		"volume-size": one(func(im Image) string { return strconv.Itoa(im.RootGiB) }),
		"encrypted":   one(func(im Image) string { return strconv.FormatBool(im.Encrypted) }),
		"status":      one(func(Image) string { return "completed" }),
		"progress":    one(func(Image) string { return "100%" }),
	}, func(Image) []Tag { return nil })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, im := range all {
		rows = append(rows, append([]element{
			txt("snapshotId", im.snapshotID()), txt("volumeId", "vol-ffffffff"), txt("status", "completed"), at("startTime", im.Created),
			txt("progress", "100%"), txt("ownerId", im.Owner), num("volumeSize", im.RootGiB), yes("encrypted", im.Encrypted),
			txt("description", "Created for "+im.ID), txt("storageTier", "standard"), el("tagSet"),
		}, some(txt("ownerAlias", im.OwnerAlias))...))
	}
	return answer(items("snapshotSet", rows), next), err
}

// getEBSEncryptionByDefault tells whether new volumes are encrypted unasked.
func (c *call) getEBSEncryptionByDefault() ([]element, error) {
	out := []element{yes("ebsEncryptionByDefault", c.a.opt.Encrypted)}
	if c.a.opt.Encrypted {
		out = append(out, txt("sseType", "sse-ebs"))
	}
	return out, nil
}
