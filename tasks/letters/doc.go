// Package letters compares words as eyes and fingers do: letters of other scripts that look
// like ASCII ones, words that are a slip apart, and the spaces between them.
//
// It proposes and is never used to accept: a "Т7" with a Cyrillic Т stays another word than T7.
package letters
