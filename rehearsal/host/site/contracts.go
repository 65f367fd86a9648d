package site

// contracts.go: the application's one subject: contracts, listed, shown, made and deleted.

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Contract is an agreement between the site's owner and a party. Amount is in
// whole Singapore dollars.
type Contract struct {
	ID      int
	Title   string
	Party   string
	Amount  int
	Created time.Time
	By      string
}

// Bounds of what the application keeps.
const (
	maxContracts = 1000
	maxText      = 120 // characters of a title or a party
	maxAmount    = 1_000_000_000
)

func firstContracts(now time.Time) []Contract {
	return []Contract{
		{1, "Supply of network equipment", "Harbour Lights Pte Ltd", 48_000, now.Add(-30 * 24 * time.Hour), "admin"},
		{2, "Maintenance of lecture halls", "Tan & Sons", 12_500, now.Add(-12 * 24 * time.Hour), "admin"},
		{3, "Escrow for student housing", "Kent Ridge Homes", 96_200, now.Add(-3 * 24 * time.Hour), "admin"},
	}
}

func (s *Site) list(v *visit) {
	if s.stranger(v) {
		return
	}
	if s.o.Bad {
		s.broken(v)
		return
	}
	s.o.Spend(40 * time.Millisecond)
	s.mu.Lock()
	all := s.contracts
	s.mu.Unlock()
	var b strings.Builder
	b.WriteString("<h1>Contracts</h1>\n<ul id=\"contracts\">\n")
	for _, c := range all {
		fmt.Fprintf(&b, "<li><a href=\"/contracts/%d/\">%s</a> · %s</li>\n", c.ID, html.EscapeString(c.Title), html.EscapeString(c.Party))
	}
	b.WriteString("</ul>\n")
	if mayChange(v.user) {
		b.WriteString("<p><a href=\"/contracts/new/\">New contract</a></p>\n")
	}
	s.page(v, http.StatusOK, "Contracts", b.String())
}

func (s *Site) detail(v *visit) {
	id, err := strconv.Atoi(v.r.PathValue("id"))
	if err != nil {
		s.missing(v)
		return
	}
	if s.stranger(v) {
		return
	}
	c, found := s.contract(id)
	if !found {
		s.missing(v)
		return
	}
	text := fmt.Sprintf("<h1>%s</h1>\n<dl><dt>Party</dt><dd>%s</dd><dt>Amount</dt><dd>SGD %d</dd><dt>Created</dt><dd>%s by %s</dd></dl>\n",
		html.EscapeString(c.Title), html.EscapeString(c.Party), c.Amount, c.Created.UTC().Format("2006-01-02 15:04"), html.EscapeString(c.By))
	if mayChange(v.user) {
		text += fmt.Sprintf("<p><a href=\"/contracts/%d/delete/\">Delete</a></p>\n", c.ID)
	}
	s.page(v, http.StatusOK, c.Title, text)
}

func (s *Site) contract(id int) (c Contract, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.contracts, func(c Contract) bool { return c.ID == id })
	if i < 0 {
		return Contract{}, false
	}
	return s.contracts[i], true
}

func (s *Site) create(v *visit) {
	if s.stranger(v) || s.denied(v) {
		return
	}
	post := v.r.PostForm
	if v.r.Method != http.MethodPost {
		s.contractForm(v, "")
		return
	}
	c := Contract{Title: strings.TrimSpace(post.Get("title")), Party: strings.TrimSpace(post.Get("party")), By: v.user, Created: s.o.Now()}
	amount, err := strconv.Atoi(strings.TrimSpace(post.Get("amount")))
	c.Amount = amount
	switch {
	case c.Title == "" || c.Party == "":
		s.contractForm(v, "Title and party are required.")
		return
	case !fits(c.Title) || !fits(c.Party):
		s.contractForm(v, fmt.Sprintf("Ensure that title and party have at most %d characters.", maxText))
		return
	case err != nil || amount < 0 || amount > maxAmount:
		s.contractForm(v, "Enter a whole number for the amount.")
		return
	}
	if c.ID = s.keep(c); c.ID == 0 {
		s.contractForm(v, "No room for another contract.")
		return
	}
	http.Redirect(v.w, v.r, fmt.Sprintf("/contracts/%d/", c.ID), http.StatusFound)
}

func fits(s string) bool { return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxText }

// keep stores a contract under the next id; zero when there is no room.
func (s *Site) keep(c Contract) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.contracts) >= maxContracts {
		return 0
	}
	s.last++
	c.ID = s.last
	s.contracts = append(s.contracts, c)
	return c.ID
}

// delete asks by GET and deletes by POST.
func (s *Site) delete(v *visit) {
	id, err := strconv.Atoi(v.r.PathValue("id"))
	if err != nil {
		s.missing(v)
		return
	}
	if s.stranger(v) || s.denied(v) {
		return
	}
	c, found := s.contract(id)
	if !found {
		s.missing(v)
		return
	}
	if v.r.Method != http.MethodPost {
		s.page(v, http.StatusOK, "Delete contract", fmt.Sprintf("<h1>Delete contract</h1>\n<p>Delete “%s”? This cannot be undone.</p>\n", html.EscapeString(c.Title))+
			form(v, fmt.Sprintf("/contracts/%d/delete/", c.ID), "", "Delete"))
		return
	}
	s.drop(c.ID)
	http.Redirect(v.w, v.r, "/contracts/", http.StatusFound)
}

// drop forgets a contract. Its id is never given again. Those who read the
// list meanwhile hold the old one.
func (s *Site) drop(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contracts = slices.DeleteFunc(slices.Clone(s.contracts), func(c Contract) bool { return c.ID == id })
}

func (s *Site) contractForm(v *visit, problem string) {
	post := v.r.PostForm
	s.page(v, http.StatusOK, "New contract", "<h1>New contract</h1>\n"+form(v, "/contracts/new/", problem, "Create",
		input{"Title", "title", "text", post.Get("title")},
		input{"Party", "party", "text", post.Get("party")},
		input{"Amount", "amount", "number", post.Get("amount")}))
}
