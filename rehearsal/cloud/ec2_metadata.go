package cloud

// ec2_metadata.go: how an instance's metadata service answers: read at a launch, changed later.

// readMetadata reads the options under a prefix of parameters ("MetadataOptions." at a launch) over those there are.
func (f *form) readMetadata(prefix string, o *options) (err error) {
	if f.has(prefix + "HttpTokens") {
		o.HTTPTokens = f.text(prefix + "HttpTokens")
	}
	if o.HTTPTokens != "optional" && o.HTTPTokens != "required" {
		return refuse(400, "InvalidParameterValue", "Invalid value '%s' for HttpTokens.", clip(o.HTTPTokens))
	}
	if o.HopLimit, err = f.number(prefix+"HttpPutResponseHopLimit", o.HopLimit); err != nil {
		return err
	}
	if o.HopLimit < 1 || o.HopLimit > 64 {
		return refuse(400, "InvalidParameterValue", "Value (%d) for parameter HttpPutResponseHopLimit is invalid. It must be from 1 to 64.", o.HopLimit)
	}
	on, err := f.enabled(prefix+"HttpEndpoint", !o.NoMetadata)
	if err != nil {
		return err
	}
	if o.MetadataTags, err = f.enabled(prefix+"InstanceMetadataTags", o.MetadataTags); err != nil {
		return err
	}
	o.NoMetadata = !on
	v6, err := f.enabled(prefix+"HttpProtocolIpv6", false)
	if err == nil && v6 {
		err = refuse(400, "InvalidParameterValue", "The pretend account knows IPv4 only")
	}
	return err
}

// enabled returns what "enabled" or "disabled" at a path means, or def if nothing is said.
func (f *form) enabled(path string, def bool) (bool, error) {
	switch v := f.text(path); v {
	case "":
		return def, nil
	case "enabled", "disabled":
		return v == "enabled", nil
	default:
		return def, refuse(400, "InvalidParameterValue", "Invalid value '%s' for %s. It must be enabled or disabled.", clip(v), path)
	}
}

// metadata is the options as AWS shows them; state is pending or applied.
func (o options) metadata(state string) []element {
	word := func(on bool) string {
		if on {
			return "enabled"
		}
		return "disabled"
	}
	return []element{txt("state", state), txt("httpTokens", o.HTTPTokens), num("httpPutResponseHopLimit", o.HopLimit),
		txt("httpEndpoint", word(!o.NoMetadata)), txt("httpProtocolIpv6", "disabled"), txt("instanceMetadataTags", word(o.MetadataTags))}
}

func (c *call) modifyInstanceMetadataOptions() ([]element, error) {
	i, err := c.modifiable()
	if err != nil {
		return nil, err
	}
	if !c.has("HttpTokens") && !c.has("HttpPutResponseHopLimit") && !c.has("HttpEndpoint") && !c.has("InstanceMetadataTags") {
		return nil, refuse(400, "InvalidParameterCombination", "You must specify at least one metadata option to modify.")
	}
	if err := c.readMetadata("", &i.Options); err != nil {
		return nil, err
	}
	return []element{txt("instanceId", i.ID), el("instanceMetadataOptions", i.Options.metadata("pending")...)}, nil
}
