package check

// form.go: what the loader refuses, in the words of a rule. Package plan finds these; the
// ids are in tasks/plan/places.go. None can be waived: there would be no plan to fly.

func formRules() []Rule {
	const loader = "the plan's own form: tasks/plan"
	form := func(id, title, why, fix string) Rule {
		return Rule{ID: id, Severity: Error, Title: title, Why: why, Fix: fix, Source: loader}
	}
	return []Rule{
		form("P01", "not a text that people can read", "Invisible characters change what people see; other encodings, and files nobody could read, change what the program does.", "save the file as UTF-8, without control characters, on lines of a length people read"),
		form("P02", "not YAML, or YAML that hides", "After a syntax error nothing else can be judged. Anchors, aliases, merge keys and tags make a file say something else than it shows.", "write every value out where it is used"),
		form("P03", "a time zone that is none", "SGT, EST or IST mean different times to different people, and on different machines.", "an IANA zone: Asia/Singapore"),
		form("P04", "a value of the wrong kind", "3.6 and 3.60 are the same number and two versions; yes is a word and a truth. A guess on the day is too late.", "the kind that is expected; text that looks like a number goes in quotes"),
		form("P05", "a key that nobody knows", "A mistyped key is a value that nobody reads: a task without its deputy, a risk without its owner.", "the key that was meant, or a line under notes"),
		form("P06", "a key that is given twice", "Which of the two holds depends on who reads the file.", "one of the two"),
		form("P07", "a time that cannot be meant", "An hour that the clocks skip or repeat, a date of two digits, 4 pm: each has been read as another time by somebody.", "YYYY-MM-DD HH:MM in the plan's zone"),
		form("P08", "a mandatory value is missing", "A task without an end or without a person in charge cannot be flown.", "write the value"),
		form("P09", "the plan's head is wrong", "The change number names the run's folder and is typed to confirm a rollback; the window is what everything is measured against.", "what is expected there"),
		form("P10", "a contact is wrong", "A role is either open or held by somebody; both at once is a person nobody calls.", "a name, or open: true"),
		form("P11", "the environment is wrong", "Account, region, ids and networks end up in calls that cost money and open doors.", "the form that AWS gives them"),
		form("P12", "a risk is wrong", "Likelihood, impact and treatments are compared with one another; other words cannot be.", "one of the words that are listed"),
		form("P13", "a task is wrong", "A task that acts outside the window, or a gate that acts, contradicts what everybody agreed to.", "what is expected there"),
		form("P14", "a smoke test is wrong", "A read-only stage that writes, or a form that repeats what nobody captured, fails on the day or does harm.", "what is expected there"),
		form("P15", "the rollback policy is wrong", "Nobody should find out while backing out.", "one of the words that are listed"),
		form("P16", "a name that names nothing", "A Cyrillic Т looks like a T and is another letter: the task it names does not exist, and the one that waits for it waits for nobody. 1C is not LX and not JC until somebody says who.", "the id of a row; look-alike letters are told by their code points"),
		form("P17", "tasks wait for each other", "None of them can ever begin.", "take one of the dependencies out"),
		form("P18", "a waiver is wrong", "A waiver is a decision: without its rule, its name and its reason it is none.", "rule, by and reason"),
	}
}
