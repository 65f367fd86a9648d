// Package contract holds the pretend AWS account to what AWS documents, scenario by scenario.
//
// It has tests only. A scenario is a deed done with the SDK's own clients, a sentence of AWS's documentation that says
// what must come of it, and the page it stands on. The same scenarios are played on the pretend account, twice, for
// CloudWatch is spoken in CBOR and in AWS JSON, and on moto_server, a pretend AWS that nobody here wrote.
//
// What moto cannot play is listed with the scenario: why, and how it shows. It is played there all the same and has to fail
// in just that way, so that the list cannot rot. docs/contract.md is made from the table.
//
// The map: scenario_test.go is what a scenario may use, contract_test.go plays them and writes the document, pretend_test.go
// and moto_test.go open the accounts; each other file holds the scenarios of the areas it is named for.
package contract
