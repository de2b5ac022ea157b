# What ChromeOS expects of a guest, besides the four instances.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.carafe;
  tools = "/opt/google/cros-containers/bin";
  instances = lib.attrValues cfg.instances;
  unitNames = map (instance: "${instance.unitName}.service") instances;

  garconEnvironment = {
    BROWSER = "garcon-url-handler";
    NCURSES_NO_UTF8_ACS = "1";
    # What it starts looks for programs where a login shell does.
    PATH = "%h/.nix-profile/bin:/etc/profiles/per-user/%u/bin:/run/current-system/sw/bin:/run/wrappers/bin";
    QT_AUTO_SCREEN_SCALE_FACTOR = "1";
    QT_QPA_PLATFORMTHEME = "gtk2";
    XCURSOR_THEME = "Adwaita";
    XDG_CURRENT_DESKTOP = "X-Generic";
    XDG_DATA_DIRS = lib.concatStringsSep ":" cfg.crostini.garcon.dataDirs;
    XDG_SESSION_TYPE = "wayland";
  };

  # NixOS sets a PATH for each service.
  own = environment: environment // { PATH = lib.mkForce environment.PATH; };

  garcon = {
    description = "ChromeOS's bridge to this guest's apps";
    serviceConfig = {
      ExecStart =
        "${tools}/garcon --server"
        + lib.optionalString (
          cfg.crostini.garcon.allowAnyUser || cfg.crostini.garcon.asSystemService
        ) " --allow_any_user";
      ExecStopPost = "-${tools}/guest_service_failure_notifier cros-garcon";
      Restart = "always";
      RestartSec = 1;
    };
    unitConfig.ConditionPathExists = "${tools}/garcon";
    environment = own garconEnvironment;
  };

  # A service of the system has the home directory of root for its %h.
  user = config.users.users.${cfg.crostini.user};
  ofUser = lib.mapAttrs (_: lib.replaceStrings [ "%h" "%u" ] [ user.home cfg.crostini.user ]);
  runtimeDir = "/run/user/${toString user.uid}";

  # The displays by their variables, for a garcon that no user's manager tells of them.
  displays = lib.listToAttrs (
    map (
      instance:
      lib.nameValuePair instance.exportAs.display (
        (if instance.kind == "x11" then ":" else "wayland-") + toString instance.display
      )
    ) (lib.filter (instance: instance.exportAs.display != null) instances)
  );

  handlers = [
    (pkgs.writeShellScriptBin "garcon-url-handler" ''exec ${tools}/garcon --client --url "$@"'')
    (pkgs.writeShellScriptBin "garcon-terminal-handler" ''exec ${tools}/garcon --client --terminal "$@"'')
    (pkgs.writeTextDir "share/applications/garcon_host_browser.desktop" ''
      [Desktop Entry]
      Type=Application
      Name=ChromeOS browser
      Exec=garcon-url-handler %U
      NoDisplay=true
      MimeType=text/html;x-scheme-handler/http;x-scheme-handler/https;x-scheme-handler/about;x-scheme-handler/unknown;
    '')
  ];

  notifications = pkgs.writeTextDir "share/dbus-1/services/org.freedesktop.Notifications.service" ''
    [D-BUS Service]
    Name=org.freedesktop.Notifications
    Exec=/run/current-system/sw/bin/false
    SystemdService=cros-notificationd.service
  '';
in
{
  config = lib.mkIf (cfg.enable && cfg.crostini.enable) (
    lib.mkMerge [
      {
        services.udev.extraRules = ''
          KERNEL=="wl*", MODE="0666"
        '';
        # tremplin looks for it when it starts a container.
        environment.etc.gshadow = {
          mode = "0640";
          group = "shadow";
          text = "";
        };
        # Runs once X is up, and may be replaced; ~/.sommelierrc runs after it.
        environment.etc.sommelierrc.text = lib.mkDefault "";
        environment.loginShellInit = builtins.readFile ./login-shell.sh;
        environment.systemPackages = [ pkgs.adwaita-icon-theme ];
      }
      (lib.mkIf (cfg.crostini.garcon.enable && !cfg.crostini.garcon.asSystemService) {
        systemd.user.services.garcon = garcon // {
          wantedBy = [ "default.target" ];
          # It starts apps with the environment that it was started with.
          after = unitNames;
          wants = unitNames;
        };
      })
      (lib.mkIf (cfg.crostini.garcon.enable && cfg.crostini.garcon.asSystemService && cfg.crostini.user != null) {
        systemd.services.garcon = garcon // {
          wantedBy = [ "multi-user.target" ];
          after = [ "user@${toString user.uid}.service" ];
          environment = own (ofUser garconEnvironment) // displays // { XDG_RUNTIME_DIR = runtimeDir; };
          serviceConfig = garcon.serviceConfig // {
            User = cfg.crostini.user;
          };
        };
        users.users.${cfg.crostini.user}.linger = lib.mkDefault true;
      })
      (lib.mkIf cfg.crostini.notifications {
        services.dbus.packages = [ notifications ];
        systemd.user.services.cros-notificationd = {
          description = "Notifications shown by ChromeOS";
          unitConfig.ConditionPathExists = "${tools}/notificationd";
          serviceConfig = {
            Type = "dbus";
            BusName = "org.freedesktop.Notifications";
            ExecStart = "${tools}/notificationd --virtwl_device=/dev/wl0";
            ExecStopPost = "-${tools}/guest_service_failure_notifier cros-notificationd";
            Restart = "on-failure";
          };
        };
      })
      (lib.mkIf cfg.crostini.hostBrowser {
        environment.systemPackages = handlers;
        xdg.mime.defaultApplications = lib.genAttrs [
          "text/html"
          "x-scheme-handler/about"
          "x-scheme-handler/http"
          "x-scheme-handler/https"
          "x-scheme-handler/unknown"
        ] (_: lib.mkDefault "garcon_host_browser.desktop");
      })
      (lib.mkIf cfg.crostini.fonts {
        fonts.fontconfig.localConf = ''
          <?xml version="1.0"?>
          <!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
          <fontconfig><dir>/mnt/chromeos/fonts</dir></fontconfig>
        '';
      })
      (lib.mkIf cfg.crostini.sftp {
        systemd.tmpfiles.rules = [
          "L+ /usr/lib/openssh/sftp-server - - - - ${pkgs.openssh}/libexec/sftp-server"
        ];
      })
    ]
  );
}
