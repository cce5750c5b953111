# make demo     set up, build, and run the pipeline on SampleStudies
# make test     set up, build, check formatting, run every test
# make weights  torchvision's trained ResNet-50, from the internet, as weights/resnet50.safetensors
# make install  one executable, its man page, completions, pipelines and sending scripts below PREFIX; for sudo, first
#               `make static`
#
# make bench          how fast, with the peers beside it; bench-reader: the reader alone;
#                     bench-study: a whole study, files to report; bench-backlog: with 100,000 studies behind it;
#                     bench-evaluate: 10,000 studies evaluated and judged by other rules
#                     bench-train: training, beside PyTorch (FEWER=1: fewer rounds)
#                     bench-transfer: trained weights against beginning from nothing
# make train-demo     trains the shipped bundle's network anew, from nothing but seeds, and measures it (two hours)
# make proofs         the published networks at full width, made by PyTorch, timm, Hugging Face and Keras, beside Gantry
# make fuzz           fuzzes this project's own parsing, FUZZ_SECONDS (60) a target
# make mutants        MUTANTS (10000) spoilt files through the whole reader, four at once
# make test-sanitize  the readers' and object writers' tests under the address and undefined-behaviour sanitizers
# make test-threads   the engine's, runner's and reader's tests under the thread sanitizer
# make test-emulated  the kernels of every instruction set, AVX-512 and AVX-VNNI among them, on an emulated CPU
# make check-reports  reports of the sample studies by highdicom, dcentvfy, PixelMed's validator, fhir.resources, axe
#                     and an Orthanc that they are sent to
# make check-export   the tables of 10,000 studies, read back by pandas and R
# make torture-train  TRAINING_KILLS (50) kills of a training run at random moments: the same bytes come out
# make soak           SOAK_RUNS (1000) short runs in each precision, and SOAK_FAILING (300) of the kind that once crashed at its end

PREFIX ?= /usr/local
PIPELINE = Pipelines/covid19-chest-ct
BUILD = .build/release
GANTRY = $(BUILD)/gantry
MUTANTS ?= 10000
# A chest of a person, which is unlike all phantoms; where it is not there, the demo is of phantoms alone.
REAL_CHEST = $(wildcard ../shared/data/series/lidc0001_chest_133.tar.xz)
STATIC_MADE = .build/static/made
# One build for both sanitizers; what SwiftPM calls --sanitize=undefined does not exist.
SANITIZED = -c release --sanitize=address --scratch-path .build/sanitized -Xcc -fsanitize=undefined \
    -Xcxx -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined -Xcxx -fno-sanitize-recover=undefined \
    -Xswiftc -Xclang-linker -Xswiftc -fsanitize=undefined
THREADED = -c release --sanitize=thread --scratch-path .build/threads
THREADED_TESTS = GantryGroundTests|GantryPipelineTests|GantryInferenceTests|GantryTrainingTests|GantrySandboxTests|GantryDICOMTests|GantryStoreTests
SOAK_RUNS ?= 1000
SOAK_FAILING ?= 300
# A shell that exports these can halve OpenBLAS without a word.
unexport OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

TRAINING_KILLS ?= 50

.PHONY: demo test weights bench bench-reader bench-study bench-backlog bench-evaluate bench-train bench-transfer proofs fuzz mutants test-sanitize test-threads test-emulated soak torture-train check-reports check-export static install setup build lint clean train-demo

setup:
	@Scripts/setup.sh

build: setup
	swift build -c release --product gantry

weights: build
	@Scripts/weights.sh $(GANTRY) weights

demo: build
	@rm -rf demo
	@echo
	@if [ -n "$(REAL_CHEST)" ]; then mkdir -p demo/real && tar -xJf $(REAL_CHEST) -C demo/real; fi
	@$(GANTRY) ingest SampleStudies $(if $(REAL_CHEST),demo/real) --pipeline $(PIPELINE) --store demo/gantry.sqlite \
	    --output demo/reports; \
	    status=$$?; echo; echo "Reports: open $(CURDIR)/demo/reports/patients/*/index.html in a browser"; exit $$status

train-demo: build
	@Scripts/train-demo.sh $(GANTRY) $(PIPELINE)

lint: setup
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzz

test: lint
	swift build -c release --build-tests
	swift test -c release --skip-build
	Scripts/check-install.sh

bench: setup
	@Benchmarks/run.sh
	@if grep -q avx512f /proc/cpuinfo; then echo; echo "Held to AVX2:"; Benchmarks/run.sh --avx2; fi
	@Benchmarks/Reader/run.sh
	@Benchmarks/Study/run.sh

bench-reader: setup
	@Benchmarks/Reader/run.sh

bench-backlog: setup
	@Benchmarks/Backlog/run.sh

bench-evaluate: setup
	@Benchmarks/Evaluation/run.sh

bench-study: setup
	@Benchmarks/Study/run.sh

bench-train: setup
	@Benchmarks/Training/run.sh $(if $(FEWER),--quick)

bench-transfer: setup
	@Benchmarks/Transfer/run.sh

proofs: setup
	@Scripts/proofs.sh

fuzz: setup
	@Fuzz/run.sh

mutants: setup
	swift build -c release --product gantry
	swift build -c release --product reader-mutants
	$(BUILD)/reader-mutants --count $(MUTANTS) $(wildcard ../shared/data)

# What leaks is left to the system: a reader child lives for one study.
test-sanitize: setup
	swift build $(SANITIZED) --build-tests
	ASAN_OPTIONS=detect_leaks=0 swift test $(SANITIZED) --skip-build --filter 'GantryDICOMTests|GantryDICOMReportsTests|GantryImagesTests|GantrySandboxTests|PDF'

# A second thread of the tests' own would wait for the first's threads: one test at a time. Kernels against their
# references have one thread and last for hours.
test-threads: setup
	swift build $(THREADED) --build-tests
	TSAN_OPTIONS="halt_on_error=0 exitcode=66" \
	    swift test $(THREADED) --skip-build --no-parallel --filter '$(THREADED_TESTS)' --skip KernelTests

test-emulated: setup
	@Tests/Emulated/run.sh

check-export: build
	@Scripts/check-export.sh $(GANTRY) $(PIPELINE)

torture-train: build
	@Scripts/torture-train.py $(GANTRY) $(TRAINING_KILLS)

check-reports: build
	@Scripts/check-reports.sh $(GANTRY) $(PIPELINE)

soak: build
	@Scripts/soak.sh $(GANTRY) $(PIPELINE) $(SOAK_RUNS) $(SOAK_FAILING)

# Linked once more, statically to the Swift runtime: the machine it runs on needs no toolchain. Nothing is compiled twice.
static: build
	swift build -c release --product generate-manual
	GANTRY_STATIC=1 swift build -c release --product gantry
	@mkdir -p $(dir $(STATIC_MADE))
	@mv $(GANTRY) .build/static/gantry && cp $(BUILD)/generate-manual .build/static/
	swift build -c release --product gantry
	@touch $(STATIC_MADE)

# Under sudo nothing is built: files of root in .build would be in the way of every later build.
ifdef SUDO_USER
install:
	@test -f $(STATIC_MADE) && test -z "$$(find Package.swift Sources -newer $(STATIC_MADE) | head -1)" || { \
	    echo "make install: under sudo nothing is built, and what is built is absent or older than the sources." >&2; \
	    echo "First, as yourself: make static. Then: sudo make install" >&2; exit 69; }
else
install: static
endif
	Scripts/install.sh .build/static "$(DESTDIR)$(PREFIX)"

clean:
	rm -rf .build demo
