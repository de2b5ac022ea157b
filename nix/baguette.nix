# What ChromeOS expects of an image that it boots itself (Baguette): the disk with its tools, its
# daemons, and groups that it adds its user to.
{
  config,
  lib,
  ...
}:
let
  cfg = config.services.carafe;
  tools = "/opt/google/cros-containers";
  mount = "opt-google-cros\\x2dcontainers.mount";

  daemon = description: program: {
    inherit description;
    wantedBy = [ "basic.target" ];
    requires = [ mount ];
    after = [ mount ];
    environment.PATH = lib.mkForce "${tools}/bin:/run/wrappers/bin:/run/current-system/sw/bin";
    serviceConfig = {
      ExecStart = "${tools}/bin/${program}";
      Restart = "on-failure";
    };
  };
in
{
  config = lib.mkIf (cfg.enable && cfg.flavor == "baguette") {
    systemd.mounts = [
      {
        description = "ChromeOS's tools";
        what = "LABEL=cros-vm-tools";
        where = tools;
        type = "auto";
        options = "ro";
        wantedBy = [ "local-fs.target" ];
        before = [ "local-fs.target" ];
        unitConfig.DefaultDependencies = false;
        mountConfig.TimeoutSec = 10;
      }
    ];
    systemd.services = {
      vshd = daemon "ChromeOS's way in" "vshd";
      maitred = daemon "ChromeOS's hand in this machine" "maitred";
      cros-port-listener = daemon "ChromeOS's watch on ports" "port_listener";
    };
    users.groups = lib.genAttrs [
      "kvm"
      "netdev"
      "sudo"
      "tss"
    ] (_: { });
  };
}
