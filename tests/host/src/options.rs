//! The command line.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::ValueExt;
use lexopt::prelude::{Long, Short};
use smithay::utils::{Physical, Size};

use crate::exo::{Difference, Release};
use crate::output::Layout;

/// The text of `--help`.
pub const HELP: &str = "\
carafe-host: a Wayland compositor without a screen, for tests

usage: carafe-host --socket=PATH [OPTION...]

  --socket=PATH        where clients connect
  --control=PATH       where tests connect: one request a line, one line of JSON back
  --size=WxH           size of the first screen in pixels (1024x768)
  --scale=F            pixels for one unit of a surface (1)
  --output=NAME,WxH,F,X,Y[,turned]
                       another screen: its size, scale and place (the first one is
                       HOST-1 at 0,0); turned: it stands on its side
  --filter             smooth pixels that are not shown one to one, as GPUs do; else
                       the nearest one is shown
  --background=RRGGBB  colour behind the windows (203040)
  --without=NAME,...   globals not to offer
  --aura               offer zaura_shell, by which clients place their windows
  --as=exo             offer what ChromeOS's compositor does, and behave by its rules;
                       exo-131: as the older one
  --exo-differs=RULE,...
                       rules of Exo that are uncertain, the other way round:
                       modifiers-in-place, late-keys-to-ash, moves-later,
                       activates-always, answers-decorations, tells-inhibitors
  --main-device=A:B    major and minor number of the device that
                       zwp_linux_dmabuf_v1's feedback names (226:128)
  --hold-shm           give shared memory buffers back when the next one is
                       attached, as compositors without a GPU do; else at once
  --fenced-release     tell with a fence that a buffer is free
                       (zwp_linux_explicit_synchronization_v1); else without
  --clock-ahead=S      the clock of wp_presentation is so many seconds ahead, as a
                       host's is of a virtual machine's
  --help               this text

The control interface (e.g. echo windows | socat - UNIX-CONNECT:PATH). A reply has
\"error\" if the request failed. Places are in units of surfaces.

  screenshot PATH [NAME]     write the next frame of a screen as PNG
  pixels X Y W H [PATH]      a part of the first screen's next frame, in pixels: its
                             hash, its first colour, the number of colours; PATH gets
                             it as PNG
  windows                    windows from the bottom to the top, with their surfaces
  layers                     layer surfaces, the oldest first
  counters                   what clients did so far
  clients                    process ids of clients
  globals                    what is offered
  state                      pointer, keyboard focus, screens, selections
  sync                       answers after the next frame

  pointer move X Y           also: pointer button left|right|middle|CODE press|release,
                             pointer axis HORIZONTAL VERTICAL (15 is a notch)
  key CODE press|release     codes are those of linux/input-event-codes.h
  touch down ID X Y          also: touch move ID X Y, touch up ID, touch cancel
  cancel-drag                as Escape does
  tablet in X Y              also: tablet move X Y [PRESSURE], tablet tip down|up,
                             tablet out
  text preedit|commit TEXT   text of an input method
  ime NAME                   as Exo: the input method: xkb, dead-keys, mozc, hangul, pinyin
  texts                      as Exo: the text inputs
  text confirm|silent; text huge BYTES; text delete|region|keysym A B
                             as Exo: what an input method could do

  selection set MIME TEXT    also: selection get MIME; \"primary\" instead of
                             \"selection\" for the primary one
  place APP_ID X Y           move a window
  configure APP_ID W H       ask a window for a size (0 0: as it likes)
  tile APP_ID X Y W H        put a window beside others, with a size of the host's
  restore APP_ID             end what fills the screen, and that
  focus APP_ID               raise a window
  close APP_ID               ask a window to close
  dismiss                    show no popup any more
  scale F, resize WxH        change the first screen
  output NAME WxH F X Y [turned]
                             plug another screen in, or change any
  unplug NAME                plug a screen out

As Exo:

  shelf                      windows as a user sees them: shelf items, icons, frames
  app ID [wmclass=C] [name=N] [container=T] [startup] [nodisplay]
                             a program of the guest, as its desktop file describes it
  permit APP_ID              let a window's client activate it once
  ash                        what the shell's shortcuts did, the oldest first
  keys                       keys that wait for ack_key, and what became of others

  error APP_ID CODE TEXT     post a protocol error on a window's xdg_toplevel
  hangup APP_ID|all          close connections
  remove NAME, add NAME      take a global away, offer it again
  pause, resume              do not read what clients send; go on
  quit                       end
";

/// The options.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Options {
    /// Where clients connect.
    pub socket: PathBuf,
    /// Where tests connect.
    pub control: Option<PathBuf>,
    /// The first screen's size.
    pub size: Size<i32, Physical>,
    /// The first screen's scale.
    pub scale: f64,
    /// More screens, with their names.
    pub outputs: Vec<(String, Layout)>,
    /// Whether pixels are smoothed.
    pub filter: bool,
    /// Colour behind the windows.
    pub background: u32,
    /// Globals that are not offered.
    pub without: Vec<String>,
    /// Whether clients may place their windows.
    pub aura: bool,
    /// Which Exo the host is.
    pub exo: Option<Release>,
    /// The rules of Exo that are the other way round.
    pub exo_differs: BTreeSet<Difference>,
    /// The number of the device of dma-bufs.
    pub main_device: u64,
    /// Whether explicit synchronization releases buffers with fences.
    pub fenced_release: bool,
    /// Whether buffers of shared memory are kept until the next one.
    pub hold_shm: bool,
    /// How far the clock is ahead of the kernel's.
    pub clock_ahead: Duration,
}

impl Options {
    /// The device that feedback of dma-bufs names. Exo has feedback on some machines only, and
    /// smithay has it at a version that Exo does not know.
    pub fn device_in_feedback(&self) -> Option<u64> {
        self.exo.is_none().then_some(self.main_device)
    }

    /// Reads the command line; `None` if it asks for help.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self {
            socket: PathBuf::new(),
            control: None,
            size: (1024, 768).into(),
            scale: 1.0,
            outputs: Vec::new(),
            filter: false,
            background: 0x20_30_40,
            without: Vec::new(),
            aura: false,
            exo: None,
            exo_differs: BTreeSet::new(),
            main_device: rustix::fs::makedev(226, 128),
            fenced_release: false,
            hold_shm: false,
            clock_ahead: Duration::ZERO,
        };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("socket") => options.socket = parser.value()?.into(),
                Long("control") => options.control = Some(parser.value()?.into()),
                Long("size") => options.size = parser.value()?.parse_with(size)?,
                Long("scale") => options.scale = parser.value()?.parse_with(scale)?,
                Long("output") => {
                    let value = parser.value()?.string()?;
                    options.outputs.push(output(value.split(','))?);
                }
                Long("filter") => options.filter = true,
                Long("background") => {
                    let value = parser.value()?;
                    options.background = value.parse_with(|text| u32::from_str_radix(text, 16))?;
                }
                Long("without") => {
                    let names = parser.value()?.string()?;
                    options.without.extend(names.split(',').map(str::to_owned));
                }
                Long("aura") => options.aura = true,
                Long("as") => options.exo = Some(parser.value()?.parse_with(Release::parse)?),
                Long("exo-differs") => {
                    let names = parser.value()?.string()?;
                    let all: Result<Vec<_>, _> = names.split(',').map(Difference::parse).collect();
                    options.exo_differs.extend(all?);
                }
                Long("main-device") => {
                    let device = parser.value()?.parse_with(|text| pair(text, ':'))?;
                    options.main_device = rustix::fs::makedev(device.0, device.1);
                }
                Long("fenced-release") => options.fenced_release = true,
                Long("hold-shm") => options.hold_shm = true,
                Long("clock-ahead") => {
                    options.clock_ahead = Duration::from_secs(parser.value()?.parse()?);
                }
                Long("help") | Short('h') => return Ok(None),
                _ => return Err(argument.unexpected()),
            }
        }
        if options.socket.as_os_str().is_empty() {
            return Err("--socket=PATH is missing".into());
        }
        Ok(Some(options))
    }
}

fn pair<T: std::str::FromStr>(text: &str, between: char) -> Result<(T, T), String> {
    let parts = text.split_once(between);
    parts
        .and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)))
        .ok_or_else(|| format!("expected two numbers with {between} between them, not {text}"))
}

/// Reads a size such as `1024x768`.
pub fn size(text: &str) -> Result<Size<i32, Physical>, String> {
    const LIMIT: i32 = 1 << 14;
    let (width, height) = pair(text, 'x')?;
    if (1..=LIMIT).contains(&width) && (1..=LIMIT).contains(&height) {
        Ok((width, height).into())
    } else {
        Err(format!("no screen has the size {text}"))
    }
}

/// Reads a scale.
pub fn scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(scale) if (0.25..=16.0).contains(&scale) => Ok(scale),
        _ => Err(format!("no screen has the scale {text}")),
    }
}

/// Reads a screen: its name, size, scale and place, and whether it is turned.
pub fn output<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<(String, Layout), String> {
    let mut words = words.into_iter();
    let mut next = |what| words.next().ok_or_else(|| format!("a screen's {what} is missing"));
    let name = next("name")?.to_owned();
    let (size, scale) = (size(next("size")?)?, scale(next("scale")?)?);
    let mut number = || {
        let word = next("place")?;
        word.parse().map_err(|_| format!("a screen's place is two numbers, not {word}"))
    };
    let place = (number()?, number()?).into();
    let turned = match words.next() {
        None => false,
        Some("turned") => true,
        Some(other) => return Err(format!("a screen may be turned, not {other}")),
    };
    Ok((name, Layout { place, size, scale, turned }))
}
