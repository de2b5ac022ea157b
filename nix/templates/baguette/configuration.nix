{ lib, pkgs, ... }:
{
  services.carafe.enable = true;
  services.carafe.flavor = "baguette";

  # ChromeOS brings the kernel and starts /sbin/init of a btrfs image.
  boot.loader.grub.enable = false;
  boot.initrd.enable = false;
  boot.kernel.enable = false;
  fileSystems."/" = {
    device = "/dev/vdb";
    fsType = "btrfs";
  };
  networking.useDHCP = lib.mkDefault true;

  # ChromeOS looks for the user with the id 1000.
  users.users.chronos = {
    isNormalUser = true;
    uid = 1000;
    extraGroups = [
      "kvm"
      "netdev"
      "sudo"
      "tss"
      "video"
      "wheel"
    ];
    linger = true;
  };
  security.sudo.wheelNeedsPassword = false;
  # ChromeOS calls it by this path.
  systemd.tmpfiles.rules = [ "L+ /usr/sbin/usermod - - - - /run/current-system/sw/bin/usermod" ];

  environment.systemPackages = [
    pkgs.foot
    pkgs.wl-clipboard
    pkgs.xdg-utils
  ];

  system.stateVersion = "26.05";
}
