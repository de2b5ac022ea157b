# The options of NixOS that the module sets, and packages by name only: enough to evaluate it.
{ lib }:
let
  inherit (lib) mkOption types;
  any = type: default: mkOption { inherit type default; };
  texts = any types.lines "";
  list = any (types.listOf types.anything) [ ];
  unit = types.submodule { freeformType = types.attrsOf types.anything; };
  units = any (types.attrsOf unit) { };

  package = name: version: {
    type = "derivation";
    inherit name version;
    outPath = "/nix/store/${name}";
  };
in
{
  pkgs = {
    adwaita-icon-theme = package "adwaita-icon-theme" "1";
    coreutils = package "coreutils" "1";
    openssh = package "openssh" "1";
    runtimeShell = "/nix/store/bash/bin/bash";
    systemd = package "systemd" "1";
    xauth = package "xauth" "1";
    xwayland = package "xwayland" "1";
    callPackage = _: _: package "carafe" "0.1.0";
    writeShellScriptBin = name: text: package name "1" // { inherit text; };
    writeTextDir = path: text: package (baseNameOf path) "1" // { inherit text; };
  };

  nixos = {
    options = {
      assertions = list;
      warnings = list;
      environment.etc = any (types.attrsOf types.anything) { };
      environment.loginShellInit = texts;
      environment.systemPackages = list;
      fonts.fontconfig.localConf = texts;
      services.dbus.packages = list;
      services.udev.extraRules = texts;
      systemd.mounts = list;
      systemd.services = units;
      systemd.tmpfiles.rules = list;
      systemd.user.services = units;
      systemd.user.sockets = units;
      users.groups = any (types.attrsOf types.anything) { };
      users.users = any (types.attrsOf types.anything) { };
      xdg.mime.defaultApplications = any (types.attrsOf types.anything) { };
    };
  };

  home = {
    options = {
      assertions = list;
      warnings = list;
      home.packages = list;
      systemd.user.services = units;
      systemd.user.sockets = units;
    };
  };
}
