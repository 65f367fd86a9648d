package journal

// contend_test.go: real processes that want the same run at the same time.

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"
)

var long = flag.Bool("long", false, "every byte, a thousand rounds: what takes minutes")

// With this variable set, the test program contends for the journal there.
const contendFor = "JOURNAL_TEST_CONTEND_FOR"

// contend opens the journal at each line it is sent and says "won" or "lost". Whoever won appends a record and closes
// at the next line.
func contend(dir string) int {
	for told := bufio.NewScanner(os.Stdin); told.Scan(); {
		w, records, _, err := Open(dir, Options{Holder: fmt.Sprint("process ", os.Getpid())})
		switch {
		case errors.Is(err, ErrLocked):
			fmt.Println("lost")
		case err != nil:
			fmt.Println(err)
			return 1
		default:
			fmt.Println("won")
			told.Scan()
			_, err = w.Append(payloadOf(len(records)))
			if err = errors.Join(err, w.Close()); err != nil {
				fmt.Println(err)
				return 1
			}
			fmt.Println("done")
		}
	}
	return 0
}

// contender is another process.
type contender struct {
	tell io.WriteCloser
	says *bufio.Scanner
}

func newContender(t *testing.T, dir string) contender {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), contendFor+"="+dir)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return contender{in, bufio.NewScanner(out)}
}

func (c contender) say(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(c.tell, "go\n"); err != nil {
		t.Fatal(err)
	}
}

func (c contender) hear(t *testing.T) string {
	t.Helper()
	if !c.says.Scan() {
		t.Fatal("the other process is gone: ", c.says.Err())
	}
	return c.says.Text()
}

func TestProcessesOneWins(t *testing.T) {
	rounds := 50
	if *long {
		rounds = 1_000
	}
	dir, _ := newJournal(t, 1)
	contenders := []contender{newContender(t, dir), newContender(t, dir), newContender(t, dir)}
	one, wins := 0, make([]int, len(contenders))
	for round := range rounds {
		for i := range contenders {
			contenders[(round+i)%len(contenders)].say(t) // each is first in its turn
		}
		var said []string
		for _, c := range contenders {
			said = append(said, c.hear(t))
		}
		winner := slices.Index(said, "won")
		if winner < 0 || slices.Index(said[winner+1:], "won") >= 0 || slices.ContainsFunc(said, func(s string) bool { return s != "won" && s != "lost" }) {
			t.Fatalf("round %d: the processes say %q", round, said)
		}
		one++
		wins[winner]++
		contenders[winner].say(t)
		if last := contenders[winner].hear(t); last != "done" {
			t.Fatalf("round %d: the winner says %q", round, last)
		}
	}
	if report, err := Verify(dir); err != nil || report.Verdict != Sound || report.Records != 1+rounds {
		t.Errorf("after %d rounds: %+v, %v", rounds, report, err)
	}
	t.Logf("figure: rounds with exactly one writer among three processes %d of %d (won %v)", one, rounds, wins)
}
