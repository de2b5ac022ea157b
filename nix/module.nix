# services.carafe for NixOS. docs/nixos-crostini.md is the guide.
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
in
{
  imports = [
    ./crostini.nix
    ./baguette.nix
  ];

  options.services.carafe = import ./options.nix { inherit lib pkgs; };

  config = lib.mkIf cfg.enable (
    lib.mkMerge (
      [
        {
          inherit (checks) assertions warnings;
          environment.systemPackages = [ cfg.package ];
          systemd.user.services = units.services;
          systemd.user.sockets = units.sockets;
        }
      ]
      # By name, since what a flavor sets must not depend on what it sets.
      ++ lib.mapAttrsToList (name: set: lib.mkIf (cfg.flavor == name) { services.carafe = set; }) flavors
    )
  );
}
