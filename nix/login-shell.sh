# Login shells are told of the displays that carafe has told the user's service manager of.
if [ -n "${XDG_RUNTIME_DIR:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    eval "$(systemctl --user show-environment 2> /dev/null | while IFS= read -r carafe_line; do
        case $carafe_line in
        SOMMELIER_VERSION=* | DISPLAY=* | DISPLAY_LOW_DENSITY=* | WAYLAND_DISPLAY=* | \
            WAYLAND_DISPLAY_LOW_DENSITY=* | XCURSOR_SIZE=* | XCURSOR_SIZE_LOW_DENSITY=*)
            # The manager quotes what a shell would not take as it is.
            printf 'export %s\n' "$carafe_line"
            ;;
        esac
    done)"
fi
