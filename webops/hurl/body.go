package hurl

// body.go: the bodies of requests, and the ones that are expected.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"
)

const mostFile = 8 << 20 // bytes of a file that is sent or compared

// addBody takes the body, or a form when there is none, with the content type that goes without saying.
func (w *scope) addBody(r *Runner, out *outgoing, request Request) (err error) {
	switch {
	case request.Body != nil:
		if out.body, err = w.body(r, request.Body); err != nil {
			return err
		}
		if kind := bodyType(request.Body); kind != "" {
			out.setDefault("Content-Type", kind)
		}
	case len(request.Form) > 0:
		text, err := w.encode(request.Form)
		if err != nil {
			return err
		}
		out.body = []byte(text)
		out.setDefault("Content-Type", "application/x-www-form-urlencoded")
	case len(request.Multipart) > 0:
		return w.addParts(r, out, request.Multipart)
	}
	return nil
}

// bodyType is the content type of a body that tells it by its form; "" of others, as in Hurl.
func bodyType(b *Body) string {
	switch {
	case b.Kind == JSONBody, b.Kind == Multiline && (b.Lang == "json" || b.Lang == "graphql"):
		return "application/json"
	case b.Kind == XMLBody, b.Kind == Multiline && b.Lang == "xml":
		return "application/xml"
	}
	return ""
}

// body is the bytes of a body.
func (w *scope) body(r *Runner, b *Body) ([]byte, error) {
	switch b.Kind {
	case JSONBody:
		text, err := w.expandJSON(b.Text)
		return []byte(text), err
	case Base64Body, HexBody:
		return b.Data, nil
	case FileBody:
		name, err := w.expand(b.File)
		if err != nil {
			return nil, err
		}
		return r.file(name)
	case Multiline:
		text, err := w.expand(b.Text)
		if err == nil && b.Lang == "graphql" {
			return graphQL(text)
		}
		return []byte(text), err
	}
	text, err := w.expand(b.Text)
	return []byte(text), err
}

// graphQL is a query as it is sent: in JSON, with the variables that stand behind it.
func graphQL(text string) ([]byte, error) {
	message := struct {
		Query     string          `json:"query"`
		Variables json.RawMessage `json:"variables,omitempty"`
	}{Query: text}
	if at := strings.LastIndex(text, "\nvariables"); at >= 0 {
		if rest := strings.TrimSpace(text[at+len("\nvariables"):]); json.Valid([]byte(rest)) {
			message.Query, message.Variables = text[:at+1], json.RawMessage(rest)
		}
	}
	return json.Marshal(message)
}

// file reads a file of the suite's folder.
func (r *Runner) file(name string) ([]byte, error) {
	if r.Files == nil {
		return nil, fmt.Errorf("the file %s cannot be read: this suite has no folder for files", Shown(name))
	}
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("the file %s lies outside the suite's folder; put it inside, and write its path from there", Shown(name))
	}
	f, err := r.Files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("a file of the suite: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err != nil {
		return nil, fmt.Errorf("a file of the suite: %w", err)
	}
	if len(data) > mostFile {
		return nil, fmt.Errorf("the file %s is longer than %d bytes", Shown(name), mostFile)
	}
	return data, nil
}

// addParts writes a multipart form in the order of the file.
func (w *scope) addParts(r *Runner, out *outgoing, parts []Part) error {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, p := range parts {
		name, value, err := w.param(p.Param)
		if err != nil {
			return err
		}
		data := []byte(value)
		header := textproto.MIMEHeader{}
		disposition := `form-data; name="` + attribute(name) + `"`
		if p.File {
			if data, err = r.file(value); err != nil {
				return err
			}
			disposition += `; filename="` + attribute(path.Base(value)) + `"`
			header.Set("Content-Type", fileType(p))
		}
		header.Set("Content-Disposition", disposition)
		to, err := form.CreatePart(header)
		if err != nil {
			return fmt.Errorf("part %s: %w", Shown(name), err)
		}
		if _, err := to.Write(data); err != nil {
			return fmt.Errorf("part %s: %w", Shown(name), err)
		}
		if b.Len() > 2*mostFile {
			return errors.New("the multipart form is too long to be sent")
		}
	}
	if err := form.Close(); err != nil {
		return fmt.Errorf("the multipart form: %w", err)
	}
	out.body = b.Bytes()
	out.setDefault("Content-Type", form.FormDataContentType())
	return nil
}

// attribute is text as it stands between the quotes of a header.
func attribute(text string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(text)
}

// fileType is the content type of a file: as told, else by its name, as Hurl has them.
func fileType(p Part) string {
	if p.Type != "" {
		return p.Type
	}
	types := map[string]string{
		".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
		".txt": "text/plain", ".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf", ".xml": "application/xml",
	}
	if kind, ok := types[strings.ToLower(path.Ext(p.Value.String()))]; ok {
		return kind
	}
	return "application/octet-stream"
}
