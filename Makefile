# Short names for cargo commands and the scripts in tests/. `./make` replaces make on machines
# without it.

CARGO = cargo
READY = tests/ready
TARGET_DIR = $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export CARAFE = $(TARGET_DIR)/release/carafe

.PHONY: all demo test test-full test-vm test-system soak faults fuzz lint release licences install deb dist packages \
	manual bench bench-engine bench-compare bench-x11 \
	ready tools-for-test-full install-for-demo install-for-tests install-for-benches
# Each rule's prerequisites are steps, which run in order.
.NOTPARALLEL:

all: release licences

# Prints what is needed, and checks whether it is installed.
ready:
	@$(READY)

release: ready
	$(CARGO) build --release --locked --bin carafe

licences:
	$(CARGO) run --quiet --locked --package carafe-packaging -- licences $(TARGET_DIR)/licences.txt

# Installs what `make` has built: sudo make install. DESTDIR and PREFIX (/usr/local) work as usual.
install:
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' packaging/install

# Runs real apps through carafe on a real compositor; writes demo.png.
demo: ready install-for-demo release
	$(CARGO) build --locked --package carafe-host --package carafe-rigs
	tests/demo/run

# The first tier: everything that .ci/run runs. GROUPS names some of `tests/run --list`; default: all.
test: ready install-for-tests
	tests/run $(GROUPS)

# The second tier, which takes long.
test-full: tools-for-test-full test
	tests/wlcs/run --full
	$(CARGO) test --locked --workspace --test channels -- --ignored
	tests/install tests/x11/packages.txt tests/x11/applications-packages.txt
	$(CARGO) test --locked --workspace --test x11 -- --ignored --test-threads=1
	SOMMELIER_XWAYLAND_PATH=$$(tests/x11/newer-xwayland) $(CARGO) test --locked --workspace --test x11
	for device in virtwl virtgpu; do for group in apps channels scaling x11; do \
	    tests/exo/run $$device $$group || exit 1; done; done
	$(CARGO) deny check licenses bans sources
	$(MAKE) fuzz

# Second tier too: on the kernel's own virtio-gpu driver, in a QEMU that is built first.
test-vm:
	tests/vm/test

# Second tier too: the Debian package and the units on a fresh Debian, with a systemd of its own
# (root).
test-system: deb
	tests/system/run

# Second tier too: clients of all sorts come and go, and nothing of them may be left.
export SOAK_MINUTES ?= 120
soak: ready
	$(CARGO) test --locked --test wire -- --ignored --nocapture t0190

# Second tier too: each system call of the service and of a session fails, at each of its calls.
faults: ready
	tests/install tests/cost/packages.txt
	CARAFE_FAULTS=all $(CARGO) test --locked --test wire -- --nocapture t0181

# All packages.
packages: deb dist

# Makes manual page and completions from the options; run this after changing options.
manual:
	$(CARGO) run --quiet --locked --package carafe-packaging -- manual packaging/manual

# In target/debian.
deb: ready
	packaging/deb

# Static binaries, sources and checksums, in dist. More: make dist TARGETS='TARGET…'
dist: ready
	packaging/dist

# Half an hour for each fuzz target.
FUZZ_SECONDS = 1800
fuzz:
	for target in $$($(CARGO) fuzz list); do \
	    mkdir -p fuzz/corpus/$$target && \
	    RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
	        -max_total_time=$(FUZZ_SECONDS) -max_len=16384 || exit 1; \
	done

# Latency, cost and memory beside a raw relay and waypipe, copies beside memcpy, neighbours
# behind a virtual device, as ratios; see benches/NOTES.md.
# More peers: make bench PEERS="--peer='NAME=COMMAND with {listen} and {host}'"
WAYPIPE = sh -c 'waypipe -c none -s {listen}.w client & \
	exec waypipe -c none -s {listen}.w --display {listen} server -- sleep infinity'
BENCH = $(TARGET_DIR)/release/carafe-bench
bench: install-for-benches release
	$(CARGO) build --release --locked --package carafe-bench --package carafe-rigs
	$(BENCH) --peer="waypipe=env WAYLAND_DISPLAY={host} $(WAYPIPE)" \
	    --json=$(TARGET_DIR)/bench.json --plot=$(TARGET_DIR)/bench.svg $(PEERS) $(ARGS)
	$(TARGET_DIR)/release/copy
	$(TARGET_DIR)/release/neighbours $(TARGET_DIR)/release/rig-virtwl $(CARAFE)
	$(TARGET_DIR)/release/nobody_waits $(TARGET_DIR)/release/rig-virtwl $(CARAFE)
	$(TARGET_DIR)/release/which_memory $(TARGET_DIR)/release/rig-virtwl $(CARAFE)

# X11 windows: a frame beside a Wayland client's, the start beside Xwayland's own and weston's,
# a storm of windows.
bench-x11: install-for-benches release
	$(CARGO) build --release --locked --package carafe-bench --package carafe-host
	$(TARGET_DIR)/release/x11 $(CARAFE) $(TARGET_DIR)/release/carafe-host

# The engine alone, measured by criterion.
bench-engine:
	$(CARGO) bench --locked --package carafe-bench --bench engine

# Two versions in one run: make bench-compare BASE=main~5
bench-compare: install-for-benches
	benches/compare $(BASE) $(ARGS)

lint:
	tests/run format clippy rustdoc

# Programs that are in no Debian package.
tools-for-test-full:
	@for tool in deny fuzz; do \
	    $(CARGO) $$tool --version >/dev/null 2>&1 || missing="$$missing cargo-$$tool"; \
	done; \
	[ -z "$$missing" ] || { echo "make test-full needs more: cargo install --locked$$missing" >&2; exit 1; }

install-for-demo:
	tests/install tests/demo/packages.txt tests/host/packages.txt

install-for-tests:
	tests/install tests/demo/packages.txt tests/apps/packages.txt tests/wlcs/packages.txt \
	    tests/cost/packages.txt tests/host/packages.txt tests/rigs/packages.txt \
	    tests/x11/packages.txt \
	    tests/doctor/packages.txt packaging/packages.txt packaging/debian/packages.txt

install-for-benches:
	tests/install benches/packages.txt
