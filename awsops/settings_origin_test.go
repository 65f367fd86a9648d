package awsops_test

// settings_origin_test.go: what is half said of credentials is told, whatever is used in its place.

import (
	"strings"
	"testing"

	"tminus/awsops"
)

// TestHalfAKeyPair: it is told whatever is used instead, and what is told about nothing is nothing.
func TestHalfAKeyPair(t *testing.T) {
	for _, tt := range []struct {
		name, profile string
		env           []string
		says          string // of the credentials; "" = no word of it
	}{
		{"beside a profile", "", []string{"AWS_PROFILE=base", "AWS_SECRET_ACCESS_KEY=hidden"}, "shared credentials file, profile base, key AKIA…WXYZ; AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"},
		{"beside a profile that is named", "base", []string{"AWS_SECRET_ACCESS_KEY=hidden"}, ""},
		{"a whole one", "", []string{"AWS_ACCESS_KEY_ID=AKIAENVIRONMENT00001", "AWS_SECRET_ACCESS_KEY=hidden"}, ""},
	} {
		machine(t, company, "", tt.env...)
		s, err := awsops.Resolve(t.Context(), awsops.Wish{Profile: tt.profile})
		must(t, err)
		r := row(t, s.Items(), "settings.credentials")
		if (r.Verdict == "warning") != (tt.says != "") || !strings.HasPrefix(r.Says, tt.says) || tt.says != "" && r.Next != "set AWS_ACCESS_KEY_ID too, or unset AWS_SECRET_ACCESS_KEY" {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
	machine(t, "[profile half]\naws_access_key_id = AKIAABCDEFGHIJKLWXYZ\n", "", "AWS_PROFILE=half")
	if _, err := awsops.Resolve(t.Context(), awsops.Wish{}); err == nil || !strings.Contains(err.Error(), "half") || !strings.Contains(err.Error(), "correct it in ~/.aws/config") {
		t.Errorf("half a pair in a file: %v", err)
	}
}
