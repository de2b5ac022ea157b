# bash completion for carafe. Made from its options by `make manual`.

_carafe() {
    local cur=${COMP_WORDS[COMP_CWORD]} n=1 option=
    COMPREPLY=()
    if [[ $cur == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]} cur=
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $option in
    --force-drm-device) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --drm-device) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --virtwl-device) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --sd-notify) COMPREPLY=($(compgen -W 'READY=1' -- "$cur")); return ;;
    --log-level) COMPREPLY=($(compgen -W 'trace debug info warn error off' -- "$cur")); return ;;
    --log-messages) COMPREPLY=($(compgen -W 'client host client,host client,host,secrets' -- "$cur")); return ;;
    --stats-summary) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --stats-log) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --timing-filename) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --trace-filename) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --policy) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --xwayland-path) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --xwayland-gl-driver-path) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --x-auth) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --x-font-path) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --quirks-config) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --fullscreen-mode) COMPREPLY=($(compgen -W 'immersive plain' -- "$cur")); return ;;
    -*) return ;;
    esac
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
        stats) COMPREPLY=($(compgen -W '--socket= --seconds= --once --json --help' -- "$cur")); return ;;
        doctor) COMPREPLY=($(compgen -W '--json --help' -- "$cur")); return ;;
        policy) COMPREPLY=($(compgen -W '--help' -- "$cur")); return ;;
        esac
    fi
    # Behind the program, its own completion goes on.
    while ((n < COMP_CWORD)); do
        case ${COMP_WORDS[n]} in
        -*) ((n++)); [[ ${COMP_WORDS[n]} == = ]] && ((n += 2)) ;;
        *)
            declare -F _command_offset > /dev/null && _command_offset "$n"
            return
            ;;
        esac
    done
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--help --version --parent --socket= --client-fd= --display= --virtgpu-channel --force-drm-device= --drm-device= --virtwl-device= --transfer-limit= --noop-driver --sd-notify= --no-exit-with-child --log-level= --log-messages --stats --stats-summary= --stats-log= --stats-timer= --timing-filename= --trace-filename= --scale= --direct-scale --dpi= --stable-scaling --deny-globals= --allow-globals= --max-versions= --confine --allow-privileged= --clipboard= --primary= --dnd= --title-prefix= --app-id-prefix= --limits= --no-sandbox --policy= --viewport-resize --accelerators= --windowed-accelerators= --x11 --x-display= --x-idle= --xwayland-path= --xwayland-gl-driver-path= --xwayland-cmd-prefix= --glamor --x-auth= --x-font-path= --enable-xshape --enable-x11-move-windows --no-clipboard-manager --allow-xwayland-emulate-screen-pos-size --ignore-stateless-toplevel-configure --only-client-can-exit-fullscreen --quirks-config= --print-enabled-features= --no-support-damage-buffer --application-id= --application-id-x11-property= --vm-identifier= --frame-color= --dark-frame-color= --fullscreen-mode=' -- "$cur"))
        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
    else
        COMPREPLY=($(compgen -W 'stats doctor policy' -- "$cur") $(compgen -c -- "$cur"))
    fi
    return 0
} &&
    complete -o default -F _carafe carafe
