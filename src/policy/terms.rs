//! The terms that options, or a section of a policy file, set for clients. Each term may be
//! missing.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use drm_fourcc::DrmFourcc;
use serde::Deserialize;

use super::quotas::Limits;
use super::session_policy::{Policy, Sharing};
use crate::protocol::Tables;
use crate::session::{GlobalRule, GlobalSet};
use crate::wire::MAX_STRING;

/// The value of [`Terms::allow_privileged`] for all of them.
const ALL_WORD: &str = "all";

/// Globals without which almost no client can show a window.
const BASELINE: [&str; 5] = ["wl_compositor", "wl_shm", "xdg_wm_base", "wl_seat", "wl_output"];

/// The terms. The options have the same names; `docs/policy.md` explains them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Terms {
    /// Whether clients on a socket get only the privileged globals that are named. Behind a virtual
    /// device this is always so.
    pub confine: Option<bool>,
    /// Privileged globals that confined clients get nevertheless.
    pub allow_privileged: Option<Vec<InterfaceName>>,
    /// Globals that no client gets.
    pub deny_globals: Option<Vec<InterfaceName>>,
    /// If set, the only globals that clients get.
    pub allow_globals: Option<Vec<InterfaceName>>,
    /// The highest versions of globals.
    pub max_versions: Option<BTreeMap<InterfaceName, NonZeroU32>>,
    /// The directions of the clipboard.
    pub clipboard: Option<Directions>,
    /// The largest number of bytes in one transfer.
    pub clipboard_limit: Option<u64>,
    /// The directions of the primary selection; by default those of the clipboard.
    pub primary: Option<Directions>,
    /// The largest number of bytes in one transfer; by default that of the clipboard.
    pub primary_limit: Option<u64>,
    /// The directions of drags.
    pub dnd: Option<Directions>,
    /// The largest number of bytes in one transfer.
    pub dnd_limit: Option<u64>,
    /// The prefix of window titles.
    pub title_prefix: Option<Prefix>,
    /// The prefix of application names.
    pub app_id_prefix: Option<Prefix>,
    /// The allowed dma-buf formats.
    pub dmabuf_formats: Option<Vec<PixelFormat>>,
    /// How much a client may have.
    pub limits: Option<Limits>,
}

impl Terms {
    /// These terms, completed with `others` where they are missing.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        fn or<T: Clone>(first: Option<&T>, second: Option<&T>) -> Option<T> {
            first.or(second).cloned()
        }
        Self {
            confine: self.confine.or(others.confine),
            allow_privileged: or(self.allow_privileged.as_ref(), others.allow_privileged.as_ref()),
            deny_globals: or(self.deny_globals.as_ref(), others.deny_globals.as_ref()),
            allow_globals: or(self.allow_globals.as_ref(), others.allow_globals.as_ref()),
            max_versions: or(self.max_versions.as_ref(), others.max_versions.as_ref()),
            clipboard: self.clipboard.or(others.clipboard),
            clipboard_limit: self.clipboard_limit.or(others.clipboard_limit),
            primary: self.primary.or(others.primary),
            primary_limit: self.primary_limit.or(others.primary_limit),
            dnd: self.dnd.or(others.dnd),
            dnd_limit: self.dnd_limit.or(others.dnd_limit),
            title_prefix: or(self.title_prefix.as_ref(), others.title_prefix.as_ref()),
            app_id_prefix: or(self.app_id_prefix.as_ref(), others.app_id_prefix.as_ref()),
            dmabuf_formats: or(self.dmabuf_formats.as_ref(), others.dmabuf_formats.as_ref()),
            limits: match (&self.limits, &others.limits) {
                (Some(these), Some(others)) => Some(these.or(others)),
                (these, others) => or(these.as_ref(), others.as_ref()),
            },
        }
    }

    /// The policy that follows, behind a virtual device or on a socket.
    pub fn policy(&self, behind_device: bool) -> Policy {
        let clipboard = self.clipboard.unwrap_or_default();
        let primary = self.primary.unwrap_or(clipboard);
        let dnd = self.dnd.unwrap_or_default();
        let text = |prefix: &Option<Prefix>| prefix.clone().map(String::from).unwrap_or_default();
        Policy {
            globals: Arc::new(self.globals(behind_device)),
            clipboard: clipboard.with(self.clipboard_limit),
            primary: primary.with(self.primary_limit.or(self.clipboard_limit)),
            dnd: dnd.with(self.dnd_limit),
            title_prefix: text(&self.title_prefix),
            app_id_prefix: text(&self.app_id_prefix),
            formats: (self.dmabuf_formats.as_ref())
                .map(|formats| formats.iter().map(|format| format.0).collect()),
            quotas: self.limits.clone().unwrap_or_default().quotas(),
        }
    }

    fn globals(&self, behind_device: bool) -> GlobalRule {
        let strings =
            |names: &[InterfaceName]| names.iter().cloned().map(String::from).collect::<Vec<_>>();
        let is_confined = behind_device || self.confine == Some(true);
        let named = strings(self.allow_privileged.as_deref().unwrap_or_default());
        let names_all = named.iter().any(|name| name == ALL_WORD);
        let only = |all: bool| if all { GlobalSet::All } else { GlobalSet::Named(named.clone()) };
        let versions = self.max_versions.iter().flatten();
        GlobalRule {
            denied: strings(self.deny_globals.as_deref().unwrap_or_default()),
            allowed: self.allow_globals.as_deref().map(strings),
            max_versions: versions.map(|(name, most)| (name.0.clone(), most.get())).collect(),
            privileged: only(!is_confined || names_all),
            shell: only(names_all),
        }
    }

    /// Terms that the user probably does not want.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        let rule = self.globals(false);
        let missing: Vec<_> = BASELINE.into_iter().filter(|name| !rule.allows(name)).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            doubts.push(format!(
                "clients that need {missing} may show no windows: --deny-globals or \
                 --allow-globals keeps this from them"
            ));
        }
        let lists = [&self.deny_globals, &self.allow_globals, &self.allow_privileged];
        let named = lists.into_iter().flatten().flatten();
        let named = named.chain(self.max_versions.iter().flatten().map(|(name, _)| name));
        for InterfaceName(name) in named.filter(|InterfaceName(name)| name != ALL_WORD) {
            if Tables::get().find(name).is_none() {
                doubts
                    .push(format!("carafe does not know the interface {name}: check its spelling"));
            }
        }
        doubts
    }
}

/// The name of an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct InterfaceName(String);

impl TryFrom<String> for InterfaceName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name && !name.is_empty() {
            Ok(Self(name))
        } else {
            Err("the name of an interface expected, like wl_drm")
        }
    }
}

impl From<InterfaceName> for String {
    fn from(InterfaceName(name): InterfaceName) -> Self {
        name
    }
}

/// The directions in which data may cross.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Directions {
    /// Both directions.
    #[default]
    Both,
    /// From clients to the host.
    GuestToHost,
    /// From the host to clients.
    HostToGuest,
    /// No direction.
    None,
}

impl Directions {
    /// Finds the directions by their name.
    pub fn find(name: &str) -> Option<Self> {
        Some(match name {
            "both" => Self::Both,
            "guest-to-host" => Self::GuestToHost,
            "host-to-guest" => Self::HostToGuest,
            "none" => Self::None,
            _ => return None,
        })
    }

    fn with(self, limit: Option<u64>) -> Sharing {
        Sharing {
            to_guest: matches!(self, Self::Both | Self::HostToGuest),
            to_host: matches!(self, Self::Both | Self::GuestToHost),
            limit,
        }
    }
}

/// A prefix for titles and names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Prefix(String);

impl TryFrom<String> for Prefix {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() < MAX_STRING && !text.contains('\0') {
            Ok(Self(text))
        } else {
            Err("a text in UTF-8 of less than 4000 bytes expected")
        }
    }
}

impl From<Prefix> for String {
    fn from(Prefix(text): Prefix) -> Self {
        text
    }
}

/// A pixel format (`drm_fourcc.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PixelFormat(u32);

impl TryFrom<String> for PixelFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wanted = "a format of drm_fourcc.h expected, like XR24, AR24 or NV12";
        let code: [u8; 4] = text.as_bytes().try_into().map_err(|_| wanted)?;
        let code = u32::from_le_bytes(code);
        DrmFourcc::try_from(code).map_err(|_| wanted)?;
        Ok(Self(code))
    }
}
