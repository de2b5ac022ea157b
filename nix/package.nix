# carafe, with its manual, completions and units, and with Xwayland and xauth in its PATH.
{
  lib,
  rustPlatform,
  installShellFiles,
  makeBinaryWrapper,
  pkg-config,
  libxkbcommon,
  xwayland,
  xauth,
}:
let
  root = ./..;
  manifest = builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"));
in
rustPlatform.buildRustPackage (_finalAttrs: {
  pname = "carafe";
  version = manifest.workspace.package.version;

  # cargo wants the manifests of all members of the workspace.
  src = lib.sourceByRegex root [
    "^Cargo\\.(toml|lock)$"
    "^(benches|packaging|protocols|src|tests)(/.*)?$"
  ];
  cargoLock.lockFile = root + "/Cargo.lock";

  nativeBuildInputs = [
    installShellFiles
    makeBinaryWrapper
  ];
  # The stand-in host of the tests reads keymaps.
  nativeCheckInputs = [ pkg-config ];
  checkInputs = [ libxkbcommon ];

  cargoBuildFlags = [ "--bin=carafe" ];
  # Those that need neither a display nor rights.
  cargoTestFlags = [
    "--lib"
    "--test=wire"
  ];

  postInstall = ''
    installManPage packaging/manual/carafe.1
    installShellCompletion packaging/manual/carafe.bash packaging/manual/carafe.fish
    installShellCompletion --zsh packaging/manual/_carafe
    install -Dm644 -t $out/lib/systemd/user packaging/systemd/*
    substituteInPlace $out/lib/systemd/user/*.service --replace-fail /usr/bin/carafe $out/bin/carafe
  ''
  + lib.optionalString (xwayland != null) ''
    wrapProgram $out/bin/carafe --prefix PATH : ${
      lib.makeBinPath [
        xwayland
        xauth
      ]
    }
  '';

  meta = {
    description = "Wayland proxy compositor: apps of a container or VM as windows of the host's compositor";
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "carafe";
    platforms = lib.platforms.linux;
  };
})
