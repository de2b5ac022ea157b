{
  description = "NixOS as a Crostini container";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # Where carafe's repository is.
    carafe.url = "git+file:///home/me/carafe";
    carafe.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, carafe, ... }:
    let
      # aarch64-linux on Chromebooks with an ARM processor.
      system = "x86_64-linux";
      crostini = nixpkgs.lib.nixosSystem {
        inherit system;
        modules = [
          "${nixpkgs}/nixos/modules/virtualisation/lxc-container.nix"
          carafe.nixosModules.default
          ./configuration.nix
        ];
      };
    in
    {
      nixosConfigurations.crostini = crostini;
      # What `lxc image import` takes: nix build .#metadata, nix build .#tarball
      packages.${system} = {
        metadata = crostini.config.system.build.metadata;
        tarball = crostini.config.system.build.tarball;
      };
    };
}
