# What cannot be right (assertions), and what is likely not meant (warnings).
{ lib, cfg }:
let
  instances = lib.mapAttrsToList (name: instance: instance // { inherit name; }) cfg.instances;
  option = instance: "services.carafe.instances.${instance.name}";

  # Names of instances that share what `key` gives.
  shared =
    key:
    lib.filter (group: lib.length group > 1) (
      lib.attrValues (lib.groupBy key instances)
    );
  names = group: lib.concatMapStringsSep " and " (instance: instance.name) group;

  each = check: map check instances;

  # Globals without which hardly an app shows a window, as far as the policy keeps them.
  missing =
    { policy, ... }:
    lib.filter
      (
        name:
        lib.elem name policy.denyGlobals
        || policy.allowGlobals != null && !lib.elem name policy.allowGlobals
      )
      [
        "wl_compositor"
        "wl_shm"
        "xdg_wm_base"
        "wl_seat"
        "wl_output"
      ];
in
{
  assertions =
    map (group: {
      assertion = false;
      message = "services.carafe: the instances ${names group} have the same kind and display: give one another `display`";
    }) (shared (instance: "${instance.kind} ${toString instance.display}"))
    ++ map (group: {
      assertion = false;
      message = "services.carafe: the instances ${names group} have the same `unitName`: give one another";
    }) (shared (instance: instance.unitName))
    ++ each (instance: {
      assertion = instance.kind == "x11" -> cfg.xwaylandPackage != null;
      message = "${option instance} is for X11, which needs Xwayland: set services.carafe.xwaylandPackage, for example to pkgs.xwayland";
    })
    ++ each (instance: {
      assertion = instance.channel == "virtwl" -> instance.device != null;
      message = ''${option instance}.channel is virtwl, which needs a device: set ${option instance}.device = "/dev/wl0"'';
    })
    ++ each (instance: {
      assertion = instance.channel == "unix" -> instance.socket != null;
      message = ''${option instance}.channel is unix, which needs the host's socket: set ${option instance}.socket, for example to "/run/host/wayland-0"'';
    })
    ++ [
      {
        assertion = cfg.crostini.garcon.asSystemService -> cfg.crostini.user != null;
        message = "services.carafe.crostini.garcon.asSystemService needs to know whose apps they are: set services.carafe.crostini.user";
      }
    ];

  warnings =
    lib.concatMap (
      instance:
      lib.optional (instance.device != null && !lib.elem instance.channel [ "virtwl" "virtgpu" ])
        "${option instance}.device has no effect with the channel ${instance.channel}: set the channel to virtwl or virtgpu"
      ++ lib.optional (instance.socket != null && instance.channel != "unix")
        "${option instance}.socket has no effect with the channel ${instance.channel}: set the channel to unix"
      ++ lib.optional (instance.kind == "wayland" && instance.onX11Start != "")
        "${option instance}.onX11Start has no effect: the instance is not for X11"
      ++ lib.optional (instance.kind == "wayland" && instance.glamor)
        "${option instance}.glamor has no effect: the instance is not for X11"
      ++ lib.optional (missing instance != [ ])
        "${option instance}.policy keeps ${lib.concatStringsSep ", " (missing instance)} from apps, which may show no windows: deny other globals, or allow these too"
    ) instances
    ++ lib.optional (instances == [ ])
      "services.carafe is enabled, but has no instances: set services.carafe.flavor, or define services.carafe.instances"
    ++
      lib.optional
        (cfg.crostini.enable && !lib.any (instance: instance.unitName == "sommelier@0") instances)
        "services.carafe: ChromeOS looks for a unit sommelier@0, and no instance has that unitName";
}
