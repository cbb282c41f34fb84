# Frontdesk. "make help" lists what can be made; setup writes build/native.mk, which tells the rest where this machine's
# engines and weights are.

ARCH    ?=
RELEASE ?=

-include build/native.mk

bootstrap   := sh cmd/setup/bootstrap.sh
setup-flags := $(if $(ARCH),--arch $(ARCH)) $(if $(filter 1 yes true,$(RELEASE)),--release)
# Without the German caller's voice the demonstration leaves that caller out and says so.
voices      := $(bootstrap) voices || [ -z "$$CI" ]
host-arch   := $(if $(filter aarch64,$(shell uname -m)),arm64,amd64)
cross-group := $(filter-out $(host-arch),$(ARCH))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list what can be made
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(filter-out build/native.mk,$(MAKEFILE_LIST))

##@ Run

.PHONY: setup
setup: ## packages, engines, weights, programs; safe to interrupt and to run again (ARCH=arm64, RELEASE=1)
	@$(bootstrap) base $(cross-group) -- $(setup-flags) all

.PHONY: build
build: ## engines and programs only, no weights (ARCH=arm64 cross-builds into bin/arm64, RELEASE=1)
	@$(bootstrap) base $(cross-group) -- $(setup-flags) build

.PHONY: run
run: setup ## the demonstration, then the appliance stays up with its page at https://localhost:8443
	@$(voices)
	@bin/frontdesk demo --keep

.PHONY: demo
demo: setup ## the demonstration alone: five callers over real SIP and RTP
	@$(voices)
	@bin/frontdesk demo

##@ Check

# Who may not install the packages of the tests' other ends still gets all other tests; the end names what was skipped.
.PHONY: test
test: ## every test: lint, all packages, race detector at another moment, real engines, page, console, the demonstration
	@$(bootstrap) test || [ -z "$$CI" ]
	@$(voices)
	@$(bootstrap) base -- all
	@.ci/test

.PHONY: test-changed
test-changed: ## while working: the tests that what has changed since BASE (main) can touch
	@.ci/test --changed $(or $(BASE),main)

.PHONY: test-console
test-console: setup ## the technician's console alone: tmux, a serial line at 9600 baud
	@$(bootstrap) test || [ -z "$$CI" ]
	@.ci/test console

.PHONY: test-pbx
test-pbx: setup ## real telephone systems and telephones against the program; draws appliance/phone/INTEROP.md anew (root)
	@$(bootstrap) test || [ -z "$$CI" ]
	@UPDATE=1 .ci/test pbx

.PHONY: test-service
test-service: ## the package in a Debian that boots: started, killed, cut off, filled up, updated, removed (root)
	@$(bootstrap) test || [ -z "$$CI" ]
	@$(bootstrap) base -- build
	@.ci/test service

# A machine without hardware of its own: an emulated processor, the firmware of PCs, a TPM. Not part of make test: on a busy machine without
# KVM it takes far longer than all the rest.
.PHONY: test-image
test-image: ## the box's image: booted with firmware and TPM, called, updated, its power pulled (root; slow; RUN=TestFallsBack alone)
	@$(bootstrap) base test image -- build
	@[ -n "$$(ls build/deb/*.deb 2>/dev/null)" ] || firmware/build $(host-arch)
	@OUT=build/image/test PACK=1 WEIGHTS=no firmware/image/build --add firmware/image/testdata/root
	@OUT=build/image/test/next ONLY=root VERSION=90.1 PACK=1 firmware/image/build --add firmware/image/testdata/root
	@OUT=build/image/test/faulty ONLY=root VERSION=90.2 PACK=1 firmware/image/build --add firmware/image/testdata/faulty
	@OUT=build/image/test/noanswer ONLY=root VERSION=90.3 PACK=1 firmware/image/build --add firmware/image/testdata/noanswer
	@FRONTDESK_IMAGE="$(CURDIR)/build/image/test" CGO_ENABLED=0 \
		go test -tags image -count=1 -timeout 4h -v -run "$(or $(RUN),.)" ./firmware/image

.PHONY: lint
lint: ## gofmt, go vet, golangci-lint, go.mod (the linter is built once, into the cache)
	@.ci/lint

.PHONY: test-page
test-page: setup ## the owner's page in a real browser while real callers ring; pictures in build/page
	@$(bootstrap) test || [ -z "$$CI" ]
	@.ci/test page

.PHONY: pictures
pictures: test-page ## draw the pictures of the README anew
	@mkdir -p appliance/web/pictures
	@cp build/page/office-1280-light.png appliance/web/pictures/today.png
	@cp build/page/player-390-dark.png appliance/web/pictures/call.png
	@cp build/page/first-390-light.png appliance/web/pictures/first.png
	@cp build/page/year-390-light.png appliance/web/pictures/holidays.png

.PHONY: test-power
test-power: ## 1,000 power cuts and kills amid writing records, and cuts amid recordings, erasures and backups (N=1000); make test does 50
	@FRONTDESK_POWER_CUTS=$(or $(N),1000) FRONTDESK_CRASHES=$(or $(N),1000) CGO_ENABLED=0 go test -count=1 -timeout 2h -v \
		-run '^(TestPowerCuts|TestKilledWriterLosesNothing|TestTornWritesLoseNothing)$$' ./appliance/store ./appliance/backup

.PHONY: fuzz
fuzz: ## look for inputs that break something, T=10m for all fuzz targets together; says which files to commit (tests run the seeds)
	@.ci/fuzz $(or $(T),10m)

.PHONY: bench
bench: setup ## measure this machine: recognition, and a whole turn of a conversation
	@bin/frontdesk bench asr
	@bin/frontdesk bench turn

##@ Install

.PHONY: deb
deb: ## Debian packages for amd64 and arm64 in build/deb (VERSION=1.2.3)
	@VERSION=$(VERSION) firmware/build

.PHONY: image
image: setup ## the box: a disk image in build/image that boots, with its weights (root; WEIGHTS=no, VERSION, KEYRING=cert.pem)
	@$(bootstrap) image
	@VERSION="$(VERSION)" WEIGHTS="$(WEIGHTS)" KEYRING="$(KEYRING)" firmware/image/build

.PHONY: bundle
bundle: ## the file that updates a box, from the image's root: build/image/*.raucb (KEY=key.pem CERT=cert.pem)
	@KEY="$(KEY)" CERT="$(CERT)" firmware/image/bundle

.PHONY: offline
offline: setup ## all that a box without the Internet needs (packages, weights) in a folder, such as a stick: DIR=/media/usb
	@[ -n "$(DIR)" ] || { echo "offline: say where to: make offline DIR=/media/usb" >&2; exit 1; }
	@firmware/offline "$(DIR)"

##@ Maintain

.PHONY: models-verify
models-verify: ## hash every model file anew
	@bin/frontdesk models verify

.PHONY: proto
proto: ## generate the engines' gRPC code from its .proto file (needs protobuf-compiler)
	@command -v protoc >/dev/null || { echo "proto: there is no protoc; install the Debian package protobuf-compiler" >&2; exit 1; }
	@mkdir -p build/tools
	@cd .ci/tools && go build -o ../../build/tools/ google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc
	@cd models/engines/enginespb && PATH="$(CURDIR)/build/tools:$$PATH" protoc --go_out=. --go_opt=paths=source_relative \
		--go-grpc_out=. --go-grpc_opt=paths=source_relative *.proto

.PHONY: clean
clean: ## remove what was built in this clone; the cache of engines and weights stays
	@rm -rf bin build coverage* cmd/frontdesk/licences/third-party.json.gz appliance/web/ui/theirs/*.js

.PHONY: clean-cache
clean-cache: ## remove the cache of engines and weights too; the next setup fetches everything again
	@rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/frontdesk"
