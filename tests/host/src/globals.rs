//! All globals: how each one is made, removed and made again.

use std::collections::BTreeMap;

use smithay::reexports::wayland_protocols::wp::text_input::zv3::server::zwp_text_input_manager_v3::ZwpTextInputManagerV3;
use smithay::reexports::wayland_protocols::wp::linux_explicit_synchronization::zv1::server::zwp_linux_explicit_synchronization_v1::ZwpLinuxExplicitSynchronizationV1;
use smithay::reexports::wayland_server::protocol::wl_fixes::WlFixes;
use smithay::reexports::wayland_server::{DisplayHandle, GlobalDispatch, Resource};
use smithay::reexports::wayland_server::backend::GlobalId;
use smithay::wayland::alpha_modifier::AlphaModifierState;
use smithay::wayland::commit_timing::CommitTimingManagerState;
use smithay::wayland::compositor::CompositorState;
use smithay::wayland::content_type::ContentTypeState;
use smithay::wayland::cursor_shape::CursorShapeManagerState;
use smithay::wayland::fifo::FifoManagerState;
use smithay::wayland::foreign_toplevel_list::ForeignToplevelListState;
use smithay::wayland::fractional_scale::FractionalScaleManagerState;
use smithay::wayland::idle_inhibit::IdleInhibitManagerState;
use smithay::wayland::idle_notify::IdleNotifierState;
use smithay::wayland::keyboard_shortcuts_inhibit::KeyboardShortcutsInhibitState;
use smithay::wayland::output::OutputManagerState;
use smithay::wayland::pointer_constraints::PointerConstraintsState;
use smithay::wayland::pointer_gestures::PointerGesturesState;
use smithay::wayland::presentation::PresentationState;
use smithay::wayland::relative_pointer::RelativePointerManagerState;
use smithay::wayland::security_context::SecurityContextState;
use smithay::wayland::selection::data_device::DataDeviceState;
use smithay::wayland::selection::primary_selection::PrimarySelectionState;
use smithay::wayland::selection::{ext_data_control, wlr_data_control};
use smithay::wayland::shell::kde::decoration::KdeDecorationState;
use smithay::wayland::shell::wlr_layer::WlrLayerShellState;
use smithay::wayland::shell::xdg::XdgShellState;
use smithay::wayland::shell::xdg::decoration::XdgDecorationState;
use smithay::wayland::shell::xdg::dialog::XdgDialogState;
use smithay::wayland::shm::{ShmState, fourcc_to_shm_format};
use smithay::wayland::single_pixel_buffer::SinglePixelBufferState;
use smithay::wayland::tablet_manager::TabletManagerState;
use smithay::wayland::viewporter::ViewporterState;
use smithay::wayland::virtual_keyboard::VirtualKeyboardManagerState;
use smithay::wayland::xdg_activation::XdgActivationState;
use smithay::wayland::xdg_foreign::XdgForeignState;
use smithay::wayland::xdg_system_bell::XdgSystemBellState;
use smithay::wayland::xdg_toplevel_icon::XdgToplevelIconManager;
use smithay::wayland::xdg_toplevel_tag::XdgToplevelTagManager;
use wayland_protocols_plasma::shadow::server::org_kde_kwin_shadow_manager::OrgKdeKwinShadowManager;

use crate::clients::ClientState;
use crate::dmabuf::Dmabufs;
use crate::formats;
use crate::host::Host;

const PRIMARY_SELECTION: &str = "zwp_primary_selection_device_manager_v1";

/// `CLOCK_MONOTONIC`.
const MONOTONIC: u32 = 1;

/// The name of all screens' globals.
pub const OUTPUT: &str = "wl_output";
/// The name of the seat's global.
pub const SEAT: &str = "wl_seat";

/// Names of globals with their ids, if smithay gives them.
type Globals = Vec<(&'static str, Option<GlobalId>)>;

/// Whether a client may use all globals. A client that connected through a socket of
/// `wp_security_context_v1` may not.
fn trusted(client: &smithay::reexports::wayland_server::Client) -> bool {
    client.get_data::<ClientState>().is_none_or(|state| state.context.is_none())
}

/// Offers a global of smithay with another version, by making it again.
pub fn offer_at(display: &DisplayHandle, global: &GlobalId, version: u32) -> GlobalId {
    let handle = display.backend_handle();
    let known = handle.global_info(global.clone());
    let handler = handle.get_global_handler::<Host>(global.clone());
    let (Ok(known), Ok(handler)) = (known, handler) else { return global.clone() };
    handle.remove_global::<Host>(global.clone());
    handle.create_global(known.interface, version, handler)
}

/// What is needed to make protocols.
pub struct Maker<'a> {
    /// Where their globals go.
    pub display: &'a DisplayHandle,
    /// The loop, for timers.
    pub handle: calloop::LoopHandle<'static, Host>,
    /// The primary selection, which data control includes.
    pub primary: &'a PrimarySelectionState,
    /// The number of the device for dma-bufs; `None` without feedback.
    pub main_device: Option<u64>,
}

/// For each row: smithay's state, how it is made, and the globals that come with it.
macro_rules! protocols {
    ($($(#[$doc:meta])* $field:ident: $state:ty = |$maker:ident| $make:expr,
        $([$name:literal, |$this:ident| $global:expr]),+;)+) => {
        /// The state of each protocol.
        pub struct Protocols {
            $($(#[$doc])* pub $field: $state,)+
        }

        impl Protocols {
            /// Makes all of them with their globals.
            pub fn new(maker: &Maker<'_>) -> Self {
                Self { $($field: { let $maker = maker; $make },)+ }
            }

            /// The globals as they are now.
            pub fn globals(&self) -> Globals {
                vec![$($(($name, { let $this = &self.$field; $global }),)+)+]
            }

            /// Makes the protocol of a global anew. Returns the globals that this makes.
            pub fn renew(&mut self, name: &str, maker: &Maker<'_>) -> Globals {
                match name {
                    $($($name)|+ => {
                        self.$field = { let $maker = maker; $make };
                        vec![$(($name, { let $this = &self.$field; $global }),)+]
                    })+
                    _ => Vec::new(),
                }
            }
        }
    };
}

/// A protocol without state in smithay.
pub struct Global(GlobalId);

impl Global {
    fn new<I: Resource + 'static>(maker: &Maker<'_>, version: u32) -> Self
    where
        Host: GlobalDispatch<I, ()>,
    {
        Self(maker.display.create_global::<Host, I, ()>(version, ()))
    }
}

protocols! {
    compositor: CompositorState = |m| CompositorState::new_v6::<Host>(m.display),
        ["wl_compositor", |s| Some(s.compositor_global())],
        ["wl_subcompositor", |s| Some(s.subcompositor_global())];
    shm: ShmState = |m| ShmState::new::<Host>(
            m.display, formats::shm().filter_map(fourcc_to_shm_format)),
        ["wl_shm", |s| Some(s.global())];
    dmabufs: Dmabufs = |m| Dmabufs::new(m.display, m.main_device),
        ["zwp_linux_dmabuf_v1", |_s| None];
    data_device: DataDeviceState = |m| DataDeviceState::new::<Host>(m.display),
        ["wl_data_device_manager", |s| Some(s.global())];
    wlr_data_control: wlr_data_control::DataControlState = |m|
        wlr_data_control::DataControlState::new::<Host, _>(m.display, Some(m.primary), trusted),
        ["zwlr_data_control_manager_v1", |s| Some(s.global())];
    ext_data_control: ext_data_control::DataControlState = |m|
        ext_data_control::DataControlState::new::<Host, _>(m.display, Some(m.primary), trusted),
        ["ext_data_control_manager_v1", |s| Some(s.global())];
    xdg_shell: XdgShellState = |m| XdgShellState::new::<Host>(m.display),
        ["xdg_wm_base", |s| Some(s.global())];
    xdg_decoration: XdgDecorationState = |m| XdgDecorationState::new::<Host>(m.display),
        ["zxdg_decoration_manager_v1", |s| Some(s.global())];
    kde_decoration: KdeDecorationState = |m| KdeDecorationState::new::<Host>(m.display, crate::small::KDE_MODE),
        ["org_kde_kwin_server_decoration_manager", |s| Some(s.global())];
    xdg_dialog: XdgDialogState = |m| XdgDialogState::new::<Host>(m.display),
        ["xdg_wm_dialog_v1", |s| Some(s.global())];
    xdg_activation: XdgActivationState = |m| XdgActivationState::new::<Host>(m.display),
        ["xdg_activation_v1", |s| Some(s.global())];
    xdg_foreign: XdgForeignState = |m| XdgForeignState::new::<Host>(m.display),
        ["zxdg_exporter_v2", |s| Some(s.exporter_global())],
        ["zxdg_importer_v2", |s| Some(s.importer_global())];
    toplevel_icon: XdgToplevelIconManager = |m| XdgToplevelIconManager::new::<Host>(m.display),
        ["xdg_toplevel_icon_manager_v1", |s| Some(s.global())];
    toplevel_tag: XdgToplevelTagManager = |m| XdgToplevelTagManager::new::<Host>(m.display),
        ["xdg_toplevel_tag_manager_v1", |s| Some(s.global())];
    system_bell: XdgSystemBellState = |m| XdgSystemBellState::new::<Host>(m.display),
        ["xdg_system_bell_v1", |s| Some(s.global())];
    foreign_toplevels: ForeignToplevelListState = |m|
        ForeignToplevelListState::new_with_filter::<Host>(m.display, trusted),
        ["ext_foreign_toplevel_list_v1", |s| Some(s.global())];
    layer_shell: WlrLayerShellState = |m|
        WlrLayerShellState::new_with_filter::<Host, _>(m.display, trusted),
        ["zwlr_layer_shell_v1", |s| Some(s.shell_global())];
    shadows: Global = |m| Global::new::<OrgKdeKwinShadowManager>(
            m, crate::decorations::SHADOW_VERSION),
        ["org_kde_kwin_shadow_manager", |s| Some(s.0.clone())];
    fixes: Global = |m| Global::new::<WlFixes>(m, crate::fixes::VERSION),
        ["wl_fixes", |s| Some(s.0.clone())];
    viewporter: ViewporterState = |m| ViewporterState::new::<Host>(m.display),
        ["wp_viewporter", |s| Some(s.global())];
    fractional_scale: FractionalScaleManagerState = |m|
        FractionalScaleManagerState::new::<Host>(m.display),
        ["wp_fractional_scale_manager_v1", |s| Some(s.global())];
    presentation: PresentationState = |m| PresentationState::new::<Host>(m.display, MONOTONIC),
        ["wp_presentation", |s| Some(s.global())];
    fifo: FifoManagerState = |m| FifoManagerState::new::<Host>(m.display),
        ["wp_fifo_manager_v1", |s| Some(s.global())];
    commit_timing: CommitTimingManagerState = |m|
        CommitTimingManagerState::new::<Host>(m.display),
        ["wp_commit_timing_manager_v1", |s| Some(s.global())];
    single_pixel: SinglePixelBufferState = |m| SinglePixelBufferState::new::<Host>(m.display),
        ["wp_single_pixel_buffer_manager_v1", |s| Some(s.global())];
    alpha_modifier: AlphaModifierState = |m| AlphaModifierState::new::<Host>(m.display),
        ["wp_alpha_modifier_v1", |s| Some(s.global())];
    content_type: ContentTypeState = |m| ContentTypeState::new::<Host>(m.display),
        ["wp_content_type_manager_v1", |s| Some(s.global())];
    cursor_shape: CursorShapeManagerState = |m| CursorShapeManagerState::new::<Host>(m.display),
        ["wp_cursor_shape_manager_v1", |s| Some(s.global())];
    pointer_constraints: PointerConstraintsState = |m|
        PointerConstraintsState::new::<Host>(m.display),
        ["zwp_pointer_constraints_v1", |s| Some(s.global())];
    relative_pointer: RelativePointerManagerState = |m|
        RelativePointerManagerState::new::<Host>(m.display),
        ["zwp_relative_pointer_manager_v1", |s| Some(s.global())];
    pointer_gestures: PointerGesturesState = |m| PointerGesturesState::new::<Host>(m.display),
        ["zwp_pointer_gestures_v1", |s| Some(s.global())];
    tablets: TabletManagerState = |m| TabletManagerState::new::<Host>(m.display),
        ["zwp_tablet_manager_v2", |s| Some(s.global())];
    text_input: Global = |m| Global::new::<ZwpTextInputManagerV3>(m, 1),
        ["zwp_text_input_manager_v3", |s| Some(s.0.clone())];
    explicit_sync: Global = |m| Global::new::<ZwpLinuxExplicitSynchronizationV1>(
            m, crate::explicit_sync::VERSION),
        ["zwp_linux_explicit_synchronization_v1", |s| Some(s.0.clone())];
    virtual_keyboard: VirtualKeyboardManagerState = |m|
        VirtualKeyboardManagerState::new::<Host, _>(m.display, trusted),
        ["zwp_virtual_keyboard_manager_v1", |s| Some(s.global())];
    shortcuts_inhibit: KeyboardShortcutsInhibitState = |m|
        KeyboardShortcutsInhibitState::new::<Host>(m.display),
        ["zwp_keyboard_shortcuts_inhibit_manager_v1", |s| Some(s.global())];
    idle_inhibit: IdleInhibitManagerState = |m| IdleInhibitManagerState::new::<Host>(m.display),
        ["zwp_idle_inhibit_manager_v1", |s| Some(s.global())];
    idle_notify: IdleNotifierState<Host> = |m|
        IdleNotifierState::new(m.display, m.handle.clone()),
        ["ext_idle_notifier_v1", |s| Some(s.global())];
    security_context: SecurityContextState = |m|
        SecurityContextState::new::<Host, _>(m.display, trusted),
        ["wp_security_context_manager_v1", |s| Some(s.global())];
    outputs: OutputManagerState = |m| OutputManagerState::new_with_xdg_output::<Host>(m.display),
        ["zxdg_output_manager_v1", |s| s.xdg_output_manager_global()];
}

impl Host {
    /// The globals at the start.
    pub fn first_globals(&mut self) -> BTreeMap<&'static str, Option<GlobalId>> {
        let (display, version) = (self.display.clone(), self.screen_version());
        self.screens_mut().for_each(|screen| screen.offer(&display, version));
        let special = [
            (OUTPUT, None),
            (SEAT, self.seat.global()),
            (PRIMARY_SELECTION, Some(self.primary_selection.global())),
        ];
        self.protocols.globals().into_iter().chain(special).collect()
    }

    /// All globals that are offered now: interface and version.
    pub fn offered(&self) -> Vec<(&'static str, u32)> {
        let offered = self.globals.iter().filter(|(name, _)| !self.removed.contains(**name));
        offered
            .filter_map(|(name, global)| match global {
                Some(global) => {
                    let info = self.display.backend_handle().global_info(global.clone()).ok()?;
                    Some((*name, info.version))
                }
                None if *name == OUTPUT => Some((*name, self.screen_version())),
                None => {
                    let device = self.options.device_in_feedback();
                    Some((*name, crate::dmabuf::version(device)))
                }
            })
            .collect()
    }

    /// Removes a global; clients that have it bound keep it.
    pub fn remove_global(&mut self, name: &str) -> Result<(), String> {
        let global = self.globals.get(name).ok_or_else(|| format!("no global {name}"))?;
        if !self.removed.insert(name.to_owned()) {
            return Err(format!("{name} is not offered"));
        }
        if let Some(global) = global {
            self.display.disable_global::<Self>(global.clone());
        } else if name == OUTPUT {
            let display = self.display.clone();
            self.screens_mut().for_each(|screen| screen.withdraw(&display));
        } else if let Some(global) = &self.protocols.dmabufs.global {
            self.protocols.dmabufs.state.disable_global::<Self>(&self.display, global);
        }
        Ok(())
    }

    /// Offers a removed global again.
    pub fn add_global(&mut self, name: &str) -> Result<(), String> {
        if !self.removed.remove(name) {
            return Err(format!("{name} is offered, or unknown"));
        }
        let (display, version) = (self.display.clone(), self.screen_version());
        let global = match name {
            OUTPUT => {
                self.screens_mut().for_each(|screen| screen.offer(&display, version));
                None
            }
            SEAT => {
                self.new_seat()?;
                self.seat.global()
            }
            PRIMARY_SELECTION => {
                self.primary_selection = PrimarySelectionState::new::<Self>(&display);
                Some(self.primary_selection.global())
            }
            _ => self.renew(name)?,
        };
        let global = global.map(|global| match self.exo_version(name) {
            Some(version) => offer_at(&self.display, &global, version),
            None => global,
        });
        if let Some(known) = self.globals.get_mut(name) {
            *known = global;
        }
        Ok(())
    }

    fn renew(&mut self, name: &str) -> Result<Option<GlobalId>, String> {
        let maker = Maker {
            display: &self.display,
            handle: self.handle.clone(),
            primary: &self.primary_selection,
            main_device: self.options.device_in_feedback(),
        };
        let fresh = self.protocols.renew(name, &maker);
        let mut found = None;
        for (other, global) in fresh {
            if other == name {
                found = Some(global);
            } else if let Some(global) = global {
                // It was made too, but is not wanted.
                self.display.remove_global::<Self>(global);
            }
        }
        found.ok_or_else(|| format!("no global {name}"))
    }
}
