// Reads names, one a line, and counts them lower-cased, each once and sorted: what a Go program would do with a map.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	started := time.Now()
	names, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	inside := time.Since(started)

	characters := 0
	for _, name := range sorted {
		characters += len(name)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"facts":   map[string]any{"members": len(sorted), "characters": characters, "first": sorted[0], "last": sorted[len(sorted)-1]},
		"figures": map[string]any{"insideMs": float64(inside.Microseconds()) / 1000},
	})
}

func read(name string) (map[string]struct{}, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	names := map[string]struct{}{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		names[strings.ToLower(lines.Text())] = struct{}{}
	}
	return names, lines.Err()
}
