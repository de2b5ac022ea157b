//! The root window's cursor: what the pointer looks like where no client says. It is the
//! arrow of the user's theme, as large as X programs are told, or carafe's own.

mod arrow;
mod file;
mod loading;
mod theme;

use std::borrow::Cow;
use std::io;
use std::os::fd::BorrowedFd;

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
use crate::session::Scale;
use loading::Loading;

/// The usual size of pointers in pixels.
const USUAL: u32 = 24;

/// Bound on the size that is looked for, in X pixels.
const MAX_SIZE: u32 = 256;

/// Bound on the bytes of one piece of a picture: a request may have 256 KiB.
const PIECE: usize = 128 * 1024;

/// `XCURSOR_SIZE` for the programs that carafe starts with a scale.
pub fn size_for_programs(scale: Scale) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let size = (f64::from(USUAL) * scale.ratio() + 0.5) as u32;
    size
}

/// What an arrow is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The theme's name; `None`: the default one.
    pub theme: Option<String>,
    /// Its size, as themes have it, in pixels.
    pub size: u32,
}

impl Look {
    /// What the user's environment asks for, on a screen on which nothing is enlarged.
    /// The size that carafe gives its programs at that scale is not the user's: service
    /// managers hand it on to carafe's next start.
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
struct Image {
    picture: Picture,
    /// The pixel that points.
    hot: (u32, u32),
}

/// See the module.
pub struct Cursor {
    loading: Loading,
    /// The server's format for such pictures; 0 until it has said that.
    format: u32,
    /// What it is to be like.
    wanted: Option<Look>,
}

impl Cursor {
    /// None yet.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new() -> io::Result<Self> {
        Ok(Self { loading: Loading::new()?, format: 0, wanted: None })
    }

    /// What becomes readable when there is a picture.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.loading.fd()
    }

    /// The server has told its formats.
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

    /// What the arrow is to be like, now.
    pub fn tell(&mut self, theme: Option<&str>, size: u32, x: &mut Connection) {
        let size = size.clamp(1, MAX_SIZE);
        let is_same = |look: &Look| look.theme.as_deref() == theme && look.size == size;
        if self.format == 0 || self.wanted.as_ref().is_some_and(is_same) {
            return;
        }
        let look = Look { theme: theme.map(str::to_owned), size };
        if self.wanted.is_none() {
            // The theme may come late or never.
            self.show(&arrow::draw(look.size), x);
        }
        self.loading.start(&look);
        self.wanted = Some(look);
    }

    /// A picture may be there.
    pub fn ready(&mut self, x: &mut Connection) {
        let Some((look, image)) = self.loading.take() else { return };
        match &self.wanted {
            Some(wanted) if *wanted != look => self.loading.start(wanted),
            _ => self.show(&image, x),
        }
    }

    fn show(&self, image: &Image, x: &mut Connection) {
        let Image { picture: Picture { size, pixels }, hot } = image;
        let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
        let (width, height) = (side(size.0), side(size.1));
        let root = x.root().0;
        let (pixmap, gc, picture, cursor) = (x.new_id(), x.new_id(), x.new_id(), x.new_id());
        x.send(CreatePixmapRequest { depth: 32, pid: pixmap, drawable: root, width, height });
        x.send(CreateGCRequest { cid: gc, drawable: pixmap, value_list: Cow::default() });
        let row = usize::from(width).max(1);
        let rows = (PIECE / (row * 4)).max(1);
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
        // The window keeps it.
        x.send(FreeCursorRequest { cursor });
        x.send(FreePictureRequest { picture });
        x.send(FreeGCRequest { gc });
        x.send(FreePixmapRequest { pixmap });
    }
}

/// Asks the server for what it takes to make such cursors.
pub fn ask_formats(x: &mut Connection) {
    let version = QueryVersionRequest { client_major_version: 0, client_minor_version: 11 };
    x.ask(Query::Nothing, version);
    x.ask(Query::Formats, QueryPictFormatsRequest);
}
