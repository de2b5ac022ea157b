# A container whose units, drop-ins and variables are made for C++ sommelier, with carafe in the
# place of that program, behind a virtio-wl.
. /mnt/guest/crostini.sh

start_host
# As docs/install.md has it: ChromeOS's disk is read-only, and carafe is mounted over its program.
printf '#!/bin/sh\necho the wrong program >&2\nexit 1\n' > "$tools/sommelier"
chmod 755 "$tools/sommelier"
# Xwayland is there too, and nowhere else.
mv /usr/bin/Xwayland "$tools"
mount --bind "$tools" "$tools"
mount -o remount,bind,ro "$tools"
behind /usr/local/bin/carafe-behind-a-device rig-virtwl --virtwl-device
echo "/usr/local/bin/carafe-behind-a-device $tools/sommelier none bind 0 0" >> /etc/fstab
must mount "$tools/sommelier"
let_emulate
cp /mnt/sommelier/*.service /etc/systemd/user/
for unit in sommelier sommelier-x; do
    for n in 0:normal 1:low-density; do
        mkdir -p "/etc/systemd/user/$unit@${n%:*}.service.d"
        cp "/mnt/sommelier/${n#*:}.conf" "/etc/systemd/user/$unit@${n%:*}.service.d/"
    done
done
echo 'touch ~/sommelierrc-ran' > /etc/sommelierrc
sc daemon-reload
# shellcheck disable=SC2086
must sc start $instances
for unit in $instances; do must is "$unit" ActiveState active; done
[ "$(exported WAYLAND_DISPLAY)" = wayland-0 ] || fail "WAYLAND_DISPLAY is $(exported WAYLAND_DISPLAY)"
[ "$(exported WAYLAND_DISPLAY_LOW_DENSITY)" = wayland-1 ] || fail "no low density"
contains "SOMMELIER_VERSION=$(exported SOMMELIER_VERSION)" "=0."
shows_windows
must test -e /home/me/sommelierrc-ran

# shellcheck disable=SC2086
must sc stop $instances
contains "$(cat /home/me/failures)" sommelier
sc unset-environment WAYLAND_DISPLAY WAYLAND_DISPLAY_LOW_DENSITY SOMMELIER_VERSION
rm -rf /etc/systemd/user/sommelier* /etc/sommelierrc /home/me/failures
sc daemon-reload
stop_host
