#!/bin/sh
# make, for a machine that may not have it: `./make demo`, `./make test`. Checks that Rust is new
# enough, installs make and a C compiler where they are missing, and then runs make.
set -eu
cd "$(dirname "$0")"
tests/ready
exec make READY= "$@"
