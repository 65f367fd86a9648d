package cloud

// identity.go: who is calling (STS) and what the account is called (IAM).

// ARN is the identity of every caller of the account.
func (a *Account) ARN() string { return "arn:aws:iam::" + a.opt.AccountID + ":user/rehearsal" }

func (a *Account) sts(op string, p *form) ([]element, error) {
	if op != "GetCallerIdentity" {
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2011-06-15", clip(op))
	}
	if path := p.unread(); path != "" {
		return nil, refuse(400, "ValidationError", "The parameter %s is not recognized", clip(path))
	}
	return []element{txt("Arn", a.ARN()), txt("UserId", "AIDAREHEARSALREHEARSA"), txt("Account", a.opt.AccountID)}, nil
}

func (a *Account) iam(op string, p *form) ([]element, error) {
	if op != "ListAccountAliases" {
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2010-05-08", clip(op))
	}
	p.text("MaxItems") // there is at most one alias
	if path := p.unread(); path != "" {
		return nil, refuse(400, "ValidationError", "The parameter %s is not recognized", clip(path))
	}
	aliases := el("AccountAliases")
	if a.opt.Alias != "" {
		aliases = words("AccountAliases", "member", a.opt.Alias)
	}
	return []element{yes("IsTruncated", false), aliases}, nil
}
