package cloud

// query.go: how answers of the Query protocol are framed: EC2 its own way, the older services another.

const ec2Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"

// queryEC2 frames as EC2 does.
type queryEC2 struct{}

func (queryEC2) answer(in *incoming, result any, id string) (string, []byte) {
	root := el(in.Operation+"Response", append([]element{txt("requestId", id)}, result.([]element)...)...)
	return "text/xml;charset=UTF-8", render(root, ec2Namespace)
}

func (queryEC2) refusal(e *apiError, id string) (string, []byte) {
	root := el("Response", el("Errors", el("Error", txt("Code", e.Code), txt("Message", e.Message))), txt("RequestID", id))
	return "text/xml;charset=UTF-8", render(root, "")
}

// queryAWS frames as STS and IAM do.
type queryAWS struct{ namespace string }

func (q queryAWS) answer(in *incoming, result any, id string) (string, []byte) {
	root := el(in.Operation+"Response",
		el(in.Operation+"Result", result.([]element)...),
		el("ResponseMetadata", txt("RequestId", id)))
	return "text/xml", render(root, q.namespace)
}

func (q queryAWS) refusal(e *apiError, id string) (string, []byte) {
	kind := "Sender"
	if e.Status >= 500 {
		kind = "Receiver"
	}
	root := el("ErrorResponse", el("Error", txt("Type", kind), txt("Code", e.Code), txt("Message", e.Message)), txt("RequestId", id))
	return "text/xml", render(root, q.namespace)
}
