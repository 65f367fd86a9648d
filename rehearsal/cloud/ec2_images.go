package cloud

// ec2_images.go: the images the account may see.

import "slices"

// sees reports whether the account may launch an image: its own, a public one, or one shared with it.
func (a *Account) sees(im Image) bool { return im.Owner == a.opt.AccountID || im.Public || im.Shared }

// image returns the image of an instance; images are never withdrawn from a running world.
func (a *Account) image(id string) Image {
	for _, im := range a.opt.Images {
		if im.ID == id {
			return im
		}
	}
	return Image{ID: id}
}

func (c *call) describeImages() ([]element, error) {
	var all []Image
	for _, im := range c.a.opt.Images {
		if c.a.sees(im) {
			all = append(all, im)
		}
	}
	for _, flag := range []string{"IncludeDeprecated", "IncludeDisabled"} {
		if _, err := c.flag(flag, false); err != nil { // no image is deprecated or disabled
			return nil, err
		}
	}
	for _, id := range c.texts("ImageId") {
		if !wellFormed(id, "ami") {
			return nil, refuse(400, "InvalidAMIID.Malformed", "Invalid id: \"%s\" (expecting \"ami-...\")", clip(id))
		}
	}
	all, err := selected(c, "ImageId", all, func(im Image, id string) bool { return im.ID == id }, func(id string) error {
		return refuse(400, "InvalidAMIID.NotFound", "The image id '[%s]' does not exist", id)
	})
	if err != nil {
		return nil, err
	}
	all = keepImages(all, c.texts("Owner"), func(im Image, who string) bool {
		return who == im.Owner || who == "self" && im.Owner == c.a.opt.AccountID
	})
	all = keepImages(all, c.texts("ExecutableBy"), func(im Image, who string) bool {
		return who == "all" && im.Public || (who == "self" || who == c.a.opt.AccountID) && im.Shared
	})
	all, err = filtered(c, all, map[string]field[Image]{
		"image-id":            one(func(im Image) string { return im.ID }),
		"name":                one(func(im Image) string { return im.Name }),
		"owner-id":            one(func(im Image) string { return im.Owner }),
		"architecture":        one(func(im Image) string { return im.Arch }),
		"virtualization-type": one(func(im Image) string { return im.Virtualization }),
		"root-device-type":    one(func(Image) string { return "ebs" }),
		"state":               one(func(Image) string { return "available" }),
	}, func(Image) []Tag { return nil }) // sharing does not carry tags
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, im := range all {
		rows = append(rows, imageElements(im))
	}
	return answer(items("imagesSet", rows), next), err
}

// keepImages keeps the images that any of the named parties has to do with; nobody named keeps all.
func keepImages(all []Image, who []string, is func(Image, string) bool) []Image {
	if len(who) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(im Image) bool {
		return !slices.ContainsFunc(who, func(w string) bool { return is(im, w) })
	})
}

func imageElements(im Image) []element {
	out := []element{
		txt("imageId", im.ID), txt("imageLocation", im.Owner+"/"+im.Name), txt("imageState", "available"), txt("imageOwnerId", im.Owner),
		txt("creationDate", im.Created.UTC().Format("2006-01-02T15:04:05.000Z")), yes("isPublic", im.Public),
		txt("architecture", im.Arch), txt("imageType", "machine"), txt("platformDetails", "Linux/UNIX"), txt("name", im.Name),
		txt("rootDeviceType", "ebs"), txt("rootDeviceName", im.RootDevice), txt("virtualizationType", im.Virtualization),
		txt("hypervisor", "xen"), yes("enaSupport", im.ENA),
		items("blockDeviceMapping", [][]element{{txt("deviceName", im.RootDevice), el("ebs", txt("snapshotId", "snap-"+im.ID[4:]),
			num("volumeSize", im.RootGiB), txt("volumeType", "gp2"), yes("deleteOnTermination", true), yes("encrypted", false))}}),
	}
	return append(out, some(txt("description", im.Description), txt("bootMode", im.BootMode))...)
}
