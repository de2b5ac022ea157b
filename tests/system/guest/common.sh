# For the tests of tests/system, which run as root in the machine: /mnt holds what was built.

export XDG_RUNTIME_DIR=/run/user/1000

# Runs a command as the user, as from a login shell.
as_user() {
    runuser -u me -- env -i HOME=/home/me USER=me SHELL=/bin/sh PATH=/usr/local/bin:/usr/bin:/bin \
        LANG=C.UTF-8 XDG_RUNTIME_DIR=/run/user/1000 "$@"
}

sc() { as_user systemctl --user "$@"; }

# What the manager would start an app with.
exported() { sc show-environment | sed -n "s/^$1=//p"; }

# Runs an app as a launcher does: by the manager, with its environment.
app() { as_user systemd-run --user --quiet --wait --pipe --collect -- "$@"; }

fail() {
    echo "    $*" >&2
    sc status --no-pager --lines=0 'carafe*' 'sommelier*' 2> /dev/null | sed 's/^/    /' >&2
    journalctl --no-pager --lines=25 --output=cat _UID=1000 2> /dev/null | sed 's/^/    | /' >&2
    exit 1
}

# Waits until a command succeeds.
eventually() {
    for _ in $(seq 150); do
        if "$@" > /dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    fail "waited too long for: $*"
}

is() { [ "$(sc show --property="$2" --value "$1")" = "$3" ]; }
must() { "$@" || fail "not so: $*"; }
contains() { case $1 in *"$2"*) ;; *) fail "'$2' is not in: $1" ;; esac }

# Tells units of carafe's own where the host is.
name_host() {
    mkdir -p /etc/systemd/user/carafe@.service.d
    printf '[Service]\nEnvironment=SOMMELIER_DISPLAY=/run/host/wayland\n' \
        > /etc/systemd/user/carafe@.service.d/host.conf
    sc daemon-reload
}

# The stand-in host, at /run/host/wayland.
start_host() {
    systemd-run --quiet --unit=host --property=RuntimeDirectory=host \
        --property=RuntimeDirectoryMode=0777 --property=UMask=0000 \
        /mnt/carafe-host --socket=/run/host/wayland --control=/run/host/control
    eventually test -S /run/host/wayland
    chmod 666 /run/host/wayland
}
stop_host() { systemctl stop host; }
