package hurl

// exchange.go: one request and its answer, bounded in bytes and time.

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"
)

// exchange is one request and its answer. Page and JSON are parsed once, when first asked for.
type exchange struct {
	method      string
	url         *url.URL
	status      int
	proto, addr string
	header      http.Header
	certificate *x509.Certificate
	took        time.Duration
	body        []byte // decoded, as far as it was read
	cut         bool   // it was longer
	garbled     error  // it could not be decoded

	document *document
	tree     *tree
}

// send makes one exchange. The error is a *LostError, the *RefusedError of who dials, or the context's when the
// operator broke off.
func (r *Runner) send(ctx context.Context, request *http.Request, insecure bool, limit time.Duration) (*exchange, error) {
	if r.Slots != nil {
		select {
		case r.Slots <- struct{}{}:
			defer func() { <-r.Slots }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	transport := r.Transport
	if insecure {
		transport = r.Insecure
	}
	x := &exchange{method: request.Method, url: request.URL}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	traced := httptrace.WithClientTrace(timed, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if a := info.Conn.RemoteAddr(); a != nil {
			x.addr = a.String()
		}
	}})
	start := time.Now()
	err := r.receive(x, transport, request.WithContext(traced))
	if x.took = time.Since(start); err == nil {
		return x, nil
	}
	if ctx.Err() != nil {
		return x, ctx.Err()
	}
	var refused *RefusedError
	if errors.As(err, &refused) {
		return x, refused
	}
	if timed.Err() != nil {
		err = timed.Err()
	}
	return x, explain(request.URL, limit, r.now(), err)
}

// receive sends a request and reads its answer.
func (r *Runner) receive(x *exchange, transport http.RoundTripper, request *http.Request) error {
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	x.status, x.proto, x.header = response.StatusCode, response.Proto, response.Header
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		x.certificate = response.TLS.PeerCertificates[0]
	}
	return x.read(response.Body, r.mostBody())
}

// wire reads what comes from the other side, at most so much of it, and remembers how it ended.
type wire struct {
	from  io.Reader
	left  int64
	err   error // of the wire itself
	spent bool  // more than was allowed
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		w.spent = true
		return 0, io.EOF
	}
	n, err := w.from.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// read takes the body off the wire, decoded as its Content-Encoding says: as with Hurl, asserts and captures see the
// decoded body whether or not compression was asked for. Neither side of the decoding grows beyond most.
func (x *exchange) read(body io.Reader, most int64) error {
	w := &wire{from: body, left: most + 1}
	decoded, err := decoder(w, x.header.Values("Content-Encoding"))
	if err == nil {
		x.body, err = io.ReadAll(io.LimitReader(decoded, most+1))
	}
	if w.err != nil {
		return w.err
	}
	x.cut = w.spent || int64(len(x.body)) > most
	x.body = x.body[:min(int64(len(x.body)), most)]
	if err != nil && !x.cut {
		x.garbled = fmt.Errorf("the body is not what its Content-Encoding says (%s): %w", Shown(x.header.Get("Content-Encoding")), err)
	}
	return nil
}

// decoder undoes codings, the last one first. A body that is empty needs none: the answer to HEAD has one by its header.
func decoder(from io.Reader, codings []string) (io.Reader, error) {
	names := strings.FieldsFunc(strings.ToLower(strings.Join(codings, ",")), func(r rune) bool { return r == ',' || r == ' ' })
	if len(names) == 0 {
		return from, nil
	}
	const mostCodings = 4
	if len(names) > mostCodings {
		return nil, fmt.Errorf("it is coded %d times", len(names))
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(from, first); err != nil {
		return from, nil // empty, or lost, which the wire remembers
	}
	from = io.MultiReader(bytes.NewReader(first), from)
	for _, name := range slices.Backward(names) {
		var err error
		switch name {
		case "identity":
		case "gzip", "x-gzip":
			from, err = gzip.NewReader(from)
		case "deflate":
			from, err = inflate(from)
		default:
			err = errors.New("it is a coding that tminus does not decode; ask for gzip with compressed, or for none")
		}
		if err != nil {
			return nil, err
		}
	}
	return from, nil
}

// inflate reads deflate with its header, as the standard has it, and without, as some servers do.
func inflate(from io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(from, head)
	if err != nil {
		return nil, err
	}
	from = io.MultiReader(bytes.NewReader(head[:n]), from)
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(from)
	}
	return flate.NewReader(from), nil
}

// whole is the body when it is there to its end.
func (x *exchange) whole() ([]byte, error) {
	switch {
	case x.garbled != nil:
		return nil, x.garbled
	case x.cut:
		return nil, fmt.Errorf("the answer is longer than %d bytes, so that it was not read to its end; ask for less, or raise the limit", len(x.body))
	}
	return x.body, nil
}

// media is the answer's media type and charset; UTF-8 when it tells none.
func (x *exchange) media() (kind, charset string) {
	kind, parameters, err := mime.ParseMediaType(x.header.Get("Content-Type"))
	if err != nil {
		kind, _, _ = strings.Cut(x.header.Get("Content-Type"), ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	if charset = parameters["charset"]; charset == "" {
		charset = "utf-8"
	}
	return kind, charset
}

// text is the body as text of the charset that the answer tells.
func (x *exchange) text() (string, error) {
	data, err := x.whole()
	if err != nil {
		return "", err
	}
	_, charset := x.media()
	return decodeText(data, charset)
}

// json is the body as JSON.
func (x *exchange) json() (*document, error) {
	if x.document == nil {
		text, err := x.text()
		if err != nil {
			return nil, err
		}
		if x.document, err = decodeJSON(text); err != nil {
			return nil, err
		}
	}
	return x.document, nil
}

// page is the body as HTML when its type says so, else as XML, as with Hurl.
func (x *exchange) page() (*tree, error) {
	if x.tree == nil {
		text, err := x.text()
		if err != nil {
			return nil, err
		}
		kind, _ := x.media()
		t, err := parseTree(text, strings.Contains(kind, "html"))
		if err != nil && !strings.Contains(kind, "html") {
			return nil, fmt.Errorf("%w (it was read as XML, for its Content-Type %s is not HTML)", err, written(x.header.Get("Content-Type")))
		}
		if err != nil {
			return nil, err
		}
		x.tree = t
	}
	return x.tree, nil
}
