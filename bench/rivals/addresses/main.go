// Reads IPv4 addresses and prefixes, one a line, and counts them sorted and merged: what a Go program would do with net/netip.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	started := time.Now()
	// A range is its first address above its last one: such numbers sort faster than pairs.
	ranges, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	slices.Sort(ranges)
	members := len(slices.Compact(ranges))
	merged := merge(ranges[:members])
	inside := time.Since(started)

	addresses := uint64(0)
	for _, r := range merged {
		addresses += r&0xffffffff - r>>32 + 1
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"facts":   map[string]any{"members": members, "ranges": len(merged), "addresses": addresses},
		"figures": map[string]any{"insideMs": float64(inside.Microseconds()) / 1000},
	})
}

func read(name string) ([]uint64, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	ranges := []uint64{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		first, last, err := parse(lines.Text())
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, first<<32|last)
	}
	return ranges, lines.Err()
}

func parse(text string) (first, last uint64, err error) {
	if !strings.Contains(text, "/") {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return 0, 0, err
		}
		number := numberOf(address)
		return number, number, nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return 0, 0, err
	}
	first = numberOf(prefix.Masked().Addr())
	return first, first + 1<<(32-prefix.Bits()) - 1, nil
}

func numberOf(address netip.Addr) uint64 {
	octets := address.As4()
	return uint64(binary.BigEndian.Uint32(octets[:]))
}

// Joins what overlaps or touches, in place.
func merge(sorted []uint64) []uint64 {
	merged := sorted[:0]
	for _, r := range sorted {
		if n := len(merged); n > 0 && r>>32 <= merged[n-1]&0xffffffff+1 {
			if r&0xffffffff > merged[n-1]&0xffffffff {
				merged[n-1] = merged[n-1]>>32<<32 | r&0xffffffff
			}
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
