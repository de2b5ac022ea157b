# Everything is done by cargo and the scripts in tests/; this names it.

CARGO = cargo
export CARAFE = $(CURDIR)/target/release/carafe

.PHONY: all demo test test-full test-vm test-system fuzz lint release bench bench-engine \
	bench-compare bench-x11 manual packages deb dist install-for-demo install-for-tests install-for-benches

all: release

release:
	$(CARGO) build --release --locked --bin carafe

# Real apps through carafe on a real compositor; leaves demo.png.
demo: install-for-demo release
	$(CARGO) build --locked --package carafe-host --package carafe-rigs
	tests/demo/run

# The first tier: all that .ci/run runs.
test: install-for-tests lint release
	$(CARGO) test --locked --workspace
	SOMMELIER_XWAYLAND_PATH=$$(tests/x11/newer-xwayland) $(CARGO) test --locked --workspace --test x11
	packaging/check
	tests/static/run
	tests/wlcs/run --fast
	benches/instructions

# The second tier: long (needs `cargo install cargo-deny cargo-fuzz`).
test-full: test
	tests/wlcs/run --full
	$(CARGO) test --locked --workspace --test channels -- --ignored
	tests/install tests/x11/packages.txt tests/x11/applications-packages.txt
	$(CARGO) test --locked --workspace --test x11 -- --ignored --test-threads=1
	$(CARGO) deny check licenses bans sources
	$(MAKE) fuzz

# Second tier too: on the kernel's own virtio-gpu driver, in a QEMU that is built first.
test-vm:
	tests/vm/test

# Second tier too: the Debian package and the units on a fresh Debian, with a systemd of its own
# (root; `cargo install cargo-deb` first).
test-system: deb
	tests/system/run

# All that is given to others.
packages: deb dist

# Manual page and completions, from the options: after a change of those.
manual:
	$(CARGO) run --quiet --locked --package carafe-packaging -- manual packaging/manual

# In target/debian (needs `cargo install cargo-deb`). For another architecture, whose Rust target and
# C compiler are installed:
#   CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
#       make deb DEB=--target=aarch64-unknown-linux-gnu
deb:
	$(CARGO) run --quiet --locked --package carafe-packaging -- licences target/licences.txt
	$(CARGO) deb --locked --strip $(DEB)

# Static binaries, sources and checksums, in dist. More: make dist TARGETS='TARGET…'
dist:
	packaging/dist

# Half an hour for each fuzz target.
FUZZ_SECONDS = 1800
fuzz:
	for target in wire session ring pipes hangups; do \
	    mkdir -p fuzz/corpus/$$target && \
	    RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
	        -max_total_time=$(FUZZ_SECONDS) -max_len=16384 || exit 1; \
	done

# Latency, cost and memory beside a raw relay and waypipe, copies beside memcpy, neighbours
# behind a virtual device, as ratios; see benches/NOTES.md.
# More peers: make bench PEERS="--peer='NAME=COMMAND with {listen} and {host}'"
WAYPIPE = sh -c 'waypipe -c none -s {listen}.w client & \
	exec waypipe -c none -s {listen}.w --display {listen} server -- sleep infinity'
BENCH = $(CURDIR)/target/release/carafe-bench
bench: install-for-benches release
	$(CARGO) build --release --locked --package carafe-bench --package carafe-rigs
	$(BENCH) --peer="waypipe=env WAYLAND_DISPLAY={host} $(WAYPIPE)" \
	    --json=target/bench.json --plot=target/bench.svg $(PEERS) $(ARGS)
	$(CURDIR)/target/release/copy
	$(CURDIR)/target/release/neighbours $(CURDIR)/target/release/rig-virtwl $(CARAFE)

# X11 windows: a frame beside a Wayland client's, the start beside Xwayland's own and weston's,
# a storm of windows.
bench-x11: install-for-benches release
	$(CARGO) build --release --locked --package carafe-bench --package carafe-host
	$(CURDIR)/target/release/x11 $(CARAFE) $(CURDIR)/target/release/carafe-host

# The engine alone, in criterion's words.
bench-engine:
	$(CARGO) bench --locked --package carafe-bench --bench engine

# Two versions in one run: make bench-compare BASE=main~5
bench-compare: install-for-benches
	benches/compare $(BASE) $(ARGS)

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps --document-private-items

install-for-demo:
	tests/install tests/demo/packages.txt tests/host/packages.txt

install-for-tests:
	tests/install tests/demo/packages.txt tests/apps/packages.txt tests/wlcs/packages.txt \
	    tests/cost/packages.txt tests/host/packages.txt tests/rigs/packages.txt \
	    tests/x11/packages.txt \
	    tests/doctor/packages.txt packaging/packages.txt

install-for-benches:
	tests/install benches/packages.txt
