package check

// export_test.go: what the tests of this package may see.

// AnswerKeys are the keys that a risk's response may name.
func AnswerKeys() []string { return answers[:] }
