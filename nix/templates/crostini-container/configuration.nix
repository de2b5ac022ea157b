{ pkgs, ... }:
{
  services.carafe.enable = true;
  services.carafe.flavor = "crostini-container";

  # ChromeOS looks for the user with the id 1000, by the name of your account.
  users.users.me = {
    isNormalUser = true;
    uid = 1000;
    extraGroups = [
      "video"
      "wheel"
    ];
    linger = true;
  };
  security.sudo.wheelNeedsPassword = false;

  # The container is reached from its host alone.
  networking.firewall.enable = false;

  environment.systemPackages = [
    pkgs.foot
    pkgs.wl-clipboard
    pkgs.xdg-utils
  ];

  system.stateVersion = "26.05";
}
