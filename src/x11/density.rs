//! How dense the screen is, told in the ways that X11 programs look for: X resources
//! (`Xft.dpi`) and XSETTINGS, so that they draw sharp and in the right size.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use x11rb_protocol::protocol::xproto::{
    AtomEnum, ChangePropertyRequest, ClientMessageEvent, CreateWindowAux, CreateWindowRequest,
    EventMask, PropMode, SetSelectionOwnerRequest, WindowClass,
};

use super::Connection;

/// Dots per inch at which nothing is enlarged.
const USUAL: f64 = 96.0;

/// The usual size of pointers in pixels.
const CURSOR: f64 = 24.0;

/// What programs were told.
#[derive(Default)]
pub struct Density {
    /// The window that holds the settings; 0 before the start.
    window: u32,
    /// Dots per inch.
    told: u32,
    serial: u32,
}

impl Density {
    /// Tells programs how many X pixels stand for one of a screen of the usual density,
    /// if that is news. `buckets`: the densities that may be told, if not all.
    pub fn tell(&mut self, ratio: f64, buckets: &[u32], x: &mut Connection) {
        let dpi = nearest(ratio * USUAL, buckets);
        if dpi == self.told || x.root().0 == 0 || x.atoms._XSETTINGS_S0 == 0 {
            return;
        }
        self.told = dpi;
        self.serial = self.serial.wrapping_add(1);
        let root = x.root().0;
        let (name, kind) = (AtomEnum::RESOURCE_MANAGER.into(), AtomEnum::STRING.into());
        set_property(root, name, kind, resources(dpi).as_bytes(), x);
        if self.window == 0 {
            self.window = own_settings(x);
        }
        let settings = settings(self.serial, dpi);
        let kind = x.atoms._XSETTINGS_SETTINGS;
        set_property(self.window, kind, kind, &settings, x);
    }
}

fn nearest(dpi: f64, buckets: &[u32]) -> u32 {
    let distance = |bucket: &u32| (f64::from(*bucket) - dpi).abs();
    let bucket = buckets.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    bucket.unwrap_or_else(|| dpi.round().clamp(1.0, 9600.0) as u32)
}

fn cursor_size(dpi: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let size = (CURSOR * f64::from(dpi) / USUAL).round() as u32;
    size.max(1)
}

/// X resources, as `xrdb` would set them.
fn resources(dpi: u32) -> String {
    format!("Xcursor.size:\t{}\nXft.dpi:\t{dpi}\n", cursor_size(dpi))
}

/// Becomes the owner of the settings, with a window to hold them.
fn own_settings(x: &mut Connection) -> u32 {
    let (root, window, owner) = (x.root().0, x.new_id(), x.atoms._XSETTINGS_S0);
    x.send(CreateWindowRequest {
        depth: 0,
        wid: window,
        parent: root,
        x: -1,
        y: -1,
        width: 1,
        height: 1,
        border_width: 0,
        class: WindowClass::INPUT_ONLY,
        visual: 0,
        value_list: Cow::Owned(CreateWindowAux {
            override_redirect: Some(1),
            ..Default::default()
        }),
    });
    x.send(SetSelectionOwnerRequest { owner: window, selection: owner, time: 0 });
    let message = ClientMessageEvent::new(32, root, x.atoms.MANAGER, [0, owner, window, 0, 0]);
    x.send_event(root, EventMask::STRUCTURE_NOTIFY, &message.into());
    window
}

fn set_property(window: u32, property: u32, kind: u32, data: &[u8], x: &mut Connection) {
    x.send(ChangePropertyRequest {
        mode: PropMode::REPLACE,
        window,
        property,
        type_: kind,
        format: 8,
        data_len: u32::try_from(data.len()).unwrap_or_default(),
        data: Cow::Borrowed(data),
    });
}

/// The settings in their binary form (freedesktop.org's XSETTINGS, 0.5). GTK multiplies
/// its whole scale with the rest of the density.
fn settings(serial: u32, dpi: u32) -> Vec<u8> {
    let scale = (dpi / 96).max(1);
    let values = [
        ("Gdk/UnscaledDPI", dpi / scale * 1024),
        ("Gdk/WindowScalingFactor", scale),
        ("Gtk/CursorThemeSize", cursor_size(dpi)),
        ("Xft/DPI", dpi * 1024),
    ];
    let order = u8::from(cfg!(target_endian = "big"));
    let mut all = vec![order, 0, 0, 0];
    all.extend(serial.to_ne_bytes());
    all.extend(u32::try_from(values.len()).unwrap_or_default().to_ne_bytes());
    for (name, value) in values {
        // An integer: its type, a pad, the name's length, the name, and when it changed.
        all.extend([0, 0]);
        all.extend(u16::try_from(name.len()).unwrap_or_default().to_ne_bytes());
        all.extend(name.as_bytes());
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend(serial.to_ne_bytes());
        all.extend(value.to_ne_bytes());
    }
    all
}
