package hurl

// filtertext.go: the filters on texts and bytes.

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// onText is a filter that takes a string to a string.
func onText(v Value, do func(string) string) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	return do(text), nil
}

// filterRegex is the first group of the first match; nothing when nothing matches.
func filterRegex(_ *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	re, err := pattern(args[0])
	if err != nil {
		return nil, err
	}
	return firstGroup(re, text)
}

func filterReplace(_ *scope, v Value, args []Value) (Value, error) {
	was, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	is, err := argText(args[1])
	if err != nil {
		return nil, err
	}
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	if (strings.Count(text, was)+1)*len(is)+len(text) > mostResult {
		return nil, errTooLong
	}
	return strings.ReplaceAll(text, was, is), nil
}

var errTooLong = fmt.Errorf("the result would be longer than %d bytes", mostResult)

// filterReplaceRegex replaces all matches; $1 and ${name} in the new text are groups, in Rust as in Go.
func filterReplaceRegex(_ *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	re, err := pattern(args[0])
	if err != nil {
		return nil, err
	}
	is, err := argText(args[1])
	if err != nil {
		return nil, err
	}
	if err := affordable(re, text); err != nil {
		return nil, err
	}
	var b []byte
	end := 0
	for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
		b = append(b, text[end:at[0]]...)
		if b = re.ExpandString(b, is, text, at); len(b) > mostResult {
			return nil, errTooLong
		}
		end = at[1]
	}
	return string(b) + text[end:], nil
}

// filterSplit cuts at every delimiter. As with Rust, an empty one cuts around each character, and at both ends.
func filterSplit(_ *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	by, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	parts := strings.Split(text, by)
	if by == "" {
		parts = append(append([]string{""}, parts...), "")
	}
	list := make(List, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list, nil
}

func filterURLEncode(_ *scope, v Value, _ []Value) (Value, error) {
	return onText(v, func(text string) string {
		return percent(text, func(c byte) bool { return unreserved(c) || c == '/' })
	})
}

// filterURLDecode leaves alone what is no escape, and a plus.
func filterURLDecode(_ *scope, v Value, _ []Value) (Value, error) {
	return onText(v, func(text string) string {
		var b []byte
		for i := 0; i < len(text); i++ {
			if text[i] == '%' && i+2 < len(text) {
				if c, err := hex.DecodeString(text[i+1 : i+3]); err == nil {
					b = append(b, c[0])
					i += 2
					continue
				}
			}
			b = append(b, text[i])
		}
		return strings.ToValidUTF8(string(b), "\ufffd")
	})
}

func filterURLQueryParam(w *scope, v Value, args []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	name, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("%s is no URL", w.session.Shown(text))
	}
	if values := u.Query()[name]; len(values) > 0 {
		return values[0], nil
	}
	return nil, nil
}

// filterHTMLEscape escapes quotes too, as Hurl does.
func filterHTMLEscape(_ *scope, v Value, _ []Value) (Value, error) {
	return onText(v, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;").Replace)
}

func filterHTMLUnescape(_ *scope, v Value, _ []Value) (Value, error) {
	return onText(v, html.UnescapeString)
}

// onBytes is the data of bytes; a string is not taken for its bytes.
func onBytes(v Value) ([]byte, error) {
	if data, ok := v.([]byte); ok {
		return data, nil
	}
	return nil, wants("bytes (utf8Encode makes them of a string)", v)
}

func encodeBase64(v Value, with *base64.Encoding) (Value, error) {
	data, err := onBytes(v)
	if err != nil {
		return nil, err
	}
	return with.EncodeToString(data), nil
}

// decodeBase64 reads base64 as strictly as Hurl: with its padding, or without where there is to be none.
func decodeBase64(v Value, with *base64.Encoding) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	data, err := with.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, errors.New("the string is not base64 of this kind")
	}
	return data, nil
}

func filterBase64Encode(_ *scope, v Value, _ []Value) (Value, error) {
	return encodeBase64(v, base64.StdEncoding)
}

func filterBase64Decode(_ *scope, v Value, _ []Value) (Value, error) {
	return decodeBase64(v, base64.StdEncoding)
}

func filterBase64URLEncode(_ *scope, v Value, _ []Value) (Value, error) {
	return encodeBase64(v, base64.RawURLEncoding)
}

func filterBase64URLDecode(_ *scope, v Value, _ []Value) (Value, error) {
	return decodeBase64(v, base64.RawURLEncoding)
}

func filterToHex(_ *scope, v Value, _ []Value) (Value, error) {
	data, err := onBytes(v)
	if err != nil {
		return nil, err
	}
	return hex.EncodeToString(data), nil
}

func filterUTF8Encode(_ *scope, v Value, _ []Value) (Value, error) {
	text, ok := v.(string)
	if !ok {
		return nil, wants("a string", v)
	}
	return []byte(text), nil
}

// filterUTF8Decode puts U+FFFD for what is not UTF-8, as Hurl does; charsetDecode "utf-8" refuses it.
func filterUTF8Decode(_ *scope, v Value, _ []Value) (Value, error) {
	data, err := onBytes(v)
	if err != nil {
		return nil, err
	}
	return string([]rune(string(data))), nil
}

func filterDecode(_ *scope, v Value, args []Value) (Value, error) {
	data, err := onBytes(v)
	if err != nil {
		return nil, err
	}
	label, err := argText(args[0])
	if err != nil {
		return nil, err
	}
	text, err := decodeText(data, label)
	if err != nil {
		return nil, err
	}
	return text, nil
}

// decodeText is bytes as text of a charset. Latin-1 is windows-1252, as on the web.
func decodeText(data []byte, label string) (string, error) {
	encoding, name := charset.Lookup(label)
	switch {
	case encoding == nil && strings.EqualFold(label, "latin-1"):
		encoding, name = charset.Lookup("latin1")
	case encoding == nil:
		return "", fmt.Errorf("the charset %s is not known", Shown(label))
	}
	if name == "utf-8" {
		if !utf8.Valid(data) {
			return "", errors.New("the bytes are not UTF-8; name their charset: bytes decode \"iso-8859-1\"")
		}
		return string(data), nil
	}
	text, err := encoding.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) { // which the decoder puts for what it cannot read
		return "", fmt.Errorf("the bytes are not %s", name)
	}
	return string(text), nil
}
