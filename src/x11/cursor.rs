//! The root window's cursor: the pointer's picture where no client sets one. It is the arrow of
//! the user's theme, or carafe's own, in the size that X programs are told.

mod arrow;
pub mod file;
mod loading;
pub mod theme;

use std::borrow::Cow;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use x11rb_protocol::protocol::render::{
    CreateCursorRequest, CreatePictureRequest, FreePictureRequest, PictType, QueryPictFormatsReply,
    QueryPictFormatsRequest, QueryVersionRequest,
};
use x11rb_protocol::protocol::xproto::{
    ChangeWindowAttributesAux, ChangeWindowAttributesRequest, CreateGCRequest, CreatePixmapRequest,
    FreeCursorRequest, FreeGCRequest, FreePixmapRequest, ImageFormat, PutImageRequest,
};
use x11rb_protocol::x11_utils::TryParse;

use super::Connection;
use super::picture::Picture;
use super::query::Query;
use super::server::MAX_PIECE;
use crate::session::Scale;
use loading::ThemeLoader;

/// The usual size of cursors in pixels.
const USUAL: u32 = 24;

/// Bound on the size of the cursor in X pixels.
const MAX_SIZE: u32 = 256;

/// The folders in which cursor themes may be.
pub fn folders() -> Vec<PathBuf> {
    theme::dirs(|name| std::env::var_os(name))
}

/// `XCURSOR_SIZE` for the programs that carafe starts with a scale.
pub fn size_for_programs(scale: Scale) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let size = (f64::from(USUAL) * scale.ratio() + 0.5) as u32;
    size
}

/// The theme and the size of an arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorLook {
    /// The theme's name; `None` for the default theme.
    pub theme: Option<String>,
    /// The size in pixels, in the sense of themes.
    pub size: u32,
}

impl CursorLook {
    /// Reads the user's environment, which is meant for a screen without scaling. It ignores the
    /// size that carafe itself sets for programs at this scale: a service manager may pass that
    /// back to carafe's next start.
    pub fn of_environment(scale: Scale) -> Self {
        let given = size_for_programs(scale);
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let size = text("XCURSOR_SIZE").and_then(|size| size.trim().parse().ok());
        let size = size.filter(|size| *size != 0 && *size != given);
        Self { theme: text("XCURSOR_THEME"), size: size.unwrap_or(USUAL).min(MAX_SIZE) }
    }
}

/// A cursor's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorImage {
    /// The picture.
    pub picture: Picture,
    /// The pixel of the tip.
    pub hot: (u32, u32),
}

/// The root window's cursor.
pub struct Cursor {
    loading: ThemeLoader,
    /// The server's format for pictures with alpha; 0 until it is known.
    format: u32,
    /// The arrow that was asked for last.
    wanted: Option<CursorLook>,
}

impl Cursor {
    /// Makes it, without a picture.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        Ok(Self { loading: ThemeLoader::new()?, format: 0, wanted: None })
    }

    /// The descriptor to poll: it is readable when a picture was read.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.loading.fd()
    }

    /// Takes the server's answer with its formats.
    pub fn formats(&mut self, answer: Option<&[u8]>) {
        let reply = answer.and_then(|answer| QueryPictFormatsReply::try_parse(answer).ok());
        let Some((reply, _)) = reply else { return };
        let found = reply.formats.iter().find(|format| {
            let colours = &format.direct;
            let shifts = (colours.alpha_shift, colours.red_shift, colours.green_shift);
            let is_argb = shifts == (24, 16, 8) && colours.blue_shift == 0;
            let is_whole = colours.alpha_mask == 0xff && colours.red_mask == 0xff;
            format.type_ == PictType::DIRECT && format.depth == 32 && is_argb && is_whole
        });
        self.format = found.map_or(0, |format| format.id);
    }

    /// Sets theme and size of the arrow.
    pub fn tell(&mut self, theme: Option<&str>, size: u32, x: &mut Connection) {
        let size = size.clamp(1, MAX_SIZE);
        let is_same = |look: &CursorLook| look.theme.as_deref() == theme && look.size == size;
        if self.format == 0 || self.wanted.as_ref().is_some_and(is_same) {
            return;
        }
        let look = CursorLook { theme: theme.map(str::to_owned), size };
        if self.wanted.is_none() {
            // Show carafe's own arrow meanwhile: reading the theme may take long, or never end.
            self.show(&arrow::draw(look.size), x);
        }
        self.loading.start(&look);
        self.wanted = Some(look);
    }

    /// Shows the picture that was read, if there is one.
    pub fn ready(&mut self, x: &mut Connection) {
        let Some((look, image)) = self.loading.take() else { return };
        match &self.wanted {
            Some(wanted) if *wanted != look => self.loading.start(wanted),
            _ => self.show(&image, x),
        }
    }

    fn show(&self, image: &CursorImage, x: &mut Connection) {
        let CursorImage { picture: Picture { size, pixels }, hot } = image;
        let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
        let (width, height) = (side(size.0), side(size.1));
        let root = x.root().0;
        let (pixmap, gc, picture, cursor) = (x.new_id(), x.new_id(), x.new_id(), x.new_id());
        x.send(CreatePixmapRequest { depth: 32, pid: pixmap, drawable: root, width, height });
        x.send(CreateGCRequest { cid: gc, drawable: pixmap, value_list: Cow::default() });
        let row = usize::from(width).max(1);
        let rows = (MAX_PIECE / (row * 4)).max(1);
        let mut dst_y = 0;
        for piece in pixels.chunks(rows * row) {
            let height = u16::try_from(piece.len() / row).unwrap_or_default();
            let data: Vec<u8> = piece.iter().flat_map(|pixel| pixel.to_ne_bytes()).collect();
            x.send(PutImageRequest {
                format: ImageFormat::Z_PIXMAP,
                drawable: pixmap,
                gc,
                width,
                height,
                dst_x: 0,
                dst_y,
                left_pad: 0,
                depth: 32,
                data: data.into(),
            });
            dst_y = dst_y.saturating_add_unsigned(height);
        }
        x.send(CreatePictureRequest {
            pid: picture,
            drawable: pixmap,
            format: self.format,
            value_list: Cow::default(),
        });
        let (hot_x, hot_y) = (side(hot.0), side(hot.1));
        x.send(CreateCursorRequest { cid: cursor, source: picture, x: hot_x, y: hot_y });
        let values = ChangeWindowAttributesAux { cursor: Some(cursor), ..Default::default() };
        x.send(ChangeWindowAttributesRequest { window: root, value_list: Cow::Owned(values) });
        // The window keeps the cursor, so all of carafe's ids can be freed.
        x.send(FreeCursorRequest { cursor });
        x.send(FreePictureRequest { picture });
        x.send(FreeGCRequest { gc });
        x.send(FreePixmapRequest { pixmap });
    }
}

/// Asks the server for the formats of pictures, which cursors with alpha need.
pub fn ask_formats(x: &mut Connection) {
    let version = QueryVersionRequest { client_major_version: 0, client_minor_version: 11 };
    x.ask(Query::Nothing, version);
    x.ask(Query::Formats, QueryPictFormatsRequest);
}
