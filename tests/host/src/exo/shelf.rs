//! How the user sees windows: the shelf's items and the frames. Windows are matched with programs
//! as in `chrome/browser/ash/guest_os/guest_os_shelf_utils.cc` (a2a8384).

use serde_json::{Value, json};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;

use super::said;
use crate::host::Host;
use crate::xdg_shell::Window;

/// The prefix of all ids of guests' windows.
const PREFIX: &str = "org.chromium.guest_os.";

/// A program of a guest, from its desktop file.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// The desktop file's name without `.desktop`.
    id: String,
    /// `StartupWMClass`
    wm_class: Option<String>,
    /// `Name`
    name: Option<String>,
    /// `StartupNotify`
    startup: bool,
    /// `NoDisplay`
    hidden: bool,
    /// The token of its container.
    container: Option<String>,
}

impl App {
    /// Parses a description such as `gimp wmclass=Gimp-2.10 startup`.
    pub fn parse<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let id = words.next().ok_or("the desktop file's id is missing")?.to_owned();
        let mut app = Self { id, ..Self::default() };
        for word in words {
            match word.split_once('=') {
                Some(("wmclass", class)) => app.wm_class = Some(class.to_owned()),
                Some(("name", name)) => app.name = Some(name.to_owned()),
                Some(("container", token)) => app.container = Some(token.to_owned()),
                None if word == "startup" => app.startup = true,
                None if word == "nodisplay" => app.hidden = true,
                _ => return Err(format!("a program has no {word}")),
            }
        }
        Ok(app)
    }
}

/// The program's own part of an id, such as `foot` of `org.chromium.guest_os.termina.wayland.foot`.
pub fn own_id(id: &str) -> Option<&str> {
    id.strip_prefix(PREFIX)?.splitn(3, '.').nth(2)
}

/// The only one of these programs; `None` if there are several.
fn only<'a>(mut apps: impl Iterator<Item = &'a App>) -> Option<&'a App> {
    let first = apps.next()?;
    apps.next().is_none().then_some(first)
}

/// Finds the program of a window.
fn find<'a>(apps: &'a [App], startup_id: Option<&str>, id: &str) -> Option<&'a App> {
    let by_startup = |startup| only(apps.iter().filter(|app| app.startup && app.id == startup));
    if let Some(app) = startup_id.and_then(by_startup) {
        return Some(app);
    }
    let (token, rest) = id.strip_prefix(PREFIX)?.split_once('.')?;
    let here = |app: &&App| app.container.as_ref().is_none_or(|container| container == token);
    let apps = || apps.iter().filter(here);
    let by_id = |id: &str| only(apps().filter(|app| app.id.eq_ignore_ascii_case(id)));
    if let Some(id) = rest.strip_prefix("wayland.") {
        return by_id(id);
    }
    let class = rest.strip_prefix("wmclass.")?;
    let of_class = |app: &&App| app.wm_class.as_deref() == Some(class) && !app.hidden;
    if apps().filter(of_class).count() > 1 {
        return None;
    }
    let nameless = |app: &&App| {
        app.name.as_ref().is_some_and(|name| name.replace(' ', "") == class) && !app.hidden
    };
    only(apps().filter(of_class)).or_else(|| by_id(class)).or_else(|| only(apps().filter(nameless)))
}

impl Host {
    /// `shelf`
    pub fn report_shelf(&self) -> Value {
        self.windows.iter().filter(|window| window.mapped).map(|w| self.report_item(w)).collect()
    }

    fn report_item(&self, window: &Window) -> Value {
        let surface = window.toplevel.wl_surface();
        let said = said(surface, |said| said.clone());
        let title = |surface: &WlSurface| {
            let mut windows = self.windows.iter();
            let found = windows.find(|window| window.toplevel.wl_surface() == surface);
            found.map(|window| window.names().1)
        };
        let parent = window.parent.as_ref().map(|parent| parent.wl_surface().clone());
        let parent = parent.or_else(|| said.parent.map(|(parent, ..)| parent));
        let apps = self.exo.as_ref().map_or(&[][..], |exo| &exo.apps);
        let widget = window.widget.as_ref();
        let id = said.application_id.filter(|_| widget.is_some_and(|w| w.kind == "window"));
        let app = id.as_ref().and_then(|id| find(apps, said.startup_id.as_deref(), id));
        let item = id.as_ref().map(|id| match app {
            Some(app) => app.id.clone(),
            None => format!("crostini:{id}"),
        });
        let icon = item.as_ref().map(|_| app.map_or("penguin", |app| app.id.as_str()));
        let colours = widget.and_then(|widget| widget.colours);
        let more: serde_json::Map<_, _> =
            said.more.into_iter().map(|(what, value)| (what.to_owned(), json!(value))).collect();
        json!({
            "title": window.names().1,
            "id": id,
            "startup_id": said.startup_id,
            "item": item,
            "icon": icon,
            "kind": widget.map(|widget| widget.kind),
            "can_activate": widget.is_some_and(|widget| widget.can_activate),
            "frame": widget.map(|widget| widget.frame),
            "colours": colours.map(|both| both.map(|colour| format!("{colour:08x}"))),
            "fullscreen_mode": said.fullscreen_mode.unwrap_or("immersive"),
            "parent": parent.as_ref().and_then(title),
            "states": window.states(),
            "more": more,
            "late": said.late,
            "refused": said.refused,
        })
    }
}
