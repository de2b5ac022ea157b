//! What `ChromeOS`'s shell is told about windows, before their first buffers.

use super::rig::{Rig, configure, made, made_toplevel, numbers};
use crate::aura::{AppIds, ShellSettings};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use crate::x11::settings::Settings;
use std::sync::Arc;

const WINDOW: u32 = 0x40_0001;
const SURFACE: u32 = 2;
const RECT: Rect = Rect { x: 100, y: 50, width: 300, height: 200 };

type Value = (Property, u32, u8, Vec<u8>);

fn settings(shell: ShellSettings) -> Settings {
    Settings { shell: Arc::new(shell), ..Settings::default() }
}

fn class(name: &str) -> Value {
    (Property::WmClass, 31, 8, format!("instance\0{name}\0").into_bytes())
}

/// The requests to the host for a new window with these properties.
fn shown(rig: &mut Rig, id: u32, surface: u32, managed: bool, values: &[Value]) -> Vec<String> {
    rig.create(id, RECT, !managed);
    if managed {
        rig.request_map(id);
        // A second answer follows the first one.
        rig.answer(values);
        rig.answer(values);
    }
    rig.mapped(id, surface);
    if !managed {
        rig.answer(values);
        rig.answer(values);
    }
    rig.host()
}

/// The arguments of the requests with a name.
fn said<'a>(host: &'a [String], request: &str) -> Vec<&'a str> {
    let begin = format!(".{request}(");
    let arguments = |line: &'a String| line.split_once(&begin).map(|(_, rest)| rest);
    host.iter().filter_map(arguments).map(|rest| rest.trim_end_matches(')')).collect()
}

fn id(rig: &mut Rig, values: &[Value]) -> String {
    let host = shown(rig, WINDOW, SURFACE, true, values);
    let [id] = said(&host, "set_app_id")[..] else { panic!("{host:?}") };
    id.trim_matches('"').to_owned()
}

#[test]
fn each_kind_of_id() {
    let number = (Property::ApplicationNumber, 6, 32, numbers(&[7]));
    let leader = (Property::WmClientLeader, 33, 32, numbers(&[0x40_0009]));
    let rig = || Rig::on_chromeos(Settings::default());
    let all = [class("Gimp"), number, leader.clone()];
    assert_eq!(id(&mut rig(), &all), "org.chromium.guest_os.termina.wmclass.Gimp");
    let of_leader = id(&mut rig(), &[leader]);
    assert_eq!(of_leader, "org.chromium.guest_os.termina.wmclientleader.4194313");
    assert_eq!(id(&mut rig(), &[]), "org.chromium.guest_os.termina.xid.4194305");
    let chosen = ShellSettings { id_property: Some("GAME".into()), ..ShellSettings::default() };
    let mut rig = Rig::on_chromeos(settings(chosen));
    assert_eq!(id(&mut rig, &all), "org.chromium.guest_os.termina.xprop.7");
    let fixed = ShellSettings { ids: AppIds::new(None, Some("mine".into())), ..Default::default() };
    for mut rig in [Rig::on_chromeos(settings(fixed.clone())), Rig::with(settings(fixed))] {
        assert_eq!(id(&mut rig, &all), "mine");
    }
    // Other hosts want the bare name.
    assert_eq!(id(&mut Rig::new(), &all), "Gimp");
}

#[test]
fn hostile_classes_are_cut_and_cleaned() {
    let long = "x".repeat(100 << 10);
    let id =
        id(&mut Rig::on_chromeos(Settings::default()), &[class(&format!("a\n\u{202e}{long}"))]);
    assert!(id.starts_with("org.chromium.guest_os.termina.wmclass.a xxx"), "{}", &id[..60]);
    assert!(id.len() <= crate::wire::MAX_STRING);
}

#[test]
fn all_is_said_before_the_first_commit() {
    let mut rig = Rig::on_chromeos(settings(ShellSettings {
        plain_fullscreen: true,
        ..ShellSettings::default()
    }));
    let mut hints = [0; 18];
    hints[0] = 1 << 7;
    hints[11..15].copy_from_slice(&[4, 3, 4, 3]);
    let atoms = rig.x.atoms;
    let host = shown(
        &mut rig,
        WINDOW,
        SURFACE,
        true,
        &[
            class("Gimp"),
            (Property::NetStartupId, atoms.UTF8_STRING, 8, b"gimp".to_vec()),
            (Property::WmNormalHints, 41, 32, numbers(&hints)),
            (Property::GtkThemeVariant, atoms.UTF8_STRING, 8, b"dark".to_vec()),
            (Property::NetWmState, 4, 32, numbers(&[atoms._NET_WM_STATE_ABOVE])),
        ],
    );
    assert_eq!(said(&host, "set_frame_colors"), ["4281480761, 4281480761"], "{host:#?}");
    assert_eq!(said(&host, "set_frame"), ["1"]);
    assert_eq!(said(&host, "set_startup_id"), ["\"gimp\""]);
    assert_eq!(said(&host, "set_fullscreen_mode"), ["1"]);
    assert_eq!(said(&host, "set_aspect_ratio"), ["4, 3"]);
    assert_eq!(said(&host, "set_z_order"), ["1"]);
    assert!(said(&host, "get_toplevel_decoration").is_empty(), "the shell draws frames");
    assert!(host.last().is_some_and(|line| line.contains(".commit(")), "{host:#?}");
    // What is removed later is not said.
    rig.unmapped(WINDOW);
    let host = rig.host();
    let gone = ["zaura_toplevel", "zaura_surface", "xdg_toplevel", "xdg_surface"];
    let order: Vec<_> =
        host.iter().filter(|line| line.contains("release") || line.contains("destroy")).collect();
    assert_eq!(order.len(), gone.len(), "{host:#?}");
    assert!(order.iter().zip(gone).all(|(line, name)| line.contains(name)), "{order:#?}");
}

#[test]
fn a_startup_id_may_be_the_leaders() {
    let mut rig = Rig::on_chromeos(Settings::default());
    let text = rig.x.atoms.UTF8_STRING;
    let leader = 0x40_0009;
    let host = shown(
        &mut rig,
        WINDOW,
        SURFACE,
        true,
        &[
            (Property::WmClientLeader, 33, 32, numbers(&[leader])),
            (Property::LeaderStartupId, text, 8, b"org.gnome.gedit".to_vec()),
        ],
    );
    assert!(rig.said().contains(&format!("startup id of {leader}")));
    assert_eq!(said(&host, "set_startup_id"), ["\"org.gnome.gedit\""]);
}

#[test]
fn a_frame_and_its_colour_follow_the_client() {
    let mut rig = Rig::on_chromeos(Settings::default());
    shown(&mut rig, WINDOW, SURFACE, true, &[]);
    let atoms = rig.x.atoms;
    let bare = (Property::MotifHints, 1, 32, numbers(&[2, 0, 0, 0, 0]));
    rig.changes(WINDOW, atoms._MOTIF_WM_HINTS);
    rig.answer(&[bare]);
    assert_eq!(said(&rig.host(), "set_frame"), ["2"], "a shadow");
    rig.changes(WINDOW, atoms._GTK_THEME_VARIANT);
    rig.answer(&[(Property::GtkThemeVariant, atoms.UTF8_STRING, 8, b"dark".to_vec())]);
    assert_eq!(said(&rig.host(), "set_frame_colors"), ["4281480761, 4281480761"]);
}

#[test]
fn a_menu_on_its_programs_window_has_a_shadow() {
    let mut rig = Rig::on_chromeos(Settings::default());
    let host = shown(&mut rig, WINDOW, SURFACE, true, &[]);
    configure(&mut rig, made_toplevel(&host), (0, 0), &[4], 1);
    rig.act(|wm, env| wm.committing(SURFACE, RECT.size(), env)).unwrap();
    let menu = rig.x.atoms._NET_WM_WINDOW_TYPE_POPUP_MENU;
    let kind = (Property::NetWmWindowType, 4, 32, numbers(&[menu]));
    rig.host();
    let menu = shown(&mut rig, WINDOW + 1, 3, false, &[kind]);
    let at = |name: &str| menu.iter().position(|line| line.contains(name)).unwrap();
    let popup = at(".get_aura_popup_for_xdg_popup(");
    assert!(at(".get_popup(") < popup && popup < at(".commit("), "{menu:#?}");
    assert_eq!(said(&menu, "set_decoration"), ["2"]);
    rig.unmapped(WINDOW + 1);
    let gone = rig.host();
    assert!(gone.iter().any(|line| line.contains("zaura_popup") && line.contains("release")));
}

#[test]
fn a_menu_without_a_window_of_its_program_is_on_the_newest_one() {
    let mut rig = Rig::on_chromeos(Settings::default());
    let host = shown(&mut rig, WINDOW, SURFACE, true, &[]);
    let notice = rig.x.atoms._NET_WM_WINDOW_TYPE_NOTIFICATION;
    let kind = (Property::NetWmWindowType, 4, 32, numbers(&[notice]));
    // Nothing is shown yet.
    let early = shown(&mut rig, 0x60_0001, 3, false, std::slice::from_ref(&kind));
    assert_eq!(said(&early, "set_app_id"), [""; 0], "{early:#?}");
    assert_eq!(said(&early, "set_parent"), [""; 0]);
    let parent = made(&host, "get_aura_surface");
    configure(&mut rig, made_toplevel(&host), (0, 0), &[4], 1);
    rig.act(|wm, env| wm.committing(SURFACE, RECT.size(), env)).unwrap();
    rig.host();
    let late = shown(&mut rig, 0x60_0002, 4, false, &[kind]);
    let [place] = said(&late, "set_parent")[..] else { panic!("{late:#?}") };
    assert!(place.starts_with(&format!("zaura_surface#{parent}, ")), "{place}");
    assert_eq!(said(&late, "set_frame"), ["2"]);
    assert_eq!(said(&late, "set_app_id"), [""; 0]);
}
