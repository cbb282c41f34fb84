package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"

	"frontdesk.internal/cmd/internal/notice"
	"frontdesk.internal/models"
)

// boxPackages is Debian's list of what the root of a box consists of (firmware/image).
const boxPackages = "/usr/lib/frontdesk-box/dpkg/status"

// writeSBOM writes the list of parts in CycloneDX: the works in the program, the weights with their hashes, and on a box Debian's packages,
// of which dpkg is the list; a file that is not there has none. The same parts give the same bytes.
func writeSBOM(w io.Writer, works []notice.Work, dpkg string) error {
	manifest, err := models.Builtin()
	if err != nil {
		return err
	}
	packages, err := debianPackages(dpkg)
	if err != nil {
		return err
	}
	var parts []cyclonedx.Component
	for _, work := range works {
		parts = append(parts, partOf(work, manifest))
	}
	parts = append(parts, packages...)
	slices.SortStableFunc(parts, func(a, b cyclonedx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Component: &cyclonedx.Component{
		Type: cyclonedx.ComponentTypeApplication, BOMRef: "frontdesk", Name: "frontdesk", Version: programVersion(),
		Licenses: licence("Apache-2.0"),
	}}
	bom.Components = &parts
	to := cyclonedx.NewBOMEncoder(w, cyclonedx.BOMFileFormatJSON).SetPretty(true)
	if err := to.EncodeVersion(bom, cyclonedx.SpecVersion1_6); err != nil {
		return fmt.Errorf("write list of parts: %w", err)
	}
	return nil
}

// partOf is a work as a part; weights are known by the hashes of their files.
func partOf(w notice.Work, manifest models.Manifest) cyclonedx.Component {
	c := cyclonedx.Component{
		Type: cyclonedx.ComponentTypeLibrary, Name: w.Name, Version: w.Version, Licenses: licence(w.Licence),
		PackageURL: "pkg:generic/" + url.PathEscape(w.Name),
	}
	if w.Version != "" {
		c.PackageURL += "@" + url.PathEscape(w.Version)
	}
	if host, _, found := strings.Cut(w.Name, "/"); found && strings.Contains(host, ".") {
		c.PackageURL = "pkg:golang/" + w.Name + "@" + w.Version
	}
	if w.How == notice.Weights {
		c.Type, c.PackageURL = cyclonedx.ComponentTypeMachineLearningModel, ""
		i := slices.IndexFunc(manifest.Models, func(m models.Model) bool { return m.Name == w.Name })
		if i >= 0 {
			files := filesOf(manifest.Models[i])
			c.Components = &files
		}
	}
	c.BOMRef = cmp.Or(c.PackageURL, "weights/"+w.Name)
	return c
}

func filesOf(m models.Model) []cyclonedx.Component {
	var files []cyclonedx.Component
	for _, f := range m.Files {
		files = append(files, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeFile, BOMRef: "weights/" + m.Name + "/" + f.Name, Name: f.Name,
			Hashes: &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: f.SHA256}},
		})
	}
	return files
}

// licence is an SPDX expression; nil when nobody knows it.
func licence(spdx string) *cyclonedx.Licenses {
	if spdx == "" {
		return nil
	}
	return &cyclonedx.Licenses{{Expression: spdx}}
}

// debianPackages reads what is installed from a file of dpkg's form.
func debianPackages(file string) ([]cyclonedx.Component, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read Debian's packages: %w", err)
	}
	var parts []cyclonedx.Component
	for entry := range strings.SplitSeq(string(text), "\n\n") {
		fields := map[string]string{}
		for line := range strings.Lines(entry) {
			if name, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") {
				fields[name] = strings.TrimSpace(value)
			}
		}
		if fields["Status"] != "install ok installed" || fields["Package"] == "frontdesk" {
			continue
		}
		ref := fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s", fields["Package"], fields["Version"], fields["Architecture"])
		parts = append(parts, cyclonedx.Component{
			Type: cyclonedx.ComponentTypeLibrary, BOMRef: ref, PackageURL: ref, Name: fields["Package"], Version: fields["Version"],
		})
	}
	return parts, nil
}
