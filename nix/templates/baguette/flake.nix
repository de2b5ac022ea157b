{
  description = "NixOS as a Baguette virtual machine of ChromeOS";

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
      baguette = nixpkgs.lib.nixosSystem {
        inherit system;
        modules = [
          carafe.nixosModules.default
          ./configuration.nix
        ];
      };
    in
    {
      nixosConfigurations.baguette = baguette;
      # The system's tree, for the image's root: nix build .#toplevel
      packages.${system}.toplevel = baguette.config.system.build.toplevel;
    };
}
