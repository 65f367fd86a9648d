package cloud

// iam.go: IAM: what the account is called, who its user is, and what a caller may do.

import (
	"slices"
	"strings"
	"time"
)

func (a *Account) iam(in *incoming) (out []element, err error) {
	p := in.form
	switch in.Operation {
	case "ListAccountAliases":
		p.text("MaxItems") // there is at most one alias
		aliases := el("AccountAliases")
		if a.opt.Alias != "" {
			aliases = words("AccountAliases", "member", a.opt.Alias)
		}
		out = []element{yes("IsTruncated", false), aliases}
	case "GetUser":
		out, err = a.getUser(in)
	case "SimulatePrincipalPolicy":
		out, err = a.simulate(p)
	default:
		return nil, refuse(400, "InvalidAction", "Could not find operation %s for version 2010-05-08", clip(in.Operation))
	}
	if path := p.unread(); err == nil && path != "" {
		return nil, refuse(400, "ValidationError", "The parameter %s is not recognized", clip(path))
	}
	return out, err
}

func (a *Account) getUser(in *incoming) ([]element, error) {
	name := in.form.text("UserName")
	if name == "" && in.caller.role {
		return nil, refuse(400, "ValidationError", "Must specify userName when calling with non-User credentials")
	}
	if name != "" && name != userName {
		return nil, refuse(404, "NoSuchEntity", "The user with name %s cannot be found.", clip(name))
	}
	return []element{el("User", txt("Path", "/"), txt("UserName", userName), txt("UserId", userID), txt("Arn", a.ARN()),
		at("CreateDate", time.Date(2018, 11, 5, 9, 30, 0, 0, time.UTC)))}, nil
}

// simulate says of each action whether the user or a role may do it.
func (a *Account) simulate(p *form) ([]element, error) {
	who, actions := p.text("PolicySourceArn"), p.texts("ActionNames.member")
	p.texts("ResourceArns.member") // nobody here is allowed an action on some resources and not on others
	role := slices.IndexFunc(a.opt.Roles, func(r Role) bool { return a.roleARN(r.Name) == who })
	if role < 0 && who != a.ARN() {
		return nil, refuse(404, "NoSuchEntity", "The principal %s cannot be found.", clip(who))
	}
	if len(actions) == 0 {
		return nil, refuse(400, "ValidationError", "1 validation error detected: Value null at 'actionNames' failed to satisfy constraint: Member must not be null")
	}
	results := el("EvaluationResults")
	for _, action := range actions {
		service, op, ok := strings.Cut(action, ":")
		if !ok {
			return nil, refuse(400, "InvalidInput", "The action name %s is not of the form service:action.", clip(action))
		}
		decision := "allowed"
		if a.denied(service, op) || role >= 0 && a.opt.Roles[role].Reader && changes(service, op) {
			decision = "implicitDeny"
		}
		results.kids = append(results.kids, el("member", txt("EvalActionName", action), txt("EvalResourceName", "*"), txt("EvalDecision", decision)))
	}
	return []element{yes("IsTruncated", false), results}, nil
}

// changes reports whether an operation of a service may change the account.
func changes(service, op string) bool {
	return service != "sts" && op != "SimulatePrincipalPolicy" && mutates(op)
}

// authorize refuses what the caller may not do, before anything else of the request is looked at.
func (a *Account) authorize(in *incoming) error {
	if in.caller.reader && changes(in.Service, in.Operation) {
		return a.unauthorized(in)
	}
	return a.permit(in)
}
