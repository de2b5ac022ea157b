# A configuration as the files that it stands for: { "PATH" = "text"; }.
{ lib }:
let
  value = v: if v == true then "yes" else if v == false then "no" else toString v;
  lines =
    attrs:
    lib.concatLists (
      lib.mapAttrsToList (name: v: map (one: "${name}=${value one}") (lib.toList v)) attrs
    );
  section = name: content: lib.optionals (content != [ ]) ([ "[${name}]" ] ++ content ++ [ "" ]);
  variables = environment: map (v: "Environment=${builtins.toJSON v}") (
    lib.mapAttrsToList (name: v: "${name}=${toString (v.content or v)}") environment
  );
  spaced = key: unit: lib.optional (unit ? ${key} && unit.${key} != [ ]) "${words.${key}}=${toString unit.${key}}";
  words = {
    after = "After";
    before = "Before";
    requires = "Requires";
    wants = "Wants";
    wantedBy = "WantedBy";
    documentation = "Documentation";
  };

  # As NixOS writes it.
  unit =
    kind: settings: u:
    lib.concatStringsSep "\n" (
      section "Unit" (
        [ "Description=${u.description}" ]
        ++ lib.concatMap (key: spaced key u) [ "documentation" "after" "before" "requires" "wants" ]
        ++ lines (u.unitConfig or { })
      )
      ++ section kind (variables (u.environment or { }) ++ lines settings)
      ++ section "Install" (spaced "wantedBy" u)
    );

  # As home-manager writes it.
  ini = u: lib.concatStringsSep "\n" (lib.concatLists (lib.mapAttrsToList (name: s: section name (lines s)) u));

  renamed = suffix: render: lib.mapAttrs' (name: u: lib.nameValuePair "${name}${suffix}" (render u));
in
{
  nixos =
    config:
    lib.mapAttrs' (name: lib.nameValuePair "user/${name}") (
      renamed ".service" (u: unit "Service" u.serviceConfig u) config.systemd.user.services
      // renamed ".socket" (u: unit "Socket" u.socketConfig u) config.systemd.user.sockets
    )
    // lib.mapAttrs' (name: lib.nameValuePair "system/${name}") (
      renamed ".service" (u: unit "Service" u.serviceConfig u) config.systemd.services
      // lib.listToAttrs (
        map (
          m:
          lib.nameValuePair "opt-google-cros\\x2dcontainers.mount" (
            unit "Mount" (
              {
                What = m.what;
                Where = m.where;
                Type = m.type;
                Options = m.options;
              }
              // m.mountConfig
            ) m
          )
        ) config.systemd.mounts
      )
    )
    // {
      # All else that is set.
      rest =
        lib.generators.toPretty { } {
          etc = config.environment.etc;
          loginShellInit = config.environment.loginShellInit != "";
          localConf = config.fonts.fontconfig.localConf;
          dbus = map (p: p.text) config.services.dbus.packages;
          udev = config.services.udev.extraRules;
          packages = map (p: p.text or p.name) config.environment.systemPackages;
          tmpfiles = config.systemd.tmpfiles.rules;
          groups = config.users.groups;
          users = config.users.users;
          mime = config.xdg.mime.defaultApplications;
        }
        + "\n";
    };

  home =
    config:
    renamed ".service" ini config.systemd.user.services
    // renamed ".socket" ini config.systemd.user.sockets;
}
