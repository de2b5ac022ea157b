# What the tests of a Crostini container share: ChromeOS's tools, played by scripts, and carafe
# behind an emulated device.
. /mnt/guest/common.sh

tools=/opt/google/cros-containers/bin

instances='sommelier@0 sommelier@1 sommelier-x@0 sommelier-x@1'

# Makes a program that runs carafe behind a device: behind PROGRAM rig-virtwl --virtwl-device
behind() {
    mkdir -p "$(dirname "$1")"
    cat > "$1" <<SCRIPT
#!/bin/sh
exec /mnt/$2 /run/host/wayland -- /usr/bin/carafe $3={device} "\$@"
SCRIPT
    chmod 755 "$1"
}

# The emulation of a device watches carafe's system calls, and is not carafe: units let it.
let_emulate() {
    for unit in sommelier@ sommelier-x@; do
        mkdir -p "/etc/systemd/user/$unit.service.d"
        printf '[Service]\nNotifyAccess=all\nSystemCallFilter=\nNoNewPrivileges=no\n%s\n' \
            'MemoryDenyWriteExecute=no' > "/etc/systemd/user/$unit.service.d/emulated.conf"
    done
}

mkdir -p "$tools"
cat > "$tools/garcon" <<'SCRIPT'
#!/bin/sh
/usr/bin/env > /home/me/garcon-environment
while :; do /usr/bin/sleep 1000; done
SCRIPT
cat > "$tools/guest_service_failure_notifier" <<'SCRIPT'
#!/bin/sh
echo "$1" >> /home/me/failures
SCRIPT
chmod 755 "$tools"/*

# All four instances, by the variables that they export.
shows_windows() {
    contains "$(app wayland-info)" "interface: 'xdg_wm_base'"
    contains "$(app sh -c 'WAYLAND_DISPLAY=$WAYLAND_DISPLAY_LOW_DENSITY wayland-info')" "'xdg_wm_base'"
    app sh -c 'weston-simple-shm & pid=$!; sleep 2; kill $pid' &
    eventually sh -c 'echo windows | /mnt/guest/ask-host | grep -q simple-shm'
    wait
    contains "$(app xdpyinfo)" "name of display:    :0"
    contains "$(app sh -c 'xdpyinfo -display $DISPLAY_LOW_DENSITY')" "name of display:    :1"
    [ "$(exported XCURSOR_SIZE)" = 24 ] || fail "XCURSOR_SIZE is $(exported XCURSOR_SIZE)"
    [ "$(exported XCURSOR_SIZE_LOW_DENSITY)" = 12 ] || fail "low: $(exported XCURSOR_SIZE_LOW_DENSITY)"
}
