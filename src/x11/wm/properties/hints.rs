//! `WM_NORMAL_HINTS`, `WM_HINTS` and Motif's hints.

use crate::x11::geometry::MAX_SIZE;
use crate::x11::property::PropertyValue;

/// The point of a window that stays in place when its size or frame changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gravity {
    /// 0: the left edge, 1: the middle, 2: the right edge.
    pub x: i32,
    /// 0: the top edge, 1: the middle, 2: the bottom edge.
    pub y: i32,
    /// The point belongs to the client's window without its frame.
    pub is_static: bool,
}

impl Gravity {
    /// From the protocol's number.
    pub fn of(number: u32) -> Self {
        match number {
            2..=9 => {
                let n = i32::try_from(number - 1).unwrap_or_default();
                Self { x: n % 3, y: n / 3, is_static: false }
            }
            10 => Self { x: 0, y: 0, is_static: true },
            _ => Self::default(),
        }
    }

    /// How far a window moves when it grows by this much and the point stays in place.
    pub fn shift(self, dx: i32, dy: i32) -> (i32, i32) {
        (-(dx.saturating_mul(self.x) / 2), -(dy.saturating_mul(self.y) / 2))
    }
}

/// The sizes that a window may have, in X pixels (ICCCM 4.1.2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeHints {
    /// Whether the user or the program has chosen the place.
    pub positioned: bool,
    /// The smallest size.
    pub min: Option<(u32, u32)>,
    /// The largest size.
    pub max: Option<(u32, u32)>,
    /// Sizes are [`base`](Self::base) and a multiple of this.
    pub increment: Option<(u32, u32)>,
    /// See [`increment`](Self::increment).
    pub base: Option<(u32, u32)>,
    /// The aspect ratio is at least the first and at most the second.
    pub aspect: Option<[(u32, u32); 2]>,
    /// See [`Gravity`].
    pub gravity: Gravity,
}

impl SizeHints {
    /// Reads `WM_NORMAL_HINTS`.
    pub fn read(value: &PropertyValue) -> Self {
        const US_POSITION: u32 = 1;
        const P_POSITION: u32 = 1 << 2;
        let numbers: Vec<u32> = value.numbers().take(18).collect();
        let number = |n: usize| numbers.get(n).copied().unwrap_or_default();
        let flags = number(0);
        let pair = |bit: u32, n: usize, least: u32| {
            let pair = (number(n), number(n + 1));
            let good = (least..=MAX_SIZE).contains(&pair.0) && (least..=MAX_SIZE).contains(&pair.1);
            (flags & (1 << bit) != 0 && good).then_some(pair)
        };
        let aspect = pair(7, 11, 1).zip(pair(7, 13, 1)).map(|(min, max)| [min, max]);
        // Where programs limit only one direction, they use various numbers for the other.
        let each = |bit: u32, n: usize, good: std::ops::RangeInclusive<u32>, none: u32| {
            let part = |n| Some(number(n)).filter(|part| good.contains(part)).unwrap_or(none);
            (flags & (1 << bit) != 0).then(|| (part(n), part(n + 1)))
        };
        let min = each(4, 5, 0..=MAX_SIZE, 0);
        // A largest size below the smallest one makes no sense.
        let max = each(5, 7, 1..=MAX_SIZE, MAX_SIZE).filter(|(width, height)| {
            min.is_none_or(|(least_width, least_height)| {
                *width >= least_width && *height >= least_height
            })
        });
        Self {
            positioned: flags & (US_POSITION | P_POSITION) != 0,
            min,
            max,
            increment: pair(6, 9, 1),
            base: pair(8, 15, 0),
            aspect,
            gravity: if flags & (1 << 9) != 0 {
                Gravity::of(number(17))
            } else {
                Gravity::default()
            },
        }
    }

    /// Whether only one size is allowed.
    pub fn is_fixed(&self) -> bool {
        self.min.is_some() && self.min == self.max
    }

    /// Whether a size is between the smallest and the largest one.
    pub fn allow(&self, (width, height): (u32, u32)) -> bool {
        let least = self.min.unwrap_or((0, 0));
        let most = self.max.unwrap_or((u32::MAX, u32::MAX));
        (least.0..=most.0).contains(&width) && (least.1..=most.1).contains(&height)
    }

    /// The largest size as xdg-shell has it, with 0 for no limit.
    pub fn most(&self) -> (u32, u32) {
        let (width, height) = self.max.unwrap_or((MAX_SIZE, MAX_SIZE));
        let bound = |most: u32| if most == MAX_SIZE { 0 } else { most };
        (bound(width), bound(height))
    }

    /// The allowed size that is nearest to this one, but not larger.
    pub fn constrain(&self, size: (u32, u32)) -> (u32, u32) {
        let base = self.base.or(self.min).unwrap_or_default();
        let least = self.min.or(self.base).unwrap_or((1, 1));
        let most = self.max.unwrap_or((MAX_SIZE, MAX_SIZE));
        let within = |size: u32, least: u32, most: u32| size.min(most).max(least.max(1));
        let (mut width, mut height) =
            (within(size.0, least.0, most.0), within(size.1, least.1, most.1));
        if let Some([min, max]) = self.aspect {
            // ICCCM subtracts the base size first, if there is one.
            let (base_width, base_height) = self.base.unwrap_or_default();
            let w = u64::from(width.saturating_sub(base_width));
            let h = u64::from(height.saturating_sub(base_height));
            let scaled =
                |n: u64, by: u32, to: u32| u32::try_from(n * u64::from(by) / u64::from(to));
            if w * u64::from(max.1) > h * u64::from(max.0) {
                width = scaled(h, max.0, max.1).unwrap_or(width).saturating_add(base_width);
            } else if w * u64::from(min.1) < h * u64::from(min.0) {
                height = scaled(w, min.1, min.0).unwrap_or(height).saturating_add(base_height);
            }
        }
        if let Some((by_width, by_height)) = self.increment {
            let snap = |size: u32, base: u32, by: u32| match size.checked_sub(base) {
                Some(more) => base + more / by * by,
                None => size,
            };
            width = snap(width, base.0, by_width);
            height = snap(height, base.1, by_height);
        }
        (within(width, least.0, most.0), within(height, least.1, most.1))
    }
}

/// `WM_HINTS` (ICCCM 4.1.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WmHints {
    /// Whether the window manager must give it the keyboard.
    pub input: bool,
    /// It starts iconified.
    pub iconic: bool,
    /// It wants the user's attention.
    pub urgent: bool,
    /// The leader of its group.
    pub group: Option<u32>,
}

impl Default for WmHints {
    fn default() -> Self {
        // Programs without this property expect the keyboard.
        Self { input: true, iconic: false, urgent: false, group: None }
    }
}

impl WmHints {
    /// Reads `WM_HINTS`.
    pub fn read(value: &PropertyValue) -> Self {
        const ICONIC: u32 = 3;
        let numbers: Vec<u32> = value.numbers().take(9).collect();
        let number = |n: usize| numbers.get(n).copied().unwrap_or_default();
        let has = |bit: u32| number(0) & (1 << bit) != 0;
        Self {
            input: !has(0) || number(1) != 0,
            iconic: has(1) && number(2) == ICONIC,
            urgent: has(8),
            group: has(6).then(|| number(8)).filter(|id| *id != 0),
        }
    }
}

/// Whether `_MOTIF_WM_HINTS` ask for a window without decorations.
pub fn is_undecorated(value: &PropertyValue) -> bool {
    const DECORATIONS: u32 = 1 << 1;
    let mut numbers = value.numbers();
    let (flags, decorations) = (numbers.next().unwrap_or_default(), numbers.nth(1));
    flags & DECORATIONS != 0 && decorations == Some(0)
}

/// What the user may do with a window (`_MOTIF_WM_HINTS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be allowed without the others")]
pub struct Functions {
    pub resize: bool,
    pub moves: bool,
    pub minimize: bool,
    pub maximize: bool,
    pub close: bool,
}

impl Default for Functions {
    fn default() -> Self {
        Self { resize: true, moves: true, minimize: true, maximize: true, close: true }
    }
}

impl Functions {
    /// Reads `_MOTIF_WM_HINTS`; `None` if they do not mention functions.
    pub fn read(value: &PropertyValue) -> Option<Self> {
        const FUNCTIONS: u32 = 1;
        const ALL: u32 = 1;
        let mut numbers = value.numbers();
        let (flags, functions) = (numbers.next().unwrap_or_default(), numbers.next());
        let functions = functions.filter(|_| flags & FUNCTIONS != 0)?;
        // With `ALL`, the other bits are the functions that are not allowed.
        let has = |bit: u32| (functions & (1 << bit) != 0) != (functions & ALL != 0);
        Some(Self {
            resize: has(1),
            moves: has(2),
            minimize: has(3),
            maximize: has(4),
            close: has(5),
        })
    }
}
