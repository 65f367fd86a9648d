package journal

// payload.go: what may be stored of a payload: one JSON object, in printable ASCII, that cannot be mistaken for the
// record around it.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// Names of the record itself.
var reserved = [...]string{"seq", "len", "prev", "sum"}

// storable returns the payload as it will be stored: without white space between tokens and with every byte
// outside 0x20–0x7E written as \uXXXX. It refuses what is not an object, a reserved name and a name given twice.
func storable(payload json.RawMessage) (json.RawMessage, error) {
	if len(payload) > MaxRecord {
		return nil, fmt.Errorf("journal: a payload of %d bytes is too long for a record of %d; shorten what it quotes", len(payload), MaxRecord)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, payload); err != nil {
		return nil, fmt.Errorf("journal: payload: %w", err)
	}
	if compact.Len() == 0 || compact.Bytes()[0] != '{' {
		return nil, errors.New("journal: a payload has to be a JSON object")
	}
	names := memberNames(nil, compact.Bytes())
	for _, name := range names {
		if slices.Contains(reserved[:], string(name)) {
			return nil, fmt.Errorf("journal: a payload may not have a member %q: the record itself has one", name)
		}
	}
	if name, twice := repeated(names); twice {
		return nil, fmt.Errorf("journal: the payload's member %q is given twice", name)
	}
	return escape(compact.Bytes()), nil
}

// escape writes every byte outside 0x20–0x7E as \uXXXX. In valid, compact JSON such bytes stand only inside
// strings, so the meaning stays; bytes that are no UTF-8 become U+FFFD.
func escape(object []byte) []byte {
	if isPrintable(object) {
		return object
	}
	out := make([]byte, 0, len(object))
	for len(object) > 0 {
		r, size := utf8.DecodeRune(object)
		switch {
		case r >= 0x20 && r <= 0x7e:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		object = object[size:]
	}
	return out
}

// memberNames appends the names of a valid JSON object's own members to names, in order, unescaped.
func memberNames(names [][]byte, object []byte) [][]byte {
	depth, wantName := 0, false
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{':
			depth++
			wantName = depth == 1
		case '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			wantName = depth == 1
		case '"':
			end := stringEnd(object, i)
			if wantName {
				names = append(names, unquote(object[i:end]))
				wantName = false
			}
			i = end - 1
		}
	}
	return names
}

// stringEnd returns where the string that starts at i ends, after its closing quote.
func stringEnd(object []byte, i int) int {
	for i++; i < len(object); i++ {
		switch object[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(object)
}

func unquote(quoted []byte) []byte {
	plain := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(plain, '\\') < 0 {
		return plain
	}
	var name string
	if err := json.Unmarshal(quoted, &name); err != nil {
		panic("journal: internal error: a name of a valid object does not decode: " + err.Error())
	}
	return []byte(name)
}

// repeated finds a name that is there twice, sorting the names for it. The empty name is a name.
func repeated(names [][]byte) (name []byte, twice bool) {
	slices.SortFunc(names, bytes.Compare)
	for i := 1; i < len(names); i++ {
		if bytes.Equal(names[i-1], names[i]) {
			return names[i], true
		}
	}
	return nil, false
}
