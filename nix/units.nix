# The units of the instances, in a form for both NixOS and home-manager:
# services.NAME = { description, documentation, environment, serviceConfig, unitConfig, wantedBy }.
{
  lib,
  pkgs,
  cfg,
}:
let
  systemctl = "${pkgs.systemd}/bin/systemctl";

  # A word of ExecStart=: quoted where systemd would split it, with $ and % escaped.
  word =
    text:
    let
      kept = lib.replaceStrings [ "%" "$" ] [ "%%" "$$" ] text;
    in
    if builtins.match "[A-Za-z0-9_@+=:,./%-]+" kept != null then kept else builtins.toJSON kept;

  command = words: lib.concatMapStringsSep " " word words;

  channelArgs = {
    auto = _: [ ];
    virtwl = instance: [ "--virtwl-device=${instance.device}" ];
    virtgpu =
      instance:
      if instance.device == null then
        [ "--virtgpu-channel" ]
      else
        [ "--force-drm-device=${instance.device}" ];
    unix = instance: [ "--display=${instance.socket}" ];
  };

  commonArgs =
    instance:
    channelArgs.${instance.channel} instance
    ++ lib.optional (instance.logging.level != null) "--log-level=${instance.logging.level}"
    ++ lib.optional (
      instance.logging.messages != [ ]
    ) "--log-messages=${lib.concatStringsSep "," instance.logging.messages}"
    ++ lib.optional (instance.metrics.summary != null) "--stats-summary=${instance.metrics.summary}"
    ++ lib.optional (instance.metrics.log != null) "--stats-log=${instance.metrics.log}"
    ++ lib.optional (
      instance.metrics.summary != null || instance.metrics.log != null
    ) "--stats-timer=${toString instance.metrics.interval}"
    ++ policyArgs instance.policy
    ++ instance.extraArgs;

  policyArgs =
    policy:
    let
      list = name: values: lib.optional (values != [ ]) "--${name}=${lib.concatStringsSep "," values}";
      text = name: value: lib.optional (value != "") "--${name}=${value}";
      ways = name: value: lib.optional (value != "both") "--${name}=${value}";
      pairs = lib.mapAttrsToList (name: number: "${name}=${toString number}");
    in
    list "deny-globals" policy.denyGlobals
    ++ list "allow-globals" (lib.optionals (policy.allowGlobals != null) policy.allowGlobals)
    ++ lib.optional policy.confine "--confine"
    ++ list "allow-privileged" policy.allowPrivileged
    ++ list "max-versions" (pairs policy.maxVersions)
    ++ ways "clipboard" policy.clipboard
    ++ lib.optional (policy.primary != null) "--primary=${policy.primary}"
    ++ ways "dnd" policy.dnd
    ++ text "title-prefix" policy.titlePrefix
    ++ text "app-id-prefix" policy.appIdPrefix
    ++ list "limits" (pairs policy.limits)
    ++ lib.optional (!policy.sandbox) "--no-sandbox"
    ++ lib.optional (policy.file != null) "--policy=${policy.file}";

  isX11 = instance: instance.kind == "x11";

  # 0.5, not 0.500000.
  number =
    value:
    let
      text = toString value;
      trimmed = builtins.match "(.*\\.[0-9]*[1-9]|.*\\.0)0*" text;
    in
    if trimmed == null then text else lib.head trimmed;

  # Use the variables that sommelier's users set in drop-ins: options would override those.
  environment =
    instance:
    let
      optional = name: value: lib.optionalAttrs (value != null) { ${name} = toString value; };
      list = name: values: lib.optionalAttrs (values != [ ]) { ${name} = lib.concatMapStringsSep "," toString values; };
    in
    optional "SOMMELIER_SCALE" (if instance.scale == null then null else number instance.scale)
    // list "SOMMELIER_DPI" instance.dpi
    // list "SOMMELIER_ACCELERATORS" instance.accelerators
    // list "SOMMELIER_WINDOWED_ACCELERATORS" instance.windowedAccelerators
    // optional "SOMMELIER_FRAME_COLOR" instance.frameColor
    // optional "SOMMELIER_DRM_DEVICE" instance.renderNode
    // lib.optionalAttrs (isX11 instance) (
      lib.optionalAttrs instance.glamor { SOMMELIER_GLAMOR = "1"; }
      // optional "SOMMELIER_XFONT_PATH" instance.fontPath
      // optional "XCURSOR_THEME" instance.cursor.theme
      // optional "XCURSOR_SIZE" instance.cursor.size
      // {
        SOMMELIER_XWAYLAND_PATH = "${cfg.xwaylandPackage}/bin/Xwayland";
      }
    )
    // instance.environment;

  # Login shells and garcon recognise carafe by SOMMELIER_VERSION.
  version = "SOMMELIER_VERSION=${cfg.package.version}";

  wayland =
    instance:
    let
      name = "wayland-${toString instance.display}";
    in
    {
      ExecStart = command (
        [
          "${cfg.package}/bin/carafe"
          "--parent"
          "--sd-notify=READY=1"
          "--socket=${name}"
        ]
        ++ commonArgs instance
      );
    }
    // lib.optionalAttrs (instance.exportAs.display != null) {
      ExecStartPost = command [
        systemctl
        "--user"
        "set-environment"
        "${instance.exportAs.display}=${name}"
        version
      ];
    };

  # A script as one word, which only the shell expands.
  shell =
    text:
    "${pkgs.runtimeShell} -c ${
      builtins.toJSON (lib.replaceStrings [ "%" "$" ] [ "%%" "$$" ] text)
    }";

  # One cookie for all services of a display, made only once, so that waiting clients know it.
  cookie =
    display:
    shell ''
      umask 077
      ${pkgs.coreutils}/bin/touch "$HOME/.Xauthority"
      xauth() { ${pkgs.xauth}/bin/xauth -q -f "$HOME/.Xauthority" "$@"; }
      [ -n "$(xauth list ${display})" ] ||
          xauth add ${display} . "$(${pkgs.coreutils}/bin/od -An -N16 -tx1 /dev/urandom | ${pkgs.coreutils}/bin/tr -d ' \n')"
    '';

  x11 =
    instance:
    let
      display = ":${toString instance.display}";
      exported =
        lib.optional (instance.exportAs.display != null) ''"${instance.exportAs.display}=$DISPLAY"''
        ++ lib.optional (
          instance.exportAs.cursorSize != null
        ) ''''${XCURSOR_SIZE:+"${instance.exportAs.cursorSize}=$XCURSOR_SIZE"}''
        ++ [ version ];
      started = ''
        ${systemctl} --user set-environment ${lib.concatStringsSep " " exported}
        for rc in /etc/sommelierrc "$HOME/.sommelierrc"; do if [ -r "$rc" ]; then . "$rc"; fi; done
        ${instance.onX11Start}'';
    in
    {
      ExecStartPre = cookie display;
      ExecStart =
        command (
          [
            "${cfg.package}/bin/carafe"
            "-X"
            "--x-display=${toString instance.display}"
            "--sd-notify=READY=1"
            "--no-exit-with-child"
          ]
          ++ commonArgs instance
        )
        + " --x-auth=%h/.Xauthority "
        + shell started;
    };

  hardening =
    instance:
    {
      NoNewPrivileges = true;
      LockPersonality = true;
      RestrictNamespaces = true;
      RestrictRealtime = true;
      RestrictSUIDSGID = true;
      SystemCallArchitectures = "native";
      SystemCallErrorNumber = "EPERM";
      UMask = "0077";
    }
    // (
      if isX11 instance then
        {
          # Xwayland's drivers make code at run time, and ask udev.
          RestrictAddressFamilies = "AF_UNIX AF_NETLINK";
          SystemCallFilter = "@system-service";
        }
      else
        {
          MemoryDenyWriteExecute = true;
          RestrictAddressFamilies = "AF_UNIX";
          SystemCallFilter = [
            "@system-service"
            "~@privileged @resources"
            "prlimit64 setrlimit sched_setaffinity"
          ];
        }
    );

  notifier =
    instance:
    lib.optionalAttrs (cfg.crostini.enable && cfg.crostini.failureNotifier) {
      ExecStopPost = "-/opt/google/cros-containers/bin/guest_service_failure_notifier ${
        if isX11 instance then "sommelier-x" else "sommelier"
      }";
    };

  service =
    name: instance:
    lib.nameValuePair instance.unitName {
      description =
        if isX11 instance then
          "carafe, X11 apps by Xwayland, at :${toString instance.display}"
        else
          "carafe, a Wayland proxy compositor, at wayland-${toString instance.display}";
      documentation = [ "man:carafe(1)" ];
      # Keep trying, because the host may start later.
      unitConfig.StartLimitIntervalSec = 0;
      environment = environment instance;
      serviceConfig = {
        Type = "notify";
        # carafe exports these itself, so they must not name the host.
        UnsetEnvironment = "DISPLAY WAYLAND_DISPLAY WAYLAND_SOCKET";
        Restart = "on-failure";
        RestartSec = 1;
        # Memory that runs out ends one session, and no other program.
        OOMPolicy = "continue";
      }
      // (if isX11 instance then x11 instance else wayland instance)
      // lib.optionalAttrs (instance.policy.file != null) {
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
      }
      // notifier instance
      // lib.optionalAttrs instance.hardening (hardening instance);
      wantedBy = lib.optional (!instance.socketActivation) "default.target";
    };

  socket =
    name: instance:
    let
      display = toString instance.display;
    in
    lib.nameValuePair instance.unitName {
      description =
        if isX11 instance then
          "Socket for X11 apps, at :${display}"
        else
          "Socket for Wayland apps, at wayland-${display}";
      documentation = [ "man:carafe(1)" ];
      socketConfig = {
        ListenStream = if isX11 instance then "/tmp/.X11-unix/X${display}" else "%t/wayland-${display}";
        RemoveOnStop = true;
      }
      // (if isX11 instance then { ExecStartPre = cookie ":${display}"; } else { SocketMode = "0600"; })
      // lib.optionalAttrs (instance.exportAs.display != null) {
        ExecStartPost = command [
          systemctl
          "--user"
          "set-environment"
          "${instance.exportAs.display}=${if isX11 instance then ":" else "wayland-"}${display}"
          version
        ];
      };
      wantedBy = [ "sockets.target" ];
    };
in
{
  services = lib.mapAttrs' service cfg.instances;
  sockets = lib.mapAttrs' socket (lib.filterAttrs (_: i: i.socketActivation) cfg.instances);
}
