# services.carafe for home-manager: the same options and units, for a user of any distribution.
# What needs rights (udev rules, /etc) is the system's.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.carafe;
  units = import ./units.nix { inherit lib pkgs cfg; };
  checks = import ./checks.nix { inherit lib cfg; };
  flavors = import ./flavors.nix { inherit lib; };

  unit = from: {
    Unit = {
      Description = from.description;
      Documentation = from.documentation;
    }
    // from.unitConfig or { };
    Install.WantedBy = from.wantedBy;
  };
  service =
    _: from:
    unit from
    // {
      Service = from.serviceConfig // {
        Environment = lib.mapAttrsToList (
          name: value: builtins.toJSON "${name}=${value}"
        ) from.environment;
      };
    };
  socket = _: from: unit from // { Socket = from.socketConfig; };
in
{
  options.services.carafe = import ./options.nix { inherit lib pkgs; };

  config = lib.mkIf cfg.enable (
    lib.mkMerge (
      [
        {
          inherit (checks) assertions warnings;
          home.packages = [ cfg.package ];
          systemd.user.services = lib.mapAttrs service units.services;
          systemd.user.sockets = lib.mapAttrs socket units.sockets;
        }
      ]
      ++ lib.mapAttrsToList (name: set: lib.mkIf (cfg.flavor == name) { services.carafe = set; }) flavors
    )
  );
}
