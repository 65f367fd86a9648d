package plan

// schema.go: the plan file's form as a JSON Schema, so that an editor completes and
// checks while somebody writes. It says less than the loader: names that must name
// something, times that must exist and all that follows from two values are the loader's.
//
// The text is generated from the types of this package, their yaml tags and their
// comments (schema_test.go): a constant, so that nothing of that is in the binary.

// Schema returns the JSON Schema of a plan file, in keywords of draft-07.
func Schema() string { return schema }
