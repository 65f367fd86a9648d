package sshops

// config.go: the ssh config of whoever sits here, read as far as we honour it. It is
// read again for each login, because people mend it while they watch. What is wrong with
// it is a warning and never stops the day.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kevinburke/ssh_config"
)

// Bounds of the config with all that it includes.
const (
	maxConfig      = 1 << 20 // bytes
	maxConfigFiles = 64
	maxConfigDepth = 8
)

// config is what was read: the config itself, and for each Include, by its number, the files
// that it names.
type config struct {
	home     string
	root     *ssh_config.Config
	included [][]*ssh_config.Config
	warnings []string
	reading  []string // the paths of the files in one another that are being read
	files    int
	left     int // bytes that may still be read
}

// includes is the keyword that Include is read as, with a number: the library would open the
// files itself, without bounds.
const includes = "XInclude"

// readConfig reads the config at path: "" is ~/.ssh/config, "none" is nobody's.
func readConfig(path string) *config {
	home, err := os.UserHomeDir()
	c := &config{home: home, root: &ssh_config.Config{}, left: maxConfig}
	if path == "none" || path == "" && err != nil {
		return c
	}
	usual := path == ""
	if usual {
		path = filepath.Join(home, ".ssh", "config")
	}
	root, err := c.read(path)
	switch {
	case usual && errors.Is(err, fs.ErrNotExist):
	case err != nil:
		c.warn("%s is left out: %v", c.shown(path), err)
	default:
		c.root = root
	}
	return c
}

func (c *config) warn(format string, args ...any) {
	if said := clean(fmt.Sprintf(format, args...)); !slices.Contains(c.warnings, said) {
		c.warnings = append(c.warnings, said)
	}
}

// shown is a path as a person is told of it: a home directory is nobody's business.
func (c *config) shown(path string) string { return shownAt(c.home, path) }

func shownAt(home, path string) string {
	if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok && home != "" {
		return "~/" + filepath.ToSlash(rest)
	}
	return path
}

// read parses one file and whatever it includes.
func (c *config) read(path string) (*ssh_config.Config, error) {
	switch {
	case slices.Contains(c.reading, path):
		return nil, errors.New("it includes itself")
	case len(c.reading) >= maxConfigDepth || c.files >= maxConfigFiles:
		return nil, fmt.Errorf("more than %d files, or %d in one another", maxConfigFiles, maxConfigDepth)
	}
	c.files++
	c.reading = append(c.reading, path)
	defer func() { c.reading = c.reading[:len(c.reading)-1] }()
	text, err := readRegular(path, c.left)
	if err != nil {
		return nil, err
	}
	c.left -= len(text)
	from := len(c.included)
	plain, wanted := c.plain(string(text), c.shown(path))
	parsed, err := ssh_config.DecodeBytes([]byte(plain))
	if err != nil {
		return nil, err
	}
	c.included = append(c.included, make([][]*ssh_config.Config, len(wanted))...)
	for i, words := range wanted {
		c.included[from+i] = c.include(words)
	}
	return parsed, nil
}

// include reads the files that the words after Include name.
func (c *config) include(words string) (all []*ssh_config.Config) {
	for pattern := range strings.FieldsSeq(words) {
		pattern = strings.Trim(pattern, `"`)
		path := pattern
		if rest, ok := strings.CutPrefix(pattern, "~/"); ok {
			path = filepath.Join(c.home, rest)
		} else if !filepath.IsAbs(pattern) {
			path = filepath.Join(c.home, ".ssh", pattern)
		}
		found, err := filepath.Glob(path)
		if err != nil {
			c.warn("Include %s is left out: %v", pattern, err)
		}
		for _, file := range found {
			parsed, err := c.read(file)
			if err != nil {
				c.warn("%s is left out: %v", c.shown(file), err)
				continue
			}
			all = append(all, parsed)
		}
	}
	return all
}

// plain is the text without what the library takes differently from OpenSSH: Include, which
// we do, and Match, of which only "all" and a "host" alone are decided by names. Another
// Match applies to nobody; above all none of its commands is run.
func (c *config) plain(text, shown string) (plain string, wanted []string) {
	var out strings.Builder
	number := 0
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		number++
		keyword, rest := cutKeyword(line)
		switch strings.ToLower(keyword) {
		case "include":
			rest, _, _ = strings.Cut(rest, "#")
			line = fmt.Sprintf("%s %d\n", includes, len(c.included)+len(wanted))
			wanted = append(wanted, rest)
		case strings.ToLower(includes): // ours alone
			continue
		case "match":
			words := strings.Fields(rest)
			switch {
			case len(words) == 1 && strings.EqualFold(words[0], "all"):
			case len(words) == 2 && (strings.EqualFold(words[0], "host") || strings.EqualFold(words[0], "originalhost")):
				line = "Host " + strings.ReplaceAll(words[1], ",", " ") + "\n"
			default:
				c.warn("line %d of %s: the block of Match %s is left out", number, shown, rest)
				line = "Host !*\n"
			}
		}
		out.WriteString(line)
	}
	return out.String(), wanted
}

// cutKeyword is a line's first word, and the rest of it.
func cutKeyword(line string) (keyword, rest string) {
	line = strings.TrimSpace(line)
	end := strings.IndexAny(line, " \t=")
	if end < 0 {
		return line, ""
	}
	return line[:end], strings.TrimSpace(strings.TrimLeft(line[end:], " \t="))
}

// walk tells every setting of the blocks that apply to a host known by these names, in the
// order in which the first one counts.
func (c *config) walk(from *ssh_config.Config, names []string, tell func(key, value string)) {
	for _, block := range from.Hosts {
		if !applies(block, names) {
			continue
		}
		for _, node := range block.Nodes {
			setting, ok := node.(*ssh_config.KV)
			switch {
			case !ok:
			case setting.Key == includes:
				number, _ := strconv.Atoi(setting.Value)
				for _, file := range c.included[number] {
					c.walk(file, names, tell)
				}
			default:
				tell(strings.ToLower(setting.Key), setting.Value)
			}
		}
	}
}

// applies reports whether a block is meant for a host: one of its names is, none is excepted.
func applies(block *ssh_config.Host, names []string) bool {
	meant := false
	for _, p := range block.Patterns {
		text, not := strings.CutPrefix(p.String(), "!")
		plain, err := ssh_config.NewPattern(text)
		if err != nil {
			continue
		}
		one := ssh_config.Host{Patterns: []*ssh_config.Pattern{plain}}
		if slices.ContainsFunc(names, one.Matches) {
			if not {
				return false
			}
			meant = true
		}
	}
	return meant
}

// readRegular reads a file of at most so many bytes; a pipe, which might never end, is none.
func readRegular(path string, most int) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		return nil, pathless(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, pathless(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("it is larger than the %d KiB that may be read", maxConfig>>10)
	}
	return text, pathless(err)
}
