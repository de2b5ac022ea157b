//! Reports which rules of `--quirks-config` apply to a window, for the people who write rules.

use super::{Env, Wm};

impl Wm {
    /// Reports the features that rules switch on for a window, if they have changed: in the log,
    /// and as the property `SOMMELIER_QUIRK_APPLIED` with the features' names, separated by commas.
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
