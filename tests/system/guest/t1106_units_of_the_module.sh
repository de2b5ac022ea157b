# The very units that services.carafe makes for a Crostini container on NixOS (golden/), behind a
# virtio-gpu: at login, all four and then garcon, which knows the displays.
. /mnt/guest/crostini.sh

start_host
for package in bash coreutils systemd xauth xwayland; do
    mkdir -p "/nix/store/$package"
    ln -s /usr/bin "/nix/store/$package/bin"
done
behind /nix/store/carafe/bin/carafe rig-virtgpu --force-drm-device
let_emulate
cp /mnt/golden/*.service /etc/systemd/user/
cp /mnt/login-shell.sh /etc/profile.d/carafe.sh

# As at login: the manager starts anew.
systemctl stop user@1000
for unit in $instances garcon; do
    mkdir -p /etc/systemd/user/default.target.wants
    ln -s "/etc/systemd/user/$unit.service" "/etc/systemd/user/default.target.wants/$unit.service"
done
systemctl start user@1000
for unit in $instances garcon; do eventually is "$unit" ActiveState active; done
shows_windows

recorded=$(cat /home/me/garcon-environment)
contains "$recorded" "WAYLAND_DISPLAY=wayland-0
"
contains "$recorded" "WAYLAND_DISPLAY_LOW_DENSITY=wayland-1
"
contains "$recorded" "DISPLAY_LOW_DENSITY=:1"
contains "$recorded" "BROWSER=garcon-url-handler"
contains "$recorded" "/run/current-system/sw/share"
contains "$recorded" "XDG_DATA_DIRS=/home/me/.nix-profile/share:"
contains "$recorded" "/etc/profiles/per-user/me/share"

# Login shells know them too, whichever shell it is.
for shell in sh bash; do
    login=$(as_user "$shell" -lc 'echo $WAYLAND_DISPLAY $WAYLAND_DISPLAY_LOW_DENSITY $SOMMELIER_VERSION')
    contains "$login" "wayland-0 wayland-1 0."
done

# A crash: another one takes its place, and garcon and the rest stay.
garcon=$(sc show --property=MainPID --value garcon)
kill -KILL "$(pgrep -u me -x carafe | head -n 1)"
eventually sh -c 'runuser -u me -- env XDG_RUNTIME_DIR=/run/user/1000 systemctl --user show \
    --property=NRestarts --value sommelier@0 sommelier@1 | grep -q 1'
for unit in $instances; do eventually is "$unit" ActiveState active; done
must is garcon MainPID "$garcon"
contains "$(cat /home/me/failures)" sommelier
shows_windows

# The doctor has nothing to complain about but that restart; then it has.
found=$(as_user sh -lc 'carafe doctor --display=/run/host/wayland') || [ $? = 1 ]
found=$(echo "$found" | tr -s ' \n' ' ')
contains "$found" "after 1 restarts"
contains "$found" "WAYLAND_DISPLAY=wayland-0 for apps and in this shell"
contains "$found" "garcon runs and looks for apps in /home/me/.nix-profile/share"
contains "$found" "0 errors, 1 warning "
stop_host
rm -rf /run/host
kill -KILL "$(pgrep -u me -x carafe | head -n 1)"
sleep 2
status=0
found=$(as_user sh -lc 'carafe doctor --display=/run/host/wayland') || status=$?
[ "$status" = 2 ] || fail "the doctor says $status: $found"
contains "$(echo "$found" | tr -s ' \n' ' ')" "does not get ready"

rm -rf /etc/systemd/user/sommelier* /etc/systemd/user/garcon.service /etc/systemd/user/default.target.wants
