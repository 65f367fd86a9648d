package cloud

// ec2_images.go: the images the account may see, and their root snapshots.

import (
	"slices"
	"strconv"
)

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

func (im Image) snapshotID() string { return "snap-" + im.ID[len("ami-"):] }

// owned reports whether an image, or its snapshot, is whose the word says: an account's, self, or an alias of Amazon's.
func (c *call) owned(im Image, who string) bool {
	return who == im.Owner || who == "self" && im.Owner == c.a.opt.AccountID || who != "" && who == im.OwnerAlias
}

// party refuses what names no account.
func party(who string) error {
	digits := len(who) == 12
	for _, r := range who {
		digits = digits && r >= '0' && r <= '9'
	}
	if digits || slices.Contains([]string{"self", "all", "amazon", "aws-marketplace", "aws-backup-vault"}, who) {
		return nil
	}
	return refuse(400, "InvalidUserID.Malformed", "Invalid user id: \"%s\"", clip(who))
}

func (c *call) describeImages() ([]element, error) {
	if err := c.whole("ImageId", "imagesSet"); err != nil {
		return nil, err
	}
	all, err := c.visibleImages()
	if err != nil {
		return nil, err
	}
	for _, list := range []string{"Owner", "ExecutableBy"} {
		for _, who := range c.texts(list) {
			if err := party(who); err != nil {
				return nil, err
			}
		}
	}
	all = keepImages(all, c.texts("Owner"), c.owned)
	all = keepImages(all, c.texts("ExecutableBy"), func(im Image, who string) bool {
		return who == "all" && im.Public || (who == "self" || who == c.a.opt.AccountID) && im.Shared
	})
	if all, err = filtered(c, all, c.imageFields(), func(Image) []Tag { return nil }); err != nil { // sharing does not carry tags
		return nil, err
	}
	all, next, err := pageOf(c, all, 1, 1000)
	var rows [][]element
	for _, im := range all {
		rows = append(rows, c.imageElements(im))
	}
	return answer(items("imagesSet", rows), next), err
}

// visibleImages are those that the request names, or all that are not deprecated. Their owner sees his all the same.
func (c *call) visibleImages() ([]Image, error) {
	deprecated, err := c.flag("IncludeDeprecated", false)
	if err != nil {
		return nil, err
	}
	if _, err := c.flag("IncludeDisabled", false); err != nil { // no image is disabled
		return nil, err
	}
	if err := c.ids("ImageId", "ami", "InvalidAMIID.Malformed"); err != nil {
		return nil, err
	}
	named := len(c.list("ImageId")) > 0
	all := slices.DeleteFunc(c.a.images(), func(im Image) bool {
		old := !im.Deprecated.IsZero() && !c.now.Before(im.Deprecated) && im.Owner != c.a.opt.AccountID
		return !c.a.sees(im) || old && !deprecated && !named
	})
	return selected(c, "ImageId", all, func(im Image, id string) bool { return im.ID == id }, noImage)
}

func noImage(id string) error {
	return refuse(400, "InvalidAMIID.NotFound", "The image id '[%s]' does not exist", clip(id))
}

func (c *call) imageFields() map[string]field[Image] {
	flag := func(get func(Image) bool) field[Image] {
		return one(func(im Image) string { return strconv.FormatBool(get(im)) })
	}
	version2 := func(get func(Image) bool) field[Image] {
		return func(im Image) []string {
			if get(im) {
				return []string{"v2.0"}
			}
			return nil
		}
	}
	return map[string]field[Image]{
		"imds-support":                     version2(func(im Image) bool { return im.IMDSv2 }),
		"tpm-support":                      version2(func(im Image) bool { return im.TPM }),
		"image-id":                         one(func(im Image) string { return im.ID }),
		"name":                             one(func(im Image) string { return im.Name }),
		"description":                      one(func(im Image) string { return im.Description }),
		"owner-id":                         one(func(im Image) string { return im.Owner }),
		"owner-alias":                      one(func(im Image) string { return im.OwnerAlias }),
		"architecture":                     one(func(im Image) string { return im.Arch }),
		"virtualization-type":              one(func(im Image) string { return im.Virtualization }),
		"boot-mode":                        one(func(im Image) string { return im.BootMode }),
		"creation-date":                    one(func(im Image) string { return at("", im.Created).text }),
		"root-device-name":                 one(func(im Image) string { return im.RootDevice }),
		"root-device-type":                 one(func(Image) string { return "ebs" }),
		"image-type":                       one(func(Image) string { return "machine" }),
		"hypervisor":                       one(func(Image) string { return "xen" }),
		"platform-details":                 one(func(Image) string { return "Linux/UNIX" }),
		"state":                            one(func(Image) string { return "available" }),
		"ena-support":                      flag(func(im Image) bool { return im.ENA }),
		"is-public":                        flag(func(im Image) bool { return im.Public }),
		"block-device-mapping.device-name": one(func(im Image) string { return im.RootDevice }),
		"block-device-mapping.snapshot-id": one(Image.snapshotID),
		"block-device-mapping.volume-size": one(func(im Image) string { return strconv.Itoa(im.RootGiB) }),
		"block-device-mapping.volume-type": one(func(Image) string { return "gp2" }),
		"block-device-mapping.encrypted":   flag(func(im Image) bool { return im.Encrypted }),
		"block-device-mapping.delete-on-termination": flag(func(Image) bool { return true }),
	}
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

func (im Image) device() element {
	return items("blockDeviceMapping", [][]element{{txt("deviceName", im.RootDevice), el("ebs", txt("snapshotId", im.snapshotID()),
		num("volumeSize", im.RootGiB), txt("volumeType", "gp2"), yes("deleteOnTermination", true), yes("encrypted", im.Encrypted))}})
}

func (c *call) imageElements(im Image) []element {
	out := []element{
		txt("imageId", im.ID), txt("imageLocation", im.Owner+"/"+im.Name), txt("imageState", "available"), txt("imageOwnerId", im.Owner),
		at("creationDate", im.Created), yes("isPublic", im.Public),
		txt("architecture", im.Arch), txt("imageType", "machine"), txt("platformDetails", "Linux/UNIX"), txt("usageOperation", "RunInstances"),
		txt("name", im.Name), txt("rootDeviceType", "ebs"), txt("rootDeviceName", im.RootDevice), txt("virtualizationType", im.Virtualization),
		txt("hypervisor", "xen"), yes("enaSupport", im.ENA), im.device(), el("productCodes"), el("tagSet"),
	}
	if !im.Deprecated.IsZero() {
		out = append(out, at("deprecationTime", im.Deprecated))
	}
	if im.IMDSv2 {
		out = append(out, txt("imdsSupport", "v2.0"))
	}
	if im.TPM {
		out = append(out, txt("tpmSupport", "v2.0"))
	}
	return append(out, some(txt("description", im.Description), txt("bootMode", im.BootMode), txt("imageOwnerAlias", im.OwnerAlias))...)
}

// describeImageAttribute tells an image's owner what it is like and whom it is shared with; it is nobody else's business.
func (c *call) describeImageAttribute() ([]element, error) {
	id, err := c.required("ImageId")
	if err != nil {
		return nil, err
	}
	attribute, err := c.required("Attribute")
	if err != nil {
		return nil, err
	}
	im, err := c.launchImage() // the same id, the same refusals
	if err != nil {
		return nil, err
	}
	if im.Owner != c.a.opt.AccountID {
		return nil, refuse(403, "AuthFailure", "Not authorized for image:%s", id)
	}
	var shown element
	switch attribute {
	case "launchPermission":
		shown = el(attribute)
		if im.Public {
			shown = items(attribute, [][]element{{txt("group", "all")}})
		}
	case "description":
		shown = el(attribute, some(txt("value", im.Description))...)
	case "bootMode":
		shown = el(attribute, some(txt("value", im.BootMode))...)
	case "blockDeviceMapping":
		shown = im.device()
	case "kernel", "ramdisk", "productCodes", "sriovNetSupport", "tpmSupport", "imdsSupport":
		shown = el(attribute)
	default:
		return nil, refuse(400, "InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", clip(attribute))
	}
	return []element{txt("imageId", id), shown}, nil
}
