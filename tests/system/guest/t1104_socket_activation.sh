# carafe@.socket: started by the first app, and apps do not notice a restart.
. /mnt/guest/common.sh

name_host
start_host
must sc start carafe@5.socket
[ "$(exported WAYLAND_DISPLAY)" = wayland-5 ] || fail "the socket exports nothing"
must is carafe@5.service ActiveState inactive
contains "$(app wayland-info)" "interface: 'xdg_wm_base'"
eventually is carafe@5.service ActiveState active
[ "$(stat -c %a "$XDG_RUNTIME_DIR/wayland-5")" = 600 ] || fail "the socket is open to others"

# While it is down, apps wait.
kill -ABRT "$(sc show --property=MainPID --value carafe@5.service)"
contains "$(app wayland-info)" "interface: 'xdg_wm_base'"
eventually is carafe@5.service ActiveState active

must sc stop carafe@5.socket carafe@5.service
must test ! -e "$XDG_RUNTIME_DIR/wayland-5"
sc unset-environment WAYLAND_DISPLAY
stop_host
