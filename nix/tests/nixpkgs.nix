# Stands for nixpkgs where only its lib is at hand: packages by name.
{
  outputs =
    { self }:
    let
      lib = import ./lib;
      packagesOf =
        system:
        let
          package =
            name:
            derivation {
              inherit name system;
              builder = "/bin/sh";
            };
          callPackage = _: _: package "called";
        in
        {
          inherit lib callPackage;
          stdenv.hostPlatform.system = system;
          pkgsStatic = { inherit callPackage; };
          testers.runNixOSTest = _: package "test";
          mkShell = _: package "shell";
        }
        // lib.genAttrs [ "clippy" "nixfmt-tree" "rustfmt" "weston" "xwayland" ] package;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] packagesOf;
    };
}
