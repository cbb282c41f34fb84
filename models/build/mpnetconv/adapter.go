package mpnetconv

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// adapterFiles are what training on callers' sayings changes in the model (appliance/understanding/adapt): a file for each layer
// that is changed.
//
//go:embed adapter/*.json
var adapterFiles embed.FS

// adapter are the changes by the names of their matrices: "layer.8.attention.attn.q".
type adapter map[string]change

// change is what is added to a matrix of rows × columns: up × scale × down, two narrow matrices of whole numbers of 8 bits and a
// number for each of their ranks (LoRA, Hu et al. 2021).
type change struct {
	Up    []byte    `json:"up"`    // rows × rank
	Scale []float32 `json:"scale"` // one a rank
	Down  []byte    `json:"down"`  // rank × columns
}

// readAdapter reads the files of an adapter in a folder, "layer-8.json".
func readAdapter(files fs.FS, folder string) (adapter, error) {
	names, err := fs.Glob(files, folder+"/layer-*.json")
	if err != nil {
		return nil, fmt.Errorf("list adapter: %w", err)
	}
	out := adapter{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read adapter: %w", err)
		}
		var layer map[string]change
		if err := json.Unmarshal(data, &layer); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		number := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "layer-"), ".json")
		for matrix, c := range layer {
			out["layer."+number+"."+matrix] = c
		}
	}
	return out, nil
}

// apply adds to a matrix what was trained. Products are rounded one by one: fused with sums they would differ between processors,
// and so would the file.
func (a adapter) apply(matrix string, shape []int, data []float32) error {
	c, ok := a[matrix]
	if !ok {
		return nil
	}
	rank := len(c.Scale)
	if len(shape) != 2 || len(c.Up) != shape[0]*rank || len(c.Down) != rank*shape[1] {
		return fmt.Errorf("the adapter has %d and %d numbers of rank %d for %s of %v", len(c.Up), len(c.Down), rank, matrix, shape)
	}
	columns := shape[1]
	sum := make([]float64, columns)
	for row := range shape[0] {
		clear(sum)
		for r, scale := range c.Scale {
			by := float64(int8(c.Up[row*rank+r])) * float64(scale)
			for i, x := range c.Down[r*columns : (r+1)*columns] {
				sum[i] += float64(by * float64(int8(x)))
			}
		}
		for i, x := range sum {
			data[row*columns+i] = float32(float64(data[row*columns+i]) + x)
		}
	}
	return nil
}
