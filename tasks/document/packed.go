package document

// packed.go: the zip of XML parts that a workbook or a Word file is. What claims to be
// large is refused unread, what lies about it while it unpacks, and what would cost time
// or memory to parse before it is parsed.

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	maxUnpacked   = 16 << 20 // bytes of all parts
	maxParts      = 2_000
	maxElements   = 200_000 // start and end tags of a part
	maxAttributes = 200_000
	maxDepth      = 100 // of elements inside elements
)

func (d *Document) readPacked(src []byte) error {
	p, err := unpack(src)
	if err != nil {
		return err
	}
	switch {
	case p.parts["xl/workbook.xml"] != nil:
		return d.readWorkbook(p)
	case p.parts["word/document.xml"] != nil:
		return d.readWord(p)
	}
	return errors.New("it is a zip without a workbook or a Word text; unpack it and import the document inside")
}

// packed is an archive that claims a bearable size.
type packed struct {
	parts map[string]*zip.File
	left  int64 // bytes that may still be unpacked
}

func unpack(src []byte) (*packed, error) {
	// Every part costs memory in the directory already, whatever the archive says of their number.
	if bytes.Count(src, []byte("PK\x01\x02")) > maxParts {
		return nil, fmt.Errorf("it has more than %d parts, which no document has", maxParts)
	}
	archive, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w; save it again", err)
	}
	p, claimed := &packed{parts: map[string]*zip.File{}, left: maxUnpacked}, uint64(0)
	for _, f := range archive.File {
		if claimed += f.UncompressedSize64; f.UncompressedSize64 > maxUnpacked || claimed > maxUnpacked {
			return nil, tooLargeUnpacked()
		}
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		if p.parts[name] != nil {
			return nil, errors.New("it holds two parts of one name; save it again")
		}
		p.parts[name] = f
	}
	return p, nil
}

func tooLargeUnpacked() error {
	return fmt.Errorf("it unpacks to more than %d MiB; take pictures and old versions out of it", maxUnpacked>>20)
}

// read unpacks one part; a part that is not there is empty.
func (p *packed) read(name string) ([]byte, error) {
	f := p.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("its part %s is damaged: %w; save it again", name, err)
	}
	text, err := io.ReadAll(io.LimitReader(r, p.left+1))
	if int64(len(text)) > p.left { // the directory lied
		return nil, errors.Join(tooLargeUnpacked(), r.Close())
	}
	p.left -= int64(len(text))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("its part %s is damaged: %w; save it again", name, err)
	}
	return text, nil
}

// elements calls each with every element's start and end, and every text, of one part.
func (p *packed) elements(name string, each func(xml.Token) error) error {
	text, err := p.read(name)
	if err != nil {
		return err
	}
	if bytes.Count(text, []byte("<")) > maxElements || bytes.Count(text, []byte("=")) > maxAttributes {
		return fmt.Errorf("its part %s has more elements than a plan has; import the part of it that is the plan", name)
	}
	parser, depth := xml.NewDecoder(bytes.NewReader(text)), 0
	for {
		token, err := parser.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("its part %s is damaged: %w; save it again", name, err)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return fmt.Errorf("its part %s holds elements %d deep, which no document does", name, maxDepth)
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
		default:
			continue
		}
		if err := each(token); err != nil {
			return err
		}
	}
}

// targets reads the relations of a part: id → name of the part it leads to.
func (p *packed) targets(of string) (map[string]string, error) {
	found := map[string]string{}
	folder, base := path.Split(of)
	return found, p.elements(folder+"_rels/"+base+".rels", func(token xml.Token) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Relationship" && attribute(e, "TargetMode") != "External" {
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = folder + target
			}
			found[attribute(e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	})
}

// attribute is the value of an element's attribute, in whatever name space.
func attribute(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}
