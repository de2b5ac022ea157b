//! Which rules of `--quirks-config` hold for a window is said, for whoever writes them.

use super::{Env, Wm};

impl Wm {
    /// Says what is on for a window by rules, where that is new: in the log, and as
    /// `SOMMELIER_QUIRK_APPLIED`, the features' names with commas between them.
    pub(super) fn tell_quirks(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let subject = window.properties.subject();
        let names: Vec<_> = self.settings.quirks.names(subject).collect();
        let names = names.join(",");
        if names == window.quirks {
            return;
        }
        let atom = env.x.atoms().SOMMELIER_QUIRK_APPLIED;
        if names.is_empty() {
            env.x.remove_property(id, atom);
        } else {
            let game = subject.game.map(|game| format!(" of game {game}")).unwrap_or_default();
            tracing::info!("X11 window {id:#x} ({}){game}: {names}", subject.class);
            env.x.set_text(id, atom, &names);
        }
        window.quirks = names;
    }
}
