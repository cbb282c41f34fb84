package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"

	"frontdesk.internal/cmd/internal/notice"
	"frontdesk.internal/models"
)

// The list of parts has modules, engines, weights with the hashes of their files, and what Debian has installed, each with what it is known
// by; what was removed is in no part, and the same parts give the same bytes.
func TestSBOM(t *testing.T) {
	t.Parallel()
	manifest, err := models.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	weights := manifest.Models[0]
	dpkg := filepath.Join(t.TempDir(), "status")
	status := "Package: nftables\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0.6-2\nDescription: rules\n more: words\n\n" +
		"Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n" +
		"Package: frontdesk\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n"
	if err := os.WriteFile(dpkg, []byte(status), 0o600); err != nil {
		t.Fatal(err)
	}
	works := []notice.Work{
		{Name: weights.Name, How: notice.Weights, Licence: "MIT"}, {Name: "example.com/m", Version: "v1.0.0", How: notice.Linked, Licence: "MIT"},
		{Name: "ONNX Runtime", Version: "1.32.0", How: "opened at run time"},
	}
	var text, again bytes.Buffer
	if err := writeSBOM(&text, works, dpkg); err != nil {
		t.Fatal(err)
	}
	works[0], works[1] = works[1], works[0]
	if err := writeSBOM(&again, works, dpkg); err != nil || again.String() != text.String() {
		t.Errorf("in another order it is another list: %v", err)
	}
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(&text, cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	known := map[string]cyclonedx.Component{}
	for _, c := range *bom.Components {
		known[c.BOMRef] = c
	}
	for _, ref := range []string{
		"pkg:golang/example.com/m@v1.0.0", "pkg:generic/ONNX%20Runtime@1.32.0", "weights/" + weights.Name,
		"pkg:deb/debian/nftables@1.0.6-2?arch=amd64",
	} {
		if _, ok := known[ref]; !ok {
			t.Errorf("there is no %s", ref)
		}
	}
	if len(known) != 4 || bom.Metadata.Component.Version != programVersion() {
		t.Errorf("%d parts of %+v", len(known), bom.Metadata.Component)
	}
	files := *known["weights/"+weights.Name].Components
	if len(files) != len(weights.Files) || (*files[0].Hashes)[0].Value != weights.Files[0].SHA256 {
		t.Errorf("files of the weights: %+v", files)
	}
	if err := writeSBOM(&text, works, filepath.Join(dpkg, "..", "none")); err != nil {
		t.Errorf("a machine that is no box: %v", err)
	}
}
