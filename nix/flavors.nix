# What each flavor sets. All of it are defaults.
{ lib }:
let
  defaults = lib.mapAttrsRecursive (_: lib.mkDefault);

  # Keys that ChromeOS's window manager keeps.
  accelerators = [
    "Super_L"
    "<Alt>bracketleft"
    "<Alt>bracketright"
    "<Alt>tab"
  ];

  # Apps that are to look as on a screen of low density ask for these by garcon.
  lowDensity = {
    scale = 0.5;
    dpi = [
      72
      96
      160
      240
      320
      480
    ];
  };

  wayland = display: {
    kind = "wayland";
    inherit display accelerators;
    unitName = "sommelier@${toString display}";
    scale = 1.0;
  };
  x11 =
    display:
    wayland display
    // {
      kind = "x11";
      unitName = "sommelier-x@${toString display}";
      frameColor = "#F2F2F2";
    };

  crostini = {
    crostini.enable = true;
    instances = {
      wayland-0 = wayland 0;
      wayland-1 =
        wayland 1
        // lowDensity
        // {
          exportAs.display = "WAYLAND_DISPLAY_LOW_DENSITY";
        };
      x11-0 = x11 0;
      x11-1 =
        x11 1
        // lowDensity
        // {
          exportAs.display = "DISPLAY_LOW_DENSITY";
          exportAs.cursorSize = "XCURSOR_SIZE_LOW_DENSITY";
        };
    };
  };
in
lib.mapAttrs (_: defaults) {
  crostini-container = crostini;
  baguette = crostini;
  microvm.instances = {
    wayland = {
      kind = "wayland";
      display = 0;
      channel = "virtgpu";
    };
    x11 = {
      kind = "x11";
      display = 0;
      channel = "virtgpu";
    };
  };
  generic.instances.wayland = {
    kind = "wayland";
    # wayland-0 may be the host's own, mounted beside it.
    display = 1;
    channel = "unix";
  };
}
