// Package reading is live telemetry as plain data: what sensors saw of instances,
// addresses, metrics and hosts. Adapters fill it, ui draws it. A reading is not
// evidence and never enters the journal; it always carries when it was taken.
package reading
