# carafe-x@.service and its socket: X11 apps with a cookie of their own, sommelierrc, and clients
# that come before there is an X server.
. /mnt/guest/common.sh

mkdir -p /etc/systemd/user/carafe-x@.service.d
printf '[Service]\nEnvironment=SOMMELIER_DISPLAY=/run/host/wayland\n' \
    > /etc/systemd/user/carafe-x@.service.d/host.conf
echo 'echo "$DISPLAY" > ~/rc-of-all' > /etc/sommelierrc
echo 'echo "$DISPLAY" > ~/rc-of-mine' > /home/me/.sommelierrc
sc daemon-reload
start_host

must sc start carafe-x@7
must is carafe-x@7 ActiveState active
[ "$(exported DISPLAY)" = :7 ] || fail "DISPLAY is $(exported DISPLAY)"
[ "$(cat /home/me/rc-of-all /home/me/rc-of-mine | tr '\n' ' ')" = ":7 :7 " ] || fail "sommelierrc"
contains "$(app xdpyinfo)" "name of display:    :7"
# Nobody without the cookie.
if app sh -c 'XAUTHORITY=/dev/null xdpyinfo'; then fail "the display is open to all"; fi
app timeout 3 xlsclients
kill -ABRT "$(sc show --property=MainPID --value carafe-x@7)"
eventually is carafe-x@7 NRestarts 1
eventually is carafe-x@7 ActiveState active
contains "$(app xdpyinfo)" "name of display:    :7"
must sc stop carafe-x@7
must test ! -e /tmp/.X7-lock
must test ! -e /tmp/.X11-unix/X7

must sc start carafe-x@8.socket
[ "$(exported DISPLAY)" = :8 ] || fail "the socket exports $(exported DISPLAY)"
must is carafe-x@8.service ActiveState inactive
contains "$(app xdpyinfo)" "name of display:    :8"
eventually is carafe-x@8.service ActiveState active
kill -ABRT "$(sc show --property=MainPID --value carafe-x@8.service)"
contains "$(app xdpyinfo)" "name of display:    :8"
must sc stop carafe-x@8.socket carafe-x@8.service
must test ! -e /tmp/.X11-unix/X8
stop_host
