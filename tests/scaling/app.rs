//! A client that draws boards at the highest density that it knows.

use std::sync::{Arc, Mutex, MutexGuard};

use wayland_client::backend::ObjectId;
use wayland_client::protocol::wl_compositor::WlCompositor;
use wayland_client::protocol::wl_shm::Format;
use wayland_client::protocol::wl_subcompositor::WlSubcompositor;
use wayland_client::protocol::wl_subsurface::WlSubsurface;
use wayland_client::protocol::wl_surface::{self, WlSurface};
use wayland_client::{Connection, Dispatch, Proxy, QueueHandle, delegate_noop};
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_manager_v1::WpFractionalScaleManagerV1;
use wayland_protocols::wp::fractional_scale::v1::client::wp_fractional_scale_v1::{
    self, WpFractionalScaleV1,
};
use wayland_protocols::wp::viewporter::client::wp_viewport::WpViewport;
use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;
use wayland_protocols::xdg::shell::client::xdg_popup::{self, XdgPopup};
use wayland_protocols::xdg::shell::client::xdg_positioner::{Anchor, Gravity};
use wayland_protocols::xdg::shell::client::xdg_surface::{self, XdgSurface};
use wayland_protocols::xdg::shell::client::xdg_toplevel::{self, XdgToplevel};
use wayland_protocols::xdg::shell::client::xdg_wm_base::XdgWmBase;

use crate::board;
use crate::client::{Client, Place, Seen};
use crate::outputs::Outputs;
use crate::scales::Knows;

/// The events that a surface got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The size in the last configure, if it had one.
    pub size: Option<(i32, i32)>,
    /// A popup's place.
    pub place: (i32, i32),
    /// How often it was configured.
    pub configured: u32,
    /// `wp_fractional_scale_v1.preferred_scale`, in parts of 120.
    pub fraction: Option<u32>,
    /// `wl_surface.preferred_buffer_scale`.
    pub factor: Option<i32>,
    /// The screens that it is on.
    pub outputs: Vec<ObjectId>,
}

type Shared = Arc<Mutex<Told>>;

/// A surface with a board on it.
pub struct Board {
    pub surface: WlSurface,
    viewport: Option<WpViewport>,
    told: Shared,
    /// Its size in the client's units: the configured one, or its own.
    pub size: (i32, i32),
    own: (i32, i32),
    /// Its buffer's size.
    pub pixels: (u32, u32),
    /// The events for which it was drawn.
    drawn: Told,
}

/// A window or a popup.
pub struct Window<R> {
    pub board: Board,
    pub xdg_surface: XdgSurface,
    pub role: R,
}

/// The client.
pub struct App {
    pub client: Client,
    pub outputs: Outputs,
    knows: Knows,
}

impl Board {
    /// The events that it got.
    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }
}

impl App {
    /// Makes a client with some knowledge of scales.
    pub fn new(mut client: Client, knows: Knows) -> Self {
        let mut outputs = Outputs::default();
        outputs.update(&mut client);
        Self { client, outputs, knows }
    }

    fn bind_newest<I: Proxy + 'static>(&self, newest: u32) -> I
    where
        Seen: Dispatch<I, ()>,
    {
        let offered = self.client.offers(I::interface().name).unwrap_or_default();
        self.client.bind(offered.min(newest))
    }

    /// A surface without a role.
    pub fn board(&mut self, size: (i32, i32)) -> Board {
        let handle = self.client.handle();
        let told = Shared::default();
        let compositor: WlCompositor = self.bind_newest(6);
        let surface = compositor.create_surface(&handle, Arc::clone(&told));
        let viewport = (self.knows == Knows::Fractions).then(|| {
            let fractions: WpFractionalScaleManagerV1 = self.client.bind(1);
            fractions.get_fractional_scale(&surface, &handle, Arc::clone(&told));
            self.client.bind::<WpViewporter>(1).get_viewport(&surface, &handle, ())
        });
        Board { surface, viewport, told, size, own: size, pixels: (0, 0), drawn: Told::default() }
    }

    fn xdg_surface(&mut self, size: (i32, i32)) -> (Board, XdgSurface) {
        let board = self.board(size);
        let base: XdgWmBase = self.client.bind(1);
        let told = Arc::clone(&board.told);
        let xdg_surface = base.get_xdg_surface(&board.surface, &self.client.handle(), told);
        (board, xdg_surface)
    }

    /// Makes a window that has its own size until it is configured, and shows it.
    pub fn window(&mut self, app_id: &str, size: (i32, i32)) -> Window<XdgToplevel> {
        let (board, xdg_surface) = self.xdg_surface(size);
        let toplevel = xdg_surface.get_toplevel(&self.client.handle(), Arc::clone(&board.told));
        toplevel.set_app_id(app_id.to_owned());
        let mut window = Window { board, xdg_surface, role: toplevel };
        self.map(&mut window.board);
        window
    }

    /// Makes a popup whose upper left corner is at a place in the window.
    pub fn popup<R>(
        &mut self,
        parent: &Window<R>,
        at: (i32, i32),
        size: (i32, i32),
    ) -> Window<XdgPopup> {
        let handle = self.client.handle();
        let positioner = self.client.bind::<XdgWmBase>(1).create_positioner(&handle, ());
        positioner.set_size(size.0, size.1);
        positioner.set_anchor_rect(at.0, at.1, 1, 1);
        positioner.set_anchor(Anchor::TopLeft);
        positioner.set_gravity(Gravity::BottomRight);
        let (board, xdg_surface) = self.xdg_surface(size);
        let told = Arc::clone(&board.told);
        let popup = xdg_surface.get_popup(Some(&parent.xdg_surface), &positioner, &handle, told);
        positioner.destroy();
        let mut window = Window { board, xdg_surface, role: popup };
        self.map(&mut window.board);
        window
    }

    /// Makes a synchronised child of a surface at a place; it is not drawn yet.
    pub fn child(
        &mut self,
        parent: &Board,
        at: (i32, i32),
        size: (i32, i32),
    ) -> (Board, WlSubsurface) {
        let board = self.board(size);
        let subcompositor: WlSubcompositor = self.client.bind(1);
        let handle = self.client.handle();
        let subsurface = subcompositor.get_subsurface(&board.surface, &parent.surface, &handle, ());
        subsurface.set_position(at.0, at.1);
        (board, subsurface)
    }

    fn map(&mut self, board: &mut Board) {
        board.surface.commit();
        while board.told().configured == 0 {
            self.client.sync();
        }
        self.draw(board);
        self.settle(board);
    }

    /// Buffer pixels for a unit of a surface.
    fn density(&self, told: &Told) -> f64 {
        match self.knows {
            Knows::Fractions => f64::from(told.fraction.unwrap_or(120)) / 120.0,
            Knows::Integers => {
                let scales = told.outputs.iter().filter_map(|id| self.outputs.scale_of(id));
                f64::from(told.factor.or(scales.max()).unwrap_or(1))
            }
            Knows::Nothing => 1.0,
        }
    }

    /// Draws a board for the events that it got, and commits it.
    pub fn draw(&mut self, board: &mut Board) {
        let told = board.told().clone();
        board.size = told.size.unwrap_or(board.own);
        let density = self.density(&told);
        let [width, height] =
            [board.size.0, board.size.1].map(|n| (f64::from(n) * density).round().max(1.0) as u32);
        let place = Place { offset: 0, width, height, stride: width * 4 };
        let file = board::draw(width, height);
        let buffer = self.client.shm(&file, place, Format::Xrgb8888);
        if let Some(viewport) = &board.viewport {
            viewport.set_destination(board.size.0, board.size.1);
        } else {
            board.surface.set_buffer_scale(density as i32);
        }
        board.surface.attach(Some(&buffer), 0, 0);
        board.surface.damage_buffer(0, 0, i32::MAX, i32::MAX);
        board.surface.commit();
        board.pixels = (width, height);
        board.drawn = told;
        self.client.sync();
    }

    /// Draws a board again until no new events come.
    pub fn settle(&mut self, board: &mut Board) {
        const QUIET: u32 = 2;
        let mut quiet = 0;
        while quiet < QUIET {
            // The host tells the screen at its next frame.
            std::thread::sleep(std::time::Duration::from_millis(20));
            self.outputs.update(&mut self.client);
            let told = board.told().clone();
            if told == board.drawn && self.is_dense_enough(board) {
                quiet += 1;
            } else {
                self.draw(board);
                quiet = 0;
            }
        }
    }

    fn is_dense_enough(&self, board: &Board) -> bool {
        let width = (f64::from(board.size.0) * self.density(&board.drawn)).round() as u32;
        board.pixels.0 == width.max(1)
    }
}

impl Dispatch<WlSurface, Shared> for Seen {
    fn event(
        _: &mut Self,
        _: &WlSurface,
        event: wl_surface::Event,
        told: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let mut told = told.lock().unwrap();
        match event {
            wl_surface::Event::Enter { output } => told.outputs.push(output.id()),
            wl_surface::Event::Leave { output } => told.outputs.retain(|id| *id != output.id()),
            wl_surface::Event::PreferredBufferScale { factor } => told.factor = Some(factor),
            _ => {}
        }
    }
}

impl Dispatch<WpFractionalScaleV1, Shared> for Seen {
    fn event(
        _: &mut Self,
        _: &WpFractionalScaleV1,
        event: wp_fractional_scale_v1::Event,
        told: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wp_fractional_scale_v1::Event::PreferredScale { scale } = event {
            told.lock().unwrap().fraction = Some(scale);
        }
    }
}

impl Dispatch<XdgSurface, Shared> for Seen {
    fn event(
        _: &mut Self,
        surface: &XdgSurface,
        event: xdg_surface::Event,
        told: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_surface::Event::Configure { serial } = event {
            surface.ack_configure(serial);
            told.lock().unwrap().configured += 1;
        }
    }
}

impl Dispatch<XdgToplevel, Shared> for Seen {
    fn event(
        _: &mut Self,
        _: &XdgToplevel,
        event: xdg_toplevel::Event,
        told: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_toplevel::Event::Configure { width, height, .. } = event {
            told.lock().unwrap().size = (width > 0 && height > 0).then_some((width, height));
        }
    }
}

impl Dispatch<XdgPopup, Shared> for Seen {
    fn event(
        _: &mut Self,
        _: &XdgPopup,
        event: xdg_popup::Event,
        told: &Shared,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_popup::Event::Configure { x, y, width, height } = event {
            let mut told = told.lock().unwrap();
            (told.place, told.size) = ((x, y), Some((width, height)));
        }
    }
}

delegate_noop!(Seen: WlSubcompositor);
delegate_noop!(Seen: WlSubsurface);
