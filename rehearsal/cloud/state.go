package cloud

// state.go: what the account remembers, and how everything in it is drawn from one seed.

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// state is everything that outlives a request. What time alone changes is derived and never stored.
type state struct {
	Seed      int64       `json:"seed"`
	Drawn     uint64      `json:"drawn"` // draws made from the seed so far
	SavedAt   time.Time   `json:"saved_at"`
	Instances []*instance `json:"instances,omitempty"`
	Volumes   []*volume   `json:"volumes,omitempty"`
	KeyPairs  []*keyPair  `json:"key_pairs,omitempty"`
	Groups    []*group    `json:"groups,omitempty"`
	Addresses []*address  `json:"addresses,omitempty"`
	Alarms    []*alarm    `json:"alarms,omitempty"`
	Past      []past      `json:"past,omitempty"` // what late reads still see, oldest first
	Changes   uint64      `json:"changes,omitempty"`

	Elsewhere map[string]*state `json:"elsewhere,omitempty"` // what was made in other regions, by name

	loopback bool // Options.Loopback: not kept, the next program may want it otherwise
}

// Tag is a key and a value on a resource.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func decodeState(b []byte) (*state, error) {
	s := new(state)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	return s, nil
}

// draw returns the next 32 bytes of the account's fate. The purpose keeps draws of different kinds apart, so that the
// same number is never, say, both an id and a key.
func (s *state) draw(purpose string) [32]byte {
	s.Drawn++
	return drawAt(s.Seed, s.Drawn, purpose)
}

func drawAt(seed int64, n uint64, purpose string) [32]byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(seed))
	b = binary.BigEndian.AppendUint64(b, n)
	return sha256.Sum256(append(b, purpose...))
}

// id draws a resource id such as i-0a1b2c3d4e5f67890.
func (s *state) id(prefix string) string {
	d := s.draw(prefix)
	return prefix + "-0" + hex.EncodeToString(d[:8])
}

// between draws a duration in [low, high], in whole milliseconds.
func (s *state) between(low, high time.Duration, purpose string) time.Duration {
	d := s.draw(purpose)
	span := uint64((high-low)/time.Millisecond) + 1
	return low + time.Duration(binary.BigEndian.Uint64(d[:])%span)*time.Millisecond
}

// freePublicIP draws a free public address from a block of the kind Amazon hands out, or from 127.64.0.0/10.
func (s *state) freePublicIP() string {
	blocks := [][2]byte{{13, 212}, {18, 136}, {54, 169}, {52, 77}, {46, 137}}
	for {
		d := s.draw("public-ip")
		b := blocks[int(d[0])%len(blocks)]
		if s.loopback {
			b = [2]byte{127, 64 + d[3]%64}
		}
		ip := netip.AddrFrom4([4]byte{b[0], b[1], d[1], 1 + d[2]%254}).String()
		if !s.publicIPTaken(ip) {
			return ip
		}
	}
}

func (s *state) publicIPTaken(ip string) bool {
	return slices.ContainsFunc(s.Addresses, func(a *address) bool { return a.PublicIP == ip }) ||
		slices.ContainsFunc(s.Instances, func(i *instance) bool { return i.Net.AutoIP == ip })
}

// privateIP draws a free address of the subnet; Amazon keeps the first four and the last.
func (s *state) privateIP(cidr string, now time.Time) (string, error) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return "", fmt.Errorf("subnet network: %w", err)
	}
	base := p.Masked().Addr().As4()
	size := uint32(1) << (32 - p.Bits())
	if size < 16 {
		return "", fmt.Errorf("subnet network %s is smaller than /28", cidr)
	}
	for range 4096 {
		d := s.draw("private-ip")
		host := 4 + binary.BigEndian.Uint32(d[:])%(size-5)
		var ip [4]byte
		binary.BigEndian.PutUint32(ip[:], binary.BigEndian.Uint32(base[:])+host)
		found := netip.AddrFrom4(ip).String()
		if !slices.ContainsFunc(s.Instances, func(i *instance) bool { return i.Net.PrivateIP == found && i.Life.at(now) != terminatedState() }) {
			return found, nil
		}
	}
	return "", fmt.Errorf("subnet network %s has no free address", cidr)
}

func (s *state) instance(id string) *instance {
	return find(s.Instances, func(i *instance) bool { return i.ID == id })
}

func (s *state) group(id string) *group {
	return find(s.Groups, func(g *group) bool { return g.ID == id })
}

// elastic returns the Elastic IP associated with the instance, or nil.
func (s *state) elastic(instanceID string) *address {
	return find(s.Addresses, func(a *address) bool { return a.InstanceID != "" && a.InstanceID == instanceID })
}

func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

func sortTags(tags []Tag) []Tag {
	slices.SortFunc(tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return tags
}
