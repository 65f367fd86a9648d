package shell

// word.go: what a script is made of: lists, commands and the words in them.

// Script is a parsed piece of shell text. A Script is never changed by running it.
type Script struct {
	list []step
}

// step is one pipeline and how it hangs on the one before it.
type step struct {
	join joint
	pipe pipeline
}

// joint says when a step runs: always, after success, or after failure.
type joint int

const (
	always joint = iota
	andThen
	orElse
)

type pipeline struct {
	negated  bool
	commands []command
}

// command is a simple command or, when compound is set, a construct.
type command struct {
	assigns  []assign
	words    []word
	redirs   []redir
	compound compound
}

// compound is one of *loop, *each, *branch and *group.
type compound interface{ compound() }

// loop is while, or until with the sense turned round.
type loop struct {
	until      bool
	test, body Script
}

// each is for NAME in WORDS.
type each struct {
	name  string
	words []word
	body  Script
}

// branch is if … elif … else; an otherwise of zero steps does nothing.
type branch struct {
	tests, bodies []Script
	otherwise     Script
}

// group is { … } or, with a copy of the variables, ( … ).
type group struct {
	subshell bool
	body     Script
}

func (*loop) compound()   {}
func (*each) compound()   {}
func (*branch) compound() {}
func (*group) compound()  {}

type assign struct {
	name  string
	value word
}

// redir is fd, operator and target: 2> /dev/null, 2>& 1, < file.
type redir struct {
	fd     int
	op     string // ">", ">>", ">&", "<"
	target word
}

// word is pieces that are joined into fields once they are expanded.
type word []piece

type piece struct {
	kind   kind
	text   string // literal text, variable name or arithmetic
	quoted bool   // not split, no wildcards
	script Script // of a command substitution
	alt    word   // of ${name:-alt}
}

type kind int

const (
	literal kind = iota
	variable
	substitution
	arithmetic
)
