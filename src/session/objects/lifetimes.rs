//! How objects come, and how they go: see the parent's rules.

use super::{FREE, IdFault, MAX_OBJECTS, Object, Objects, State, Versions};
use crate::protocol::InterfaceId;
use crate::wire::{DISPLAY_ID, SERVER_ID_START};

impl Objects {
    /// The client made an object that the host gets too: gives its id there.
    ///
    /// # Errors
    /// [`IdFault`] when the client may not use that id.
    #[inline]
    pub fn mirror_from_client(
        &mut self,
        client_id: u32,
        interface: InterfaceId,
        versions: impl Into<Versions>,
    ) -> Result<u32, IdFault> {
        let versions = versions.into();
        let (requests, events) = self.plans.of(interface);
        let mine = self.client.client_made(client_id)?;
        let state = State::Live;
        let object = Object { peer: client_id, versions, interface, plans: events, state, ..FREE };
        let host_id = self.host.allocate(&mut self.free_host, object)?;
        *mine = Object { peer: host_id, plans: requests, ..object };
        Ok(host_id)
    }

    /// The host made an object that the client gets too: gives its id there.
    /// The host may make an id anew at any time; it alone knows when the one
    /// before is gone.
    ///
    /// # Errors
    /// [`IdFault`] when the host may not use that id.
    pub fn mirror_from_host(
        &mut self,
        host_id: u32,
        interface: InterfaceId,
        versions: impl Into<Versions>,
    ) -> Result<u32, IdFault> {
        let versions = versions.into();
        if host_id < SERVER_ID_START {
            return Err(IdFault::OutOfRange(host_id));
        }
        let client_id = match self.host.get(host_id) {
            Some(before) if before.peer != 0 => before.peer,
            _ => self.next_server_made()?,
        };
        let (requests, events) = self.plans.of(interface);
        let state = State::Live;
        let object = Object { peer: client_id, versions, interface, plans: events, state, ..FREE };
        self.host.put(host_id, object)?;
        self.client.put(client_id, Object { peer: host_id, plans: requests, ..object })?;
        Ok(client_id)
    }

    /// Makes an object that only the host knows: carafe speaks for itself.
    ///
    /// # Errors
    /// [`IdFault::TooMany`].
    pub fn make_host_only(&mut self, interface: InterfaceId, version: u32) -> Result<u32, IdFault> {
        let versions = version.into();
        let object = Object { interface, versions, state: State::Live, ..FREE };
        self.host.allocate(&mut self.free_host, object)
    }

    /// The host made an object for carafe itself.
    ///
    /// # Errors
    /// [`IdFault`] when the host may not use that id.
    pub fn take_host_made(
        &mut self,
        host_id: u32,
        interface: InterfaceId,
        versions: impl Into<Versions>,
    ) -> Result<(), IdFault> {
        let versions = versions.into();
        if host_id < SERVER_ID_START {
            return Err(IdFault::OutOfRange(host_id));
        }
        self.host.put(host_id, Object { interface, versions, state: State::Live, ..FREE })
    }

    /// The client made an object that only carafe answers.
    ///
    /// # Errors
    /// [`IdFault`] when the client may not use that id.
    pub fn make_client_only(
        &mut self,
        client_id: u32,
        interface: InterfaceId,
        version: u32,
    ) -> Result<(), IdFault> {
        let place = self.client.client_made(client_id)?;
        *place = Object { interface, versions: version.into(), state: State::Live, ..FREE };
        Ok(())
    }

    /// The client destroyed an object. Its id stays taken until the host's
    /// `delete_id`; one that only carafe knows is free at once.
    #[inline]
    pub fn destroyed_by_client(&mut self, client_id: u32) {
        if let Some(object) = self.client.get_mut(client_id) {
            object.state = if object.peer == 0 { State::Free } else { State::Destroyed };
            object.plans = &[];
        }
    }

    /// The host frees an id. Gives the client's, if it has one; `None` also
    /// for ids that are not in use.
    pub fn deleted_by_host(&mut self, host_id: u32) -> Option<u32> {
        let mirrored = self.delete_mirrored(host_id);
        if mirrored.is_none() && host_id > DISPLAY_ID && host_id < SERVER_ID_START {
            // One that only the host knew.
            self.free_host_id(host_id);
        }
        mirrored
    }

    /// The same for ids that the client knows; others stay as they are.
    #[inline]
    pub fn delete_mirrored(&mut self, host_id: u32) -> Option<u32> {
        if host_id <= DISPLAY_ID || host_id >= SERVER_ID_START {
            return None;
        }
        let client_id = self.host(host_id).map(|o| o.peer).filter(|peer| *peer != 0)?;
        self.free_host_id(host_id);
        // A client that used the id again at once has a new object there.
        if let Some(mine) = self.client.get_mut(client_id)
            && mine.peer == host_id
        {
            *mine = FREE;
        }
        Some(client_id)
    }

    #[inline]
    fn free_host_id(&mut self, host_id: u32) {
        let next = self.free_host;
        if let Some(object) = self.host.get_mut(host_id)
            && object.state != State::Free
        {
            *object = Object { peer: object.peer, versions: Versions::link(next), ..FREE };
            self.free_host = host_id;
        }
    }

    fn next_server_made(&self) -> Result<u32, IdFault> {
        let next = self.client.high.len();
        if next >= MAX_OBJECTS {
            return Err(IdFault::TooMany);
        }
        Ok(SERVER_ID_START + u32::try_from(next).map_err(|_| IdFault::TooMany)?)
    }
}
