package cloud

// ec2_tags.go: tags on everything that can carry them.

import (
	"slices"
	"strings"
)

// tagged is a resource that carries tags.
type tagged struct {
	id, kind string
	tags     *[]Tag
}

func (c *call) taggable() []tagged {
	var out []tagged
	for _, i := range c.s.Instances {
		if c.visible(i) {
			out = append(out, tagged{i.ID, "instance", &i.Tags})
		}
	}
	for _, v := range c.s.Volumes {
		if c.exists(v) {
			out = append(out, tagged{v.ID, "volume", &v.Tags})
		}
	}
	for _, k := range c.s.KeyPairs {
		out = append(out, tagged{k.ID, "key-pair", &k.Tags})
	}
	for _, g := range c.s.Groups {
		out = append(out, tagged{g.ID, "security-group", &g.Tags})
	}
	for _, a := range c.s.Addresses {
		out = append(out, tagged{a.AllocationID, "elastic-ip", &a.Tags})
	}
	return out
}

// tagSpecifications reads TagSpecification.N for the given kinds of resource.
func (c *call) tagSpecifications(kinds ...string) (map[string][]Tag, error) {
	out := map[string][]Tag{}
	for _, spec := range c.list("TagSpecification") {
		kind := spec.text("ResourceType")
		if !slices.Contains(kinds, kind) {
			return nil, refuse(400, "InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", clip(kind))
		}
		tags, err := readTags(spec)
		if err != nil {
			return nil, err
		}
		if out[kind], err = merge(out[kind], tags); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readTags(f *form) ([]Tag, error) {
	var out []Tag
	for _, t := range f.list("Tag") {
		tag := Tag{t.text("Key"), t.text("Value")}
		switch {
		case tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256:
			return nil, refuse(400, "InvalidParameterValue", "Tag keys have 1 to 128 characters and values at most 256 (key '%s')", clip(tag.Key))
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			return nil, refuse(400, "InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
		case slices.ContainsFunc(out, func(o Tag) bool { return o.Key == tag.Key }):
			return nil, refuse(400, "InvalidParameterValue", "Duplicate tag key '%s' specified.", clip(tag.Key))
		}
		out = append(out, tag)
	}
	return sortTags(out), nil
}

// merge lays new tags over old ones.
func merge(old, new []Tag) ([]Tag, error) {
	out := slices.Clone(new)
	for _, t := range old {
		if !slices.ContainsFunc(new, func(n Tag) bool { return n.Key == t.Key }) {
			out = append(out, t)
		}
	}
	if len(out) > 50 {
		return nil, refuse(400, "TagLimitExceeded", "The maximum number of tags for a resource is 50")
	}
	return sortTags(out), nil
}

func (c *call) createTags() ([]element, error) {
	tags, err := readTags(c.form)
	if err != nil {
		return nil, err
	}
	if len(tags) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter Tag")
	}
	return c.eachTagged(func(r tagged) error {
		all, err := merge(*r.tags, tags)
		*r.tags = all
		return err
	})
}

func (c *call) deleteTags() ([]element, error) {
	gone := c.list("Tag")
	return c.eachTagged(func(r tagged) error {
		*r.tags = slices.DeleteFunc(*r.tags, func(t Tag) bool {
			return len(gone) == 0 || slices.ContainsFunc(gone, func(g *form) bool {
				return g.text("Key") == t.Key && (!g.has("Value") || g.text("Value") == t.Value)
			})
		})
		return nil
	})
}

func (c *call) eachTagged(do func(tagged) error) ([]element, error) {
	ids := c.texts("ResourceId")
	if len(ids) == 0 {
		return nil, refuse(400, "MissingParameter", "The request must contain the parameter ResourceId")
	}
	all := c.taggable()
	for _, id := range ids {
		i := slices.IndexFunc(all, func(r tagged) bool { return r.id == id })
		if i < 0 {
			return nil, noResource(id)
		}
		if err := do(all[i]); err != nil {
			return nil, err
		}
	}
	return []element{yes("return", true)}, nil
}

// noResource refuses to tag what is not there: with the code of its kind, or InvalidID for what is the id of nothing.
func noResource(id string) error {
	kinds := map[string]string{"i": "InvalidInstanceID.NotFound", "vol": "InvalidVolume.NotFound", "sg": "InvalidGroup.NotFound",
		"eipalloc": "InvalidAllocationID.NotFound", "key": "InvalidKeyPair.NotFound"}
	prefix, _, _ := strings.Cut(id, "-")
	if code := kinds[prefix]; code != "" && wellFormed(id, prefix) {
		return refuse(400, code, "The resource '%s' does not exist", id)
	}
	return refuse(400, "InvalidID", "The ID '%s' is not valid", clip(id))
}

func (c *call) describeTags() ([]element, error) {
	type row struct {
		tagged
		tag Tag
	}
	var all []row
	for _, r := range c.taggable() {
		for _, t := range *r.tags {
			all = append(all, row{r, t})
		}
	}
	all, err := filtered(c, all, map[string]field[row]{
		"resource-id":   one(func(r row) string { return r.id }),
		"resource-type": one(func(r row) string { return r.kind }),
		"key":           one(func(r row) string { return r.tag.Key }),
		"value":         one(func(r row) string { return r.tag.Value }),
	}, func(r row) []Tag { return []Tag{r.tag} })
	if err != nil {
		return nil, err
	}
	all, next, err := page(c, all)
	var rows [][]element
	for _, r := range all {
		rows = append(rows, []element{txt("resourceId", r.id), txt("resourceType", r.kind), txt("key", r.tag.Key), txt("value", r.tag.Value)})
	}
	return answer(items("tagSet", rows), next), err
}

func tagValues(tags []Tag, key string) []string {
	for _, t := range tags {
		if t.Key == key {
			return []string{t.Value}
		}
	}
	return nil
}

func tagKeys(tags []Tag) []string {
	var out []string
	for _, t := range tags {
		out = append(out, t.Key)
	}
	return out
}
