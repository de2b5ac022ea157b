# A NixOS machine whose user has carafe in front of a weston without a screen. (A flake's check;
# it needs a machine that can build and boot NixOS.)
self:
{ pkgs, ... }:
{
  name = "carafe";
  nodes.machine = {
    imports = [ self.nixosModules.default ];
    services.carafe = {
      enable = true;
      flavor = "generic";
      instances.wayland.socket = "host";
    };
    users.users.alice = {
      isNormalUser = true;
      uid = 1000;
      linger = true;
    };
    environment.systemPackages = [ pkgs.wayland-utils ];
    systemd.user.services.host = {
      wantedBy = [ "default.target" ];
      serviceConfig.ExecStart = "${pkgs.weston}/bin/weston --backend=headless --socket=host --idle-time=0";
    };
  };
  testScript = ''
    def alice(command):
        return f"su - alice -c 'XDG_RUNTIME_DIR=/run/user/1000 {command}'"

    machine.wait_for_unit("multi-user.target")
    machine.wait_until_succeeds(alice("systemctl --user is-active carafe-wayland"))
    machine.succeed(alice("systemctl --user show-environment | grep WAYLAND_DISPLAY=wayland-1"))
    machine.succeed(alice("WAYLAND_DISPLAY=wayland-1 wayland-info | grep wl_compositor"))
    machine.succeed(alice("carafe doctor --display=host || test $? = 1"))
  '';
}
