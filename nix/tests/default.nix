# What the module makes of configurations: `files` are compared with golden/, `cases` must all be
# true, `options` is docs/nixos-options.md.
{ lib }:
let
  stubs = import ./stubs.nix { inherit lib; };
  render = import ./render.nix { inherit lib; };

  evaluate =
    modules:
    (lib.evalModules {
      modules = modules;
      specialArgs = { inherit (stubs) pkgs; };
    }).config;
  nixos = settings: evaluate [ stubs.nixos ../module.nix { services.carafe = settings; } ];
  home = settings: evaluate [ stubs.home ../home-manager.nix { services.carafe = settings; } ];
  enabled = settings: nixos ({ enable = true; } // settings);

  failed = config: map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
  # Whether exactly one assertion fails, and says this.
  refuses = part: settings: let messages = failed (enabled settings); in lib.length messages == 1 && lib.hasInfix part (lib.head messages);
  warns = part: settings: let config = enabled settings; in failed config == [ ] && lib.length config.warnings == 1 && lib.hasInfix part (lib.head config.warnings);
  # Whether the types refuse it.
  isTypeError =
    instance:
    let
      config = enabled { instances.a = { display = 0; } // instance; };
    in
    !(builtins.tryEval (builtins.deepSeq config.services.carafe.instances.a true)).success;
  isFine =
    instance:
    let
      config = enabled { flavor = "microvm"; instances.a = { display = 5; } // instance; };
    in
    failed config == [ ] && config.warnings == [ ];
  a = instance: { flavor = "microvm"; instances.a = { display = 5; } // instance; };

  configurations = {
    crostini-container = enabled { flavor = "crostini-container"; };
    baguette = enabled { flavor = "baguette"; };
    microvm = enabled { flavor = "microvm"; };
    generic = enabled {
      flavor = "generic";
      instances.wayland.socket = "/run/host/wayland-0";
    };
    # Every option of an instance, and garcon as a service of the system.
    everything = evaluate [
      stubs.nixos
      ../module.nix
      {
        users.users.me = {
          uid = 1001;
          home = "/home/me";
        };
        services.carafe = {
          enable = true;
          flavor = "crostini-container";
          crostini.user = "me";
          crostini.garcon.asSystemService = true;
          instances.wayland-0 = {
            channel = "virtwl";
            device = "/dev/wl0";
            socketActivation = true;
            scale = 1.25;
            logging.level = "info";
            logging.messages = [ "client" "host" ];
            metrics.summary = "/tmp/a summary";
            metrics.log = "/tmp/100%";
            environment.SOMMELIER_VM_IDENTIFIER = "penguin";
            extraArgs = [ "--trace-filename=/tmp/$trace.json" ];
            hardening = false;
            policy = {
              denyGlobals = [ "wl_drm" "zwlr_screencopy_manager_v1" ];
              confine = true;
              allowPrivileged = [ "zwlr_layer_shell_v1" ];
              maxVersions.wl_seat = 5;
              maxVersions.xdg_wm_base = 2;
              clipboard = "guest-to-host";
              primary = "none";
              dnd = "host-to-guest";
              titlePrefix = "[100% $guest] ";
              appIdPrefix = "guest.";
              limits.surfaces = 1000;
              limits.clients = 50;
              sandbox = false;
              file = "/etc/carafe/policy.toml";
            };
          };
          instances.x11-0 = {
            channel = "virtgpu";
            device = "/dev/dri/renderD128";
            renderNode = "/dev/dri/renderD128";
            glamor = true;
            fontPath = "/fonts/misc";
            cursor.theme = "Adwaita";
            cursor.size = 32;
            onX11Start = "xrdb -merge ~/.Xresources";
            socketActivation = true;
          };
          instances.x11-1.exportAs = {
            display = null;
            cursorSize = null;
          };
        };
      }
    ];
  };
  homes.home-manager = home {
    enable = true;
    flavor = "generic";
    instances.wayland = {
      socket = "wayland-0";
      socketActivation = true;
    };
  };
  # The package, but for its sources, which want a store.
  package = import ../package.nix {
    inherit lib;
    inherit (stubs.pkgs) xauth xwayland;
    rustPlatform.buildRustPackage = make: removeAttrs (make { }) [ "src" ];
    installShellFiles = null;
    makeBinaryWrapper = null;
    pkg-config = null;
    libxkbcommon = null;
  };
  prefixed = name: lib.mapAttrs' (path: lib.nameValuePair "${name}/${path}");

  optionList = lib.filter (option: option.visible && !option.internal) (
    lib.optionAttrSetToDocList
      (lib.evalModules {
        modules = [
          stubs.nixos
          ../module.nix
        ];
        specialArgs = { inherit (stubs) pkgs; };
      }).options.services.carafe
  );
  shown = option: key: lib.optionalString (option ? ${key}) "- ${key}: `${option.${key}.text}`\n";
  document = option: ''
    ## `${option.name}`

    ${lib.removeSuffix "\n" option.description}

    - type: ${option.type}
    ${shown option "default"}${shown option "example"}'';
in
{
  files = lib.foldl' (all: new: all // new) { } (
    lib.mapAttrsToList (name: config: prefixed name (render.nixos config)) configurations
    ++ lib.mapAttrsToList (name: config: prefixed name (render.home config)) homes
  );

  cases =
    lib.mapAttrs' (name: config: lib.nameValuePair "${name} is accepted" (failed config == [ ] && config.warnings == [ ])) (configurations // homes)
    // {
      "disabled means nothing" =
        let
          config = nixos { flavor = "baguette"; };
          of = attrs: lib.attrNames attrs == [ ];
        in
        of config.systemd.user.services
        && of config.systemd.user.sockets
        && of config.systemd.services
        && config.systemd.mounts == [ ]
        && of config.environment.etc
        && config.environment.systemPackages == [ ]
        && config.services.udev.extraRules == ""
        && config.users.groups == { }
        && config.xdg.mime.defaultApplications == { }
        && config.systemd.tmpfiles.rules == [ ]
        && config.environment.loginShellInit == "";
      "disabled home means nothing" = (home { }).systemd.user.services == { };
      "a flavor only sets defaults" =
        let
          config = enabled {
            flavor = "crostini-container";
            instances.wayland-0.scale = 2;
            instances.x11-1.frameColor = null;
            crostini.enable = false;
          };
        in
        config.services.carafe.instances.wayland-0.scale == 2
        && config.services.carafe.instances.x11-1.frameColor == null
        && !(config.systemd.user.services ? garcon);
      "the package has Cargo.toml's version" =
        builtins.deepSeq package package.version
        == (builtins.fromTOML (builtins.readFile ../../Cargo.toml)).workspace.package.version;
      "the package brings Xwayland" = lib.hasInfix "/nix/store/xwayland/bin" package.postInstall;
      "one display for each kind" = refuses "a and x11 have the same kind and display" {
        flavor = "microvm";
        instances.a = { kind = "x11"; display = 0; };
      };
      "a Wayland and an X11 instance may share a number" = isFine { kind = "x11"; };
      "one unit for each instance" = refuses "the instances a and wayland have the same `unitName`" (a { unitName = "carafe-wayland"; });
      "X11 needs Xwayland" = refuses "set services.carafe.xwaylandPackage" {
        flavor = "microvm";
        xwaylandPackage = null;
      };
      "virtwl needs a device" = refuses ''set services.carafe.instances.a.device = "/dev/wl0"'' (a { channel = "virtwl"; });
      "unix needs a socket" = refuses "set services.carafe.instances.wayland.socket" { flavor = "generic"; };
      "garcon for the system needs a user" = refuses "set services.carafe.crostini.user" {
        flavor = "crostini-container";
        crostini.garcon.asSystemService = true;
      };
      "a device without its channel" = warns "device has no effect with the channel auto" (a { device = "/dev/wl0"; });
      "a socket without its channel" = warns "socket has no effect with the channel auto" (a { socket = "x"; });
      "onX11Start without X11" = warns "onX11Start has no effect" (a { onX11Start = "true"; });
      "glamor without X11" = warns "glamor has no effect" (a { glamor = true; });
      "no sommelier@0 for ChromeOS" = warns "no instance has that unitName" {
        flavor = "crostini-container";
        instances.wayland-0.unitName = "other";
      };
      "no instances" =
        lib.any (lib.hasInfix "has no instances") (enabled { instances = lib.mkForce { }; }).warnings;
      "nothing wrong is no type error" = !(isTypeError { });
      "an unknown kind" = isTypeError { kind = "mir"; };
      "a display below zero" = isTypeError { display = -1; };
      "a scale of 0" = isTypeError { scale = 0; };
      "a scale of 11" = isTypeError { scale = 11; };
      "a density of 20" = isTypeError { dpi = [ 20 ]; };
      "an accelerator with Meta" = isTypeError { accelerators = [ "<Meta>a" ]; };
      "accelerators" = isFine { accelerators = [ "Super_L" "<Control><Alt>Delete" "<Super>a" ]; };
      "windowed accelerators" = isFine { windowedAccelerators = [ "<Alt>F4" ]; };
      "a colour by name" = isTypeError { frameColor = "red"; };
      "a device that is no path" = isTypeError { device = "wl0"; };
      "a variable that is none" = isTypeError { exportAs.display = "A B"; };
      "a denied baseline global" = warns "policy keeps wl_shm from apps" (a { policy.denyGlobals = [ "wl_drm" "wl_shm" ]; });
      "a baseline global that is not allowed" = warns "policy keeps xdg_wm_base from apps" (a { policy.allowGlobals = [ "wl_compositor" "wl_shm" "wl_seat" "wl_output" ]; });
      "a global that is no interface" = isTypeError { policy.denyGlobals = [ "wl drm" ]; };
      "nothing allowed at all" = isTypeError { policy.allowGlobals = [ ]; };
      "a version of 0" = isTypeError { policy.maxVersions.wl_seat = 0; };
      "an unknown way" = isTypeError { policy.clipboard = "in"; };
      "an unknown option" = isTypeError { nonesuch = { }; };
      "an unknown flavor" = !(builtins.tryEval (nixos { flavor = "x"; }).services.carafe.flavor).success;
      "every option is documented" = lib.all (option: option.description or "" != "") optionList;
    };

  options = ''
    # Options of services.carafe

    Made from nix/options.nix by `nix/tests/run --update`.

    ${lib.concatMapStringsSep "\n" document (lib.sort (x: y: x.name < y.name) optionList)}'';
}
