package hurl

// call.go: what a person is shown of an exchange.

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"tminus/tasks/safe"
)

const mostURL = 2 << 10 // bytes of a URL that are shown

// call is what a person is shown of an exchange.
func (x *exchange) call(s *Session) Call {
	sum := sha256.Sum256(x.body)
	c := Call{
		Method: short(x.method, mostShown), URL: short(s.mask(x.url.String()), mostURL), Status: x.status,
		Proto: short(x.proto, mostShown), Addr: x.addr, Took: x.took, Bytes: int64(len(x.body)), Cut: x.cut,
		Digest: hex.EncodeToString(sum[:]),
	}
	kind, charset := x.media()
	text, err := decodeText(x.body, charset)
	if err != nil || strings.Contains(text, "\x00") {
		if text = string(x.body); !x.cut || strings.Contains(text, "\x00") || charset != "utf-8" {
			c.Body = fmt.Sprintf("(%d bytes that are not text, %s)", len(x.body), short(cmp.Or(kind, "of no type"), mostShown))
			c.Excerpt = c.Body
			return c
		}
	}
	if x.cut {
		text = s.maskCut(text)
	} else {
		text = s.mask(text)
	}
	c.Body = cleanBody(text)
	c.Excerpt = short(strings.Join(strings.Fields(text[:min(len(text), 16*mostShown)]), " "), mostShown)
	return c
}

// cleanBody cleans a text of any length, piece by piece, for safe.Block cuts what is long. Line ends of Windows are
// ordinary ones.
func cleanBody(text string) string {
	const piece = 8 << 10
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	for len(text) > 0 {
		n := min(len(text), piece)
		if n < len(text) {
			if at := strings.LastIndexByte(text[:n], '\n'); at >= 0 {
				n = at + 1
			}
			for n > 1 && !utf8.RuneStart(text[n]) {
				n--
			}
		}
		b.WriteString(safe.Block(text[:n]))
		text = text[n:]
	}
	return b.String()
}
