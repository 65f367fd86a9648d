// Package document makes a plan of the document that a team keeps already: a text with
// tabs, a CSV, a workbook (XLSX) or a Word file (DOCX).
//
// Real documents are dirty. Ids hold Cyrillic letters, a person is called 1C, a column has
// no heading, a cell went through a web page and came back as HTML. Nothing of that is
// repaired in silence: each repair is a [Proposal] with its reason and its code points, and
// what only people can know is a question with its candidates. What nobody decides stays in
// the plan as the document has it, and is an error there.
//
// A document passes through three stages, each of which knows nothing of the next:
//
//	bytes ── Read ──▶ Document ── Take ──▶ Parts ── NewDraft ──▶ Draft ── YAML ──▶ plan file
//	          rows of cells,        tables, facts,       values and
//	          each with its place   settings, prose      proposals
//
// The readers, and what bounds them:
//
//	document.go   rows and cells; which reader
//	text.go       text with tabs       csv.go   comma-separated values
//	packed.go     zip and XML          word.go  DOCX
//	workbook.go   XLSX: cells, styles  grid.go  where they stand; dates
//
// What is what:
//
//	section.go  headings, and tables by the names of their columns
//	parts.go    the document taken apart, row by row
//
// What it means:
//
//	draft.go    the whole; title, facts, prose      people.go  contacts, and who is meant
//	task.go     the hour-by-hour table              timing.go  times, dependencies, zone
//	risk.go     risks of all tables as one register role.go    jobs that nobody has
//	setting.go  the configuration                   letter.go  look-alike letters
//	when.go     dates and times as people write them
//
// What becomes of it:
//
//	proposal.go  repairs and questions   answers.go  decisions from a file
//	write.go     the plan file           writing.go  its lines
//
// The ids of proposals are those of package check (L01 …, P08 …): import tells what only
// the document shows, tminus check what the plan shows.
package document
