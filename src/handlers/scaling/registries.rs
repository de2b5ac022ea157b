//! Registries and outputs: the host's globals, and what the client is told about them.

use std::sync::Once;

use wayland_client::protocol::wl_output;

use super::{Scaler, outputs};
use crate::handlers::made_up::{FRACTIONAL, XDG_OUTPUT};
use crate::session::{ArgFault, Context, Incoming, Refusal, Scale, Verdict};

/// With these globals, a client gets pictures of outputs in host pixels.
const CAPTURES: [&str; 3] = [
    "zwlr_screencopy_manager_v1",
    "ext_image_copy_capture_manager_v1",
    "zwlr_export_dmabuf_manager_v1",
];

impl Scaler {
    /// Handles that the host has changed its outputs: the scale may change too, and the client is
    /// told.
    pub(super) fn outputs_changed(&mut self, context: &mut Context<'_>) {
        if !self.outputs.known() {
            return;
        }
        let before = context.objects.scale();
        let density = if self.settings.direct { self.outputs.densest() } else { None };
        let mut scale = Scale::new(self.settings.scale.ratio() * density.unwrap_or(1.0));
        if self.surfaces.viewporter == 0 && !scale.is_one() {
            let whole = Scale::new(scale.ratio().round().max(1.0));
            if whole != scale {
                say_once(scale, whole);
            }
            scale = whole;
        }
        if scale != before {
            context.objects.set_scale(scale);
        }
        self.outputs.tell_all(&self.settings.dpi, context);
        if scale != before {
            self.roles.configure_all(&mut self.surfaces, context);
        }
        self.preferred.tell_all(&mut self.surfaces, &self.outputs, context);
    }

    /// Handles that the host announces a global in carafe's own registry.
    pub(super) fn own_global(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let name = args.uint()?;
        let interface = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
        let version = args.uint()?;
        match interface.as_str() {
            "wp_viewporter" if self.surfaces.viewporter == 0 => {
                let bound = outputs::bind((name, &interface, 1), context)?;
                self.surfaces.viewporter = bound.map_or(0, |(viewporter, _)| viewporter);
            }
            "wp_fractional_scale_manager_v1" => self.preferred.host_has_it = true,
            other => self.outputs.global((name, other, version), context)?,
        }
        Ok(())
    }

    /// Handles that a global is gone.
    pub(super) fn own_global_removed(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let name = incoming.args().uint()?;
        self.outputs.removed(name, context);
        self.outputs_changed(context);
        Ok(())
    }

    /// Handles that the host announces a global in one of the client's registries.
    pub(super) fn global(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let registry = incoming.object.peer;
        let mut args = incoming.args();
        args.uint()?;
        // carafe's own registry came first, so all globals of the host are known. `wl_compositor`
        // is the sign that this registry is being filled.
        if args.string()? == Some(b"wl_compositor") {
            if !self.preferred.host_has_it && self.surfaces.viewporter != 0 {
                FRACTIONAL.offer(registry, context);
            }
            if !self.outputs.have_manager() {
                XDG_OUTPUT.offer(registry, context);
            }
        }
        Ok(())
    }

    pub(super) fn bind(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let mut args = incoming.args();
        let name = args.uint()?;
        let interface = args.string()?.unwrap_or_default().to_owned();
        let (version, id) = (args.uint()?, args.uint()?);
        args.finish()?;
        for made_up in [FRACTIONAL, XDG_OUTPUT] {
            if made_up.is(name, &interface, version, context.globals) {
                context.make_client_only(id, made_up.interface, version)?;
                return Ok(Verdict::Drop);
            }
        }
        if interface == b"wl_output" {
            self.outputs.bound(id, name, version);
        } else if CAPTURES.iter().any(|capture| capture.as_bytes() == interface)
            && self.outputs.will_capture()
        {
            self.outputs.tell_all(&self.settings.dpi, context);
        }
        Ok(Verdict::Forward)
    }

    /// Handles `wl_output`'s events for the client.
    pub(super) fn output_event(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let output = incoming.object.peer;
        let Some(told) = self.outputs.told(output, context.objects, &self.settings.dpi) else {
            return Ok(());
        };
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            wl_output::EVT_GEOMETRY_OPCODE => {
                args.uint()?;
                args.uint()?;
                *args.word()? = told.physical.0.to_ne_bytes();
                *args.word()? = told.physical.1.to_ne_bytes();
            }
            // Modes other than the current one stay unchanged.
            wl_output::EVT_MODE_OPCODE if args.uint()? & 1 != 0 => {
                *args.word()? = told.mode.0.to_ne_bytes();
                *args.word()? = told.mode.1.to_ne_bytes();
            }
            wl_output::EVT_SCALE_OPCODE => *args.word()? = told.scale.to_ne_bytes(),
            _ => {}
        }
        Ok(())
    }

    /// Handles `zxdg_output_manager_v1.get_xdg_output`.
    pub(super) fn get_xdg_output(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (object, version) = (incoming.object, incoming.object.versions.client());
        let mut args = incoming.args();
        let (id, output) = (args.uint()?, args.uint()?);
        args.finish()?;
        self.outputs.xdg_made(id, output, version);
        if object.peer != 0 {
            return Ok(Verdict::Forward);
        }
        if self.outputs.version(output) == 0 {
            return Err(ArgFault::UnknownObject(output).into());
        }
        context.make_client_only(id, "zxdg_output_v1", version)?;
        self.outputs.tell_xdg(id, version, output, context);
        if version >= 3 && self.outputs.version(output) >= 2 {
            context.to_client.make(output, wl_output::EVT_DONE_OPCODE, |event| event);
        }
        Ok(Verdict::Drop)
    }
}

/// Without viewports, buffers can only have whole scales. This logs that once per process.
fn say_once(wanted: Scale, used: Scale) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let (wanted, used) = (wanted.ratio(), used.ratio());
        tracing::warn!("the host has no wp_viewporter: the scale is {used} instead of {wanted}");
    });
}
