// Package examples carries the plans that come with the program.
//
// scp-1.0.0.yaml is a real one: the hour-by-hour plan by which a student team deployed
// "SCP Build 1.0.0" on 7 February 2019. It is what `tminus rehearse` flies when it is given
// nothing else, and the model to copy for a plan of your own. Every word of the team's
// document is in it; what the day needs and the document lacks stands there with a comment
// that says so. Phone numbers and addresses are placeholders.
package examples
