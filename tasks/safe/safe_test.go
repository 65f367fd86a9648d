package safe_test

// safe_test.go: what hostile text looks like once it came through the door.

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tminus/tasks/safe"
)

func TestHostileTextIsMadeVisible(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"plain":                       {"T4 launches the instance", "T4 launches the instance"},
		"other scripts":               {"Müller 陈明宇 Т4 né", "Müller 陈明宇 Т4 né"},
		"colour":                      {"\x1b[31mred\x1b[0m", "␛red␛"},
		"hidden text":                 {"\x1b[8mFAIL\x1b[28m", "␛FAIL␛"},
		"clear screen":                {"a\x1b[2Jb", "a␛b"},
		"private mode":                {"\x1b[?1049lx", "␛x"},
		"CSI unterminated":            {"a\x1b[31", "a␛"},
		"CSI cut by a control":        {"a\x1b[3\rb", "a␛␍b"},
		"CSI cut by a letter above":   {"a\x1b[3é", "a␛é"},
		"OSC 52 writes the clipboard": {"a\x1b]52;c;cm0gLXJm\x07b", "a␛b"},
		"OSC 8 link, ended by ST":     {"\x1b]8;;http://evil\x1b\\ok\x1b]8;;\x1b\\", "␛ok␛"},
		"OSC unterminated":            {"a\x1b]0;title", "a␛"},
		"OSC unterminated, next line": {"a\x1b]0;title\nFAIL", "a␛␊FAIL"},
		"OSC ended by C1 ST":          {"\x1b]0;t\u009cFAIL", "␛FAIL"},
		"OSC ended by CAN":            {"\x1b]0;t\x18FAIL", "␛FAIL"},
		"OSC ended by another ESC":    {"\x1b]0;t\x1b[1mFAIL", "␛␛FAIL"},
		"DCS":                         {"\x1bP$qm\x1b\\x", "␛x"},
		"APC, kitty graphics":         {"\x1b_Gf=24;AAAA\x1b\\x", "␛x"},
		"PM and SOS":                  {"\x1b^a\x1b\\\x1bXb\x1b\\x", "␛␛x"},
		"character set":               {"\x1b(B\x1b)0x", "␛␛x"},
		"reset":                       {"\x1bcx", "␛x"},
		"lone ESC":                    {"x\x1b", "x␛"},
		"two ESC":                     {"\x1b\x1b[1mx", "␛␛x"},
		"ESC before a letter above":   {"\x1béx", "␛éx"},
		"C1 CSI as UTF-8":             {"a\u009b31mb", "a␛b"},
		"C1 OSC as UTF-8":             {"a\u009d52;c;AA\x07b", "a␛b"},
		"C1 DCS as UTF-8":             {"a\u0090q\x1b\\b", "a␛b"},
		"C1 NEL":                      {"a\u0085b", "a⟨U+0085⟩b"},
		"raw C1 byte":                 {"a\x9b31mb", "a�31mb"},
		"CR hides a verdict":          {"FAIL\rPASS", "FAIL␍PASS"},
		"BS":                          {"FAIL\b\b\b\bPASS", "FAIL␈␈␈␈PASS"},
		"BEL, NUL, DEL":               {"a\a\x00\x7fb", "a␇␀␡b"},
		"tab":                         {"a\tb", "a    b"},
		"line feed":                   {"a\nb", "a␊b"},
		"bidi override":               {"a\u202etxt.exe\u202c", "a⟨U+202E⟩txt.exe⟨U+202C⟩"},
		"bidi isolates and marks":     {"\u2066a\u2069\u200e\u200f\u061c", "⟨U+2066⟩a⟨U+2069⟩⟨U+200E⟩⟨U+200F⟩⟨U+061C⟩"},
		"zero width":                  {"pro\u200bd\ufeff", "pro⟨U+200B⟩d⟨U+FEFF⟩"},
		"soft hyphen, joiner":         {"a\u00adb\u034fc", "a⟨U+00AD⟩b⟨U+034F⟩c"},
		"Hangul filler":               {"a\u3164b\uffa0", "a⟨U+3164⟩b⟨U+FFA0⟩"},
		"Mongolian separator":         {"a\u180eb", "a⟨U+180E⟩b"},
		"tag block":                   {"a\U000e0041\U000e007f", "a⟨U+E0041⟩⟨U+E007F⟩"},
		"variation selectors":         {"a\ufe0f\U000e0100", "a⟨U+FE0F⟩⟨U+E0100⟩"},
		"line separators":             {"a\u2028b\u2029c", "a⟨U+2028⟩b⟨U+2029⟩c"},
		"private use":                 {"\ue000\U0010fffd", "⟨U+E000⟩⟨U+10FFFD⟩"},
		"unassigned":                  {"a\U000effff\u0378", "a⟨U+EFFFF⟩⟨U+0378⟩"},
		"invalid UTF-8":               {"a\xff\xc3(\xed\xa0\x80", "a��(���"},
		"combining":                   {"e\u0301", "e\u0301"},
		"combining flood":             {"e" + strings.Repeat("\u0301", 50) + "x", "e" + strings.Repeat("\u0301", 4) + "…x"},
		"enclosing flood":             {"e" + strings.Repeat("\u20dd", 50), "e" + strings.Repeat("\u20dd", 4) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := safe.Line(c.raw); got != c.want {
				t.Errorf("Line(%q) = %q, want %q", c.raw, got, c.want)
			}
		})
	}
}

func TestBlockKeepsItsLines(t *testing.T) {
	raw := "ok\r\n\x1b[1mtwo\x1b]0;t\nthree\ttabs\n"
	want := "ok␍\n␛two␛\nthree    tabs\n"
	if got := safe.Block(raw); got != want {
		t.Errorf("Block(%q) = %q, want %q", raw, got, want)
	}
}

func TestHugeTextIsCutWithAMark(t *testing.T) {
	for name, raw := range map[string]string{
		"ASCII": strings.Repeat("x", 1<<20), "wide": strings.Repeat("陈", 1<<18), "nothing but NUL": strings.Repeat("\x00", 1<<20),
		"bidi": strings.Repeat("\u202e", 1<<18), "invalid": strings.Repeat("\xff", 1<<20), "ESC": strings.Repeat("\x1b", 1<<20),
		"tabs": strings.Repeat("\t", 4<<10), "one byte too long": strings.Repeat("x", 4<<10+1),
		"cut inside a rune": strings.Repeat("x", 4<<10-1) + "陈",
	} {
		got := safe.Line(raw)
		if len(got) > 4<<10 || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, ending in %q", name, len(got), got[max(0, len(got)-12):])
		}
		if strings.HasSuffix(got, "�…") && name != "invalid" {
			t.Errorf("%s: the cut left a broken rune: %q", name, got[len(got)-12:])
		}
	}
	if exact := strings.Repeat("x", 4<<10); safe.Line(exact) != exact {
		t.Error("a line of just 4 KiB was cut")
	}
	if got := safe.Block(strings.Repeat("line\n", 1<<16)); len(got) > 64<<10 || !strings.HasSuffix(got, "…") {
		t.Errorf("a block of %d bytes", len(got))
	}
}

// TestEverySequenceIsDefused goes through C0 × what may follow × terminators, as
// a terminal would get them, and C1 besides.
func TestEverySequenceIsDefused(t *testing.T) {
	intros := []string{"\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b(", "\x1b", "\u009b", "\u009d", "\u0090", "\u009f", "\u009e", "\u0098"}
	bodies := []string{"", "31", "?1049", "52;c;AAAA", "0;title", "$q", ">0", "\r", "\u202e", "é", "\xff"}
	ends := []string{"", "m", "J", "n", "h", "\x07", "\x1b\\", "\u009c", "\x9c", "\x18", "\x1a", "\n", "\x1b"}
	n := 0
	for _, intro := range intros {
		for _, body := range bodies {
			for _, end := range ends {
				check(t, intro+body+end+"after")
				n++
			}
		}
	}
	for r := rune(0); r < 0x100; r++ {
		check(t, "before"+string(r)+"after")
		check(t, "before\x1b"+string(r)+"after")
		n += 2
	}
	if n < 300 {
		t.Fatalf("only %d sequences", n)
	}
}

func TestCleanTextOfAnyText(t *testing.T) {
	piece := rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"\x1b", "\x1b[", "\x1b]", "\u009b", "\u202e", "\u0301\u0301\u0301", "\U000e0041", "\n", "\t", "…", "␛", "⟨U+202E⟩"}),
		rapid.Map(rapid.IntRange(0, 1500), func(n int) string { return strings.Repeat("\u200b陈", n) }),
	)
	rapid.Check(t, func(t *rapid.T) { check(t, strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "raw"), "")) })
}

func FuzzLine(f *testing.F) {
	for _, raw := range []string{"plain", "\x1b[31mred", "\x1b]52;c;AA\x07", "\u009b1m", "a\u202eb", "e\u0301\u0301\u0301\u0301\u0301\u0301", "\xff\xfe", "\x1bP", strings.Repeat("\t", 5000)} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) { check(t, raw) })
}

type failer interface{ Fatalf(string, ...any) }

// check holds for every text: nothing in it acts, one line stays one line, it is
// bounded, and cleaning it once more changes nothing.
func check(t failer, raw string) {
	line, block := safe.Line(raw), safe.Block(raw)
	if strings.Contains(line, "\n") || len(line) > 4<<10 || len(block) > 64<<10 {
		t.Fatalf("Line(%.80q) is not one line of 4 KiB: %d bytes", raw, len(line))
	}
	for _, clean := range []string{line, strings.ReplaceAll(block, "\n", "")} {
		if !utf8.ValidString(clean) {
			t.Fatalf("%.80q became invalid UTF-8: %.80q", raw, clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Variation_Selector) {
				t.Fatalf("%.80q still holds %U: %.80q", raw, r, clean)
			}
		}
	}
	if again := safe.Line(line); again != line {
		t.Fatalf("Line is not idempotent: %.80q then %.80q", line, again)
	}
	if again := safe.Block(block); again != block {
		t.Fatalf("Block is not idempotent: %.80q then %.80q", block, again)
	}
}
