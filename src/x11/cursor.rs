//! The root window's cursor: the pointer's picture where no client sets one. It is the arrow of
//! the user's theme, or carafe's own, in the size that X programs are told.

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
use super::query::Query;
use super::server::MAX_PIECE;
use crate::cursors::{
    CursorIcon, CursorImage, CursorLook, CursorWish, MAX_CURSOR_SIZE, ThemeLoader, draw,
};
use crate::pictures::Picture;

/// The root window's cursor.
pub struct Cursor {
    loading: ThemeLoader,
    /// The server's format for pictures with alpha; 0 until it is known.
    format: u32,
    /// The arrow that was asked for last.
    wanted: Option<CursorWish>,
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
        let size = size.clamp(1, MAX_CURSOR_SIZE);
        let is_same =
            |wish: &CursorWish| wish.look.theme.as_deref() == theme && wish.look.size == size;
        if self.format == 0 || self.wanted.as_ref().is_some_and(is_same) {
            return;
        }
        let look = CursorLook { theme: theme.map(str::to_owned), size };
        if self.wanted.is_none() {
            // Show carafe's own arrow meanwhile: reading the theme may take long, or never end.
            self.show(&draw(look.size), x);
        }
        let wish = CursorWish { icon: CursorIcon::Default, look };
        self.loading.start(&wish);
        self.wanted = Some(wish);
    }

    /// Shows the picture that was read, if there is one.
    pub fn ready(&mut self, x: &mut Connection) {
        let Some((wish, image)) = self.loading.take() else { return };
        match &self.wanted {
            Some(wanted) if *wanted != wish => self.loading.start(wanted),
            _ => self.show(&image, x),
        }
    }

    fn show(&self, image: &CursorImage, x: &mut Connection) {
        let CursorImage { picture: Picture { size, pixels }, hot, .. } = image;
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
