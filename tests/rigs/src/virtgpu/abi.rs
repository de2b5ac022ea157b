//! The numbers of `drm/drm.h` and `drm/virtgpu_drm.h`, and those of the cross-domain
//! protocol. Structures are arrays of 32-bit words here.

/// Asks for the driver's name and version.
pub const VERSION: u32 = read_write(0x00, 16);
/// Gives a handle back.
pub const GEM_CLOSE: u32 = number(1, 0x09, 2);
/// Asks for a capability of the device.
pub const GET_CAP: u32 = read_write(0x0c, 4);
/// Makes a dma-buf of a handle.
pub const PRIME_HANDLE_TO_FD: u32 = read_write(0x2d, 3);
/// Makes a handle of a dma-buf.
pub const PRIME_FD_TO_HANDLE: u32 = read_write(0x2e, 3);
/// Asks where a handle can be mapped.
pub const MAP: u32 = read_write(0x41, 4);
/// Gives commands to the host.
pub const EXECBUFFER: u32 = read_write(0x42, 16);
/// Asks for a parameter.
pub const GETPARAM: u32 = read_write(0x43, 4);
/// Asks for the resource of a handle.
pub const RESOURCE_INFO: u32 = read_write(0x45, 4);
/// Asks ChromeOS's kernel for more of it.
pub const RESOURCE_INFO_EXTENDED: u32 = read_write(0x45, 14);
/// What is asked for then.
pub const INFO_EXTENDED: u32 = 1;
/// Waits until the host is done with a handle.
pub const WAIT: u32 = read_write(0x48, 2);
/// Asks for a capset.
pub const GET_CAPS: u32 = read_write(0x49, 6);
/// Makes memory.
pub const RESOURCE_CREATE_BLOB: u32 = read_write(0x4a, 12);
/// Makes the descriptor a context.
pub const CONTEXT_INIT: u32 = read_write(0x4b, 4);
/// Begins or ends an access to a dma-buf.
pub const DMA_BUF_SYNC: u32 = 1 << 30 | 8 << 16 | (b'b' as u32) << 8;

/// Parameters that must be 1 for a cross-domain context: 3D, fixed capset queries, blobs,
/// host-visible memory, context types.
pub const NEEDED_PARAMETERS: [u64; 5] = [1, 2, 3, 4, 6];
/// The parameter that is a mask of capsets.
pub const PARAM_CAPSETS: u64 = 7;
/// The capset.
pub const CAPSET_CROSS_DOMAIN: u32 = 5;
/// Bytes of it.
pub const CAPSET_SIZE: usize = 16;

/// Context parameter: the capset.
pub const CONTEXT_CAPSET: u64 = 1;
/// Context parameter: how many rings there are.
pub const CONTEXT_RINGS: u64 = 2;
/// Context parameter: which of them make events.
pub const CONTEXT_POLL_MASK: u64 = 3;

/// Context parameter: where its name is.
pub const CONTEXT_NAME: u64 = 4;

/// Memory of the guest.
pub const MEM_GUEST: u32 = 1;
/// Memory of the host.
pub const MEM_HOST3D: u32 = 2;
/// It can be mapped.
pub const USE_MAPPABLE: u32 = 1;
/// It can be given to others.
pub const USE_SHAREABLE: u32 = 2;

/// The command names a ring.
pub const EXEC_RING: u32 = 4;
/// Only asks.
pub const WAIT_NOWAIT: u32 = 1;
/// The event of a command that is done.
pub const EVENT_FENCE: u32 = 0x9000_0000;
/// Bytes of an event.
pub const EVENT_SIZE: usize = 8;

/// Answers of the host to a question.
pub const QUERY_RING: u32 = 0;
/// Messages of the host.
pub const CHANNEL_RING: u32 = 1;
/// The channel to the Wayland compositor.
pub const CHANNEL_WAYLAND: u32 = 1;

/// Opens the channel.
pub const CMD_INIT: u8 = 1;
/// Asks for the layout of an image.
pub const CMD_GET_IMAGE_REQUIREMENTS: u8 = 2;
/// Asks for the next message.
pub const CMD_POLL: u8 = 3;
/// Sends bytes and identifiers.
pub const CMD_SEND: u8 = 4;
/// Bytes and identifiers came.
pub const CMD_RECEIVE: u8 = 5;
/// Bytes of a pipe came.
pub const CMD_READ: u8 = 6;
/// Writes to a pipe.
pub const CMD_WRITE: u8 = 7;

/// Identifier: memory.
pub const ID_BLOB: u32 = 1;
/// Identifier: a pipe that the host writes to.
pub const ID_READ_PIPE: u32 = 3;
/// Identifier: a pipe that the host reads.
pub const ID_WRITE_PIPE: u32 = 4;
/// Most identifiers in a message.
pub const MAX_IDS: usize = 28;
/// Words before the bytes of a SEND or RECEIVE.
pub const SEND_WORDS: usize = 4 + 3 * MAX_IDS;
/// The host numbers the pipes it reads from here on; the first one is the next number.
pub const READ_PIPE_BASE: u32 = 0x8000_0000;

/// A command's first two words.
pub const fn header(command: u8, size: usize) -> [u32; 2] {
    [command as u32 | (size as u32) << 16, 0]
}

const fn number(direction: u32, number: u32, words: u32) -> u32 {
    direction << 30 | (words * 4) << 16 | (b'd' as u32) << 8 | number
}

const fn read_write(n: u32, words: u32) -> u32 {
    number(3, n, words)
}
