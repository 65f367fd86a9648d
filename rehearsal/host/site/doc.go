// Package site is the web application of a pretend guest: "Smart Contracts", a
// small Django 2.1 site behind nginx 1.14.1, as a client sees it.
//
// It keeps Django's manners, because smoke tests stumble over exactly those:
// the CSRF check compares a cookie and a form field that hide the same secret
// under different salts (csrf.go); a view that needs a login answers 302 to
// /login/?next=…; a wrong password is 200 with the form again; a path without
// its last slash is 301; and the CSRF check comes after the path is known and
// before the method is judged. nginx answers for static files and for bodies
// that are too large. One user may make and delete contracts, one may only look.
//
// Sessions and contracts live in memory, are bounded, and end with the guest.
// A bad build looks well from outside and fails on the list of contracts: what only
// a business test finds.
package site
