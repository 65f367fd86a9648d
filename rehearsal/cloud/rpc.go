package cloud

// rpc.go: Smithy RPC v2 CBOR (the Go SDK) and AWS JSON (boto3, aws-cli; every client of Service
// Quotas) as one kind of document: maps, lists, strings, bool, time.Time, float64, and in
// answers int where clients insist on it.

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

type cborRPC struct{}

func (cborRPC) answer(_ *incoming, result any, _ string) (string, []byte) {
	return "application/cbor", cbor.Encode(toCBOR(result))
}

func (cborRPC) refusal(e *apiError, _ string) (string, []byte) {
	return "application/cbor", cbor.Encode(cbor.Map{
		"__type": cbor.String("com.amazonaws.cloudwatch#" + e.Code), "message": cbor.String(e.Message),
	})
}

// jsonRPC is AWS JSON in a version, to a service by its name on the wire.
type jsonRPC struct{ target, version string }

func (j jsonRPC) answer(_ *incoming, result any, _ string) (string, []byte) {
	return "application/x-amz-json-" + j.version, mustJSON(epochs(result))
}

func (j jsonRPC) refusal(e *apiError, _ string) (string, []byte) {
	return "application/x-amz-json-" + j.version, mustJSON(map[string]any{"__type": j.target + "#" + e.Code, "message": e.Message})
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("cloud: internal error: answer cannot be encoded: " + err.Error())
	}
	return b
}

func decodeJSON(body []byte) (map[string]any, error) {
	doc := map[string]any{}
	if len(bytes.TrimSpace(body)) == 0 {
		return doc, nil
	}
	if err := json.Unmarshal(body, &doc); err != nil || doc == nil {
		return nil, refuse(400, "SerializationException", "the request body is not a JSON object")
	}
	return doc, nil
}

func decodeCBOR(body []byte) (map[string]any, error) {
	if len(body) == 0 {
		return map[string]any{}, nil
	}
	v, err := cbor.Decode(body)
	if err != nil {
		return nil, refuse(400, "SerializationException", "the request body is not CBOR")
	}
	doc, ok := fromCBOR(v).(map[string]any)
	if !ok {
		return nil, refuse(400, "SerializationException", "the request body is not a CBOR map")
	}
	return doc, nil
}

func fromCBOR(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Map:
		out := make(map[string]any, len(v))
		for k, kid := range v {
			out[k] = fromCBOR(kid)
		}
		return out
	case cbor.List:
		out := make([]any, 0, len(v))
		for _, kid := range v {
			out = append(out, fromCBOR(kid))
		}
		return out
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case *cbor.Tag:
		return fromCBOR(v.Value) // tag 1: seconds since 1970, as in JSON
	default:
		if f, err := cbor.AsFloat64(v); err == nil {
			return f
		}
		if n, err := cbor.AsInt64(v); err == nil {
			return float64(n)
		}
		return nil
	}
}

func toCBOR(v any) cbor.Value {
	switch v := v.(type) {
	case map[string]any:
		out := make(cbor.Map, len(v))
		for k, kid := range v {
			out[k] = toCBOR(kid)
		}
		return out
	case []any:
		out := make(cbor.List, 0, len(v))
		for _, kid := range v {
			out = append(out, toCBOR(kid))
		}
		return out
	case string:
		return cbor.String(v)
	case bool:
		return cbor.Bool(v)
	case float64:
		return cbor.Float64(v)
	case int:
		return cbor.Uint(v) // counts and seconds: none is negative
	case time.Time:
		return &cbor.Tag{ID: 1, Value: cbor.Float64(epoch(v))}
	default:
		panic("cloud: internal error: no CBOR form for the answer")
	}
}

// epochs turns every time in a document into the epoch number that JSON carries.
func epochs(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, kid := range v {
			out[k] = epochs(kid)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, kid := range v {
			out = append(out, epochs(kid))
		}
		return out
	case time.Time:
		return epoch(v)
	default:
		return v
	}
}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// moment reads a timestamp of either protocol: seconds since 1970, or RFC 3339 text.
func moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.Abs(v) > 1e11 {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(v * 1000)), true
	case string:
		t, err := time.Parse(time.RFC3339, v)
		return t, err == nil
	default:
		return time.Time{}, false
	}
}
