# What the Debian package brings to a fresh Debian.
. /mnt/guest/common.sh

must dpkg -i /mnt/carafe.deb
contains "$(carafe --version)" "carafe 0."
contains "$(man carafe | col -b)" "--force-drm-device=PATH"
must apropos -e carafe
for name in carafe@.service carafe@.socket carafe-x@.service carafe-x@.socket; do
    contains "$(sc list-unit-files --no-legend "$name")" "$name"
done
must test -s /usr/share/doc/carafe/licences.txt
must test -s /usr/share/doc/carafe/copyright

# Each shell finds its own.
offered=$(bash -ic '. /usr/share/bash-completion/bash_completion; _completion_loader carafe
    COMP_WORDS=(carafe --sock); COMP_CWORD=1; COMP_LINE="carafe --sock"; COMP_POINT=13
    _carafe; echo "${COMPREPLY[@]}"' 2> /dev/null)
contains "$offered" "--socket="
contains "$(fish -c 'complete -C "carafe --sock"')" "--socket"
contains "$(fish -c 'complete -C "carafe doc"')" "doctor"
contains "$(fish -c 'complete -C "carafe doctor --js"')" "--json"
contains "$(zsh -fc 'autoload -Uz compinit; compinit -u; autoload +X _carafe; echo $_comps[carafe]; whence -w _carafe')" "_carafe: function"
# What zsh offers is seen by asking it as a terminal does.
cat > /tmp/ask.zsh <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u; zstyle ":completion:*" list-prompt ""; clear'
sleep 1
zpty -w -n shell $'carafe --log-le\t'
sleep 1
while zpty -rt shell line 2> /dev/null; do print -r -- $line; done
ZSH
contains "$(zsh -f /tmp/ask.zsh 2>&1)" "--log-level="

must dpkg -r carafe
must test ! -e /usr/bin/carafe
must test ! -e /usr/lib/systemd/user/carafe@.service
must dpkg -i /mnt/carafe.deb
