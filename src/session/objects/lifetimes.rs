//! How objects come, and how they go: see the parent's rules.

use super::{FREE, IdFault, MAX_OBJECTS, Object, ObjectState, Objects, Versions};
use crate::protocol::InterfaceId;
use crate::wire::{DISPLAY_ID, SERVER_ID_START};

impl Objects {
    /// Makes an object of the client, which the host gets too; returns its id at the host.
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
        let state = ObjectState::Live;
        let object = Object { peer: client_id, versions, interface, plans: events, state, ..FREE };
        let host_id = self.host.allocate(&mut self.free_host, object)?;
        *mine = Object { peer: host_id, plans: requests, ..object };
        Ok(host_id)
    }

    /// Makes an object of the host, which the client gets too; returns its id at the client. The
    /// host may use an id again at any time, because it alone knows when the previous object is
    /// gone.
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
        let state = ObjectState::Live;
        let object = Object { peer: client_id, versions, interface, plans: events, state, ..FREE };
        self.host.put(host_id, object)?;
        self.client.put(client_id, Object { peer: host_id, plans: requests, ..object })?;
        Ok(client_id)
    }

    /// Makes an object that only the host knows, for carafe's own use.
    ///
    /// # Errors
    /// [`IdFault::TooMany`].
    pub fn make_host_only(&mut self, interface: InterfaceId, version: u32) -> Result<u32, IdFault> {
        let versions = version.into();
        let object = Object { interface, versions, state: ObjectState::Live, ..FREE };
        self.host.allocate(&mut self.free_host, object)
    }

    /// Takes an object that the host has made for carafe itself.
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
        self.host.put(host_id, Object { interface, versions, state: ObjectState::Live, ..FREE })
    }

    /// Makes an object of the client for which carafe answers itself.
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
        *place = Object { interface, versions: version.into(), state: ObjectState::Live, ..FREE };
        Ok(())
    }

    /// Makes an object that only the client knows, at an id of carafe's choice: `again` is one that
    /// was made so, and that the client has destroyed since. Returns the id.
    ///
    /// # Errors
    /// [`IdFault::TooMany`].
    pub fn make_for_client(
        &mut self,
        interface: InterfaceId,
        version: u32,
        again: Option<u32>,
    ) -> Result<u32, IdFault> {
        let id = again.map_or_else(|| self.next_server_made(), Ok)?;
        let object =
            Object { interface, versions: version.into(), state: ObjectState::Live, ..FREE };
        self.client.put(id, object)?;
        Ok(id)
    }

    /// Notes that the client has destroyed an object. Its id stays in use until the host's
    /// `delete_id`; the id of an object that only carafe knows is free at once.
    #[inline]
    pub fn destroyed_by_client(&mut self, client_id: u32) {
        if let Some(object) = self.client.get_mut(client_id) {
            object.state =
                if object.peer == 0 { ObjectState::Free } else { ObjectState::Destroyed };
            object.plans = &[];
        }
    }

    /// Notes that the client has destroyed an object that goes on at the host, whose version has no
    /// request that destroys it. The client's id is free at once.
    pub fn left_by_client(&mut self, client_id: u32) {
        let Some(mine) = self.client.get_mut(client_id) else { return };
        let host_id = std::mem::replace(mine, FREE).peer;
        if let Some(theirs) = self.host.get_mut(host_id)
            && theirs.peer == client_id
        {
            (theirs.peer, theirs.plans) = (0, &[]);
        }
    }

    /// Notes that the host has freed an id. Returns the client's id, if there is one; also `None`
    /// for ids that are not in use.
    pub fn deleted_by_host(&mut self, host_id: u32) -> Option<u32> {
        let mirrored = self.delete_mirrored(host_id);
        if mirrored.is_none() && host_id > DISPLAY_ID && host_id < SERVER_ID_START {
            // Only the host knew it.
            self.free_host_id(host_id);
        }
        mirrored
    }

    /// The same, only for ids that the client knows; other ids do not change.
    #[inline]
    pub fn delete_mirrored(&mut self, host_id: u32) -> Option<u32> {
        if host_id <= DISPLAY_ID || host_id >= SERVER_ID_START {
            return None;
        }
        let client_id = self.host(host_id).map(|o| o.peer).filter(|peer| *peer != 0)?;
        self.free_host_id(host_id);
        // If the client has used the id again already, this is a new object.
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
            && object.state != ObjectState::Free
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
