# carafe@.service, with all its hardening, in front of a host at a socket.
. /mnt/guest/common.sh

start_host
name_host
must sc start carafe@3
must is carafe@3 ActiveState active
[ "$(exported WAYLAND_DISPLAY)" = wayland-3 ] || fail "it exports $(exported WAYLAND_DISPLAY)"
contains "$(app wayland-info)" "interface: 'xdg_wm_base'"
app timeout 2 weston-simple-shm || [ $? = 124 ] || fail "no window"

# A crash is made good, and what was the matter is told.
pid=$(sc show --property=MainPID --value carafe@3)
kill -ABRT "$pid"
eventually is carafe@3 NRestarts 1
eventually is carafe@3 ActiveState active
contains "$(app wayland-info)" "interface: 'xdg_wm_base'"

# Another drop-in of sommelier's: the name under which it is exported.
mkdir -p /etc/systemd/user/carafe@4.service.d
printf '[Service]\nEnvironment=WAYLAND_DISPLAY_VAR=WAYLAND_DISPLAY_LOW_DENSITY SOMMELIER_SCALE=0.5\n' \
    > /etc/systemd/user/carafe@4.service.d/low.conf
sc daemon-reload
must sc start carafe@4
[ "$(exported WAYLAND_DISPLAY_LOW_DENSITY)" = wayland-4 ] || fail "no low density"

must sc stop carafe@3 carafe@4
must is carafe@3 Result success
for name in wayland-3 wayland-3.lock wayland-3.stats wayland-4; do
    must test ! -e "$XDG_RUNTIME_DIR/$name"
done
sc unset-environment WAYLAND_DISPLAY WAYLAND_DISPLAY_LOW_DENSITY
stop_host
