#!/bin/sh
# Something to see in a terminal: all 256 colours and styles.
colour=0
while [ "$colour" -lt 256 ]; do
	printf '\033[48;5;%dm  ' "$colour"
	colour=$((colour + 1))
	[ $((colour % 32)) -eq 0 ] && printf '\033[0m\n'
done
printf '\033[1mbold\033[0m \033[3mitalic\033[0m \033[4munderlined\033[0m Grüße\n'
exec sleep 600
