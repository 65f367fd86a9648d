package main

// attack_test.go: the attacker's words, the only words the cockpit has for a
// terminal, and how the ones are put where the others must not follow.

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// attacks are texts that a terminal would obey, or that would deceive its reader.
// Where the cockpit itself uses a sequence, its parameters here are ones it never has.
func attacks() []string {
	return []string{
		// CSI: erase, move, scroll, insert, delete, restyle, report, switch modes.
		"\x1b[3Jgone", "\x1b[?2Jgone", "\x1b[66;666Hfar", "\x1b[666Aup", "\x1b[666Bdown", "\x1b[666Sscroll", "\x1b[666Tscroll", "\x1b[666Linsert", "\x1b[666Mdelete",
		"\x1b[8mhidden\x1b[28m", "\x1b[5;6mblink", "\x1b[38:2::6:6:6mcolons", "\x1b[6n", "\x1b[0c", "\x1b[>0c", "\x1b[21t", "\x1b[8;6;6t", "\x1b[?1000h", "\x1b[?1003h", "\x1b[?1006h",
		"\x1b[?47h", "\x1b[?8l", "\x1b[?5h", "\x1b[4h", "\x1b[20h", "\x1b[3;6r", "\x1b[!p", "\x1b[?1004h", "\x1b[>1;6m", "\x1b[=5u", "\x1b[666b", "\x1b[5 q", "\x1b[5i", "\x1b[?66$p",
		// OSC: clipboard, title, link, notification, palette, directory, files, shell marks; also without an end.
		"\x1b]52;c;ZXZpbA==\x07", "\x1b]52;c;?\x1b\\", "\x1b]0;evil\x07", "\x1b]2;evil\x1b\\", "\x1b]8;;http://evil/\x1b\\link\x1b]8;;\x1b\\", "\x1b]9;evil\x07", "\x1b]777;notify;evil\x07",
		"\x1b]4;1;?\x07", "\x1b]10;#000\x07", "\x1b]7;file://evil/\x07", "\x1b]1337;File=inline=1:AAAA\x07", "\x1b]133;A\x07", "\x1b]2;no end",
		// DCS, APC, PM, SOS: settings, sixel, images, keyboard strings.
		"\x1bP$q\"p\x1b\\", "\x1bPq#0;2;0;0;0~\x1b\\", "\x1bP+q544e\x1b\\", "\x1b_Ga=T,f=24;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstring\x1b\\", "\x1bP no end",
		// Single escapes: reset, other character sets, save, index.
		"\x1bc", "\x1b(0lqk", "\x1b)0", "\x1b7\x1b8", "\x1bD", "\x1bE", "\x1bH", "\x1bZ", "\x1b=", "\x1b>", "\x1b#8", "\x1b%@", "\x1bN", "\x1bO", "\x1b", "\x1b\x1b\x1b[",
		// C0, DEL and C1, as UTF-8 and as raw bytes.
		"bell\x07", "back\b\b\b\bspace", "FAIL\rPASS", "two\nlines", "tab\ttab", "\v\f", "shift\x0eout\x0f", "nul\x00nul", "\x7fdel", "\x18\x1a", "\u009b3Jgone", "\u009d52;c;ZXZpbA==\u009c", "\u0090q\u009c", "\u0085next", "\x9b3Jgone", "\x9d0;evil\x9c",
		// Unicode that is not seen, or changes what is seen.
		"bidi\u202Etxt.exe", "\u2066isolate\u2069", "\u200Frtl", "\u061Calm", "zero\u200Bwidth\u200C\u200D\u2060", "\uFEFFbom", "tag\U000E0041\U000E007F", "soft\u00ADhyphen", "\u2028line\u2029para",
		"fill\u3164\u115F\uFFA0er", "var\uFE0Fsel\U000E0100", "pri\uE000vate\U000F0000", "z" + strings.Repeat("\u0301\u0488", 40), "\xff\xfe\xc0\x80", "\xed\xa0\x80\xf8", "日本語\u1160", "\ufff9anno\ufffb",
	}
}

// obeyed is all that the cockpit has to say to a terminal beside text: Bubble Tea's alternate
// screen, moves and erasing, the theme's styles, questions to the terminal about itself, and a
// title without controls.
func obeyed() *regexp.Regexp {
	return regexp.MustCompile(strings.Join([]string{
		`\x1b\[\d{0,2};?\d{0,3}H`, "\x1b\\[\\d{0,3}[ABCDEFGIKLMPSTXZd`@b]", `\x1b\[2?J`, `\x1b\[\d{1,2};\d{1,2}r`, `\x1bM`,
		`\x1b\[(0|1|2|4|7|22|24|27|39|49|[349]\d|10[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3}|;)*m`,
		`\x1b\[\?(7|25|1049|2004|2026|2027)[hl]`, `\x1b\[\?(2026|2027)\$p`, `\x1b\[\?5W`, `\x1b\[(>1|<1|\?|=0;1)u`, `\x1b\[>4(;[02])?m`, `\x1b\]11;\?\x07`, `\x1b\]2;[^\x00-\x1f\x7f]*\x07`,
	}, "|"))
}

// onlyText fails when something in what was printed is neither visible text nor a line's end nor among what is let pass.
func onlyText(t *testing.T, what string, printed []byte, pass *regexp.Regexp, ends string) {
	t.Helper()
	if pass != nil {
		for _, sent := range pass.FindAll(printed, -1) { // a title is text too
			if title, ok := bytes.CutPrefix(sent, []byte("\x1b]2;")); ok {
				onlyText(t, what+", the title", bytes.TrimSuffix(title, []byte("\a")), nil, "")
			}
		}
		printed = pass.ReplaceAll(printed, nil)
	}
	for at := 0; at < len(printed); {
		r, n := utf8.DecodeRune(printed[at:])
		if r == utf8.RuneError && n == 1 || !unicode.IsGraphic(r) && !strings.ContainsRune(ends, r) {
			t.Fatalf("%s: %q was sent, in %q", what, printed[at:at+n], printed[max(0, at-60):min(len(printed), at+60)])
		}
		at += n
	}
}

// poison puts a text into every string that v holds, but for the fields by which its parts find each other.
func poison(v reflect.Value, text func() string, keep ...string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), text, keep...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !slices.Contains(keep, f.Name) {
				poison(v.Field(i), text, keep...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), text, keep...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			poison(value, text, keep...)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		if !v.IsNil() {
			value := reflect.New(v.Elem().Type()).Elem()
			value.Set(v.Elem())
			poison(value, text, keep...)
			v.Set(value)
		}
	case reflect.String:
		v.SetString(text())
	}
}

// links are the fields by which events, tasks and steps find each other, and the words of the state machine.
func links() []string {
	return []string{"ID", "Task", "Step", "Intent", "Undoes", "Action", "Intents", "After", "Mode", "State", "Verdict", "Zone", "Timezone", "InCharge", "SignOff", "Likelihood", "Impact", "Status", "Rebase"}
}
