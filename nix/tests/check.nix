# nix/tests/run as a flake's check.
{
  runCommand,
  lib,
  jq,
  nix,
  path,
  systemd,
}:
runCommand "carafe-module-check"
  {
    nativeBuildInputs = [
      jq
      nix
      systemd
    ];
    NIXPKGS_LIB = "${path}/lib";
    src = lib.sourceByRegex ../.. [
      "^flake\\.nix$"
      "^(docs|nix|tests|tests/system)(/.*)?$"
    ];
  }
  ''
    cp -r $src work
    chmod -R u+w work
    bash work/nix/tests/run
    touch $out
  ''
