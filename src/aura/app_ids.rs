//! Application ids in the forms in which `ChromeOS` matches them with the programs of its guests
//! (`chrome/browser/ash/guest_os/guest_os_shelf_utils.cc`). There is no other place that makes such
//! ids.

/// The prefix of ids that `ChromeOS` knows: of its guests', its own and Android's.
const SYSTEM: &str = "org.chromium.";

/// The id of a Wayland window about whose program nothing is known. Without any id it would have no
/// item on the shelf, and its dialogs could not get the keyboard.
const UNNAMED: &str = "unnamed";

/// Makes ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppIds {
    /// The token by which `ChromeOS` tells its containers and virtual machines apart.
    token: String,
    /// The id of all X11 windows.
    fixed: Option<String>,
}

impl Default for AppIds {
    /// For the usual virtual machine.
    fn default() -> Self {
        Self::new(None, None)
    }
}

/// What tells an X11 window's program.
#[derive(Clone, Copy, Debug, Default)]
pub struct XNames<'a> {
    /// The number in the property that the user has chosen for it.
    pub number: Option<u32>,
    /// The second word of `WM_CLASS`.
    pub class: &'a str,
    /// `WM_CLIENT_LEADER`
    pub leader: Option<u32>,
    /// The window.
    pub id: u32,
}

impl AppIds {
    /// The token of the virtual machine in which most people's containers are.
    pub const TERMINA: &str = "termina";

    /// With a token, and an id for all X11 windows; missing and empty ones do not count.
    pub fn new(token: Option<String>, fixed: Option<String>) -> Self {
        let token = token.filter(|token| !token.is_empty());
        let token = token.unwrap_or_else(|| Self::TERMINA.into());
        Self { token, fixed: fixed.filter(|id| !id.is_empty()) }
    }

    fn of(&self, kind: &str, name: &str) -> String {
        format!("{SYSTEM}guest_os.{}.{kind}.{name}", self.token)
    }

    /// The id of all X11 windows, on any host, if the user has chosen one.
    pub fn fixed(&self) -> Option<&str> {
        self.fixed.as_deref()
    }

    /// The id of an X11 window.
    pub fn x11(&self, names: &XNames<'_>) -> String {
        let XNames { number, class, leader, id } = *names;
        if let Some(fixed) = &self.fixed {
            fixed.clone()
        } else if let Some(number) = number {
            self.of("xprop", &number.to_string())
        } else if !class.is_empty() {
            self.of("wmclass", class)
        } else if let Some(leader) = leader {
            self.of("wmclientleader", &leader.to_string())
        } else {
            self.of("xid", &id.to_string())
        }
    }

    /// The id of a Wayland window, by the one that its program gives it. `prefix` is the policy's,
    /// which the program's id begins with already; if that makes it one of the system's ids, nothing
    /// is added.
    pub fn wayland(&self, app_id: &str, prefix: &str) -> String {
        if prefix.starts_with(SYSTEM) { app_id.into() } else { self.of("wayland", app_id) }
    }

    /// The name that stands for a Wayland window's missing id: that of its program.
    pub fn of_program(program: Option<&str>) -> &str {
        program.filter(|program| !program.is_empty()).unwrap_or(UNNAMED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x11_windows_have_the_first_id_that_applies() {
        let ids = AppIds::new(Some("penguin".into()), None);
        let all = XNames { number: Some(7), class: "Gimp-2.10", leader: Some(0x20_0001), id: 9 };
        let numberless = XNames { number: None, ..all };
        let classless = XNames { class: "", ..numberless };
        let alone = XNames { leader: None, ..classless };
        for (names, id) in [
            (all, "org.chromium.guest_os.penguin.xprop.7"),
            (numberless, "org.chromium.guest_os.penguin.wmclass.Gimp-2.10"),
            (classless, "org.chromium.guest_os.penguin.wmclientleader.2097153"),
            (alone, "org.chromium.guest_os.penguin.xid.9"),
        ] {
            assert_eq!(ids.x11(&names), id);
        }
        let fixed = AppIds::new(None, Some("org.chromium.arc.3".into()));
        assert_eq!(fixed.x11(&all), "org.chromium.arc.3");
    }

    #[test]
    fn wayland_windows_have_their_own_id_behind_a_prefix() {
        let ids = AppIds::default();
        let foot = "org.chromium.guest_os.termina.wayland.foot";
        assert_eq!(ids.wayland("foot", ""), foot);
        let work = ids.wayland("work/foot", "work/");
        assert_eq!(work, "org.chromium.guest_os.termina.wayland.work/foot");
        assert_eq!(ids.wayland(foot, "org.chromium.guest_os.termina.wayland."), foot);
        // A program cannot give itself the id of another container.
        assert_ne!(ids.wayland(foot, ""), foot);
        assert_eq!(AppIds::of_program(Some("foot")), "foot");
        assert_eq!(AppIds::of_program(Some("")), AppIds::of_program(None));
    }

    #[test]
    fn an_empty_token_does_not_count() {
        assert_eq!(AppIds::new(Some(String::new()), Some(String::new())), AppIds::default());
    }
}
