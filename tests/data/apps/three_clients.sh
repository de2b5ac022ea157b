#!/bin/sh
# Three clients: a terminal that stays while another program, and then another
# terminal, come and go. Each terminal's shell says which display it is on.
foot --config=/dev/null sh -c '
	echo "$WAYLAND_DISPLAY" > first.part; mv first.part first
	while [ ! -e second ]; do sleep 0.02; done' &
while [ ! -e first ]; do sleep 0.02; done
wayland-info > /dev/null || exit 1
foot --config=/dev/null sh -c 'echo "$WAYLAND_DISPLAY" > second.part; mv second.part second'
wait
cat first second
exit 7
