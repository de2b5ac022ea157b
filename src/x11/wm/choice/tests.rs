use super::*;
use crate::x11::wm::properties::Functions;

const SCREEN: Rect = Rect { x: 0, y: 0, width: 1000, height: 800 };
const MENU: Rect = Rect { x: 10, y: 20, width: 30, height: 40 };

fn facts(properties: &Properties, override_redirect: bool) -> WindowFacts<'_> {
    let (rect, screen) = (MENU, SCREEN);
    WindowFacts { override_redirect, rect, screen, properties, skips_taskbar: false, quirk: None }
}

fn with(mut properties: Properties, change: impl FnOnce(&mut Properties)) -> Properties {
    change(&mut properties);
    properties
}

fn of_kind(kind: WindowType) -> Properties {
    with(Properties::default(), |properties| properties.kinds = vec![kind])
}

#[test]
fn windows_without_size_or_off_screen_are_helpers() {
    let all = [
        (Rect { width: 1, height: 1, ..MENU }, Nature::Helper),
        // The drag helpers of GTK and Qt, and windows that programs hide without unmapping them.
        (Rect { x: -99, y: -99, width: 1, height: 1 }, Nature::Helper),
        (Rect { x: -100, y: -100, width: 100, height: 100 }, Nature::Helper),
        (Rect { x: -10_000, y: 5, width: 200, height: 100 }, Nature::Helper),
        (Rect { x: 1000, y: 5, width: 200, height: 100 }, Nature::Helper),
        (Rect { x: 5, y: 800, width: 200, height: 100 }, Nature::Helper),
        // The smallest visible part.
        (Rect { x: -99, y: -99, width: 100, height: 100 }, Nature::Normal),
        (Rect { x: 999, y: 799, width: 200, height: 100 }, Nature::Normal),
        // The edge of a frame that a ruler or a screenshot tool draws.
        (Rect { width: 1, height: 400, ..MENU }, Nature::Normal),
        (Rect { width: 400, height: 1, ..MENU }, Nature::Normal),
    ];
    let properties = of_kind(WindowType::Normal);
    for (rect, nature) in all {
        assert_eq!(WindowFacts { rect, ..facts(&properties, true) }.nature(), nature, "{rect:?}");
        // The window manager places what is managed.
        let managed = WindowFacts { rect, ..facts(&properties, false) };
        assert_eq!(managed.nature(), Nature::Managed, "{rect:?}");
    }
    // If the host has no screen now, nothing is outside it.
    for screen in [Rect::default(), Rect { width: 640, ..Rect::default() }] {
        let facts = WindowFacts { screen, ..facts(&properties, true) };
        assert_eq!(facts.nature(), Nature::Normal, "{screen:?}");
    }
}

#[test]
fn override_redirect_windows_are_classified_by_their_types() {
    use WindowType::{
        Combo, Desktop, Dialog, Dnd, Dock, DropdownMenu, Menu, Normal, Notification, PopupMenu,
        Splash, Toolbar, Tooltip, Utility,
    };
    assert_eq!(facts(&Properties::default(), true).nature(), Nature::Untyped);
    assert_eq!(facts(&of_kind(Normal), true).nature(), Nature::Normal);
    assert_eq!(facts(&of_kind(Splash), true).nature(), Nature::Splash);
    for kind in [Notification, Dock, Desktop] {
        assert_eq!(facts(&of_kind(kind), true).nature(), Nature::Notice);
    }
    for kind in [Combo, Dialog, Dnd, DropdownMenu, Menu, PopupMenu, Toolbar, Tooltip, Utility] {
        assert_eq!(facts(&of_kind(kind), true).nature(), Nature::Menu);
    }
}

const NO_FUNCTIONS: Functions =
    Functions { resize: false, moves: false, minimize: false, maximize: false, close: false };

#[test]
fn hints_make_managed_windows_popups() {
    let bare = |kind: Option<WindowType>| {
        with(Properties::default(), |properties| {
            properties.kinds = kind.into_iter().collect();
            properties.undecorated = true;
        })
    };
    let of = |properties, functions| {
        with(properties, |properties| {
            properties.functions = functions;
            properties.names_functions = true;
        })
    };
    let inert = |kind| of(bare(kind), NO_FUNCTIONS);
    let without_input = |properties| with(properties, |p: &mut Properties| p.hints.input = false);
    let close = Functions { close: true, ..NO_FUNCTIONS };
    let resize = Functions { resize: true, moves: true, ..NO_FUNCTIONS };
    let normal = Some(WindowType::Normal);
    let transient = |properties| with(properties, |p: &mut Properties| p.transient_for = Some(7));
    let (popup, managed) = (Nature::ManagedPopup, Nature::Managed);
    for (what, properties, skips_taskbar, nature) in [
        ("Ghidra's", inert(normal), true, popup),
        ("a progress window", inert(normal), false, managed),
        ("REAPER's dialog", of(bare(normal), resize), true, managed),
        ("Godot's", bare(Some(WindowType::Utility)), false, popup),
        ("Ardour's tools", of_kind(WindowType::Utility), false, managed),
        ("yabridge's", without_input(bare(normal)), true, popup),
        ("yabridge's without a type", without_input(bare(None)), true, popup),
        ("a dialog by its parent", transient(without_input(bare(None))), true, managed),
        ("Steam", bare(normal), false, managed),
        ("Battle.net", of(without_input(bare(normal)), resize), false, managed),
        ("what can only be closed", of(without_input(bare(normal)), close), false, popup),
        ("a managed menu", of_kind(WindowType::PopupMenu), false, popup),
        ("a managed tooltip", of_kind(WindowType::Tooltip), false, popup),
        ("a splash screen", without_input(bare(Some(WindowType::Splash))), true, managed),
        ("a dialog", without_input(bare(Some(WindowType::Dialog))), true, managed),
        ("anything", Properties::default(), true, managed),
    ] {
        let facts = WindowFacts { skips_taskbar, ..facts(&properties, false) };
        assert_eq!(facts.nature(), nature, "{what}");
        // A rule of the user overrides the hints.
        assert_eq!(WindowFacts { quirk: Some(true), ..facts }.nature(), popup, "{what}");
        assert_eq!(WindowFacts { quirk: Some(false), ..facts }.nature(), managed, "{what}");
    }
}

/// No window has the keyboard, on a host with layers.
const NOTHING: Surroundings = Surroundings {
    named: NamedParent::None,
    own_in_use: None,
    own: None,
    own_soon: false,
    pointed: None,
    focused: None,
    covers_screen: false,
    takes_input: true,
    grabs_keyboard: false,
    has_layers: true,
};

#[test]
fn each_nature_is_shown_as_its_surroundings_require() {
    use Choice::{Fullscreen, Layer, Nothing, Popup, Toplevel, Wait};
    let named = Surroundings { named: NamedParent::Window(1), own: Some(2), ..NOTHING };
    let soon = Surroundings { named: NamedParent::Soon, ..NOTHING };
    let used = Surroundings { own_in_use: Some(2), own: Some(3), focused: Some(2), ..NOTHING };
    let left = Surroundings { own: Some(3), ..NOTHING };
    let elsewhere = Surroundings { own: Some(3), focused: Some(4), ..NOTHING };
    let tray = Surroundings { pointed: Some(5), ..left };
    let other = Surroundings { focused: Some(4), ..NOTHING };
    let starts = Surroundings { own_soon: true, ..NOTHING };
    let grabs = Surroundings { grabs_keyboard: true, ..NOTHING };
    let through = Surroundings { takes_input: false, ..NOTHING };
    let over = Surroundings { focused: Some(4), ..through };
    let covers = Surroundings { covers_screen: true, own_in_use: Some(2), ..NOTHING };
    let veil = Surroundings { takes_input: false, ..covers };
    let table: [(&str, Surroundings, [Choice; 5]); 14] = [
        //                                    Untyped      Normal     Menu       Splash    Notice
        ("its parent", named, [Popup(1), Popup(1), Popup(1), Toplevel, Layer]),
        ("its parent comes", soon, [Wait, Wait, Wait, Toplevel, Layer]),
        ("its window is used", used, [Popup(2), Popup(2), Popup(2), Popup(2), Layer]),
        ("nobody looks at it", left, [Layer, Layer, Layer, Toplevel, Layer]),
        ("X has the keyboard", elsewhere, [Popup(3), Popup(3), Popup(3), Toplevel, Layer]),
        ("a tray's icon", tray, [Popup(5), Layer, Popup(5), Toplevel, Layer]),
        ("an input method's", other, [Popup(4), Toplevel, Popup(4), Toplevel, Layer]),
        ("it starts", starts, [Wait, Wait, Wait, Toplevel, Layer]),
        ("alone", NOTHING, [Toplevel, Toplevel, Layer, Toplevel, Layer]),
        ("dmenu", grabs, [Layer, Layer, Layer, Toplevel, Layer]),
        ("clicked through", through, [Layer, Layer, Layer, Toplevel, Layer]),
        ("an overlay over X", over, [Layer, Layer, Popup(4), Toplevel, Layer]),
        ("a game", covers, [Fullscreen, Fullscreen, Popup(2), Popup(2), Layer]),
        ("a veil", veil, [Layer, Layer, Popup(2), Popup(2), Layer]),
    ];
    let natures = [Nature::Untyped, Nature::Normal, Nature::Menu, Nature::Splash, Nature::Notice];
    for (what, around, choices) in table {
        for (nature, choice) in natures.into_iter().zip(choices) {
            assert_eq!(choose(nature, &around), choice, "{nature:?}: {what}");
            let without = Surroundings { has_layers: false, ..around };
            let choice = match choice {
                Layer if nature == Nature::Notice => around.own_in_use.map_or(Toplevel, Popup),
                // A popup is better than a window that takes the keyboard.
                Layer if nature == Nature::Untyped && around.focused.is_some() => Popup(4),
                Layer => Toplevel,
                choice => choice,
            };
            assert_eq!(choose(nature, &without), choice, "{nature:?}: {what}, no layers");
        }
        assert_eq!(choose(Nature::Helper, &around), Nothing);
        assert_eq!(choose(Nature::Managed, &around), Toplevel);
    }
    let managed = |around| choose(Nature::ManagedPopup, &around);
    assert_eq!(managed(named), Popup(1));
    assert_eq!(managed(used), Popup(2));
    assert_eq!(managed(soon), Wait);
    for around in [left, elsewhere, other, tray, NOTHING, covers_nothing(covers)] {
        assert_eq!(managed(around), Toplevel);
    }
}

fn covers_nothing(around: Surroundings) -> Surroundings {
    Surroundings { covers_screen: false, own_in_use: None, ..around }
}
