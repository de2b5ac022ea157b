# The options of services.carafe, for NixOS and for home-manager. docs/nixos-options.md is made
# from them (nix/tests/run --update).
{
  lib,
  pkgs,
}:
let
  inherit (lib) mkEnableOption mkOption types;

  # `<Alt>tab`: modifiers of sommelier's (and Super), and the name of a keysym.
  accelerator = types.strMatching "(<(Control|Alt|Shift|Super)>)*[A-Za-z0-9_]+";
  colour = types.strMatching "#[0-9a-fA-F]{6}";
  variable = types.strMatching "[A-Za-z_][A-Za-z0-9_]*";
  interface = types.strMatching "[A-Za-z0-9_]+";
  ways = types.enum [
    "both"
    "guest-to-host"
    "host-to-guest"
    "none"
  ];

  instance =
    { config, name, ... }:
    {
      options = {
        kind = mkOption {
          type = types.enum [
            "wayland"
            "x11"
          ];
          default = "wayland";
          description = "Whether it serves Wayland apps, or X11 apps by an Xwayland of its own.";
        };
        display = mkOption {
          type = types.ints.unsigned;
          description = "The number of the display: 0 is `wayland-0`, or `:0`.";
        };
        unitName = mkOption {
          type = types.strMatching "[A-Za-z0-9@_.-]+";
          default = "carafe-${name}";
          description = "The name of its unit, without `.service`.";
        };
        channel = mkOption {
          type = types.enum [
            "auto"
            "virtwl"
            "virtgpu"
            "unix"
          ];
          default = "auto";
          description = ''
            The way to the host's compositor: a virtio-wl device (ChromeOS), a virtio-gpu with
            cross-domain contexts (crosvm, QEMU, libkrun), a socket, or the first of these that
            there is.
          '';
        };
        device = mkOption {
          type = types.nullOr types.path;
          default = null;
          example = "/dev/dri/renderD128";
          description = ''
            The device of the channels `virtwl` (which needs one) and `virtgpu` (which finds
            one).
          '';
        };
        socket = mkOption {
          type = types.nullOr types.str;
          default = null;
          example = "/run/host/wayland-0";
          description = "The host's socket, for the channel `unix`: a path, or a name in XDG_RUNTIME_DIR.";
        };
        scale = mkOption {
          type = types.nullOr (types.addCheck types.number (scale: scale >= 0.1 && scale <= 10));
          default = null;
          example = 0.5;
          description = "How many pixels of an app are one of the host's, from 0.1 to 10.";
        };
        dpi = mkOption {
          type = types.listOf (types.ints.between 72 9600);
          default = [ ];
          example = [
            96
            160
          ];
          description = "Densities that apps are told; the nearest one is taken.";
        };
        accelerators = mkOption {
          type = types.listOf accelerator;
          default = [ ];
          example = [
            "Super_L"
            "<Alt>tab"
          ];
          description = "Keys that stay the host's.";
        };
        windowedAccelerators = mkOption {
          type = types.listOf accelerator;
          default = [ ];
          example = [ "<Alt>F4" ];
          description = "Keys that stay the host's while the window does not fill the screen.";
        };
        cursor = {
          theme = mkOption {
            type = types.nullOr types.str;
            default = null;
            example = "Adwaita";
            description = "The cursor theme of X11 apps.";
          };
          size = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            example = 24;
            description = "The size of the cursor, in pixels.";
          };
        };
        frameColor = mkOption {
          type = types.nullOr colour;
          default = null;
          example = "#F2F2F2";
          description = "The colour of the frames that ChromeOS draws around windows.";
        };
        renderNode = mkOption {
          type = types.nullOr types.path;
          default = null;
          example = "/dev/dri/renderD128";
          description = "The render node that this machine's apps draw with.";
        };
        glamor = mkOption {
          type = types.bool;
          default = false;
          description = "Whether Xwayland draws with the GPU.";
        };
        fontPath = mkOption {
          type = types.nullOr types.str;
          default = null;
          description = "The font path of the X server, for apps that use its fonts.";
        };
        onX11Start = mkOption {
          type = types.lines;
          default = "";
          example = "xrdb -merge ~/.Xresources";
          description = "What a shell runs once X is up, before apps are started.";
        };
        exportAs = {
          display = mkOption {
            type = types.nullOr variable;
            default = if config.kind == "x11" then "DISPLAY" else "WAYLAND_DISPLAY";
            defaultText = lib.literalExpression ''"WAYLAND_DISPLAY" or "DISPLAY"'';
            description = "The variable by which apps are told of the display; null for none.";
          };
          cursorSize = mkOption {
            type = types.nullOr variable;
            default = if config.kind == "x11" then "XCURSOR_SIZE" else null;
            defaultText = lib.literalExpression ''"XCURSOR_SIZE" for X11, else null'';
            description = "The variable by which they are told of the cursor's size.";
          };
        };
        socketActivation = mkOption {
          type = types.bool;
          default = false;
          description = "Whether it is started by the first app, in place of with the session.";
        };
        policy = {
          denyGlobals = mkOption {
            type = types.listOf interface;
            default = [ ];
            example = [ "zwlr_screencopy_manager_v1" ];
            description = "Interfaces of the host's that apps are not offered.";
          };
          allowGlobals = mkOption {
            type = types.nullOr (types.nonEmptyListOf interface);
            default = null;
            description = "The only interfaces that they are offered; null for all that carafe knows.";
          };
          confine = mkOption {
            type = types.bool;
            default = false;
            description = ''
              Whether to keep the host's privileged globals (virtual keyboards, copies of the screen,
              data control and similar ones) from apps on a socket too. Behind a virtual device apps
              never get them.
            '';
          };
          allowPrivileged = mkOption {
            type = types.listOf interface;
            default = [ ];
            example = [ "zwlr_layer_shell_v1" ];
            description = "Privileged globals that apps get anyway; `all` means all of them.";
          };
          maxVersions = mkOption {
            type = types.attrsOf types.ints.positive;
            default = { };
            example = {
              wl_seat = 5;
            };
            description = "The highest versions of interfaces that they are offered.";
          };
          clipboard = mkOption {
            type = ways;
            default = "both";
            description = ''
              The ways that the clipboard may take. What two apps of this machine copy and paste
              goes by the host, and needs both.
            '';
          };
          primary = mkOption {
            type = types.nullOr ways;
            default = null;
            description = "The same for the primary selection; null for what `clipboard` says.";
          };
          dnd = mkOption {
            type = ways;
            default = "both";
            description = "The same for drag and drop.";
          };
          titlePrefix = mkOption {
            type = types.strMatching "[^\n]{0,1000}";
            default = "";
            example = "[guest] ";
            description = "What the host shows in front of windows' titles.";
          };
          appIdPrefix = mkOption {
            type = types.strMatching "[^\n]{0,1000}";
            default = "";
            example = "guest.";
            description = "The same in front of the names by which it knows applications.";
          };
          limits = mkOption {
            type = types.attrsOf types.ints.unsigned;
            default = { };
            example = {
              surfaces = 1000;
            };
            description = "How much one app may have of each thing. See docs/limits.md.";
          };
          sandbox = mkOption {
            type = types.bool;
            default = true;
            description = ''
              Whether carafe's sessions give up files and system calls that they do not need.
            '';
          };
          file = mkOption {
            type = types.nullOr types.path;
            default = null;
            example = "/etc/carafe/policy.toml";
            description = ''
              A policy file, with the same settings and rules for single programs. The options here
              override the file's settings for all programs. `systemctl reload` reads it again.
            '';
          };
        };
        logging = {
          level = mkOption {
            type = types.nullOr (
              types.enum [
                "trace"
                "debug"
                "info"
                "warn"
                "error"
                "off"
              ]
            );
            default = null;
            description = "The lowest level that goes to the journal.";
          };
          messages = mkOption {
            type = types.listOf (
              types.enum [
                "client"
                "host"
              ]
            );
            default = [ ];
            description = "The sides whose messages go there too.";
          };
        };
        metrics = {
          summary = mkOption {
            type = types.nullOr types.str;
            default = null;
            description = "A file that holds a summary of frame rates.";
          };
          log = mkOption {
            type = types.nullOr types.str;
            default = null;
            description = "A file that it is appended to.";
          };
          interval = mkOption {
            type = types.ints.positive;
            default = 60;
            description = "How often both are written, in seconds.";
          };
        };
        hardening = mkOption {
          type = types.bool;
          default = true;
          description = "Whether the unit may only do what carafe does.";
        };
        environment = mkOption {
          type = types.attrsOf types.str;
          default = { };
          example = {
            SOMMELIER_VM_IDENTIFIER = "termina";
          };
          description = "More variables.";
        };
        extraArgs = mkOption {
          type = types.listOf types.str;
          default = [ ];
          example = [ "--trace-filename=/tmp/trace.json" ];
          description = "More options, see carafe(1).";
        };
      };
    };
in
{
  enable = mkEnableOption "carafe, which shows this machine's Wayland and X11 apps as windows of the host";

  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ./package.nix { };
    defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
    description = "The carafe that is run.";
  };

  xwaylandPackage = mkOption {
    type = types.nullOr types.package;
    default = pkgs.xwayland;
    defaultText = lib.literalExpression "pkgs.xwayland";
    description = "The Xwayland of instances for X11.";
  };

  flavor = mkOption {
    type = types.enum [
      "crostini-container"
      "baguette"
      "microvm"
      "generic"
    ];
    default = "generic";
    description = ''
      What kind of guest this is. It only sets defaults:

      - `crostini-container`: an LXC container of ChromeOS. The four instances under the names that
        ChromeOS knows, and all of `services.carafe.crostini`.
      - `baguette`: a virtual machine of ChromeOS. The same, and the services of such an image.
      - `microvm`: a virtual machine with a virtio-gpu with cross-domain contexts (microvm.nix,
        Spectrum, crosvm, muvm). One instance for Wayland, one for X11.
      - `generic`: a container into which the host's socket is mounted; its path is
        `services.carafe.instances.wayland.socket`.
    '';
  };

  instances = mkOption {
    type = types.attrsOf (types.submodule instance);
    default = { };
    description = "The displays that are offered to apps, each by a unit of its own.";
  };

  crostini = {
    enable = mkEnableOption "what ChromeOS expects of a guest (the flavors crostini-container and baguette do)";

    failureNotifier = mkOption {
      type = types.bool;
      default = true;
      description = "Whether ChromeOS is told when an instance ends.";
    };

    garcon = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether garcon runs, which shows apps in ChromeOS's launcher and starts them.";
      };
      asSystemService = mkOption {
        type = types.bool;
        default = false;
        description = ''
          Whether garcon is a service of the system, which runs before anybody logs in. It then
          needs `services.carafe.crostini.user`.
        '';
      };
      allowAnyUser = mkOption {
        type = types.bool;
        default = false;
        description = "Whether garcon may be run by another user than the one with the id 1000.";
      };
      dataDirs = mkOption {
        type = types.listOf types.str;
        default = [
          "%h/.nix-profile/share"
          "%h/.local/share"
          "%h/.local/share/flatpak/exports/share"
          "/etc/profiles/per-user/%u/share"
          "/run/current-system/sw/share"
          "/var/lib/flatpak/exports/share"
        ];
        description = "Where garcon looks for apps (`XDG_DATA_DIRS`).";
      };
    };

    user = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "The user whose apps they are, for garcon as a service of the system.";
    };

    notifications = mkOption {
      type = types.bool;
      default = true;
      description = "Whether notifications are shown by ChromeOS.";
    };

    hostBrowser = mkOption {
      type = types.bool;
      default = true;
      description = "Whether links are opened by ChromeOS's browser, and terminals by its terminal.";
    };

    fonts = mkOption {
      type = types.bool;
      default = true;
      description = "Whether ChromeOS's fonts are used too.";
    };

    sftp = mkOption {
      type = types.bool;
      default = true;
      description = "Whether sftp-server is where garcon looks for it, for ChromeOS's Files app.";
    };
  };
}
