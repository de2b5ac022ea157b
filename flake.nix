{
  description = "carafe, a Wayland proxy compositor for containers and virtual machines";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      forAllSystems =
        make:
        nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
          system: make nixpkgs.legacyPackages.${system}
        );
    in
    {
      packages = forAllSystems (pkgs: rec {
        carafe = pkgs.callPackage ./nix/package.nix { };
        # One static file that runs in any container; it takes Xwayland from PATH.
        carafe-static = pkgs.pkgsStatic.callPackage ./nix/package.nix { xwayland = null; };
        default = carafe;
      });

      overlays.default = final: _prev: { carafe = final.callPackage ./nix/package.nix { }; };

      nixosModules.default = import ./nix/module.nix;
      homeModules.default = import ./nix/home-manager.nix;

      checks = forAllSystems (pkgs: {
        inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) carafe;
        module = pkgs.callPackage ./nix/tests/check.nix { };
        vm = pkgs.testers.runNixOSTest (import ./nix/tests/vm.nix self);
      });

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.carafe ];
          packages = [
            pkgs.clippy
            pkgs.rustfmt
            pkgs.weston
            pkgs.xwayland
          ];
        };
      });

      formatter = forAllSystems (pkgs: pkgs.nixfmt-tree);

      templates = {
        crostini-container = {
          path = ./nix/templates/crostini-container;
          description = "NixOS as a Crostini container (LXC in ChromeOS's termina)";
        };
        baguette = {
          path = ./nix/templates/baguette;
          description = "NixOS as a Baguette virtual machine of ChromeOS";
        };
        default = self.templates.crostini-container;
      };
    };
}
