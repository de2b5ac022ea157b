# Ready is what the host has answered: without one the unit tries again, and does not count as
# started; with one that hangs it does not either.
. /mnt/guest/common.sh

name_host
sc start --no-block carafe@3
restarted() { [ "$(sc show --property=NRestarts --value carafe@3)" -ge 2 ]; }
eventually restarted
must is carafe@3 ActiveState activating
must test ! -e "$XDG_RUNTIME_DIR/wayland-3"
start_host
eventually is carafe@3 ActiveState active
must test -S "$XDG_RUNTIME_DIR/wayland-3"
sc stop carafe@3

echo pause | /mnt/guest/ask-host
sc start --no-block carafe@3
sleep 2
must is carafe@3 ActiveState activating
echo resume | /mnt/guest/ask-host
eventually is carafe@3 ActiveState active
sc stop carafe@3
stop_host
