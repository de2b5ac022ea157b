//! Counts what a client makes the host hold: surfaces, and the memory of `wl_shm` pools. At a limit
//! the client gets an error, and the host never hears of the request.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::policy::Quotas;
use crate::session::{Context, Fault, Handler, Incoming, Refusal, Verdict, Want};

const MIB: u64 = 1 << 20;

#[derive(Clone, Copy)]
pub enum Token {
    SurfaceMade,
    SurfaceDestroyed,
    PoolMade,
    PoolGrown,
    PoolDestroyed,
    BufferMade,
    BufferDestroyed,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wl_compositor", "create_surface", Token::SurfaceMade),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    Want::request("wl_shm", "create_pool", Token::PoolMade),
    Want::request("wl_shm_pool", "resize", Token::PoolGrown),
    Want::request("wl_shm_pool", "destroy", Token::PoolDestroyed),
    Want::request("wl_shm_pool", "create_buffer", Token::BufferMade),
    Want::request("wl_buffer", "destroy", Token::BufferDestroyed),
];

/// The memory of a pool. It stays as long as the pool or one of its buffers.
struct PoolMemory {
    size: u64,
    users: u64,
}

/// The handler.
pub struct QuotaCounter {
    limits: Quotas,
    surfaces: u64,
    /// How many bytes all memories have.
    bytes: u64,
    memories: HashMap<u64, PoolMemory>,
    /// The number of the next memory.
    next: u64,
    /// The number of the memory that a pool or a buffer uses, by the client's ids.
    used: HashMap<u32, u64>,
}

impl QuotaCounter {
    /// For one session.
    pub fn new(limits: Quotas) -> Self {
        let (memories, used) = (HashMap::new(), HashMap::new());
        Self { limits, surfaces: 0, bytes: 0, memories, next: 0, used }
    }

    fn pool_made(&mut self, id: u32, size: i32) -> Result<(), String> {
        if self.memories.len() as u64 >= self.limits.pools {
            return Err(too_many("pools", self.limits.pools));
        }
        let size = u64::try_from(size).unwrap_or(0);
        self.grow_by(size)?;
        self.memories.insert(self.next, PoolMemory { size, users: 1 });
        self.used.insert(id, self.next);
        self.next += 1;
        Ok(())
    }

    fn pool_grown(&mut self, id: u32, size: i32) -> Result<(), String> {
        let Some(number) = self.used.get(&id).copied() else { return Ok(()) };
        let before = self.memories.get(&number).map_or(0, |memory| memory.size);
        let more = u64::try_from(size).unwrap_or(0).saturating_sub(before);
        self.grow_by(more)?;
        if let Some(memory) = self.memories.get_mut(&number) {
            memory.size += more;
        }
        Ok(())
    }

    fn grow_by(&mut self, more: u64) -> Result<(), String> {
        let bytes = self.bytes.saturating_add(more);
        if bytes > self.limits.pool_mib.saturating_mul(MIB) {
            return Err(too_many("pool-mib", self.limits.pool_mib));
        }
        self.bytes = bytes;
        Ok(())
    }

    fn buffer_made(&mut self, pool: u32, id: u32) {
        let Some(number) = self.used.get(&pool).copied() else { return };
        if let Some(memory) = self.memories.get_mut(&number) {
            memory.users += 1;
            self.used.insert(id, number);
        }
    }

    /// A pool or a buffer is gone.
    fn destroyed(&mut self, id: u32) {
        let Some(number) = self.used.remove(&id) else { return };
        let Some(memory) = self.memories.get_mut(&number) else { return };
        memory.users = memory.users.saturating_sub(1);
        if memory.users == 0 {
            self.bytes = self.bytes.saturating_sub(memory.size);
            self.memories.remove(&number);
        }
    }
}

fn too_many(name: &str, most: u64) -> String {
    format!("a client may have no more than {most} {name} (--limits={name}=N)")
}

impl Handler for QuotaCounter {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        let mut args = incoming.args();
        let done = match token {
            Token::SurfaceMade if self.surfaces >= self.limits.surfaces => {
                Err(too_many("surfaces", self.limits.surfaces))
            }
            Token::SurfaceMade => {
                self.surfaces += 1;
                Ok(())
            }
            Token::SurfaceDestroyed => {
                self.surfaces = self.surfaces.saturating_sub(1);
                Ok(())
            }
            Token::PoolMade => self.pool_made(args.uint()?, args.uint()?.cast_signed()),
            Token::PoolGrown => self.pool_grown(id, args.uint()?.cast_signed()),
            Token::BufferMade => {
                self.buffer_made(id, args.uint()?);
                Ok(())
            }
            Token::PoolDestroyed | Token::BufferDestroyed => {
                self.destroyed(id);
                Ok(())
            }
        };
        let Err(reason) = done else { return Ok(Verdict::Forward) };
        let interface = context.tables.interface(incoming.object.interface);
        let request = interface.requests.get(usize::from(incoming.header.opcode));
        let request = request.map_or("", |request| request.name);
        Err(Fault::resources(format!("{}#{id}.{request}: {reason}", interface.name)).into())
    }
}
